using System.Numerics;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Core.Measurements;

// The aggregations that look at single values: known exactly, or known only by the bucket of a histogram that they fell in.
public static partial class Measurement
{
    /// <summary>Exact values, histograms, and checks that failed.</summary>
    private sealed record Values(SampleColumn Single, BucketTotals Buckets, long FailedChecks)
    {
        public BigInteger Count => Single.Count + Buckets.Count;

        public static Values Read(MeasurementRule rule, IEnumerable<Fact> facts, FactTally tally)
        {
            var single = new SampleColumn(rule.Unit.Factor);
            var buckets = new BucketTotals(rule.Unit.Factor, rule.SmallestPossible);
            var failed = 0L;
            foreach (var fact in facts)
            {
                if (fact.Data is FactData.Aggregated window)
                {
                    if (window.Histogram.IsDefaultOrEmpty)
                    {
                        tally.LeaveOut(fact, "its window has no histogram");
                        continue;
                    }

                    buckets.Add(window.Histogram);
                }
                else if (fact.Data is FactData.Probed { Good: false } && rule is { Aggregation: Aggregation.PercentWithin, FailedChecks: FailedCheck.TooSlow })
                {
                    failed++;
                }
                else if (!TryAddSingle(single, rule, fact, tally))
                {
                    continue;
                }

                tally.Count(fact);
            }

            return new Values(single, buckets, failed);
        }
    }

    private static Outcome AverageOf(MeasurementRule rule, IEnumerable<Fact> facts, FactTally tally)
    {
        var sums = new SampleColumn(rule.Unit.Factor);
        var counts = new SampleColumn();
        var buckets = new BucketTotals(rule.Unit.Factor, rule.SmallestPossible);
        var listed = new List<Explanation>();
        foreach (var fact in facts)
        {
            switch (fact.Data)
            {
                case FactData.Aggregated { Sum: { } sum } window when MeasuredFacts.Events(window) is { } events:
                    sums.Add(sum);
                    counts.Add(events);
                    List(listed, fact, () => rule.Unit.Of(sums[sums.Count - 1]));
                    break;
                case FactData.Aggregated { Histogram.IsDefaultOrEmpty: false } window:
                    buckets.Add(window.Histogram);
                    break;
                case FactData.Aggregated:
                    tally.LeaveOut(fact, "its window has neither a sum with a count nor a histogram");
                    continue;
                default:
                    if (!TryAddSingle(sums, rule, fact, tally))
                        continue;
                    counts.AddWhole(1);
                    List(listed, fact, () => rule.Unit.Of(sums[sums.Count - 1]));
                    break;
            }

            tally.Count(fact);
        }

        var count = counts.Sum() + new Rational(buckets.Count, 1);
        if (count.Sign == 0)
            return Nothing("average");
        var known = Parts.Sum("sum of the values that are known exactly", rule.Unit.Of(sums.Sum()), sums.Count, listed);
        return Between("average", count, BoundBy(buckets.LowestSum(), "lower"), BoundBy(buckets.HighestSum(), "upper"));

        Explanation? BoundBy(Rational? bucketSum, string edge)
        {
            if (bucketSum is not { } sum)
                return null;
            var total = rule.Unit.Of(sums.Sum() + sum);
            return Parts.Derived(
                "average",
                rule.Unit.Of(total.Value / count),
                Derivation.Quotient,
                buckets.Count.IsZero ? known : Parts.Derived("sum of the values", total, Derivation.Sum, known, Parts.Given($"histogram values, each at its bucket's {edge} edge", rule.Unit.Of(sum))),
                Parts.Given("values", new Quantity(count, QuantityUnit.Number)));
        }
    }

    private static Outcome ExtremeOf(MeasurementRule rule, Values values, bool largest)
    {
        var rank = largest ? values.Count - 1 : BigInteger.Zero;
        return RankOf(rule, largest ? "largest value" : "smallest value", values, rank, Rational.Zero, "");
    }

    private static Outcome PercentileOf(MeasurementRule rule, Rational percent, PercentileMethod method, string title, Values values)
    {
        var count = values.Count;
        if (count.IsZero)
            return Nothing(title);
        var share = percent / 100;
        switch (method)
        {
            case PercentileMethod.NearestRank:
                var nearest = BigInteger.Max(BigInteger.One, (share * new Rational(count, 1)).Ceiling());
                return RankOf(rule, title, values, nearest - 1, Rational.Zero, "Nearest rank: ⌈p/100 · n⌉.");
            case PercentileMethod.LinearInterpolation:
                var position = share * new Rational(count - 1, 1);
                var rank = position.Floor();
                return RankOf(rule, title, values, rank, position - new Rational(rank, 1), "Interpolated at position 1 + p/100 · (n-1).");
            default:
                throw new ArgumentOutOfRangeException(nameof(method), method, "Unknown method.");
        }
    }

