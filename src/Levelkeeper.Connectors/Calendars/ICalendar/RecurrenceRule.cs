using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Diagnostics;
using NodaTime;

namespace Levelkeeper.Connectors.Calendars.ICalendar;

/// <summary>A rule by which dates repeat (RFC 5545, 3.3.10), as far as holiday calendars use it: no unit below a day, no week numbers.</summary>
internal sealed record RecurrenceRule
{
    private enum Frequency
    {
        Daily,
        Weekly,
        Monthly,
        Yearly,
    }

    private readonly record struct Weekday(int Ordinal, IsoDayOfWeek Day);

    private Frequency Every { get; init; }

    private int Interval { get; init; } = 1;

    private IsoDayOfWeek WeekStart { get; init; } = IsoDayOfWeek.Monday;

    private ImmutableArray<int> Months { get; init; } = [];

    private ImmutableArray<int> MonthDays { get; init; } = [];

    private ImmutableArray<int> YearDays { get; init; } = [];

    private ImmutableArray<Weekday> Days { get; init; } = [];

    private ImmutableArray<int> Positions { get; init; } = [];

    /// <summary>How many occurrences there are, the first one included; null: no bound.</summary>
    public int? Count { get; private init; }

    /// <summary>The last date (or date and time) as it stands in the rule; null: no bound.</summary>
    public string? Until { get; private init; }

    /// <summary>Reads the value of RRULE; null when a diagnostic LK3206 was reported.</summary>
    public static RecurrenceRule? Parse(ContentLine line, DiagnosticBag diagnostics)
    {
        var rule = new RecurrenceRule();
        var known = false;
        foreach (var part in line.Value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var pair = part.ToUpperInvariant().Split('=', 2);
            var value = pair.Length == 2 ? pair[1] : "";
            RecurrenceRule? next = null;
            switch (pair[0])
            {
                case "FREQ":
                    known = true;
                    next = value switch
                    {
                        "YEARLY" => rule with { Every = Frequency.Yearly },
                        "MONTHLY" => rule with { Every = Frequency.Monthly },
                        "WEEKLY" => rule with { Every = Frequency.Weekly },
                        "DAILY" => rule with { Every = Frequency.Daily },
                        _ => null,
                    };
                    break;
                case "INTERVAL":
                    next = Number(value, 1, 1_000) is { } interval ? rule with { Interval = interval } : null;
                    break;
                case "COUNT":
                    next = Number(value, 1, int.MaxValue) is { } count ? rule with { Count = count } : null;
                    break;
                case "UNTIL":
                    next = rule with { Until = value };
                    break;
                case "WKST":
                    next = DayOfWeek(value) is { } day ? rule with { WeekStart = day } : null;
                    break;
                case "BYMONTH":
                    next = Numbers(value, 1, 12) is { } months ? rule with { Months = months } : null;
                    break;
                case "BYMONTHDAY":
                    next = Numbers(value, -31, 31) is { } monthDays ? rule with { MonthDays = monthDays } : null;
                    break;
                case "BYYEARDAY":
                    next = Numbers(value, -366, 366) is { } yearDays ? rule with { YearDays = yearDays } : null;
                    break;
                case "BYSETPOS":
                    next = Numbers(value, -366, 366) is { } positions ? rule with { Positions = positions } : null;
                    break;
                case "BYDAY":
                    next = Weekdays(value) is { } days ? rule with { Days = days } : null;
                    break;
                default:
                    break;
            }

            if (next is null)
            {
                diagnostics.Error("LK3206", line.Place, $"{Diagnostic.Quote(part)} in a recurrence rule is wrong or not supported; the event is left out.",
                    "FREQ of DAILY, WEEKLY, MONTHLY or YEARLY with INTERVAL, COUNT, UNTIL, WKST, BYMONTH, BYMONTHDAY, BYYEARDAY, BYDAY, BYSETPOS");
                return null;
            }

            rule = next;
        }

        if (!known)
            diagnostics.Error("LK3206", line.Place, "A recurrence rule needs FREQ; the event is left out.");
        return known ? rule : null;
    }

