using System.Runtime.InteropServices;

namespace Levelkeeper.Core.Clocks;

/// <summary>Where a cycle of a clock stands.</summary>
internal enum ClockPhase : byte
{
    /// <summary>Nothing has started it.</summary>
    Idle,

    /// <summary>It has started, but does not apply: its time is kept for when it does.</summary>
    Latent,

    /// <summary>It runs or pauses.</summary>
    Active,

    /// <summary>It was stopped.</summary>
    Stopped,

    /// <summary>It was cancelled.</summary>
    Cancelled,
}

[Flags]
internal enum ClockMarks : ushort
{
    None = 0,

    /// <summary>The clock pauses.</summary>
    Held = 1,

    /// <summary><see cref="ClockState.Due"/> is up to date.</summary>
    DueKnown = 2,

    /// <summary><see cref="ClockState.Due"/> is a deadline agreed with the customer.</summary>
    Pinned = 4,

    /// <summary>It is breached; <see cref="ClockState.Base"/> holds when.</summary>
    Breached = 8,

    /// <summary>The start condition held after the last fact: it starts again only after it has not.</summary>
    StartHeld = 16,

    /// <summary>The longest pause has ended; no new one before the reason has gone once.</summary>
    PauseSpent = 32,

    /// <summary>A cycle was ever active, so that there is something to show.</summary>
    Shown = 64,

    /// <summary>The cycle before was met. Looked at while the current one has not come into being.</summary>
    BeforeMet = 128,

    /// <summary>The cycle before was breached.</summary>
    BeforeBreached = 256,

    /// <summary>The cycle before was cancelled.</summary>
    BeforeCancelled = 512,

    /// <summary>It stands as paused, because the customer is late with a duty. Only on what is shown; the fold works it out anew at each event.</summary>
    CustomerLate = 1024,

    /// <summary>It is shown as running, but its deadline moves on, because the customer is late with a duty. Only on what is shown, as <see cref="CustomerLate"/>.</summary>
    Extended = 2048,

    /// <summary>What came of the cycle before.</summary>
    Before = BeforeMet | BeforeBreached | BeforeCancelled,
}

/// <summary>Everything the fold keeps about the current cycle of one clock on one ticket: 64 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ClockState
{
    /// <summary>When the cycle started.</summary>
    public long StartedAt;

    /// <summary>From when the target counts: the start, or a change of priority. Once breached: when that was.</summary>
    public long Base;

    /// <summary>Since when it runs, pauses, is stopped or cancelled.</summary>
    public long Since;

    /// <summary>Open ticks run before <see cref="Since"/>.</summary>
    public long Spent;

    /// <summary>Open ticks taken out since <see cref="Base"/> (all of the cycle's, once breached).</summary>
    public long Paused;

    /// <summary>How much of <see cref="Spent"/> was run before <see cref="Base"/> and does not count.</summary>
    public long Credit;

    /// <summary>The deadline, when known.</summary>
    public long Due;

    public ushort Cycle;
    public ClockMarks Marks;

    /// <summary>The verdict last told to whoever listens to a live evaluation, plus one; 0 for none of this cycle. Bookkeeping; the fold only sets it back when a cycle begins.</summary>
    public byte Told;
    public ClockPhase Phase;
    public byte Priority;

    /// <summary>The version of the program under which the cycle started.</summary>
    public byte Version;

    /// <summary>How many cycles were ever active.</summary>
    public readonly int Cycles => Phase == ClockPhase.Latent ? Cycle - 1 : Cycle;

    /// <summary>What came of a cycle that is not active.</summary>
    public readonly ClockVerdict Outcome => Is(ClockMarks.Breached) ? ClockVerdict.Breached : Phase == ClockPhase.Cancelled ? ClockVerdict.Cancelled : ClockVerdict.Met;

    /// <summary>What came of the cycle before the current one; null when there was none.</summary>
    public readonly ClockVerdict? OutcomeBefore =>
        Is(ClockMarks.BeforeBreached) ? ClockVerdict.Breached : Is(ClockMarks.BeforeCancelled) ? ClockVerdict.Cancelled : Is(ClockMarks.BeforeMet) ? ClockVerdict.Met : null;

    /// <summary>Whether the cycle goes on as it did before an event. Whether its deadline was worked out already, and what could start another cycle, is no part of that.</summary>
    public readonly bool GoesOnAs(in ClockState before)
    {
        const ClockMarks Aside = ClockMarks.DueKnown | ClockMarks.StartHeld;
        return StartedAt == before.StartedAt && Base == before.Base && Since == before.Since && Spent == before.Spent && Paused == before.Paused && Credit == before.Credit
            && Cycle == before.Cycle && Phase == before.Phase && Priority == before.Priority && Version == before.Version
            && (Marks & ~Aside) == (before.Marks & ~Aside) && (!Is(ClockMarks.Pinned) || Due == before.Due);
    }

    public readonly bool Is(ClockMarks mark) => (Marks & mark) != ClockMarks.None;

    public void Set(ClockMarks mark) => Marks |= mark;

    public void Clear(ClockMarks mark) => Marks &= ~mark;
}
