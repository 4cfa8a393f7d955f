using System.Collections.Immutable;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Availability;

/// <summary>What a stretch of time is before the agreement's calendar, maintenance and exclusions are looked at.</summary>
internal enum Judgement : byte
{
    Up,
    Degraded,
    Down,
    NoData,

    /// <summary>Down, but by the agreement not an outage: too short, before it counts, or reported by nobody.</summary>
    Disregarded,
}

/// <summary>What no data is taken for in one run of the evaluation.</summary>
internal enum NoDataAs
{
    NoData,
    Up,
    Down,
}

/// <summary>A timeline judged by the policy: sorted parallel arrays of starts, judgements and losses.</summary>
internal sealed class JudgedTimeline
{
    /// <summary>A loss of 1 (everything is lost). Shares are exact to twelve decimal places.</summary>
    public const long FullLoss = 1_000_000_000_000;

    private JudgedTimeline(long[] starts, Judgement[] judgements, long[]? losses, long degradedLoss, ImmutableArray<TickInterval> runs)
    {
        Starts = starts;
        Judgements = judgements;
        Losses = losses;
        DegradedLoss = degradedLoss;
        Runs = runs;
    }

    public long[] Starts { get; }

    public Judgement[] Judgements { get; }

    /// <summary>Null when every down span loses all and every degraded span <see cref="DegradedLoss"/>.</summary>
    public long[]? Losses { get; }

    public long DegradedLoss { get; }

    /// <summary>The outages as whole runs, not clipped; default when no rule needed them.</summary>
    public ImmutableArray<TickInterval> Runs { get; }

    /// <summary>Judges a timeline.</summary>
    /// <param name="timeline">What was confirmed.</param>
    /// <param name="policy">The decisions.</param>
    /// <param name="noData">What no data is taken for.</param>
    /// <param name="until">End of the evaluated time: an outage that has not ended is as long as it is by then.</param>
    /// <param name="reports">When customers reported, ascending; read only where downtime begins with the report.</param>
    public static JudgedTimeline Judge(StateTimeline timeline, AvailabilityPolicy policy, NoDataAs noData, long until, ReadOnlySpan<long> reports)
    {
        var count = timeline.Count;
        var judgements = new Judgement[count];
        var states = timeline.States;
        var details = timeline.Details;
        var degradedLoss = policy.Degraded == DegradedTreatment.Weighted ? Scale(policy.DegradedWeight) : 0;
        ReadOnlySpan<Judgement> plain =
        [
            noData switch { NoDataAs.NoData => Judgement.NoData, NoDataAs.Up => Judgement.Up, NoDataAs.Down => Judgement.Down, _ => throw new ArgumentOutOfRangeException(nameof(noData)) },
            Judgement.Up,
            policy.Degraded switch
            {
                DegradedTreatment.DownWhenEssentialFunctionLost or DegradedTreatment.Weighted => Judgement.Degraded,
                DegradedTreatment.Down => Judgement.Down,
                DegradedTreatment.Up => Judgement.Up,
                _ => throw new ArgumentException($"Unknown treatment {policy.Degraded}.", nameof(policy)),
            },
            Judgement.Down,
        ];
        ByteTable.Map(plain, states, judgements);
        long[]? losses = null;
        if (details is not null)
        {
            if (policy.Degraded == DegradedTreatment.DownWhenEssentialFunctionLost && !policy.EssentialFunctions.IsEmpty)
            {
                for (var i = 0; i < count; i++)
                    if (states[i] == ServiceState.Degraded && details[i] is { } detail && detail.LostFunctions.Overlaps(policy.EssentialFunctions))
                        judgements[i] = Judgement.Down;
            }

            if (policy.WeighByAffectedShare)
            {
                losses = new long[count];
                for (var i = 0; i < count; i++)
                    losses[i] = Weigh(LossOf(judgements[i], degradedLoss), details[i]?.AffectedShare);
            }
        }

        var starts = timeline.Starts;
        var needsRuns = policy.FlappingGap > Duration.Zero || policy.ShortestOutage > Duration.Zero || policy.OutageUnit > Duration.Zero || policy.DowntimeBegins == DowntimeBegin.CustomerReport;
        return needsRuns
            ? WithOutageRules(starts, judgements, losses, degradedLoss, policy, until, reports)
            : new JudgedTimeline(timeline.StartArray, judgements, losses, degradedLoss, default);
    }

    /// <summary>The outages as whole maximal runs of downtime, merged by the policy's rules.</summary>
    public ImmutableArray<TickInterval> OutageRuns()
    {
        if (!Runs.IsDefault)
            return Runs;
        return [.. RunsOf(Starts, Judgements)];
    }

