using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Remedies;

namespace Levelkeeper.Language.Lint;

/// <summary>Tiers that leave results without an amount, pay for what is met, or can never pay. Of twenty published tier tables five are broken in one of these ways.</summary>
internal static class TierLint
{
    public static void Check(Agreement agreement, DiagnosticBag diagnostics)
    {
        foreach (var remedy in agreement.Remedies)
        {
            if (remedy.Benefit is not Benefit.Payment { Amount: { Tiers.IsEmpty: false } amount } || amount.Tiers.Any(t => t is { From: null, Below: null }))
                continue;
            var sorted = amount.Tiers.OrderBy(t => t.From is { } from ? from : amount.Tiers.Select(x => x.Below ?? x.From!.Value).Min() - 1).ThenBy(t => t.FromIsOutside).ThenBy(t => t.Below is null).ThenBy(t => t.Below ?? 0).ToImmutableArray();
            Gaps(remedy, amount, sorted, diagnostics);
            Overlaps(remedy, amount, sorted, diagnostics);
            AgainstTarget(agreement, remedy, amount, sorted, diagnostics);
            Caps(remedy, amount, diagnostics);
            Order(remedy, amount, sorted, diagnostics);
        }
    }

    /// <summary>Results between two tiers get nothing though worse and better ones do.</summary>
    private static void Gaps(Remedy remedy, AmountRule amount, ImmutableArray<Tier> sorted, DiagnosticBag diagnostics)
    {
        // Of overlapping tiers the one that reaches furthest says where a gap may begin.
        var furthest = sorted[0];
        foreach (var tier in sorted.Skip(1))
        {
            if (furthest.Below is { } end && tier.From is { } start)
            {
                if (end == start && !furthest.BelowIsInside && tier.FromIsOutside)
                    diagnostics.Warning("LK1713", tier.Clause.Place, $"The tiers of '{remedy.Name}' leave a gap: at exactly {Show(end, amount.Scale)} nothing is owed.", "let the edge belong to one of the two tiers");
                else if (end < start)
                    diagnostics.Warning("LK1713", tier.Clause.Place, $"The tiers of '{remedy.Name}' leave a gap: {(furthest.BelowIsInside ? "above" : "from")} {Show(end, amount.Scale)}{(furthest.BelowIsInside ? "" : " on")} and below {Show(start, amount.Scale)} nothing is owed.",
                        "let one tier begin where the other ends; the lower edge belongs to a tier, the upper one does not");
            }

            if (furthest.Below is { } so && (tier.Below is not { } far || far > so || (far == so && tier.BelowIsInside)))
                furthest = tier;
        }
    }

    private static void Overlaps(Remedy remedy, AmountRule amount, ImmutableArray<Tier> sorted, DiagnosticBag diagnostics)
    {
        for (var i = 1; i < sorted.Length && !amount.TiersAdd; i++)
        {
            var open = sorted[i - 1].Below is null && sorted[i].Below is null;
            if (sorted[i - 1].Below is { } same && same == sorted[i].From && sorted[i - 1].BelowIsInside && !sorted[i].FromIsOutside)
                diagnostics.Warning("LK1714", sorted[i].Clause.Place, $"Two tiers of '{remedy.Name}' overlap at exactly {Show(same, amount.Scale)}: which of them pays is decided by the worse one, not by the table.", "let the edge belong to one of the two tiers");
            else if (!open && (sorted[i - 1].Below is not { } end || end > (sorted[i].From ?? end - 1)))
                diagnostics.Warning("LK1714", sorted[i].Clause.Place, $"Two tiers of '{remedy.Name}' overlap {(sorted[i].From is { } from ? $"from {Show(from, amount.Scale)} on" : $"below {Show(sorted[i - 1].Below ?? sorted[i].Below!.Value, amount.Scale)}")}: which of them pays is decided by the worse one, not by the table.",
                    "let one tier begin where the other ends, or say 'apply: every tier reached'");
        }
    }

