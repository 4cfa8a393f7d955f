using System.Collections.Immutable;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Time;

namespace Levelkeeper.Core.Availability;

/// <summary>An outage as it touches a period.</summary>
/// <param name="Start">When it began, in ticks, also before the period; <see cref="long.MinValue"/> when nothing earlier is known.</param>
/// <param name="End">When it ended, also after the period; <see cref="long.MaxValue"/> while it has not.</param>
/// <param name="InPeriod">The part within the evaluated period.</param>
/// <param name="Buckets">Where the time of that part went: what counts, what is excused, what lies outside.</param>
/// <param name="Evidence">The facts that began, changed and ended it, in their order.</param>
public sealed record Outage(long Start, long End, TickInterval InPeriod, AvailabilityBuckets Buckets, ImmutableArray<Fact> Evidence)
{
    /// <summary>The downtime that counts, in ticks.</summary>
    public long Counted => Buckets.Down;

    /// <summary>True while there is no evidence of recovery.</summary>
    public bool IsOpen => End == long.MaxValue;

    internal static ImmutableArray<Outage> Of(AvailabilityRun run, StateTimeline timeline, TickInterval window)
    {
        if (run.Judged is null || window.IsEmpty)
            return [];
        var result = ImmutableArray.CreateBuilder<Outage>();
        foreach (var whole in run.Judged.OutageRuns())
        {
            if (whole.End <= window.Start || whole.Start >= window.End)
                continue;
            var inside = new TickInterval(Math.Max(whole.Start, window.Start), Math.Min(whole.End, window.End));
            result.Add(new Outage(whole.Start, whole.End, inside, run.Window(inside.Start, inside.End), EvidenceOf(timeline, whole)));
        }

        return result.ToImmutable();
    }

    private static ImmutableArray<Fact> EvidenceOf(StateTimeline timeline, TickInterval whole)
    {
        var evidence = ImmutableArray.CreateBuilder<Fact>();
        // The span that starts where the outage ends tells of the recovery.
        for (var i = timeline.IndexAt(whole.Start); i < timeline.Count && (i == 0 || timeline.Starts[i] <= whole.End); i++)
            if (timeline.EvidenceAt(i) is { } fact && (timeline.Starts[i] >= whole.Start || timeline.States[i] != ServiceState.Up))
                evidence.Add(fact);
        return evidence.ToImmutable();
    }
}
