using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Duties;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Measurements.Tickets;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Rosters;
using NodaTime;
using static Levelkeeper.Core.Tests.Evaluation.Shop;

namespace Levelkeeper.Core.Tests.Evaluation;

public sealed class CountedObjectiveTests
{
    private static readonly ClockDefinition FourHours = ClockTemplates.Resolve(ClockSpan.Hours(4));
    private static readonly Objective InTime = Objective(Clock(FourHours), percent: 75);

    private static IEnumerable<Fact> Tickets(int met, int breached) =>
        Enumerable.Range(0, met).SelectMany(i => Ticket($"M-{i}", At(2 + i), At(2 + i, 4)))
            .Concat(Enumerable.Range(0, breached).SelectMany(i => Ticket($"B-{i}", At(2 + i), At(2 + i, 5))));

    [Fact]
    public void The_share_in_time_is_met_over_decided_with_a_budget_in_tickets()
    {
        var result = March(InTime, Tickets(3, 1));
        result.Level.ShouldBe(Quantity.Share(new Rational(3, 4)));
        result.Verdict.ShouldBe(Verdict.Met);
        result.Volume.ShouldBe(4);
        (result.Budget!.Allowed, result.Budget.Consumed, result.Budget.BurnRate).ShouldBe((Rational.One, Rational.One, Rational.One));
        March(InTime, Tickets(2, 1)).Verdict.ShouldBe(Verdict.Breached);
    }

    [Fact]
    public void Below_the_smallest_volume_there_is_no_verdict() =>
        March(InTime with { SmallestVolume = 5 }, Tickets(1, 3)).Verdict.ShouldBe(Verdict.InsufficientEvidence);

    [Fact]
    public void Without_a_decided_ticket_there_is_no_activity_and_never_a_hundred_percent()
    {
        var result = March(InTime, Ticket("T-1", At(5), null), asOf: At(5, 2));
        (result.Verdict, result.Level).ShouldBe((Verdict.NoActivity, null));
    }

    [Fact]
    public void An_open_ticket_past_due_is_breached_now_and_belongs_to_the_period_of_its_due()
    {
        var result = March(InTime, Ticket("T-1", At(31, 21), null));
        result.Verdict.ShouldBe(Verdict.NoActivity);
        March(InTime, Ticket("T-1", At(31, 19), null)).Verdict.ShouldBe(Verdict.Breached);
    }

    [Fact]
    public void A_missed_share_is_at_risk_while_the_month_runs_unless_every_ticket_had_to_be_in_time()
    {
        March(InTime, Tickets(1, 1), asOf: At(9)).Verdict.ShouldBe(Verdict.AtRisk);
        March(Objective(Clock(FourHours), percent: 100), Tickets(1, 1), asOf: At(9)).Verdict.ShouldBe(Verdict.Breached);
    }

    [Fact]
    public void Counted_by_opening_an_ended_month_stays_interim_while_one_of_its_clocks_is_open()
    {
        var objective = Objective(Clock(FourHours, countedIn: CountedIn.Opened), percent: 75);
        var facts = Ticket("T-1", At(31, 22), null);
        var then = March(objective, facts, asOf: April);
        (then.Verdict, then.Period.Running).ShouldBe((Verdict.NoActivity, true));
        var later = March(objective, facts, asOf: April + Duration.FromHours(3));
        (later.Verdict, later.Period.Running).ShouldBe((Verdict.Breached, false));
    }

    [Fact]
    public void The_average_time_spent_is_over_clocks_that_stopped()
    {
        var objective = Objective(Clock(FourHours, new ClockStatistic.TimeSpent(new Aggregation.Average()))).WithTarget(LevelComparison.AtMost, 4 * NodaConstants.TicksPerHour, QuantityUnit.Ticks);
        var result = March(objective, [.. Tickets(1, 1), .. Ticket("open", At(5), null)]);
        result.Level!.Value.Value.ShouldBe(new Rational(9, 2) * NodaConstants.TicksPerHour);
        result.Volume.ShouldBe(2);
        result.Verdict.ShouldBe(Verdict.Breached);
    }

