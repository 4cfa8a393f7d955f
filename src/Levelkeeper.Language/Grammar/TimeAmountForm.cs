using System.Globalization;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Language.Grammar;

/// <summary>A length of time as people write it: <c>30 min</c>, <c>1 h 30 min</c>, <c>2 business days</c>, <c>12 months</c>.</summary>
public static class TimeAmountForm
{
    /// <summary>The longest amount: what is longer is a slip, and dates reckoned with it would leave the calendar.</summary>
    private const int MostYears = 200;

    private static readonly Dictionary<string, long> TickUnits = new(StringComparer.Ordinal)
    {
        ["ms"] = 10_000,
        ["s"] = 10_000_000, ["sec"] = 10_000_000, ["second"] = 10_000_000, ["seconds"] = 10_000_000,
        ["min"] = 600_000_000, ["minute"] = 600_000_000, ["minutes"] = 600_000_000,
        ["h"] = 36_000_000_000, ["hour"] = 36_000_000_000, ["hours"] = 36_000_000_000,
    };

    /// <summary>Reads a length of time.</summary>
    /// <returns>The amount; or null and what is wrong with it.</returns>
    public static (TimeAmount? Amount, string? Problem) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = Words(text);
        if (words.Count < 2)
            return (null, "a length of time is a number and a unit, such as '30 min', '72 h', '2 business days', '1 month'");
        decimal ticks = 0;
        int business = 0, months = 0, days = 0;
        var anyTicks = false;
        for (var i = 0; i < words.Count;)
        {
            if (!decimal.TryParse(words[i], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                return (null, $"{Diagnostic.Quote(words[i])} should be a number that is not negative");
            if (i + 1 >= words.Count)
                return (null, $"the number {Diagnostic.Quote(words[i])} has no unit");
            var unit = words[i + 1];
            i += 2;
            if (TickUnits.TryGetValue(unit, out var size))
            {
                ticks += number > MostYears * 366m * 86_400_000 ? decimal.MaxValue / 4 : number * size;
                if (ticks > MostYears * 366m * 864_000_000_000)
                    return (null, $"it is longer than {MostYears} years");
                anyTicks = true;
                continue;
            }

            if (unit is "business" or "working" && i < words.Count && words[i] is "day" or "days")
            {
                unit = "business days";
                i++;
            }

            if (number != decimal.Truncate(number) || number is < 0 or > 10_000)
                return (null, $"'{number} {unit}' must be a whole number up to 10000");
            var whole = (int)number;
            switch (unit)
            {
                case "business days": business += whole; break;
                case "day" or "days": days += whole; break;
                case "week" or "weeks": days += 7 * whole; break;
                case "month" or "months": months += whole; break;
                case "quarter" or "quarters": months += 3 * whole; break;
                case "year" or "years": months += 12 * whole; break;
                default: return (null, $"{Diagnostic.Quote(unit)} is not a unit of time; the units are ms, s, min, h, business days, days, weeks, months, quarters, years");
            }

            if (days > MostYears * 366 || months > MostYears * 12 || business > MostYears * 366)
                return (null, $"it is longer than {MostYears} years");
        }

        if (ticks != decimal.Truncate(ticks))
            return (null, "finer than 100 ns");
        var kinds = (anyTicks ? 1 : 0) + (business > 0 ? 1 : 0) + (months + days > 0 ? 1 : 0);
        if (kinds > 1)
            return (null, "hours, business days and calendar units do not mix: '24 h' is elapsed time, '1 day' keeps the time of day");
        if (business > 0)
            return (new TimeAmount.BusinessDays(business), null);
        if (months + days > 0)
            return (new TimeAmount.CalendarUnits(months, days), null);
        return anyTicks ? (new TimeAmount.Elapsed(Duration.FromTicks((long)ticks)), null) : (null, "it must be longer than nothing");
    }

    /// <summary>Splits into numbers and words: <c>1h30min</c> is four of them.</summary>
    internal static List<string> Words(string text)
    {
        var words = new List<string>();
        var i = 0;
        while (i < text.Length)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                i++;
                continue;
            }

            var start = i;
            var number = char.IsAsciiDigit(text[i]);
            while (i < text.Length && !char.IsWhiteSpace(text[i]) && (number ? char.IsAsciiDigit(text[i]) || text[i] == '.' : !char.IsAsciiDigit(text[i])))
                i++;
            words.Add(text[start..i]);
        }

        return words;
    }
}
