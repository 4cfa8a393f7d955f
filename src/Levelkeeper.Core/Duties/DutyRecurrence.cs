using NodaTime;

namespace Levelkeeper.Core.Duties;

/// <summary>On which dates a duty falls due. A closed choice.</summary>
public abstract record DutyRecurrence
{
    private DutyRecurrence()
    {
    }

    /// <summary>Every <paramref name="Days"/> days, beginning with the first day of the duty.</summary>
    /// <param name="Days">At least 1.</param>
    public sealed record EveryDays(int Days = 1) : DutyRecurrence;

    /// <summary>On a weekday, every <paramref name="Weeks"/> weeks, beginning with the first such day of the duty.</summary>
    /// <param name="Day">The weekday; not <see cref="IsoDayOfWeek.None"/>.</param>
    /// <param name="Weeks">At least 1.</param>
    public sealed record EveryWeeks(IsoDayOfWeek Day, int Weeks = 1) : DutyRecurrence;

    /// <summary>On a day of every <paramref name="Months"/>th month: 1 is monthly, 3 each quarter, 12 each year.</summary>
    /// <param name="Day">Which day of those months.</param>
    /// <param name="Months">At least 1.</param>
    /// <param name="Month">One of those months, 1 to 12: 3 with 3 months means March, June, September and December.</param>
    public sealed record EveryMonths(DayOfMonth Day, int Months = 1, int Month = 1) : DutyRecurrence;

    /// <summary>Once, and never again: a delivery.</summary>
    /// <param name="On">The date; a duty that begins later or ends before it is never due.</param>
    public sealed record Once(LocalDate On) : DutyRecurrence;
}

/// <summary>A day in any month.</summary>
public readonly record struct DayOfMonth
{
    private DayOfMonth(int number, bool working) => (Number, IsWorkingDay) = (number, working);

    /// <summary>From the front if positive, from the back if negative; never 0.</summary>
    public int Number { get; }

    /// <summary>Whether only working days are counted.</summary>
    public bool IsWorkingDay { get; }

    /// <summary>The last day of the month.</summary>
    public static DayOfMonth Last { get; } = new(-1, false);

    /// <summary>The last working day of the month.</summary>
    public static DayOfMonth LastWorkingDay { get; } = new(-1, true);

    /// <summary>The day with a number; in a shorter month its last day, so that the duty is never skipped.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 1 to 31.</exception>
    public static DayOfMonth On(int day)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(day, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(day, 31);
        return new DayOfMonth(day, false);
    }

    /// <summary>The <paramref name="number"/>th working day; in a month with fewer the last one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 1 to 31.</exception>
    public static DayOfMonth WorkingDay(int number) => new(On(number).Number, true);

    /// <summary>The date in a month; null when it must be a working day and the month has none.</summary>
    internal LocalDate? In(YearMonth month, Func<LocalDate, bool> isWorkingDay)
    {
        var days = new List<LocalDate>(31);
        for (var date = month.OnDayOfMonth(1); date.Month == month.Month; date = date.PlusDays(1))
        {
            if (!IsWorkingDay || isWorkingDay(date))
                days.Add(date);
        }

        return days.Count == 0 ? null : Number < 0 ? days[^1] : days[Math.Min(Number, days.Count) - 1];
    }
}
