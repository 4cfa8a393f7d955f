using Levelkeeper.Core.Clocks;
using NodaTime;

namespace Levelkeeper.Runtime.Live;

/// <summary>What is kept of a ticket under one agreement beside its clocks: how they were told to stand, and when they change though no fact comes.</summary>
internal sealed class LiveTicket(FactGroup group, int place)
{
    public FactGroup Group => group;

    /// <summary>Where the tables of the clocks have it.</summary>
    public int Place => place;

    /// <summary>How its clocks were told to stand, one line for each cycle.</summary>
    public ToldLine[] Told { get; set; } = [];

    /// <summary>When to look again, in ticks; <see cref="long.MaxValue"/> for never.</summary>
    public long Wake { get; set; } = long.MaxValue;

    /// <summary>When a fact begins to count that claims to be of later, in ticks; <see cref="long.MaxValue"/> for none.</summary>
    public long NextFact { get; set; } = long.MaxValue;

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

    /// <summary>Whether a clock of it may not go on as it did when it was last shown.</summary>
    public bool HasMoved { get; set; }

    /// <summary>Whether somebody may still be told of a clock of it: one runs or pauses that a step names.</summary>
    public bool IsFollowed { get; set; }
}

/// <summary>How a cycle of a clock stands.</summary>
/// <param name="Clock">The clock: its position among the names of the reader.</param>
/// <param name="Cycle">The cycle.</param>
/// <param name="Verdict">What is true.</param>
/// <param name="At">Since when, as <see cref="LiveState.At"/>, in ticks.</param>
/// <param name="AtRiskFrom">Since when it is at risk, in ticks; <see cref="long.MaxValue"/> when it is not.</param>
/// <param name="IsOpen">Whether nothing has stopped it yet, be it late or not.</param>
internal readonly record struct ClockLine(ushort Clock, int Cycle, ClockVerdict Verdict, long At, long AtRiskFrom, bool IsOpen)
{
    public bool IsAtRisk => AtRiskFrom != long.MaxValue;

    /// <summary>What is kept of it.</summary>
    public ToldLine Told => new(Clock, (ToldMarks)(1 << (int)Verdict) | (IsAtRisk ? ToldMarks.AtRisk : 0) | (IsOpen ? ToldMarks.Open : 0), Cycle);
}

/// <summary>What was told of a cycle of a clock: eight bytes, since there are as many as there are clocks.</summary>
/// <param name="Clock">The clock: its position among the names of the reader.</param>
/// <param name="Marks">How it stood; none when nothing was told.</param>
/// <param name="Cycle">The cycle.</param>
internal readonly record struct ToldLine(ushort Clock, ToldMarks Marks, int Cycle)
{
    /// <summary>What was true; null when nothing was told.</summary>
    public ClockVerdict? Verdict => (Marks & ToldMarks.Verdicts) is var verdict && verdict != 0 ? (ClockVerdict)System.Numerics.BitOperations.Log2((uint)verdict) : null;

    public bool IsAtRisk => Marks.HasFlag(ToldMarks.AtRisk);

    public bool IsOpen => Marks.HasFlag(ToldMarks.Open);
}

/// <summary>How a cycle stood: a bit for each <see cref="ClockVerdict"/>, at its place, and two more.</summary>
[Flags]
internal enum ToldMarks : byte
{
    None = 0,
    Running = 1,
    Paused = 2,
    Met = 4,
    Breached = 8,
    Cancelled = 16,
    Verdicts = Running | Paused | Met | Breached | Cancelled,
    AtRisk = 0x40,
    Open = 0x80,
}
