using System.Collections.Immutable;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Core.Evaluation;

/// <summary>All results of an agreement for a span of time, as of an instant, with the facts that were left aside and why.</summary>
public sealed record AgreementEvaluation
{
    /// <summary>The agreement's id.</summary>
    public required string Agreement { get; init; }

    /// <summary>The agreement's title.</summary>
    public required string Title { get; init; }

    /// <summary>The agreement's zone, on whose wall clock people read its times.</summary>
    public required DateTimeZone Zone { get; init; }

    /// <summary>The instant at which the state of knowledge is taken; later facts are not looked at.</summary>
    public required Instant AsOf { get; init; }

    /// <summary>By objective in the order of the agreement, then by period.</summary>
    public required ImmutableArray<ObjectiveEvaluation> Objectives { get; init; }

    /// <summary>The facts about money, numbers of units and measured values that belong to the agreement, in the order of facts, as they count.</summary>
    public ImmutableArray<EffectiveFact> Business { get; init; } = [];

    /// <summary>How many facts the agreement's services took in.</summary>
    public required long MatchedFacts { get; init; }

    /// <summary>Facts that belong to no service of this agreement, with the reason.</summary>
    public required ImmutableArray<SetAsideFact> Unmatched { get; init; }

    /// <summary>Facts that were left out: not permitted to the source, retracted, from the future.</summary>
    public required ImmutableArray<SetAsideFact> LeftOut { get; init; }
}
