using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Core.Availability;

/// <summary>Holds buckets against a target: one place for a service and for components pooled by their seconds.</summary>
internal static class AvailabilityVerdict
{
    /// <summary>The verdict.</summary>
    /// <param name="target">A share of one.</param>
    /// <param name="policy">What counts as agreed.</param>
    /// <param name="observed">Where the time went, no data apart.</param>
    /// <param name="lower">With no data at its worst.</param>
    /// <param name="upper">With no data at its best.</param>
    /// <param name="futureAgreed">The agreed time of the rest of a running period, in ticks.</param>
    /// <param name="interim">Whether the period still runs.</param>
    /// <param name="atRiskFrom">Share of the whole period's budget from which a running period is at risk; null for 4/5.</param>
    public static Verdict Of(
        LevelTarget target, AvailabilityPolicy policy, AvailabilityBuckets observed, AvailabilityBuckets lower, AvailabilityBuckets upper, long futureAgreed, bool interim, Rational? atRiskFrom)
    {
        var (low, high) = (lower.Level(policy), upper.Level(policy));
        if (low is not { } lowest || high is not { } highest)
            return low is not null || high is not null ? Verdict.InsufficientEvidence
                : observed.Excused + observed.Maintenance > 0 || lower.Excused + lower.Maintenance > 0 ? Verdict.Excused
                : Verdict.NoActivity;
        if (!interim || target.Comparison is LevelComparison.AtMost or LevelComparison.LessThan)
            return target.Judge(lowest, highest);
        return Running(target, (lower.Agreed(policy) + futureAgreed, lower.Loss), (upper.Agreed(policy) + futureAgreed, upper.Loss), atRiskFrom);
    }

    /// <summary>A running period: breached when not even a perfect rest can reach the target, at risk when so much of the whole period's budget is used, and met otherwise.</summary>
    /// <param name="target">The target.</param>
    /// <param name="worst">The denominator of the whole period and what of it is lost, with no data at its worst: what is excluded may leave the denominator.</param>
    /// <param name="best">The same with no data at its best.</param>
    /// <param name="atRiskFrom">Share of the whole period's budget from which a running period is at risk; null for 4/5.</param>
    public static Verdict Running(LevelTarget target, (Rational Whole, Rational Lost) worst, (Rational Whole, Rational Lost) best, Rational? atRiskFrom)
    {
        if (!target.IsMetBy((best.Whole - best.Lost) / best.Whole))
            return Verdict.Breached;
        if (!target.IsMetBy((worst.Whole - worst.Lost) / worst.Whole))
            return Verdict.InsufficientEvidence;
        var budget = (Rational.One - target.Bound) * worst.Whole;
        return budget.Sign > 0 && worst.Lost >= budget * (atRiskFrom ?? new Rational(4, 5)) ? Verdict.AtRisk : Verdict.Met;
    }
}
