using System.Collections.Immutable;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Tests.Availability;

public sealed class ComponentTimelineTests
{
    private static readonly AvailabilityPolicy Default = AvailabilityPolicy.Default;

    [Fact]
    public void Two_failed_checks_confirm_an_outage_from_the_first_of_them() =>
        Shown(Default, Seconds.Check(0, true), Seconds.Check(10, false), Seconds.Check(20, false), Seconds.Check(30, true), Seconds.Check(40, true))
            .ShouldBe("Unknown 0 Up 10 Down 30 Up");

    [Fact]
    public void A_single_failed_check_is_no_outage() =>
        Shown(Default, Seconds.Check(0, true), Seconds.Check(10, false), Seconds.Check(20, true)).ShouldBe("Unknown 0 Up");

    [Fact]
    public void A_single_good_check_does_not_end_an_outage() =>
        Shown(Default, Seconds.Check(0, true), Seconds.Check(10, false), Seconds.Check(20, false), Seconds.Check(30, true), Seconds.Check(40, false))
            .ShouldBe("Unknown 0 Up 10 Down");

    [Fact]
    public void By_clause_an_outage_counts_from_the_last_good_check() =>
        Shown(Default with { DowntimeBegins = DowntimeBegin.LastGoodCheck }, Seconds.Check(0, true), Seconds.Check(5, true), Seconds.Check(10, false), Seconds.Check(20, false))
            .ShouldBe("Unknown 0 Up 5 Down");

    [Fact]
    public void State_changes_are_confirmed_by_their_source() => Shown(Default, Seconds.Up(0), Seconds.Down(7), Seconds.Up(8)).ShouldBe("Unknown 0 Up 7 Down 8 Up");

    [Fact]
    public void Up_lasts_as_long_as_it_is_fresh_and_down_until_there_is_evidence() =>
        Shown(Default with { Freshness = Duration.FromSeconds(15) }, Seconds.Up(0), Seconds.Up(10), Seconds.Down(100), Seconds.Up(500))
            .ShouldBe("Unknown 0 Up 25 Unknown 100 Down 500 Up 515 Unknown");

    [Fact]
    public void While_the_observer_is_down_there_is_no_data_and_the_state_resumes() =>
        Shown(Default, Seconds.Up(0), Seconds.Observer(10, false), Seconds.Observer(20, true)).ShouldBe("Unknown 0 Up 10 Unknown 20 Up");

    [Fact]
    public void By_clause_there_is_no_data_until_news_after_the_observer_returned() =>
        Shown(Default with { ObserverGap = ObserverGap.NoDataUntilNews }, Seconds.Up(0), Seconds.Observer(10, false), Seconds.Observer(20, true), Seconds.Down(30))
            .ShouldBe("Unknown 0 Up 10 Unknown 30 Down");

    [Fact]
    public void The_first_change_tells_the_state_before_it() =>
        Shown(Default with { Initial = InitialState.Up }, Seconds.Fact(10, FactData.StateChanged.To(ServiceState.Up, ServiceState.Down))).ShouldBe("Down 10 Up");

    [Fact]
    public void Where_equal_sources_differ_there_is_no_data() =>
        Shown(Default, Seconds.Up(0, "a"), Seconds.Up(0, "b"), Seconds.Down(10, "a"), Seconds.Down(15, "b"), Seconds.Up(20, "a"), Seconds.Up(20, "b"))
            .ShouldBe("Unknown 0 Up 10 Unknown 15 Down 20 Up");

    [Fact]
    public void By_clause_the_agreed_source_prevails() =>
        Shown(Default with { SourcePrecedence = ["b"] }, Seconds.Up(0, "a"), Seconds.Up(5, "b"), Seconds.Down(10, "a"), Seconds.Down(15, "b"))
            .ShouldBe("Unknown 0 Up 15 Down");

    [Fact]
    public void By_clause_two_of_three_places_must_see_it() =>
        Shown(
            Default with { PlacesThatConfirm = 2, ConfirmingChecks = 1 },
            Seconds.Check(0, true, "berlin"), Seconds.Check(0, true, "paris"), Seconds.Check(0, true, "rome"),
            Seconds.Check(10, false, "berlin"), Seconds.Check(20, false, "rome"), Seconds.Check(30, true, "berlin"))
            .ShouldBe("Unknown 0 Up 20 Down 30 Up");

