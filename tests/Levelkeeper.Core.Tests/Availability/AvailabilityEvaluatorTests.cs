using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Tests.Availability;

public sealed class AvailabilityEvaluatorTests
{
    private static readonly AvailabilityPolicy Default = AvailabilityPolicy.Default with { ExcusingCauses = ["force-majeure"] };

    [Fact]
    public void One_second_down_in_a_thousand_meets_99_9_percent_exactly_and_one_tick_more_misses_it()
    {
        var target = LevelTarget.AtLeastPercent(99.9m);
        Evaluate(Default, 1000, Seconds.Up(0), Seconds.Down(100), Seconds.Up(101)).Judge(target).ShouldBe(Verdict.Met);
        var timeline = StateTimeline.Of(ServiceState.Up, (100, ServiceState.Down), (101 + Seconds.Tick, ServiceState.Up));
        var result = AvailabilityEvaluator.Evaluate(Default, new AvailabilityInput { Timeline = timeline, Period = Seconds.Span(0, 1000) });
        result.Judge(target).ShouldBe(Verdict.Breached);
        result.Judge(target with { RoundingPlaces = 2 }).ShouldBe(Verdict.Met);
    }

    [Fact]
    public void No_data_gives_bounds_and_a_target_between_them_is_not_decided()
    {
        var result = Evaluate(Default, 100, Seconds.Up(0), Seconds.Down(10), Seconds.Up(20), Seconds.Unknown(50), Seconds.Up(70));
        result.Lower.ShouldBe(new Rational(70, 100));
        result.Upper.ShouldBe(new Rational(90, 100));
        result.Level.ShouldBeNull();
        result.Judge(LevelTarget.AtLeastPercent(80)).ShouldBe(Verdict.InsufficientEvidence);
        result.Judge(LevelTarget.AtLeastPercent(95)).ShouldBe(Verdict.Breached);
        result.Judge(LevelTarget.AtLeastPercent(70)).ShouldBe(Verdict.Met);
    }

    [Fact]
    public void An_approved_exclusion_excuses_the_downtime_and_not_the_time()
    {
        var result = Evaluate(Default, 100, Seconds.Up(0), Seconds.Down(10), Seconds.Up(30), Seconds.Claim("storm", 5, 20), Seconds.Decide("storm", true));
        result.Level.ShouldBe(new Rational(90, 100));
        result.Buckets.Excused.ShouldBe(10 * Seconds.Tick);
        Evaluate(Default with { Exclusion = ExclusionTreatment.LeavesDenominator }, 100, Seconds.Up(0), Seconds.Down(10), Seconds.Up(30), Seconds.Claim("storm", 5, 20), Seconds.Decide("storm", true))
            .Level.ShouldBe(new Rational(80, 90));
    }

    [Fact]
    public void A_pending_claim_counts_as_downtime_and_both_results_are_shown()
    {
        var result = Evaluate(Default, 100, Seconds.Up(0), Seconds.Down(10), Seconds.Up(30), Seconds.Claim("storm", 0, 50));
        result.Level.ShouldBe(new Rational(80, 100));
        result.IfPendingApproved!.Level.ShouldBe(Rational.One);
    }

    [Theory]
    [InlineData("solar-flare", true)]
    [InlineData("force-majeure", false)]
    public void A_claim_of_another_cause_or_a_rejected_one_excuses_nothing(string cause, bool approved) =>
        Evaluate(Default, 100, Seconds.Up(0), Seconds.Down(10), Seconds.Up(30), Seconds.Claim("c", 0, 50, cause), Seconds.Decide("c", approved)).Level.ShouldBe(new Rational(80, 100));

    [Fact]
    public void When_everything_is_excluded_the_period_is_excused_and_never_100_percent()
    {
        var result = Evaluate(Default, 100, Seconds.Down(0), Seconds.Claim("c", 0, 100), Seconds.Decide("c", true));
        result.Level.ShouldBeNull();
        result.Judge(LevelTarget.AtLeastPercent(99)).ShouldBe(Verdict.Excused);
    }

    [Fact]
    public void Without_agreed_time_there_is_no_activity()
    {
        var result = AvailabilityEvaluator.Evaluate(Default, [Seconds.Up(0)], Seconds.Span(0, 100), Seconds.At(200), IntervalSet.Empty);
        result.Judge(LevelTarget.AtLeastPercent(99)).ShouldBe(Verdict.NoActivity);
        result.Buckets.OutsideHours.ShouldBe(100 * Seconds.Tick);
    }

    [Fact]
    public void Maintenance_is_excluded_only_if_the_agreement_says_so_and_it_was_announced_in_time()
    {
        StampedFact[] facts = [Seconds.Up(0), Seconds.Down(50), Seconds.Up(60), Seconds.Announce("m", 50, 70, recorded: 20)];
        Evaluate(Default, 100, facts).Level.ShouldBe(new Rational(90, 100));
        Evaluate(Default with { Maintenance = new MaintenancePolicy(Notice: Duration.FromSeconds(30)) }, 100, facts).Level.ShouldBe(Rational.One);
        Evaluate(Default with { Maintenance = new MaintenancePolicy(Notice: Duration.FromSeconds(31)) }, 100, facts).Level.ShouldBe(new Rational(90, 100));
    }

