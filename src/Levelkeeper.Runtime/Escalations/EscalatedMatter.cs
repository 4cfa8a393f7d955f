using System.Collections.Immutable;
using Levelkeeper.Core.Escalations;
using NodaTime;

namespace Levelkeeper.Runtime.Escalations;

/// <summary>What people are told about: a clock of a ticket, or an objective in a period.</summary>
internal sealed record EscalatedMatter
{
    /// <summary>By which it is acknowledged.</summary>
    public required string Thread { get; init; }

    /// <summary>The ticket; empty for an objective.</summary>
    public string Ticket { get; init; } = "";

    /// <summary>The clock; empty for an objective.</summary>
    public string Clock { get; init; } = "";

    /// <summary>The objective and its period, for people; empty for a clock.</summary>
    public string Objective { get; init; } = "";

    /// <summary>When it is due; null where nothing is.</summary>
    public Instant? Due { get; init; }

    /// <summary>Whether it is breached.</summary>
    public required bool IsBreached { get; init; }

    /// <summary>Its steps, after what was acknowledged.</summary>
    public required Func<IReadOnlyList<Instant>, ImmutableArray<PlannedStep>> Plan { get; init; }

    /// <summary>Whether a step's time has come.</summary>
    public bool HasCome(PlannedStep step, Instant asOf) => step.At <= asOf && (IsBreached || step.Step.At is not EscalationPoint.AfterBreach);
}
