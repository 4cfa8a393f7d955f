using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Evaluation;

/// <summary>Objectives on the clocks of tickets.</summary>
internal static class ClockObjectives
{
    public static ObjectiveEvaluation Evaluate(ObjectiveContext context, Indicator.Clock indicator, ImmutableArray<ClockReading> readings)
    {
        var counted = context.Counted;
        // Where the start says to which period a ticket belongs, a period that has ended is still interim while one of its clocks is open.
        if (indicator.CountedIn == CountedIn.Opened && readings.Any(r => r.Verdict is ClockVerdict.Running or ClockVerdict.Paused && counted.Contains(r.StartedAt.ToUnixTimeTicks())))
            context = context.Interim();
        var mine = readings.Where(r => IsIn(r, indicator, counted)).ToList();
        return indicator.Statistic switch
        {
            ClockStatistic.ShareInTime => ShareInTime(context, indicator, readings, mine),
            ClockStatistic.TimeSpent spent => TimeSpent(context, indicator, spent.Aggregation, mine),
            _ => throw new InvalidOperationException("The statistics of a clock are closed."),
        };
    }

    /// <summary>Whether a period after an objective was removed has something to say: a ticket that counts in it, or may yet.</summary>
    public static bool IsCarriedInto(ObjectiveContext context, Indicator.Clock indicator, ImmutableArray<ClockReading> readings)
    {
        var (counted, running) = (context.Counted, context.Evaluated.Running);
        return readings.Any(r => IsCarriedInto(counted, running, indicator, ClockOutcome.Of(r)));
    }

    /// <summary>The verdict on a share in time from what every cycle came to: the same as the full result's.</summary>
    /// <returns>Null where a carried-over period has nothing to say.</returns>
    public static ClockShareVerdict? Judge(ObjectiveContext context, Indicator.Clock indicator, ReadOnlySpan<ClockOutcome> outcomes)
    {
        var (counted, running) = (context.Counted, context.Evaluated.Running);
        var (open, carried, kept, all, decidedMiss, firstMiss) = (false, false, 0L, 0L, false, long.MaxValue);
        foreach (ref readonly var outcome in outcomes)
        {
            carried |= context.Part.IsCarriedOver && IsCarriedInto(counted, running, indicator, outcome);
            open |= outcome.IsOpen && counted.Contains(outcome.StartedAt);
            if (PeriodTicks(outcome, indicator) is var at && (at == long.MinValue || !counted.Contains(at)))
                continue;
            all++;
            if (CountsAs(outcome, indicator) == CountedAs.Met)
            {
                kept++;
                continue;
            }

            decidedMiss |= !outcome.IsOpen;
            if (outcome.BreachedAt != long.MinValue)
                firstMiss = Math.Min(firstMiss, outcome.BreachedAt);
        }

        if (context.Part.IsCarriedOver && !carried)
            return null;
        if (open && indicator.CountedIn == CountedIn.Opened)
            context = context.Interim();
        if (all == 0)
            return Of(Verdict.NoActivity, null);
        var share = new MeasuredValue.Exact(Quantity.Share(new Rational(kept, all)));
        // How much of the period has passed decides nothing about what can rise and fall.
        var verdict = LevelJudge.Judge(context.Objective, share, all, context.Evaluated, 1, Growth.None);
        return decidedMiss && AsksForEvery(context.Objective)
            ? Of(verdict == Verdict.AtRisk ? Verdict.Breached : verdict, firstMiss == long.MaxValue ? null : Instant.FromUnixTimeTicks(firstMiss))
            : Of(verdict, null);

        ClockShareVerdict Of(Verdict verdict, Instant? lostAt) => new(context.Evaluated, verdict, lostAt) { Target = context.Objective.Target, Counted = all, InTime = kept };
    }

    private static bool IsCarriedInto(TickInterval counted, bool running, Indicator.Clock indicator, in ClockOutcome outcome) =>
        (PeriodTicks(outcome, indicator) is var at && at != long.MinValue && counted.Contains(at))
        || (running && outcome.IsOpen && indicator.CountedIn != CountedIn.Opened);

    /// <summary>What every ticket must reach is lost with the first breach, whatever the rest of the period brings.</summary>
    private static bool AsksForEvery(Objective objective) => objective.Target is { Comparison: LevelComparison.AtLeast } target && target.Bound == 1;

    private static bool IsIn(ClockReading reading, Indicator.Clock indicator, TickInterval counted) =>
        PeriodTicks(ClockOutcome.Of(reading), indicator) is var at && at != long.MinValue && counted.Contains(at);

