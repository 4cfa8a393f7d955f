using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;

namespace Levelkeeper.Core.Measurements;

/// <summary>What is measured over the outages of a period.</summary>
public enum OutageIndicator
{
    /// <summary>
    /// Mean time to restore service: the mean whole length, in elapsed time, of the outages that were restored in the period; an outage that began
    /// earlier counts from its true start, one still lasting at the end counts in the period that restores it. ITIL v3 (Service Design): total
    /// downtime / number of service breaks.
    /// </summary>
    MeanTimeToRestore,

    /// <summary>
    /// Mean time between failures: time in service in the period / number of failures that began in it. ITIL v3 (Service Design):
    /// (available time - total downtime) / number of breaks. No failure: not defined, so no activity.
    /// </summary>
    MeanTimeBetweenFailures,

    /// <summary>How many outages began in the period; each counts in one period only.</summary>
    NumberOfOutages,

    /// <summary>The longest outage that touches the period, from its true start until its end or the period's end, whichever is first; 0 when there was none.</summary>
    LongestOutage,
}

/// <summary>Statistics over outages: the times when a service was down, whoever found them.</summary>
public static class OutageStatistics
{
    /// <summary>The value of an indicator over a period.</summary>
    /// <remarks>Volume is the number of outages behind it, and for the longest outage the number that touch the period. Facts are not counted: outages are found by others.</remarks>
    /// <param name="indicator">What is measured.</param>
    /// <param name="outages">
    /// Outages in any order, not cut at the period's edges; overlapping and touching ones are one. One that still lasts ends at now.
    /// </param>
    /// <param name="period">The period, clipped at now for a running one.</param>
    /// <param name="agreedTime">The time that counts as in service when it is not down; null for the whole period. Only for the mean time between failures.</param>
    /// <param name="clauses">The clauses that say so, for the explanation.</param>
    public static MeasurementResult Of(
        OutageIndicator indicator, IReadOnlyList<TickInterval> outages, TickInterval period, IntervalSet? agreedTime = null, ImmutableArray<Clause> clauses = default)
    {
        ArgumentNullException.ThrowIfNull(outages);
        var all = IntervalSet.Of(outages);
        var (value, volume, tree) = period.IsEmpty
            ? Nothing("outages", "The period is empty.")
            : indicator switch
            {
                OutageIndicator.MeanTimeToRestore => MeanTimeToRestore([.. all.Where(outage => period.Contains(outage.End))]),
                OutageIndicator.MeanTimeBetweenFailures => MeanTimeBetweenFailures(all, period, agreedTime?.Intersect(period) ?? IntervalSet.Of(period)),
                OutageIndicator.NumberOfOutages => NumberOfOutages(Begun(all, period)),
                OutageIndicator.LongestOutage => LongestOutage([.. all.Where(outage => !outage.Intersect(period).IsEmpty)], period),
                _ => throw new ArgumentOutOfRangeException(nameof(indicator), indicator, "Unknown indicator."),
            };
        return new MeasurementResult
        {
            Value = value,
            Volume = volume,
            FactsCounted = 0,
            LeftOut = [],
            FactsLeftOut = 0,
            Explanation = tree with { During = period, Clauses = clauses.IsDefault ? [] : clauses },
        };
    }

    private static TickInterval[] Begun(IntervalSet all, TickInterval period) => [.. all.Where(outage => period.Contains(outage.Start))];

    private static (MeasuredValue Value, Rational Volume, Explanation Tree) MeanTimeToRestore(TickInterval[] restored)
    {
        const string Title = "mean time to restore";
        if (restored.Length == 0)
            return Nothing(Title, "No outage was restored in this period.");
        var total = Quantity.Ticks(restored.Sum(outage => outage.Length));
        var mean = total with { Value = total.Value / restored.Length };
        return Exact(restored.Length, Parts.Derived(
            Title,
            mean,
            Derivation.Quotient,
            Parts.Sum("whole length of the outages restored", total, restored.Length, restored.Select(Node)),
            Parts.Count("outages restored", restored.Length, "outages", restored.Select(Node))));
    }

    private static (MeasuredValue Value, Rational Volume, Explanation Tree) MeanTimeBetweenFailures(IntervalSet all, TickInterval period, IntervalSet agreed)
    {
        const string Title = "mean time between failures";
        var failures = Begun(all, period);
        if (agreed.IsEmpty)
            return Nothing(Title, "No time of this period is agreed service time.");
        if (failures.Length == 0)
            return Nothing(Title, "No failure began in this period.");
        var down = Quantity.Ticks(agreed.Intersect(all).Length);
        var up = Quantity.Ticks(agreed.Length - agreed.Intersect(all).Length);
        return Exact(failures.Length, Parts.Derived(
            Title,
            up with { Value = up.Value / failures.Length },
            Derivation.Quotient,
            Parts.Derived("time in service", up, Derivation.Difference, Parts.Given("agreed time in the period", Quantity.Ticks(agreed.Length)), Parts.Given("downtime in it", down)),
            Parts.Count("failures that began", failures.Length, "outages", failures.Select(Node))));
    }

    private static (MeasuredValue Value, Rational Volume, Explanation Tree) NumberOfOutages(TickInterval[] begun) =>
        Exact(begun.Length, Parts.Count("outages that began", begun.Length, "outages", begun.Select(Node)));

    private static (MeasuredValue Value, Rational Volume, Explanation Tree) LongestOutage(TickInterval[] touching, TickInterval period)
    {
        const string Title = "longest outage";
        if (touching.Length == 0)
            return Exact(0, Parts.Given(Title, Quantity.Ticks(0), "There was no outage."));
        TickInterval[] known = [.. touching.Select(outage => new TickInterval(outage.Start, Math.Min(outage.End, period.End))).OrderByDescending(outage => outage.Length)];
        return Exact(known.Length, Parts.Derived(Title, Quantity.Ticks(known[0].Length), Derivation.Maximum, known.Take(FactTally.ListLimit).Select(Node)));
    }

    private static (MeasuredValue Value, Rational Volume, Explanation Tree) Exact(long volume, Explanation tree) =>
        (new MeasuredValue.Exact(tree.Value!.Value), volume, tree);

    private static (MeasuredValue Value, Rational Volume, Explanation Tree) Nothing(string title, string why) =>
        (MeasuredValue.NoActivity.Instance, Rational.Zero, Parts.Reason(title, why));

    private static Explanation Node(TickInterval outage) => Parts.Given($"outage from {outage.StartInstant}", Quantity.Ticks(outage.Length)) with { During = outage };
}
