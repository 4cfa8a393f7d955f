using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using NodaTime;
using static Levelkeeper.Core.Tests.Measurements.Facts;

namespace Levelkeeper.Core.Tests.Measurements;

public sealed class MeasurementTests
{
    private static IReadOnlyList<Fact> Numbers(params decimal[] values) => Log(values.Select((value, index) => (At(2) + Duration.FromMinutes(index), Measured(value))));

    [Fact]
    public void Sum_average_extremes_last_and_count_of_decimals_are_exact()
    {
        var facts = Numbers(0.1m, 0.2m, 0.33m, -1m);
        Measure(new Aggregation.Sum(), facts).Value.Number().ShouldBe(new Rational(-37, 100));
        Measure(new Aggregation.Average(), facts).Value.Number().ShouldBe(new Rational(-37, 400));
        Measure(new Aggregation.Minimum(), facts).Value.Number().ShouldBe(-1);
        Measure(new Aggregation.Maximum(), facts).Value.Number().ShouldBe(new Rational(33, 100));
        Measure(new Aggregation.Last(), facts).Value.Number().ShouldBe(-1);
        Measure(new Aggregation.Count(), facts).Value.Number().ShouldBe(4);
        Measure(new Aggregation.Sum(), facts).Volume.ShouldBe(4);
    }

    [Fact]
    public void Numbers_too_fine_or_too_large_for_64_bits_stay_exact()
    {
        var facts = Numbers(79228162514264337593543950335m, 0.0000000000000000000000000001m, 5m);
        var tiny = new Rational(1, System.Numerics.BigInteger.Pow(10, 28));
        Measure(new Aggregation.Sum(), facts).Value.Number().ShouldBe(Rational.From(79228162514264337593543950335m) + 5 + tiny);
        Measure(new Aggregation.Minimum(), facts).Value.Number().ShouldBe(tiny);
        Measure(new Aggregation.Median(), facts).Value.Number().ShouldBe(5);
        Measure(new Aggregation.PercentWithin(5), facts).Value.Number().ShouldBe(new Rational(2, 3));
    }

    // The worked example of the nearest-rank method that textbooks use: 15, 20, 35, 40, 50.
    [Theory]
    [InlineData(5, 15)]
    [InlineData(30, 20)]
    [InlineData(40, 20)]
    [InlineData(50, 35)]
    [InlineData(100, 50)]
    [InlineData(0, 15)]
    public void The_nearest_rank_is_a_value_that_was_measured(int percent, int expected) =>
        Measure(new Aggregation.Percentile(percent), Numbers(50, 15, 40, 20, 35)).Value.Number().ShouldBe(expected);

    // PERCENTILE.INC: of 1, 2, 3, 4 the 75th is at 1 + 0.75 · 3 = 3.25, so 3.25; of 15, 20, 35, 40, 50 the 40th is at 2.6, so 29.
    [Fact]
    public void Linear_interpolation_goes_part_of_the_way_to_the_next_value()
    {
        Measure(new Aggregation.Percentile(75, PercentileMethod.LinearInterpolation), Numbers(4, 2, 1, 3)).Value.Number().ShouldBe(new Rational(13, 4));
        Measure(new Aggregation.Percentile(40, PercentileMethod.LinearInterpolation), Numbers(50, 15, 40, 20, 35)).Value.Number().ShouldBe(29);
    }

    [Fact]
    public void The_median_of_an_even_number_is_the_mean_of_the_two_in_the_middle()
    {
        Measure(new Aggregation.Median(), Numbers(4, 1, 3, 2)).Value.Number().ShouldBe(new Rational(5, 2));
        Measure(new Aggregation.Median(), Numbers(4, 1, 3)).Value.Number().ShouldBe(3);
    }

