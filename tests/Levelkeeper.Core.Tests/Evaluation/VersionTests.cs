using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Measurements.Tickets;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Time;
using NodaTime;
using static Levelkeeper.Core.Tests.Evaluation.Shop;

namespace Levelkeeper.Core.Tests.Evaluation;

/// <summary>Results use the version in force at each instant. March 2026 has 744 h; its 16th is a Monday, before which there are 360 h and from which on there are 384 h.</summary>
public sealed class VersionTests
{
    private static readonly LocalDate Start = new(2026, 1, 1);
    private static readonly LocalDate The16th = new(2026, 3, 16);

    private static AgreementVersions Amended(LocalDate from, Objective before, Objective after, Func<Agreement, Agreement>? with = null, params ImmutableHashSet<string> unchanged) => new(
        new AgreementVersion(Start, Agreement(before)),
        new AgreementVersion(from, with is null ? Agreement(after) : with(Agreement(after))) { Unchanged = unchanged });

    private static ImmutableArray<ObjectiveEvaluation> Results(AgreementVersions versions, IEnumerable<Fact> facts, Instant? asOf = null, Instant? from = null, Instant? to = null)
    {
        var now = asOf ?? At(62);
        var result = Evaluator.Evaluate(versions, Log(facts).Effective(now), from ?? At(1), to ?? April, now);
        foreach (var objective in result.Objectives)
            AddsUp(objective);
        return result.Objectives;
    }

    private static IEnumerable<(string, Verdict)> Verdicts(IEnumerable<ObjectiveEvaluation> results) => results.Select(r => (r.Period.Label, r.Verdict));

    [Fact]
    public void A_target_that_is_raised_on_the_first_leaves_the_month_before_as_it_was()
    {
        var versions = Amended(new LocalDate(2026, 4, 1), Objective(TimeUp()), Objective(TimeUp(), percent: 99.9m));
        // Two hours of 744 (March) and of 720 (April): 99.73 % and 99.72 %.
        Fact[] facts = [.. Outage(At(5), Duration.FromHours(2)), .. Outage(At(36), Duration.FromHours(2))];
        var results = Results(versions, facts, to: At(62));
        Verdicts(results).ShouldBe([("2026-03", Verdict.Met), ("2026-04", Verdict.Breached)]);
        results.Select(r => r.Target).ShouldBe(["at least 99 %", "at least 99.9 %"]);
        results.ShouldAllBe(r => r.Period.Version == null);
    }

    [Fact]
    public void A_target_that_is_raised_within_a_month_cuts_it_and_each_part_is_named_with_its_version()
    {
        var versions = Amended(The16th, Objective(TimeUp()), Objective(TimeUp(), percent: 99.9m));
        var results = Results(versions, [.. Outage(At(5), Duration.FromHours(2)), .. Outage(At(20), Duration.FromHours(2))]);
        Verdicts(results).ShouldBe([("2026-03 (version of 2026-01-01)", Verdict.Met), ("2026-03 (version of 2026-03-16)", Verdict.Breached)]);
        results.Select(r => r.Period.Version).ShouldBe([Start, The16th]);
        results.Select(r => r.Level!.Value.Value).ShouldBe([new Rational(358, 360), new Rational(382, 384)]);
        results.Select(r => r.Budget!.Allowed).ShouldBe([new Rational(36, 10) * NodaConstants.TicksPerHour, new Rational(384, 1000) * NodaConstants.TicksPerHour]);
        results.Select(r => r.Period.Span.EndInstant).ShouldBe([At(16), April]);
        results[1].Explanation.Remark.ShouldContain("the version in force from 2026-03-16");
    }

    [Fact]
    public void A_part_that_is_over_is_final_and_one_that_has_not_begun_has_no_result()
    {
        var versions = Amended(The16th, Objective(TimeUp()), Objective(TimeUp(), percent: 99.9m));
        Results(versions, [State(At(1), ServiceState.Up)], asOf: At(10)).ShouldHaveSingleItem().Period.Running.ShouldBeTrue();
        Results(versions, [State(At(1), ServiceState.Up)], asOf: At(16)).ShouldHaveSingleItem().Period.Running.ShouldBeFalse();
        Results(versions, [State(At(1), ServiceState.Up)], asOf: At(17)).Select(r => r.Period.Running).ShouldBe([false, true]);
    }

