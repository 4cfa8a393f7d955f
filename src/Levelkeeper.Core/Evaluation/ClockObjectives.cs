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
        var mine = readings.Where(r => PeriodInstant(r, indicator) is { } at && counted.Contains(at.ToUnixTimeTicks())).ToList();
        return indicator.Statistic switch
        {
            ClockStatistic.ShareInTime => ShareInTime(context, readings, mine),
            ClockStatistic.TimeSpent spent => TimeSpent(context, indicator, spent.Aggregation, mine),
            _ => throw new InvalidOperationException("The statistics of a clock are closed."),
        };
    }

    /// <summary>The instant that says to which period a reading belongs; null when it belongs to none yet.</summary>
    private static Instant? PeriodInstant(ClockReading reading, Indicator.Clock indicator)
    {
        var decided = reading.Verdict is ClockVerdict.Met or ClockVerdict.Breached;
        if (indicator.Statistic is ClockStatistic.TimeSpent)
            return reading.Verdict == ClockVerdict.Cancelled ? null : indicator.CountedIn == CountedIn.Opened ? (reading.StoppedAt is null ? null : reading.StartedAt) : reading.StoppedAt;
        return indicator.CountedIn switch
        {
            CountedIn.Decided => reading.DecidedAt,
            CountedIn.Opened => decided ? reading.StartedAt : null,
            CountedIn.Stopped => decided ? reading.StoppedAt : null,
            _ => throw new InvalidOperationException("Unknown choice of period."),
        };
    }

    private static ObjectiveEvaluation ShareInTime(ObjectiveContext context, ImmutableArray<ClockReading> all, List<ClockReading> mine)
    {
        var met = mine.Where(r => r.Verdict == ClockVerdict.Met).ToList();
        var breached = mine.Where(r => r.Verdict == ClockVerdict.Breached).ToList();
        var total = met.Count + breached.Count;
        var before = context.During.End;
        var open = all.Where(r => r.Verdict is ClockVerdict.Running or ClockVerdict.Paused && r.StartedAt.ToUnixTimeTicks() < before).ToList();
        var cancelled = all.Where(r => r.Verdict == ClockVerdict.Cancelled && r.StoppedAt is { } at && context.During.Contains(at.ToUnixTimeTicks())).ToList();
        ImmutableArray<Explanation> asideParts =
        [
            .. open.Count > 0 ? [Aside("not counted: not yet due", open)] : ImmutableArray<Explanation>.Empty,
            .. cancelled.Count > 0 ? [Aside("not counted: cancelled", cancelled)] : ImmutableArray<Explanation>.Empty,
        ];
        if (total == 0)
            return context.Result(MeasuredValue.NoActivity.Instance, 0, Growth.None, Parts.Reason("tickets in time", "No clock was decided in this period.", asideParts));

        var share = new Rational(met.Count, total);
        var level = Parts.Derived(
            "share in time",
            Quantity.Share(share),
            Derivation.Quotient,
            Parts.Count("met", met.Count, "tickets", met.Select(Decided)),
            Parts.Derived(
                "decided",
                Quantity.Count(total, "tickets"),
                Derivation.Sum,
                Parts.Count("met", met.Count, "tickets", []) with { Derivation = Derivation.Given },
                Parts.Count("breached", breached.Count, "tickets", breached.Select(Decided))));
        var tree = asideParts.IsEmpty ? level : Parts.Reason("tickets in time", "", [level, .. asideParts]);
        var result = context.Result(new MeasuredValue.Exact(Quantity.Share(share)), total, Growth.None, tree) with { Misses = [.. breached.OrderBy(r => r.BreachedAt).Select(Miss)] };
        // What every ticket must reach is lost with the first breach, whatever the rest of the period brings.
        var lost = breached.Count > 0 && context.Objective.Target is { Comparison: LevelComparison.AtLeast } target && target.Bound == 1;
        if (lost)
            result = result with { LostAt = breached.Min(r => r.BreachedAt) };
        return lost && result.Verdict == Verdict.AtRisk ? context.Decide(result, Verdict.Breached, tree) : result;
    }

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
        var window = indicator.CountedIn == CountedIn.Opened ? new Time.TickInterval(context.Counted.Start, Math.Max(context.Counted.End, context.AsOf.ToUnixTimeTicks() + 1)) : context.Counted;
        var measured = Measurement.Of(rule, facts, window);
        var tree = Parts.Reason($"time spent on the clock '{indicator.Definition.Name}'", $"{mine.Count} clocks stopped in this period.", [measured.Explanation, .. mine.Take(FactTally.ListLimit).Select(r => r.Explain())]);
        return context.Result(measured.Value, measured.Volume, Growth.None, tree);
    }

    private static Explanation Decided(ClockReading reading) => Parts.Given(reading.Ticket, Quantity.Of(reading.DecidedAt!.Value), "when it was decided") with { Parts = [reading.Explain()] };

    private static Explanation Aside(string title, List<ClockReading> readings) =>
        Parts.Reason(title, $"{readings.Count} clocks", readings.Take(FactTally.ListLimit).Select(r => r.Explain()));

    /// <summary>Reads one clock on the tickets of a service.</summary>
    public static ImmutableArray<ClockReading> Read(Agreement agreement, ClockDefinition clock, string service, TicketFilter where, MatchedFacts matched, Instant asOf)
    {
        var definition = agreement.Service(service);
        var policies = agreement.TicketPolicies with { EssentialFunctions = definition?.EssentialFunctions ?? [] };
        var program = ClockProgram.Compile([clock, .. agreement.Clocks.Where(c => clock.Lateness.Any(l => l.Clock == c.Name) && c.Name != clock.Name)], policies, new Diagnostics.DiagnosticBag())
            ?? throw new InvalidOperationException($"The clock '{clock.Name}' does not fit together; the language should have refused it.");
        var read = matched.Tickets.Where(t => (service.Length == 0 || t.Service == service) && where.Fits(t.Address.Labels)).Select(t => t.Ticket).ToHashSet(StringComparer.Ordinal);
        // All tickets are given, because one that is not read may have been merged into one that is.
        var facts = matched.Tickets.SelectMany(t => t.Facts).Select(f => f.Fact);
        return [.. TicketClocks.Evaluate(program, facts, asOf, Surroundings(agreement, matched), read.Contains).Where(r => r.Clock == clock.Name)];
    }

    /// <summary>What the tickets' own facts do not say: when they came under the agreement and left it, and when the outages ended that they are linked to.</summary>
    public static TicketSurroundings Surroundings(Agreement agreement, MatchedFacts matched) => new()
    {
        Turns = matched.Tickets.SelectMany(t => t.Turns).ToImmutableDictionary(t => t.At.Key, t => t.Belongs),
        Recoveries = OutageRecoveries.Of(agreement, matched),
    };
}
