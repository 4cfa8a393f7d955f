using System.Collections.Immutable;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Clocks;

/// <summary>Records what the fold does on one ticket and turns it into readings.</summary>
internal sealed class ClockTrace(ClockProgram program, string ticket, Instant asOf) : IClockRecorder
{
    private readonly List<ClockSegment>[] _segments = program.Clocks.Select(_ => new List<ClockSegment>()).ToArray();
    private readonly long[] _countedFrom = new long[program.Clocks.Length];
    private readonly List<(int Clock, ClockReading Reading)> _done = [];

    /// <summary>The fact that is being applied; null at the reading itself.</summary>
    public FactReference? Fact { get; set; }

    public void Begun(int clock)
    {
        _segments[clock].Clear();
        _countedFrom[clock] = long.MinValue;
    }

    public void CountedFrom(int clock, long at) => _countedFrom[clock] = at;

    public void Stretch(int clock, ClockSegmentKind kind, long start, long end, long open)
    {
        var segment = new ClockSegment(kind, new TickInterval(start, end), Duration.FromTicks(open), Fact);
        if (kind == ClockSegmentKind.Inherited)
            _segments[clock].Insert(0, segment);
        else
            _segments[clock].Add(segment);
    }

    public void Complete(int clock, in ClockState state)
    {
        if (state.Is(ClockMarks.Shown))
            _done.Add((clock, Read(clock, state)));
    }

    public void Forgiven(int clock)
    {
        for (var i = 0; i < _done.Count; i++)
        {
            if (_done[i].Clock == clock && _done[i].Reading.Verdict == ClockVerdict.Breached)
                _done[i] = (clock, _done[i].Reading with { Verdict = ClockVerdict.Cancelled, BreachedAt = null });
        }
    }

    /// <summary>All cycles, in the order of the clocks and their cycles.</summary>
    public IEnumerable<ClockReading> Readings(ClockState[] clocks)
    {
        Fact = null;
        for (var i = 0; i < clocks.Length; i++)
        {
            var cycle = 0;
            foreach (var (_, reading) in _done.Where(d => d.Clock == i))
                yield return reading with { Cycle = ++cycle };
            if (clocks[i].Is(ClockMarks.Shown) && clocks[i].Phase is ClockPhase.Active or ClockPhase.Stopped or ClockPhase.Cancelled)
                yield return Read(i, clocks[i]) with { Cycle = ++cycle };
        }
    }

    private ClockReading Read(int number, ClockState state)
    {
        var clock = program.ClockOf(number, state);
        var calendar = clock.Calendars[state.Priority];
        var open = state.Phase == ClockPhase.Active;
        var held = open && state.Is(ClockMarks.Held | ClockMarks.CustomerLate);
        var breached = state.Is(ClockMarks.Breached);
        var segments = _segments[number].ToImmutableArray();
        var countedFrom = _countedFrom[number] == long.MinValue ? state.StartedAt : Math.Max(_countedFrom[number], state.StartedAt);
        var spent = Duration.FromTicks(state.Spent - state.Credit);
        var pinned = state.Is(ClockMarks.Pinned) ? state.Due : (long?)null;

        // Once breached the deadline stands; before, a pinned one leaves the computed one to be worked out from where the clock is.
        var due = pinned is not null ? ClockFold.TargetDue(clock, state) : held && !breached ? long.MaxValue : ClockFold.DueOf(clock, ref state);
        var left = Left(clock, state, spent, due == long.MaxValue ? ClockFold.TargetDue(clock, state) : due);
        var verdict = state.Phase == ClockPhase.Cancelled ? ClockVerdict.Cancelled
            : breached ? ClockVerdict.Breached
            : !open ? ClockVerdict.Met
            : held ? ClockVerdict.Paused
            : ClockVerdict.Running;
        var target = clock.Targets[state.Priority];
        return new ClockReading
        {
            Definition = clock.Definition,
            Ticket = ticket,
            Cycle = state.Cycle,
            Priority = program.PriorityName(state.Priority),
            AsOf = asOf,
            StartedAt = Instant.FromUnixTimeTicks(state.StartedAt),
            CountedFrom = Instant.FromUnixTimeTicks(countedFrom),
            StoppedAt = open ? null : Instant.FromUnixTimeTicks(state.Since),
            Due = Finite(due),
            PinnedDue = Finite(pinned ?? long.MaxValue),
            DueIfResumed = held ? Finite(ClockFold.TargetDue(clock, state)) : null,
            PausedSince = held ? PausedSince(segments, state) : null,
            Target = target,
            Spent = spent,
            Paused = segments.Where(s => !s.Counts && s.During.Start >= countedFrom).Aggregate(Duration.Zero, (sum, s) => sum + s.Open),
            Remaining = left,
            Verdict = verdict,
            BreachedAt = breached && verdict == ClockVerdict.Breached ? Instant.FromUnixTimeTicks(state.Base) : null,
            Segments = segments,
            Warnings = [.. clock.Definition.Warnings.Select(w => WarningAt(w, clock, state, pinned ?? due, segments))],
            ClosedBeforeDue = Closed(segments, calendar, state, countedFrom, due, target),
            SpanEnd = target is not null and not ClockSpan.OpenTime && target.TryFrom(calendar, countedFrom, out var end) ? Instant.FromUnixTimeTicks(end) : null,
        };
    }

