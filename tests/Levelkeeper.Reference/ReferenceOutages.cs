using Levelkeeper.Core.Availability;
using NodaTime;

namespace Levelkeeper.Reference;

/// <summary>The rules on whole outages, applied to a row of minutes in place.</summary>
internal static class ReferenceOutages
{
    /// <param name="minutes">Every minute of the small world. An outage in the first has always been, one in the last has not ended.</param>
    /// <param name="policy">The decisions.</param>
    /// <param name="until">The end of the evaluated time: an outage that has not ended is as long as it is by then.</param>
    /// <param name="reports">The minutes in which a customer reported something.</param>
    public static void Apply(ReferenceMinute[] minutes, AvailabilityPolicy policy, int until, IReadOnlyCollection<int> reports)
    {
        MergeFlapping(minutes, Minutes(policy.FlappingGap));
        var shortest = Minutes(policy.ShortestOutage);
        for (var start = 0; start < minutes.Length; start++)
        {
            if (minutes[start].Kind != ReferenceKind.Down)
                continue;
            var end = start;
            while (end < minutes.Length && minutes[end].Kind == ReferenceKind.Down)
                end++;
            var always = start == 0;
            var length = always ? int.MaxValue : (end == minutes.Length ? Math.Max(start, until) : end) - start;
            var counts = length < shortest ? end : policy.FirstMinutesCount || always ? start : start + shortest;
            if (policy.DowntimeBegins == DowntimeBegin.CustomerReport)
            {
                var within = reports.Where(r => r >= start && r < end).ToList();
                counts = within.Count > 0 ? Math.Max(counts, within.Min()) : end;
            }

            for (var minute = start; minute < Math.Min(counts, end); minute++)
                minutes[minute] = new ReferenceMinute(ReferenceKind.Disregarded, 0);
            start = end;
        }
    }

    /// <summary>The time between two outages is downtime when it is shorter than the gap and was seen; it weighs as the outage before it, or as it did by itself where that is more.</summary>
    private static void MergeFlapping(ReferenceMinute[] minutes, int gap)
    {
        for (var start = 1; start < minutes.Length; start++)
        {
            if (minutes[start].Kind == ReferenceKind.Down || minutes[start - 1].Kind != ReferenceKind.Down)
                continue;
            var end = start;
            while (end < minutes.Length && minutes[end].Kind is ReferenceKind.Up or ReferenceKind.Degraded)
                end++;
            if (end == minutes.Length || minutes[end].Kind != ReferenceKind.Down || end - start >= gap)
                continue;
            for (var minute = start; minute < end; minute++)
                minutes[minute] = new ReferenceMinute(ReferenceKind.Down, Math.Max(minutes[start - 1].Loss, minutes[minute].Loss));
        }
    }

    private static int Minutes(Duration duration) => (int)duration.TotalMinutes;
}
