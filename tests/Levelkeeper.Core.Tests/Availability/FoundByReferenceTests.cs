using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Tests.Availability;

/// <summary>What the engine did otherwise than an evaluator that asks minute by minute; each worked out by hand.</summary>
public sealed class FoundByReferenceTests
{
    private static readonly AvailabilityPolicy Default = AvailabilityPolicy.Default;

    [Fact]
    public void News_while_the_observer_was_away_ends_the_gap_and_the_state_before_it_holds_again() =>
        // The failed check at 15 is not believed yet; that it was made says that somebody watches.
        Shown(Default, Seconds.Up(0), Seconds.Observer(10, false), Seconds.Check(15, false), Seconds.Observer(20, true)).ShouldBe("Unknown 0 Up 10 Unknown 15 Up");

    [Fact]
    public void A_state_that_was_unknown_between_is_so_since_the_last_news_and_not_since_the_state_began() =>
        // The second "up" at 10 is evidence; the claim at 20 is about the time after it.
        Shown(
            Default with { PreviousState = PreviousStateClaim.UnknownAlsoBetween },
            Seconds.Up(0), Seconds.Fact(10, FactData.StateChanged.To(ServiceState.Up), id: "again"), Seconds.Fact(20, FactData.StateChanged.To(ServiceState.Down, ServiceState.Unknown)))
            .ShouldBe("Unknown 0 Up 10 Unknown 20 Down");

    [Fact]
    public void Downtime_reaches_back_to_the_last_good_check_but_not_over_a_later_word_that_it_was_not_down() =>
        Shown(
            Default with { DowntimeBegins = DowntimeBegin.LastGoodCheck },
            Seconds.Check(0, true), Seconds.Degraded(5), Seconds.Check(10, false), Seconds.Check(12, false))
            .ShouldBe("Unknown 0 Up 5 Degraded 10 Down");

    [Fact]
    public void A_recovery_confirmed_by_checks_that_are_far_apart_has_no_data_between_them() =>
        // The good check at 30 is fresh for 5 s; the one at 40 confirms it.
        Shown(Default with { Freshness = Duration.FromSeconds(5) }, Seconds.Down(0), Seconds.Check(30, true), Seconds.Check(40, true))
            .ShouldBe("Unknown 0 Down 30 Up 35 Unknown 40 Up 45 Unknown");

    [Fact]
    public void Nothing_is_assumed_any_more_from_the_first_word_of_any_place() =>
        // At 10 one place sees it down; whether a second does is not known before 20.
        Shown(Default with { Initial = InitialState.Up, PlacesThatConfirm = 2, ConfirmingChecks = 1 }, Seconds.Check(10, false, "berlin"), Seconds.Check(20, false, "rome"))
            .ShouldBe("Up 10 Unknown 20 Down");

    [Fact]
    public void Nothing_is_assumed_where_the_first_words_contradict_each_other() =>
        Shown(Default with { Initial = InitialState.Up }, Seconds.Up(10, "a"), Seconds.Down(10, "b"), Seconds.Up(20, "b")).ShouldBe("Up 10 Unknown 20 Up");

    [Fact]
    public void Equal_sources_that_tell_different_losses_contradict_each_other_and_one_that_tells_none_does_not()
    {
        StampedFact Lost(string source, params string[] functions) => Seconds.Fact(0, new FactData.StateChanged(ServiceState.Degraded, [.. functions], null, "", null), source);
        Shown(Default, Lost("a", "pay"), Lost("b", "search")).ShouldBe("Unknown");
        Shown(Default, Lost("a"), Lost("b", "search")).ShouldBe("Unknown 0 Degraded");
        Shown(Default, Lost("a", "pay"), Lost("b"), Lost("c", "search")).ShouldBe("Unknown");
    }

    [Fact]
    public void A_function_that_a_redundant_part_still_has_is_not_lost()
    {
        var timelines = new Dictionary<string, StateTimeline> { ["a"] = Degraded("pay"), ["b"] = Degraded("search"), ["c"] = StateTimeline.Always(ServiceState.Down) };
        ComponentRule Rule(int working) => new ComponentRule.AtLeast(working, [.. timelines.Keys.Select(k => (ComponentRule)new ComponentRule.Component(k))]);
        // One of a and b is needed: b has what a lost, and a what b lost. Both are needed: both functions are lost.
        Rule(1).Combine(timelines)[1].LostFunctions.ShouldBeEmpty();
        Rule(2).Combine(timelines)[1].LostFunctions.ShouldBe(["pay", "search"]);

        static StateTimeline Degraded(string function) =>
            ComponentTimeline.Build([Seconds.Degraded(0, function).Fact], Default);
    }

    [Fact]
    public void A_running_period_is_breached_only_when_it_is_so_by_the_denominator_of_the_best_case()
    {
        // 100 s, 50 have passed: 20 down, then 30 without data that a claim covers. At worst those were down, so they leave the denominator: 50 / 70.
        // At best they were up and stay: 80 / 100, which reaches 75 %.
        var policy = Default with { Exclusion = ExclusionTreatment.LeavesDenominator, ExcusingCauses = ["force-majeure"] };
        StampedFact[] facts = [Seconds.Down(0), Seconds.Unknown(20), Seconds.Claim("storm", 20, 50), Seconds.Decide("storm", true)];
        var result = AvailabilityEvaluator.Evaluate(policy, facts, Seconds.Span(0, 100), Seconds.At(50));
        result.Judge(LevelTarget.AtLeastPercent(75)).ShouldBe(Verdict.InsufficientEvidence);
        result.Judge(LevelTarget.AtLeastPercent(81)).ShouldBe(Verdict.Breached);
    }

    [Fact]
    public void Time_without_data_that_counts_as_down_and_lies_in_maintenance_is_excused()
    {
        var policy = Default with { NoData = NoDataTreatment.Down, Maintenance = new MaintenancePolicy(MaintenanceTreatment.DowntimeLeavesBoth) };
        var result = AvailabilityEvaluator.Evaluate(policy, [Seconds.Announce("m", 0, 100, -5)], Seconds.Span(0, 100), Seconds.At(200));
        result.Judge(LevelTarget.AtLeastPercent(99)).ShouldBe(Verdict.Excused);
    }

    [Fact]
    public void The_time_between_two_outages_that_are_one_weighs_as_the_outage_before_it()
    {
        // A quarter of the users suffer from 10 to 20, all from 25 to 30: 10/4 + 5/4 + 5 seconds.
        var policy = Default with { FlappingGap = Duration.FromSeconds(6), WeighByAffectedShare = true };
        StampedFact[] facts = [Seconds.Up(0), Seconds.Fact(10, new FactData.StateChanged(ServiceState.Down, [], null, "", 0.25m)), Seconds.Up(20), Seconds.Down(25), Seconds.Up(30)];
        AvailabilityEvaluator.Evaluate(policy, facts, Seconds.Span(0, 100), Seconds.At(200)).Buckets.Loss.ShouldBe(new Rational(35, 4) * Seconds.Tick);
    }

    private static string Shown(AvailabilityPolicy policy, params StampedFact[] facts)
    {
        var timeline = ComponentTimeline.Build(facts.Select(f => f.Fact), policy);
        return string.Join(' ', Enumerable.Range(0, timeline.Count).Select(i => (i == 0 ? "" : $"{timeline[i].Start / Seconds.Tick} ") + timeline[i].State));
    }
}
