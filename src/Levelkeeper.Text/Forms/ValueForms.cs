using System.Globalization;
using System.Numerics;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Prices;
using Levelkeeper.Core.Time;
using Levelkeeper.Text.Languages;
using Levelkeeper.Text.Words;
using NodaTime;

namespace Levelkeeper.Text.Forms;

/// <summary>Numbers, percentages, money, dates and lengths of time as a language writes them. Exact: no digit is lost and none is made up.</summary>
/// <param name="words">The words of the language.</param>
public sealed class ValueForms(Phrasebook words)
{
    private const int TicksPerMillisecond = 10_000;

    private readonly TextLanguage _language = words.Language;

    /// <summary>A decimal with at least so many decimals; those it has beyond stay.</summary>
    public string Number(decimal value, int leastDecimals = 0)
    {
        if (value < 0)
            return Isolate.Signs("−" + Number(-value, leastDecimals), _language);
        var plain = value.ToString("0." + new string('0', leastDecimals) + new string('#', 28 - leastDecimals), CultureInfo.InvariantCulture);
        var (whole, decimals) = plain.Split('.') is [var w, var d] ? (w, d) : (plain, "");
        return Grouped(whole) + (decimals.Length > 0 ? _language.DecimalSign + decimals : "");
    }

    /// <summary>A fraction: with all its decimals where they end, else as numerator/denominator.</summary>
    public string Number(Rational value) => Decimal(value) is { } exact ? Number(exact) : $"{Grouped(value.Numerator.ToString(CultureInfo.InvariantCulture))}/{Grouped(value.Denominator.ToString(CultureInfo.InvariantCulture))}";

    /// <summary>A fraction of one in percent.</summary>
    public string Percent(Rational share) => $"{Number(share * 100)}{_language.BeforePercent}%";

    /// <summary>An amount with its currency's code and at least the decimals of its minor unit.</summary>
    /// <param name="amount">The amount.</param>
    /// <param name="currency">The ISO 4217 code; empty for none.</param>
    /// <param name="isCut">True where it has more decimals than are given: an ellipsis says so.</param>
    public string Money(decimal amount, string currency, bool isCut = false)
    {
        var number = Number(amount, Currencies.MinorDigits(currency)) + (isCut ? "…" : "");
        return currency.Length == 0 ? number : Isolate.Signs(_language.CurrencyFirst ? $"{currency}\u00A0{number}" : $"{number}\u00A0{currency}", _language);
    }

    /// <summary>A date with the month's name.</summary>
    public string Date(LocalDate date) => words.Say("date", ("day", date.Day.ToString(CultureInfo.InvariantCulture)), ("month", words.Say($"month.{date.Month}")), ("year", date.Year.ToString("0000", CultureInfo.InvariantCulture)));

    /// <summary>A date of every year.</summary>
    public string Date(AnnualDate date) => words.Say("date.yearly", ("day", date.Day.ToString(CultureInfo.InvariantCulture)), ("month", words.Say($"month.{date.Month}")));

    /// <summary>A span of the day, such as 08:00–18:00.</summary>
    public string Hours(string start, string end) => Isolate.Signs($"{start}–{end}", _language);

    /// <summary>A length of time.</summary>
    public string Time(TimeAmount amount) => amount switch
    {
        TimeAmount.Elapsed elapsed => Time(elapsed.Duration),
        TimeAmount.BusinessDays days => Count("time.business-day", days.Count),
        TimeAmount.CalendarUnits { Days: 0 } months => Count("time.month", months.Months),
        TimeAmount.CalendarUnits { Months: 0 } days => Count("time.day", days.Days),
        TimeAmount.CalendarUnits both => words.Say("and", ("a", Count("time.month", both.Months)), ("b", Count("time.day", both.Days))),
        _ => throw new InvalidOperationException("The cases of a length of time are closed."),
    };

    /// <summary>A length of elapsed time in hours, minutes, seconds and milliseconds.</summary>
    public string Time(Duration duration)
    {
        var ticks = (long)duration.BclCompatibleTicks;
        var parts = new List<string>();
        foreach (var (unit, size) in new[] { ("time.hour", NodaConstants.TicksPerHour), ("time.minute", NodaConstants.TicksPerMinute), ("time.second", NodaConstants.TicksPerSecond) })
        {
            if (ticks >= size)
            {
                parts.Add(Count(unit, ticks / size));
                ticks %= size;
            }
        }

        if (ticks > 0)
            parts.Add(Count("time.millisecond", (decimal)ticks / TicksPerMillisecond));
        return parts.Count == 0 ? Count("time.second", 0) : parts.Aggregate((a, b) => words.Say("time.join", ("a", a), ("b", b)));
    }

    /// <summary>A counted noun of the word lists.</summary>
    public string Count(string key, decimal number)
    {
        var exact = number / 1.0000000000000000000000000000m;
        return words.Count(key, exact, Number(exact));
    }

    /// <summary>A text of somebody else in the language's quotes.</summary>
    public string Quote(string text) => _language.Quotes.Open + Isolate.Foreign(text, _language) + _language.Quotes.Close;

    /// <summary>A name or code of somebody else, without quotes.</summary>
    public string Name(string text) => Isolate.Foreign(text, _language);

    /// <summary>A list with commas.</summary>
    public string List(IEnumerable<string> items) => string.Join(_language.Comma, items);

    /// <summary>Longer parts, with semicolons.</summary>
    public string Parts(IEnumerable<string> items) => string.Join(_language.Semicolon, items);

    private string Grouped(string digits)
    {
        if (digits.Length < _language.GroupedFrom)
            return digits;
        var first = digits.Length % 3;
        var groups = Enumerable.Range(0, digits.Length / 3).Select(i => digits.Substring(first + 3 * i, 3));
        return string.Join(_language.GroupSign, first > 0 ? groups.Prepend(digits[..first]) : groups);
    }

    /// <summary>The fraction as a decimal where it ends within 28 digits.</summary>
    private static decimal? Decimal(Rational value)
    {
        var (numerator, denominator, places) = (value.Numerator, value.Denominator, 0);
        for (; !denominator.IsOne; places++)
        {
            if (places > 20)
                return null;
            numerator *= 10;
            var common = BigInteger.GreatestCommonDivisor(numerator, denominator);
            (numerator, denominator) = (numerator / common, denominator / common);
        }

        return BigInteger.Abs(numerator) < (BigInteger)7e27 ? (decimal)numerator / Power(places) : null;
    }

    private static decimal Power(int places)
    {
        var power = 1m;
        for (var i = 0; i < places; i++)
            power *= 10;
        return power;
    }
}
