using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Core.Diagnostics;
using NodaTime;

namespace Levelkeeper.Connectors.Calendars.ICalendar;

/// <summary>A rule by which an event repeats (RFC 5545, 3.3.10).</summary>
internal sealed partial record RecurrenceRule
{
    private enum Frequency
    {
        Secondly,
        Minutely,
        Hourly,
        Daily,
        Weekly,
        Monthly,
        Yearly,
    }

    // A year in seconds: no published calendar waits longer in any unit, and no step leaves the range of dates.
    private const int LongestInterval = 31_622_400;

    private readonly record struct Weekday(int Ordinal, IsoDayOfWeek Day);

    private Frequency Every { get; init; }

    private int Interval { get; init; } = 1;

    private IsoDayOfWeek WeekStart { get; init; } = IsoDayOfWeek.Monday;

    private ImmutableArray<int> Months { get; init; } = [];

    private ImmutableArray<int> WeekNumbers { get; init; } = [];

    private ImmutableArray<int> MonthDays { get; init; } = [];

    private ImmutableArray<int> YearDays { get; init; } = [];

    private ImmutableArray<Weekday> Days { get; init; } = [];

    private ImmutableArray<int> Hours { get; init; } = [];

    private ImmutableArray<int> Minutes { get; init; } = [];

    private ImmutableArray<int> Seconds { get; init; } = [];

    private ImmutableArray<int> Positions { get; init; } = [];

    /// <summary>True for a unit below a day, which only events with a time of day can repeat by.</summary>
    public bool IsBelowDay => Every < Frequency.Daily;

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
                        "HOURLY" => rule with { Every = Frequency.Hourly },
                        "MINUTELY" => rule with { Every = Frequency.Minutely },
                        "SECONDLY" => rule with { Every = Frequency.Secondly },
                        _ => null,
                    };
                    break;
                case "INTERVAL":
                    next = Number(value, 1, LongestInterval) is { } interval ? rule with { Interval = interval } : null;
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
                case "BYWEEKNO":
                    next = Numbers(value, -53, 53) is { } weeks ? rule with { WeekNumbers = weeks } : null;
                    break;
                case "BYHOUR":
                    next = Numbers(value, 0, 23) is { } hours ? rule with { Hours = hours } : null;
                    break;
                case "BYMINUTE":
                    next = Numbers(value, 0, 59) is { } minutes ? rule with { Minutes = minutes } : null;
                    break;
                case "BYSECOND":
                    // 60 is a leap second, which no calendar here has.
                    next = Numbers(value, 0, 60) is { } seconds ? rule with { Seconds = [.. seconds.Select(static s => Math.Min(s, 59)).Distinct()] } : null;
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
                    "FREQ of SECONDLY to YEARLY with INTERVAL, COUNT, UNTIL, WKST, BYMONTH, BYWEEKNO, BYYEARDAY, BYMONTHDAY, BYDAY, BYHOUR, BYMINUTE, BYSECOND, BYSETPOS");
                return null;
            }

            rule = next;
        }

        if (!known)
        {
            diagnostics.Error("LK3206", line.Place, "A recurrence rule needs FREQ; the event is left out.");
            return null;
        }

        if (!rule.WeekNumbers.IsEmpty && rule.Every != Frequency.Yearly)
        {
            diagnostics.Error("LK3206", line.Place, "BYWEEKNO goes with FREQ=YEARLY only; the event is left out.");
            return null;
        }

        return rule;
    }

    private static int? Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;

    private static ImmutableArray<int>? Numbers(string text, int least, int most)
    {
        var numbers = text.Split(',').Select(n => Number(n, least, most)).ToArray();
        return numbers.All(n => n is not null && (n != 0 || least == 0)) ? [.. numbers.Select(static n => n!.Value).Distinct().Order()] : null;
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
