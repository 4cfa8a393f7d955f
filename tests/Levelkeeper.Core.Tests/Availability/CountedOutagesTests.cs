using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Tests.Explanations;
using NodaTime;

namespace Levelkeeper.Core.Tests.Availability;

public sealed class CountedOutagesTests
{
    private static readonly AvailabilityPolicy TenSeconds = AvailabilityPolicy.Default with { ShortestOutage = Duration.FromSeconds(10) };

    [Fact]
    public void Where_only_more_than_a_length_counts_just_that_length_does_not()
    {
        var more = TenSeconds with { ShortestOutageIsTooShort = true };
        Down(TenSeconds, 0, (100, 110)).ShouldBe(10);
        Down(more, 0, (100, 110)).ShouldBe(0);
        Down(more, 0, (100, 111)).ShouldBe(11);
        // Where the first minutes do not count, there is nothing beyond them in either case.
        Down(TenSeconds with { FirstMinutesCount = false }, 0, (100, 110)).ShouldBe(0);
    }

    [Fact]
    public void Within_a_span_short_outages_count_together()
    {
        var within = TenSeconds with { ShortestOutageIsTooShort = true, ShortestOutageWithin = Duration.FromSeconds(100) };
        // From 100 to 200 there are 11 s of downtime; no 80 s hold more than 6; of 94 s those from 100 to 194 hold 10, which is not more than 10.
        Down(within, 0, (100, 106), (190, 195)).ShouldBe(11);
        Down(within with { ShortestOutageWithin = Duration.FromSeconds(80) }, 0, (100, 106), (190, 195)).ShouldBe(0);
        Down(within with { ShortestOutageWithin = Duration.FromSeconds(94) }, 0, (100, 106), (190, 195)).ShouldBe(0);
        Down(within with { ShortestOutageWithin = Duration.FromSeconds(94), ShortestOutageIsTooShort = false }, 0, (100, 106), (190, 195)).ShouldBe(11);
    }

    [Fact]
    public void Within_a_span_a_long_outage_takes_those_near_it_along_and_leaves_those_far_away()
    {
        var within = TenSeconds with { ShortestOutageWithin = Duration.FromSeconds(50) };
        // Any 50 s that hold the first outage whole end at 170 at the latest; those from 131 on still hold 9 s of it and 1 s of the next.
        Down(within, 0, (120, 140), (160, 161), (500, 501)).ShouldBe(21);
        Down(within, 0, (120, 140), (180, 181), (500, 501)).ShouldBe(21);
        Down(within, 0, (120, 140), (181, 182), (500, 501)).ShouldBe(20);
    }

    [Fact]
    public void Of_an_outage_only_full_units_count_from_where_it_begins_to_count()
    {
        var minutes = AvailabilityPolicy.Default with { OutageUnit = Duration.FromMinutes(1) };
        Down(minutes, 0, (100, 159)).ShouldBe(0);
        Down(minutes, 0, (100, 160)).ShouldBe(60);
        Down(minutes, 0, (100, 250), (300, 340)).ShouldBe(120);
        // One that has not ended has two full minutes by the end of the period.
        Down(minutes, 0, (870, null)).ShouldBe(120);
        // Reported at 130: 120 s are left of it, of which both minutes are full.
        Down(minutes with { DowntimeBegins = DowntimeBegin.CustomerReport }, 130, (100, 250)).ShouldBe(120);
        Down(minutes with { ShortestOutage = Duration.FromSeconds(30), FirstMinutesCount = false }, 0, (100, 219)).ShouldBe(60);
    }

    private static long Down(AvailabilityPolicy policy, long reported, params (long From, long? To)[] outages)
    {
        var facts = outages.SelectMany(o => o.To is { } to ? [Seconds.Down(o.From), Seconds.Up(to)] : new[] { Seconds.Down(o.From) }).Prepend(Seconds.Up(0));
        var result = AvailabilityEvaluator.Evaluate(policy, new AvailabilityInput
        {
            Timeline = ComponentTimeline.Build(facts.Select(f => f.Fact), policy),
            Period = Seconds.Span(0, 1000),
            Reports = [Seconds.At(reported)],
        });
        ExplanationArithmetic.Check(AvailabilityExplanation.Of(result)).ShouldBeEmpty();
        (result.Buckets.Down + result.Buckets.Disregarded).ShouldBe(outages.Sum(o => (o.To ?? 1000) - o.From) * Seconds.Tick);
        return result.Buckets.Down / Seconds.Tick;
    }
}
