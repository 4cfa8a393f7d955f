using System.Globalization;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Language.Grammar;

/// <summary>A percentage as people write it: <c>99.9 %</c>.</summary>
public static class PercentForm
{
    /// <summary>The percentage as an exact fraction; null when it is not one between 0 and 100.</summary>
    public static Rational? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= 24 && text.EndsWith('%')
            && decimal.TryParse(text.AsSpan(0, text.Length - 1).Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent is >= 0 and <= 100
            ? Rational.FromPercent(percent)
            : null;
    }
}
