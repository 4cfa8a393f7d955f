using System.Globalization;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Prices;
using Levelkeeper.Core.Remedies;
using NodaTime;

namespace Levelkeeper.Language.Grammar;

/// <summary>Amounts of money as people write them: <c>500.00</c>, <c>500.00 PLN</c>; fees, caps and yearly rates.</summary>
/// <remarks>Digits are not grouped: <c>1,000</c> is a thousand to some and one to others.</remarks>
public static class MoneyForm
{
    /// <summary>The largest amount: what is larger is a slip.</summary>
    private const decimal Largest = 1_000_000_000_000m;

    private static readonly Dictionary<string, CalendarUnit> Periods = new(StringComparer.Ordinal)
    {
        ["day"] = CalendarUnit.Day,
        ["week"] = CalendarUnit.Week,
        ["month"] = CalendarUnit.Month,
        ["quarter"] = CalendarUnit.Quarter,
        ["half-year"] = CalendarUnit.HalfYear,
        ["year"] = CalendarUnit.Year,
    };

    /// <summary>An amount with its currency; the currency is empty when it is not said.</summary>
    /// <returns>The amount; or null and what is wrong with it.</returns>
    public static ((decimal Amount, string Currency)? Money, string? Problem) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is not ([_] or [_, _]))
            return (null, "an amount is a number, and the currency's code where it helps");
        if (words[0].Contains(',', StringComparison.Ordinal))
            return (null, "digits are not grouped and decimals come after a point");
        if (words[0].Length > 24 || !decimal.TryParse(words[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) || amount > Largest)
            return (null, "it is not an amount");
        if (words is [_, var code] && !IsCode(code))
            return (null, $"'{code}' is no currency code of three capital letters");
        return ((amount, words is [_, var currency] ? currency : ""), null);
    }

    /// <summary>Whether a text has the form of an ISO 4217 code.</summary>
    public static bool IsCode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == 3 && text.All(char.IsAsciiLetterUpper);
    }

    /// <summary>A fee: <c>4000.00 per month</c>, <c>5.00 per user per month</c>, <c>0.10 per call</c>, <c>200.00 once</c>.</summary>
    public static (Fee? Fee, string Currency, string? Problem) ParseFee(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var once = text.EndsWith(" once", StringComparison.Ordinal);
        var parts = (once ? text[..^" once".Length] : text).Split(" per ");
        var (money, problem) = Parse(parts[0]);
        if (money is not { } read)
            return (null, "", problem);
        var units = parts[1..];
        if (once)
            return units.Length == 0 ? (new Fee(read.Amount, null, "", IsOnce: true), read.Currency, null) : (null, "", "what is paid once is not paid per something");
        CalendarUnit? per = units is [.., var last] && Periods.TryGetValue(last.Trim(), out var unit) ? unit : null;
        if (per is not null)
            units = units[..^1];
        return units switch
        {
            [] when per is not null => (new Fee(read.Amount, per, "", IsOnce: false), read.Currency, null),
            [var counted] when IsNoun(counted) => (new Fee(read.Amount, per, counted.Trim(), IsOnce: false), read.Currency, null),
            [] => (null, "", "say for what it is paid: 'per month', 'per user per month', 'per call', 'once'"),
            _ => (null, "", "a fee is per one thing and per one period at most"),
        };
    }

    /// <summary>The smallest amount that is paid out: <c>1.00 USD</c>, or <c>more than 1.00 USD</c> where just as much is too little.</summary>
    public static ((decimal Amount, string Currency, bool IsTooLittle)? Smallest, string? Problem) ParseSmallest(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        const string more = "more than ";
        var tooLittle = text.StartsWith(more, StringComparison.Ordinal);
        return Parse(tooLittle ? text[more.Length..] : text) is { Money: { } money } read ? ((money.Amount, money.Currency, tooLittle), read.Problem) : (null, "it is an amount, or 'more than' an amount");
    }

    /// <summary>A cap: an amount, a percentage of the base (which may be above 100 %), or what the service costs for a length of time.</summary>
    public static (Cap? Cap, string Currency, string? Problem) ParseCap(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Percent(text) is { } share)
            return (new Cap.Share(share), "", null);
        const string price = "the price of ";
        if (text.Trim() is { } trimmed && trimmed.StartsWith(price, StringComparison.Ordinal))
            return TimeAmountForm.Parse(trimmed[price.Length..]) is { Amount: { } length } ? (new Cap.PriceOf(length), "", null) : (null, "", "after 'the price of' comes a length of time, such as '30 days'");
        var (money, problem) = Parse(text);
        return money is { } read ? (new Cap.Amount(read.Amount), read.Currency, null) : (null, "", text.Contains('%', StringComparison.Ordinal) ? "it is not a percentage" : problem);
    }

    /// <summary>A yearly rate: <c>8 % a year</c>.</summary>
    public static (Core.Numbers.Rational? Rate, string? Problem) ParseYearlyRate(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var rest = text.EndsWith(" a year", StringComparison.Ordinal) ? text[..^" a year".Length] : text.EndsWith(" per year", StringComparison.Ordinal) ? text[..^" per year".Length] : null;
        return rest is not null && Percent(rest) is { } rate ? (rate, null) : (null, "a yearly rate is a percentage with 'a year' after it");
    }

    /// <summary>A percentage that may be above 100; null when it is none.</summary>
    internal static Core.Numbers.Rational? Percent(string text)
    {
        var trimmed = text.Trim();
        return trimmed.Length <= 24 && trimmed.EndsWith('%') && decimal.TryParse(trimmed.AsSpan(0, trimmed.Length - 1).Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent <= 100_000
            ? Core.Numbers.Rational.FromPercent(percent)
            : null;
    }

    internal static bool IsNoun(string text) => text.Trim() is { Length: > 0 and <= 40 } word && word.All(c => char.IsLetter(c) || c is ' ' or '-');
}