    [Fact]
    public void Jitter_is_the_mean_absolute_difference_of_neighbours_at_one_location()
    {
        // Berlin 10, 14, 11: |4| + |3|. Oslo 100, 90: |10|. Three pairs: 17 / 3 ms.
        var facts = Log((At(1, 1), Check(10, "Berlin")), (At(1, 2), Check(100, "Oslo")), (At(1, 3), Check(14, "Berlin")), (At(1, 4), Check(90, "Oslo")), (At(1, 5), Check(11, "Berlin")));
        var result = Measure(new Aggregation.Jitter(), facts, Milliseconds);
        result.Value.Number().ShouldBe(new Rational(170_000, 3));
        result.Volume.ShouldBe(3);
    }

    [Fact]
    public void One_value_at_each_location_has_no_jitter() =>
        Measure(new Aggregation.Jitter(), Log((At(1, 1), Check(10, "Berlin")), (At(1, 2), Check(90, "Oslo"))), Milliseconds).Value.ShouldBeNoActivity();

    [Fact]
    public void A_share_sums_parts_and_wholes_of_every_kind_of_fact()
    {
        var facts = Log((At(1, 1), Measured(3, of: 4)), (At(1, 2), Window(At(1, 1), good: 90, total: 95)), (At(1, 3), Failed()), (At(1, 4), Check(5)), (At(1, 5), Measured(3)));
        var result = Measure(new Aggregation.Share(), facts);
        result.Value.Number().ShouldBe(new Rational(94, 101));
        result.Volume.ShouldBe(101);
        result.FactsCounted.ShouldBe(4);
        result.LeftOut.ShouldHaveSingleItem().Reason.ShouldBe("it does not say a part and a whole");
    }

    [Fact]
    public void A_limit_that_is_met_exactly_is_within() =>
        Measure(new Aggregation.PercentWithin(2_500_000), Log((At(1), Check(250)), (At(2), Check(251))), Milliseconds).Value.Number().ShouldBe(new Rational(1, 2));

    [Fact]
    public void A_failed_check_is_left_out_of_response_times_unless_it_counts_as_too_slow()
    {
        var facts = Log((At(1), Check(10)), (At(2), Failed()));
        Measure(new Aggregation.PercentWithin(2_500_000), facts, Milliseconds).Value.Number().ShouldBe(1);
        Measure(new Aggregation.PercentWithin(2_500_000), facts, Milliseconds, rule => rule with { FailedChecks = FailedCheck.TooSlow }).Value.Number().ShouldBe(new Rational(1, 2));
    }

    [Fact]
    public void A_metric_in_milliseconds_and_a_check_give_ticks()
    {
        var facts = Log((At(1), Check(10)), (At(2), Measured(20.5m)));
        Measure(new Aggregation.Average(), facts, Milliseconds).Value.Number().ShouldBe(new Rational(305_000, 2));
    }

    [Theory]
    [MemberData(nameof(AllAggregations))]
    public void Nothing_measured_is_no_activity(Aggregation aggregation)
    {
        var result = Measure(aggregation, Log((At(0), Measured(1, of: 1)), (At(32), Measured(1, of: 1))));
        result.Value.ShouldBeNoActivity();
        result.Volume.ShouldBe(0);
        result.FactsCounted.ShouldBe(0);
        result.FactsLeftOut.ShouldBe(0);
    }

    public static TheoryData<Aggregation> AllAggregations() =>
    [
        new Aggregation.Count(), new Aggregation.Sum(), new Aggregation.Average(), new Aggregation.Minimum(), new Aggregation.Maximum(), new Aggregation.Median(),
        new Aggregation.Percentile(95), new Aggregation.Last(), new Aggregation.Share(), new Aggregation.Jitter(), new Aggregation.PercentWithin(1),
    ];

    [Fact]
    public void A_sum_of_nothing_is_zero_only_where_the_agreement_says_so() =>
        Measure(new Aggregation.Sum(), [], with: rule => rule with { Nothing = NothingMeasured.Zero }).Value.Number().ShouldBe(0);

