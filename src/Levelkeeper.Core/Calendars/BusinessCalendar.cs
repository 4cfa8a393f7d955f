using System.Runtime.CompilerServices;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Calendars;

/// <summary>A compiled calendar: when a service or a team is open, and arithmetic on open time.</summary>
/// <remarks>
/// <para>
/// Open spans are half-open: the opening instant is open, the closing instant is closed. Open time is elapsed time: on a day with 23 or 25 hours
/// a window is as long as what really passed. Results have the full resolution of ticks (100 ns); finer instants are floored.
/// </para>
/// <para>
/// Reckons from <see cref="Earliest"/> to <see cref="Latest"/>; the operations say what they do beyond. Every operation has a form on ticks of 100 ns since
/// 1970 UTC, for inner loops. Safe for use by several threads. The years that are asked for are laid out in a table on first use, so the first question
/// costs milliseconds and later ones some nanoseconds, without allocating.
/// </para>
/// </remarks>
public sealed partial class BusinessCalendar
{
    private const int FirstYear = 1900;
    private const int EndYear = 2200;

    private readonly DaySchedule _schedule;
    private readonly Lock _building = new();
    private volatile OpenTimeTable _table = OpenTimeTable.Nothing;

    /// <summary>Compiles a definition.</summary>
    public BusinessCalendar(CalendarDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        _schedule = new DaySchedule(definition);
    }

    private BusinessCalendar(DaySchedule schedule) => _schedule = schedule;

    /// <summary>First instant that calendars reckon with: 1900-01-01T00:00Z.</summary>
    public static Instant Earliest { get; } = Instant.FromUtc(FirstYear, 1, 1, 0, 0);

    /// <summary>Last instant that calendars reckon with: 2200-01-01T00:00Z.</summary>
    public static Instant Latest { get; } = Instant.FromUtc(EndYear, 1, 1, 0, 0);

    /// <summary>Open 24 hours on 7 days, in UTC.</summary>
    public static BusinessCalendar Always { get; } = AlwaysIn(DateTimeZone.Utc);

    /// <summary>What was compiled.</summary>
    public CalendarDefinition Definition => _schedule.Definition;

    /// <summary>The zone of the calendar.</summary>
    public DateTimeZone Zone => _schedule.Definition.Zone;

    /// <summary>The zone whose wall clock holds at a tick: another than <see cref="Zone"/> before the calendar moved.</summary>
    internal DateTimeZone ZoneAt(long tick) => _schedule.ZoneAt(tick);

    /// <summary>The zone in which a time of day on a date is meant.</summary>
    internal DateTimeZone ZoneOn(LocalDate date) => _schedule.ZoneOn(date);

    /// <summary>This calendar with another definition of its zone; what held in another zone before stays.</summary>
    internal BusinessCalendar With(CalendarDefinition definition) => new(_schedule.With(definition));

    /// <summary>This calendar until a tick, and from it on one of another zone. A window that is open then is cut there.</summary>
    internal BusinessCalendar MovesTo(CalendarDefinition definition, long from) => new(new DaySchedule(definition, _schedule, from));

    /// <summary>Open 24 hours on 7 days; the zone decides where days begin.</summary>
    public static BusinessCalendar AlwaysIn(DateTimeZone zone) => new(new CalendarDefinition(zone, new CalendarVersion { Hours = WeeklyHours.Always }));

    /// <summary>The open time in <c>[start, end)</c>.</summary>
    /// <exception cref="ArgumentException">The span ends before it starts.</exception>
    /// <exception cref="ArgumentOutOfRangeException">It is not within <see cref="Earliest"/> and <see cref="Latest"/>.</exception>
    public Duration Between(Instant start, Instant end) => Duration.FromTicks(Between(start.ToUnixTimeTicks(), end.ToUnixTimeTicks()));

