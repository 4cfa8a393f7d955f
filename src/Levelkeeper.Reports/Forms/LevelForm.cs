using System.Globalization;
using System.Text.RegularExpressions;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Reports.Forms;

/// <summary>The level of an objective beside its target.</summary>
public static partial class LevelForm
{
    /// <summary>What stands where there is no level.</summary>
    public const string None = "—";

    private const int MostPlaces = 15;

    /// <summary><c>99.93 %</c>, <c>99.91 % to 99.97 %</c> for bounds, a dash where there is no level.</summary>
    /// <remarks>
    /// At least as many places as the target has, so that exactly on target reads as met; for a miss as many more as it takes for the shown level to
    /// differ from the target.
    /// </remarks>
    public static string Show(ObjectiveEvaluation objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        if (objective.Level is { } level)
            return Show(level, objective.Target, objective.Verdict);
        if (objective.Lowest is { } lowest && objective.Highest is { } highest)
        {
            var (low, high) = (Show(lowest, objective.Target, objective.Verdict), Show(highest, objective.Target, objective.Verdict));
            return low == high ? low : $"{low} to {high}";
        }

        return None;
    }

    /// <summary>A level beside a target.</summary>
    public static string Show(Quantity level, string target, Verdict verdict) => NumberForm.Show(level, Places(level, target, verdict));

    /// <summary>How many places a level is shown with beside a target.</summary>
    public static int Places(Quantity level, string target, Verdict verdict)
    {
        ArgumentNullException.ThrowIfNull(target);
        var places = NumberForm.DefaultPlaces(level);
        if (level.Unit is QuantityUnit.Number or QuantityUnit.Share && FirstNumber().Match(target) is { Success: true } match)
        {
            var point = match.Value.IndexOf('.', StringComparison.Ordinal);
            places = Math.Max(places, point < 0 ? 0 : match.Length - point - 1);
            var limit = Rational.From(decimal.Parse(match.ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture));
            var exact = level.Unit == QuantityUnit.Share ? level.Value * 100 : level.Value;
            while (verdict == Verdict.Breached && exact != limit && places < MostPlaces && exact.RoundTo(places, Rounding.Down) == limit)
                places++;
        }
        else if (level.Unit == QuantityUnit.Ticks && verdict == Verdict.Breached)
        {
            // Zeros at the end are left out, so this costs nothing when the level is in whole seconds.
            places = 7;
        }

        return places;
    }

    [GeneratedRegex(@"\d{1,20}(?:\.\d{1,8})?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FirstNumber();
}
