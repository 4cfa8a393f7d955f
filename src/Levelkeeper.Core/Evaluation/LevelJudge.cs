using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Core.Evaluation;

/// <summary>How a number can change while its period runs.</summary>
internal enum Growth
{
    /// <summary>Up or down: shares, averages, percentiles.</summary>
    None,

    /// <summary>Only up, at once: the largest of something.</summary>
    Peak,

    /// <summary>Only up, in the course of time: counts and sums of what is not negative.</summary>
    Count,
}

/// <summary>Holds a measured number against an objective's target: one place for bounds, smallest volumes and running periods.</summary>
internal static class LevelJudge
{
    /// <summary>The verdict on a value.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="value">The value, a band, or no activity.</param>
    /// <param name="volume">How much it was made of.</param>
    /// <param name="period">The period; while it runs the number can still change.</param>
    /// <param name="passed">The share of the period that has passed, 0 to 1.</param>
    /// <param name="growth">How the number can change while the period runs.</param>
    public static Verdict Judge(Objective objective, MeasuredValue value, Rational volume, EvaluatedPeriod period, Rational passed, Growth growth)
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
            return Interim(objective, low, high, passed, growth);
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

    private static Verdict Interim(Objective objective, Rational? low, Rational? high, Rational passed, Growth growth)
    {
        var target = objective.Target;
        var now = Closed(target, low, high);
        if (growth == Growth.None)
            return now == Verdict.Breached ? Verdict.AtRisk : now;
        if (target.Comparison is LevelComparison.AtLeast or LevelComparison.MoreThan)
        {
            // What is reached stays reached. Until then a count is on pace when the share of the target that is reached is at least the share of the time that has passed.
            if (now == Verdict.Met)
                return Verdict.Met;
            return growth == Growth.Count && (high ?? low) is { } reached && reached >= target.Bound * passed ? Verdict.Met : Verdict.AtRisk;
        }

        if (now != Verdict.Met)
            return now;
        return (high ?? low) is { } used && target.Bound.Sign > 0 && used >= target.Bound * (1 - objective.AtRiskLeft) ? Verdict.AtRisk : Verdict.Met;
    }

    /// <summary>
    /// The error budget of an exact value: of a share, so many of the volume may be bad (or, below a ceiling, be what is counted); of what only grows,
    /// the ceiling itself. Averages and percentiles have none.
    /// </summary>
    /// <param name="target">The target.</param>
    /// <param name="value">The value.</param>
    /// <param name="volume">What a share is a share of.</param>
    /// <param name="passed">The share of the period that has passed.</param>
    /// <param name="growth">How the number grows.</param>
    public static BudgetReading? Budget(LevelTarget target, MeasuredValue value, Rational volume, Rational passed, Growth growth)
    {
        if (value is not MeasuredValue.Exact { Value: var level })
            return null;
        var ceiling = target.Comparison is LevelComparison.AtMost or LevelComparison.LessThan;
        if (growth == Growth.None && level.Unit == QuantityUnit.Share)
        {
            var (share, used) = ceiling ? (target.Bound, level.Value) : (1 - target.Bound, 1 - level.Value);
            return new BudgetReading(QuantityUnit.Number, share * volume, used * volume, (share - used) * volume, share.Sign > 0 ? used / share : null);
        }

        if (growth == Growth.None || !ceiling)
            return null;
        var burn = growth == Growth.Count && target.Bound.Sign > 0 && passed.Sign > 0 ? level.Value / target.Bound / passed : (Rational?)null;
        return new BudgetReading(level.Unit, target.Bound, level.Value, target.Bound - level.Value, burn);
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
