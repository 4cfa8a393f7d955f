using Levelkeeper.Core.Time;

namespace Levelkeeper.Core.Availability;

/// <summary>The rules on whole outages: which count, from when, and how much of each.</summary>
internal static class CountedOutages
{
    /// <summary>What counts of each outage; the rest of it is disregarded.</summary>
    /// <param name="outages">Ascending and disjoint, merged already. One that starts at <see cref="long.MinValue"/> has always been, one that ends at <see cref="long.MaxValue"/> has not ended.</param>
    /// <param name="policy">The decisions.</param>
    /// <param name="until">End of the evaluated time: an outage that has not ended is as long as it is by then.</param>
    /// <param name="reports">When customers reported, ascending; read only where downtime begins with the report.</param>
    public static List<TickInterval> Of(List<TickInterval> outages, AvailabilityPolicy policy, long until, ReadOnlySpan<long> reports)
    {
        var counted = new List<TickInterval>(outages.Count);
        var shortest = policy.ShortestOutage.BclCompatibleTicks;
        var needed = policy.ShortestOutageIsTooShort ? shortest + 1 : shortest;
        var spans = policy.ShortestOutageWithin is { } within ? new DowntimeSpans(outages, until, within.BclCompatibleTicks, needed) : null;
        foreach (var outage in outages)
        {
            var always = outage.Start == long.MinValue;
            var end = EndBy(outage, until);
            if (!always && !(spans?.Touches(outage.Start, end) ?? end - outage.Start >= needed))
                continue;
            var from = policy.FirstMinutesCount || always || spans is not null ? outage.Start : outage.Start + shortest;
            if (policy.DowntimeBegins == DowntimeBegin.CustomerReport)
            {
                if (FirstWithin(reports, outage) is not { } report)
                    continue;
                from = Math.Max(from, report);
            }

            var to = policy.OutageUnit > NodaTime.Duration.Zero && from != long.MinValue ? from + FullUnits(end - from, policy.OutageUnit.BclCompatibleTicks) : outage.End;
            if (from < to)
                counted.Add(new TickInterval(from, to));
        }

        return counted;
    }

    internal static long EndBy(TickInterval outage, long until) => outage.End == long.MaxValue ? Math.Max(outage.Start, until) : outage.End;

    private static long FullUnits(long length, long unit) => Math.Max(0, length) / unit * unit;

    private static long? FirstWithin(ReadOnlySpan<long> reports, TickInterval outage)
    {
        var i = reports.BinarySearch(outage.Start);
        i = i >= 0 ? i : ~i;
        return i < reports.Length && reports[i] < outage.End ? reports[i] : null;
    }
}

/// <summary>The spans of one length that hold enough downtime.</summary>
/// <remarks>
/// The downtime in a span, as the span moves, rises and falls by straight lines: it is largest where a span starts with an outage or ends with one. For an outage that a span only just
/// touches, moving the span further onto it loses nothing until one of these is reached; so of the spans that an outage touches, these alone need be looked at.
/// </remarks>
internal sealed class DowntimeSpans
{
    private readonly long _length;
    private readonly List<long> _starts = [];

    /// <summary>Finds them.</summary>
    /// <param name="outages">Ascending and disjoint.</param>
    /// <param name="until">The end of an outage that has not ended.</param>
    /// <param name="length">Length of a span, in ticks; more than zero and at most some years.</param>
    /// <param name="needed">Least downtime in it, in ticks.</param>
    public DowntimeSpans(List<TickInterval> outages, long until, long length, long needed)
    {
        _length = length;
        // What has always been is longer than any span: how much longer does not matter, and the sum must not overflow.
        List<TickInterval> known = [.. outages.Select(o => new TickInterval(Math.Max(o.Start, long.MinValue / 4), Math.Max(Math.Max(o.Start, long.MinValue / 4), CountedOutages.EndBy(o, until))))];
        var before = new long[known.Count + 1];
        for (var i = 0; i < known.Count; i++)
            before[i + 1] = before[i] + known[i].Length;
        foreach (var start in known.Select(o => o.Start).Concat(known.Select(o => o.End - length)).Order())
        {
            if (DownBefore(start + length) - DownBefore(start) >= needed)
                _starts.Add(start);
        }

        long DownBefore(long tick)
        {
            var (low, high) = (0, known.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (known[middle].Start < tick)
                    low = middle + 1;
                else
                    high = middle;
            }

            return low == 0 ? 0 : before[low - 1] + Math.Min(tick, known[low - 1].End) - known[low - 1].Start;
        }
    }

    /// <summary>Whether a span that holds enough downtime touches an outage.</summary>
    public bool Touches(long start, long end)
    {
        var first = _starts.BinarySearch(start - _length + 1);
        first = first >= 0 ? first : ~first;
        return first < _starts.Count && _starts[first] < end;
    }
}
