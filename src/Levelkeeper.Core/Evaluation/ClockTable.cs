using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Core.Evaluation;

/// <summary>How a cycle of a clock stands: what live evaluation needs of it. The full reading, with its stretches and explanation, is a <see cref="ClockReading"/>.</summary>
/// <param name="Clock">The clock.</param>
/// <param name="Cycle">Which cycle of it on the ticket, from 1.</param>
/// <param name="Outcome">What it has come to.</param>
/// <param name="At">Since when: decided, or paused; the instant of the reading where neither.</param>
/// <param name="AtRiskFrom">From when on it is at risk if nothing happens, by the objective that warns first; <see cref="Instant.MinValue"/> when that was at some instant before now; null where nothing warns, and when it does not run.</param>
public readonly record struct CycleStanding(string Clock, int Cycle, ClockOutcome Outcome, Instant At, Instant? AtRiskFrom);

/// <summary>A clock of an agreement on many tickets, kept fact by fact in structs in arrays: the same fold as that of the readings.</summary>
/// <remarks>Tickets have places, which the caller gives out. Not thread-safe.</remarks>
public sealed class ClockTable
{
    private readonly AgreementVersions _versions;
    private readonly ClockProgram _program;
    private readonly TicketEventReader _reader;
    private readonly TicketStory _story;
    private readonly int _width;
    private readonly bool[] _isShown;
    private readonly Dictionary<(int Version, int Clock, byte Priority), long[]> _warnings = [];
    private readonly Dictionary<int, List<(int Clock, CycleStanding Standing)>> _done = [];
    private readonly List<TicketEvent> _read = new(2);
    private readonly ClockState[] _shown;
    private readonly ClockState[] _before;
    private TicketState[] _tickets = [];
    private ClockState[] _clocks = [];

    internal ClockTable(MeasuredClock clock, AgreementVersions versions, bool isOnBoard, ImmutableArray<string> objectives)
    {
        (Clock, _versions, IsOnBoard, Objectives) = (clock, versions, isOnBoard, objectives);
        _program = clock.Program;
        _reader = new TicketEventReader(_program);
        _story = new TicketStory(_reader);
        _width = _program.Clocks.Length;
        _isShown = [.. _program.Definitions.Select(d => clock.Names.Contains(d.Name))];
        (_shown, _before) = (new ClockState[_width], new ClockState[_width]);
    }

    /// <summary>Whether people see it among the clocks of a ticket.</summary>
    public bool IsOnBoard { get; }

    /// <summary>The objectives that measure it.</summary>
    public ImmutableArray<string> Objectives { get; }

    /// <summary>Bytes of what is held, reserve included.</summary>
    public long Bytes => _tickets.LongLength * 24 + _clocks.LongLength * 64;

    internal MeasuredClock Clock { get; }

    /// <summary>Whether anything is known of a ticket.</summary>
    public bool Holds(int place) => place < _tickets.Length && _tickets[place].LastAt != long.MinValue;

