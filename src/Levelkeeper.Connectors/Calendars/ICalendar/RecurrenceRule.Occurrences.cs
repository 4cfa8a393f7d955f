using System.Collections.Immutable;
using Levelkeeper.Core.Calendars;
using NodaTime;
using NodaTime.Calendars;

namespace Levelkeeper.Connectors.Calendars.ICalendar;

internal sealed partial record RecurrenceRule
{
    /// <summary>The occurrences of the rule in order, in wall-clock time, without regard to <see cref="Count"/> and <see cref="Until"/>.</summary>
    /// <remarks>A part of the rule adds occurrences inside a unit of <c>FREQ</c> or takes some away, by the table of RFC 5545, 3.3.10. What the rule does not say comes from the first occurrence.</remarks>
    /// <param name="first">The event's own date and time; midnight for an event without a time, whose rule then says nothing about times.</param>
    /// <param name="withTime">Whether the event has a time of day; without one, hours, minutes and seconds of the rule are passed over, as the standard says.</param>
    /// <param name="last">No date after this one is wanted; at most a date of <see cref="BusinessCalendar.Latest"/>, so that a step beyond stays in range.</param>
    /// <param name="step">Asked before each unit and each date and time that is looked at; false stops.</param>
    public IEnumerable<LocalDateTime> Occurrences(LocalDateTime first, bool withTime, LocalDate last, Func<bool> step) =>
        IsBelowDay ? BelowDay(first, last, step) : ByDates(first, withTime, last, step);

    private IEnumerable<LocalDateTime> ByDates(LocalDateTime first, bool withTime, LocalDate last, Func<bool> step)
    {
        // A numbered week may begin in the year before its own.
        var end = WeekNumbers.IsEmpty ? last : last.PlusDays(6);
        for (var period = FirstPeriod(first.Date); period <= end && step();)
        {
            var dates = Dates(period, first.Date).TakeWhile(_ => step()).Distinct().Order();
            var all = dates.SelectMany(date => Times(first.TimeOfDay, withTime), static (date, time) => date + time).TakeWhile(_ => step());
            foreach (var occurrence in AtPositions(all))
            {
                if (occurrence >= first && occurrence.Date <= last)
                    yield return occurrence;
            }

            // An interval that leaves the range ends the rule, and is never added to a date that cannot hold it.
            if (PeriodsUpTo(period, last) < Interval)
                yield break;
            period = Every switch
            {
                Frequency.Daily => period.PlusDays(Interval),
                Frequency.Weekly => period.PlusWeeks(Interval),
                Frequency.Monthly => period.PlusMonths(Interval),
                _ => period.PlusYears(Interval),
            };
        }
    }

    private LocalDate FirstPeriod(LocalDate first) => Every switch
    {
        Frequency.Daily => first,
        Frequency.Weekly => first.PlusDays(-(((int)first.DayOfWeek - (int)WeekStart + 7) % 7)),
        Frequency.Monthly => new LocalDate(first.Year, first.Month, 1),
        _ => new LocalDate(WeekNumbers.IsEmpty ? first.Year : WeekYears.GetWeekYear(first), 1, 1),
    };

    private long PeriodsUpTo(LocalDate period, LocalDate last) => Every switch
    {
        Frequency.Daily => Period.DaysBetween(period, last),
        Frequency.Weekly => Period.DaysBetween(period, last) / 7,
        Frequency.Monthly => (last.Year - period.Year) * 12L + last.Month - period.Month,
        _ => last.Year - period.Year + 1L,
    };

    // Never held as a list: three full parts of a rule make 86,400 of them.
    private IEnumerable<LocalTime> Times(LocalTime first, bool withTime)
    {
        if (!withTime)
            return [first];
        return from hour in Or(Hours, first.Hour)
               from minute in Or(Minutes, first.Minute)
               from second in Or(Seconds, first.Second)
               select new LocalTime(hour, minute, second);
    }

    private static ImmutableArray<int> Or(ImmutableArray<int> said, int otherwise) => said.IsEmpty ? [otherwise] : said;

    private IEnumerable<LocalDate> Dates(LocalDate period, LocalDate first)
    {
        switch (Every)
        {
            case Frequency.Daily:
                return OnDate(period) ? [period] : [];
            case Frequency.Weekly:
                var days = Days.IsEmpty ? [first.DayOfWeek] : Days.Select(static d => d.Day);
                return days.Select(d => period.PlusDays(((int)d - (int)WeekStart + 7) % 7)).Where(InMonths);
            case Frequency.Monthly:
                return InMonths(period) ? InMonth(period, first.Day) : [];
            default:
                return WeekNumbers.IsEmpty ? InYear(period, first) : InWeeks(period.Year, first);
        }
    }

    private IEnumerable<LocalDate> InMonth(LocalDate month, int day)
    {
        var length = month.Calendar.GetDaysInMonth(month.Year, month.Month);
        if (!MonthDays.IsEmpty)
        {
            return MonthDays.Select(d => d > 0 ? d : length + 1 + d).Where(d => d >= 1 && d <= length).Select(d => month.PlusDays(d - 1)).Where(OnDays);
        }

        if (!Days.IsEmpty)
            return OnWeekdays(month, length);
        return day <= length ? [month.PlusDays(day - 1)] : [];
    }

