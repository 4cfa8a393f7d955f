using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Duties;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Measurements.Tickets;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Rosters;
using NodaTime;

namespace Levelkeeper.Core.Evaluation;

/// <summary>Objectives on measured values, tickets, requests and duties.</summary>
internal static class ValueObjectives
{
    public static ObjectiveEvaluation Values(ObjectiveContext context, Indicator.Values indicator)
    {
        var facts = ValueFacts(context, indicator);
        var grows = indicator.Rule.Aggregation is Aggregation.Count or Aggregation.Sum or Aggregation.Maximum;
        if (context.Objective.EachOf.Length > 0)
            return EachMember(context, indicator, facts, grows);
        var measured = Measurement.Of(indicator.Rule, facts, context.Counted);
        return context.Result(measured.Value, measured.Volume, grows, measured.Explanation);
    }

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

    private static ObjectiveEvaluation EachMember(ObjectiveContext context, Indicator.Values indicator, List<Fact> facts, bool grows)
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
        var result = PerMember.Measure(rule, roster, facts, context.Period.During);
        var members = result.Members.Select(m => OfMember(context, m, grows)).ToImmutableArray();
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
        };
    }

    private static ObjectiveEvaluation OfMember(ObjectiveContext context, MemberResult member, bool grows)
    {
        var target = member.Target is { } own ? context.Objective.Target with { Bound = own.Value } : null;
        // Who has no target in this period has nothing to reach; what was measured is still shown.
        var evaluation = target is null
            ? context.Make(Verdict.NoActivity, Verdict.NoActivity, member.Explanation)
            : (context with { Objective = context.Objective with { Target = target } }).Result(member.Measured.Value, member.Measured.Volume, grows, member.Explanation);
        return evaluation with { Member = member.Member.Member };
    }

    public static ObjectiveEvaluation Tickets(ObjectiveContext context, Indicator.Tickets indicator)
    {
        var tickets = context.Facts.Tickets
            .Where(t => (context.Objective.Service.Length == 0 || t.Service == context.Objective.Service) && indicator.Where.Fits(t.Address.Labels))
            .Select(t => new TicketHistory(t.Ticket, [.. t.Facts.Select(f => f.Fact)]))
            .ToList();
        var result = TicketMeasurement.Of(indicator.Rule, tickets, context.Counted);
        var grows = indicator.Rule.Indicator is TicketIndicator.Resolved or TicketIndicator.Reported;
        return context.Result(result.Value, result.Volume, grows, result.Explanation);
    }

    public static ObjectiveEvaluation Duty(ObjectiveContext context, Indicator.Duty indicator)
    {
        var facts = context.Facts.Business(context.Objective.Service).Select(f => f.Fact).ToList();
        var result = DutyEvaluation.Evaluate(indicator.Rule, facts, context.Period.During, context.AsOf);
        var evaluation = context.Result(result.Value, result.Volume, grows: false, result.Explanation);
        // A missed occurrence cannot be made good: what every occurrence must reach is lost with the first.
        var lost = context.Objective.Target is { Comparison: LevelComparison.AtLeast } target && target.Bound == 1
            && result.Occurrences.Any(o => o.Outcome == DutyOutcome.Missed);
        return lost ? context.Make(Verdict.Breached, Verdict.Breached, result.Explanation) with { Level = evaluation.Level, Lowest = evaluation.Lowest, Highest = evaluation.Highest, Volume = evaluation.Volume } : evaluation;
    }

    public static ObjectiveEvaluation Requests(ObjectiveContext context, Indicator.Requests indicator)
    {
        var facts = context.Facts.OfService(context.Objective.Service).Select(f => f.Fact).ToList();
        // What cannot be counted was reported when the facts were read; here it only does not count.
        var windows = RequestWindow.From(facts, indicator.Metric, new DiagnosticBag());
        var result = RequestAvailability.Evaluate(windows, context.Counted, context.AsOf, indicator.Method);
        if (result.Level is not { } level)
            return context.Result(MeasuredValue.NoActivity.Instance, 0, grows: false, Parts.Reason("no requests", "Nothing was counted in this period."));
        var counted = facts.Where(f => f.Data is FactData.Aggregated window && window.Metric == indicator.Metric && context.Counted.Contains(f.Time.ToUnixTimeTicks() - 1)).ToList();
        var (good, total) = indicator.Method switch
        {
            RequestMethod.Ratio => ("good", "all"),
            RequestMethod.MeanOfIntervals => ("sum of the intervals' rates", "intervals"),
            RequestMethod.Slices => ("good intervals", "intervals"),
            _ => throw new InvalidOperationException("The methods are closed."),
        };
        var tree = Parts.Derived(
            $"share of {indicator.Metric}",
            Quantity.Share(level),
            Derivation.Quotient,
            Parts.Given(good, new Quantity(result.Good, QuantityUnit.Number), "", counted),
            Parts.Given(total, new Quantity(result.Total, QuantityUnit.Number)));
        var bound = context.Objective.Target.Bound;
        var allowed = (1 - bound) * result.Total;
        var consumed = result.Total - result.Good;
        var budget = new BudgetReading(QuantityUnit.Number, allowed, consumed, allowed - consumed, bound == 1 ? null : consumed / result.Total / (1 - bound));
        return context.Result(new MeasuredValue.Exact(Quantity.Share(level)), result.Requests, grows: false, tree, budget);
    }
}
