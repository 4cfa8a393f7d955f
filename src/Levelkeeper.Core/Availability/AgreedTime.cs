using System.Collections.Immutable;
using Levelkeeper.Core.Time;

namespace Levelkeeper.Core.Availability;

/// <summary>A stretch of time that the agreement treats alike.</summary>
/// <param name="Start">First tick.</param>
/// <param name="End">First tick after.</param>
/// <param name="Kind">Whether it is agreed time at all.</param>
/// <param name="InMaintenance">Whether accepted maintenance was announced for it.</param>
/// <param name="Exclusion">Index of the exclusion that owns it, or -1. Of overlapping exclusions the first by start and name owns an instant.</param>
/// <param name="Limit">Index of the limit on what its cause excuses, or -1.</param>
internal readonly record struct AgreedSegment(long Start, long End, AgreedKind Kind, bool InMaintenance, int Exclusion, int Limit);

/// <summary>An exclusion that takes effect.</summary>
/// <param name="During">When.</param>
/// <param name="Index">Its index.</param>
/// <param name="Limit">See <see cref="AgreedSegment"/>.</param>
internal readonly record struct EffectiveExclusion(TickInterval During, int Index, int Limit);

internal enum AgreedKind : byte
{
    Agreed,
    OutsideHours,
    OutsideAgreement,

    /// <summary>Outside the agreement, and counted as up.</summary>
    Granted,
}

/// <summary>Operating hours, term, maintenance and exclusions laid over each other: disjoint segments that cover a range.</summary>
internal static class AgreedTime
{
    /// <summary>The segments of <paramref name="range"/>, ascending and without gaps.</summary>
    /// <param name="range">What is covered.</param>
    /// <param name="counted">The time that is counted at all; null for all.</param>
    /// <param name="under">The time under the agreement; null for all.</param>
    /// <param name="outside">What the time is that is not under the agreement.</param>
    /// <param name="open">Operating hours; null for always.</param>
    /// <param name="maintenance">Accepted maintenance.</param>
    /// <param name="exclusions">Exclusions by start and name, each with its index.</param>
    public static List<AgreedSegment> Segments(
        TickInterval range, TickInterval? counted, IntervalSet? under, AgreedKind outside, IntervalSet? open, IntervalSet maintenance, ReadOnlySpan<EffectiveExclusion> exclusions)
    {
        var segments = new List<AgreedSegment>(8 + 2 * (exclusions.Length + maintenance.Count + (open?.Count ?? 0)));
        var owned = Owned(exclusions);
        int u = 0, o = 0, m = 0, x = 0;
        var position = range.Start;
        while (position < range.End)
        {
            var next = range.End;
            var kind = AgreedKind.Agreed;
            if (under is not null)
            {
                while (u < under.Count && under[u].End <= position)
                    u++;
                if (!(u < under.Count && Locate(under[u], position, ref next)))
                    kind = outside;
            }

            if (counted is { } from && !Locate(from, position, ref next))
                kind = AgreedKind.OutsideAgreement;
            if (open is not null)
            {
                while (o < open.Count && open[o].End <= position)
                    o++;
                var isOpen = o < open.Count && Locate(open[o], position, ref next);
                if (!isOpen && kind != AgreedKind.OutsideAgreement)
                    kind = AgreedKind.OutsideHours;
            }

            while (m < maintenance.Count && maintenance[m].End <= position)
                m++;
            var inMaintenance = m < maintenance.Count && Locate(maintenance[m], position, ref next);
            while (x < owned.Count && owned[x].During.End <= position)
                x++;
            var (exclusion, limit) = x < owned.Count && Locate(owned[x].During, position, ref next) ? (owned[x].Index, owned[x].Limit) : (-1, -1);
            segments.Add(new AgreedSegment(position, next, kind, inMaintenance, exclusion, limit));
            position = next;
        }

        return segments;
    }

    /// <summary>Whether the position is inside an interval that has not ended yet; moves <paramref name="next"/> to the nearest edge ahead.</summary>
    private static bool Locate(TickInterval interval, long position, ref long next)
    {
        if (position < interval.Start)
        {
            next = Math.Min(next, interval.Start);
            return false;
        }

        if (position >= interval.End)
            return false;
        next = Math.Min(next, interval.End);
        return true;
    }

    /// <summary>Sorted by start, an exclusion owns what those before it have not covered.</summary>
    private static List<EffectiveExclusion> Owned(ReadOnlySpan<EffectiveExclusion> exclusions)
    {
        var result = new List<EffectiveExclusion>(exclusions.Length);
        var covered = long.MinValue;
        foreach (var exclusion in exclusions)
        {
            var during = exclusion.During;
            if (during.End <= covered || during.IsEmpty)
                continue;
            result.Add(exclusion with { During = new TickInterval(Math.Max(during.Start, covered), during.End) });
            covered = during.End;
        }

        return result;
    }
}
