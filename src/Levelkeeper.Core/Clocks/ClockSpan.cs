using Levelkeeper.Core.Calendars;
using NodaTime;

namespace Levelkeeper.Core.Clocks;

/// <summary>A length of time as an agreement states it: open time, business days, or calendar units.</summary>
/// <remarks>A closed set of cases. All lengths are positive or zero.</remarks>
public abstract record ClockSpan
{
    private ClockSpan()
    {
    }

    /// <summary>Time that passes while the clock's calendar is open: "4 hours". In a calendar that never closes this is elapsed time.</summary>
    /// <param name="Length">How much; not negative.</param>
    public sealed record OpenTime(Duration Length) : ClockSpan;

    /// <summary>Business days of the clock's calendar: "5 business days".</summary>
    /// <param name="Days">How many; not negative.</param>
    /// <param name="Deadline">At which time of the last day.</param>
    public sealed record BusinessDays(int Days, BusinessDayDeadline Deadline = BusinessDayDeadline.SameLocalTime) : ClockSpan;

    /// <summary>Calendar units in the calendar's zone that keep wall-clock time: "1 day", "1 month". Closed hours count.</summary>
    /// <param name="Months">Calendar months; not negative.</param>
    /// <param name="Days">Calendar days, added after the months; not negative.</param>
    public sealed record CalendarUnits(int Months, int Days) : ClockSpan;

    /// <summary>Open hours.</summary>
    public static ClockSpan Hours(int hours) => new OpenTime(Duration.FromHours(hours));

    /// <summary>Open minutes.</summary>
    public static ClockSpan Minutes(int minutes) => new OpenTime(Duration.FromMinutes(minutes));

    /// <summary>Open time of any length.</summary>
    public static ClockSpan Of(Duration length) => new OpenTime(length);

    /// <summary>When this length has passed since a tick.</summary>
    /// <param name="calendar">Whose open time and days count.</param>
    /// <param name="start">Ticks since 1970 UTC.</param>
    /// <param name="end">Ticks since 1970 UTC; <see cref="long.MaxValue"/> when there is no end.</param>
    /// <returns>False when the calendar does not open for long enough: the span never ends.</returns>
    internal bool TryFrom(BusinessCalendar calendar, long start, out long end)
    {
        end = long.MaxValue;
        switch (this)
        {
            case OpenTime open:
                if (calendar.TryAdd(start, (long)open.Length.BclCompatibleTicks, out var result))
                    end = result;
                break;
            case BusinessDays days:
                try
                {
                    end = calendar.AddBusinessDays(Instant.FromUnixTimeTicks(start), days.Days, days.Deadline).ToUnixTimeTicks();
                }
                catch (CalendarExhaustedException)
                {
                    return false;
                }

                break;
            case CalendarUnits units:
                var local = Instant.FromUnixTimeTicks(start).InZone(calendar.ZoneAt(start)).LocalDateTime.PlusMonths(units.Months).PlusDays(units.Days);
                end = local.InZoneLeniently(calendar.ZoneOn(local.Date)).ToInstant().ToUnixTimeTicks();
                break;
            default:
                throw new InvalidOperationException("A kind of span that is not handled.");
        }

        return end != long.MaxValue;
    }

    /// <summary>The open ticks of an <see cref="OpenTime"/>; -1 for the others, whose length depends on where they start.</summary>
    internal long OpenTicks => this is OpenTime open ? (long)open.Length.BclCompatibleTicks : -1;

    /// <summary>As people write it.</summary>
    public sealed override string ToString() => this switch
    {
        OpenTime open => $"{ClockText.Length((long)open.Length.BclCompatibleTicks)} of open time",
        BusinessDays { Deadline: BusinessDayDeadline.EndOfWorkingDay } days => $"{days.Days} business days, to the end of the working day",
        BusinessDays days => $"{days.Days} business days",
        CalendarUnits { Days: 0 } units => $"{units.Months} calendar months",
        CalendarUnits { Months: 0 } units => $"{units.Days} calendar days",
        CalendarUnits units => $"{units.Months} calendar months and {units.Days} days",
        _ => throw new InvalidOperationException("A kind of span that is not handled."),
    };
}