    [Fact]
    public void A_span_within_a_part_shows_that_part()
    {
        var versions = Amended(The16th, Objective(TimeUp()), Objective(TimeUp(), percent: 99.9m));
        Results(versions, [], from: At(20), to: At(21)).ShouldHaveSingleItem().Period.Version.ShouldBe(The16th);
    }

    [Fact]
    public void An_amendment_that_leaves_an_objective_as_it_is_does_not_cut_its_month() =>
        Results(Amended(The16th, Objective(TimeUp()), Objective(TimeUp()), unchanged: "x"), []).ShouldHaveSingleItem().Period.ShouldBe(new EvaluatedPeriod("2026-03", TickInterval.Between(At(1), April), false));

    [Fact]
    public void A_count_is_held_against_each_version_s_target_in_proportion_to_its_part()
    {
        var before = Objective(Values(new Aggregation.Sum()), "").WithTarget(LevelComparison.AtLeast, 31);
        var after = Objective(Values(new Aggregation.Sum()), "").WithTarget(LevelComparison.AtLeast, 62);
        // 31 for March are 15 for its first 15 days; 62 are 32 for the other 16.
        Verdicts(Results(Amended(The16th, before, after), [Measured(At(3), 15), Measured(At(16), 31)])).ShouldBe([("2026-03 (version of 2026-01-01)", Verdict.Met), ("2026-03 (version of 2026-03-16)", Verdict.Breached)]);
        Verdicts(Results(Amended(The16th, before, after), [Measured(At(3), 14), Measured(At(16), 32)])).ShouldBe([("2026-03 (version of 2026-01-01)", Verdict.Breached), ("2026-03 (version of 2026-03-16)", Verdict.Met)]);
    }

    [Fact]
    public void An_objective_that_an_amendment_adds_or_removes_counts_only_while_it_is_there()
    {
        var added = new AgreementVersions(new AgreementVersion(Start, Agreement()), new AgreementVersion(The16th, Agreement(Objective(TimeUp()))));
        Results(added, []).ShouldHaveSingleItem().Period.Span.ShouldBe(TickInterval.Between(At(16), April));
        var removed = new AgreementVersions(new AgreementVersion(Start, Agreement(Objective(TimeUp()))), new AgreementVersion(The16th, Agreement()));
        Results(removed, []).ShouldHaveSingleItem().Period.Span.ShouldBe(TickInterval.Between(At(1), At(16)));
    }

    [Fact]
    public void A_rolling_period_that_reaches_back_over_an_amendment_has_a_result_for_each_version()
    {
        var last30 = new PeriodRule.RollingDays(30);
        var versions = Amended(The16th, Objective(TimeUp()) with { Period = last30 }, Objective(TimeUp(), percent: 99.9m) with { Period = last30 });
        Results(versions, []).Select(r => r.Period.Span).ShouldBe([TickInterval.Between(At(2), At(16)), TickInterval.Between(At(16), April)]);
    }

    [Fact]
    public void An_outage_across_an_amendment_is_downtime_in_both_parts_and_one_outage()
    {
        Fact[] facts = Outage(At(15, 22), Duration.FromHours(6));
        Results(Amended(The16th, Objective(TimeUp()), Objective(TimeUp(), percent: 98)), facts).Select(r => r.Level!.Value.Value).ShouldBe([new Rational(358, 360), new Rational(380, 384)]);
        var count = Objective(new Indicator.Outages(OutageIndicator.NumberOfOutages, Policy, ComponentCombination.All)).WithTarget(LevelComparison.AtMost, 5);
        Results(Amended(The16th, count, count), facts).Sum(r => (int)r.Level!.Value.Value.Numerator).ShouldBe(1);
    }

