using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Duties;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Measurements.Tickets;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Rosters;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Evaluation;

/// <summary>Objectives on measured values, tickets and duties.</summary>
internal static class ValueObjectives
{
    public static ObjectiveEvaluation Values(ObjectiveContext context, Indicator.Values indicator)
    {
        var facts = ValueFacts(context, indicator);
        if (context.Objective.EachOf.Length > 0)
            return EachMember(context, indicator, facts);
        var measured = Measurement.Of(indicator.Rule, facts, context.Counted);
        var evaluation = context.Result(measured.Value, measured.Volume, GrowthOf(indicator.Rule.Aggregation, facts), measured.Explanation);
        return context.Objective.HasBurnRate ? evaluation with { BurnAlerts = BurnAlerts(context, indicator, facts) } : evaluation;
    }

    private static ImmutableArray<BurnAlertReading> BurnAlerts(ObjectiveContext context, Indicator.Values indicator, List<Fact> facts)
    {
        var first = facts.Count > 0 ? facts.Min(f => f.Data is FactData.Aggregated window ? window.Start : f.Time).ToUnixTimeTicks() : (long?)null;
        return BurnRates.Of(context, first, window =>
        {
            var measured = Measurement.Of(indicator.Rule, facts, window);
            var best = measured.Value switch
            {
                MeasuredValue.Exact exact => exact.Value.Value,
                MeasuredValue.Band { High: { } high } => high.Value,
                _ => 1,
            };
            return ((1 - best) * measured.Volume, measured.Volume);
        });
    }

    private static Growth GrowthOf(Aggregation aggregation, List<Fact> facts) => aggregation switch
    {
        Aggregation.Count => Growth.Count,
        // A sum with losses in it can fall again.
        Aggregation.Sum => facts.Any(f => f.Data is FactData.Measured { Value: < 0 } or FactData.Aggregated { Sum: < 0 }) ? Growth.None : Growth.Count,
        Aggregation.Maximum => Growth.Peak,
        _ => Growth.None,
    };

    private static List<Fact> ValueFacts(ObjectiveContext context, Indicator.Values indicator)
    {
        IEnumerable<EffectiveFact> facts = context.Facts.Business(context.Objective.Service);
        if (context.Objective.Service.Length > 0)
            facts = facts.Concat(context.Facts.OfService(context.Objective.Service));
        var result = facts.Select(f => f.Fact).Where(f => f.Data switch
        {
            FactData.Measured measured => measured.Metric == indicator.Metric,
            FactData.Aggregated window => window.Metric == indicator.Metric,
            FactData.Probed => indicator.Metric == "latency",
            _ => false,
        } && indicator.Where.Fits(f.Address.Labels)).ToList();
        result.Sort(Fact.CompareWithinEntity);
        return result;
    }

    private static ObjectiveEvaluation EachMember(ObjectiveContext context, Indicator.Values indicator, List<Fact> facts)
    {
        var objective = context.Objective;
        var definition = context.Agreement.Rosters.First(r => r.Name == objective.EachOf);
        var roster = Roster.Of(
            definition.Name,
            definition.Members,
            Instant.FromUnixTimeTicks(context.Agreement.TermTime.Start),
            [.. context.Facts.Business("").Select(f => f.Fact)]);
        var rule = new PerMemberRule
        {
            Measurement = indicator.Rule,
            Target = new Quantity(objective.Target.Bound, objective.TargetUnit, indicator.Rule.Unit.Name),
            Partial = definition.Partial,
            Clauses = [definition.Clause],
        };
        var result = PerMember.Measure(rule, roster, facts, context.Period.During, context.UnderAgreement.Intersect(context.During));
        var members = result.Members.Select(m => OfMember(context, m, GrowthOf(indicator.Rule.Aggregation, facts))).ToImmutableArray();
        var judged = PerMember.Judge(result, m => members.First(e => e.Member == m.Member.Member).Verdict switch
        {
            Verdict.Met => true,
            Verdict.Breached => false,
            Verdict.AtRisk or Verdict.Excused or Verdict.InsufficientEvidence or Verdict.NoActivity => null,
            _ => throw new InvalidOperationException("Unknown verdict."),
        });

        var all = new LevelTarget(LevelComparison.AtLeast, objective.MembersReaching);
        var (level, lowest, highest) = LevelJudge.Show(judged.Share);
        var verdict = lowest is null || highest is null
            ? Verdict.NoActivity
            : all.Judge(lowest.Value.Value, highest.Value.Value);
        if (verdict == Verdict.InsufficientEvidence && context.Evaluated.Running)
            verdict = members.Any(m => m.Verdict == Verdict.AtRisk) ? Verdict.AtRisk : Verdict.Met;
        var tree = judged.Explanation with { Parts = judged.Explanation.Parts };
        return context.Make(verdict, verdict, tree) with
        {
            Level = level,
            Lowest = lowest,
            Highest = highest,
            Volume = judged.Met + judged.Missed + judged.Undecided,
            Members = members,
            Misses = [.. members.Where(m => m.Verdict == Verdict.Breached).Select(m => new MissReading(m.Member, context.During, context.During.EndInstant, IntervalSet.Empty, false))],
        };
    }