    private IEnumerable<LocalDate> InYear(LocalDate year, LocalDate first)
    {
        var months = Months.IsEmpty ? Enumerable.Range(1, 12) : Months;
        var length = year.Calendar.GetDaysInYear(year.Year);
        if (!YearDays.IsEmpty)
        {
            return YearDays.Select(d => d > 0 ? d : length + 1 + d).Where(d => d >= 1 && d <= length).Select(d => year.PlusDays(d - 1)).Where(OnDate);
        }

        if (MonthDays.IsEmpty && !Days.IsEmpty && Months.IsEmpty)
            return OnWeekdays(year, length);
        if (MonthDays.IsEmpty && Days.IsEmpty && Months.IsEmpty)
            months = [first.Month];
        return months.SelectMany(m => InMonth(new LocalDate(year.Year, m, 1), first.Day));
    }

    /// <summary>The dates of the numbered weeks of a year; a week belongs to the year that has most of its days, and so may reach into another.</summary>
    private IEnumerable<LocalDate> InWeeks(int year, LocalDate first)
    {
        var many = WeekYears.GetWeeksInWeekYear(year);
        var dates = WeekNumbers.Select(w => w > 0 ? w : many + 1 + w).Where(w => w >= 1 && w <= many)
            .Select(w => WeekYears.GetLocalDate(year, w, WeekStart))
            .SelectMany(static start => Enumerable.Range(0, 7).Select(i => start.PlusDays(i)))
            .Where(OnDate);
        return Days.IsEmpty && MonthDays.IsEmpty && YearDays.IsEmpty ? dates.Where(d => d.DayOfWeek == first.DayOfWeek) : dates;
    }

    private IWeekYearRule WeekYears => WeekYearRules.ForMinDaysInFirstWeek(4, WeekStart);

    /// <summary>The weekdays of a month or year that begins on a date: the nth from its start or end, or all.</summary>
    private IEnumerable<LocalDate> OnWeekdays(LocalDate start, int length)
    {
        foreach (var (ordinal, day) in Days)
        {
            var offset = ((int)day - (int)start.DayOfWeek + 7) % 7;
            var many = (length - offset + 6) / 7;
            for (var i = 0; i < many; i++)
            {
                if (ordinal == 0 || ordinal == i + 1 || ordinal == i - many)
                    yield return start.PlusDays(offset + 7 * i);
            }
        }
    }

    // Units of one length: what the rule takes away is jumped over, a day, an hour or a minute at a time.
    private IEnumerable<LocalDateTime> BelowDay(LocalDateTime first, LocalDate last, Func<bool> step)
    {
        var unit = Every switch
        {
            Frequency.Hourly => NodaConstants.SecondsPerHour,
            Frequency.Minutely => NodaConstants.SecondsPerMinute,
            _ => 1,
        };
        var leap = (long)unit * Interval;
        var period = new LocalDateTime(first.Year, first.Month, first.Day, first.Hour, Every < Frequency.Hourly ? first.Minute : 0, Every == Frequency.Secondly ? first.Second : 0);
        while (period.Date <= last && step())
        {
            var next = period.PlusSeconds(1);
            if (!OnDate(period.Date))
            {
                next = period.Date.PlusDays(1).AtMidnight();
            }
            else if (!Hours.IsEmpty && !Hours.Contains(period.Hour))
            {
                next = new LocalDateTime(period.Year, period.Month, period.Day, period.Hour, 0).PlusHours(1);
            }
            else if (Every < Frequency.Hourly && !Minutes.IsEmpty && !Minutes.Contains(period.Minute))
            {
                next = new LocalDateTime(period.Year, period.Month, period.Day, period.Hour, period.Minute).PlusMinutes(1);
            }
            else
            {
                foreach (var occurrence in AtPositions(InUnit(period, first).TakeWhile(_ => step())))
                {
                    if (occurrence >= first)
                        yield return occurrence;
                }
            }

            var seconds = (Period.Between(period, next, PeriodUnits.Seconds).Seconds + leap - 1) / leap * leap;
            if (seconds > Period.Between(period, last.PlusDays(1).AtMidnight(), PeriodUnits.Seconds).Seconds)
                yield break;
            period = period.PlusSeconds(seconds);
        }
    }

    private IEnumerable<LocalDateTime> InUnit(LocalDateTime period, LocalDateTime first)
    {
        if (Every == Frequency.Secondly)
            return Seconds.IsEmpty || Seconds.Contains(period.Second) ? [period] : [];
        var seconds = Or(Seconds, first.Second);
        return Every == Frequency.Minutely
            ? seconds.Select(s => period.PlusSeconds(s))
            : Or(Minutes, first.Minute).SelectMany(m => seconds.Select(s => period.PlusMinutes(m).PlusSeconds(s)));
    }

    private IEnumerable<LocalDateTime> AtPositions(IEnumerable<LocalDateTime> occurrences)
    {
        if (Positions.IsEmpty)
            return occurrences;
        var all = occurrences.ToArray();
        return Positions.Select(p => p > 0 ? p - 1 : all.Length + p).Where(i => i >= 0 && i < all.Length).Distinct().Order().Select(i => all[i]);
    }

    private bool OnDate(LocalDate date) => InMonths(date) && OnMonthDays(date) && OnYearDays(date) && OnDays(date);

    private bool InMonths(LocalDate date) => Months.IsEmpty || Months.Contains(date.Month);

    private bool OnMonthDays(LocalDate date) =>
        MonthDays.IsEmpty || MonthDays.Contains(date.Day) || MonthDays.Contains(date.Day - 1 - date.Calendar.GetDaysInMonth(date.Year, date.Month));

    private bool OnYearDays(LocalDate date) =>
        YearDays.IsEmpty || YearDays.Contains(date.DayOfYear) || YearDays.Contains(date.DayOfYear - 1 - date.Calendar.GetDaysInYear(date.Year));

    private bool OnDays(LocalDate date) => Days.IsEmpty || Days.Any(d => d.Day == date.DayOfWeek);
}