    [Fact]
    public void The_parts_of_a_month_share_its_allowance_of_maintenance()
    {
        var policy = Policy with { Maintenance = new MaintenancePolicy(MaintenanceTreatment.LeavesBoth, Duration.Zero, Duration.FromHours(4)) };
        Fact[] facts =
        [
            Window("m1", At(5)), .. Outage(At(5), Duration.FromHours(3)),
            Window("m2", At(20)), .. Outage(At(20), Duration.FromHours(3)),
        ];
        // Three of the four hours are used up on the 5th: of the three on the 20th two are downtime, of 384 h less the hour that is excused.
        var parts = Results(Amended(The16th, Objective(TimeUp(policy)), Objective(TimeUp(policy), percent: 99.9m)), facts);
        parts.Select(r => r.Level!.Value.Value).ShouldBe([1, new Rational(381, 383)]);

        static Fact Window(string id, Instant from) => Fact(id, from - Duration.FromDays(1), new FactData.MaintenanceAnnounced(id, from, from + Duration.FromHours(3), ""));
    }

    private static Objective InTime(ClockSpan target, BusinessCalendar? calendar = null) =>
        Objective(Clock(ClockTemplates.Resolve(target) with { Calendar = calendar ?? BusinessCalendar.Always }));

    [Fact]
    public void A_ticket_has_the_target_of_its_start_and_counts_where_it_is_decided()
    {
        var versions = Amended(The16th, InTime(ClockSpan.Hours(4)), InTime(ClockSpan.Hours(2)));
        // Started an hour before the amendment: due at 03:00 by the four hours of then.
        Fact[] facts = [.. Ticket("before", At(15, 23), At(16, 2, 30)), .. Ticket("after", At(16), At(16, 3))];
        var results = Results(versions, facts);
        results.Select(r => (r.Verdict, r.Volume)).ShouldBe([(Verdict.NoActivity, 0), (Verdict.Breached, 2)]);
        results[1].Level!.Value.Value.ShouldBe(new Rational(1, 2));
        var clocks = Evaluator.Clocks(versions, Log(facts).Effective(April), April);
        clocks.Select(c => (c.Ticket, c.Due, c.Verdict)).ShouldBe([("after", At(16, 2), ClockVerdict.Breached), ("before", At(16, 3), ClockVerdict.Met)]);
    }

    [Fact]
    public void A_longer_target_does_not_save_a_ticket_that_started_before_it()
    {
        var versions = Amended(The16th, InTime(ClockSpan.Hours(2)), InTime(ClockSpan.Hours(4)));
        Evaluator.Clocks(versions, Log(Ticket("T-1", At(15, 23), At(16, 2))).Effective(April), April).ShouldHaveSingleItem().BreachedAt.ShouldBe(At(16, 1));
    }

    [Fact]
    public void A_running_clock_has_at_each_instant_the_hours_in_force_then()
    {
        // Friday 13th, 16:00: an hour to the closing at 17:00; from Monday on the office opens at 08:00.
        var earlier = new BusinessCalendar(new CalendarDefinition(DateTimeZone.Utc, new CalendarVersion { Hours = WeeklyHours.MondayToFriday(DayWindow.Of(new LocalTime(8, 0), new LocalTime(12, 0))) }));
        Due(InTime(ClockSpan.Hours(4), Office), InTime(ClockSpan.Hours(4), earlier)).ShouldBe(At(16, 11));
        Due(InTime(ClockSpan.Hours(4), Office), InTime(ClockSpan.Hours(4), BusinessCalendar.Always)).ShouldBe(At(16, 3));
        Due(InTime(ClockSpan.Hours(4), Office), InTime(ClockSpan.Hours(4), Office)).ShouldBe(At(16, 12));
        // A version that no longer has the clock leaves it the hours that it had.
        Due(InTime(ClockSpan.Hours(4), Office), Objective(TimeUp())).ShouldBe(At(16, 12));

        static Instant? Due(Objective before, Objective after) =>
            Evaluator.Clocks(Amended(The16th, before, after), Log(Ticket("T-1", At(13, 16), null)).Effective(At(14)), At(14)).ShouldHaveSingleItem().Due;
    }