    [Fact]
    public void A_ticket_that_left_the_agreement_cancels_its_clock_but_a_breach_before_stays()
    {
        static Fact Leaves(string ticket, Instant at) => Fact($"{ticket}/left", at, new FactData.TicketChanged(ImmutableSortedDictionary<string, string>.Empty.Add("service", "foreign")), ticket, "desk");
        Fact[] facts =
        [
            .. Ticket("early", At(5), null), Leaves("early", At(5, 3)), Fact("r", At(5, 9), new FactData.TicketReopened(), "early", "desk"),
            .. Ticket("late", At(6), null), Leaves("late", At(6, 5)),
        ];
        var result = March(InTime, facts);
        (result.Verdict, result.Volume).ShouldBe((Verdict.Breached, 1));
        var readings = Evaluator.Clocks(Shop.Agreement(InTime), Log(facts).Effective(April), April);
        readings.Select(r => (r.Ticket, r.Verdict)).ShouldBe([("early", ClockVerdict.Cancelled), ("late", ClockVerdict.Breached)]);
    }

    [Fact]
    public void Each_agreement_has_its_own_clocks_on_one_ticket()
    {
        var customer = Shop.Agreement(InTime);
        var supplier = Shop.Agreement(Objective(Clock(ClockTemplates.Resolve(ClockSpan.Hours(6))), percent: 75)) with { Id = "uc" };
        var facts = Ticket("T-1", At(5), At(5, 5));
        Evaluate(customer, facts).Objectives.Single().Verdict.ShouldBe(Verdict.Breached);
        Evaluate(supplier, facts).Objectives.Single().Verdict.ShouldBe(Verdict.Met);
        Evaluate(customer, facts).Objectives.Single().Verdict.ShouldBe(Verdict.Breached);
    }

    [Fact]
    public void A_clock_that_two_objectives_measure_is_listed_once_and_one_that_none_measures_too()
    {
        var agreement = Shop.Agreement(InTime, Objective(Clock(FourHours, new ClockStatistic.TimeSpent(new Aggregation.Median()))) with { Name = "y" })
            with { Clocks = [FourHours, ClockTemplates.Respond(ClockSpan.Hours(1))] };
        var readings = Evaluator.Clocks(agreement, Log(Ticket("T-1", At(5), At(5, 2))).Effective(April), April);
        readings.Select(r => (r.Clock, r.Verdict)).ShouldBe([("resolve", ClockVerdict.Met), ("respond", ClockVerdict.Breached)]);
    }

    [Theory]
    [InlineData(31, 100, Verdict.Met)] // all of it
    [InlineData(16, 40, Verdict.AtRisk)] // 15 of 31 days have passed: 48 are due
    [InlineData(16, 60, Verdict.Met)] // on pace
    public void A_count_that_is_asked_for_is_held_against_the_pace_while_the_month_runs(int day, int leads, Verdict verdict)
    {
        var objective = Objective(Values(new Aggregation.Sum()), "").WithTarget(LevelComparison.AtLeast, 100);
        March(objective, [Measured(At(3), leads)], asOf: At(day)).Verdict.ShouldBe(verdict);
    }

    [Theory]
    [InlineData(7, Verdict.Met)]
    [InlineData(8, Verdict.AtRisk)] // four fifths are used
    [InlineData(10, Verdict.AtRisk)] // exactly all
    [InlineData(11, Verdict.Breached)] // it can only grow
    public void A_ceiling_on_a_count_is_breached_as_soon_as_it_is_passed(int events, Verdict verdict)
    {
        var objective = Objective(Values(new Aggregation.Sum()), "").WithTarget(LevelComparison.AtMost, 10);
        var result = March(objective, [Measured(At(3), events)], asOf: At(16));
        result.Verdict.ShouldBe(verdict);
        (result.Budget!.Allowed, result.Budget.Remaining).ShouldBe((10, 10 - events));
        result.Budget.BurnRate.ShouldBe(new Rational(events, 10) * new Rational(31, 15));
    }

