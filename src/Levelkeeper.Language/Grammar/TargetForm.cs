using Levelkeeper.Core.Time;
using System.Globalization;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Language.Grammar;

/// <summary>A target as people write it: <c>at least 99.9 %</c>, <c>at most 200 ms</c>, <c>at least 95 % of at least 20 tickets</c>, <c>every ticket</c>.</summary>
/// <param name="Bound">How to compare.</param>
/// <param name="Limit">The limit: a share, ticks, or a number of <see cref="Unit"/>.</param>
/// <param name="Kind">What the limit is a number of.</param>
/// <param name="Unit">The word after a plain number, e.g. <c>appointments</c>; else empty.</param>
/// <param name="SmallestVolume">Below this many there is no verdict; 0 when not said.</param>
/// <param name="Again">The downtime that the target says it is; null when it is stated once.</param>
public sealed record TargetForm(LevelComparison Bound, Rational Limit, QuantityUnit Kind, string Unit, long SmallestVolume, StatedAgain? Again = null)
{
    /// <summary>Reads a target.</summary>
    /// <returns>The target; or null and what is wrong with it.</returns>
    public static (TargetForm? Target, string? Problem) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var rest = text.Trim();
        if (rest is "every ticket" or "all tickets" or "every one" or "always")
            return (new TargetForm(LevelComparison.AtLeast, 1, QuantityUnit.Share, "", 0), null);

        var again = rest.IndexOf(", that is ", StringComparison.Ordinal);
        if (again > 0)
        {
            var (second, problem) = StatedAgain.Parse(rest[(again + ", that is ".Length)..]);
            var (first, other) = second is null ? (null, problem) : Parse(rest[..again]);
            if (first is null || second is null)
                return (null, problem ?? other);
            return first is { Kind: QuantityUnit.Share, Again: null, Bound: LevelComparison.AtLeast or LevelComparison.MoreThan }
                ? (first with { Again = second }, null)
                : (null, "only 'at least' so many percent can be stated again as a length of downtime");
        }

        long smallest = 0;
        var of = rest.IndexOf(" of at least ", StringComparison.Ordinal);
        if (of > 0)
        {
            var volume = TimeAmountForm.Words(rest[(of + " of at least ".Length)..]);
            if (volume.Count == 0 || !long.TryParse(volume[0], NumberStyles.None, CultureInfo.InvariantCulture, out smallest) || smallest is < 1 or > 1_000_000_000)
                return (null, "after 'of at least' comes a number of tickets, requests…");
            rest = rest[..of];
        }

        LevelComparison? bound = null;
        foreach (var (words, meaning) in new[] { ("at least", LevelComparison.AtLeast), ("at most", LevelComparison.AtMost), ("no more than", LevelComparison.AtMost), ("no less than", LevelComparison.AtLeast), ("more than", LevelComparison.MoreThan), ("less than", LevelComparison.LessThan), ("below", LevelComparison.LessThan), ("above", LevelComparison.MoreThan), ("under", LevelComparison.LessThan), ("over", LevelComparison.MoreThan) })
        {
            if (rest.StartsWith(words + " ", StringComparison.Ordinal))
            {
                bound = meaning;
                rest = rest[words.Length..].Trim();
                break;
            }
        }

        if (bound is null)
            return (null, "a target begins with 'at least', 'at most', 'more than' or 'less than'");

        var parts = TimeAmountForm.Words(rest);
        if (parts.Count == 0 || Number(parts[0]) is not { } number)
            return (null, "after the comparison comes a number with its unit");
        var unit = string.Join(' ', parts.Skip(1));
        if (unit == "%")
            return number > 100 ? (null, "a share is at most 100 %") : (new TargetForm(bound.Value, Rational.FromPercent(number), QuantityUnit.Share, "", smallest), null);
        if (parts.Count == 3 && parts[1] == "of" && Number(parts[2]) is { } best && best > 0)
            return (new TargetForm(bound.Value, Rational.From(number) / Rational.From(best), QuantityUnit.Share, "", smallest), null);
        if (parts.Count >= 2 && TimeAmountForm.Parse(rest) is { Amount: TimeAmount.Elapsed elapsed })
            return (new TargetForm(bound.Value, (long)elapsed.Duration.BclCompatibleTicks, QuantityUnit.Ticks, "", smallest), null);
        return (new TargetForm(bound.Value, Rational.From(number), QuantityUnit.Number, unit, smallest), null);
    }

    private static decimal? Number(string text) =>
        text.Length <= 20 && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