    /// <inheritdoc cref="Between(Instant, Instant)"/>
    public long Between(long start, long end)
    {
        if (end < start)
            throw new ArgumentException("The span ends before it starts.", nameof(end));
        var table = _table;
        if (!table.Covers(start) || !table.Covers(end))
            table = Cover(start, end);
        return table.OpenBefore(end) - table.OpenBefore(start);
    }

    /// <summary>The instant when a given open time has passed since the start. See <see cref="DeadlineOnClosing"/> for one that falls on an edge.</summary>
    /// <param name="start">From when; may be closed time, which then does not count.</param>
    /// <param name="open">Open time to let pass; zero gives the start itself.</param>
    /// <param name="edge">Where a result at the edge of opening hours is put.</param>
    /// <exception cref="ArgumentOutOfRangeException">The open time is negative, or the start is not within <see cref="Earliest"/> and <see cref="Latest"/>.</exception>
    /// <exception cref="CalendarExhaustedException">There is not as much open time before <see cref="Latest"/>; the calendar may never open.</exception>
    public Instant Add(Instant start, Duration open, DeadlineOnClosing edge = DeadlineOnClosing.ClosingInstant) =>
        Instant.FromUnixTimeTicks(Add(start.ToUnixTimeTicks(), Ticks(open), edge));

    /// <inheritdoc cref="Add(Instant, Duration, DeadlineOnClosing)"/>
    public long Add(long start, long open, DeadlineOnClosing edge = DeadlineOnClosing.ClosingInstant)
    {
        // The usual case, short enough to be compiled into the caller's loop.
        var table = _table;
        return edge == DeadlineOnClosing.ClosingInstant && open > 0 && table.Covers(start) && table.TryEarliest(table.OpenBefore(start) + open, out var result)
            ? result
            : AddOrThrow(start, open, edge);
    }

    /// <summary>As <see cref="Add(Instant, Duration, DeadlineOnClosing)"/>, but tells by its result when the calendar has not enough open time.</summary>
    /// <param name="start">Ticks since 1970 UTC.</param>
    /// <param name="open">Open ticks to let pass.</param>
    /// <param name="result">Ticks since 1970 UTC; 0 when there is no result.</param>
    /// <param name="edge">Where a result at the edge of opening hours is put.</param>
    /// <returns>False when there is not as much open time before <see cref="Latest"/>.</returns>
    public bool TryAdd(long start, long open, out long result, DeadlineOnClosing edge = DeadlineOnClosing.ClosingInstant)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(open);
        var table = _table;
        if (!table.Covers(start))
            table = Cover(start, start);
        if (open > Latest.ToUnixTimeTicks() - start)
        {
            result = 0;
            return false;
        }

        if (edge == DeadlineOnClosing.ClosingInstant)
        {
            if (open == 0)
            {
                result = start;
                return true;
            }

            while (!table.TryEarliest(table.OpenBefore(start) + open, out result))
            {
                if (!TryGrow(later: true, ref table))
                    return false;
            }

            return true;
        }

        while (!table.TryLatest(table.OpenBefore(start) + open, out result))
        {
            if (!TryGrow(later: true, ref table))
                return false;
        }

