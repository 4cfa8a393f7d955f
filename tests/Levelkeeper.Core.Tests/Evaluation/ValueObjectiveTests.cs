using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Duties;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Measurements.Tickets;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Rosters;
using NodaTime;
using static Levelkeeper.Core.Tests.Evaluation.Shop;

namespace Levelkeeper.Core.Tests.Evaluation;

public sealed class ValueObjectiveTests
{
    private static readonly Objective Sales = Objective(Values(new Aggregation.Sum()), "").WithTarget(LevelComparison.AtLeast, 31) with { EachOf = "sales" };

    private static Fact Probe(Instant at, int milliseconds, string region = "eu", string service = "web") =>
        Fact($"probe/{service}/{region}/{at}", at, new FactData.Probed(true, Duration.FromMilliseconds(milliseconds), "", ""), service, address: Labelled("region", region));

    [Fact]
    public void Latency_is_read_from_the_probes_of_the_service_that_fit_the_filter()
    {
        var rule = new MeasurementRule { Aggregation = new Aggregation.Average(), Unit = ValueUnit.Time("ms", Duration.FromMilliseconds(1)) };
        var objective = Objective(new Indicator.Values("latency", rule, new TicketFilter([("region", [new Glob("eu"), new Glob("us")])]))).WithTarget(LevelComparison.AtMost, 250 * NodaConstants.TicksPerMillisecond, QuantityUnit.Ticks);
        Fact[] facts = [Probe(At(3), 100), Probe(At(4), 300, "us"), Probe(At(5), 5000, "asia"), Probe(At(6), 5000, service: "cluster")];
        var result = March(objective, facts);
        (result.Volume, result.Verdict).ShouldBe((2, Verdict.Met));
        March(objective, [.. facts, Probe(At(7), 351)]).Verdict.ShouldBe(Verdict.Breached);
        // A probe's time is the latency and no other number.
        March(objective with { Indicator = new Indicator.Values("leads", rule, TicketFilter.All) }, facts).Verdict.ShouldBe(Verdict.NoActivity);
    }

    [Fact]
    public void Numbers_of_another_metric_or_service_are_not_counted()
    {
        var objective = Objective(Values(new Aggregation.Sum()), "web").WithTarget(LevelComparison.AtLeast, 5);
        var other = Objective(Values(new Aggregation.Sum(), "visits"), "web") with { Name = "y" };
        Fact[] facts = [Measured(At(3), 2, service: "web"), Measured(At(4), 3), Measured(At(5), 100, metric: "visits", service: "web"), Measured(At(6), 100, service: "cluster")];
        var results = Evaluate(Shop.Agreement(objective, other), facts).Objectives;
        results[0].Level!.Value.Value.ShouldBe(5);
        results[1].Level!.Value.Value.ShouldBe(100);
    }

    [Theory]
    [InlineData(0, Verdict.Breached)] // nothing in it can make it fall again
    [InlineData(-1, Verdict.AtRisk)]
    public void Only_a_loss_keeps_a_sum_above_its_ceiling_open(int last, Verdict verdict)
    {
        var objective = Objective(Values(new Aggregation.Sum()), "").WithTarget(LevelComparison.AtMost, 10);
        March(objective, [Measured(At(3), 12), Measured(At(4), last)], asOf: At(16)).Verdict.ShouldBe(verdict);
        Fact window = Fact("w", At(4), new FactData.Aggregated("leads", At(3), null, 1, last, []), "");
        March(objective, [Measured(At(3), 12), window], asOf: At(16)).Verdict.ShouldBe(verdict);
    }

    [Fact]
    public void The_last_value_is_the_last_by_time_whichever_service_or_source_it_came_from()
    {
        var objective = Objective(Values(new Aggregation.Last(), "latency"), "web").WithTarget(LevelComparison.AtMost, 10);
        // The one of the whole agreement is the later one here, the one of the service there.
        March(objective, [Value(At(4), 7, ""), Value(At(5), 9, "web")]).Level!.Value.Value.ShouldBe(9);
        March(objective, [Value(At(5), 7, ""), Value(At(4), 9, "web")]).Level!.Value.Value.ShouldBe(7);

        static Fact Value(Instant at, decimal value, string service) => Measured(at, value, metric: "latency", service: service);
    }

