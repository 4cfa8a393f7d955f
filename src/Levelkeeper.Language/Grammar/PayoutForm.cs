using System.Globalization;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Language.Grammar;

/// <summary>
/// A payment as people write it: <c>10 %</c>, <c>500.00</c>, <c>50.00 per started hour</c>, <c>5 % per ticket</c>, <c>2 % per full 0.1 % missed</c>,
/// <c>10 times the price of the lost time</c>, <c>5 % per hour beyond the target</c>, <c>1 day free per hour</c>, <c>10.5 % per 2 days late</c>, <c>5 % per full 10 outages</c>, <c>the affected share</c>.
/// </summary>
public static class PayoutForm
{
    /// <summary>Reads a payment.</summary>
    /// <param name="text">The text.</param>
    /// <param name="counting">What a started unit counts where the text does not say it.</param>
    /// <returns>The payment and the currency that it names (empty for none); or null and what is wrong with it.</returns>
    public static (Payout? Payout, string Currency, string? Problem) Parse(string text, UnitCounting counting)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        if (trimmed == "the affected share")
            return (new Payout.AffectedShare(), "", null);
        var (counted, beyond) = Beyond(trimmed);
        if (LostTime(counted) is { } times)
            return (new Payout.LostTime(times) { BeyondTarget = beyond }, "", null);
        var per = trimmed.IndexOf(" per ", StringComparison.Ordinal);
        if (per < 0)
            return Each(trimmed);
        var (each, currency, problem) = Each(trimmed[..per]);
        if (each is null)
            return (null, "", problem);
        var (unit, stated, why) = Unit(trimmed[(per + " per ".Length)..].Trim());
        return unit is null ? (null, "", why) : (new Payout.PerUnit(each, unit, stated ?? counting), currency, null);
    }

    /// <summary>The words without <c>beyond the target</c>, and whether they stood there.</summary>
    private static (string Text, bool Beyond) Beyond(string text)
    {
        const string words = " beyond the target";
        return text.EndsWith(words, StringComparison.Ordinal) ? (text[..^words.Length].TrimEnd(), true) : (text, false);
    }

    private static decimal? LostTime(string text)
    {
        const string price = "the price of the lost time";
        if (text == price)
            return 1;
        foreach (var word in (ReadOnlySpan<string>)[" times ", " x "])
        {
            if (text.EndsWith(word + price, StringComparison.Ordinal)
                && decimal.TryParse(text[..^(word + price).Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var times) && times is > 0 and <= 10_000)
                return times;
        }

        return null;
    }

    private static (Payout? Payout, string Currency, string? Problem) Each(string text)
    {
        if (text.EndsWith(" free", StringComparison.Ordinal))
        {
            var (length, problem) = TimeAmountForm.Parse(text[..^" free".Length]);
            return length is null ? (null, "", problem) : (new Payout.FreeTime(length), "", null);
        }

        if (MoneyForm.Percent(text) is { } share)
            return (new Payout.Share(share), "", null);
        var (money, wrong) = MoneyForm.Parse(text);
        return money is { } read ? (new Payout.Fixed(read.Amount), read.Currency, null) : (null, "", wrong);
    }

    /// <summary>A whole number and what comes after it; 1 where none stands there.</summary>
    private static (int Number, string Noun) Numbered(string text) =>
        text.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space && int.TryParse(text.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 1_000_000
            ? (number, text[(space + 1)..].Trim())
            : (1, text);

    private static (ExcessUnit? Unit, UnitCounting? Counting, string? Problem) Unit(string text)
    {
        UnitCounting? counting = null;
        foreach (var (word, meaning) in new[] { ("started ", UnitCounting.Started), ("full ", UnitCounting.Full) })
        {
            if (text.StartsWith(word, StringComparison.Ordinal))
                (text, counting) = (text[word.Length..].Trim(), meaning);
        }

        var (number, noun) = Numbered(text);
        if (noun is "day late" or "days late")
            return (new ExcessUnit.OfDaysLate(number), counting, null);
        var missed = text.EndsWith(" missed", StringComparison.Ordinal) ? text[..^" missed".Length].Trim() : text;
        if (missed == "%")
            return (new ExcessUnit.OfLevel(new Rational(1, 100)), counting, null);
        if (MoneyForm.Percent(missed) is { } step)
            return step.Sign > 0 ? (new ExcessUnit.OfLevel(step), counting, null) : (null, null, "a step of 0 % never ends");
        var beyond = false;
        (text, beyond) = Beyond(text);
        var time = text.Length > 0 && char.IsAsciiDigit(text[0]) ? text : "1 " + text;
        if (TimeAmountForm.Parse(time).Amount is TimeAmount.Elapsed { Duration: var length } && length > Duration.Zero)
            return (new ExcessUnit.OfTime(length) { BeyondTarget = beyond }, counting, null);
        return MoneyForm.IsNoun(noun) && !beyond
            ? (new ExcessUnit.OfCount(noun, number), counting, null)
            : (null, null, "after 'per' comes what is counted: 'started hour', '30 min', 'full 0.1 % missed', 'ticket', 'day late'");
    }
}
