using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Statements;
using Levelkeeper.Reports.Forms;

namespace Levelkeeper.Reports.Statements;

/// <summary>What a statement says of its lines and results in sentences: the same in a document and in a workbook.</summary>
/// <param name="statement">The statement.</param>
/// <param name="values">The values of its language.</param>
internal sealed class StatementSentences(Statement statement, StatementValues values)
{
    /// <summary>What a line is: its form, or what brought it about.</summary>
    public string Kind(StatementLine line) => line is { Kind: StatementLineKind.Remedy, Form: { } form } ? values.Word("payment", form) : values.Word("kind", line.Kind);

    /// <summary>How a line stands, with what is to be known of it: when it is due, until when it can be claimed, why it is not owed.</summary>
    public string Standing(StatementLine line)
    {
        if (line.Standing == LineStanding.NotOwed && line.Owed is { } owed)
            return values.Word("short", owed.State);
        if (line.Standing == LineStanding.ToBeClaimed && line.ClaimUntil is { } until)
            return values.Say("doc.claim-until", ("standing", values.Word("standing", line.Standing)), ("date", values.LastDay(until)));
        var text = line.Standing == LineStanding.Payable && line.Payable.Sign == 0 ? values.Say("standing.Payable.zero") : values.Word("standing", line.Standing);
        if (line.Standing == LineStanding.Payable && line.Contested.Sign > 0)
            text = values.Say("doc.part-contested", ("standing", text), ("amount", values.Money(line.Contested)));
        if (line.Standing is not (LineStanding.Payable or LineStanding.Contested) || line.Payable.Sign <= 0)
            return text;
        return line is { Due: { } due, Kind: not StatementLineKind.LatePayment } ? values.Say("doc.due", ("standing", text), ("date", values.LastDay(due)))
            : line.Settled is { } settled ? values.Say("doc.settled", ("standing", text), ("settled", values.Remedies.Settled(settled)))
            : text;
    }

    /// <summary>From the condition to the payable amount, a sentence a step.</summary>
    public IEnumerable<(string Text, Clause? Clause)> Of(StatementLine line, OwedLine owed)
    {
        yield return (values.Say("reckoning.when", ("condition", values.Remedies.Condition(owed.Remedy.When))), owed.Remedy.WhenClause);
        if (ResultOf(owed) is { } result)
            yield return (values.Say("reckoning.result", ("objective", values.Reference("objectives", result.Objective)), ("period", values.Foreign(result.Period.Label)), ("level", values.Level(result)), ("target", values.Target(result)), ("verdict", Verdict(result))), result.Clause);
        if (!owed.Events.IsEmpty)
            yield return (values.Say("reckoning.events", ("events", values.List(owed.Events.Select(Event)))), null);
        if (owed.Remedy.Benefit is Benefit.Payment { Amount: var rule })
        {
            yield return (rule.Flat is { } flat ? values.Say("reckoning.pays", ("payout", values.Remedies.Payment(flat))) : values.Say(rule.TiersAdd ? "reckoning.pays-tiers-add" : "reckoning.pays-tiers"), rule.Clause);
            foreach (var step in owed.Steps)
                yield return (Step(step, rule, owed), step.Clause);
        }

        if (owed.State != OwedState.Owed)
            yield return (values.Say($"state.{owed.State}", ("amount", values.Money(owed.State == OwedState.InsufficientEvidence ? owed.AtMost : owed.WouldBe)), ("reason", values.Foreign(owed.Unknown))), null);
        if (owed.OutdoneBy is { } better)
            yield return (values.Say("reckoning.outdone-by", ("line", values.Line(better, statement.Period.Label))), null);
        if (owed.State == OwedState.Owed && owed.AtMost > owed.Amount)
            yield return (values.Say("reckoning.at-most", ("amount", values.Money(owed.AtMost))), null);
        if (owed.IfApproved is { } approved && approved != owed.Amount)
            yield return (values.Say("reckoning.if-approved", ("amount", values.Money(approved))), null);
        if (owed is { State: OwedState.Owed, Remedy.Claim: { } claim })
            yield return (line.ClaimUntil is { } until ? values.Say("reckoning.claim", ("date", values.LastDay(until))) : values.Say("reckoning.claim-open"), claim.Clause);
        if (line.Contested.Sign > 0)
            yield return (values.Say("reckoning.contested", ("amount", values.Money(line.Contested))), null);
        if (!line.Facts.IsEmpty)
            yield return (values.Say("reckoning.facts", ("facts", values.List(line.Facts.Select(f => values.Say("doc.parenthesis", ("a", values.Foreign($"{f.Source} {f.Id}")), ("b", values.At(f.Time))))))), null);
        yield return (values.Say("reckoning.payable", ("amount", values.Money(line.Payable)), ("standing", Standing(line))), null);
    }

    private string Event(OwedEvent happened) => values.Say($"event.{happened.Kind}", ("span", values.Span(happened.Span)), ("subject", values.Event(happened.Subject)));

    /// <summary>A step from a result to an amount.</summary>
    public string Step(AmountStep step, AmountRule rule, OwedLine owed)
    {
        var key = step is { Kind: AmountStepKind.Units, Third.Unit: QuantityUnit.Share } ? "step.Units.lost" : $"step.{step.Kind}";
        return values.Say(
            key,
            ("first", values.Quantity(step.First)),
            ("second", step.Second is { } second ? values.Quantity(second) : ""),
            ("third", step.Third is { } third ? values.Quantity(third) : ""),
            ("name", values.Foreign(step.Name)),
            ("base", values.Remedies.Base(rule.Base is AmountBase.FeeOfService { Service.Length: 0 } ? new AmountBase.FeeOfService(owed.Service) : rule.Base)),
            ("edges", step.Tier is { } tier ? Edges(tier, rule.Scale ?? TierScale.Level) : ""),
            ("payout", step.Tier is { } reached ? values.Remedies.Payment(reached.Pay) : ""),
            ("rounding", values.Word("rounding", rule.Rounding)));
    }

    private string Edges(Tier tier, TierScale scale)
    {
        var edges = new List<string>();
        if (tier.From is { } from)
            edges.Add(values.Say(tier.FromIsOutside ? "edge.above" : "edge.from", ("value", values.Remedies.Edge(from, scale))));
        if (tier.Below is { } below)
            edges.Add(values.Say(tier.BelowIsInside ? "edge.up-to" : "edge.below", ("value", values.Remedies.Edge(below, scale))));
        return edges.Count == 0 ? values.Say("edge.any") : values.List(edges);
    }

    /// <summary>What a result came to, with its mark.</summary>
    public string Verdict(ObjectiveEvaluation result)
    {
        var word = $"{VerdictForm.Mark(result.Verdict)} {values.Word("verdict", result.Verdict)}";
        if (result.Period.Running)
            word = values.Say("verdict.interim", ("verdict", word));
        return result.IfPendingApproved == result.Verdict ? word : values.Say("verdict.if-approved", ("verdict", word), ("other", values.Word("verdict", result.IfPendingApproved)));
    }

    /// <summary>The result that a line was reckoned from: of its period, else of one that shares time with it.</summary>
    private ObjectiveEvaluation? ResultOf(OwedLine owed) =>
        statement.Evaluation.Objectives.Where(r => r.Objective == owed.Objective && (r.Period.Label == owed.Name.Period || !r.Period.Span.Intersect(owed.Period.Span).IsEmpty)).MaxBy(r => r.Period.Label == owed.Name.Period);
}