    /// <summary>The instant that says to which period a cycle belongs, in ticks; <see cref="long.MinValue"/> when it belongs to none, or to none yet.</summary>
    private static long PeriodTicks(in ClockOutcome outcome, Indicator.Clock indicator)
    {
        if (indicator.Statistic is ClockStatistic.TimeSpent)
            return outcome.Verdict == ClockVerdict.Cancelled ? long.MinValue : indicator.CountedIn == CountedIn.Opened && outcome.StoppedAt != long.MinValue ? outcome.StartedAt : outcome.StoppedAt;
        if (CountsAs(outcome, indicator) == CountedAs.NotCounted)
            return long.MinValue;
        return indicator.CountedIn switch
        {
            CountedIn.Decided => outcome.Verdict == ClockVerdict.Cancelled ? outcome.StoppedAt : outcome.DecidedAt,
            CountedIn.Opened => outcome.StartedAt,
            CountedIn.Stopped => outcome.StoppedAt,
            _ => throw new InvalidOperationException("Unknown choice of period."),
        };
    }

    private static CountedAs CountsAs(ClockReading reading, Indicator.Clock indicator) => CountsAs(ClockOutcome.Of(reading), indicator);

    /// <summary>What a cycle is in the share in time.</summary>
    private static CountedAs CountsAs(in ClockOutcome outcome, Indicator.Clock indicator) => outcome.Verdict switch
    {
        ClockVerdict.Met => CountedAs.Met,
        ClockVerdict.Breached => CountedAs.Missed,
        // Cancelled though it was overdue: a breach that both sides agreed not to count.
        ClockVerdict.Cancelled => outcome.IsOverdue ? CountedAs.NotCounted : indicator.Cancelled,
        ClockVerdict.Running or ClockVerdict.Paused => indicator.NotYetDue,
        _ => throw new InvalidOperationException("A verdict that is not handled."),
    };

    private static ObjectiveEvaluation ShareInTime(ObjectiveContext context, Indicator.Clock indicator, ImmutableArray<ClockReading> all, List<ClockReading> mine)
    {
        var kept = mine.Where(r => CountsAs(r, indicator) == CountedAs.Met).ToList();
        var missed = mine.Where(r => CountsAs(r, indicator) == CountedAs.Missed).ToList();
        var before = context.During.End;
        var open = all.Where(r => IsOpen(r) && CountsAs(r, indicator) == CountedAs.NotCounted && r.StartedAt.ToUnixTimeTicks() < before).ToList();
        var cancelled = all.Where(r => r.Verdict == ClockVerdict.Cancelled && CountsAs(r, indicator) == CountedAs.NotCounted && r.StoppedAt is { } at && context.During.Contains(at.ToUnixTimeTicks())).ToList();
        ImmutableArray<Explanation> asideParts =
        [
            .. open.Count > 0 ? [Aside("not counted: not yet due", open)] : ImmutableArray<Explanation>.Empty,
            .. cancelled.Count > 0 ? [Aside("not counted: cancelled", cancelled)] : ImmutableArray<Explanation>.Empty,
        ];
        if (mine.Count == 0)
            return context.Result(MeasuredValue.NoActivity.Instance, 0, Growth.None, Parts.Reason("tickets in time", "No clock was decided in this period.", asideParts));

        var share = new Rational(kept.Count, mine.Count);
        var inTime = Counted("in time", "met", kept);
        var level = Parts.Derived(
            "share in time",
            Quantity.Share(share),
            Derivation.Quotient,
            inTime,
            Parts.Derived(
                "decided",
                Quantity.Count(mine.Count, "tickets"),
                Derivation.Sum,
                inTime with { Derivation = Derivation.Given, Parts = [] },
                Counted("late", "breached", missed)));
        var tree = asideParts.IsEmpty ? level : Parts.Reason("tickets in time", "", [level, .. asideParts]);
        var result = context.Result(new MeasuredValue.Exact(Quantity.Share(share)), mine.Count, Growth.None, tree) with { Misses = [.. missed.Where(r => r.BreachedAt is not null).OrderBy(r => r.BreachedAt).Select(Miss)] };
        // What is only not due yet can still turn out well.
        var lost = missed.Exists(r => !IsOpen(r)) && AsksForEvery(context.Objective);
        if (lost)
            result = result with { LostAt = missed.Min(r => r.BreachedAt) };
        return lost && result.Verdict == Verdict.AtRisk ? context.Decide(result, Verdict.Breached, tree) : result;
    }

    private static bool IsOpen(ClockReading reading) => reading.Verdict is ClockVerdict.Running or ClockVerdict.Paused;