    [Fact]
    public void Windows_without_requests_have_no_share_but_a_count_of_zero()
    {
        var facts = Log((At(1, 1), Window(At(1), good: 0, total: 0)));
        Measure(new Aggregation.Share(), facts).Value.ShouldBeNoActivity();
        Measure(new Aggregation.Count(), facts).Value.Number().ShouldBe(0);
    }

    [Fact]
    public void A_period_begins_with_its_first_instant_and_ends_before_its_last() =>
        Measure(new Aggregation.Sum(), Log((At(1), Measured(1)), (At(32), Measured(10)))).Value.Number().ShouldBe(1);

    [Fact]
    public void A_window_belongs_to_the_period_of_its_last_instant()
    {
        // One that ends with October, one that began in September and ends in October, one that ends in November, one that ended with September.
        var facts = Log(
            (At(32), Window(At(31), total: 1)), (At(1, 1), Window(At(0, 12), total: 10)), (At(32, 1), Window(At(32), total: 100)), (At(0, 12), Window(At(0), total: 1000)));
        var result = Measure(new Aggregation.Count(), facts);
        result.Value.Number().ShouldBe(11);
        result.Explanation.Remark.ShouldContain("counts here whole");
        var strict = Measure(new Aggregation.Count(), facts, with: rule => rule with { Straddling = StraddlingWindow.LeftOut });
        strict.Value.Number().ShouldBe(1);
        strict.LeftOut.ShouldHaveSingleItem().Reason.ShouldBe("its window begins before the period");
    }

    [Fact]
    public void Overlapping_windows_of_one_source_count_once_and_the_finer_stand()
    {
        var hours = Enumerable.Range(0, 24).Select(hour => (At(5, hour + 1), Window(At(5, hour), total: 10)));
        var result = Measure(new Aggregation.Count(), Log([.. hours, (At(6), Window(At(5), total: 240))]));
        result.Value.Number().ShouldBe(240);
        result.FactsCounted.ShouldBe(24);
        result.LeftOut.ShouldHaveSingleItem().Reason.ShouldContain("overlaps");
    }

    [Fact]
    public void Windows_of_two_sources_add_up() =>
        Measure(new Aggregation.Count(), Sorted([Fact(At(2), Window(At(1), total: 1), "a", source: "one"), Fact(At(2), Window(At(1), total: 2), "a", source: "two")])).Value.Number().ShouldBe(3);

    [Fact]
    public void A_window_that_contradicts_itself_is_left_out_and_shown()
    {
        var facts = Log(
            (At(1, 1), Window(At(1), good: 2, total: 1)),
            (At(1, 2), Window(At(1, 1), good: -1, total: 1)),
            (At(1, 3), Window(At(1, 3), good: 1, total: 1)),
            (At(1, 4), Window(At(1, 3), 1, 1, null, (5, 1), (4, 0))),
            (At(1, 5), Window(At(1, 4), 1, 1, null, (5, 2))),
            (At(1, 6), Window(At(1, 5), 1, 1, null, (5, -1), (6, 2))),
            (At(1, 7), Window(At(1, 6), good: 1, total: 2)));
        var result = Measure(new Aggregation.Share(), facts);
        result.Value.Number().ShouldBe(new Rational(1, 2));
        result.LeftOut.Select(fact => fact.Reason).Distinct().Count().ShouldBe(6);
    }

    [Fact]
    public void Long_lists_are_cut_and_still_add_up()
    {
        var result = Measure(new Aggregation.Sum(), Numbers([.. Enumerable.Range(1, 1000).Select(number => (decimal)number)]));
        result.Value.Number().ShouldBe(500_500);
        result.FactsCounted.ShouldBe(1000);
        result.Explanation.Facts.Length.ShouldBe(FactTally.ListLimit);
        result.Explanation.Parts.Length.ShouldBe(FactTally.ListLimit + 1);
    }
}
