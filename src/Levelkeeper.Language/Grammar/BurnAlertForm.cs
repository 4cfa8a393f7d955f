using System.Globalization;
using Levelkeeper.Core.ErrorBudgets;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Language.Grammar;

/// <summary>A burn-rate alert as people write it: <c>14.4 x over 1 h and 5 min</c>, <c>1 x over 3 days and 6 h</c>. A day is 24 hours here: the windows slide.</summary>
public static class BurnAlertForm
{
    /// <summary>Reads an alert.</summary>
    /// <returns>The alert; or null and what is wrong with it.</returns>
    public static (BurnRateAlert? Alert, string? Problem) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var over = text.IndexOf(" over ", StringComparison.Ordinal);
        var and = text.LastIndexOf(" and ", StringComparison.Ordinal);
        if (over < 0 || and < over)
            return (null, "an alert is a burn rate, a long and a short window");
        var rate = text[..over].Trim();
        if (!rate.EndsWith('x') || !decimal.TryParse(rate[..^1].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var factor) || factor is <= 0 or > 1_000_000)
            return (null, $"'{rate}' should be a burn rate above zero, such as '14.4 x'");
        var windows = (Long: Window(text[(over + " over ".Length)..and]), Short: Window(text[(and + " and ".Length)..]));
        return windows switch
        {
            (null, _) or (_, null) => (null, "a window is a length of time above zero, such as '30 min', '6 h' or '3 days'"),
            ({ } longer, { } shorter) when shorter >= longer => (null, "the second window, which shows that it still goes on, must be shorter than the first"),
            ({ } longer, { } shorter) => (new BurnRateAlert(Rational.From(factor), longer, shorter), null),
        };
    }

    private static Duration? Window(string text) => TimeAmountForm.Parse(text.Trim()).Amount switch
    {
        TimeAmount.Elapsed { Duration: var elapsed } when elapsed > Duration.Zero => elapsed,
        TimeAmount.CalendarUnits { Months: 0, Days: var days } => Duration.FromDays(days),
        _ => null,
    };
}