    public static long LossOf(Judgement judgement, long degradedLoss) => judgement switch
    {
        Judgement.Down => FullLoss,
        Judgement.Degraded => degradedLoss,
        Judgement.Up or Judgement.NoData or Judgement.Disregarded => 0,
        _ => throw new ArgumentOutOfRangeException(nameof(judgement)),
    };

    // A share that is finer than the scale is rounded up: in the customer's favour.
    private static long Scale(decimal share) => (long)decimal.Ceiling(Math.Clamp(share, 0m, 1m) * FullLoss);

    private static long Weigh(long loss, decimal? share) => share is { } part ? (long)((Int128)loss * Scale(part) / FullLoss) : loss;

    private static List<TickInterval> RunsOf(ReadOnlySpan<long> starts, ReadOnlySpan<Judgement> judgements)
    {
        var runs = new List<TickInterval>();
        for (var i = 0; i < starts.Length; i++)
        {
            if (judgements[i] is not (Judgement.Down or Judgement.Disregarded))
                continue;
            var from = starts[i];
            while (i + 1 < starts.Length && judgements[i + 1] is Judgement.Down or Judgement.Disregarded)
                i++;
            runs.Add(new TickInterval(from, i + 1 < starts.Length ? starts[i + 1] : long.MaxValue));
        }

        return runs;
    }

    private static JudgedTimeline WithOutageRules(
        ReadOnlySpan<long> starts, Judgement[] judgements, long[]? losses, long degradedLoss, AvailabilityPolicy policy, long until, ReadOnlySpan<long> reports)
    {
        var runs = RunsOf(starts, judgements);
        var gap = policy.FlappingGap.BclCompatibleTicks;
        var merged = new List<TickInterval>(runs.Count);
        foreach (var run in runs)
        {
            // A gap of no data is not evidence of recovery, but neither is it downtime: only a gap that was seen is merged.
            if (merged.Count > 0 && gap > 0 && run.Start - merged[^1].End < gap && IsSeen(starts, judgements, merged[^1].End, run.Start))
                merged[^1] = new TickInterval(merged[^1].Start, run.End);
            else
                merged.Add(run);
        }

        return Rewrite(starts, judgements, losses, degradedLoss, merged, CountedOutages.Of(merged, policy, until, reports));
    }

    private static bool IsSeen(ReadOnlySpan<long> starts, Judgement[] judgements, long from, long to)
    {
        var i = starts.BinarySearch(from);
        for (i = i >= 0 ? i : ~i - 1; i < starts.Length && starts[i] < to; i++)
            if (judgements[i] == Judgement.NoData)
                return false;
        return true;
    }

    private static JudgedTimeline Rewrite(
        ReadOnlySpan<long> starts, Judgement[] judgements, long[]? losses, long degradedLoss, List<TickInterval> runs, List<TickInterval> counted)
    {
        var outStarts = new List<long>(starts.Length + runs.Count);
        var outJudgements = new List<Judgement>(starts.Length + runs.Count);
        var outLosses = losses is null ? null : new List<long>(starts.Length + runs.Count);
        int r = 0, c = 0;
        var outageLoss = FullLoss;
        for (var i = 0; i < starts.Length; i++)
        {
            var position = starts[i];
            var end = i + 1 < starts.Length ? starts[i + 1] : long.MaxValue;
            while (position < end)
            {
                while (r < runs.Count && runs[r].End <= position)
                    r++;
                while (c < counted.Count && counted[c].End <= position)
                    c++;
                var next = end;
                var judgement = judgements[i];
                var loss = losses?[i] ?? 0;
                if (r < runs.Count && runs[r].Start > position)
                {
                    next = Math.Min(next, runs[r].Start);
                }
                else if (r < runs.Count)
                {
                    var counts = c < counted.Count && counted[c].Start <= position;
                    next = Math.Min(next, counts ? counted[c].End : c < counted.Count ? Math.Min(counted[c].Start, runs[r].End) : runs[r].End);
                    var merged = judgement is not (Judgement.Down or Judgement.Disregarded);
                    judgement = counts ? Judgement.Down : Judgement.Disregarded;
                    // The time between two outages that are one weighs as the outage before it.
                    outageLoss = merged ? outageLoss : losses?[i] ?? FullLoss;
                    loss = !counts ? 0 : merged ? Math.Max(loss, outageLoss) : loss;
                }

                outStarts.Add(position);
                outJudgements.Add(judgement);
                outLosses?.Add(loss);
                position = next;
            }
        }

        return new JudgedTimeline([.. outStarts], [.. outJudgements], outLosses?.ToArray(), degradedLoss, [.. runs]);
    }
}
