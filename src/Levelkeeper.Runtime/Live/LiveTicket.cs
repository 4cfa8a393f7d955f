using Levelkeeper.Core.Clocks;
using NodaTime;

namespace Levelkeeper.Runtime.Live;

/// <summary>What is kept of a ticket under one agreement: how its clocks stand, and when they change though no fact comes.</summary>
internal sealed class LiveTicket(FactGroup group)
{
    public FactGroup Group => group;

    /// <summary>How its clocks stand, one line for each cycle.</summary>
    public ClockLine[] Lines { get; set; } = [];

    /// <summary>Where each share of tickets in time keeps what its cycles came to: by the position of the share.</summary>
    public int[][] Outcomes { get; set; } = [];

    /// <summary>When to look again; <see cref="Instant.MaxValue"/> for never.</summary>
    public Instant Wake { get; set; } = Instant.MaxValue;

    /// <summary>The subjects that it is linked to; null for none.</summary>
    public HashSet<string>? Links { get; set; }
}

/// <summary>How a cycle of a clock stands.</summary>
/// <param name="Clock">The clock.</param>
/// <param name="Cycle">The cycle.</param>
/// <param name="Verdict">What is true.</param>
/// <param name="At">Since when, as <see cref="LiveState.At"/>.</param>
/// <param name="AtRiskFrom">When it is at risk, if it runs and something warns; else <see cref="Instant.MaxValue"/>.</param>
/// <param name="IsAtRisk">Whether that was reached when it was read.</param>
internal readonly record struct ClockLine(string Clock, int Cycle, ClockVerdict Verdict, Instant At, Instant AtRiskFrom, bool IsAtRisk);
