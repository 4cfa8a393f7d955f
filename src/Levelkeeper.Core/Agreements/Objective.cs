using System.Collections.Immutable;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.ErrorBudgets;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;

namespace Levelkeeper.Core.Agreements;

/// <summary>An objective (SLO): an indicator, a period and a target.</summary>
public sealed record Objective
{
    /// <summary>Its name, unique in the agreement.</summary>
    public required string Name { get; init; }

    /// <summary>As people read it.</summary>
    public required string Title { get; init; }

    /// <summary>The service; empty for the agreement as a whole.</summary>
    public string Service { get; init; } = "";

    /// <summary>How the number is measured.</summary>
    public required Indicator Indicator { get; init; }

    /// <summary>The periods.</summary>
    public required PeriodRule Period { get; init; }

    /// <summary>The limit: a share, ticks, or a number, by <see cref="TargetUnit"/>.</summary>
    public required LevelTarget Target { get; init; }

    /// <summary>What the target is a number of.</summary>
    public required QuantityUnit TargetUnit { get; init; }

    /// <summary>The target as the agreement words it.</summary>
    public required string TargetText { get; init; }

    /// <summary>Below this volume there is no verdict but <em>insufficient evidence</em>; 0 when the agreement names none.</summary>
    public long SmallestVolume { get; init; }

    /// <summary>The share of the budget left at which a running period is at risk.</summary>
    public Rational AtRiskLeft { get; init; } = new(1, 5);

    /// <summary>The burn-rate alerts that the agreement states, for the objective's own period; null for <see cref="BurnRateAlerts.Default"/>, scaled to it.</summary>
    public ImmutableArray<BurnRateAlert>? BurnAlerts { get; init; }

    /// <summary>Whether its error budget burns at a rate: it is a share that must be reached, of availability, requests or counted events, more than 0 % and less than 100 %.</summary>
    public bool HasBurnRate =>
        Indicator is Indicator.Availability or Indicator.Requests or Indicator.Values { Rule.Aggregation: Aggregation.Share or Aggregation.PercentWithin }
        && !IsForEach
        && Target is { Comparison: LevelComparison.AtLeast or LevelComparison.MoreThan, Bound: var bound } && bound.Sign > 0 && bound < 1;

    /// <summary>The roster whose every member must reach the target; empty for the objective as a whole.</summary>
    public string EachOf { get; init; } = "";

    /// <summary>Whether every component of the service must reach the target by itself.</summary>
    public bool EachComponent { get; init; }

    /// <summary>Whether members or components must reach the target one by one.</summary>
    public bool IsForEach => EachComponent || EachOf.Length > 0;

    /// <summary>The roster of those who are observed each on its own as parts of the service; empty when the objective observes none.</summary>
    public string ObservedRoster => Indicator is Indicator.Availability or Indicator.Outages or Indicator.Requests ? EachOf : "";

    /// <summary>The share of those members that must reach it.</summary>
    public Rational MembersReaching { get; init; } = 1;

    /// <summary>True: a number that is promised for a period is owed whole also where a part of the period is not under the agreement. False, the default: in proportion to the time.</summary>
    public bool OwesWholeNumber { get; init; }

    /// <summary>Its weight in an overall score, a fraction of one; null when all weigh the same.</summary>
    public Rational? Weight { get; init; }

    /// <summary>What is usual in the field, in the unit of the target; null when none is stated. It decides nothing.</summary>
    public Rational? Benchmark { get; init; }

    /// <summary>The decisions it depends on that were not seen. Where there are any, it is not evaluated: in place of its result stands <em>insufficient evidence</em>, which names them.</summary>
    public ImmutableArray<Clause> NotSeen { get; init; } = [];

    /// <summary>False when its target was not seen: <see cref="Target"/> then stands for nothing.</summary>
    public bool IsTargetSeen => !NotSeen.Contains(TargetClause);

    /// <summary>Where it stands.</summary>
    public required Clause Clause { get; init; }

    /// <summary>Where its target stands.</summary>
    public required Clause TargetClause { get; init; }

    /// <summary>Where its period stands.</summary>
    public required Clause PeriodClause { get; init; }
}
