using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;
using static Levelkeeper.Core.Tests.Evaluation.Shop;

namespace Levelkeeper.Core.Tests.Evaluation;

/// <summary>What an amendment on Monday 2026-03-16 does to the clocks of tickets.</summary>
public sealed class AmendedClockTests
{
    private static readonly LocalDate Start = new(2026, 1, 1);
    private static readonly LocalDate The16th = new(2026, 3, 16);

    private static readonly ClockDefinition FourHours = ClockTemplates.Resolve(ClockSpan.Hours(4));
    private static readonly ClockDefinition TwoHours = ClockTemplates.Resolve(ClockSpan.Hours(2));

    private static AgreementVersions Versions(Agreement before, Agreement after, params ImmutableHashSet<string> unchanged) =>
        new(new AgreementVersion(Start, before), new AgreementVersion(The16th, after) { Unchanged = unchanged });

    private static AgreementVersions Versions(ClockDefinition before, ClockDefinition after) => Versions(Agreement(Objective(Clock(before))), Agreement(Objective(Clock(after))));

    private static ImmutableArray<ClockReading> Clocks(AgreementVersions versions, IEnumerable<Fact> facts, Instant? asOf = null) =>
        Evaluator.Clocks(versions, Log(facts).Effective(asOf ?? April), asOf ?? April);

    private static ImmutableArray<ObjectiveEvaluation> Results(AgreementVersions versions, IEnumerable<Fact> facts, Instant asOf, Instant? from = null)
    {
        var results = Evaluator.Evaluate(versions, Log(facts).Effective(asOf), from ?? At(1), asOf, asOf).Objectives;
        foreach (var result in results)
            AddsUp(result);
        return results;
    }

    private static Fact Reopened(string ticket, Instant at) => Fact($"{ticket}/reopened", at, new FactData.TicketReopened(), ticket, "desk");

    private static Fact Status(string ticket, Instant at, string status) => Fact($"{ticket}/{status}", at, new FactData.TicketStatus(status), ticket, "desk");

    private static Fact Priority(string ticket, Instant at, string priority) => Fact($"{ticket}/{priority}", at, new FactData.TicketPriority(priority, PriorityReason.Unstated), ticket, "desk");

    [Fact]
    public void A_ticket_that_is_opened_again_after_an_amendment_goes_on_by_the_rule_of_its_start()
    {
        // Resolved after one of four hours. By the older rule the clock resumes, by the newer one it would be another cycle: there is one clock, not two.
        var versions = Versions(
            FourHours with { Reopening = new ReopenPolicy(ReopenEffect.Resumes, null) },
            TwoHours with { Reopening = new ReopenPolicy(ReopenEffect.NewCycle, null) });
        var reading = Clocks(versions, [.. Ticket("T-1", At(15, 10), At(15, 11)), Reopened("T-1", At(17, 10))], At(17, 12)).ShouldHaveSingleItem();
        (reading.Cycle, reading.StartedAt, reading.Due, reading.Verdict).ShouldBe((1, At(15, 10), At(17, 13), ClockVerdict.Running));
    }

    [Fact]
    public void Another_cycle_after_an_amendment_has_the_target_of_the_amendment()
    {
        // By the older rule it is another cycle, by the newer one it would go on: the clock is not lost.
        var versions = Versions(
            FourHours with { Reopening = new ReopenPolicy(ReopenEffect.NewCycle, null) },
            TwoHours with { Reopening = new ReopenPolicy(ReopenEffect.Resumes, null) });
        Clocks(versions, [.. Ticket("T-1", At(15, 10), At(15, 11)), Reopened("T-1", At(17, 10))], At(17, 11))
            .Select(r => (r.Cycle, r.StartedAt, r.Due, r.Verdict)).ShouldBe([(1, At(15, 10), At(15, 14), ClockVerdict.Met), (2, At(17, 10), At(17, 12), ClockVerdict.Running)]);
    }

