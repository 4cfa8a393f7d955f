using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Core.Evaluation;

/// <summary>What a share of tickets in time needs of a cycle of a clock, and no more: a live evaluation keeps one for each.</summary>
/// <param name="Verdict">What is true of the cycle.</param>
/// <param name="IsOverdue">It was stopped or cancelled after its deadline.</param>
/// <param name="StartedAt">When it started, in ticks.</param>
/// <param name="StoppedAt">When it was stopped or cancelled; <see cref="long.MinValue"/> while open.</param>
/// <param name="BreachedAt">When it was breached; <see cref="long.MinValue"/> when it is not.</param>
public readonly record struct ClockOutcome(ClockVerdict Verdict, bool IsOverdue, long StartedAt, long StoppedAt, long BreachedAt)
{
    /// <summary>What a reading comes to.</summary>
    public static ClockOutcome Of(ClockReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        return new ClockOutcome(reading.Verdict, (reading.PinnedDue ?? reading.Due) < reading.StoppedAt, reading.StartedAt.ToUnixTimeTicks(), Ticks(reading.StoppedAt), Ticks(reading.BreachedAt));
    }

    /// <summary>Whether nothing is decided yet.</summary>
    public bool IsOpen => Verdict is ClockVerdict.Running or ClockVerdict.Paused;

    /// <summary>When the verdict was decided, in ticks; <see cref="long.MinValue"/> while it is not, and for a cancelled one.</summary>
    public long DecidedAt => Verdict switch
    {
        ClockVerdict.Met => StoppedAt,
        ClockVerdict.Breached => BreachedAt,
        ClockVerdict.Running or ClockVerdict.Paused or ClockVerdict.Cancelled => long.MinValue,
        _ => throw new InvalidOperationException("A verdict that is not handled."),
    };

    private static long Ticks(Instant? instant) => instant?.ToUnixTimeTicks() ?? long.MinValue;
}

/// <summary>How the share of tickets in time of an objective stands in a period.</summary>
/// <param name="Period">The period, or its part in which one version is in force.</param>
/// <param name="Verdict">What follows.</param>
/// <param name="LostAt">When a target of every ticket was lost; null where it is not.</param>
public sealed record ClockShareVerdict(EvaluatedPeriod Period, Verdict Verdict, Instant? LostAt)
{
    /// <summary>The target of the version that counts.</summary>
    public required LevelTarget Target { get; init; }

    /// <summary>How many cycles the share is made of so far.</summary>
    public required long Counted { get; init; }

    /// <summary>How many of them were in time.</summary>
    public required long InTime { get; init; }

    /// <summary>The error budget; null where nothing was decided.</summary>
    public BudgetReading? Budget => Counted == 0 ? null : LevelJudge.Budget(Target, new MeasuredValue.Exact(Quantity.Share(new Rational(InTime, Counted))), Counted, 1, Growth.None);
}