    private static ObjectiveEvaluation OfMember(ObjectiveContext context, MemberResult member, Growth growth)
    {
        var target = member.Target is { } own ? context.Objective.Target with { Bound = own.Value } : null;
        // Who has no target in this period has nothing to reach; what was measured is still shown.
        var evaluation = target is null
            ? context.Make(Verdict.NoActivity, Verdict.NoActivity, member.Explanation)
            : Judged(context with { Objective = context.Objective with { Target = target } }, member, growth);
        return evaluation with { Member = member.Member.Member };
    }

    /// <summary>A member's target is prorated already, to its own time on the roster.</summary>
    private static ObjectiveEvaluation Judged(ObjectiveContext context, MemberResult member, Growth growth)
    {
        var measured = member.Measured;
        var verdict = LevelJudge.Judge(context.Objective, measured.Value, measured.Volume, context.Evaluated, context.PassedShare, growth);
        var (level, lowest, highest) = LevelJudge.Show(measured.Value);
        return context.Make(verdict, verdict, member.Explanation) with
        {
            Level = level,
            Lowest = lowest,
            Highest = highest,
            Volume = measured.Volume,
            Budget = LevelJudge.Budget(context.Objective.Target, measured.Value, measured.Volume, context.PassedShare, growth),
        };
    }

    public static ObjectiveEvaluation Tickets(ObjectiveContext context, Indicator.Tickets indicator)
    {
        var tickets = context.Facts.Tickets
            .Where(t => (context.Objective.Service.Length == 0 || t.Service == context.Objective.Service) && indicator.Where.Fits(t.Address.Labels))
            .Select(t => new TicketHistory(t.Ticket, [.. t.Seen]))
            .ToList();
        var result = TicketMeasurement.Of(indicator.Rule, tickets, context.Counted);
        var growth = indicator.Rule.Indicator is TicketIndicator.Resolved or TicketIndicator.Reported ? Growth.Count : Growth.None;
        return context.Result(result.Value, result.Volume, growth, result.Explanation);
    }

    public static ObjectiveEvaluation Duty(ObjectiveContext context, Indicator.Duty indicator)
    {
        var facts = context.Facts.Business(context.Objective.Service).Select(f => f.Fact).ToList();
        var result = DutyEvaluation.Evaluate(indicator.Rule, facts, context.During, context.AsOf);
        // With a grace that reaches past the period's end, what is still pending keeps the result interim.
        if (result.Occurrences.Any(o => o.Outcome == DutyOutcome.Pending && (indicator.Rule.LateCounts || !o.IsOverdue)))
            context = context.Interim();
        var evaluation = context.Result(result.Value, result.Volume, Growth.None, result.Explanation) with { Misses = [.. result.Occurrences.Where(Failed).Select(o => Miss(o, context.AsOf))] };
        if (!context.Evaluated.Running || context.Objective.Target is not { Comparison: LevelComparison.AtLeast or LevelComparison.MoreThan } target)
            return evaluation;
        // All occurrences of the period are known beforehand: when not even the rest done in time can reach the target, it is lost.
        var lost = result.Occurrences.Count(Failed);
        return lost > 0 && !target.IsMetBy(new Rational(result.Occurrences.Length - lost, result.Occurrences.Length))
            ? context.Decide(evaluation, Verdict.Breached, result.Explanation)
            : evaluation;

        // Where lateness counts like being in time, only what was not done within the grace failed.
        bool Failed(DutyOccurrenceResult o) => o.Outcome == DutyOutcome.Missed || !indicator.Rule.LateCounts && (o.IsOverdue || o.Outcome == DutyOutcome.DoneLate);
    }

    private static MissReading Miss(DutyOccurrenceResult occurrence, Instant asOf)
    {
        var due = occurrence.Occurrence.Due.ToUnixTimeTicks();
        var late = new TickInterval(due, Math.Max(due, (occurrence.By?.Time ?? asOf).ToUnixTimeTicks()));
        return new MissReading(occurrence.Occurrence.Due.ToString(), new TickInterval(Math.Min(due, occurrence.Occurrence.Opens.ToUnixTimeTicks()), late.End), occurrence.Occurrence.Due, IntervalSet.Of(late), occurrence.By is null);
    }
}