        return true;
    }

    /// <summary>The instant since which a given open time has passed at the end; the mirror of <see cref="Add(Instant, Duration, DeadlineOnClosing)"/>.</summary>
    /// <param name="end">Until when; may be closed time, which then does not count.</param>
    /// <param name="open">Open time to go back; zero gives the end itself.</param>
    /// <param name="edge">Where a result at the edge of opening hours is put: at the opening, or beyond the closed time at the previous closing.</param>
    /// <exception cref="ArgumentOutOfRangeException">The open time is negative, or the end is not within <see cref="Earliest"/> and <see cref="Latest"/>.</exception>
    /// <exception cref="CalendarExhaustedException">There is not as much open time after <see cref="Earliest"/>.</exception>
    public Instant Subtract(Instant end, Duration open, DeadlineOnClosing edge = DeadlineOnClosing.ClosingInstant) =>
        Instant.FromUnixTimeTicks(Subtract(end.ToUnixTimeTicks(), Ticks(open), edge));

    /// <inheritdoc cref="Subtract(Instant, Duration, DeadlineOnClosing)"/>
    public long Subtract(long end, long open, DeadlineOnClosing edge = DeadlineOnClosing.ClosingInstant) =>
        TrySubtract(end, open, out var result, edge) ? result : throw CalendarExhaustedException.From(Instant.FromUnixTimeTicks(end));

    /// <summary>As <see cref="Subtract(Instant, Duration, DeadlineOnClosing)"/>, but tells by its result when the calendar has not enough open time.</summary>
    /// <param name="end">Ticks since 1970 UTC.</param>
    /// <param name="open">Open ticks to go back.</param>
    /// <param name="result">Ticks since 1970 UTC; 0 when there is no result.</param>
    /// <param name="edge">Where a result at the edge of opening hours is put.</param>
    /// <returns>False when there is not as much open time after <see cref="Earliest"/>.</returns>
    public bool TrySubtract(long end, long open, out long result, DeadlineOnClosing edge = DeadlineOnClosing.ClosingInstant)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(open);
        var table = _table;
        if (!table.Covers(end))
            table = Cover(end, end);
        if (open > end - Earliest.ToUnixTimeTicks())
        {
            result = 0;
            return false;
        }

        if (edge == DeadlineOnClosing.ClosingInstant)
        {
            if (open == 0)
            {
                result = end;
                return true;
            }

            while (!table.TryLatest(table.OpenBefore(end) - open, out result))
            {
                if (!TryGrow(later: false, ref table))
                    return false;
            }

            return true;
        }

        while (!table.TryEarliest(table.OpenBefore(end) - open, out result))
        {
            if (!TryGrow(later: false, ref table))
                return false;
        }

        return true;
    }

    /// <summary>Whether the calendar is open at the instant; at a closing instant it is not.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The instant is not within <see cref="Earliest"/> and <see cref="Latest"/>.</exception>
    public bool IsOpen(Instant at) => IsOpen(at.ToUnixTimeTicks());

    /// <inheritdoc cref="IsOpen(Instant)"/>
    public bool IsOpen(long at)
    {
        var table = _table;
        if (!table.Covers(at))
            table = Cover(at, at);
        return table.IsOpen(at);
    }

    /// <summary>When work begins: the instant itself when it is open, else the next opening.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The instant is not within <see cref="Earliest"/> and <see cref="Latest"/>.</exception>
    /// <exception cref="CalendarExhaustedException">It does not open again before <see cref="Latest"/>.</exception>
    public Instant NextOpening(Instant at) => Instant.FromUnixTimeTicks(NextOpening(at.ToUnixTimeTicks()));

    /// <inheritdoc cref="NextOpening(Instant)"/>
    public long NextOpening(long at) => TryNextOpening(at, out var opening) ? opening : throw CalendarExhaustedException.From(Instant.FromUnixTimeTicks(at));

    /// <summary>As <see cref="NextOpening(long)"/>; false when it does not open again before <see cref="Latest"/>.</summary>
    public bool TryNextOpening(long at, out long opening)
    {
        var table = _table;
        if (!table.Covers(at))
            table = Cover(at, at);
        while (!table.TryNextOpening(at, out opening))
        {
            if (!TryGrow(later: true, ref table))
                return false;
        }

        return true;
    }

    /// <summary>When work ended: the instant itself when the time just before it is open (so also at a closing), else the closing before it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The instant is not within <see cref="Earliest"/> and <see cref="Latest"/>.</exception>
    /// <exception cref="CalendarExhaustedException">It was never open after <see cref="Earliest"/>.</exception>
    public Instant PreviousClosing(Instant at) => Instant.FromUnixTimeTicks(PreviousClosing(at.ToUnixTimeTicks()));

    /// <inheritdoc cref="PreviousClosing(Instant)"/>
    public long PreviousClosing(long at) => TryPreviousClosing(at, out var closing) ? closing : throw CalendarExhaustedException.From(Instant.FromUnixTimeTicks(at));

    /// <summary>As <see cref="PreviousClosing(long)"/>; false when it was never open after <see cref="Earliest"/>.</summary>
    public bool TryPreviousClosing(long at, out long closing)
    {
        var table = _table;
        if (!table.Covers(at))
            table = Cover(at, at);
        while (!table.TryPreviousClosing(at, out closing))
        {
            if (!TryGrow(later: false, ref table))
                return false;
        }

        return true;
    }

    /// <summary>The open spans in <c>[start, end)</c>, cut at its edges. Their total length is <see cref="Between(Instant, Instant)"/>.</summary>
    /// <exception cref="ArgumentException">The span ends before it starts.</exception>
    /// <exception cref="ArgumentOutOfRangeException">It is not within <see cref="Earliest"/> and <see cref="Latest"/>.</exception>
    public IntervalSet OpenIntervals(Instant start, Instant end) => OpenIntervals(start.ToUnixTimeTicks(), end.ToUnixTimeTicks());

    /// <inheritdoc cref="OpenIntervals(Instant, Instant)"/>
    public IntervalSet OpenIntervals(long start, long end)
    {
        if (end < start)
            throw new ArgumentException("The span ends before it starts.", nameof(end));
        var table = _table;
        if (!table.Covers(start) || !table.Covers(end))
            table = Cover(start, end);
        return IntervalSet.Of(table.Spans(start, end));
    }

    private long AddOrThrow(long start, long open, DeadlineOnClosing edge) =>
        TryAdd(start, open, out var result, edge) ? result : throw CalendarExhaustedException.From(Instant.FromUnixTimeTicks(start));

    private static long Ticks(Duration open)
    {
        if (open < Duration.Zero)
            throw new ArgumentOutOfRangeException(nameof(open), open, "Open time cannot be negative.");
        return open > Latest - Earliest ? long.MaxValue / 2 : open.BclCompatibleTicks;
    }

    /// <summary>A table that covers both ticks and all that was covered before.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private OpenTimeTable Cover(long from, long to)
    {
        var earliest = Earliest.ToUnixTimeTicks();
        var latest = Latest.ToUnixTimeTicks();
        if (from < earliest || to > latest)
        {
            var outside = Instant.FromUnixTimeTicks(from < earliest ? from : to);
            throw new ArgumentOutOfRangeException(nameof(from), outside, $"Calendars reckon from {Earliest} to {Latest}.");
        }

        lock (_building)
        {
            var table = _table;
            if (table.Covers(from) && table.Covers(to))
                return table;
            var first = Math.Min(Year(from), EndYear - 1);
            var end = Year(to) + 2;
            if (!table.IsEmpty)
            {
                first = Math.Min(first, Year(table.From));
                end = Math.Max(end, Year(table.To));
            }

            return _table = Build(first, end);
        }
    }

    /// <summary>Doubles the years covered, in one direction; false at the end of the range.</summary>
    private bool TryGrow(bool later, ref OpenTimeTable table)
    {
        lock (_building)
        {
            // Another thread may have grown it: try that one first.
            if (!ReferenceEquals(table, _table))
            {
                table = _table;
                return true;
            }

            var first = Year(table.From);
            var end = Year(table.To);
            if (later ? end >= EndYear : first <= FirstYear)
                return false;
            var more = Math.Max(2, end - first);
            table = _table = later ? Build(first, end + more) : Build(first - more, end);
            return true;
        }
    }

    private OpenTimeTable Build(int firstYear, int endYear) =>
        OpenTimeTable.Build(_schedule, new LocalDate(Math.Max(FirstYear, firstYear), 1, 1), new LocalDate(Math.Min(EndYear, endYear), 1, 1));

    private static int Year(long tick) => Instant.FromUnixTimeTicks(tick).InUtc().Year;
}