    [Fact]
    public void While_the_month_runs_members_on_pace_are_met_and_others_at_risk()
    {
        // 15 of 31 days have passed: 15 of 31 are due.
        Of(At(16), Measured(At(3), 31, "ann"), Measured(At(3), 15, "bob")).Verdict.ShouldBe(Verdict.Met);
        var behind = Of(At(16), Measured(At(3), 31, "ann"), Measured(At(3), 14, "bob"));
        behind.Verdict.ShouldBe(Verdict.AtRisk);
        behind.Members.Select(m => m.Verdict).ShouldBe([Verdict.Met, Verdict.AtRisk]);
        (behind.Level, behind.Lowest!.Value.Value, behind.Highest!.Value.Value, behind.Volume).ShouldBe((null, new Rational(1, 2), Rational.One, 2));
    }

    [Fact]
    public void Of_a_member_without_a_number_nothing_is_decided_when_the_month_is_over()
    {
        var running = Of(At(16), Measured(At(3), 31, "ann"));
        running.Verdict.ShouldBe(Verdict.Met);
        running.Members[1].Verdict.ShouldBe(Verdict.NoActivity);
        Of(April, Measured(At(3), 31, "ann")).Verdict.ShouldBe(Verdict.InsufficientEvidence);
        // One that is behind is not made good by another of which nothing is known.
        Of(At(16), Measured(At(3), 1, "ann")).Verdict.ShouldBe(Verdict.AtRisk);
    }

    [Fact]
    public void The_volume_is_the_members_that_have_a_target()
    {
        var joins = Fact("j", At(17), new FactData.RosterChanged("sales", "cleo", true), "");
        Fact[] facts = [Measured(At(3), 31, "ann"), Measured(At(3), 30, "bob"), joins, Measured(At(18), 1, "cleo")];
        Of(April, facts).Volume.ShouldBe(3);
        var whole = Of(April, PartialMembership.WholePeriodOnly, facts);
        (whole.Volume, whole.Level).ShouldBe((2, Quantity.Share(new Rational(1, 2))));
        whole.Members.Select(m => (m.Member, m.Verdict)).ShouldBe([("ann", Verdict.Met), ("bob", Verdict.Breached), ("cleo", Verdict.NoActivity)]);
        whole.Members[2].Explanation.Parts[0].Title.ShouldBe("cleo");
    }

    [Fact]
    public void Without_members_there_is_no_activity() =>
        March(Sales, [], with: a => a with { Rosters = [new RosterDefinition("sales", [], PartialMembership.Prorated, Stated)] }).Verdict.ShouldBe(Verdict.NoActivity);

    [Fact]
    public void Tickets_are_those_of_the_objective_s_service_that_fit_its_filter()
    {
        var p1 = new TicketFilter([("priority", [new Glob("P1")])]);
        var objective = Objective(new Indicator.Tickets(new TicketRule { Indicator = new TicketIndicator.Reported() }, p1)).WithTarget(LevelComparison.AtMost, 10);
        Fact[] facts = [.. Ticket("T-1", At(2), null), .. Ticket("T-2", At(3), null, "cluster"), .. Ticket("T-3", At(4), null, priority: "P2")];
        March(objective, facts).Level!.Value.Value.ShouldBe(1);
        March(objective with { Service = "" }, facts).Level!.Value.Value.ShouldBe(2);
    }

