using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Core.Availability;

/// <summary>How a level is compared with its target.</summary>
public enum LevelComparison
{
    /// <summary>Exactly on target is met.</summary>
    AtLeast,

    /// <summary>Exactly on target is met.</summary>
    AtMost,

    /// <summary>Exactly on target is missed.</summary>
    MoreThan,

    /// <summary>Exactly on target is missed.</summary>
    LessThan,
}

/// <summary>A target for a level, compared exactly unless the agreement rounds first.</summary>
/// <param name="Comparison">Which side is met.</param>
/// <param name="Bound">The target; a share is a fraction of one: 99.9 % is 999/1000.</param>
/// <param name="RoundingPlaces">
/// Decimal places <em>of the percentage</em> to which the level is rounded (half away from zero) before it is compared; null, the default, compares unrounded:
/// 99.8999 % misses 99.9 %.
/// </param>
public sealed record LevelTarget(LevelComparison Comparison, Rational Bound, int? RoundingPlaces = null)
{
    /// <summary>At least so many percent.</summary>
    public static LevelTarget AtLeastPercent(decimal percent) => new(LevelComparison.AtLeast, Rational.FromPercent(percent));

    /// <summary>Whether more is better: the target is a floor, not a ceiling.</summary>
    public bool IsFloor => Comparison is LevelComparison.AtLeast or LevelComparison.MoreThan;

    /// <summary>A level as it is compared: rounded where the agreement says so.</summary>
    public Rational Compared(Rational level) => RoundingPlaces is { } places ? level.RoundTo(places + 2, Rounding.HalfAwayFromZero) : level;

    /// <summary>Whether one exact level reaches the target.</summary>
    public bool IsMetBy(Rational level)
    {
        var compared = Compared(level);
        return Comparison switch
        {
            LevelComparison.AtLeast => compared >= Bound,
            LevelComparison.AtMost => compared <= Bound,
            LevelComparison.MoreThan => compared > Bound,
            LevelComparison.LessThan => compared < Bound,
            _ => throw new InvalidOperationException($"Unknown comparison {Comparison}."),
        };
    }

    /// <summary>Met or breached when both ends of the band agree, else <see cref="Verdict.InsufficientEvidence"/>.</summary>
    /// <param name="lower">The lowest level that the facts allow.</param>
    /// <param name="upper">The highest.</param>
    public Verdict Judge(Rational lower, Rational upper)
    {
        var low = IsMetBy(lower);
        return low != IsMetBy(upper) ? Verdict.InsufficientEvidence : low ? Verdict.Met : Verdict.Breached;
    }
}