    /// <summary>Begins with the report of a ticket, the only fact that is known of it. Only where nothing of it but its service decides whether it is measured.</summary>
    /// <param name="place">The ticket's place.</param>
    /// <param name="report">The fact, as it counts.</param>
    /// <param name="service">The service to which the ticket belongs.</param>
    /// <param name="now">The instant; nothing of the report is later.</param>
    public void Begin(int place, Fact report, string service, Instant now)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (Clock.Uses is [{ } use] && (use.Service.Length == 0 || use.Service == service))
            Refold(place, _story.Until(report.Subject, [report], TicketMerges.None, TicketSurroundings.None, now.ToUnixTimeTicks(), out _));
        else
            Clear(place);
    }

    /// <summary>Whether a fact is later than all that is known of a ticket, so that it can be applied.</summary>
    public bool IsNext(int place, Fact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        return fact.Time.ToUnixTimeTicks() > _tickets[place].LastAt;
    }

    /// <summary>Applies the next fact of a ticket that is held: see <see cref="IsNext"/>. For any other, <see cref="PreparedFacts.Refold"/>.</summary>
    /// <param name="place">The ticket's place.</param>
    /// <param name="fact">As it counts. It must not change where the ticket belongs, nor concern other tickets.</param>
    /// <returns>Whether a cycle of the ticket does not go on as it did: when its target is reached, and what it comes to, may be otherwise now.</returns>
    public bool Apply(int place, Fact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        _read.Clear();
        _reader.Read(fact, _read);
        var clocks = _clocks.AsSpan(place * _width, _width);
        clocks.CopyTo(_before);
        foreach (var e in _read)
            Apply(place, e);
        for (var i = 0; i < _width; i++)
        {
            if (!clocks[i].GoesOnAs(_before[i]))
                return true;
        }

        return false;
    }

    /// <summary>Empties a place: the ticket is gone, or no version measures it.</summary>
    public void Clear(int place)
    {
        Reach(place);
        _tickets[place] = TicketState.Of(_program);
        _clocks.AsSpan(place * _width, _width).Clear();
        _done.Remove(place);
    }

    /// <summary>How every cycle of a ticket stands at an instant, by clock and cycle.</summary>
    /// <param name="place">The ticket's place.</param>
    /// <param name="now">The instant; not before the ticket's last fact.</param>
    /// <param name="into">Receives them.</param>
    /// <returns>When something of it changes though no fact comes; <see cref="Instant.MaxValue"/> when nothing does.</returns>
    public Instant Read(int place, Instant now, ICollection<CycleStanding> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (!Holds(place))
            return Instant.MaxValue;
        var (at, wake) = (now.ToUnixTimeTicks(), long.MaxValue);
        var kept = _clocks.AsSpan(place * _width, _width);
        // What happens by itself is worked out on a copy: deadlines wake the reader and change no state.
        kept.CopyTo(_shown);
        var nothing = default(NoTrace);
        ClockFold.AdvanceTo(_program, _tickets[place], _shown, at, ref nothing);
        var done = _done.GetValueOrDefault(place);
        for (var i = 0; i < _width; i++)
        {
            var cycle = 0;
            foreach (var (clock, standing) in done ?? [])
            {
                if (clock != i)
                    continue;
                cycle++;
                if (_isShown[i])
                    into.Add(standing with { Cycle = cycle });
            }

            ref var state = ref _shown[i];
            if (state.Phase == ClockPhase.Active)
                wake = Math.Min(wake, WakeOf(i, kept[i], ref state, at));
            if (!_isShown[i] || !state.Is(ClockMarks.Shown) || state.Phase is not (ClockPhase.Active or ClockPhase.Stopped or ClockPhase.Cancelled))
                continue;
            var current = StandingOf(i, ref state, kept[i], at);
            if (current.AtRiskFrom is { } risk && risk > now)
                wake = Math.Min(wake, risk.ToUnixTimeTicks());
            into.Add(current with { Cycle = cycle + 1 });
        }

        return wake == long.MaxValue ? Instant.MaxValue : Instant.FromUnixTimeTicks(wake);
    }

    /// <summary>Writes all that is held, so that the same build over the same agreement can go on from it.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="places">How many places there are.</param>
    public void Save(BinaryWriter to, int places)
    {
        ArgumentNullException.ThrowIfNull(to);
        places = Math.Min(places, _tickets.Length);
        to.Write(places);
        to.Write(MemoryMarshal.AsBytes(_tickets.AsSpan(0, places)));
        to.Write(MemoryMarshal.AsBytes(_clocks.AsSpan(0, places * _width)));
        to.Write(_done.Count);
        foreach (var (place, cycles) in _done)
        {
            to.Write(place);
            to.Write(cycles.Count);
            foreach (var (clock, standing) in cycles)
            {
                var outcome = standing.Outcome;
                to.Write(clock);
                to.Write(standing.Cycle);
                to.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<ClockOutcome>(in outcome)));
                to.Write(standing.At.ToUnixTimeTicks());
            }
        }
    }

    /// <summary>Goes on from what was written, in place of all that is held.</summary>
    public void Load(BinaryReader from)
    {
        ArgumentNullException.ThrowIfNull(from);
        var places = from.ReadInt32();
        (_tickets, _clocks) = (new TicketState[places], new ClockState[places * _width]);
        from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(_tickets.AsSpan()));
        from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(_clocks.AsSpan()));
        _done.Clear();
        for (var left = from.ReadInt32(); left > 0; left--)
        {
            var place = from.ReadInt32();
            var cycles = _done[place] = new(from.ReadInt32());
            while (cycles.Count < cycles.Capacity)
            {
                var (clock, cycle, outcome) = (from.ReadInt32(), from.ReadInt32(), default(ClockOutcome));
                from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(new Span<ClockOutcome>(ref outcome)));
                // One that is over does not run, so nothing warns of it.
                cycles.Add((clock, new CycleStanding(_program.Definitions[clock].Name, cycle, outcome, Instant.FromUnixTimeTicks(from.ReadInt64()), null)));
            }
        }
    }

    /// <summary>Replaces what is known of a ticket by the fold of all its events.</summary>
    internal void Refold(int place, List<(TicketEvent Event, Fact? Fact)> events)
    {
        Clear(place);
        foreach (var (e, _) in events)
            Apply(place, e);
    }

    private void Apply(int place, in TicketEvent e)
    {
        var recorder = new Cycles(this, place, e.At);
        ClockFold.Apply(_program, ref _tickets[place], _clocks.AsSpan(place * _width, _width), e, ref recorder);
    }

    private void Reach(int place)
    {
        if (place < _tickets.Length)
            return;
        var size = Math.Max(16, Math.Max(place + 1, _tickets.Length + _tickets.Length / 2));
        Array.Resize(ref _tickets, size);
        Array.Resize(ref _clocks, size * _width);
    }

    /// <summary>When the verdict of an open cycle changes by itself.</summary>
    private long WakeOf(int number, in ClockState kept, ref ClockState state, long at)
    {
        var clock = _program.ClockOf(number, state);
        var wake = long.MaxValue;
        // A clock is breached after its due, not at it; a pinned deadline passes in a pause too.
        if (!state.Is(ClockMarks.Breached) && (state.Is(ClockMarks.Pinned) || !state.Is(ClockMarks.Held | ClockMarks.CustomerLate)) && ClockFold.DueOf(clock, ref state) is var due && due >= at && due != long.MaxValue)
            wake = due + 1;
        if (kept.Is(ClockMarks.Held) && clock.LongestPause is { } longest && longest.TryFrom(clock.Calendars[kept.Priority], kept.Since, out var end) && end > at)
            wake = Math.Min(wake, end);
        // Somebody who is late just now is late from the next instant on, and others wait for it then.
        if (state.Is(ClockMarks.Breached) && state.Base >= at)
            wake = Math.Min(wake, state.Base + 1);
        return wake;
    }

    /// <summary>How a cycle stands, given as it is shown at an instant and as it was kept.</summary>
    private CycleStanding StandingOf(int number, ref ClockState state, in ClockState kept, long at)
    {
        var clock = _program.ClockOf(number, state);
        var open = state.Phase == ClockPhase.Active;
        var held = open && state.Is(ClockMarks.Held | ClockMarks.CustomerLate);
        var breached = state.Is(ClockMarks.Breached);
        var verdict = state.Phase == ClockPhase.Cancelled ? ClockVerdict.Cancelled : breached ? ClockVerdict.Breached : !open ? ClockVerdict.Met : held ? ClockVerdict.Paused : ClockVerdict.Running;
        var stopped = open ? long.MinValue : state.Since;
        var due = !open ? state.Is(ClockMarks.Pinned) ? state.Due : ClockFold.DueOf(clock, ref state) : long.MaxValue;
        var outcome = new ClockOutcome(verdict, due < stopped, state.StartedAt, stopped, verdict == ClockVerdict.Breached ? state.Base : long.MinValue);
        var decided = outcome.DecidedAt;
        return new CycleStanding(
            clock.Definition.Name,
            state.Cycle,
            outcome,
            Instant.FromUnixTimeTicks(decided != long.MinValue ? decided : verdict == ClockVerdict.Paused ? kept.Since : at),
            verdict == ClockVerdict.Running ? AtRiskFrom(number, clock, state, kept, at) : null);
    }

    private Instant? AtRiskFrom(int number, CompiledClock clock, in ClockState state, in ClockState kept, long at)
    {
        var target = clock.OpenTargets[state.Priority];
        if (target < 0)
            return null;
        Instant? first = null;
        foreach (var share in WarningsOf(number, clock, state.Priority, state.StartedAt))
        {
            var wanted = share + state.Credit;
            // In the stretch that still runs it can be told; what was reached in an earlier one was told then.
            var (since, rest) = !kept.Is(ClockMarks.Held) && wanted > kept.Spent ? (kept.Since, wanted - kept.Spent) : (at, wanted - state.Spent);
            var from = rest <= 0 && state.Spent > 0 ? Instant.MinValue : clock.Calendars[state.Priority].TryAdd(since, Math.Max(rest, 0), out var then) ? Instant.FromUnixTimeTicks(then) : (Instant?)null;
            if (from is { } reached && !(first <= reached))
                first = reached;
        }

        return first;
    }

    /// <summary>After how much of the target, in open ticks, the objectives warn that measure the clock by its name, in the version in force when the cycle started.</summary>
    private long[] WarningsOf(int number, CompiledClock clock, byte priority, long startedAt)
    {
        var key = (_versions.NumberAt(Instant.FromUnixTimeTicks(startedAt)), number, priority);
        if (!_warnings.TryGetValue(key, out var warnings))
        {
            _warnings[key] = warnings =
            [
                .. _versions.All[key.Item1].Agreement.Objectives.Where(o => o.Indicator is Indicator.Clock measured && measured.Definition.Name == clock.Definition.Name)
                    .Select(o => (long)((1 - o.AtRiskLeft) * clock.OpenTargets[priority]).Floor()).Distinct(),
            ];
        }

        return warnings;
    }

    /// <summary>Keeps cycles that are over.</summary>
    private readonly struct Cycles(ClockTable table, int place, long at) : IClockRecorder
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
            if (!state.Is(ClockMarks.Shown))
                return;
            if (!table._done.TryGetValue(place, out var done))
                table._done.Add(place, done = new(1));
            var over = state;
            done.Add((clock, table.StandingOf(clock, ref over, state, at)));
        }

        public void Forgiven(int clock)
        {
            foreach (ref var cycle in CollectionsMarshal.AsSpan(table._done.GetValueOrDefault(place)))
            {
                if (cycle.Clock == clock && cycle.Standing.Outcome.Verdict == ClockVerdict.Breached)
                    cycle.Standing = cycle.Standing with { Outcome = cycle.Standing.Outcome with { Verdict = ClockVerdict.Cancelled, BreachedAt = long.MinValue } };
            }
        }
    }
}