    [Fact]
    public void Hours_by_priority_change_with_the_amendment_too()
    {
        var byPriority = InTime(ClockSpan.Hours(4), Office);
        var clock = (Indicator.Clock)byPriority.Indicator;
        byPriority = byPriority with { Indicator = clock with { Definition = clock.Definition with { Calendars = ImmutableSortedDictionary<string, BusinessCalendar>.Empty.Add("P1", BusinessCalendar.Always) } } };
        Evaluator.Clocks(Amended(The16th, InTime(ClockSpan.Hours(4), Office), byPriority), Log(Ticket("T-1", At(13, 16), null)).Effective(At(14)), At(14)).ShouldHaveSingleItem().Due.ShouldBe(At(16, 3));
    }

    [Fact]
    public void A_clock_that_runs_when_its_calendar_moves_to_another_zone_runs_on_in_the_hours_there()
    {
        var warsaw = new BusinessCalendar(new CalendarDefinition(DateTimeZoneProviders.Tzdb["Europe/Warsaw"], new CalendarVersion { Hours = WeeklyHours.MondayToFriday(DayWindow.Of(new LocalTime(9, 0), new LocalTime(17, 0))) }));
        var versions = Amended(The16th, InTime(ClockSpan.Hours(4), Office), InTime(ClockSpan.Hours(4), warsaw));
        Fact[] facts = [.. Ticket("before", At(13, 16), null), .. Ticket("after", At(16, 6), null)];
        // 09:00 in Warsaw is 08:00 UTC in winter: the one from after it is due four hours later, the other has spent one already.
        Evaluator.Clocks(versions, Log(facts).Effective(At(17)), At(17)).Select(c => (c.Ticket, c.Due)).ShouldBe([("after", At(16, 12)), ("before", At(16, 11))]);
    }

    [Fact]
    public void A_fact_is_unmatched_when_neither_the_version_of_its_time_nor_a_later_one_takes_it_in()
    {
        var versions = new AgreementVersions(
            new AgreementVersion(Start, Agreement()),
            new AgreementVersion(The16th, Agreement() with { Services = [Service("web"), Service("search")] }));
        Fact[] facts = [State(At(2), ServiceState.Up, "search"), State(At(3), ServiceState.Up, "cluster"), State(At(20), ServiceState.Down, "cluster"), State(At(4), ServiceState.Up)];
        var result = Evaluator.Evaluate(versions, Log(facts).Effective(April), At(1), April, April);
        // The cluster is no longer there on the 20th; how the search stood when it came under the agreement is news.
        result.Unmatched.ShouldHaveSingleItem().Fact.Time.ShouldBe(At(20));
        result.MatchedFacts.ShouldBe(3);
    }

    private static MatchRule FromSource(string source, string service) => new([("source", [new Glob(source)])], service, "", Stated);

    [Fact]
    public void A_value_belongs_where_the_version_in_force_at_its_time_says_and_no_month_is_cut()
    {
        var objective = Objective(Values(new Aggregation.Sum())).WithTarget(LevelComparison.AtLeast, 10);
        var versions = new AgreementVersions(
            new AgreementVersion(Start, Agreement(objective) with { MatchRules = [FromSource("old", "web")] }),
            new AgreementVersion(The16th, Agreement(objective) with { MatchRules = [FromSource("new", "web")] }) { Unchanged = ["x"] });
        Fact[] facts =
        [
            From("old", At(2), 1), From("new", At(3), 2), // of the new source only from the 16th on: but what no version took in before, the next one takes in
            From("old", At(17), 4), From("new", At(18), 8),
        ];
        Results(versions, facts).ShouldHaveSingleItem().ShouldSatisfyAllConditions(r => r.Period.Label.ShouldBe("2026-03"), r => r.Level!.Value.Value.ShouldBe(11));
        var evaluation = Evaluator.Evaluate(versions, Log(facts).Effective(April), At(1), April, April);
        evaluation.Unmatched.ShouldHaveSingleItem().Fact.Time.ShouldBe(At(17));
        evaluation.MatchedFacts.ShouldBe(3);

        static Fact From(string source, Instant at, decimal value) => Measured(at, value, service: "elsewhere") with { Source = source };
    }

