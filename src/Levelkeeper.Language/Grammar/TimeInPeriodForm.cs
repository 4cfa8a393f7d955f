using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Language.Grammar;

/// <summary>A length of elapsed time, with its period where it has one: <c>4 h</c>, <c>4 h per month</c>.</summary>
public static class TimeInPeriodForm
{
    /// <summary>Reads it.</summary>
    /// <returns>The length and the period's text (empty when none is named); or null and what is wrong.</returns>
    public static ((Duration Length, string Per)? Amount, string? Problem) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(" per ");
        if (parts.Length > 2)
            return (null, "it has one period at most");
        return TimeAmountForm.Parse(parts[0]) switch
        {
            { Amount: TimeAmount.Elapsed elapsed } => ((elapsed.Duration, parts is [_, var per] ? per.Trim() : ""), null),
            { Problem: { } problem } => (null, problem),
            _ => (null, "elapsed time is given in hours, minutes or seconds"),
        };
    }
}
