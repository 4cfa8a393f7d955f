using Levelkeeper.Core.Periods;

namespace Levelkeeper.Language.Grammar;

/// <summary>How often is billed, as people write it: <c>month in advance</c>, <c>quarter in arrears</c>.</summary>
public static class BillingForm
{
    /// <summary>Reads it.</summary>
    /// <returns>The period and whether it is billed before it begins; or null and what is wrong.</returns>
    public static ((CalendarUnit Per, bool InAdvance)? Billing, string? Problem) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        CalendarUnit? unit = words.FirstOrDefault() switch
        {
            "week" => CalendarUnit.Week,
            "month" => CalendarUnit.Month,
            "quarter" => CalendarUnit.Quarter,
            "half-year" => CalendarUnit.HalfYear,
            "year" => CalendarUnit.Year,
            _ => null,
        };
        return unit is { } per && words is [_, "in", "advance" or "arrears"] ? ((per, words[2] == "advance"), null) : (null, "it is 'month in advance', 'quarter in arrears' and the like");
    }
}