    /// <summary>A tier beyond the target never pays when a miss is the condition; results between the best tier and the target then pay nothing.</summary>
    private static void AgainstTarget(Agreement agreement, Remedy remedy, AmountRule amount, ImmutableArray<Tier> sorted, DiagnosticBag diagnostics)
    {
        if (amount.Scale != TierScale.Level || remedy.When is not RemedyCondition.Has { Outcome: ObjectiveOutcome.Missed, Objective: var name } || agreement.Objectives.FirstOrDefault(o => o.Name == name) is not { IsTargetSeen: true } objective)
            return;
        if (objective.Target.Comparison is not (LevelComparison.AtLeast or LevelComparison.MoreThan) || objective.TargetUnit != QuantityUnit.Share)
            return;
        var target = objective.Target.Bound;
        foreach (var tier in sorted)
        {
            if (tier.From is { } from && from >= target)
                diagnostics.Warning("LK1715", tier.Clause.Place, $"The tier of '{remedy.Name}' from {Show(from, amount.Scale)} on is never reached: from {Show(target, amount.Scale)} on the target is met.", "remove the tier, or raise the target");
            else if (tier is { Below: { } edge, BelowIsInside: true } && edge == target && objective.Target.Comparison == LevelComparison.AtLeast)
                diagnostics.Warning("LK1716", tier.Clause.Place, $"The tier of '{remedy.Name}' reaches up to {Show(edge, amount.Scale)}, the target itself: at exactly {Show(edge, amount.Scale)} the target is met and the table says that it pays.", $"end the tier with 'below: {Show(target, amount.Scale)}'");
            else if (tier.Below is { } below && below > target)
                diagnostics.Warning("LK1716", tier.Clause.Place, $"The tier of '{remedy.Name}' reaches to {Show(below, amount.Scale)}, above the target of {Show(target, amount.Scale)}: between them the target is met and the table says that it pays.", $"end the tier at {Show(target, amount.Scale)}");
        }

        if (sorted.All(t => t.Below is not null) && sorted.Select(t => t.Below!.Value).Max() is var best && best < target)
            diagnostics.Warning("LK1713", sorted[^1].Clause.Place, $"The tiers of '{remedy.Name}' leave a gap: from {Show(best, amount.Scale)} on and below the target of {Show(target, amount.Scale)} nothing is owed.", $"let the best tier end at {Show(target, amount.Scale)}");
    }

    /// <summary>Tiers beyond the cap all pay the same.</summary>
    private static void Caps(Remedy remedy, AmountRule amount, DiagnosticBag diagnostics)
    {
        if (amount.PerPeriod is not Cap.Share { Of: var cap })
            return;
        var shares = amount.Tiers.Where(t => t.Pay is Payout.Share).Select(t => (Tier: t, ((Payout.Share)t.Pay).Of)).ToList();
        foreach (var (tier, of) in shares.Where(s => s.Of > cap))
            diagnostics.Warning("LK1717", tier.Clause.Place, $"The tier of '{remedy.Name}' pays {Percent(of)}, but no more than {Percent(cap)} is paid in a period: the cap makes the tier void.", "raise 'cap-per-period', or lower the tier");
    }

    /// <summary>A worse result that pays less is probably a slip; of a bonus, and of what is earned back, one that pays more.</summary>
    private static void Order(Remedy remedy, AmountRule amount, ImmutableArray<Tier> sorted, DiagnosticBag diagnostics)
    {
        var rewards = remedy.Benefit is Benefit.Payment { Kind: PaymentKind.Bonus or PaymentKind.EarnBack };
        var worseFirst = amount.Scale == TierScale.Level;
        for (var i = 1; i < sorted.Length && !amount.TiersAdd; i++)
        {
            if (Size(sorted[i - 1].Pay) is not { } lower || Size(sorted[i].Pay) is not { } upper || lower.Kind != upper.Kind)
                continue;
            var (worse, better) = worseFirst ? (lower.Of, upper.Of) : (upper.Of, lower.Of);
            if (rewards ? worse > better : worse < better)
                diagnostics.Warning("LK1718", (worseFirst ? sorted[i - 1] : sorted[i]).Clause.Place, $"In '{remedy.Name}' a worse result pays {(rewards ? "more" : "less")} than a better one.", "look at the order of the amounts");
        }
    }

    private static (string Kind, Rational Of)? Size(Payout pay) => pay switch
    {
        Payout.Share share => ("share", share.Of),
        Payout.Fixed amount => ("amount", Rational.From(amount.Amount)),
        _ => null,
    };

    internal static string Show(Rational edge, TierScale? scale) => scale switch
    {
        TierScale.Level => Percent(edge),
        TierScale.Time => new Core.Time.TimeAmount.Elapsed(NodaTime.Duration.FromTicks((long)edge.Floor())).ToString(),
        TierScale.Count => Number(edge),
        TierScale.DaysLate => $"{Number(edge)} days",
        _ => Number(edge),
    };

    private static string Percent(Rational share) => $"{Number(share * 100)} %";

    private static string Number(Rational number) => ((decimal)number.Numerator / (decimal)number.Denominator).ToString("0.######", CultureInfo.InvariantCulture);
}