    [Fact]
    public void No_other_cycle_starts_under_an_amendment_that_has_removed_the_clock()
    {
        var versions = Versions(Agreement(Objective(Clock(FourHours with { Reopening = new ReopenPolicy(ReopenEffect.NewCycle, null) }))), Agreement());
        Clocks(versions, [.. Ticket("T-1", At(15, 10), At(15, 11)), Reopened("T-1", At(17, 10))]).ShouldHaveSingleItem().Verdict.ShouldBe(ClockVerdict.Met);
    }

    [Fact]
    public void A_removed_clock_that_starts_again_and_again_does_so_no_more()
    {
        var versions = Versions(Agreement(Objective(Clock(ClockTemplates.Update(ClockSpan.Hours(4))))), Agreement());
        Fact Said(Instant at, Actor by) => Fact($"T-1/{at}", at, new FactData.TicketReplied(by, true, false), "T-1", "desk");
        Fact[] facts = [.. Ticket("T-1", At(15, 8), null), Said(At(15, 9), Actor.Customer), Said(At(15, 10), Actor.Provider), Said(At(15, 11), Actor.Customer), Said(At(16, 10), Actor.Provider), Said(At(17), Actor.Customer)];
        // The report is a message too. The exchange that was open at the amendment is the last.
        Clocks(versions, facts).Select(r => (r.StartedAt, r.Verdict)).ShouldBe([(At(15, 8), ClockVerdict.Met), (At(15, 11), ClockVerdict.Breached)]);
    }

    [Fact]
    public void A_clock_that_an_amendment_adds_runs_for_tickets_that_are_reported_from_then_on()
    {
        var versions = Versions(Agreement(), Agreement(Objective(Clock(FourHours))));
        Clocks(versions, [.. Ticket("before", At(15, 10), null), Status("before", At(17), "open"), .. Ticket("after", At(16), null)]).ShouldHaveSingleItem().Ticket.ShouldBe("after");
    }

    [Fact]
    public void A_start_that_held_before_an_amendment_does_not_begin_to_hold_with_it()
    {
        // "While the priority is P1" begins with the amendment: the first ticket had it before, the second gets it after.
        var urgent = FourHours with { Start = new TicketCondition.PriorityIs("P1"), Stop = TicketCondition.On(Core.Clocks.TicketHappening.Resolved) };
        var versions = Versions(FourHours with { Start = new TicketCondition.PriorityIs("P0") }, urgent);
        Fact[] facts = [.. Ticket("had", At(15, 10), null), Status("had", At(17, 8), "open"), .. Ticket("gets", At(15, 10), null, priority: "P2"), Priority("gets", At(17, 9), "P1")];
        Clocks(versions, facts).Select(r => (r.Ticket, r.StartedAt)).ShouldBe([("gets", At(17, 9))]);
    }

    [Fact]
    public void A_start_inherited_from_before_an_amendment_brings_the_target_of_then()
    {
        var versions = Versions(TwoHours, FourHours);
        Fact[] facts =
        [
            .. Ticket("early", At(15, 23), null), .. Ticket("late", At(16, 0, 30), null),
            Fact("early/merged", At(16, 2), new FactData.TicketMerged("late"), "early", "desk"),
        ];
        // Two hours from 23:00 were over at 01:00. The ticket that went away was breached then; the one that survives is so at the merge, not before.
        Clocks(versions, facts, At(16, 3)).Select(r => (r.Ticket, r.StartedAt, r.Target, r.BreachedAt)).ShouldBe(
            [("early", At(15, 23), ClockSpan.Hours(2), At(16, 1)), ("late", At(15, 23), ClockSpan.Hours(2), At(16, 2))]);
    }

