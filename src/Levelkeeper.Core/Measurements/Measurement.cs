using System.Globalization;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;

namespace Levelkeeper.Core.Measurements;

/// <summary>Makes one exact, explained number of the measurements of a period.</summary>
public static partial class Measurement
{
    /// <summary>The value of an indicator over a period.</summary>
    /// <remarks>
    /// Reads <see cref="FactData.Measured"/>, <see cref="FactData.Aggregated"/> and <see cref="FactData.Probed"/>; others in the period are left out
    /// with a reason. A single measurement or check belongs to the period that holds its time, a window to the one that holds its last instant; facts
    /// of other periods are not mentioned. Compares nothing with a target and knows no now: for a running period clip the period.
    /// </remarks>
    /// <param name="rule">The aggregation and the decisions around it.</param>
    /// <param name="facts">
    /// Effective facts of this objective, sorted by <see cref="Fact.CompareWithinEntity"/>. May reach beyond the period; should reach before it far
    /// enough to show windows that overlap its first ones.
    /// </param>
    /// <param name="period">The period.</param>
    public static MeasurementResult Of(MeasurementRule rule, IReadOnlyList<Fact> facts, TickInterval period)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(facts);
        var tally = new FactTally();
        var counted = MeasuredFacts.Of(rule, facts, period, tally);
        var outcome = rule.Aggregation switch
        {
            Aggregation.Count => CountOf(rule, counted, tally),
            Aggregation.Sum => SumOf(rule, counted, tally),
            Aggregation.Share => ShareOf(counted, tally),
            Aggregation.Last => LastOf(rule, counted, tally),
            Aggregation.Jitter => JitterOf(rule, counted, tally),
            Aggregation.Average => AverageOf(rule, counted, tally),
            Aggregation.Minimum => ExtremeOf(rule, Values.Read(rule, counted, tally), largest: false),
            Aggregation.Maximum => ExtremeOf(rule, Values.Read(rule, counted, tally), largest: true),
            Aggregation.Median => PercentileOf(rule, 50, PercentileMethod.LinearInterpolation, "median", Values.Read(rule, counted, tally)),
            Aggregation.Percentile percentile =>
                PercentileOf(rule, percentile.Percent, percentile.Method, string.Create(CultureInfo.InvariantCulture, $"percentile {percentile.Percent.ToDouble()}"), Values.Read(rule, counted, tally)),
            Aggregation.PercentWithin within => WithinOf(rule, within.Limit, Values.Read(rule, counted, tally)),
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule.Aggregation, "Unknown aggregation."),
        };

        return new MeasurementResult
        {
            Value = outcome.Value,
            Volume = outcome.Volume,
            FactsCounted = tally.Counted,
            LeftOut = tally.LeftOut,
            FactsLeftOut = tally.LeftOutCount,
            Explanation = outcome.Tree with
            {
                Parts = [.. outcome.Tree.Parts, .. tally.Reasons()],
                Clauses = rule.Clauses,
                Facts = tally.Facts,
                FactCount = tally.Counted,
                During = period,
                Remark = string.Join(' ', new[] { outcome.Tree.Remark, StraddlingRemark(rule, facts, period) }.Where(text => text.Length > 0)),
            },
        };
    }

    private readonly record struct Outcome(MeasuredValue Value, Rational Volume, Explanation Tree);

    private static string StraddlingRemark(MeasurementRule rule, IReadOnlyList<Fact> facts, TickInterval period)
    {
        if (rule.Straddling == StraddlingWindow.LeftOut)
            return "";
        var straddling = facts.Any(fact => fact.Data is FactData.Aggregated window
            && fact.Time.ToUnixTimeTicks() is var end && end > period.Start && end <= period.End && window.Start.ToUnixTimeTicks() < period.Start);
        return straddling ? "A window that begins before the period and ends in it counts here whole." : "";
    }

    private static Outcome Nothing(string title) =>
        new(MeasuredValue.NoActivity.Instance, Rational.Zero, Parts.Reason(title, "Nothing was measured in this period: no activity."));

    private static Outcome CountOf(MeasurementRule rule, IEnumerable<Fact> facts, FactTally tally)
    {
        var counts = new SampleColumn();
        var listed = new List<Explanation>();
        foreach (var fact in facts)
        {
            var events = fact.Data is FactData.Aggregated window ? MeasuredFacts.Events(window) : 1m;
            if (events is not { } number)
            {
                tally.LeaveOut(fact, "its window does not say how many events it holds");
                continue;
            }

            tally.Count(fact);
            counts.Add(number);
            List(listed, fact, () => Quantity.Count(0, rule.Unit.Name) with { Value = Rational.From(number) });
        }

        return Total("count", new Quantity(counts.Sum(), QuantityUnit.Number, rule.Unit.Name), counts.Sum(), rule, listed, counts.Count);
    }

    private static Outcome SumOf(MeasurementRule rule, IEnumerable<Fact> facts, FactTally tally)
    {
        var sums = new SampleColumn(rule.Unit.Factor);
        var listed = new List<Explanation>();
        var volume = Rational.Zero;
        foreach (var fact in facts)
        {
            if (fact.Data is FactData.Aggregated window)
            {
                if (window.Sum is not { } sum)
                {
                    tally.LeaveOut(fact, "its window does not say the sum of its values");
                    continue;
                }

                sums.Add(sum);
                volume += Rational.From(MeasuredFacts.Events(window) ?? 0);
            }
            else if (TryAddSingle(sums, rule, fact, tally))
            {
                volume += 1;
            }
            else
            {
                continue;
            }

            tally.Count(fact);
            List(listed, fact, () => rule.Unit.Of(sums[sums.Count - 1]));
        }

        return Total("sum", rule.Unit.Of(sums.Sum()), volume, rule, listed, sums.Count);
    }

    private static Outcome Total(string title, Quantity total, Rational volume, MeasurementRule rule, List<Explanation> listed, int count)
    {
        if (count > 0)
            return new Outcome(new MeasuredValue.Exact(total), volume, Parts.Sum(title, total, count, listed));
        return rule.Nothing switch
        {
            NothingMeasured.NoActivity => Nothing(title),
            NothingMeasured.Zero => new Outcome(new MeasuredValue.Exact(total), volume, Parts.Given(title, total, "Nothing was reported, which by the agreement is zero.")),
            _ => throw new ArgumentOutOfRangeException(nameof(rule)),
        };
    }

    private static Outcome ShareOf(IEnumerable<Fact> facts, FactTally tally)
    {
        var good = new SampleColumn();
        var all = new SampleColumn();
        List<Explanation> listedGood = [], listedAll = [];
        foreach (var fact in facts)
        {
            (decimal Good, decimal All)? share = fact.Data switch
            {
                FactData.Probed probed => (probed.Good ? 1 : 0, 1),
                FactData.Aggregated { Good: { } part, Total: { } whole } => (part, whole),
                FactData.Measured { Of: { } whole } measured when measured.Value >= 0 && measured.Value <= whole => (measured.Value, whole),
                _ => null,
            };
            if (share is not { } counts)
            {
                tally.LeaveOut(fact, fact.Data is FactData.Measured { Of: not null } ? "its part is not between nothing and its whole" : "it does not say a part and a whole");
                continue;
            }

            tally.Count(fact);
            good.Add(counts.Good);
            all.Add(counts.All);
            List(listedGood, fact, () => new Quantity(Rational.From(counts.Good), QuantityUnit.Number));
            List(listedAll, fact, () => new Quantity(Rational.From(counts.All), QuantityUnit.Number));
        }

        var (partSum, wholeSum) = (good.Sum(), all.Sum());
        if (wholeSum.Sign == 0)
            return Nothing("share");
        var result = Quantity.Share(partSum / wholeSum);
        return new Outcome(
            new MeasuredValue.Exact(result),
            wholeSum,
            Parts.Derived(
                "share",
                result,
                Derivation.Quotient,
                Parts.Sum("good events", new Quantity(partSum, QuantityUnit.Number), good.Count, listedGood),
                Parts.Sum("all events", new Quantity(wholeSum, QuantityUnit.Number), all.Count, listedAll)));
    }

    private static Outcome LastOf(MeasurementRule rule, IEnumerable<Fact> facts, FactTally tally)
    {
        var values = new SampleColumn(rule.Unit.Factor);
        Fact? last = null;
        foreach (var fact in facts)
        {
            if (fact.Data is FactData.Aggregated)
            {
                tally.LeaveOut(fact, "a window has no last value");
            }
            else if (TryAddSingle(values, rule, fact, tally))
            {
                tally.Count(fact);
                last = fact;
            }
        }

        if (last is null)
            return Nothing("last value");
        var value = rule.Unit.Of(values[values.Count - 1]);
        return new Outcome(new MeasuredValue.Exact(value), values.Count, Parts.Derived("last value", value, Derivation.Sum, Parts.Given(TitleOf(last), value, "", last)));
    }

    private static Outcome JitterOf(MeasurementRule rule, IEnumerable<Fact> facts, FactTally tally)
    {
        var previous = new Dictionary<(string Source, string Subject, string Place, string Function), Rational>();
        var values = new SampleColumn(rule.Unit.Factor);
        var listed = new List<Explanation>();
        var sum = Rational.Zero;
        var differences = 0L;
        foreach (var fact in facts)
        {
            var series = fact.Data switch
            {
                FactData.Probed probed => (fact.Source, fact.Subject, probed.Location, probed.Function),
                FactData.Measured measured => (fact.Source, fact.Subject, measured.Member, ""),
                _ => default,
            };
            if (fact.Data is FactData.Aggregated)
            {
                tally.LeaveOut(fact, "a window has no order of values");
                continue;
            }

            if (!TryAddSingle(values, rule, fact, tally))
                continue;
            tally.Count(fact);
            var value = values[values.Count - 1];
            if (previous.TryGetValue(series, out var before))
            {
                var difference = value < before ? before - value : value - before;
                sum += difference;
                differences++;
                if (listed.Count < FactTally.ListLimit)
                    listed.Add(Parts.Given($"difference to the value before, {TitleOf(fact)}", rule.Unit.Of(difference), "", fact));
            }

            previous[series] = value;
        }

        if (differences == 0)
            return Nothing("jitter");
        var jitter = rule.Unit.Of(sum / differences);
        return new Outcome(
            new MeasuredValue.Exact(jitter),
            differences,
            Parts.Derived(
                "jitter",
                jitter,
                Derivation.Quotient,
                Parts.Sum("sum of the absolute differences", rule.Unit.Of(sum), differences, listed),
                Parts.Given("consecutive pairs", Quantity.Count(differences))));
    }

    /// <summary>Adds the value of a single measurement or the response time of a check; false, with a reason in the tally, when there is none.</summary>
    private static bool TryAddSingle(SampleColumn column, MeasurementRule rule, Fact fact, FactTally tally)
    {
        switch (fact.Data)
        {
            case FactData.Measured measured:
                column.Add(measured.Value);
                return true;
            case FactData.Probed { Good: false }:
                tally.LeaveOut(fact, "the check failed: it has no response time");
                return false;
            case FactData.Probed { Latency: null }:
                tally.LeaveOut(fact, "the check did not measure a response time");
                return false;
            case FactData.Probed when !rule.Unit.IsTime:
                tally.LeaveOut(fact, "a response time is no number of the objective's unit");
                return false;
            case FactData.Probed { Latency: { } latency }:
                column.AddWhole(latency.BclCompatibleTicks);
                return true;
            default:
                throw new ArgumentOutOfRangeException(nameof(fact), fact.Data, "Not a single measurement.");
        }
    }

    // The value is made only for the facts that are listed: making fractions for half a million would cost more than measuring them.
    private static void List(List<Explanation> listed, Fact fact, Func<Quantity> value)
    {
        if (listed.Count < FactTally.ListLimit)
            listed.Add(Parts.Given(TitleOf(fact), value(), "", fact));
    }

    private static string TitleOf(Fact fact) => $"{(fact.Subject.Length > 0 ? fact.Subject : fact.Id)} at {fact.Time}";
}