    private static Instant? Finite(long ticks) => ticks == long.MaxValue ? null : Instant.FromUnixTimeTicks(ticks);

    /// <summary>Pauses that follow each other without a gap are one.</summary>
    private static Instant PausedSince(ImmutableArray<ClockSegment> segments, in ClockState state)
    {
        var since = state.Since;
        for (var i = segments.Length - 1; i >= 0 && segments[i].Kind is ClockSegmentKind.Paused or ClockSegmentKind.Hidden or ClockSegmentKind.CustomerLate && segments[i].During.End == since; i--)
            since = segments[i].During.Start;
        return Instant.FromUnixTimeTicks(since);
    }

    private static Duration? Left(CompiledClock clock, in ClockState state, Duration spent, long due)
    {
        var target = clock.OpenTargets[state.Priority];
        if (target >= 0)
            return Duration.FromTicks(target) - spent;
        if (due == long.MaxValue)
            return null;
        var calendar = clock.Calendars[state.Priority];
        return due >= state.Since ? Duration.FromTicks(calendar.Between(state.Since, due)) : -Duration.FromTicks(calendar.Between(due, state.Since));
    }

    /// <summary>Closed time from where the target counts to the deadline: elapsed less open, stretch by stretch, and then to the deadline itself.</summary>
    private static Duration? Closed(ImmutableArray<ClockSegment> segments, Calendars.BusinessCalendar calendar, in ClockState state, long countedFrom, long due, ClockSpan? target)
    {
        if (due == long.MaxValue || target is null)
            return null;
        var closed = 0L;
        var from = countedFrom;
        if (target is not ClockSpan.OpenTime)
        {
            // A target in days swallows closed hours by itself; only the pauses behind it are added in open time.
            if (!target.TryFrom(calendar, countedFrom, out from))
                return null;
            return Duration.FromTicks(due < from ? 0 : due - from - calendar.Between(from, due));
        }

        foreach (var segment in segments.Where(s => s.During.Start >= countedFrom && s.During.End <= due))
        {
            closed += segment.During.Length - (long)segment.Open.BclCompatibleTicks;
            from = Math.Max(from, segment.During.End);
        }

        if (due > from)
            closed += due - from - calendar.Between(from, due);
        return Duration.FromTicks(closed);
    }

    private static Instant? WarningAt(ClockWarning warning, CompiledClock clock, in ClockState state, long due, ImmutableArray<ClockSegment> segments)
    {
        var calendar = clock.Calendars[state.Priority];
        switch (warning)
        {
            case ClockWarning.AtShare share:
                var target = clock.OpenTargets[state.Priority];
                if (target < 0)
                    return null;
                var wanted = (long)((Int128)target * share.Numerator / share.Denominator) + state.Credit;
                if (wanted <= state.Spent)
                    return InThePast(segments, calendar, wanted);
                return state.Phase == ClockPhase.Active && !state.Is(ClockMarks.Held | ClockMarks.CustomerLate) && calendar.TryAdd(state.Since, wanted - state.Spent, out var at)
                    ? Instant.FromUnixTimeTicks(at)
                    : null;
            case ClockWarning.AtOffset offset:
                return due == long.MaxValue ? null : Offset(calendar, Instant.FromUnixTimeTicks(due), offset);
            default:
                throw new InvalidOperationException("A kind of warning that is not handled.");
        }
    }

    /// <summary>When a share was reached that is behind us.</summary>
    private static Instant? InThePast(ImmutableArray<ClockSegment> segments, Calendars.BusinessCalendar calendar, long wanted)
    {
        foreach (var segment in segments.Where(s => s.Counts))
        {
            var open = (long)segment.Open.BclCompatibleTicks;
            if (wanted <= open)
                return calendar.TryAdd(segment.During.Start, wanted, out var at) ? Instant.FromUnixTimeTicks(at) : null;
            wanted -= open;
        }

        return null;
    }

    private static Instant? Offset(Calendars.BusinessCalendar calendar, Instant due, ClockWarning.AtOffset offset)
    {
        var size = offset.FromDue < Duration.Zero ? -offset.FromDue : offset.FromDue;
        var days = offset.WholeDaysAreBusinessDays ? size.Days : 0;
        var rest = size - Duration.FromDays(days);
        try
        {
            return offset.FromDue < Duration.Zero
                ? calendar.Subtract(calendar.SubtractBusinessDays(due, days), rest)
                : calendar.Add(DaysLater(calendar, due, days), rest);
        }
        catch (Calendars.CalendarExhaustedException)
        {
            return null;
        }
    }

    /// <summary>A deadline on closing belongs to the day that closes, so some days later it is the closing of another day.</summary>
    private static Instant DaysLater(Calendars.BusinessCalendar calendar, Instant due, int days)
    {
        var onClosing = days > 0 && !calendar.IsOpen(due) && calendar.IsOpen(due - Duration.FromTicks(1));
        return onClosing ? calendar.AddBusinessDays(due - Duration.FromTicks(1), days) + Duration.FromTicks(1) : calendar.AddBusinessDays(due, days);
    }
}