    [Fact]
    public void Maintenance_recorded_at_its_start_is_announced_too_late()
    {
        var policy = Default with { Maintenance = new MaintenancePolicy() };
        Evaluate(policy, 100, Seconds.Up(0), Seconds.Down(50), Seconds.Up(60), Seconds.Announce("m", 50, 70, recorded: 50)).Buckets.Maintenance.ShouldBe(0);
        Evaluate(policy, 100, Seconds.Up(0), Seconds.Down(50), Seconds.Up(60), Seconds.Announce("m", 50, 70, recorded: 49)).Buckets.Maintenance.ShouldBe(20 * Seconds.Tick);
    }

    [Fact]
    public void The_allowance_is_used_up_in_order_of_time_and_an_overrun_is_downtime()
    {
        var policy = Default with { Maintenance = new MaintenancePolicy(Allowance: Duration.FromSeconds(15)) };
        var result = Evaluate(
            policy, 100, Seconds.Up(0), Seconds.Down(10), Seconds.Up(20), Seconds.Down(40), Seconds.Up(50), Seconds.Announce("a", 5, 25, 1), Seconds.Announce("b", 40, 60, 1));
        // 10 s of the first outage and 5 s of the second are within the allowance; both windows leave, but for the 5 s of overrun.
        result.Buckets.Maintenance.ShouldBe(35 * Seconds.Tick);
        result.Buckets.Down.ShouldBe(5 * Seconds.Tick);
        result.Level.ShouldBe(new Rational(60, 65));
    }

    [Fact]
    public void Time_without_data_that_maintenance_hides_may_still_have_used_up_the_allowance()
    {
        var policy = Default with { Maintenance = new MaintenancePolicy(Allowance: Duration.FromSeconds(5)) };
        var result = Evaluate(policy, 100, Seconds.Up(0), Seconds.Unknown(15), Seconds.Down(25), Seconds.Up(30), Seconds.Announce("m", 10, 30, 1));
        // At best it was up until 25, and the 5 s of downtime are within the allowance: 80 s are left, all up.
        result.Upper.ShouldBe(Rational.One);
        // At worst it was down from 15 on: the allowance ends at 20, and the 10 s after that count.
        result.Lower.ShouldBe(new Rational(80, 90));
    }

    [Fact]
    public void A_report_before_the_period_may_belong_to_an_outage_that_began_in_time_without_data()
    {
        var policy = Default with { DowntimeBegins = DowntimeBegin.CustomerReport };
        var result = AvailabilityEvaluator.Evaluate(policy, new AvailabilityInput
        {
            Timeline = ComponentTimeline.Build(new[] { Seconds.Up(0), Seconds.Unknown(5), Seconds.Down(20), Seconds.Up(30) }.Select(f => f.Fact), Default),
            Period = Seconds.Span(20, 100),
            Reports = [Seconds.At(8)],
        });
        // At best the outage began at 20 and nobody reported it; at worst it began at 5 and was reported at 8.
        result.Upper.ShouldBe(Rational.One);
        result.Lower.ShouldBe(new Rational(70, 80));
    }

    [Fact]
    public void A_monthly_allowance_starts_anew_each_month_of_a_longer_period()
    {
        var january = Instant.FromUtc(2026, 1, 1, 0, 0);
        var months = new PeriodCalendar(new PeriodRule.Calendar(CalendarUnit.Month), DateTimeZone.Utc);
        var policy = Default with { Maintenance = new MaintenancePolicy(Allowance: Duration.FromHours(2), AllowancePer: months) };
        var start = january + Duration.FromDays(31) - Duration.FromHours(3);
        var window = TickInterval.Between(start, start + Duration.FromHours(6));
        var result = AvailabilityEvaluator.Evaluate(policy, new AvailabilityInput
        {
            Timeline = StateTimeline.Of(ServiceState.Up, (window.Start, ServiceState.Down), (window.End, ServiceState.Up)),
            Period = TickInterval.Between(january, january + Duration.FromDays(59)),
            Maintenance = [new MaintenanceWindow("m", window, MaintenanceStatus.Accepted, null, january)],
        });
        result.Buckets.Maintenance.ShouldBe(4 * NodaConstants.TicksPerHour);
        result.Buckets.Down.ShouldBe(2 * NodaConstants.TicksPerHour);
    }

