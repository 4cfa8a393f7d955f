using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Core.Tests.Availability;

public sealed class SampleSeriesTests
{
    [Fact]
    public void A_boundary_inside_a_sample_cuts_it_exactly()
    {
        var series = new SampleSeries(Seconds.At(0), Duration.FromSeconds(10), new ushort[] { 0, SampleSeries.FullLoss, 5_000, 0 }, default);
        var statement = series.State([Seconds.At(15)], new Rational(1, 2));
        // 10 s down and 10 s half down of 40 s; before the cut 5 s down of 15 s, after it 5 s down and 10 s half down of 25 s.
        statement.Level.ShouldBe(new Rational(25, 40));
        statement.Parts.Select(p => p.Level).ShouldBe([new Rational(10, 15), new Rational(15, 25)]);
        statement.LongestOutage.ShouldBe(Seconds.Span(10, 20));
        statement.LatencyPercentile.ShouldBeNull();
    }

    [Fact]
    public void The_longest_outage_may_be_the_last_and_the_earliest_of_equals_is_shown()
    {
        const ushort down = SampleSeries.FullLoss;
        Longest(0, down, 0, down, down).ShouldBe(Seconds.Span(3, 5));
        Longest(down, 0, down, 0).ShouldBe(Seconds.Span(0, 1));
        Longest(0, 9_999, 0).IsEmpty.ShouldBeTrue();

        static Core.Time.TickInterval Longest(params ushort[] losses) =>
            new SampleSeries(Seconds.At(0), Duration.FromSeconds(1), losses, default).State([], new Rational(1, 2)).LongestOutage;
    }

    [Fact]
    public void A_selected_value_is_the_one_that_sorting_would_put_there()
    {
        var random = new Random(7);
        for (var round = 0; round < Seeds.Share(300); round++)
        {
            var limit = random.Next(3) switch { 0 => 5L, 1 => 100_000L, _ => uint.MaxValue };
            var values = Enumerable.Range(0, random.Next(1, 400)).Select(_ => (uint)random.NextInt64(limit + 1)).ToArray();
            var sorted = values.Order().ToArray();
            var rank = random.Next(values.Length);
            RadixSelect.Smallest(values, rank).ShouldBe(sorted[rank]);
            // Nearest rank of 99 %: the smallest value with at least 99 % of all at or below it.
            RadixSelect.NearestRank(values, new Rational(99, 100)).ShouldBe(sorted.First(v => values.Count(o => o <= v) * 100 >= 99 * values.Length));
        }
    }
}
