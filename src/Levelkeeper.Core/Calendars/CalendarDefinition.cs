using System.Collections.Immutable;
using Levelkeeper.Core.Calendars.Holidays;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Calendars;

/// <summary>What a business calendar says, as its author wrote it: a time zone and dated versions of the hours.</summary>
/// <remarks>Compile it into a <see cref="BusinessCalendar"/> to reckon with it.</remarks>
public sealed record CalendarDefinition
{
    /// <summary>A definition of one or more versions, in any order.</summary>
    /// <exception cref="ArgumentException">There is no version, or two are in force from the same date.</exception>
    public CalendarDefinition(DateTimeZone zone, params IEnumerable<CalendarVersion> versions)
    {
        ArgumentNullException.ThrowIfNull(zone);
        ArgumentNullException.ThrowIfNull(versions);
        Zone = zone;
        Versions = [.. versions.OrderBy(static v => v.From)];
        if (Versions.IsEmpty)
            throw new ArgumentException("A calendar needs at least one version.", nameof(versions));
        for (var i = 1; i < Versions.Length; i++)
        {
            if (Versions[i].From == Versions[i - 1].From)
                throw new ArgumentException($"Two versions are in force from {Versions[i].From}.", nameof(versions));
        }
    }

    /// <summary>The IANA zone in which the hours are wall-clock times.</summary>
    public DateTimeZone Zone { get; }

    /// <summary>The versions, earliest first.</summary>
    public ImmutableArray<CalendarVersion> Versions { get; }

    /// <summary>The version whose hours a date has: the last one in force from that date or before; the first one for all earlier dates.</summary>
    public CalendarVersion VersionOn(LocalDate date)
    {
        var i = Versions.Length - 1;
        while (i > 0 && Versions[i].From > date)
            i--;
        return Versions[i];
    }
}

/// <summary>The hours in force from a date until the next version.</summary>
/// <remarks>
/// Precedence on a date: its override, then a holiday (of <see cref="Holidays"/> or <see cref="ClosedDates"/>), then the weekly hours.
/// Breaks and <see cref="Closures"/> are taken away from whatever hours that gives. A window or break that passes midnight belongs to the day,
/// and so to the version, on which it starts.
/// </remarks>
public sealed record CalendarVersion
{
    /// <summary>First date of this version. The earliest version of a calendar also covers the time before it.</summary>
    public LocalDate From { get; init; } = LocalDate.MinIsoValue;

    /// <summary>The opening hours of an ordinary week.</summary>
    public required WeeklyHours Hours { get; init; }

    /// <summary>Breaks of every week.</summary>
    public WeeklyHours Breaks { get; init; } = WeeklyHours.None;

    /// <summary>Breaks on single dates.</summary>
    public ImmutableDictionary<LocalDate, ImmutableArray<DayWindow>> DatedBreaks { get; init; } = ImmutableDictionary<LocalDate, ImmutableArray<DayWindow>>.Empty;

    /// <summary>Public holidays; null when the calendar has none.</summary>
    public HolidayCalendar? Holidays { get; init; }

    /// <summary>Closed dates beside the public holidays, which weigh as much as they do.</summary>
    public ImmutableHashSet<LocalDate> ClosedDates { get; init; } = [];

    /// <summary>Dates that are closed every year, such as 25 December; 29 February only in leap years.</summary>
    public ImmutableHashSet<AnnualDate> ClosedEveryYear { get; init; } = [];

    /// <summary>Dates with other hours every year, such as a half-day on 24 December. An override of the full date prevails.</summary>
    public ImmutableDictionary<AnnualDate, DateOverride> OverridesEveryYear { get; init; } = ImmutableDictionary<AnnualDate, DateOverride>.Empty;

    /// <summary>Dates with other hours.</summary>
    public ImmutableDictionary<LocalDate, DateOverride> Overrides { get; init; } = ImmutableDictionary<LocalDate, DateOverride>.Empty;

    /// <summary>Spans of time, not tied to a date, in which it is closed whatever else says.</summary>
    public IntervalSet Closures { get; init; } = IntervalSet.Empty;

    /// <summary>
    /// The hours of a weekend day that the holiday data makes a working day (a working Saturday in exchange for a day off). Null: the weekly hours of
    /// that weekday if it has any, else those of Monday. Empty: such days stay as the weekly hours say.
    /// </summary>
    public ImmutableArray<DayWindow>? MovedWorkingDayHours { get; init; }

    /// <summary>What prevails over the ordinary hours of a date, or null.</summary>
    internal DateOverride? OverrideOn(LocalDate date)
    {
        if (Overrides.TryGetValue(date, out var dated))
            return dated;
        return OverridesEveryYear.IsEmpty ? null : OverridesEveryYear.GetValueOrDefault(new AnnualDate(date.Month, date.Day));
    }

    /// <summary>Whether the date is a public holiday or one of this calendar's own closed dates.</summary>
    internal bool IsHoliday(LocalDate date) =>
        ClosedDates.Contains(date) || Holidays?.HolidayOn(date) is not null
        || (!ClosedEveryYear.IsEmpty && ClosedEveryYear.Contains(new AnnualDate(date.Month, date.Day)));
}
