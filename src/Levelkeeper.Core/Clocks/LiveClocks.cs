using NodaTime;

namespace Levelkeeper.Core.Clocks;

/// <summary>A verdict that is not what it was.</summary>
/// <param name="Ticket">The ticket's key.</param>
/// <param name="Clock">Position of the clock in <see cref="ClockProgram.Definitions"/>.</param>
/// <param name="Cycle">Which cycle of the clock.</param>
/// <param name="Verdict">The new verdict; null when the cycle is no more (its start was corrected away).</param>
/// <param name="At">When it became so: the deadline for a breach, else the fact's time.</param>
public readonly record struct VerdictChange(UInt128 Ticket, int Clock, int Cycle, ClockVerdict? Verdict, Instant At);

/// <summary>The clocks of many open tickets, kept up to date fact by fact and by the passing of time.</summary>
/// <remarks>
/// The same fold as <see cref="TicketClocks"/>, on structs in arrays with a timing wheel for the deadlines: no object per ticket. One writer; not
/// thread-safe. The instant of the evaluation is data (<see cref="AdvanceTo"/>). Completed cycles are reported when they end; only the current one is kept.
/// </remarks>
public sealed class LiveClocks
{
    private readonly ClockProgram _program;
    private readonly int _width;
    private readonly bool _changesByItself;
    private readonly TicketIndex _index;
    private readonly DeadlineWheel _wheel;
    private readonly Stack<int> _free = [];
    private readonly List<int> _woken = [];
    private LiveTicket[] _tickets;
    private ClockState[] _clocks;
    private int _used;
    private long _now;

