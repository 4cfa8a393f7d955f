using System.Collections.Immutable;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Runtime.Live;

/// <summary>How an agreement stands in figures, as monitoring wants them: as many as it has objectives and clocks, however many tickets there are.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Objectives">Its objectives that a period runs of, in the order of the agreement.</param>
/// <param name="Clocks">Its clocks on tickets.</param>
public sealed record AgreementFigures(string Id, ImmutableArray<ObjectiveFigures> Objectives, ImmutableArray<ClockFigures> Clocks);

/// <summary>How an objective stands as a whole in the period that runs.</summary>
/// <param name="Objective">Its name.</param>
/// <param name="AsOf">As of when.</param>
/// <param name="Verdict">What it comes to so far.</param>
/// <param name="Target">The limit; null where it was not seen.</param>
/// <param name="Level">What is measured; null where nothing is, or only bounds are known.</param>
/// <param name="BudgetLeft">The part of the error budget that is left: 1 is all of it, below 0 it is overdrawn; null where there is none.</param>
public sealed record ObjectiveFigures(string Objective, Instant AsOf, Verdict Verdict, Quantity? Target, Quantity? Level, Rational? BudgetLeft)
{
    internal static ObjectiveFigures Of(ObjectiveEvaluation result, Instant asOf) => new(
        result.Objective, asOf, result.Verdict,
        result.Bound is { } target && result.TargetUnit is { } unit ? new Quantity(target.Bound, unit, result.Level?.Name ?? "") : null,
        result.Level,
        result.Budget is { Allowed.Sign: > 0 } budget ? budget.Remaining / budget.Allowed : null);

    internal static ObjectiveFigures Of(string objective, ClockShareVerdict share, Instant asOf)
    {
        var level = share.Counted > 0 ? new Rational(share.InTime, share.Counted) : (Rational?)null;
        // Of a floor what may be missed, of a ceiling what may be reached.
        var allowed = share.Target.IsFloor ? 1 - share.Target.Bound : share.Target.Bound;
        return new ObjectiveFigures(
            objective, asOf, share.Verdict, Quantity.Share(share.Target.Bound), level is { } known ? Quantity.Share(known) : null,
            level is { } reached && allowed.Sign > 0 ? (allowed - (share.Target.IsFloor ? 1 - reached : reached)) / allowed : null);
    }
}

/// <summary>How many cycles of a clock there are on the tickets of an agreement.</summary>
/// <param name="Clock">The clock.</param>
/// <param name="Open">Those that nothing has stopped yet: running, paused, or late.</param>
/// <param name="AtRisk">Those of them that have reached the share of their target from which they are at risk, and are not late.</param>
/// <param name="Late">Those of them that are past due.</param>
/// <param name="Breached">All that are known to have missed their deadline, whether open or not.</param>
public readonly record struct ClockFigures(string Clock, long Open, long AtRisk, long Late, long Breached);