    [Fact]
    public void Who_may_assert_is_what_the_version_in_force_says()
    {
        var objective = Objective(Values(new Aggregation.Sum()), "").WithTarget(LevelComparison.AtLeast, 1);
        static Assertion Only(string source) => new(new Glob(source), [new Glob("*")], false, Stated);
        var versions = new AgreementVersions(
            new AgreementVersion(Start, Agreement(objective) with { Assertions = [Only("old")] }),
            new AgreementVersion(The16th, Agreement(objective) with { Assertions = [Only("new")] }) { Unchanged = ["x"] });
        Fact[] facts = [Measured(At(2), 1) with { Source = "old" }, Measured(At(3), 2) with { Source = "new" }, Measured(At(17), 4) with { Source = "old" }, Measured(At(18), 8) with { Source = "new" }];
        Results(versions, facts).ShouldHaveSingleItem().Level!.Value.Value.ShouldBe(9);
        Evaluator.Evaluate(versions, Log(facts).Effective(April), At(1), April, April).LeftOut.Select(f => f.Fact.Time).ShouldBe([At(3), At(17)]);
    }

    [Fact]
    public void A_state_lasts_over_an_amendment_of_where_it_belongs_only_if_the_amendment_reads_it_too()
    {
        // Two probes, of which the second has the last word. It said down on the 14th, and is the search's from the 16th on: then the first one's word counts, which is up.
        var policy = Policy with { SourcePrecedence = ["second", "first"] };
        var before = Agreement(Objective(TimeUp(policy))) with { Services = [Service("web"), Service("search")], MatchRules = [FromSource("first", "web"), FromSource("second", "web")] };
        var versions = new AgreementVersions(
            new AgreementVersion(Start, before), new AgreementVersion(The16th, before with { MatchRules = [FromSource("first", "web"), FromSource("second", "search")] }) { Unchanged = ["x"] });
        Fact[] facts = [State(At(1), ServiceState.Up) with { Source = "first" }, State(At(14), ServiceState.Down) with { Source = "second" }];
        var result = Results(versions, facts).ShouldHaveSingleItem();
        result.Level!.Value.Value.ShouldBe(new Rational(31 - 2, 31));
        result.Outages.ShouldHaveSingleItem().Span.ShouldBe(TickInterval.Between(At(14), At(16)));
    }

    [Fact]
    public void A_ticket_that_an_amendment_takes_out_is_void_from_then_on()
    {
        var reported = Objective(new Indicator.Tickets(new TicketRule { Indicator = new TicketIndicator.Reported() }, TicketFilter.All)).WithTarget(LevelComparison.AtMost, 5);
        var versions = new AgreementVersions(
            new AgreementVersion(Start, Agreement(reported)), new AgreementVersion(The16th, Agreement(reported) with { MatchRules = [], Services = [Service("search")] }) { Unchanged = ["x"] });
        var facts = new VersionedFacts(versions, Log([.. Ticket("T-1", At(3), null), .. Ticket("T-2", At(17), null)]).Effective(At(20)));
        var ticket = facts.All.Tickets.ShouldHaveSingleItem();
        ticket.Ticket.ShouldBe("T-1");
        (ticket.LeftAt, ticket.LeftBy).ShouldBe((At(16), null));
        ticket.TurnsAt.ShouldBe([(At(16), false)]);
        ticket.Seen.Select(f => (f.Time, f.Data.GetType())).ShouldBe([(At(3), typeof(FactData.TicketReported)), (At(16), typeof(FactData.TicketCancelled))]);
        // As of the 10th it has not left yet.
        new VersionedFacts(versions, Log(Ticket("T-1", At(3), null)).Effective(At(10))).All.Tickets.ShouldHaveSingleItem().LeftAt.ShouldBeNull();
    }

    [Fact]
    public void Versions_come_in_order_of_their_dates()
    {
        Should.Throw<ArgumentException>(() => new AgreementVersions());
        Should.Throw<ArgumentException>(() => new AgreementVersions(new AgreementVersion(Start, Agreement()), new AgreementVersion(Start, Agreement())));
        var versions = Amended(The16th, Objective(TimeUp()), Objective(TimeUp(), percent: 99.9m));
        versions.At(At(16) - Duration.FromTicks(1)).ShouldBeSameAs(versions.All[0].Agreement);
        versions.At(At(16)).ShouldBeSameAs(versions.Latest);
        versions.At(Instant.MinValue).ShouldBeSameAs(versions.All[0].Agreement);
    }
}