    [Fact]
    public void A_sum_with_losses_in_it_may_fall_again_and_is_not_lost_yet()
    {
        var objective = Objective(Values(new Aggregation.Sum()), "").WithTarget(LevelComparison.AtMost, 10);
        March(objective, [Measured(At(3), 12), Measured(At(4), -1)], asOf: At(16)).Verdict.ShouldBe(Verdict.AtRisk);
    }

    [Fact]
    public void What_is_asked_for_is_prorated_to_the_time_under_the_agreement()
    {
        var objective = Objective(Values(new Aggregation.Sum()), "").WithTarget(LevelComparison.AtLeast, 31);
        Fact[] facts = [Measured(At(3), 100), Measured(At(20), 15)];
        // Only the 15 days from the 17th on, and only what was measured in them.
        March(objective, facts, with: a => a with { Term = new Term(new LocalDate(2026, 3, 17), null) }).Verdict.ShouldBe(Verdict.Met);
        March(objective, [Measured(At(3), 100), Measured(At(20), 14)], with: a => a with { Term = new Term(new LocalDate(2026, 3, 17), null) }).Verdict.ShouldBe(Verdict.Breached);
    }

    [Fact]
    public void Owed_whole_a_number_is_asked_for_and_measured_over_the_whole_period()
    {
        var objective = Objective(Values(new Aggregation.Sum()), "").WithTarget(LevelComparison.AtLeast, 31) with { OwesWholeNumber = true };
        Agreement FromThe17th(Agreement agreement) => agreement with { Term = new Term(new LocalDate(2026, 3, 17), null) };
        March(objective, [Measured(At(20), 30)], with: FromThe17th).Verdict.ShouldBe(Verdict.Breached);
        March(objective, [Measured(At(20), 31)], with: FromThe17th).Verdict.ShouldBe(Verdict.Met);
        // What happened before the term, in the same period, counts then too.
        March(objective, [Measured(At(3), 1), Measured(At(20), 30)], with: FromThe17th).Verdict.ShouldBe(Verdict.Met);
    }

    [Fact]
    public void A_target_inside_the_band_of_a_histogram_is_insufficient_evidence()
    {
        var objective = Objective(Values(new Aggregation.Maximum(), "size"), "").WithTarget(LevelComparison.AtMost, 15);
        Fact Window(long inFirst, long inSecond) => Fact("w", At(3), new FactData.Aggregated("size", At(2), null, null, null, [new(10, inFirst), new(20, inSecond)]), "");
        March(objective, [Window(5, 1)]).Verdict.ShouldBe(Verdict.InsufficientEvidence);
        March(objective, [Window(5, 0)]).Verdict.ShouldBe(Verdict.Met);
    }

    [Fact]
    public void Each_member_has_its_own_verdict_and_the_objective_counts_members()
    {
        var objective = Objective(new Indicator.Values("leads", new MeasurementRule { Aggregation = new Aggregation.Sum(), Nothing = NothingMeasured.Zero }, TicketFilter.All), "")
            .WithTarget(LevelComparison.AtLeast, 31) with { EachOf = "sales", MembersReaching = new Rational(1, 2) };
        Agreement With(Agreement agreement) => agreement with { Rosters = [new RosterDefinition("sales", ["ann", "bob"], PartialMembership.Prorated, Stated)] };
        Fact[] facts =
        [
            Measured(At(3), 31, "ann"),
            Measured(At(3), 30, "bob"),
            // Joins on the 17th: 15 of 31 days, so 15 are due.
            Fact("j", At(17), new FactData.RosterChanged("sales", "cleo", true), ""),
            Measured(At(18), 15, "cleo"),
        ];
        var result = March(objective, facts, with: With);

        result.Members.Select(m => (m.Member, m.Verdict)).ShouldBe([("ann", Verdict.Met), ("bob", Verdict.Breached), ("cleo", Verdict.Met)]);
        result.Level.ShouldBe(Quantity.Share(new Rational(2, 3)));
        result.Verdict.ShouldBe(Verdict.Met);
        March(objective with { MembersReaching = 1 }, facts, with: With).Verdict.ShouldBe(Verdict.Breached);
    }

