using System.Collections.Immutable;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Core.Forecasts;

/// <summary>How often what was given a chance happened.</summary>
/// <param name="Objective">The objective.</param>
/// <param name="All">All its forecasts.</param>
/// <param name="Bands">By tenths of chances, ascending; those without a forecast left out.</param>
/// <param name="Brier">The mean squared distance of the chances from what happened (Brier 1950): 0 is perfect.</param>
/// <param name="BrierOfMeanRate">That of always telling the mean rate, which knows the future.</param>
public sealed record Calibration(string Objective, CalibrationBand All, ImmutableArray<CalibrationBand> Bands, Rational Brier, Rational BrierOfMeanRate)
{
    private const int Tenths = 10;

    /// <summary>By objective, in the order of the forecasts.</summary>
    public static ImmutableArray<Calibration> Of(IEnumerable<ForecastTrial> trials) => [.. trials.GroupBy(t => t.Objective).Select(g => Of(g.Key, [.. g]))];

    private static Calibration Of(string objective, ImmutableArray<ForecastTrial> trials)
    {
        var all = Band(0, 1, trials);
        var brier = trials.Aggregate(Rational.Zero, (sum, t) => sum + (t.Chance - (t.Missed ? 1 : 0)) * (t.Chance - (t.Missed ? 1 : 0))) / trials.Length;
        return new Calibration(
            objective, all,
            [.. trials.GroupBy(t => Math.Min(Tenths - 1, (int)(t.Chance * Tenths).Floor())).OrderBy(g => g.Key).Select(g => Band(new Rational(g.Key, Tenths), new Rational(g.Key + 1, Tenths), [.. g]))],
            brier, all.MissedShare * (1 - all.MissedShare));
    }

    private static CalibrationBand Band(Rational from, Rational to, ImmutableArray<ForecastTrial> trials) =>
        new(from, to, trials.Length, trials.Aggregate(Rational.Zero, (sum, t) => sum + t.Chance) / trials.Length, new Rational(trials.Count(t => t.Missed), trials.Length));
}

/// <summary>Forecasts that gave about the same chance.</summary>
/// <param name="From">The smallest chance.</param>
/// <param name="To">The chance below which all are; the last band has 1 too.</param>
/// <param name="Periods">How many forecasts.</param>
/// <param name="MeanChance">The mean of the chances.</param>
/// <param name="MissedShare">The share that was missed.</param>
public sealed record CalibrationBand(Rational From, Rational To, int Periods, Rational MeanChance, Rational MissedShare);
