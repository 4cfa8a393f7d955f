using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Core.Evaluation;

/// <summary>Holds a measured number against an objective's target: one place for bounds, smallest volumes and running periods.</summary>
internal static class LevelJudge
{
    /// <summary>The verdict on a value.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="value">The value, a band, or no activity.</param>
    /// <param name="volume">How much it was made of.</param>
    /// <param name="period">The period; while it runs the number can still change.</param>
    /// <param name="passed">The share of the period that has passed, 0 to 1.</param>
    /// <param name="grows">Whether the number can only grow while the period runs: counts and sums of what is not negative.</param>
    public static Verdict Judge(Objective objective, MeasuredValue value, Rational volume, EvaluatedPeriod period, Rational passed, bool grows)
    {
        var (low, high) = value switch
        {
            MeasuredValue.NoActivity => (null, null),
            MeasuredValue.Exact exact => (exact.Value.Value, exact.Value.Value),
            MeasuredValue.Band band => (band.Low?.Value, band.High?.Value),
            _ => throw new InvalidOperationException("The cases of a measured value are closed."),
        };
        if (value is MeasuredValue.NoActivity)
            return Verdict.NoActivity;
        if (period.Running)
            return Interim(objective, low, high, passed, grows);
        if (volume < objective.SmallestVolume)
            return Verdict.InsufficientEvidence;
        return Closed(objective.Target, low, high);
    }

    /// <summary>For a period that has ended: a target inside the band is insufficient evidence; a side without a bound decides nothing.</summary>
    private static Verdict Closed(LevelTarget target, Rational? low, Rational? high)
    {
        if (low is { } least && high is { } most)
            return target.Judge(least, most);
        var upwards = target.Comparison is LevelComparison.AtLeast or LevelComparison.MoreThan;
        if (low is { } floor && upwards == target.IsMetBy(floor))
            return upwards ? Verdict.Met : Verdict.Breached;
        if (high is { } ceiling && upwards != target.IsMetBy(ceiling))
            return upwards ? Verdict.Breached : Verdict.Met;
        return Verdict.InsufficientEvidence;
    }

    private static Verdict Interim(Objective objective, Rational? low, Rational? high, Rational passed, bool grows)
    {
        var target = objective.Target;
        var now = Closed(target, low, high);
        if (!grows)
            return now == Verdict.Breached ? Verdict.AtRisk : now;
        if (target.Comparison is LevelComparison.AtLeast or LevelComparison.MoreThan)
        {
            if (now == Verdict.Met)
                return Verdict.Met;
            // On pace when the share of the target that is reached is at least the share of the period that has passed.
            return (high ?? low) is { } reached && reached >= target.Bound * passed ? Verdict.Met : Verdict.AtRisk;
        }

        if (now == Verdict.Breached)
            return Verdict.Breached;
        return (high ?? low) is { } used && target.Bound.Sign > 0 && used >= target.Bound * (1 - objective.AtRiskLeft) ? Verdict.AtRisk : Verdict.Met;
    }

    /// <summary>The value as what an evaluation shows: the level, or its bounds.</summary>
    public static (Quantity? Level, Quantity? Lowest, Quantity? Highest) Show(MeasuredValue value) => value switch
    {
        MeasuredValue.NoActivity => (null, null, null),
        MeasuredValue.Exact exact => (exact.Value, exact.Value, exact.Value),
        MeasuredValue.Band band => (null, band.Low, band.High),
        _ => throw new InvalidOperationException("The cases of a measured value are closed."),
    };
}