    [Fact]
    public void A_member_owes_only_its_share_of_a_month_in_which_the_term_ends()
    {
        var objective = Objective(Values(new Aggregation.Sum()), "").WithTarget(LevelComparison.AtLeast, 31) with { EachOf = "sales" };
        var result = March(
            objective,
            [Measured(At(3), 16, "ann"), Measured(At(20), 1, "ann")],
            with: a => a with { Term = new Term(new LocalDate(2026, 1, 1), new LocalDate(2026, 3, 17)), Rosters = [new RosterDefinition("sales", ["ann"], PartialMembership.Prorated, Stated)] });
        result.Verdict.ShouldBe(Verdict.Met);
        result.Members.Single().Level.ShouldBe(new Quantity(16, QuantityUnit.Number));
    }

    [Fact]
    public void The_share_of_tickets_counts_those_of_the_service_and_has_a_budget()
    {
        var objective = Objective(new Indicator.Tickets(new TicketRule { Indicator = new TicketIndicator.EscalationRate() }, TicketFilter.All)).WithTarget(LevelComparison.AtMost, new Rational(1, 4), QuantityUnit.Share);
        Fact[] facts = [.. Tickets(4, 0), Fact("e", At(2, 1), new FactData.TicketEscalated("2"), "M-0", "desk")];
        var result = March(objective, facts);
        result.Level.ShouldBe(Quantity.Share(new Rational(1, 4)));
        (result.Verdict, result.Budget!.Allowed, result.Budget.Consumed).ShouldBe((Verdict.Met, 1, 1));
    }

    [Fact]
    public void Requests_are_good_over_all_in_windows_that_end_in_the_period()
    {
        Fact Window(int day, int good, int total) => Fact($"w{day}", At(day, 1), new FactData.Aggregated("requests", At(day), good, total, null, []));
        var objective = Objective(new Indicator.Requests("requests", new RequestMethod.Ratio()));
        var result = March(objective, [Window(2, 990, 1000), Window(3, 1000, 1000), Window(32, 0, 1000)]);
        result.Level.ShouldBe(Quantity.Share(new Rational(1990, 2000)));
        (result.Verdict, result.Volume, result.Budget!.Allowed, result.Budget.Consumed).ShouldBe((Verdict.Met, 2000, 20, 10));
        March(objective, []).Verdict.ShouldBe(Verdict.NoActivity);
    }

    [Fact]
    public void Slices_are_judged_one_by_one()
    {
        Fact Window(int hour, int good) => Fact($"w{hour}", At(2, hour), new FactData.Aggregated("requests", At(2, hour - 1), good, 100, null, []));
        var objective = Objective(new Indicator.Requests("requests", new RequestMethod.Slices(Duration.FromHours(1), new Rational(1, 10))), percent: 99.8m);
        // One of 744 hours is bad: 743/744 is 99.86 %.
        var result = March(objective, [Window(1, 95), Window(2, 89), Window(3, 90)]);
        result.Level.ShouldBe(Quantity.Share(new Rational(743, 744)));
        result.Verdict.ShouldBe(Verdict.Met);
    }

