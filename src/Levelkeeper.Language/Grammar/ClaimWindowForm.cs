using System.Globalization;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Time;

namespace Levelkeeper.Language.Grammar;

/// <summary>
/// How long something can be claimed, as people write it: <c>30 days</c> (from the period's end), <c>30 days after the incident</c>, <c>24 h after becoming aware</c>,
/// <c>the end of the 2nd billing cycle after the incident</c>.
/// </summary>
/// <param name="Length">How long after <paramref name="Starts"/>; null where billing cycles are counted.</param>
/// <param name="Starts">When the window starts.</param>
/// <param name="BillingCycles">The billing cycle after that of the incident with which the window ends; null where it is a length of time.</param>
public sealed record ClaimWindowForm(TimeAmount? Length, ClaimStart Starts, int? BillingCycles)
{
    private const string CycleStart = "the end of the ";
    private const string CycleEnd = " billing cycle after the incident";
    private const int MostCycles = 12;

    /// <summary>Reads a window.</summary>
    /// <returns>The window; or null and what is wrong with it.</returns>
    public static (ClaimWindowForm? Window, string? Problem) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        if (trimmed.StartsWith(CycleStart, StringComparison.Ordinal) && trimmed.EndsWith(CycleEnd, StringComparison.Ordinal) && trimmed.Length > CycleStart.Length + CycleEnd.Length)
        {
            return Ordinal(trimmed[CycleStart.Length..^CycleEnd.Length]) is { } cycles
                ? (new ClaimWindowForm(null, ClaimStart.Incident, cycles), null)
                : (null, $"the billing cycles are '1st', '2nd', '3rd', '4th' to '{MostCycles}th'");
        }

        foreach (var (words, starts) in new[] { (" after the incident", ClaimStart.Incident), (" after becoming aware", ClaimStart.Awareness) })
        {
            if (trimmed.EndsWith(words, StringComparison.Ordinal))
                return OfTime(trimmed[..^words.Length], starts);
        }

        return OfTime(trimmed, ClaimStart.PeriodEnd);
    }

    private static (ClaimWindowForm? Window, string? Problem) OfTime(string text, ClaimStart starts)
    {
        var (length, problem) = TimeAmountForm.Parse(text);
        return length is null ? (null, problem) : (new ClaimWindowForm(length, starts, null), null);
    }

    private static int? Ordinal(string text)
    {
        var number = text.Length > 2 && int.TryParse(text.AsSpan(0, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var read) && read is >= 1 and <= MostCycles ? read : 0;
        return number > 0 && text[^2..] == number switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" } ? number : null;
    }
}
