using System.Globalization;
using Levelkeeper.Core.Duties;
using Levelkeeper.Language.Calendars;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Grammar;

/// <summary>How often something is due, as people write it: <c>week on fri</c>, <c>month on last business day</c>, <c>quarter on 15</c>, <c>once on 2026-03-01</c>.</summary>
public static class RecurrenceForm
{
    private static readonly Dictionary<string, int> Months = new(StringComparer.Ordinal) { ["month"] = 1, ["quarter"] = 3, ["half-year"] = 6, ["year"] = 12 };

    /// <summary><c>[N] day(s)</c>, <c>[N] week(s) on WEEKDAY</c>, <c>[N] month(s)|quarter|half-year|year on DAY</c>, <c>once on DATE</c>; null when it is none of these.</summary>
    public static DutyRecurrence? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList();
        if (words is ["once", "on", var once])
            return SectionReader.DateFrom(once) is { } date ? new DutyRecurrence.Once(date) : null;
        var count = 1;
        if (words.Count > 0 && char.IsAsciiDigit(words[0][0]))
        {
            if (!int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out count) || count is < 1 or > 366)
                return null;
            words.RemoveAt(0);
        }

        if (words.Count == 0)
            return null;
        var unit = words[0].EndsWith('s') ? words[0][..^1] : words[0];
        var on = words is [_, "on", _, ..] ? string.Join(' ', words.Skip(2)) : null;
        if (words.Count > 1 && on is null)
            return null;
        if (unit == "day")
            return on is null ? new DutyRecurrence.EveryDays(count) : null;
        if (unit == "week")
            return on is not null && HoursForm.WeekdayOf(on) is { } weekday ? new DutyRecurrence.EveryWeeks(weekday, count) : null;
        if (!Months.TryGetValue(unit, out var months) || on is null)
            return null;
        DayOfMonth? day = on switch
        {
            "last day" => DayOfMonth.Last,
            "last business day" or "last working day" => DayOfMonth.LastWorkingDay,
            "first business day" or "first working day" => DayOfMonth.WorkingDay(1),
            _ => int.TryParse(on, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 31 ? DayOfMonth.On(number) : null,
        };
        // A day at the end belongs to the last month of its quarter, half-year or year; any other to the first.
        var month = day is { Number: < 0 } ? (months * count - 1) % 12 + 1 : 1;
        return day is { } value ? new DutyRecurrence.EveryMonths(value, months * count, month) : null;
    }
}