    [Fact]
    public void A_breach_before_the_merge_stays_though_the_inherited_start_brings_a_longer_target()
    {
        var versions = Versions(ClockTemplates.Resolve(ClockSpan.Hours(8)), TwoHours);
        Fact[] facts = [.. Ticket("early", At(15, 22), null), .. Ticket("late", At(16, 1), null), Fact("early/merged", At(16, 5), new FactData.TicketMerged("late"), "early", "desk")];
        Clocks(versions, facts, At(16, 7)).Select(r => (r.Ticket, r.StartedAt, r.Target, r.Verdict, r.BreachedAt)).ShouldBe(
            [("early", At(15, 22), ClockSpan.Hours(8), ClockVerdict.Cancelled, null), ("late", At(15, 22), ClockSpan.Hours(8), ClockVerdict.Breached, At(16, 3))]);
    }

    [Fact]
    public void A_start_inherited_from_a_version_that_measured_other_tickets_brings_no_target()
    {
        var services = ImmutableArray.Create(Service("web"), Service("search"));
        var versions = Versions(Agreement(Objective(Clock(FourHours), service: "search")) with { Services = services }, Agreement(Objective(Clock(TwoHours))) with { Services = services });
        Fact[] facts = [.. Ticket("early", At(15, 23), null), .. Ticket("late", At(16, 1), null), Fact("early/merged", At(16, 2), new FactData.TicketMerged("late"), "early", "desk")];
        Clocks(versions, facts, At(16, 2, 30)).Select(r => (r.Ticket, r.StartedAt, r.Target, r.BreachedAt)).ShouldBe([("late", At(15, 23), ClockSpan.Hours(2), At(16, 2))]);
    }

    [Fact]
    public void What_counts_from_its_attachment_has_the_target_in_force_then()
    {
        var versions = Versions(FourHours with { Attachment = AttachmentPolicy.FromAttachment }, TwoHours with { Attachment = AttachmentPolicy.FromAttachment });
        var report = Fact("T-1/reported", At(15, 10), new FactData.TicketReported("P1", "new", "", Actor.Customer, null), "T-1", "desk", OfService("elsewhere"));
        var comes = Fact("T-1/comes", At(17, 10), new FactData.TicketChanged(ImmutableSortedDictionary<string, string>.Empty.Add("service", "web")), "T-1", "desk");
        var reading = Clocks(versions, [report, comes], At(17, 11)).ShouldHaveSingleItem();
        (reading.StartedAt, reading.Due).ShouldBe((At(17, 10), At(17, 12)));
    }

    [Fact]
    public void What_resolves_a_ticket_is_what_the_version_in_force_says()
    {
        var (done, closed) = (new TicketPolicies { ResolvedStatuses = ["done"] }, new TicketPolicies { ResolvedStatuses = ["closed"] });
        var versions = Versions(Agreement(Objective(Clock(FourHours))) with { TicketPolicies = done }, Agreement(Objective(Clock(FourHours))) with { TicketPolicies = closed });
        Fact[] facts =
        [
            .. Ticket("T-1", At(15, 22), null), Status("T-1", At(15, 23), "done"),
            .. Ticket("T-2", At(15, 22), null), Status("T-2", At(16, 1), "done"),
            .. Ticket("T-3", At(15, 22), null), Status("T-3", At(16, 1), "closed"),
        ];
        Clocks(versions, facts).Select(r => r.StoppedAt).ShouldBe([At(15, 23), null, At(16, 1)]);
    }

    [Fact]
    public void The_hours_of_a_clock_that_was_removed_go_on_changing_with_the_calendar_of_that_name()
    {
        // Friday the 13th, 16:00: an hour spent at the closing. From Monday on the office opens at 08:00.
        var earlier = new BusinessCalendar(new CalendarDefinition(DateTimeZone.Utc, new CalendarVersion { Hours = WeeklyHours.MondayToFriday(DayWindow.Of(new LocalTime(8, 0), new LocalTime(17, 0))) }));
        var before = Agreement(Objective(Clock(FourHours with { Calendar = Office })));
        var after = Agreement() with { Calendars = before.Calendars.SetItem("office", earlier) };
        Clocks(Versions(before, after), Ticket("T-1", At(13, 16), null), At(14)).ShouldHaveSingleItem().Due.ShouldBe(At(16, 11));
    }

