using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Explanations;

namespace Levelkeeper.Core.Remedies;

/// <summary>A step from a result to an amount. What the three quantities of a step are is told by its kind.</summary>
public enum AmountStepKind
{
    /// <summary>What percentages are of: the base.</summary>
    Base,

    /// <summary>What the tiers are read by: the level, the time, the count or the days.</summary>
    Measured,

    /// <summary>The tier that applies.</summary>
    Tier,

    /// <summary>What is counted in units: the measured, the size of a unit, the units that count.</summary>
    Units,

    /// <summary>What it comes to before anything limits it.</summary>
    Reckoned,

    /// <summary>What the earlier periods of a lateness that goes on have given already: it is taken off.</summary>
    GivenBefore,

    /// <summary>What the certain part is, where the evidence allows more than one amount: the least, the most.</summary>
    Certain,

    /// <summary>A cap for one event: the cap, what it comes to.</summary>
    CapPerEvent,

    /// <summary>A cap in the period: the cap, what was used of it before, what it comes to.</summary>
    CapPerPeriod,

    /// <summary>A cap in twelve months: the cap, what was used of it before, what it comes to.</summary>
    CapPer12Months,

    /// <summary>A cap on everything in the period: the cap, what was used of it before, what it comes to.</summary>
    TotalCapPerPeriod,

    /// <summary>A cap on everything in twelve months: the cap, what was used of it before, what it comes to.</summary>
    TotalCapPer12Months,

    /// <summary>What another line gives for the same event: that amount, and what is left beyond it.</summary>
    Together,

    /// <summary>Less than what is paid out at all: the smallest amount.</summary>
    TooSmall,

    /// <summary>The rounding of the line: before, after.</summary>
    Rounded,
}

/// <summary>One step from a result to an amount.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="First">See <see cref="AmountStepKind"/>.</param>
/// <param name="Second">The second quantity; null where the kind has none.</param>
/// <param name="Third">The third.</param>
/// <param name="Name">The service, the remedy or the other line that it names; empty for none.</param>
/// <param name="Clause">Where the agreement states it.</param>
public sealed record AmountStep(AmountStepKind Kind, Quantity First, Quantity? Second, Quantity? Third, string Name, Clause Clause)
{
    /// <summary>The tier, for <see cref="AmountStepKind.Tier"/>.</summary>
    public Tier? Tier { get; init; }
}
