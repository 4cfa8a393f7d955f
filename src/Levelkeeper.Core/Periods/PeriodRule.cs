using NodaTime;

namespace Levelkeeper.Core.Periods;

/// <summary>A unit of the calendar.</summary>
public enum CalendarUnit
{
    /// <summary>A local date.</summary>
    Day,

    /// <summary>Seven days from the configured first day.</summary>
    Week,

    /// <summary>A month.</summary>
    Month,

    /// <summary>January, April, July or October and the two months after.</summary>
    Quarter,

    /// <summary>January or July and the five months after.</summary>
    HalfYear,

    /// <summary>A calendar year.</summary>
    Year,
}

/// <summary>Which periods an objective is evaluated for.</summary>
public abstract record PeriodRule
{
    private PeriodRule()
    {
    }

    /// <summary>Whether each instant has a period of its own, which ends with it or with its day; else periods stand side by side.</summary>
    public bool EndsWithItsInstant => this is Rolling or MonthsBack or RollingDays or RollingMonths;

    /// <summary>Calendar units.</summary>
    /// <param name="Unit">The unit.</param>
    /// <param name="FirstDayOfWeek">For weeks: Monday makes ISO weeks.</param>
    public sealed record Calendar(CalendarUnit Unit, IsoDayOfWeek FirstDayOfWeek = IsoDayOfWeek.Monday) : PeriodRule;

    /// <summary>The agreement's own months, counted from its start: from the 15th to the 15th. A start on the 31st falls on the last day of a shorter month, and on the 31st again where there is one.</summary>
    /// <param name="Start">First day of the first period.</param>
    /// <param name="Months">Months in a period; at least 1.</param>
    public sealed record OwnMonths(LocalDate Start, int Months = 1) : PeriodRule;

    /// <summary>The elapsed time before each instant.</summary>
    /// <param name="Length">More than zero.</param>
    public sealed record Rolling(Duration Length) : PeriodRule;

    /// <summary>Whole calendar days before the start of the day after each instant: "the last 30 days, today included".</summary>
    /// <param name="Days">At least 1.</param>
    public sealed record RollingDays(int Days) : PeriodRule;

    /// <summary>The calendar months that end with the day of each instant: "the last 12 months, today included".</summary>
    /// <param name="Months">At least 1.</param>
    public sealed record RollingMonths(int Months) : PeriodRule;

    /// <summary>The months before each instant, keeping its day and time of day: "one month back from now". A day that a month lacks is its last.</summary>
    /// <param name="Months">At least 1.</param>
    public sealed record MonthsBack(int Months) : PeriodRule;

    /// <summary>The whole term of the agreement.</summary>
    /// <param name="Start">First day.</param>
    /// <param name="End">First day after.</param>
    public sealed record WholeTerm(LocalDate Start, LocalDate End) : PeriodRule;
}
