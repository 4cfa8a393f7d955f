using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;
using NodaTime;
using static Levelkeeper.Core.Tests.Evaluation.Shop;

namespace Levelkeeper.Core.Tests.Evaluation;

/// <summary>Amendments on Monday 2026-03-16 that take running clocks with them, and clocks that run on after their ticket has left.</summary>
public sealed class TakenOverClockTests
{
    private static readonly TicketPolicies Takes = new() { Amendment = AmendmentPolicy.TakesNewTarget };
    private static readonly TicketPolicies RunsOn = new() { Leaving = LeavingPolicy.ClocksRunOn };
    private static readonly TicketCondition Waiting = new TicketCondition.StatusIs("waiting");

    [Theory]
    [InlineData(8, 4, 2, 2)] // Two hours are spent, two are left.
    [InlineData(4, 8, 6, 6)]
    [InlineData(8, 2, 0, 0)]
    [InlineData(8, 1, -1, 0)] // Over an hour ago, and a breach only now.
    public void A_running_clock_takes_the_new_target_with_the_time_already_spent(int before, int after, int dueHour, int breachedHour)
    {
        var reading = Clocks(Versions(Hours(before), Hours(after)), Ticket("T-1", At(15, 22), null)).ShouldHaveSingleItem();
        (reading.StartedAt, reading.Target, reading.Verdict, reading.BreachedAt).ShouldBe((At(15, 22), ClockSpan.Hours(after), ClockVerdict.Breached, At(16, breachedHour)));
        var open = Clocks(Versions(Hours(before), Hours(after)), Ticket("T-1", At(15, 22), null), At(16)).ShouldHaveSingleItem();
        (open.Spent, open.Remaining).ShouldBe((Duration.FromHours(2), Duration.FromHours(after - 2)));
        if (dueHour >= 0)
            (open.Due, open.Verdict).ShouldBe((At(16, dueHour), ClockVerdict.Running));
    }

    [Fact]
    public void Before_the_amendment_the_clock_knows_nothing_of_it()
    {
        var reading = Clocks(Versions(Hours(8), Hours(1)), Ticket("T-1", At(15, 22), null), At(15, 23, 59)).ShouldHaveSingleItem();
        (reading.Due, reading.Verdict).ShouldBe((At(16, 6), ClockVerdict.Running));
    }

    [Fact]
    public void A_breach_reached_before_the_amendment_stays_with_its_target() =>
        Clocks(Versions(Hours(1), Hours(8)), Ticket("T-1", At(15, 22), At(16, 2))).Select(r => (r.Target, r.Verdict, r.BreachedAt)).ShouldBe([(ClockSpan.Hours(1), ClockVerdict.Breached, At(15, 23))]);

    [Fact]
    public void What_is_resolved_in_the_new_time_is_met() =>
        Clocks(Versions(Hours(8), Hours(4)), [.. Ticket("in-time", At(15, 22), At(16, 2)), .. Ticket("late", At(15, 22), At(16, 2, 1))])
            .Select(r => (r.Ticket, r.Verdict)).ShouldBe([("in-time", ClockVerdict.Met), ("late", ClockVerdict.Breached)]);

    [Fact]
    public void The_amendment_itself_says_so_not_the_agreement_before_it()
    {
        var versions = Versions(Promising(Hours(8)) with { TicketPolicies = Takes }, Promising(Hours(4)));
        Clocks(versions, Ticket("T-1", At(15, 22), null)).ShouldHaveSingleItem().BreachedAt.ShouldBe(At(16, 6));
    }

    [Fact]
    public void A_clock_that_pauses_over_the_amendment_has_the_new_target_when_it_resumes()
    {
        // An hour is spent when it pauses; of four, three are left.
        var versions = Versions(Hours(8) with { Pause = Waiting }, Hours(4) with { Pause = Waiting });
        Fact[] facts = [.. Ticket("T-1", At(15, 22), null), Status(At(15, 23), "waiting"), Status(At(16, 10), "open")];
        Clocks(versions, facts, At(16, 9)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            r => r.Verdict.ShouldBe(ClockVerdict.Paused), r => r.DueIfResumed.ShouldBe(At(16, 12)), r => r.PausedSince.ShouldBe(At(15, 23)));
        Clocks(versions, facts).ShouldHaveSingleItem().BreachedAt.ShouldBe(At(16, 13));
    }