    /// <summary>The value at a rank from 0, or a part of the way from it to the next.</summary>
    private static Outcome RankOf(MeasurementRule rule, string title, Values values, BigInteger rank, Rational partOfTheWay, string remark)
    {
        var count = values.Count;
        if (count.IsZero)
            return Nothing(title);
        var volume = new Rational(count, 1);
        if (values.Buckets.Count.IsZero)
        {
            var tree = Interpolate(position => values.Single.Select((int)position))!;
            return new Outcome(new MeasuredValue.Exact(tree.Value!.Value), volume, tree);
        }

        // The k-th smallest value lies between the k-th smallest lower edge and the k-th smallest upper edge: ranks grow with every single value.
        return Between(title, volume, Interpolate(Walk(values.Buckets.LowerEdges(values.Single))), Interpolate(Walk(values.Buckets.UpperEdges(values.Single))));

        Explanation? Interpolate(Func<BigInteger, Rational?> at)
        {
            if (at(rank) is not { } here)
                return null;
            var first = Parts.Given($"value of rank {rank + 1} of {count}", rule.Unit.Of(here));
            if (partOfTheWay.Sign == 0)
                return Parts.Derived(title, rule.Unit.Of(here), Derivation.Sum, first) with { Remark = remark };
            if (at(rank + 1) is not { } next)
                return null;
            var step = rule.Unit.Of(next - here);
            var added = rule.Unit.Of(step.Value * partOfTheWay);
            return Parts.Derived(
                title,
                rule.Unit.Of(here + added.Value),
                Derivation.Sum,
                first,
                Parts.Derived(
                    "part of the way to the next value",
                    added,
                    Derivation.Product,
                    Parts.Given("part", new Quantity(partOfTheWay, QuantityUnit.Number)),
                    Parts.Derived("step", step, Derivation.Difference, Parts.Given($"value of rank {rank + 2} of {count}", rule.Unit.Of(next)), first))) with { Remark = remark };
        }

        static Func<BigInteger, Rational?> Walk(IEnumerable<WeightedEdge> edges)
        {
            WeightedEdge[] ascending = [.. edges];
            return position =>
            {
                foreach (var edge in ascending)
                {
                    if (position < edge.Count)
                        return edge.Edge;
                    position -= edge.Count;
                }

                throw new ArgumentOutOfRangeException(nameof(position));
            };
        }
    }

    private static Outcome WithinOf(MeasurementRule rule, Rational limit, Values values)
    {
        var count = values.Count + values.FailedChecks;
        if (count.IsZero)
            return Nothing("share within the limit");
        var (certain, possible) = values.Buckets.CountAtMost(limit);
        var single = values.Single.Count == 0 ? 0 : values.Single.CountAtMost(limit);
        return Between("share within the limit", new Rational(count, 1), Share(certain), Share(possible));

        Explanation Share(BigInteger inBuckets) => Parts.Derived(
            "share within the limit",
            Quantity.Share(new Rational(single + inBuckets, count)),
            Derivation.Quotient,
            Parts.Derived(
                "values within the limit",
                Parts.Number(single + inBuckets),
                Derivation.Sum,
                Parts.Given("values known exactly", Quantity.Count(single)),
                Parts.Given("values known by their bucket", Parts.Number(inBuckets))),
            Parts.Derived(
                "values",
                Parts.Number(count),
                Derivation.Sum,
                Parts.Given("values known exactly", Quantity.Count(values.Single.Count)),
                Parts.Given("values known by their bucket", Parts.Number(values.Buckets.Count)),
                Parts.Given("checks that failed", Quantity.Count(values.FailedChecks))));
    }

    /// <summary>One tree when both ends agree, else a band with the tree of each end; a null end is unknown.</summary>
    private static Outcome Between(string title, Rational volume, Explanation? low, Explanation? high)
    {
        var value = MeasuredValue.Between(low?.Value, high?.Value);
        if (value is MeasuredValue.Exact)
            return new Outcome(value, volume, low!);
        var tree = Parts.Reason(
            title,
            "A histogram says only in which bucket a value lies, so the result is a band.",
            low is null ? Parts.Reason("at least", "Nothing bounds it from below.") : low with { Title = $"{title}, at least" },
            high is null ? Parts.Reason("at most", "The last bucket has no upper edge.") : high with { Title = $"{title}, at most" });
        return new Outcome(value, volume, tree);
    }
}