    /// <summary>One side of the share: by its verdict alone, or as the sum of that and of what a clause counts so.</summary>
    private static Explanation Counted(string title, string verdict, List<ClockReading> readings)
    {
        var decided = Of(verdict, readings.Where(r => r.Verdict is ClockVerdict.Met or ClockVerdict.Breached));
        ImmutableArray<Explanation> others =
        [
            .. new[] { Of($"cancelled, which counts as {title}", readings.Where(r => r.Verdict == ClockVerdict.Cancelled)), Of($"not yet due, which counts as {title}", readings.Where(IsOpen)) }
                .Where(o => o.Value!.Value.Value.Sign > 0),
        ];
        return others.IsEmpty ? decided : Parts.Derived(title, Quantity.Count(readings.Count, "tickets"), Derivation.Sum, [decided, .. others]);

        static Explanation Of(string name, IEnumerable<ClockReading> readings)
        {
            var list = readings.ToList();
            return Parts.Count(name, list.Count, "tickets", list.Select(At));
        }
    }

    /// <summary>A ticket with the instant by which it stands where it is counted.</summary>
    private static Explanation At(ClockReading reading) => (reading.DecidedAt, reading.StoppedAt) switch
    {
        ({ } decided, _) => Parts.Given(reading.Ticket, Quantity.Of(decided), "when it was decided"),
        (null, { } cancelled) => Parts.Given(reading.Ticket, Quantity.Of(cancelled), "when it was cancelled"),
        _ => Parts.Given(reading.Ticket, Quantity.Of(reading.StartedAt), "when it was opened"),
    } with { Parts = [reading.Explain()] };

    /// <summary>A breached clock, with the time of its own from the breach on: what its calendar closes and what pauses it is not late.</summary>
    private static MissReading Miss(ClockReading reading)
    {
        var (since, end) = (reading.BreachedAt!.Value.ToUnixTimeTicks(), (reading.StoppedAt ?? reading.AsOf).ToUnixTimeTicks());
        var calendar = reading.Definition.CalendarFor(reading.Priority);
        var late = reading.Segments.Where(s => s.Counts)
            .Select(s => new TickInterval(Math.Max(s.During.Start, since), Math.Max(Math.Max(s.During.Start, since), s.During.End)))
            .Where(s => !s.IsEmpty)
            .SelectMany(s => calendar.OpenIntervals(s.Start, s.End));
        var start = Math.Min(reading.StartedAt.ToUnixTimeTicks(), since);
        return new MissReading(reading.Ticket, new TickInterval(start, Math.Max(start, end)), reading.BreachedAt.Value, IntervalSet.Of(late), reading.StoppedAt is null);
    }

    private static ObjectiveEvaluation TimeSpent(ObjectiveContext context, Indicator.Clock indicator, Aggregation aggregation, List<ClockReading> mine)
    {
        // The measurements' aggregation reads values from facts: each stopped clock becomes one value of its open time, in ticks.
        var facts = mine.Select(r => new Fact
        {
            Source = r.Ticket,
            Id = $"{r.Clock}/{r.Cycle}",
            Type = "reading of a clock",
            Subject = r.Ticket,
            Time = r.StoppedAt!.Value,
            Data = new FactData.Measured(r.Clock, (long)r.Spent.BclCompatibleTicks, "", null),
            Digest = default,
        }).ToList();
        facts.Sort(Fact.CompareWithinEntity);
        var rule = new MeasurementRule { Aggregation = aggregation, Unit = ValueUnit.Time("ticks", Duration.FromTicks(1)), Clauses = [context.Objective.Clause] };
        // Which readings count was decided by the caller; the window only has to hold them all: with the opening deciding, a clock may stop after the period.
        var window = indicator.CountedIn == CountedIn.Opened ? new TickInterval(context.Counted.Start, Math.Max(context.Counted.End, context.AsOf.ToUnixTimeTicks() + 1)) : context.Counted;
        var measured = Measurement.Of(rule, facts, window);
        var tree = Parts.Reason($"time spent on the clock '{indicator.Definition.Name}'", $"{mine.Count} clocks stopped in this period.", [measured.Explanation, .. mine.Take(FactTally.ListLimit).Select(r => r.Explain())]);
        return context.Result(measured.Value, measured.Volume, Growth.None, tree);
    }

    private static Explanation Aside(string title, List<ClockReading> readings) =>
        Parts.Reason(title, $"{readings.Count} clocks", readings.Take(FactTally.ListLimit).Select(r => r.Explain()));
}
