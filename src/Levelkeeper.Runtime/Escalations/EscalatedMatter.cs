using System.Collections.Immutable;
using Levelkeeper.Core.Escalations;
using NodaTime;

namespace Levelkeeper.Runtime.Escalations;

/// <summary>What people are told about: a clock of a ticket, an objective in a period, or the next update on an outage.</summary>
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

    /// <summary>The service and the beginning of its outage; empty where it is about no outage.</summary>
    public string Outage { get; init; } = "";

    /// <summary>When it is due; null where nothing is.</summary>
    public Instant? Due { get; init; }

    /// <summary>Whether it is breached.</summary>
    public required bool IsBreached { get; init; }

    /// <summary>Its steps, after what was acknowledged.</summary>
    public required Func<IReadOnlyList<Instant>, ImmutableArray<PlannedStep>> Plan { get; init; }

    /// <summary>Whether a step's time has come.</summary>
    /// <remarks>Who answers or tells just at the due is in time.</remarks>
    public bool HasCome(PlannedStep step, Instant asOf) => step.At <= asOf && step.Step.At switch
    {
        EscalationPoint.AfterBreach => IsBreached,
        EscalationPoint.AfterMissedUpdate => asOf > Due,
        _ => true,
    };
}