    [Fact]
    public void A_function_that_fails_makes_the_service_degraded_and_an_essential_one_makes_it_down()
    {
        var facts = new[] { Seconds.Check(0, true), Seconds.Check(0, true, function: "pay"), Seconds.Check(10, false, function: "pay"), Seconds.Check(20, false, function: "pay"), Seconds.Check(50, true) };
        Shown(Default, facts).ShouldBe("Unknown 0 Up 10 Degraded");
        var period = Seconds.Span(0, 50);
        AvailabilityEvaluator.Evaluate(Default, facts, period, Seconds.At(100)).Buckets.Degraded.ShouldBe(40 * Seconds.Tick);
        AvailabilityEvaluator.Evaluate(Default with { EssentialFunctions = ["pay"] }, facts, period, Seconds.At(100)).Buckets.Down.ShouldBe(40 * Seconds.Tick);
    }

    [Fact]
    public void A_chain_is_down_with_any_part_and_redundant_parts_only_together()
    {
        var timelines = new Dictionary<string, StateTimeline>
        {
            ["a"] = StateTimeline.Of(ServiceState.Up, (10, ServiceState.Down), (30, ServiceState.Up)),
            ["b"] = StateTimeline.Of(ServiceState.Up, (20, ServiceState.Down), (40, ServiceState.Up)),
            ["c"] = StateTimeline.Of(ServiceState.Up, (25, ServiceState.Unknown), (50, ServiceState.Up)),
        };
        ComponentRule a = new ComponentRule.Component("a"), b = new ComponentRule.Component("b"), c = new ComponentRule.Component("c");
        Shown(ComponentRule.Series(a, b).Combine(timelines)).ShouldBe("Up 10 Down 40 Up");
        Shown(ComponentRule.Parallel(a, b).Combine(timelines)).ShouldBe("Up 20 Down 30 Up");
        // From 25 to 30 one of three surely works at most, from 30 on c decides whether two do.
        Shown(new ComponentRule.AtLeast(2, [a, b, c]).Combine(timelines)).ShouldBe("Up 20 Down 30 Unknown 40 Up");
    }

    private static string Shown(AvailabilityPolicy policy, params StampedFact[] facts) => Shown(ComponentTimeline.Build(facts.Select(f => f.Fact), policy), Seconds.Tick);

    private static string Shown(StateTimeline timeline, long unit = 1) =>
        string.Join(' ', Enumerable.Range(0, timeline.Count).Select(i => (i == 0 ? "" : $"{timeline[i].Start / unit} ") + timeline[i].State));

    [Theory]
    [InlineData(10L, 20L, 10L)]
    [InlineData(10L, null, 10L)]
    [InlineData(60L, 20L, 50L)] // What the first would hear at 60 comes after its time; what the second heard at 20 is known when its time begins.
    [InlineData(null, 70L, 70L)]
    [InlineData(null, null, null)]
    public void Of_timelines_in_force_one_after_the_other_the_first_news_is_the_first_that_one_has_in_its_time(long? first, long? second, long? expected)
    {
        static StateTimeline Heard(long? at) => StateTimeline.Always(ServiceState.Up).WithFirstNews(at);
        StateTimeline.InForce([(new TickInterval(long.MinValue, 50), Heard(first)), (new TickInterval(50, long.MaxValue), Heard(second))]).FirstNews.ShouldBe(expected);
    }

    [Fact]
    public void Of_timelines_in_force_one_after_the_other_each_has_its_own_time()
    {
        var first = StateTimeline.Of(ServiceState.Up, (10, ServiceState.Down), (60, ServiceState.Up));
        var second = StateTimeline.Of(ServiceState.Unknown, (20, ServiceState.Degraded), (80, ServiceState.Up));
        var joined = StateTimeline.InForce([(new TickInterval(long.MinValue, 50), first), (new TickInterval(50, long.MaxValue), second)]);
        Shown(joined).ShouldBe("Up 10 Down 50 Degraded 80 Up");
    }
}
