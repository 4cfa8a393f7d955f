using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using static Levelkeeper.Core.Tests.Measurements.Facts;

namespace Levelkeeper.Core.Tests.Measurements;

public sealed class HistogramTests
{
    // Ten values: 5 in (0, 10], 4 in (10, 100], 1 above 100.
    private static IReadOnlyList<Core.Facts.Fact> Ten(decimal? sum = null) => Log((At(2), Window(At(1), null, null, sum, (10, 5), (100, 4), (null, 1))));

    [Fact]
    public void A_percentile_lies_between_the_edges_of_its_bucket()
    {
        Measure(new Aggregation.Percentile(50), Ten()).Value.Ends().ShouldBe((0, 10));
        Measure(new Aggregation.Percentile(60), Ten()).Value.Ends().ShouldBe((10, 100));
        Measure(new Aggregation.Median(), Ten()).Value.Ends().ShouldBe((5, 55));
    }

    [Fact]
    public void The_last_bucket_has_no_upper_end() =>
        Measure(new Aggregation.Percentile(95), Ten()).Value.Ends().ShouldBe((100, null));

    [Fact]
    public void A_share_within_a_bucket_edge_is_exact_and_within_a_bucket_a_band()
    {
        Measure(new Aggregation.PercentWithin(100), Ten()).Value.Number().ShouldBe(new Rational(9, 10));
        Measure(new Aggregation.PercentWithin(50), Ten()).Value.Ends().ShouldBe((new Rational(5, 10), new Rational(9, 10)));
        Measure(new Aggregation.PercentWithin(500), Ten()).Value.Ends().ShouldBe((new Rational(9, 10), 1));
    }

    [Fact]
    public void An_average_is_exact_when_the_sum_is_known_and_a_band_else()
    {
        Measure(new Aggregation.Average(), Ten(sum: 333)).Value.Number().ShouldBe(new Rational(333, 10));
        Measure(new Aggregation.Average(), Ten()).Value.Ends().ShouldBe((new Rational(140, 10), null));
    }

    [Fact]
    public void Exact_values_and_histograms_mix()
    {
        // Values 20 and 30 beside (0, 10], (0, 10]: the third of four is exactly 20.
        var facts = Log((At(2), Window(At(1), null, null, null, (10, 2))), (At(3), Measured(20)), (At(4), Measured(30)));
        Measure(new Aggregation.Percentile(75), facts).Value.Number().ShouldBe(20);
        Measure(new Aggregation.Maximum(), facts).Value.Number().ShouldBe(30);
        Measure(new Aggregation.Minimum(), facts).Value.Ends().ShouldBe((0, 10));
        Measure(new Aggregation.Average(), facts).Value.Ends().ShouldBe((new Rational(50, 4), new Rational(70, 4)));
    }

    [Fact]
    public void Without_a_smallest_possible_value_the_first_bucket_has_no_lower_end() =>
        Measure(new Aggregation.Percentile(10), Ten(), with: rule => rule with { SmallestPossible = null }).Value.Ends().ShouldBe((null, 10));

    [Fact]
    public void Edges_in_milliseconds_become_ticks() =>
        Measure(new Aggregation.Percentile(60), Ten(), Milliseconds).Value.Ends().ShouldBe((100_000, 1_000_000));
}
