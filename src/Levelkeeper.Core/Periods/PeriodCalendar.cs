using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Time;
using NodaTime;
using NodaTime.Calendars;

namespace Levelkeeper.Core.Periods;

/// <summary>The periods of a rule in a zone. Local days start at their first instant, so that days with 23 or 25 hours are as long as they were.</summary>
/// <param name="Rule">Which periods.</param>
/// <param name="Zone">Where days begin.</param>
public sealed record PeriodCalendar(PeriodRule Rule, DateTimeZone Zone)
{
    /// <summary>The period that contains an instant; for a rolling rule the one that ends with it.</summary>
    /// <remarks>A term that does not contain the instant is still returned: there is only one.</remarks>
    public Period Containing(Instant instant)
    {
        var day = instant.InZone(Zone).Date;
        switch (Rule)
        {
            case PeriodRule.Calendar calendar:
                return OfUnit(calendar, StartOf(calendar, day));
            case PeriodRule.OwnMonths own:
                return OfOwnMonths(own, NumberContaining(own, day));
            case PeriodRule.Rolling rolling:
                var during = TickInterval.Between(instant - rolling.Length, instant);
                return new Period($"{during.StartInstant}..{during.EndInstant}", during, during.StartInstant.InZone(Zone).Date, day.PlusDays(1));
            case PeriodRule.MonthsBack back:
                var start = instant.InZone(Zone).LocalDateTime.PlusMonths(-back.Months).InZoneLeniently(Zone).ToInstant();
                return new Period($"{start}..{instant}", TickInterval.Between(start, instant), start.InZone(Zone).Date, day.PlusDays(1));
            case PeriodRule.RollingDays days:
                return Of(day.PlusDays(1 - days.Days), day.PlusDays(1));
            case PeriodRule.RollingMonths months:
                return Of(day.PlusDays(1).PlusMonths(-months.Months), day.PlusDays(1));
            case PeriodRule.WholeTerm term:
                return Of(term.Start, term.End);
            default:
                throw new InvalidOperationException("Unknown period rule.");
        }
    }

    /// <summary>The periods that touch a range, earliest first; an empty range touches none. A rolling rule has the one that ends with the range.</summary>
    public IEnumerable<Period> Touching(TickInterval range)
    {
        if (range.IsEmpty)
            yield break;
        if (Rule.EndsWithItsInstant)
        {
            var end = Rule is PeriodRule.Rolling or PeriodRule.MonthsBack ? range.End : range.End - 1;
            yield return Containing(Instant.FromUnixTimeTicks(end));
            yield break;
        }

        var period = Containing(range.StartInstant);
        if (Rule is PeriodRule.WholeTerm)
        {
            if (!period.During.Intersect(range).IsEmpty)
                yield return period;
            yield break;
        }

        while (period.During.Start < range.End)
        {
            if (period.During.End > range.Start)
                yield return period;
            period = Next(period);
        }
    }

    /// <summary>The period after one of this calendar's fixed periods.</summary>
    public Period Next(Period period)
    {
        ArgumentNullException.ThrowIfNull(period);
        return Rule switch
        {
            PeriodRule.Calendar calendar => OfUnit(calendar, period.DayAfter),
            PeriodRule.OwnMonths own => OfOwnMonths(own, NumberContaining(own, period.DayAfter)),
            _ => throw new InvalidOperationException("Only fixed periods follow each other."),
        };
    }

    /// <summary>The boundaries of the periods inside a range: where a breakdown cuts it.</summary>
    public IEnumerable<Instant> Boundaries(TickInterval range) =>
        Touching(range).Select(p => p.During.Start).Where(s => s > range.Start).Select(Instant.FromUnixTimeTicks);

    /// <summary>
    /// The period that a label names: <c>2025</c>, <c>2025-H2</c>, <c>2025-Q4</c>, <c>2025-10</c>, <c>2025-W41</c> (ISO) or <c>2025-10-31</c>.
    /// Null, with a diagnostic, when the text is none of these.
    /// </summary>
    public static Period? Parse(string label, DateTimeZone zone, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(label);
        ArgumentNullException.ThrowIfNull(zone);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (Recognize(label) is (var unit, { } start))
        {
            var calendar = new PeriodRule.Calendar(unit);
            return new PeriodCalendar(calendar, zone).OfUnit(calendar, start);
        }

        diagnostics.Error("LK4001", Place.None, $"{Diagnostic.Quote(label)} is not a period.", "write 2025, 2025-H2, 2025-Q4, 2025-10, 2025-W41 or 2025-10-31");
        return null;
    }