    [Fact]
    public void A_ticket_that_is_decided_after_its_objective_was_removed_is_in_a_result_that_is_carried_over()
    {
        var versions = Versions(Agreement(Objective(Clock(FourHours), percent: 50)), Agreement());
        Fact[] facts = [.. Ticket("in-time", At(15, 23), At(16, 2)), .. Ticket("late", At(15, 23), null), .. Ticket("after", At(16), null)];
        var results = Results(versions, facts, At(17));
        results.Select(r => (r.Period.Label, r.Period.IsCarriedOver, r.Volume)).ShouldBe(
            [("2026-03 (version of 2026-01-01)", false, 0), ("2026-03 (carried over from the version of 2026-01-01)", true, 2)]);
        results[1].Level!.Value.Value.ShouldBe(new Rational(1, 2));
        results[1].Period.ShouldBe(new EvaluatedPeriod("2026-03 (carried over from the version of 2026-01-01)", TickInterval.Between(At(16), April), true) { Version = Start, IsCarriedOver = true, Whole = TickInterval.Between(At(1), April) });
        results[1].Target.ShouldBe("at least 50 %");
        results[1].Explanation.Remark.ShouldContain("no longer in the agreement: this is what started under the version in force from 2026-01-01");
    }

    [Fact]
    public void Results_are_carried_over_until_all_is_decided_and_no_longer()
    {
        var versions = Versions(Agreement(Objective(Clock(FourHours with { Pause = new TicketCondition.StatusIs("waiting") }))), Agreement());
        // It waits from March to 5 May; three hours were left then.
        Fact[] facts = [.. Ticket("T-1", At(15, 22), null), Status("T-1", At(15, 23), "waiting"), Status("T-1", At(66), "open")];
        // In April nothing is decided, and nothing can be any more; in May it is breached.
        string[] march = ["2026-03 (version of 2026-01-01)"];
        string[] may = [.. march, "2026-05 (carried over from the version of 2026-01-01)"];
        Results(versions, facts, At(20)).Select(r => (r.Period.Label, r.Verdict)).ShouldBe([(march[0], Verdict.NoActivity), ("2026-03 (carried over from the version of 2026-01-01)", Verdict.NoActivity)]);
        Results(versions, facts, At(70)).Select(r => r.Period.Label).ShouldBe(may);
        Results(versions, facts, At(70))[1].Verdict.ShouldBe(Verdict.AtRisk);
        Results(versions, facts, At(200)).Select(r => (r.Period.Label, r.Verdict)).ShouldBe([(may[0], Verdict.NoActivity), (may[1], Verdict.Breached)]);
    }

