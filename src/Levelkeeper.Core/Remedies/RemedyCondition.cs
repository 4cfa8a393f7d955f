using System.Collections.Immutable;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;

namespace Levelkeeper.Core.Remedies;

/// <summary>When a remedy arises: a statement about results, without side effects. A closed choice.</summary>
public abstract record RemedyCondition
{
    private RemedyCondition()
    {
    }

    /// <summary>The objective's verdict in the period.</summary>
    /// <param name="Objective">Which.</param>
    /// <param name="Outcome">Missed or exceeded.</param>
    public sealed record Has(string Objective, ObjectiveOutcome Outcome) : RemedyCondition;

    /// <summary>The objective's level against a limit of its own, which need not be its target.</summary>
    /// <param name="Objective">Which.</param>
    /// <param name="Comparison">How.</param>
    /// <param name="Limit">A share, ticks, or a number, by <paramref name="Unit"/>.</param>
    /// <param name="Unit">What the limit is a number of.</param>
    public sealed record Level(string Objective, LevelComparison Comparison, Rational Limit, QuantityUnit Unit) : RemedyCondition;

    /// <summary>The mean of the objective's levels over several periods against a limit.</summary>
    /// <param name="Objective">Which.</param>
    /// <param name="Periods">How many of its periods, the last one included.</param>
    /// <param name="Comparison">How.</param>
    /// <param name="Limit">A share, ticks, or a number, by <paramref name="Unit"/>.</param>
    /// <param name="Unit">What the limit is a number of.</param>
    public sealed record Average(string Objective, int Periods, LevelComparison Comparison, Rational Limit, QuantityUnit Unit) : RemedyCondition
    {
        /// <summary>What <see cref="Periods"/> are counted in; null for the objective's own. Of an objective with other periods all that end in that time are averaged.</summary>
        public CalendarUnit? Over { get; init; }
    }

    /// <summary>Another condition held in several of the last periods.</summary>
    /// <param name="Of">The condition.</param>
    /// <param name="Times">In how many of them.</param>
    /// <param name="Periods">Of how many, the last one included.</param>
    /// <param name="Unit">What the periods are; null for those of the objective.</param>
    /// <param name="Consecutive">Whether they must follow each other.</param>
    public sealed record OverHistory(RemedyCondition Of, int Times, int Periods, CalendarUnit? Unit, bool Consecutive) : RemedyCondition
    {
        /// <summary>True when every period of the objective counts that ends in that time: 3 times in 12 months. False, the default, when each of those months counts once: 3 of 12 months.</summary>
        public bool CountsEach { get; init; }
    }

    /// <summary>The cap of another remedy was reached.</summary>
    /// <param name="Remedy">Which.</param>
    public sealed record CapReached(string Remedy) : RemedyCondition;

    /// <summary>A commitment's evidence has lapsed.</summary>
    /// <param name="Commitment">Which.</param>
    public sealed record Lapsed(string Commitment) : RemedyCondition;

    /// <summary>All of several hold.</summary>
    public sealed record All(ImmutableArray<RemedyCondition> Of) : RemedyCondition;

    /// <summary>One of several holds.</summary>
    public sealed record Any(ImmutableArray<RemedyCondition> Of) : RemedyCondition;

    /// <summary>Whether it asks for the cap of another remedy.</summary>
    internal bool AsksForCap => this switch
    {
        CapReached => true,
        OverHistory history => history.Of.AsksForCap,
        All all => all.Of.Any(c => c.AsksForCap),
        Any any => any.Of.Any(c => c.AsksForCap),
        _ => false,
    };

    /// <summary>Whether it asks for what was before the period.</summary>
    internal bool AsksForHistory => this switch
    {
        OverHistory or Average => true,
        All all => all.Of.Any(c => c.AsksForHistory),
        Any any => any.Of.Any(c => c.AsksForHistory),
        _ => false,
    };

    /// <summary>Whether it is that one objective is missed, now or over a history.</summary>
    internal bool IsMiss => this is Has { Outcome: ObjectiveOutcome.Missed } or OverHistory { Of: Has { Outcome: ObjectiveOutcome.Missed } };

    /// <summary>The objectives that it speaks of, each once.</summary>
    public IEnumerable<string> Objectives => this switch
    {
        Has has => [has.Objective],
        Level level => [level.Objective],
        Average average => [average.Objective],
        OverHistory history => history.Of.Objectives,
        CapReached or Lapsed => [],
        All all => all.Of.SelectMany(c => c.Objectives).Distinct(StringComparer.Ordinal),
        Any any => any.Of.SelectMany(c => c.Objectives).Distinct(StringComparer.Ordinal),
        _ => throw new InvalidOperationException("The cases of a condition are closed."),
    };
}

/// <summary>How a result stands to its target.</summary>
public enum ObjectiveOutcome
{
    /// <summary>Breached.</summary>
    Missed,

    /// <summary>Better than the target, not merely on it.</summary>
    Exceeded,

    /// <summary>On target or better.</summary>
    Met,
}
