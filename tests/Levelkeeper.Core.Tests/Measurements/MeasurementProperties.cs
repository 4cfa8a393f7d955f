using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;
using static Levelkeeper.Core.Tests.Measurements.Facts;

namespace Levelkeeper.Core.Tests.Measurements;

public sealed class MeasurementProperties
{
    private static readonly decimal[] Edges = [1, 5, 10, 50, 100];

    private static readonly Aggregation[] Orders =
    [
        new Aggregation.Minimum(), new Aggregation.Maximum(), new Aggregation.Median(), new Aggregation.Average(),
        new Aggregation.Percentile(95), new Aggregation.Percentile(33, PercentileMethod.LinearInterpolation), new Aggregation.PercentWithin(7), new Aggregation.PercentWithin(50),
    ];

    private static Arbitrary<long[]> Longs() => Arb.From(Gen.OneOf(
        Gen.Choose(-50, 50).Select(value => (long)value),
        ArbMap.Default.GeneratorFor<long>(),
        Gen.Elements(long.MinValue, long.MaxValue, 0L)).ArrayOf().Where(values => values.Length > 0));

    private static Arbitrary<decimal[]> Tenths() => Arb.From(Gen.Choose(0, 1500).Select(value => value / 10m).ArrayOf().Where(values => values.Length > 0));

    [Fact]
    public void Selection_gives_what_sorting_gives() => Prop.ForAll(Longs(), values =>
    {
        // Repeated beyond the size below which the selection itself sorts.
        long[] many = [.. Enumerable.Range(0, 200).SelectMany(round => values.Select(value => unchecked(value + round % 3)))];
        long[] sorted = [.. many.Order()];
        foreach (var rank in new[] { 0, many.Length / 3, many.Length / 2, many.Length - 1 })
            OrderStatistic.Select(many, rank, sorted[0], sorted[^1]).ShouldBe(sorted[rank]);
    }).Check(Seeds.Config());

    [Fact]
    public void Selection_over_many_distinct_values_gives_what_sorting_gives()
    {
        var random = new Random(7);
        long[] values = [.. Enumerable.Range(0, 50_000).Select(_ => random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(0, 60))];
        long[] sorted = [.. values.Order()];
        for (var rank = 0; rank < values.Length; rank += 1777)
            OrderStatistic.Select(values, rank, sorted[0], sorted[^1]).ShouldBe(sorted[rank]);
    }

    [Fact]
    public void A_percentile_is_the_value_at_its_rank_in_the_sorted_list() => Prop.ForAll(Tenths(), Arb.From(Gen.Choose(0, 1000)), (values, tenthsOfPercent) =>
    {
        var percent = new Rational(tenthsOfPercent, 10);
        decimal[] sorted = [.. values.Order()];
        var rank = 0;
        while ((rank + 1) * 1000L < (long)tenthsOfPercent * values.Length)
            rank++;
        Measure(new Aggregation.Percentile(percent), Raw(values)).Value.Number().ShouldBe(Rational.From(sorted[rank]));
    }).Check(Seeds.Config());

    [Fact]
    public void A_band_from_histograms_holds_the_value_of_the_numbers_behind_them() => Prop.ForAll(Tenths(), Arb.From(Gen.Choose(0, 3)), (values, raw) =>
    {
        // The first few stay single values; the others are seen only as buckets, in two windows with other edges.
        var hidden = values.Skip(raw).ToArray();
        var facts = Sorted(Raw([.. values.Take(raw)])
            .Append(Fact(At(20), Histogram(At(19), hidden.Where((_, index) => index % 2 == 0), Edges), "w1"))
            .Append(Fact(At(21), Histogram(At(20), hidden.Where((_, index) => index % 2 == 1), [3, 30]), "w2")));
        foreach (var aggregation in Orders)
        {
            var exact = Measure(aggregation, Raw(values)).Value.Number();
            var (low, high) = Measure(aggregation, facts).Value.Ends();
            if (low is { } from)
                from.ShouldBeLessThanOrEqualTo(exact, aggregation.ToString());
            if (high is { } to)
                to.ShouldBeGreaterThanOrEqualTo(exact, aggregation.ToString());
        }
    }).Check(Seeds.Config());

    [Fact]
    public void Facts_that_came_in_another_order_give_the_same() => Prop.ForAll(Tenths(), ArbMap.Default.ArbFor<int>(), (values, seed) =>
    {
        var facts = Raw(values).Append(Fact(At(20), Histogram(At(19), values, Edges), "w1")).Append(Fact(At(20, 1), Histogram(At(19, 12), values, Edges), "w2")).ToArray();
        var shuffled = facts.ToArray();
        new Random(seed).Shuffle(shuffled);
        foreach (var aggregation in Orders.Append(new Aggregation.Sum()).Append(new Aggregation.Last()).Append(new Aggregation.Jitter()))
        {
            var first = Measure(aggregation, Sorted(facts));
            var second = Measure(aggregation, Sorted(shuffled));
            second.Value.ShouldBe(first.Value);
            second.LeftOut.ShouldBe(first.LeftOut);
        }
    }).Check(Seeds.Config());

    [Fact]
    public void The_counts_and_sums_of_the_days_add_up_to_the_month() => Prop.ForAll(Tenths(), values =>
    {
        var facts = Log(values.Select((value, index) => (At(1) + Duration.FromMinutes(index * 997 % (31 * 1440)), index % 2 == 0
            ? Measured(value)
            : Window(At(1) + Duration.FromMinutes((index * 997 % (31 * 1440)) - 90), total: 3, sum: value))));
        foreach (var aggregation in new Aggregation[] { new Aggregation.Count(), new Aggregation.Sum() })
        {
            var rule = new MeasurementRule { Aggregation = aggregation, Nothing = NothingMeasured.Zero };
            var days = Enumerable.Range(1, 31).Select(day => Measurement.Of(rule, facts, TickInterval.Between(At(day), At(day + 1))).Value.Number());
            days.Aggregate(Rational.Zero, (sum, day) => sum + day).ShouldBe(Measurement.Of(rule, facts, October).Value.Number());
        }
    }).Check(Seeds.Config());

    private static IReadOnlyList<Fact> Raw(decimal[] values) => Log(values.Select((value, index) => (At(2) + Duration.FromSeconds(index), Measured(value))));

    private static FactData Histogram(Instant start, IEnumerable<decimal> values, decimal[] edges)
    {
        var counts = new long[edges.Length + 1];
        foreach (var value in values)
            counts[edges.TakeWhile(edge => edge < value).Count()]++;
        return Window(start, null, null, null, [.. edges.Select((edge, index) => ((decimal?)edge, counts[index])), (null, counts[^1])]);
    }
}
