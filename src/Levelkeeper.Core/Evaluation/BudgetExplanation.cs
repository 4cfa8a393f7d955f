using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.ErrorBudgets;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Core.Evaluation;

/// <summary>What an error budget allows, what of it is used and left, how fast it burns, and which alerts fire, as parts of a result's explanation.</summary>
internal static class BudgetExplanation
{
    /// <summary>The result with its budget explained, and those of its members.</summary>
    public static ObjectiveEvaluation AddTo(ObjectiveEvaluation evaluation, Objective objective)
    {
        // After the level, before the facts that were left out.
        var parts = evaluation.Explanation.Parts;
        if (!evaluation.BurnAlerts.IsEmpty)
            parts = parts.Insert(1, Of(evaluation.BurnAlerts));
        if (evaluation.Budget is { } budget)
            parts = parts.Insert(1, Of(budget, objective));
        return evaluation with
        {
            Explanation = evaluation.Explanation with { Parts = parts },
            Members = [.. evaluation.Members.Select(m => AddTo(m, objective))],
        };
    }

    private static Explanation Of(BudgetReading budget, Objective objective)
    {
        var left = Parts.Derived(
            "error budget left",
            Amount(budget.Remaining),
            Derivation.Difference,
            Allowed(),
            Parts.Given("used of it", Amount(budget.Consumed)));
        return budget.BurnRate is { } rate
            ? Parts.Reason("error budget", "", left, Parts.Given("burn rate", new Quantity(rate, QuantityUnit.Number), "1 uses the budget up exactly at the end of the period."))
            : Parts.Reason("error budget", "", left);

        Quantity Amount(Rational amount) => new(amount, budget.Unit);

        Explanation Allowed()
        {
            var target = objective.Target;
            var share = 1 - target.Bound;
            if (objective.TargetUnit != QuantityUnit.Share || target.Comparison is LevelComparison.AtMost or LevelComparison.LessThan || share.Sign <= 0)
                return Parts.Given("error budget of the period", Amount(budget.Allowed));
            return Parts.Derived(
                "error budget of the period",
                Amount(budget.Allowed),
                Derivation.Product,
                Parts.Given("share that may fail", Quantity.Share(share)),
                Parts.Given(budget.Unit == QuantityUnit.Ticks ? "agreed time of the whole period" : "all", Amount(budget.Allowed / share)));
        }
    }

    private static Explanation Of(ImmutableArray<BurnAlertReading> readings) => Parts.Reason(
        readings.Any(r => r.Fires) ? "burn-rate alerts: firing" : "burn-rate alerts: none fires",
        "An alert fires when the budget burns faster than its factor over both windows that end now.",
        readings.Select(Of));

    private static Explanation Of(BurnAlertReading reading) => Parts.Reason(
        $"{Decimal(reading.Alert.Factor)} x over {Words(reading.Alert.Long)} and {Words(reading.Alert.Short)}: {(reading.Fires ? "fires" : reading.IsComplete ? "quiet" : "waits until the records cover the long window")}",
        "",
        Rate("burn rate over the long window", reading.LongRate),
        Rate("burn rate over the short window", reading.ShortRate));

    private static Explanation Rate(string title, Rational? rate) =>
        rate is { } known ? Parts.Given(title, new Quantity(known, QuantityUnit.Number)) : Parts.Reason(title, "There is none: nothing was agreed or counted in it.");

    private static string Decimal(Rational factor)
    {
        var text = factor.ToString(2, Rounding.Down);
        return text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
    }

    private static string Words(Duration window)
    {
        (long Size, string Unit)[] units = [(NodaConstants.TicksPerDay, "d"), (NodaConstants.TicksPerHour, "h"), (NodaConstants.TicksPerMinute, "min"), (NodaConstants.TicksPerSecond, "s")];
        var left = (long)window.BclCompatibleTicks;
        var words = new List<string>();
        foreach (var (size, unit) in units)
        {
            if (left >= size)
                words.Add($"{(left / size).ToString(CultureInfo.InvariantCulture)} {unit}");
            left %= size;
        }

        return words.Count > 0 ? string.Join(' ', words) : "under 1 s";
    }
}
