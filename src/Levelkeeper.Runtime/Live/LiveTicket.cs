using Levelkeeper.Core.Clocks;
using NodaTime;

namespace Levelkeeper.Runtime.Live;

/// <summary>What is kept of a ticket under one agreement beside its clocks: how they were told to stand, and when they change though no fact comes.</summary>
internal sealed class LiveTicket(FactGroup group, int place)
{
    public FactGroup Group => group;

    /// <summary>Where the tables of the clocks have it.</summary>
    public int Place => place;

    /// <summary>How its clocks stand, one line for each cycle.</summary>
    public ClockLine[] Lines { get; set; } = [];

    /// <summary>Where each share of tickets in time keeps what its cycles came to: by the position of the share.</summary>
    public int[][] Outcomes { get; set; } = [];

    /// <summary>When to look again; <see cref="Instant.MaxValue"/> for never.</summary>
    public Instant Wake { get; set; } = Instant.MaxValue;

    /// <summary>When a fact begins to count that claims to be of later; <see cref="Instant.MaxValue"/> for none.</summary>
    public Instant NextFact { get; set; } = Instant.MaxValue;

    /// <summary>The service to which it belongs for good unless a fact says otherwise; null where the next fact has it read anew.</summary>
    public string? Service { get; set; }

    /// <summary>The customer that it names; empty for none.</summary>
    public string Customer { get; set; } = "";

    /// <summary>The subjects that it is linked to; null for none.</summary>
    public HashSet<string>? Links { get; set; }

    /// <summary>Whether its clocks must be folded anew, from its facts.</summary>
    public bool IsStale { get; set; }

    /// <summary>Whether it waits to be shown anew.</summary>
    public bool IsDirty { get; set; }
}

/// <summary>How a cycle of a clock stands.</summary>
/// <param name="Clock">The clock.</param>
/// <param name="Cycle">The cycle.</param>
/// <param name="Verdict">What is true.</param>
/// <param name="At">Since when, as <see cref="LiveState.At"/>, in ticks.</param>
/// <param name="AtRiskFrom">Since when it is at risk, in ticks; <see cref="long.MaxValue"/> when it is not.</param>
/// <param name="IsOpen">Whether nothing has stopped it yet, be it late or not.</param>
internal readonly record struct ClockLine(string Clock, int Cycle, ClockVerdict Verdict, long At, long AtRiskFrom, bool IsOpen)
{
    public bool IsAtRisk => Clock is not null && AtRiskFrom != long.MaxValue;
}