    [Theory]
    [InlineData(180, 180, 5, 0)] // From 23:00 to 02:00, then three hours.
    [InlineData(180, 30, 3, 0)] // Too long by the amendment, so over with it; then three hours.
    [InlineData(180, 90, 3, 30)] // Over at 00:30.
    public void A_longest_pause_goes_on_over_the_amendment_by_its_rule(int before, int after, int hour, int minute)
    {
        ClockDefinition Pausing(int target, int longest) => Hours(target) with { Pause = Waiting, Pausing = new PausePolicy(Longest: ClockSpan.Minutes(longest)) };
        Clocks(Versions(Pausing(8, before), Pausing(4, after)), [.. Ticket("T-1", At(15, 22), null), Status(At(15, 23), "waiting")])
            .ShouldHaveSingleItem().BreachedAt.ShouldBe(At(16, hour, minute));
    }

    [Fact]
    public void What_pauses_by_the_amendment_pauses_with_it()
    {
        Fact[] facts = [.. Ticket("T-1", At(15, 22), null), Status(At(15, 23), "waiting")];
        var reading = Clocks(Versions(Hours(8), Hours(4) with { Pause = Waiting }), facts, At(17)).ShouldHaveSingleItem();
        (reading.Verdict, reading.PausedSince, reading.Spent).ShouldBe((ClockVerdict.Paused, At(16), Duration.FromHours(2)));
    }

    [Fact]
    public void What_stood_resolved_goes_on_by_its_own_target_when_it_is_opened_again()
    {
        Fact[] facts = [.. Ticket("T-1", At(15, 22), At(15, 23)), Fact("again", At(16, 10), new FactData.TicketReopened(), "T-1", "desk")];
        Clocks(Versions(Hours(8), Hours(4)), facts).ShouldHaveSingleItem().BreachedAt.ShouldBe(At(16, 17));
    }

    [Fact]
    public void A_clock_that_the_amendment_removes_keeps_its_target() =>
        Clocks(Versions(Promising(Hours(8)), Agreement() with { TicketPolicies = Takes }), Ticket("T-1", At(15, 22), null)).ShouldHaveSingleItem().BreachedAt.ShouldBe(At(16, 6));

    [Fact]
    public void A_deadline_agreed_with_the_customer_decides_all_the_same()
    {
        Fact[] facts = [.. Ticket("T-1", At(15, 22), null), Fact("pin", At(15, 23), new FactData.TicketDeadlinePinned("resolve", At(16, 9), "Ms Ito"), "T-1", "desk")];
        Clocks(Versions(Hours(8), Hours(1)), facts).ShouldHaveSingleItem().BreachedAt.ShouldBe(At(16, 9));
    }

    [Fact]
    public void Each_amendment_takes_the_clock_on()
    {
        // Thirty hours; then forty; then, with 26 h spent, twenty-eight: due two hours later.
        var versions = new AgreementVersions(
            new AgreementVersion(Start, Promising(Hours(30))),
            new AgreementVersion(The16th, Promising(Hours(40)) with { TicketPolicies = Takes }),
            new AgreementVersion(The16th.PlusDays(1), Promising(Hours(28)) with { TicketPolicies = Takes }));
        Clocks(versions, Ticket("T-1", At(15, 22), null)).ShouldHaveSingleItem().BreachedAt.ShouldBe(At(17, 2));
    }

    [Fact]
    public void Live_the_new_target_holds_from_the_amendment_though_nothing_happens_to_the_ticket()
    {
        var versions = Versions(Hours(8), Hours(1));
        var facts = Log(Ticket("T-1", At(15, 22), null)).Effective(Instant.MaxValue);
        var clock = MeasuredClock.Of(versions, "x");
        var changes = new List<VerdictChange>();
        var live = new LiveTickets(clock.Program, At(15, 22), ticket => [.. facts.Of(ticket).Facts.Select(f => f.Fact)], 1);
        live.Apply(facts.Of("T-1").Facts[0].Fact, changes);
        live.AdvanceTo(At(16) - Duration.FromTicks(1), changes);
        live.VerdictOf("T-1", 0).ShouldBe(ClockVerdict.Running);
        live.AdvanceTo(At(16), changes);
        changes[^1].ShouldBe(new VerdictChange(LiveTickets.KeyOf("T-1"), 0, 1, ClockVerdict.Breached, At(16)));
    }

    [Fact]
    public void The_clocks_of_a_ticket_that_an_amendment_takes_out_can_run_on()
    {
        var versions = Versions(Promising(Hours(4)), Without(RunsOn));
        Clocks(versions, [.. Ticket("in-time", At(15, 22), At(16, 2)), .. Ticket("late", At(15, 22), null)])
            .Select(r => (r.Ticket, r.Verdict, r.BreachedAt)).ShouldBe([("in-time", ClockVerdict.Met, null), ("late", ClockVerdict.Breached, At(16, 2))]);
    }