    /// <summary>The dates of the rule from its first date to a last one, in order, without regard to <see cref="Count"/> and <see cref="Until"/>.</summary>
    /// <param name="first">The date of the event.</param>
    /// <param name="last">No date after this one is wanted; at most a date of <see cref="BusinessCalendar.Latest"/>, so that a step beyond stays in range.</param>
    /// <param name="step">Asked before each period that is looked at; false stops.</param>
    public IEnumerable<LocalDate> Dates(LocalDate first, LocalDate last, Func<bool> step)
    {
        var period = Every switch
        {
            Frequency.Daily => first,
            Frequency.Weekly => WeekOf(first),
            Frequency.Monthly => new LocalDate(first.Year, first.Month, 1),
            Frequency.Yearly => new LocalDate(first.Year, 1, 1),
            _ => throw new InvalidOperationException(),
        };
        while (period <= last && step())
        {
            foreach (var date in AtPositions([.. Candidates(period, first).Distinct().Order()]))
            {
                if (date >= first && date <= last)
                    yield return date;
            }

            period = Every switch
            {
                Frequency.Daily => period.PlusDays(Interval),
                Frequency.Weekly => period.PlusWeeks(Interval),
                Frequency.Monthly => period.PlusMonths(Interval),
                Frequency.Yearly => period.PlusYears(Interval),
                _ => throw new InvalidOperationException(),
            };
        }
    }

    private IEnumerable<LocalDate> Candidates(LocalDate period, LocalDate first)
    {
        switch (Every)
        {
            case Frequency.Daily:
                return InMonths(period) && OnMonthDays(period) && OnYearDays(period) && OnDays(period) ? [period] : [];
            case Frequency.Weekly:
                var days = Days.IsEmpty ? [first.DayOfWeek] : Days.Select(static d => d.Day);
                return days.Select(d => period.PlusDays(((int)d - (int)WeekStart + 7) % 7)).Where(InMonths);
            case Frequency.Monthly:
                return InMonths(period) ? InMonth(period, first.Day) : [];
            case Frequency.Yearly:
                return InYear(period, first);
            default:
                throw new InvalidOperationException();
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
            return YearDays.Select(d => d > 0 ? d : length + 1 + d).Where(d => d >= 1 && d <= length).Select(d => year.PlusDays(d - 1))
                .Where(d => InMonths(d) && OnMonthDays(d) && OnDays(d));
        }

        if (MonthDays.IsEmpty && !Days.IsEmpty && Months.IsEmpty)
            return OnWeekdays(year, length);
        if (MonthDays.IsEmpty && Days.IsEmpty && Months.IsEmpty)
            months = [first.Month];
        return months.SelectMany(m => InMonth(new LocalDate(year.Year, m, 1), first.Day));
    }

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

    private IEnumerable<LocalDate> AtPositions(LocalDate[] dates) => Positions.IsEmpty
        ? dates
        : Positions.Select(p => p > 0 ? p - 1 : dates.Length + p).Where(i => i >= 0 && i < dates.Length).Distinct().Order().Select(i => dates[i]);

    private bool InMonths(LocalDate date) => Months.IsEmpty || Months.Contains(date.Month);

    private bool OnMonthDays(LocalDate date) =>
        MonthDays.IsEmpty || MonthDays.Contains(date.Day) || MonthDays.Contains(date.Day - 1 - date.Calendar.GetDaysInMonth(date.Year, date.Month));

    private bool OnYearDays(LocalDate date) =>
        YearDays.IsEmpty || YearDays.Contains(date.DayOfYear) || YearDays.Contains(date.DayOfYear - 1 - date.Calendar.GetDaysInYear(date.Year));

    private bool OnDays(LocalDate date) => Days.IsEmpty || Days.Any(d => d.Day == date.DayOfWeek);

    private LocalDate WeekOf(LocalDate date) => date.PlusDays(-(((int)date.DayOfWeek - (int)WeekStart + 7) % 7));

    private static int? Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;

    private static ImmutableArray<int>? Numbers(string text, int least, int most)
    {
        var numbers = text.Split(',').Select(n => Number(n, least, most)).ToArray();
        return numbers.All(static n => n is not null and not 0) ? [.. numbers.Select(static n => n!.Value).Distinct()] : null;
    }

    private static ImmutableArray<Weekday>? Weekdays(string text)
    {
        var days = ImmutableArray.CreateBuilder<Weekday>();
        foreach (var part in text.Split(','))
        {
            if (part.Length < 2 || DayOfWeek(part[^2..]) is not { } day)
                return null;
            var ordinal = 0;
            if (part.Length > 2)
            {
                if (Number(part[..^2], -53, 53) is not { } number || number == 0)
                    return null;
                ordinal = number;
            }

            if (!days.Contains(new Weekday(ordinal, day)))
                days.Add(new Weekday(ordinal, day));
        }

        return days.DrainToImmutable();
    }

    private static IsoDayOfWeek? DayOfWeek(string text) => text switch
    {
        "MO" => IsoDayOfWeek.Monday,
        "TU" => IsoDayOfWeek.Tuesday,
        "WE" => IsoDayOfWeek.Wednesday,
        "TH" => IsoDayOfWeek.Thursday,
        "FR" => IsoDayOfWeek.Friday,
        "SA" => IsoDayOfWeek.Saturday,
        "SU" => IsoDayOfWeek.Sunday,
        _ => null,
    };
}
