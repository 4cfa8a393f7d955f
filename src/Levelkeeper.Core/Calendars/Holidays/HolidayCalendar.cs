using System.Collections.Frozen;
using System.Collections.Immutable;
using NodaTime;

namespace Levelkeeper.Core.Calendars.Holidays;

/// <summary>The public holidays of a country or of a part of one, with its weekend days and the weekend days that were made working days.</summary>
/// <remarks>
/// Immutable. Weekend days do not close a <see cref="BusinessCalendar"/> (its weekly hours do); they serve <see cref="IsWorkingDay"/> and say which
/// days can be moved working days.
/// </remarks>
public sealed class HolidayCalendar
{
    private readonly FrozenDictionary<LocalDate, PublicHoliday> _holidays;
    private readonly FrozenSet<LocalDate> _movedWorkingDays;
    private readonly ImmutableArray<(LocalDate From, Weekdays Days)> _weekends;

    /// <summary>A calendar of given dates.</summary>
    /// <param name="code">The country (ISO 3166-1), with "-" and the part of it (ISO 3166-2) where there is one: PL, US-CA. Any text for calendars of one's own.</param>
    /// <param name="holidays">The holidays, at most one per date.</param>
    /// <param name="weekends">The weekend days, each in force from a date until the next; the earliest also covers the time before it. Empty: no weekend.</param>
    /// <param name="movedWorkingDays">Weekend days that are working days.</param>
    /// <param name="firstYear">First year for which the holidays are known.</param>
    /// <param name="lastYear">Last year for which the holidays are known.</param>
    /// <exception cref="ArgumentException">Two holidays have the same date.</exception>
    public HolidayCalendar(
        string code,
        IEnumerable<PublicHoliday> holidays,
        IEnumerable<(LocalDate From, Weekdays Days)> weekends,
        IEnumerable<LocalDate> movedWorkingDays,
        int firstYear,
        int lastYear)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(holidays);
        Code = code;
        var byDate = new Dictionary<LocalDate, PublicHoliday>();
        foreach (var holiday in holidays)
        {
            if (!byDate.TryAdd(holiday.Date, holiday))
                throw new ArgumentException($"{code} has two holidays on {holiday.Date}.", nameof(holidays));
        }

        _holidays = byDate.ToFrozenDictionary();
        _weekends = [.. weekends.OrderBy(static w => w.From)];
        _movedWorkingDays = movedWorkingDays.ToFrozenSet();
        FirstYear = firstYear;
        LastYear = lastYear;
    }

    /// <summary>The code, such as PL or US-CA.</summary>
    public string Code { get; }

    /// <summary>First year for which holidays are known.</summary>
    public int FirstYear { get; }

    /// <summary>Last year for which holidays are known; later years have none, which a reader of agreements should say.</summary>
    public int LastYear { get; }

    /// <summary>All holidays, earliest first.</summary>
    public IEnumerable<PublicHoliday> Holidays => _holidays.Values.OrderBy(static h => h.Date);

    /// <summary>The weekend days that are working days, earliest first.</summary>
    public IEnumerable<LocalDate> MovedWorkingDays => _movedWorkingDays.Order();

    /// <summary>The holiday on a date, or null.</summary>
    public PublicHoliday? HolidayOn(LocalDate date) => _holidays.GetValueOrDefault(date);

    /// <summary>Whether the date is a weekend day by the rule in force then, moved working day or not.</summary>
    public bool IsWeekend(LocalDate date) => WeekendOn(date).Has(date.DayOfWeek);

    /// <summary>Whether the date is a weekend day that was made a working day.</summary>
    public bool IsMovedWorkingDay(LocalDate date) => _movedWorkingDays.Contains(date);

    /// <summary>Whether people work: not a holiday, and not a weekend day unless it was made a working day.</summary>
    public bool IsWorkingDay(LocalDate date) => HolidayOn(date) is null && (!IsWeekend(date) || IsMovedWorkingDay(date));

    /// <summary>The weekend days in force on a date.</summary>
    public Weekdays WeekendOn(LocalDate date)
    {
        if (_weekends.IsEmpty)
            return Weekdays.None;
        var i = _weekends.Length - 1;
        while (i > 0 && _weekends[i].From > date)
            i--;
        return _weekends[i].Days;
    }
}
