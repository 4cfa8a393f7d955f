using System.Globalization;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Time;

namespace Levelkeeper.Language.Grammar;

/// <summary>The edge of a tier as people write it: <c>99.9 %</c>, <c>43 min 12 s</c>, <c>3</c>, <c>3 outages</c>, <c>10 days</c> late.</summary>
public static class TierEdgeForm
{
    /// <summary>Reads an edge.</summary>
    /// <returns>The edge and what it is an edge of; or null and what is wrong with it.</returns>
    public static ((Rational Edge, TierScale Scale)? Edge, string? Problem) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (PercentForm.Parse(text) is { } level)
            return ((level, TierScale.Level), null);
        var words = TimeAmountForm.Words(text);
        if (words.Count is 1 or 2 && decimal.TryParse(words[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) && count < 1_000_000_000_000m)
        {
            if (words.Count == 1)
                return ((Rational.From(count), TierScale.Count), null);
            switch (TimeAmountForm.Parse(text).Amount)
            {
                case TimeAmount.CalendarUnits { Months: 0 } days:
                    return ((days.Days, TierScale.DaysLate), null);
                case TimeAmount.Elapsed elapsed:
                    return (((long)elapsed.Duration.BclCompatibleTicks, TierScale.Time), null);
                case null when MoneyForm.IsNoun(words[1]):
                    return ((Rational.From(count), TierScale.Count), null);
                default:
                    break;
            }
        }

        return TimeAmountForm.Parse(text).Amount is TimeAmount.Elapsed length
            ? (((long)length.Duration.BclCompatibleTicks, TierScale.Time), null)
            : (null, "an edge is a percentage, a length of time, a number, or days late: '99.9 %', '43 min 12 s', '3', '10 days'");
    }
}