    [Fact]
    public void A_clock_that_runs_on_outside_the_agreement_takes_no_new_target()
    {
        var versions = Versions(Promising(Hours(4)), Without(RunsOn with { Amendment = AmendmentPolicy.TakesNewTarget }, Objective(Clock(Hours(1)), service: "")));
        Clocks(versions, Ticket("T-1", At(15, 22), null)).ShouldHaveSingleItem().BreachedAt.ShouldBe(At(16, 2));
    }

    [Fact]
    public void A_ticket_that_leaves_with_the_amendment_is_cancelled_before_the_new_target_could_breach_it()
    {
        var versions = Versions(Promising(Hours(4)), Without(Takes, Objective(Clock(Hours(1)), service: "")));
        Clocks(versions, Ticket("T-1", At(15, 22), null)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(r => r.Verdict.ShouldBe(ClockVerdict.Cancelled), r => r.StoppedAt.ShouldBe(At(16)));
    }

    [Theory]
    [InlineData(LeavingPolicy.CancelsClocks, ClockVerdict.Cancelled)]
    [InlineData(LeavingPolicy.ClocksRunOn, ClockVerdict.Met)]
    public void A_ticket_that_a_fact_takes_out_keeps_its_clocks_where_they_run_on(LeavingPolicy leaving, ClockVerdict verdict)
    {
        var agreement = Promising(Hours(4)) with { TicketPolicies = new TicketPolicies { Leaving = leaving } };
        Clocks(AgreementVersions.Of(agreement), [.. Ticket("T-1", At(15, 8), At(15, 11)), Moved(At(15, 9), "elsewhere")]).ShouldHaveSingleItem().Verdict.ShouldBe(verdict);
    }

    [Fact]
    public void A_clock_that_runs_on_is_the_same_clock_when_its_ticket_comes_back()
    {
        var agreement = Promising(Hours(4)) with { TicketPolicies = RunsOn };
        Clocks(AgreementVersions.Of(agreement), [.. Ticket("T-1", At(15, 8), null), Moved(At(15, 9), "elsewhere"), Moved(At(15, 10), "web")])
            .ShouldHaveSingleItem().ShouldSatisfyAllConditions(r => r.Cycle.ShouldBe(1), r => r.BreachedAt.ShouldBe(At(15, 12)));
    }

    [Fact]
    public void No_other_cycle_comes_into_being_while_the_ticket_is_outside()
    {
        var agreement = Promising(ClockTemplates.UpdateInterval(ClockSpan.Hours(4))) with { TicketPolicies = RunsOn };
        Fact Said(Instant at) => Fact($"said {at}", at, new FactData.TicketReplied(Actor.Provider, true, false), "T-1", "desk");
        Fact[] facts = [.. Ticket("T-1", At(15, 8), null), Moved(At(15, 9), "elsewhere"), Said(At(15, 10))];
        Clocks(AgreementVersions.Of(agreement), facts).Select(r => (r.StartedAt, r.StoppedAt, r.Verdict)).ShouldBe([(At(15, 8), At(15, 10), ClockVerdict.Met)]);
        // It comes back at noon: what began at ten while it was outside counts from ten.
        Clocks(AgreementVersions.Of(agreement), [.. facts, Moved(At(15, 12), "web")]).Select(r => (r.StartedAt, r.BreachedAt)).ShouldBe([(At(15, 8), null), (At(15, 10), At(15, 14))]);
    }

    private static readonly LocalDate Start = new(2026, 1, 1);
    private static readonly LocalDate The16th = new(2026, 3, 16);

    private static ClockDefinition Hours(int hours) => ClockTemplates.Resolve(ClockSpan.Hours(hours));

    private static Agreement Promising(ClockDefinition clock) => Agreement(Objective(Clock(clock)));

    /// <summary>An agreement to which the tickets do not belong.</summary>
    private static Agreement Without(TicketPolicies policies, params Objective[] objectives) => Agreement() with { Objectives = [.. objectives], Services = [Service("search")], TicketPolicies = policies };

    private static AgreementVersions Versions(ClockDefinition before, ClockDefinition after) => Versions(Promising(before), Promising(after) with { TicketPolicies = Takes });

    private static AgreementVersions Versions(Agreement before, Agreement after) => new(new AgreementVersion(Start, before), new AgreementVersion(The16th, after));

    private static ImmutableArray<ClockReading> Clocks(AgreementVersions versions, IEnumerable<Fact> facts, Instant? asOf = null) =>
        Evaluator.Clocks(versions, Log(facts).Effective(asOf ?? April), asOf ?? April);

    private static Fact Status(Instant at, string status) => Fact($"T-1/{status}", at, new FactData.TicketStatus(status), "T-1", "desk");

    private static Fact Moved(Instant at, string service) =>
        Fact($"T-1/to {service} {at}", at, new FactData.TicketChanged(ImmutableSortedDictionary<string, string>.Empty.Add("service", service)), "T-1", "desk");
}