    private static (CalendarUnit Unit, LocalDate? Start) Recognize(string label)
    {
        if (label.Length is < 4 or > 10 || !Number(label.AsSpan(0, 4), 1, 9998, out var year))
            return default;
        if (label.Length == 4)
            return (CalendarUnit.Year, new LocalDate(year, 1, 1));
        var rest = label.AsSpan(4);
        if (rest[0] != '-' || rest.Length < 2)
            return default;
        rest = rest[1..];
        if (rest[0] == 'Q')
            return Number(rest[1..], 1, 4, out var quarter) && rest.Length == 2 ? (CalendarUnit.Quarter, new LocalDate(year, quarter * 3 - 2, 1)) : (default, null);
        if (rest[0] == 'H')
            return Number(rest[1..], 1, 2, out var half) && rest.Length == 2 ? (CalendarUnit.HalfYear, new LocalDate(year, half * 6 - 5, 1)) : (default, null);
        if (rest[0] == 'W')
            return rest.Length == 3 && Number(rest[1..], 1, WeekYearRules.Iso.GetWeeksInWeekYear(year), out var week)
                ? (CalendarUnit.Week, WeekYearRules.Iso.GetLocalDate(year, week, IsoDayOfWeek.Monday))
                : (default, null);
        if (rest.Length is not (2 or 5) || !Number(rest[..2], 1, 12, out var month))
            return default;
        if (rest.Length == 2)
            return (CalendarUnit.Month, new LocalDate(year, month, 1));
        return rest[2] == '-' && Number(rest[3..], 1, CalendarSystem.Iso.GetDaysInMonth(year, month), out var day)
            ? (CalendarUnit.Day, new LocalDate(year, month, day))
            : (default, null);
    }

    private static bool Number(ReadOnlySpan<char> text, int least, int most, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= least && value <= most;

    private static LocalDate StartOf(PeriodRule.Calendar calendar, LocalDate day) => calendar.Unit switch
    {
        CalendarUnit.Day => day,
        CalendarUnit.Week => day.PlusDays(-(((int)day.DayOfWeek - (int)calendar.FirstDayOfWeek + 7) % 7)),
        CalendarUnit.Month => new LocalDate(day.Year, day.Month, 1),
        CalendarUnit.Quarter => new LocalDate(day.Year, (day.Month - 1) / 3 * 3 + 1, 1),
        CalendarUnit.HalfYear => new LocalDate(day.Year, (day.Month - 1) / 6 * 6 + 1, 1),
        CalendarUnit.Year => new LocalDate(day.Year, 1, 1),
        _ => throw new InvalidOperationException($"Unknown unit {calendar.Unit}."),
    };

    private Period OfUnit(PeriodRule.Calendar calendar, LocalDate start)
    {
        var (after, label) = calendar.Unit switch
        {
            CalendarUnit.Day => (start.PlusDays(1), Date(start)),
            CalendarUnit.Week when calendar.FirstDayOfWeek == IsoDayOfWeek.Monday =>
                (start.PlusDays(7), string.Create(CultureInfo.InvariantCulture, $"{WeekYearRules.Iso.GetWeekYear(start):D4}-W{WeekYearRules.Iso.GetWeekOfWeekYear(start):D2}")),
            CalendarUnit.Week => (start.PlusDays(7), $"{Date(start)}..{Date(start.PlusDays(6))}"),
            CalendarUnit.Month => (start.PlusMonths(1), string.Create(CultureInfo.InvariantCulture, $"{start.Year:D4}-{start.Month:D2}")),
            CalendarUnit.Quarter => (start.PlusMonths(3), string.Create(CultureInfo.InvariantCulture, $"{start.Year:D4}-Q{(start.Month + 2) / 3}")),
            CalendarUnit.HalfYear => (start.PlusMonths(6), string.Create(CultureInfo.InvariantCulture, $"{start.Year:D4}-H{(start.Month + 5) / 6}")),
            CalendarUnit.Year => (start.PlusYears(1), string.Create(CultureInfo.InvariantCulture, $"{start.Year:D4}")),
            _ => throw new InvalidOperationException($"Unknown unit {calendar.Unit}."),
        };
        return Of(start, after, label);
    }

    /// <summary>Each edge is reckoned from the first day, never from the edge before, so that a clamped month end does not stick.</summary>
    private Period OfOwnMonths(PeriodRule.OwnMonths own, int number) =>
        Of(own.Start.PlusMonths(number * own.Months), own.Start.PlusMonths((number + 1) * own.Months));

    private static int NumberContaining(PeriodRule.OwnMonths own, LocalDate day)
    {
        var months = (day.Year - own.Start.Year) * 12 + day.Month - own.Start.Month;
        var number = months / own.Months - (months % own.Months < 0 ? 1 : 0);
        return own.Start.PlusMonths(number * own.Months) > day ? number - 1 : number;
    }

    private Period Of(LocalDate first, LocalDate after, string? label = null) =>
        new(label ?? $"{Date(first)}..{Date(after.PlusDays(-1))}", TickInterval.Between(StartOfDay(first), StartOfDay(after)), first, after);

    private Instant StartOfDay(LocalDate day) => Zone.AtStartOfDay(day).ToInstant();

    private static string Date(LocalDate date) => string.Create(CultureInfo.InvariantCulture, $"{date.Year:D4}-{date.Month:D2}-{date.Day:D2}");
}