    [Fact]
    public void A_slice_in_which_a_check_of_the_service_failed_is_bad()
    {
        var objective = Objective(new Indicator.Requests("requests", new RequestMethod.Slices(Duration.FromHours(1), 1)), percent: 99.8m);
        Fact Check(string id, Instant at, string function = "") => Fact(id, at, new FactData.Probed(false, null, "", function));
        Fact[] good = [Fact("w", At(2, 1), new FactData.Aggregated("requests", At(2), 100, 100, null, []))];
        March(objective, [.. good, Check("c1", At(5, 10)), Check("c2", At(5, 10, 59)), Check("c3", At(5, 11))]).Level.ShouldBe(Quantity.Share(new Rational(742, 744)));
        // What a function's check says is not said of the service.
        March(objective, [.. good, Check("c1", At(5, 10), "search")]).Level.ShouldBe(Quantity.Share(1));
    }

    [Fact]
    public void Fewer_requests_than_agreed_are_insufficient_evidence_however_they_are_judged()
    {
        foreach (var method in (RequestMethod[])[new RequestMethod.Ratio(), new RequestMethod.MeanOfIntervals(Duration.FromHours(1)), new RequestMethod.Slices(Duration.FromHours(1), new Rational(1, 10))])
        {
            var objective = Objective(new Indicator.Requests("requests", method)) with { SmallestVolume = 100 };
            March(objective, [Window(99)]).Verdict.ShouldBe(Verdict.InsufficientEvidence);
            March(objective, [Window(100)]).Verdict.ShouldBe(Verdict.Met);
            March(objective, []).Verdict.ShouldBe(Verdict.NoActivity);
        }

        static Fact Window(int total) => Fact("w", At(2, 1), new FactData.Aggregated("requests", At(2), total, total, null, []));
    }

    private static DutyRule Backup(bool lateCounts = false, Duration? grace = null) => new()
    {
        Duty = "back-up",
        Recurrence = new DutyRecurrence.EveryDays(1),
        At = new LocalTime(6, 0),
        Zone = DateTimeZone.Utc,
        From = new LocalDate(2026, 3, 1),
        Grace = grace ?? Duration.Zero,
        LateCounts = lateCounts,
    };

    private static IEnumerable<Fact> Backups(int from, int to, int hour = 5) =>
        Enumerable.Range(from, to - from + 1).Select(day => Fact($"b{day}", At(day, hour), new FactData.DutyDone("back-up", "log", true), "", "ops", OfService("web")));

    [Fact]
    public void A_duty_is_the_share_of_occurrences_done_in_time()
    {
        var objective = Objective(new Indicator.Duty(Backup()), percent: 95);
        var result = March(objective, Backups(1, 30));
        result.Level.ShouldBe(Quantity.Share(new Rational(30, 31)));
        (result.Verdict, result.Volume, result.Period.Running).ShouldBe((Verdict.Met, 31, false));
    }

    [Fact]
    public void A_duty_that_can_no_longer_reach_its_share_is_lost_before_the_month_ends()
    {
        // 95 % of 31 lets one be missed: 30/31 is 96.8 %, 29/31 is 93.5 %.
        var objective = Objective(new Indicator.Duty(Backup()), percent: 95);
        March(objective, Backups(2, 10), asOf: At(10, 12)).Verdict.ShouldBe(Verdict.AtRisk);
        March(objective, Backups(3, 10), asOf: At(10, 12)).Verdict.ShouldBe(Verdict.Breached);
    }

    [Fact]
    public void A_grace_that_reaches_past_the_end_keeps_the_month_interim_until_it_is_over()
    {
        var objective = Objective(new Indicator.Duty(Backup(lateCounts: true, Duration.FromHours(24))), percent: 100);
        March(objective, Backups(1, 30), asOf: April).Period.Running.ShouldBeTrue();
        var later = March(objective, Backups(1, 30), asOf: At(32, 7));
        (later.Verdict, later.Period.Running).ShouldBe((Verdict.Breached, false));
        March(objective, Backups(1, 31, hour: 8), asOf: At(32, 7)).Verdict.ShouldBe(Verdict.Met);
    }
}
