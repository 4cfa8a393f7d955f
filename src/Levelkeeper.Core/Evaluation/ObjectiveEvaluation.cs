using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Evaluation;

/// <summary>An objective's result for a period, as of an instant.</summary>
public sealed record ObjectiveEvaluation
{
    /// <summary>The agreement's id.</summary>
    public required string Agreement { get; init; }

    /// <summary>The objective's name.</summary>
    public required string Objective { get; init; }

    /// <summary>The objective as people read it.</summary>
    public required string Title { get; init; }

    /// <summary>The service; empty for an objective of the agreement as a whole.</summary>
    public string Service { get; init; } = "";

    /// <summary>The member of a roster; empty for the objective as a whole.</summary>
    public string Member { get; init; } = "";

    /// <summary>The period.</summary>
    public required EvaluatedPeriod Period { get; init; }

    /// <summary>What it came to.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>What it would come to if every exclusion that waits for a decision were approved; equal to <see cref="Verdict"/> when nothing waits.</summary>
    public required Verdict IfPendingApproved { get; init; }

    /// <summary>The level measured, exact; null when there is none or only bounds.</summary>
    public Quantity? Level { get; init; }

    /// <summary>The lowest level that the evidence allows; null when it is not bounded or there is no level.</summary>
    public Quantity? Lowest { get; init; }

    /// <summary>The highest level that the evidence allows; null when it is not bounded or there is no level.</summary>
    public Quantity? Highest { get; init; }

    /// <summary>The target as the agreement says it.</summary>
    public required string Target { get; init; }

    /// <summary>The error budget; null where the objective has none.</summary>
    public BudgetReading? Budget { get; init; }

    /// <summary>How the alerts on the burn rate stand; empty for a period that is over and for an objective without a burn rate.</summary>
    public ImmutableArray<BurnAlertReading> BurnAlerts { get; init; } = [];

    /// <summary>How many tickets, events, values or occurrences were counted; null where time is measured.</summary>
    public Rational? Volume { get; init; }

    /// <summary>The outages that touch the period, in order of time; empty for other indicators.</summary>
    public ImmutableArray<OutageReading> Outages { get; init; } = [];

    /// <summary>The results by member, for an objective that each must reach.</summary>
    public ImmutableArray<ObjectiveEvaluation> Members { get; init; } = [];

    /// <summary>The tree behind the result.</summary>
    public required Explanation Explanation { get; init; }

    /// <summary>Where the agreement states the objective.</summary>
    public required Clause Clause { get; init; }
}

/// <summary>A period of an evaluation.</summary>
/// <param name="Label">As people name it: <c>2025-10</c>, <c>2025-W41</c>; a part of a period that an amendment cuts: <c>2025-10 (version of 2025-10-15)</c>.</param>
/// <param name="Span">The whole period; the part, where an amendment cuts it.</param>
/// <param name="Running">True when it has not ended as of the evaluation: the result is interim.</param>
public sealed record EvaluatedPeriod(string Label, TickInterval Span, bool Running)
{
    /// <summary>The first day of the version of the agreement that counts in this part of the period; null when no amendment cuts the period.</summary>
    public LocalDate? Version { get; init; }

    /// <summary>An amendment has removed the objective: this is what started under <see cref="Version"/> and was decided in this period.</summary>
    public bool IsCarriedOver { get; init; }
}

/// <summary>An error budget: what may go wrong before the objective is missed. Units are ticks for time and events for counts.</summary>
/// <param name="Unit">Ticks or number.</param>
/// <param name="Allowed">The whole period's budget.</param>
/// <param name="Consumed">What is used up.</param>
/// <param name="Remaining">Allowed less consumed; negative when overdrawn.</param>
/// <param name="BurnRate">Consumption in proportion to the time that passed: 1 uses the budget up exactly at the end; null for a target of 100 % or before anything passed.</param>
public sealed record BudgetReading(QuantityUnit Unit, Rational Allowed, Rational Consumed, Rational Remaining, Rational? BurnRate);

/// <summary>An outage as it counts in a period.</summary>
/// <param name="Span">From its beginning to its end, or to the evaluation's instant while it lasts; not clipped to the period.</param>
/// <param name="Counted">Ticks of the period that count as downtime because of it.</param>
/// <param name="Excused">Ticks of the period that are excused or outside the agreed hours.</param>
/// <param name="Lasting">True while it has not ended.</param>
/// <param name="Components">The components that were down; empty for the service as such.</param>
public sealed record OutageReading(TickInterval Span, long Counted, long Excused, bool Lasting, ImmutableArray<string> Components);