    /// <summary>No tickets yet.</summary>
    /// <param name="program">The clocks.</param>
    /// <param name="start">The instant from which it is told time; deadlines before it fire at the first <see cref="AdvanceTo"/>.</param>
    /// <param name="capacity">For how many tickets room is made at once; more is made when needed.</param>
    public LiveClocks(ClockProgram program, Instant start, int capacity = 1024)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _program = program;
        _width = program.Clocks.Length;
        _changesByItself = program.HasLateness || program.HasLongestPause;
        _index = new TicketIndex(capacity);
        _now = start.ToUnixTimeTicks();
        _wheel = new DeadlineWheel(_now);
        _tickets = new LiveTicket[capacity];
        _clocks = new ClockState[capacity * _width];
    }

    /// <summary>How many tickets are held.</summary>
    public int Count => _index.Count;

    /// <summary>Bytes of the tickets with their timers, the clocks and the index, what is held in reserve included.</summary>
    public long Bytes => _tickets.LongLength * 64 + _clocks.LongLength * 64 + _index.Bytes;

    /// <summary>Applies a fact in its order within the ticket.</summary>
    /// <param name="ticket">The ticket's key.</param>
    /// <param name="e">What happened.</param>
    /// <param name="changes">Receives the verdicts that change.</param>
    /// <returns>
    /// False, and nothing is changed, when it is older than the ticket's last one, or voids verdicts of earlier cycles, which are not kept: then <see cref="Refold"/>.
    /// Facts of one instant are to come in their order within the entity; one that belongs before another of the same instant needs a refold too.
    /// </returns>
    public bool TryApply(UInt128 ticket, in TicketEvent e, ICollection<VerdictChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var slot = SlotOf(ticket);
        ref var state = ref _tickets[slot].State;
        if (e.At < state.LastAt || e is { Kind: TicketEventKind.Cancelled, Marks: TicketEventMarks.ByBoth })
            return false;
        var recorder = new CycleEnds(ticket, changes);
        var clocks = _clocks.AsSpan(slot * _width, _width);
        ClockFold.Apply(_program, ref state, clocks, e, ref recorder);
        Tell(slot, e.At, changes);
        return true;
    }

    /// <summary>Replaces what is known of a ticket by the fold of all its facts: for one that came late, was corrected or retracted.</summary>
    /// <param name="ticket">The ticket's key.</param>
    /// <param name="events">All its events in their order.</param>
    /// <param name="changes">Receives the verdicts of current cycles that change, those of all earlier cycles (because they are not kept, changed or not), and of those that are no more.</param>
    public void Refold(UInt128 ticket, ReadOnlySpan<TicketEvent> events, ICollection<VerdictChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var slot = SlotOf(ticket);
        var clocks = _clocks.AsSpan(slot * _width, _width);
        var before = clocks.ToArray();
        clocks.Clear();
        _tickets[slot].State = TicketState.Of(_program);
        var recorder = new AllCycles([]);
        foreach (ref readonly var e in events)
            ClockFold.Apply(_program, ref _tickets[slot].State, clocks, e, ref recorder);
        foreach (var (clock, cycle, verdict, at) in recorder.Cycles)
            changes.Add(new VerdictChange(ticket, clock, cycle, verdict, Instant.FromUnixTimeTicks(at)));
        var last = events.IsEmpty ? _now : events[^1].At;
        for (var i = 0; i < _width; i++)
        {
            ref var state = ref clocks[i];
            if (before[i].Cycles == state.Cycles && state.Phase is not (ClockPhase.Idle or ClockPhase.Latent))
                state.Told = before[i].Told;
            for (var cycle = state.Cycles + 1; cycle <= before[i].Cycles; cycle++)
                changes.Add(new VerdictChange(ticket, i, cycle, null, Instant.FromUnixTimeTicks(last)));
        }

        Tell(slot, last, changes);
    }

    /// <summary>Lets time pass: deadlines before the instant fire.</summary>
    /// <param name="now">Not before the last one.</param>
    /// <param name="changes">Receives the verdicts that change, with the instants at which they did.</param>
    public void AdvanceTo(Instant now, ICollection<VerdictChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var ticks = now.ToUnixTimeTicks();
        ArgumentOutOfRangeException.ThrowIfLessThan(ticks, _now);
        _now = ticks;
        do
        {
            _woken.Clear();
            _wheel.TakeBefore(_tickets, ticks, _woken);
            foreach (var slot in _woken)
                Tell(slot, ticks, changes);
        }
        while (_woken.Count > 0);
    }

    /// <summary>The verdict of the last cycle of a clock, as of the later of the last <see cref="AdvanceTo"/> and the ticket's last fact; null when there is none.</summary>
    public ClockVerdict? VerdictOf(UInt128 ticket, int clock) =>
        _index.Find(ticket, _tickets) is >= 0 and var slot && _clocks[slot * _width + clock].Told is > 0 and var told ? (ClockVerdict)(told - 1) : null;

    /// <summary>The time of the last event of a ticket, in ticks; <see cref="long.MinValue"/> when it has none.</summary>
    internal long LastAt(UInt128 ticket) => _index.Find(ticket, _tickets) is >= 0 and var slot ? _tickets[slot].State.LastAt : long.MinValue;

    /// <summary>Forgets a ticket, so that its place can be used again.</summary>
    /// <returns>False when it is not held.</returns>
    public bool Remove(UInt128 ticket)
    {
        var slot = _index.Remove(ticket, _tickets);
        if (slot < 0)
            return false;
        _wheel.Cancel(_tickets, slot);
        _free.Push(slot);
        return true;
    }

    private int SlotOf(UInt128 ticket)
    {
        var slot = _index.Find(ticket, _tickets);
        return slot >= 0 ? slot : Take(ticket);
    }

    private int Take(UInt128 ticket)
    {
        if (!_free.TryPop(out var slot))
        {
            slot = _used++;
            if (slot == _tickets.Length)
            {
                var capacity = checked(_tickets.Length * 2);
                Array.Resize(ref _tickets, capacity);
                Array.Resize(ref _clocks, capacity * _width);
            }
        }

        _index.Add(ticket, slot);
        _tickets[slot] = new LiveTicket { Key = ticket, State = TicketState.Of(_program) };
        _clocks.AsSpan(slot * _width, _width).Clear();
        return slot;
    }

    /// <summary>Reports what changed on a ticket and sets when to look again.</summary>
    private void Tell(int slot, long at, ICollection<VerdictChange> changes)
    {
        var clocks = _clocks.AsSpan(slot * _width, _width);
        var now = Math.Max(_now, _tickets[slot].State.LastAt);
        var shown = clocks;
        if (_changesByItself)
        {
            // What happens by itself is worked out on a copy: deadlines wake the evaluator and change no state.
            shown = clocks.ToArray();
            var nothing = default(NoTrace);
            ClockFold.AdvanceTo(_program, _tickets[slot].State, shown, now, ref nothing);
        }

        var wake = long.MaxValue;
        for (var i = 0; i < clocks.Length; i++)
        {
            ref var state = ref shown[i];
            var due = long.MaxValue;
            ClockVerdict? verdict = null;
            switch (state.Phase)
            {
                case ClockPhase.Idle or ClockPhase.Latent:
                    verdict = state.OutcomeBefore;
                    break;
                case ClockPhase.Stopped or ClockPhase.Cancelled:
                    verdict = state.Outcome;
                    break;
                case ClockPhase.Active:
                    var clock = _program.ClockOf(i, state);
                    var held = state.Is(ClockMarks.Held | ClockMarks.CustomerLate);
                    if (state.Is(ClockMarks.Breached))
                    {
                        verdict = ClockVerdict.Breached;
                        due = state.Base;
                        // A customer that became late just now is late from the next instant on, and others wait for it then.
                        if (due >= now)
                            wake = Math.Min(wake, due);
                    }
                    else
                    {
                        // In closed hours a deadline that moves by open time stands behind now, and is none before the customer has done it.
                        var moves = held || state.Is(ClockMarks.Extended);
                        due = state.Is(ClockMarks.Pinned) ? state.Due : moves ? long.MaxValue : Math.Max(ClockFold.DueOf(clock, ref state), state.Since);
                        verdict = due < now ? ClockVerdict.Breached : held ? ClockVerdict.Paused : ClockVerdict.Running;
                        if (due >= now)
                            wake = Math.Min(wake, due);
                        // At its end the longest pause is over, so it wakes for that instant, not after it.
                        if (state.Is(ClockMarks.Held) && clock.LongestPause is { } longest && longest.TryFrom(clock.Calendars[clocks[i].Priority], clocks[i].Since, out var end) && end >= now)
                            wake = Math.Min(wake, end - 1);
                    }

                    break;
                default:
                    throw new InvalidOperationException("A phase that is not handled.");
            }

            var told = (byte)(verdict is { } v ? (int)v + 1 : 0);
            if (told == clocks[i].Told)
                continue;
            clocks[i].Told = told;
            var when = verdict != ClockVerdict.Breached ? at : state.Phase == ClockPhase.Active ? due : state.Base;
            changes.Add(new VerdictChange(_tickets[slot].Key, i, state.Cycles, verdict, Instant.FromUnixTimeTicks(Math.Min(when, now))));
        }

        _wheel.WakeBy(_tickets, slot, wake);
    }

    /// <summary>When what came of a cycle was so.</summary>
    private static long EndOf(in ClockState state) => state.Is(ClockMarks.Breached) ? state.Base : state.Since;

    /// <summary>Reports cycles that end and are followed by another within one fact.</summary>
    private readonly struct CycleEnds(UInt128 ticket, ICollection<VerdictChange> changes) : IClockRecorder
    {
        public void Begun(int clock)
        {
        }

        public void CountedFrom(int clock, long at)
        {
        }

        public void Stretch(int clock, ClockSegmentKind kind, long start, long end, long open)
        {
        }

        public void Complete(int clock, in ClockState state)
        {
            if (state.Is(ClockMarks.Shown) && state.Told != (int)state.Outcome + 1)
                changes.Add(new VerdictChange(ticket, clock, state.Cycle, state.Outcome, Instant.FromUnixTimeTicks(EndOf(state))));
        }

        public void Forgiven(int clock)
        {
        }
    }

    /// <summary>Gathers every cycle that is followed by another, for a ticket that is folded anew.</summary>
    private readonly struct AllCycles(List<(int Clock, int Cycle, ClockVerdict Verdict, long At)> cycles) : IClockRecorder
    {
        public List<(int Clock, int Cycle, ClockVerdict Verdict, long At)> Cycles => cycles;

        public void Begun(int clock)
        {
        }

        public void CountedFrom(int clock, long at)
        {
        }

        public void Stretch(int clock, ClockSegmentKind kind, long start, long end, long open)
        {
        }

        public void Complete(int clock, in ClockState state)
        {
            if (state.Is(ClockMarks.Shown))
                cycles.Add((clock, state.Cycle, state.Outcome, EndOf(state)));
        }

        public void Forgiven(int clock)
        {
            for (var i = 0; i < cycles.Count; i++)
            {
                if (cycles[i].Clock == clock && cycles[i].Verdict == ClockVerdict.Breached)
                    cycles[i] = cycles[i] with { Verdict = ClockVerdict.Cancelled };
            }
        }
    }
}
