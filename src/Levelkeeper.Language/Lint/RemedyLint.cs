using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Remedies;

namespace Levelkeeper.Language.Lint;

/// <summary>Remedies that never arise, pay of nothing, or lapse before anybody can claim them.</summary>
internal static class RemedyLint
{
    public static void Check(Agreement agreement, DiagnosticBag diagnostics)
    {
        foreach (var remedy in agreement.Remedies)
        {
            Claim(agreement, remedy, diagnostics);
            Base(agreement, remedy, diagnostics);
            Grace(agreement, remedy, diagnostics);
            NeverHolds(agreement, remedy, remedy.When, diagnostics);
        }

        if (agreement.Remedies.IsEmpty && agreement.Kind is AgreementKind.Customer or AgreementKind.Supplier && agreement.Currency.Length > 0)
            diagnostics.Note("LK1710", agreement.Objectives.Select(o => o.Clause.Place).FirstOrDefault(), "The agreement names money but no remedy: nothing follows when a target is missed.", "add 'remedies'");
        Undecided(agreement, diagnostics);
    }

    /// <summary>With a supplier it must be said whether what it owes is claimed; and a window must not end before the statement comes.</summary>
    private static void Claim(Agreement agreement, Remedy remedy, DiagnosticBag diagnostics)
    {
        if (agreement.Kind == AgreementKind.Supplier && remedy is { Claim: null, By: PartyRole.Provider } && !remedy.ClaimIsStated && remedy.Benefit is Benefit.Payment)
            diagnostics.Warning("LK1711", remedy.Clause.Place, $"'{remedy.Name}' does not say whether the supplier must be asked for what it owes: most suppliers pay only what is claimed.", "say 'claim: not needed', or 'claim: { within: 30 days }'");
        if (remedy.Claim is { Within: { } window, Starts: ClaimStart.PeriodEnd } && RoughLength.InDays(window) < RoughLength.InDays(agreement.StatementWithin))
            diagnostics.Warning("LK1712", remedy.Claim.Clause.Place, $"What '{remedy.Name}' owes must be claimed within {window} of the period's end, but the statement that shows it comes only after {agreement.StatementWithin}.", "give more time to claim, or issue statements sooner ('statement: { within: … }')");
    }

    private static void Base(Agreement agreement, Remedy remedy, DiagnosticBag diagnostics)
    {
        if (remedy.Benefit is not Benefit.Payment { Amount: { Base: AmountBase.FeeOfService of } amount } || !NeedsBase(amount))
            return;
        var services = of.Service.Length > 0 ? [of.Service] : remedy.When.Objectives.Select(name => agreement.Objectives.First(o => o.Name == name).Service).Distinct(StringComparer.Ordinal).ToArray();
        foreach (var service in services)
        {
            if (!remedy.NotSeen.Any(c => c.Path.EndsWith(".fee", StringComparison.Ordinal)) && !agreement.Price.Fees.Any(f => f.Service == service || (service.Length == 0 && f.Service.Length == 0)))
                diagnostics.Warning("LK1719", amount.Clause.Place, $"'{remedy.Name}' pays a share of the fee of {(service.Length == 0 ? "the agreement" : $"'{service}'")}, which has none: a share of nothing is nothing.", "state the service's 'fee', or another base under 'of'");
        }
    }

    private static bool NeedsBase(AmountRule amount) =>
        amount.Tiers.Select(t => t.Pay).Append(amount.Flat).Any(p => p is Payout.Share or Payout.LostTime or Payout.AffectedShare or Payout.PerUnit { Each: Payout.Share });

    private static void Grace(Agreement agreement, Remedy remedy, DiagnosticBag diagnostics)
    {
        if (remedy.Grace is not { } grace || agreement.Term.Until is not { } until)
            return;
        var last = agreement.Services.Select(s => s.GoLive ?? agreement.Term.From).DefaultIfEmpty(agreement.Term.From).Max();
        if (RoughLength.InDays(grace) >= NodaTime.Period.DaysBetween(last, until))
            diagnostics.Warning("LK1720", remedy.Clause.Place, $"'{remedy.Name}' has a grace of {grace} from go-live, but the agreement ends on {until.PlusDays(-1)}: it never arises.", "shorten the grace, or remove the remedy");
    }

    /// <summary>Conditions that no result can fulfil.</summary>
    private static void NeverHolds(Agreement agreement, Remedy remedy, RemedyCondition condition, DiagnosticBag diagnostics)
    {
        switch (condition)
        {
            case RemedyCondition.Has { Outcome: ObjectiveOutcome.Exceeded } has when agreement.Objectives.First(o => o.Name == has.Objective) is { IsTargetSeen: true, TargetUnit: QuantityUnit.Share, Target.Bound: var bound } && (bound == 1 || bound.Sign == 0):
                diagnostics.Warning("LK1721", remedy.WhenClause.Place, $"'{has.Objective}' cannot be exceeded: its target is the best there is.", "set a target below 100 %, or remove the remedy");
                break;
            case RemedyCondition.OverHistory history when agreement.Term.Until is { } until && DaysOf(history, agreement) is { } days && days * (history.Consecutive ? history.Times : Math.Min(history.Times, history.Periods)) > NodaTime.Period.DaysBetween(agreement.Term.From, until) + 1:
                diagnostics.Warning("LK1722", remedy.WhenClause.Place, $"'{remedy.Name}' asks for {history.Times} periods, which the term does not hold: it never arises.", "ask for fewer, or lengthen the term");
                break;
            case RemedyCondition.All all:
                foreach (var part in all.Of)
                    NeverHolds(agreement, remedy, part, diagnostics);
                break;
            case RemedyCondition.Any any when any.Of.Length > 0:
                foreach (var part in any.Of)
                    NeverHolds(agreement, remedy, part, diagnostics);
                break;
            default:
                break;
        }
    }

    private static int? DaysOf(RemedyCondition.OverHistory history, Agreement agreement)
    {
        var unit = history.Unit ?? (history.Of.Objectives.Select(n => agreement.Objectives.First(o => o.Name == n).Period).FirstOrDefault() is PeriodRule.Calendar { Unit: var own } ? own : null);
        return unit switch
        {
            CalendarUnit.Day => 1,
            CalendarUnit.Week => 7,
            CalendarUnit.Month => 28,
            CalendarUnit.Quarter => 90,
            CalendarUnit.HalfYear => 181,
            CalendarUnit.Year => 365,
            null => null,
            _ => throw new InvalidOperationException($"Unknown unit {unit}."),
        };
    }

    /// <summary>A cause that an objective excuses, and nobody said who may claim it and who decides.</summary>
    private static void Undecided(Agreement agreement, DiagnosticBag diagnostics)
    {
        var said = new HashSet<string>(StringComparer.Ordinal);
        foreach (var objective in agreement.Objectives)
        {
            if (objective.Indicator is not Indicator.Availability { Policy: var policy } || agreement.Exclusions.IsEmpty)
                continue;
            foreach (var cause in policy.ExcusingCauses.Where(c => agreement.Exclusions.All(e => e.Cause != c) && said.Add(c)))
                diagnostics.Warning("LK1723", policy.ClauseOf(nameof(policy.ExcusingCauses)).Place, $"'{objective.Name}' excuses {Diagnostic.Quote(cause)}, but 'exclusions' does not say who may claim it, by when, and who decides.", $"describe '{cause}' under 'exclusions'");
        }
    }
}