    [Fact]
    public void An_outage_below_the_shortest_is_left_out_whole_and_a_longer_one_counts_whole_or_from_then_on()
    {
        var policy = Default with { ShortestOutage = Duration.FromSeconds(10) };
        StampedFact[] facts = [Seconds.Up(0), Seconds.Down(10), Seconds.Up(19), Seconds.Down(50), Seconds.Up(60)];
        Evaluate(policy, 100, facts).Buckets.Down.ShouldBe(10 * Seconds.Tick);
        var later = Evaluate(policy with { FirstMinutesCount = false }, 100, [.. facts, Seconds.Down(70), Seconds.Up(85)]);
        later.Buckets.Down.ShouldBe(5 * Seconds.Tick);
        later.Buckets.Disregarded.ShouldBe(29 * Seconds.Tick);
    }

    [Fact]
    public void An_outage_across_the_edge_is_split_there_but_judged_whole()
    {
        var policy = Default with { ShortestOutage = Duration.FromSeconds(10) };
        StampedFact[] facts = [Seconds.Up(0), Seconds.Down(95), Seconds.Up(106)];
        Evaluate(policy, 100, facts).Buckets.Down.ShouldBe(5 * Seconds.Tick);
        AvailabilityEvaluator.Evaluate(policy, facts, Seconds.Span(100, 200), Seconds.At(300)).Buckets.Down.ShouldBe(6 * Seconds.Tick);
    }

    [Fact]
    public void By_clause_an_outage_counts_from_the_customers_report()
    {
        var input = new AvailabilityInput
        {
            Timeline = ComponentTimeline.Build(new[] { Seconds.Up(0), Seconds.Down(10), Seconds.Up(30), Seconds.Down(50), Seconds.Up(60) }.Select(f => f.Fact), Default),
            Period = Seconds.Span(0, 100),
            Reports = [Seconds.At(18)],
        };
        AvailabilityEvaluator.Evaluate(Default with { DowntimeBegins = DowntimeBegin.CustomerReport }, input).Buckets.Down.ShouldBe(12 * Seconds.Tick);
    }

    [Fact]
    public void By_clause_downtime_is_weighed_by_the_share_affected()
    {
        StampedFact[] facts = [Seconds.Up(0), Seconds.Fact(10, new FactData.StateChanged(ServiceState.Down, [], null, "", 0.25m)), Seconds.Up(50)];
        Evaluate(Default, 100, facts).Level.ShouldBe(new Rational(60, 100));
        Evaluate(Default with { WeighByAffectedShare = true }, 100, facts).Level.ShouldBe(new Rational(90, 100));
    }

    [Fact]
    public void A_running_period_has_the_budget_of_the_whole_period()
    {
        var target = LevelTarget.AtLeastPercent(90);
        var period = Seconds.Span(0, 1000);
        AvailabilityResult At(long now, long downUntil) => AvailabilityEvaluator.Evaluate(Default, [Seconds.Up(0), Seconds.Down(10), Seconds.Up(downUntil)], period, Seconds.At(now));
        var early = At(100, 60);
        early.IsInterim.ShouldBeTrue();
        early.AgreedInWholePeriod.ShouldBe(1000 * Seconds.Tick);
        early.Level.ShouldBe(new Rational(50, 100));
        early.Judge(target).ShouldBe(Verdict.Met);
        At(100, 90).Judge(target).ShouldBe(Verdict.AtRisk);
        At(200, 111).Judge(target).ShouldBe(Verdict.Breached);
        At(200, 110).Judge(target).ShouldBe(Verdict.AtRisk);
    }

    [Fact]
    public void Time_before_joining_is_not_under_the_agreement()
    {
        var input = new AvailabilityInput { Timeline = StateTimeline.Of(ServiceState.Down, (60 * Seconds.Tick, ServiceState.Up)), Period = Seconds.Span(0, 100), UnderAgreement = Seconds.Span(50, 1000) };
        var result = AvailabilityEvaluator.Evaluate(Default, input);
        result.Level.ShouldBe(new Rational(40, 50));
        result.Buckets.OutsideAgreement.ShouldBe(50 * Seconds.Tick);
    }

    [Fact]
    public void Outages_show_what_counts_and_the_facts_behind_it()
    {
        var result = Evaluate(Default, 100, Seconds.Up(0), Seconds.Down(10), Seconds.Up(30), Seconds.Down(90), Seconds.Claim("c", 10, 15), Seconds.Decide("c", true));
        result.Outages.Length.ShouldBe(2);
        result.Outages[0].Counted.ShouldBe(15 * Seconds.Tick);
        result.Outages[0].Evidence.Select(f => f.Time).ShouldBe([Seconds.At(10), Seconds.At(30)]);
        result.Outages[1].IsOpen.ShouldBeTrue();
        result.Outages[1].Counted.ShouldBe(10 * Seconds.Tick);
        result.Excused.Single().Ticks.ShouldBe(5 * Seconds.Tick);
    }

    private static AvailabilityResult Evaluate(AvailabilityPolicy policy, int seconds, params StampedFact[] facts) =>
        AvailabilityEvaluator.Evaluate(policy, facts, Seconds.Span(0, seconds), Seconds.At(seconds + 1000));
}