    [Fact]
    public void Tickets_that_are_counted_can_only_become_more_and_a_share_of_them_may_fall()
    {
        Fact[] facts = [.. Ticket("T-1", At(2), At(3)), .. Ticket("T-2", At(2), At(3)), Fact("e", At(2, 1), new FactData.TicketEscalated("2"), "T-1", "desk")];
        Running(new TicketIndicator.Reported(), 1).ShouldBe(Verdict.Breached);
        Running(new TicketIndicator.Resolved(), 1).ShouldBe(Verdict.Breached);
        Running(new TicketIndicator.EscalationRate(), 0).ShouldBe(Verdict.AtRisk);

        Verdict Running(TicketIndicator indicator, int most) =>
            March(Objective(new Indicator.Tickets(new TicketRule { Indicator = indicator }, TicketFilter.All)).WithTarget(LevelComparison.AtMost, most), facts, asOf: At(16)).Verdict;
    }

    [Fact]
    public void Failed_requests_burn_the_budget_against_the_rate_that_the_target_allows()
    {
        Fact Window(int day, int good) => Fact($"w{day}", At(day), new FactData.Aggregated("requests", At(day, -1), good, 1000, null, []));
        var objective = Objective(new Indicator.Requests("requests", new RequestMethod.Ratio()));
        // Ten of 2000 are lost, 20 were allowed: half the rate. The window that ends with the month belongs to it.
        var result = March(objective, [Window(3, 990), Window(32, 1000)]);
        result.Budget!.BurnRate.ShouldBe(new Rational(1, 2));
        result.Explanation.Parts[0].Parts[0].FactCount.ShouldBe(2);
        March(objective with { Target = LevelTarget.AtLeastPercent(100) }, [Window(3, 990)]).Budget!.BurnRate.ShouldBeNull();
    }

    [Theory]
    [InlineData(false, 10, Verdict.Breached)] // what is not done by its time is lost, though it may still be done late
    [InlineData(true, 10, Verdict.Met)] // it can still count
    [InlineData(true, 11, Verdict.Breached)] // its grace of a day is over
    public void Of_a_duty_all_of_which_must_be_done_one_that_is_overdue_is_lost_unless_late_counts(bool lateCounts, int day, Verdict verdict)
    {
        // Every day by six; from the 10th on nothing is done.
        var facts = Enumerable.Range(1, 9).Select(d => Done(d, 5));
        March(Objective(new Indicator.Duty(Backup(lateCounts)), percent: 100), facts, asOf: At(day, 7)).Verdict.ShouldBe(verdict);
    }

    [Theory]
    [InlineData(false, Verdict.Breached)]
    [InlineData(true, Verdict.Met)]
    public void A_duty_done_late_is_lost_unless_late_counts(bool lateCounts, Verdict verdict) =>
        March(Objective(new Indicator.Duty(Backup(lateCounts)), percent: 100), [Done(1, 5), Done(2, 8)], asOf: At(2, 9)).Verdict.ShouldBe(verdict);

    [Fact]
    public void A_duty_of_which_nothing_is_due_yet_is_not_lost()
    {
        var result = March(Objective(new Indicator.Duty(Backup(false)), percent: 100), [], asOf: At(1, 5));
        result.Verdict.ShouldBe(Verdict.NoActivity);
    }

    private static Fact Done(int day, int hour) => Fact($"b{day}", At(day, hour), new FactData.DutyDone("back-up", "log", true), "", "ops", OfService("web"));

    private static DutyRule Backup(bool lateCounts) => new()
    {
        Duty = "back-up",
        Recurrence = new DutyRecurrence.EveryDays(1),
        At = new LocalTime(6, 0),
        Zone = DateTimeZone.Utc,
        From = new LocalDate(2026, 3, 1),
        Grace = Duration.FromHours(24),
        LateCounts = lateCounts,
    };

    private static ObjectiveEvaluation Of(Instant asOf, params Fact[] facts) => Of(asOf, PartialMembership.Prorated, facts);

    private static ObjectiveEvaluation Of(Instant asOf, PartialMembership partial, Fact[] facts) =>
        March(Sales, facts, asOf, a => a with { Rosters = [new RosterDefinition("sales", ["ann", "bob"], partial, Stated)] });
}