    [Fact]
    public void An_objective_that_comes_back_takes_what_is_still_open_and_what_was_decided_between_is_carried_over()
    {
        var objective = Objective(Clock(FourHours with { Pause = new TicketCondition.StatusIs("waiting") }));
        var versions = new AgreementVersions(
            new AgreementVersion(Start, Agreement(objective)), new AgreementVersion(The16th, Agreement()), new AgreementVersion(new LocalDate(2026, 3, 23), Agreement(objective)));
        Fact[] facts =
        [
            .. Ticket("between", At(15, 23), At(17)), .. Ticket("later", At(15, 23), null), Status("later", At(15, 23, 30), "waiting"), Status("later", At(24), "open"),
        ];
        Results(versions, facts, April).Select(r => (r.Period.Label, r.Volume)).ShouldBe(
        [
            ("2026-03 (version of 2026-01-01)", 0), ("2026-03 (carried over from the version of 2026-01-01)", 1), ("2026-03 (version of 2026-03-23)", 1),
        ]);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)] // The amendment makes the term longer.
    public void What_is_carried_over_ends_with_the_term(bool isLonger, int decided)
    {
        var until = new Term(Start, new LocalDate(2026, 3, 17));
        var versions = Versions(
            Agreement(Objective(Clock(ClockTemplates.Resolve(ClockSpan.Hours(30))))) with { Term = until }, Agreement() with { Term = isLonger ? until with { Until = null } : until });
        // Thirty hours from 23:00 end on the 17th at 05:00.
        Results(versions, [.. Ticket("T-1", At(15, 23), At(16, 1)), .. Ticket("T-2", At(15, 23), null)], At(18))
            .Select(r => (r.Period.Label, r.Volume)).ShouldBe([("2026-03 (version of 2026-01-01)", 0), ("2026-03 (carried over from the version of 2026-01-01)", decided)]);
    }

    [Fact]
    public void An_amendment_by_which_a_ticket_belongs_to_no_service_any_more_cancels_its_clocks_with_their_history()
    {
        Fact[] facts = [.. Ticket("open", At(15, 22), null), .. Ticket("breached", At(15, 10), null), .. Ticket("done", At(15, 10), At(15, 11))];
        var versions = Versions(Agreement(Objective(Clock(FourHours))), Agreement(Objective(Clock(FourHours), service: "search")) with { Services = [Service("search")] }, "x");
        var readings = Clocks(versions, facts);
        readings.Select(r => (r.Ticket, r.Verdict, r.StoppedAt)).ShouldBe(
            [("breached", ClockVerdict.Breached, At(16)), ("done", ClockVerdict.Met, At(15, 11)), ("open", ClockVerdict.Cancelled, At(16))]);
        readings[2].Segments.ShouldHaveSingleItem().Open.ShouldBe(Duration.FromHours(2));
        readings[2].Segments[0].EndedBy.ShouldBeNull();
    }

    [Fact]
    public void A_ticket_that_an_amendment_moves_to_another_service_keeps_the_clock_that_started_before()
    {
        var toSearch = new MatchRule([("source", [new Glob("desk")])], "search", "", Stated);
        var before = Agreement(Objective(Clock(FourHours))) with { Services = [Service("web"), Service("search")] };
        var versions = Versions(before, before with { MatchRules = [toSearch] }, "x");
        Fact[] facts = [.. Ticket("before", At(15, 23), null), .. Ticket("after", At(16), null)];
        // From then on the tickets are the search's, which promises nothing; and the month is not cut.
        Clocks(versions, facts, At(17)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(r => r.Ticket.ShouldBe("before"), r => r.BreachedAt.ShouldBe(At(16, 3)));
        Results(versions, facts, At(17)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(r => r.Period.Label.ShouldBe("2026-03"), r => r.Volume.ShouldBe(1));
    }

    [Fact]
    public void A_ticket_that_an_amendment_takes_out_and_another_brings_back_counts_from_its_start_again()
    {
        var (with, without) = (Agreement(Objective(Clock(FourHours))), Agreement() with { Services = [Service("search")] });
        var versions = new AgreementVersions(new AgreementVersion(Start, with), new AgreementVersion(The16th, without), new AgreementVersion(The16th.PlusDays(1), with));
        Clocks(versions, Ticket("T-1", At(15, 23), null), At(18)).Select(r => (r.Cycle, r.StartedAt, r.Verdict, r.BreachedAt)).ShouldBe(
            [(1, At(15, 23), ClockVerdict.Cancelled, null), (2, At(15, 23), ClockVerdict.Breached, At(17))]);
    }

    [Fact]
    public void Live_a_ticket_leaves_with_the_amendment_though_nothing_happens_to_it()
    {
        var versions = Versions(Agreement(Objective(Clock(FourHours))), Agreement() with { Services = [Service("search")] });
        var facts = Log(Ticket("T-1", At(15, 22), null)).Effective(Instant.MaxValue);
        var clock = MeasuredClock.Of(versions, "x", new CalendarInForce());
        var changes = new List<VerdictChange>();
        var live = new LiveTickets(clock.Program, At(15), ticket => [.. facts.Of(ticket).Facts.Select(f => f.Fact)], 1);
        live.Surround(clock.Surroundings(new VersionedFacts(versions, facts)), ["T-1"], changes);
        live.AdvanceTo(At(15, 22), changes);
        live.Apply(facts.Of("T-1").Facts[0].Fact, changes);
        live.AdvanceTo(At(16) - Duration.FromTicks(1), changes);
        live.VerdictOf("T-1", 0).ShouldBe(ClockVerdict.Running);
        live.AdvanceTo(At(16), changes);
        live.VerdictOf("T-1", 0).ShouldBe(ClockVerdict.Cancelled);
        changes[^1].ShouldBe(new VerdictChange(LiveTickets.KeyOf("T-1"), 0, 1, ClockVerdict.Cancelled, At(16)));
    }

    [Fact]
    public void Shared_recoveries_are_those_that_the_version_in_force_sees()
    {
        // Until the 16th the service was watched as "web", since then as "cluster".
        var cluster = new MatchRule([("subject", [new Glob("cluster")])], "web", "", Stated);
        var before = Agreement(Objective(TimeUp()), Objective(Clock(ClockTemplates.Recover(ClockSpan.Hours(4)))) with { Name = "recover" });
        var versions = Versions(before, before with { MatchRules = [cluster] });
        Fact Linked(string ticket, Instant at) => Fact($"{ticket}/linked", at, new FactData.TicketLinked("web"), ticket, "desk");
        Fact[] facts =
        [
            .. Outage(At(15), Duration.FromHours(2)), .. Outage(At(15, 6), Duration.FromHours(1), "cluster"), .. Outage(At(17), Duration.FromHours(3), "cluster"),
            .. Ticket("T-1", At(15, 1), null), Linked("T-1", At(15, 1)), .. Ticket("T-2", At(15, 5), null), Linked("T-2", At(15, 5)),
        ];
        Clocks(versions, facts).Select(r => r.StoppedAt).ShouldBe([At(15, 2), At(17, 3)]);
    }

    [Fact]
    public void An_objective_without_a_clock_in_any_version_measures_none() =>
        Should.Throw<ArgumentException>(() => MeasuredClock.Of(Versions(Agreement(Objective(TimeUp())), Agreement()), "x"));

    [Fact]
    public void Clocks_in_versions_come_in_order_of_time_and_are_not_more_than_one_program_holds()
    {
        static ClockVersion From(Instant at) => new(at, [FourHours], TicketPolicies.Default);
        Should.Throw<ArgumentException>(() => ClockProgram.Compile([], new DiagnosticBag()));
        Should.Throw<ArgumentException>(() => ClockProgram.Compile([From(Instant.MinValue), From(At(2)), From(At(2))], new DiagnosticBag()));
        ClockProgram.Compile(Enumerable.Range(1, 256).Select(i => From(At(i))), new DiagnosticBag()).ShouldNotBeNull();
        var diagnostics = new DiagnosticBag();
        ClockProgram.Compile(Enumerable.Range(1, 257).Select(i => From(At(i))), diagnostics).ShouldBeNull();
        diagnostics.ShouldHaveSingleItem().Code.ShouldBe("LK4102");
    }

    [Fact]
    public void Where_one_ticket_left_another_is_attached_with_its_report_all_the_same()
    {
        var attached = FourHours with { Start = TicketCondition.On(TicketHappening.Attached) };
        Fact[] facts =
        [
            .. Ticket("goes", At(2), null), Fact("goes/elsewhere", At(3), new FactData.TicketChanged(ImmutableSortedDictionary<string, string>.Empty.Add("service", "elsewhere")), "goes", "desk"),
            .. Ticket("stays", At(4), null),
        ];
        Evaluator.Clocks(Agreement(Objective(Clock(attached))), Log(facts).Effective(At(5)), At(5)).Select(r => (r.Ticket, r.StartedAt)).ShouldBe([("goes", At(2)), ("stays", At(4))]);
    }
}
