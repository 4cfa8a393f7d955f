using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Calendars;

/// <content>Spans in business days instead of hours.</content>
public sealed partial class BusinessCalendar
{
    private static readonly LocalDate FirstDate = new(FirstYear, 1, 1);
    private static readonly LocalDate EndDate = new(EndYear, 1, 1);

    /// <summary>Whether windows that start on the date leave any open time: not on a holiday, nor on a date that the zone skips.</summary>
    public bool IsBusinessDay(LocalDate date) => !_schedule.OpenSpans(date).IsEmpty;

    /// <summary>How many business days there are in <c>[start, end)</c>.</summary>
    /// <exception cref="ArgumentException">The span ends before it starts.</exception>
    /// <exception cref="ArgumentOutOfRangeException">It is not within the dates from <see cref="Earliest"/> to <see cref="Latest"/>.</exception>
    public int BusinessDaysBetween(LocalDate start, LocalDate end)
    {
        if (end < start)
            throw new ArgumentException("The span ends before it starts.", nameof(end));
        if (start < FirstDate || end > EndDate)
            throw new ArgumentOutOfRangeException(nameof(start), $"Calendars reckon from {FirstDate:uuuu-MM-dd} to {EndDate:uuuu-MM-dd}.");
        var count = 0;
        for (var date = start; date < end; date = date.PlusDays(1))
        {
            if (IsBusinessDay(date))
                count++;
        }

        return count;
    }

    /// <summary>
    /// The instant a number of business days later: the same local time on that day, at the latest its closing. A start outside hours counts as the next
    /// opening. In a shift past midnight the day is the one on which the shift began. Adding zero gives the start itself (or, to the end of the working day,
    /// when the day of the start, or of the next opening, closes).
    /// </summary>
    /// <param name="start">From when.</param>
    /// <param name="days">Business days, zero or more.</param>
    /// <param name="deadline">At which time of the last day.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, or the start is not within <see cref="Earliest"/> and <see cref="Latest"/>.</exception>
    /// <exception cref="CalendarExhaustedException">There are not as many business days before <see cref="Latest"/>.</exception>
    public Instant AddBusinessDays(Instant start, int days, BusinessDayDeadline deadline = BusinessDayDeadline.SameLocalTime)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(days);
        if (days == 0 && deadline == BusinessDayDeadline.SameLocalTime)
            return start;
        var opened = NextOpening(start.ToUnixTimeTicks());
        var from = DateOf(opened, static (span, tick) => span.Contains(tick));
        var (date, spans) = Step(from, days, 1, start);
        return deadline switch
        {
            BusinessDayDeadline.EndOfWorkingDay => spans[^1].EndInstant,
            BusinessDayDeadline.SameLocalTime => Instant.Min(SameTimeOn(date, from, opened), spans[^1].EndInstant),
            _ => throw new ArgumentOutOfRangeException(nameof(deadline)),
        };
    }

    /// <summary>
    /// The instant a number of business days earlier, such as a warning before a deadline: the same local time on that day, at the earliest its opening and at
    /// the latest its closing. An end outside hours counts as the previous closing. Subtracting zero gives the end itself.
    /// </summary>
    /// <param name="end">Until when.</param>
    /// <param name="days">Business days, zero or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, or the end is not within <see cref="Earliest"/> and <see cref="Latest"/>.</exception>
    /// <exception cref="CalendarExhaustedException">There are not as many business days after <see cref="Earliest"/>.</exception>
    public Instant SubtractBusinessDays(Instant end, int days)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(days);
        if (days == 0)
            return end;
        var closed = PreviousClosing(end.ToUnixTimeTicks());
        var from = DateOf(closed, static (span, tick) => span.Start < tick && tick <= span.End);
        var (date, spans) = Step(from, days, -1, end);
        return Instant.Max(spans[0].StartInstant, Instant.Min(SameTimeOn(date, from, closed), spans[^1].EndInstant));
    }

    /// <summary>The date whose own windows hold the tick: its local date, or the one before when a shift began then.</summary>
    private LocalDate DateOf(long tick, Func<TickInterval, long, bool> holds)
    {
        var local = Instant.FromUnixTimeTicks(tick).InZone(ZoneAt(tick)).Date;

        // A date that the zone skips, and a closing moved by a gap, can put the window's date two days back.
        for (var back = 0; back <= 2; back++)
        {
            var date = local.PlusDays(-back);
            if (_schedule.OpenSpans(date).Any(span => holds(span, tick)))
                return date;
        }

        return local;
    }

    private (LocalDate Date, IntervalSet Spans) Step(LocalDate date, int days, int direction, Instant start)
    {
        var spans = _schedule.OpenSpans(date);
        for (var left = days; left > 0;)
        {
            date = date.PlusDays(direction);
            if (date < FirstDate || date >= EndDate)
                throw CalendarExhaustedException.From(start);
            spans = _schedule.OpenSpans(date);
            if (!spans.IsEmpty)
                left--;
        }

        return (date, spans);
    }

    /// <summary>The tick's wall-clock time, counted from the midnight of the date it belongs to, on another date.</summary>
    private Instant SameTimeOn(LocalDate date, LocalDate from, long tick)
    {
        var local = Instant.FromUnixTimeTicks(tick).InZone(ZoneAt(tick)).LocalDateTime;
        var day = date.PlusDays(Period.DaysBetween(from, local.Date));
        return WallClock.Resolve(day.At(local.TimeOfDay), ZoneOn(day));
    }
}
