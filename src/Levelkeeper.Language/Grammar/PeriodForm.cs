using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Language.Grammar;

/// <summary>A period as people write it: <c>month</c>, <c>week</c>, <c>agreement month</c>, <c>rolling 30 days</c>, <c>rolling 24 h</c>, <c>1 month back from now</c>, <c>term</c>.</summary>
public static class PeriodForm
{
    private static readonly Dictionary<string, CalendarUnit> Units = new(StringComparer.Ordinal)
    {
        ["day"] = CalendarUnit.Day,
        ["week"] = CalendarUnit.Week,
        ["month"] = CalendarUnit.Month,
        ["quarter"] = CalendarUnit.Quarter,
        ["half-year"] = CalendarUnit.HalfYear,
        ["year"] = CalendarUnit.Year,
    };

    /// <summary>The words that stand for a period, for suggestions.</summary>
    public static IEnumerable<string> KnownWords => [.. Units.Keys, "agreement month", "agreement quarter", "agreement year", "rolling 30 days", "1 month back from now", "term"];

    /// <summary>Reads a period.</summary>
    /// <param name="text">The text.</param>
    /// <param name="term">The term, for the agreement's own months and for the whole term.</param>
    /// <returns>The rule; or null and what is wrong with it.</returns>
    public static (PeriodRule? Rule, string? Problem) Parse(string text, Term term)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(term);
        var trimmed = text.Trim();
        if (Units.TryGetValue(trimmed, out var unit))
            return (new PeriodRule.Calendar(unit), null);
        switch (trimmed)
        {
            case "week from sunday":
                return (new PeriodRule.Calendar(CalendarUnit.Week, IsoDayOfWeek.Sunday), null);
            case "agreement month":
                return (new PeriodRule.OwnMonths(term.From), null);
            case "agreement quarter":
                return (new PeriodRule.OwnMonths(term.From, 3), null);
            case "agreement year":
                return (new PeriodRule.OwnMonths(term.From, 12), null);
            case "term":
                return term.Until is { } until
                    ? (new PeriodRule.WholeTerm(term.From, until), null)
                    : (null, "the term has no end; give 'until' or 'length' under 'term'");
        }

        if (trimmed.EndsWith(" back from now", StringComparison.Ordinal))
        {
            return TimeAmountForm.Parse(trimmed[..^" back from now".Length]).Amount is TimeAmount.CalendarUnits { Days: 0, Months: > 0 and var back }
                ? (new PeriodRule.MonthsBack(back), null)
                : (null, "back from now go months and years; hours and days roll: 'rolling 24 h', 'rolling 30 days'");
        }

        if (trimmed.StartsWith("rolling ", StringComparison.Ordinal))
        {
            return TimeAmountForm.Parse(trimmed[8..]) switch
            {
                { Amount: TimeAmount.Elapsed { Duration: var length } } when length > Duration.Zero => (new PeriodRule.Rolling(length), null),
                { Amount: TimeAmount.CalendarUnits { Months: 0, Days: > 0 and var days } } => (new PeriodRule.RollingDays(days), null),
                { Amount: TimeAmount.CalendarUnits { Days: 0, Months: > 0 and var months } } => (new PeriodRule.RollingMonths(months), null),
                { Problem: { } problem } => (null, problem),
                _ => (null, "a rolling period is so many days, months or hours"),
            };
        }

        return (null, $"the periods are {string.Join(", ", KnownWords)}");
    }
}
