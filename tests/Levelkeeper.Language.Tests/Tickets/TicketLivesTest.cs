using Levelkeeper.Core.Clocks;
using NodaTime;
using static Levelkeeper.Language.Tests.Tickets.Desk;

namespace Levelkeeper.Language.Tests.Tickets;

/// <summary>The rows of the table "Tickets" in docs/semantics.md on pauses, replies, ends and second lives, each with its default and its clauses as an agreement says them.</summary>
public class TicketLivesTest
{
    [Theory]
    [InlineData("title: it", 13)]
    [InlineData("pauses: none", 13)]
    [InlineData("pauses: with the supplier", 13)]
    [InlineData("pauses: waiting", 15)]
    [InlineData("pauses: [on hold, waiting]", 15)]
    [InlineData("pause: status is waiting", 15)]
    [InlineData("pauses: waiting\nlongest-pause: 1 h", 14)]
    [InlineData("pauses: waiting\npaused-time: is taken out", 15)]
    [InlineData("pauses: waiting\npaused-time: is only hidden", 13)]
    public void No_state_pauses_a_clock_unless_the_agreement_names_it(string lines, int due) =>
        new Desk().Reported(At(1, 9)).Status(At(1, 10), "waiting").Status(At(1, 12), "open").Resolve(At(1, 12), lines).Due.ShouldBe(At(1, due));

    [Theory]
    [InlineData("respond")]
    [InlineData("update")]
    [InlineData("workaround")]
    [InlineData("resolve")]
    [InlineData("recover")]
    [InlineData("own")]
    [InlineData("update-interval")]
    public void No_standard_clock_pauses_by_itself_whatever_the_status(string clock) => Agreement(Standard(clock, "title: it")).Clocks[0].Pause.ShouldBe(TicketCondition.Never);

    [Fact]
    public void A_pause_takes_out_exactly_the_open_time_inside_it_and_shows_what_is_left()
    {
        var desk = new Desk().Reported(At(1, 15)).Status(At(1, 16), "waiting").Status(At(2, 10), "open");
        var paused = desk.Resolve(At(2, 9, 30), "pauses: waiting");
        (paused.Verdict, paused.Due, paused.Remaining, paused.PausedSince).ShouldBe((ClockVerdict.Paused, null, Duration.FromHours(3), At(1, 16)));
        var after = desk.Resolve(At(2, 10), "pauses: waiting");
        (after.Paused, after.Due).ShouldBe((Duration.FromHours(2), At(2, 13)));
    }

    [Fact]
    public void The_longest_pause_ends_by_itself_though_nobody_noticed()
    {
        var desk = new Desk().Reported(At(1, 9)).Status(At(1, 10), "waiting");
        desk.Resolve(At(1, 16), "pauses: waiting\nlongest-pause: 3 h").Verdict.ShouldBe(ClockVerdict.Running);
        desk.Resolve(At(2, 9), "pauses: waiting\nlongest-pause: 3 h").BreachedAt.ShouldBe(At(1, 16));
        desk.Resolve(At(9, 9), "pauses: waiting").Verdict.ShouldBe(ClockVerdict.Paused);
    }

    [Theory]
    [InlineData("title: it", ClockVerdict.Breached)]
    [InlineData("pauses: waiting", ClockVerdict.Paused)]
    public void The_respond_clock_pauses_only_where_it_is_agreed(string lines, ClockVerdict verdict) =>
        new Desk().Reported(At(1, 9)).Status(At(1, 10), "waiting").Read("respond", At(1, 16), lines).Verdict.ShouldBe(verdict);

    [Fact]
    public void A_clock_breached_before_the_pause_stays_breached_and_one_cannot_breach_while_it_pauses()
    {
        new Desk().Reported(At(1, 9)).Status(At(1, 14), "waiting").Resolve(At(2, 9), "pauses: waiting").BreachedAt.ShouldBe(At(1, 13));
        new Desk().Reported(At(1, 9)).Status(At(1, 12), "waiting").Resolve(At(9, 9), "pauses: waiting").Verdict.ShouldBe(ClockVerdict.Paused);
    }

    [Fact]
    public void A_deadline_agreed_with_the_customer_is_pinned_breaches_in_a_pause_and_both_are_shown()
    {
        var desk = new Desk().Reported(At(1, 9)).Pinned(At(1, 10), At(2, 12));
        var running = desk.Resolve(At(1, 10), "pauses: waiting");
        (running.Due, running.PinnedDue).ShouldBe((At(1, 13), At(2, 12)));
        desk.Status(At(1, 11), "waiting").Resolve(At(2, 13), "pauses: waiting").BreachedAt.ShouldBe(At(2, 12));
        new Desk().Reported(At(1, 9)).Pinned(At(1, 10), At(2, 12), consent: "").Resolve(At(1, 14)).BreachedAt.ShouldBe(At(1, 13));
    }

    [Theory]
    [InlineData("title: it", 13)]
    [InlineData("reset: customer replies", 14)]
    public void A_second_unanswered_message_does_not_move_the_deadline_unless_agreed_otherwise(string line, int due) =>
        new Desk().Reported(At(1, 9)).CustomerWrites(At(1, 10)).All(Standard("update", line), "update", At(1, 10))[^1].Due.ShouldBe(At(1, due));

    [Theory]
    [InlineData("title: it", 9, 40)]
    [InlineData("stop: [provider replies, automatic reply]", 9, 10)]
    [InlineData("stop: [provider replies, provider notes]", 9, 20)]
    [InlineData("stop: [provider replies, resolved]", 9, 30)]
    public void Only_a_public_reply_of_a_person_answers_unless_agreed_otherwise(string line, int hour, int minute) =>
        new Desk().Reported(At(1, 9)).Replied(At(1, 9, 10), automatic: true).Replied(At(1, 9, 20), isPublic: false).Resolved(At(1, 9, 30)).Replied(At(1, 9, 40))
            .Read("respond", At(2, 9), line).StoppedAt.ShouldBe(At(1, hour, minute));

    [Theory]
    [InlineData("title: it", 1, 12)]
    [InlineData("reopened: resumes", 1, 12)]
    [InlineData("reopened: counts", 1, 10)]
    [InlineData("reopened: new cycle", 2, 14)]
    [InlineData("reopened-within: 1 business day", 2, 14)]
    [InlineData("reopened-within: 2 business days", 1, 12)]
    public void A_reopened_ticket_goes_on_with_the_same_clock_without_the_time_while_resolved_unless_agreed_otherwise(string line, int cycles, int due)
    {
        // Two of four hours are spent on Monday; opened again on Wednesday at 10:00, when by the clause "counts" it is late already.
        var readings = new Desk().Reported(At(1, 9)).Resolved(At(1, 11)).Reopened(At(3, 10)).All(Standard("resolve", line), "resolve", At(3, 10));
        readings.Length.ShouldBe(cycles);
        if (line == "reopened: counts")
            (readings[0].Spent, readings[0].BreachedAt).ShouldBe((Duration.FromHours(8 + 8 + 1), At(3, 10)));
        else
            readings[^1].Due.ShouldBe(At(3, due));
    }

    [Theory]
    [InlineData(11, 0, 1)]
    [InlineData(11, 1, 2)]
    public void After_five_working_days_a_reopened_ticket_is_a_new_cycle_and_the_earlier_one_keeps_its_verdict(int hour, int minute, int cycles)
    {
        var readings = new Desk().Reported(At(1, 9)).Resolved(At(1, 11)).Reopened(At(8, hour, minute)).All(Standard("resolve", "title: it"), "resolve", At(8, 12));
        readings.Length.ShouldBe(cycles);
        readings[0].Verdict.ShouldBe(cycles == 2 ? ClockVerdict.Met : ClockVerdict.Running);
    }

    [Fact]
    public void Without_a_limit_of_time_it_is_always_the_same_clock()
    {
        var reading = new Desk().Reported(At(1, 9)).Resolved(At(1, 11)).Reopened(At(200, 10)).All(Standard("resolve", "reopened-within: no limit"), "resolve", At(200, 11)).ShouldHaveSingleItem();
        (reading.Spent, reading.StartedAt).ShouldBe((Duration.FromHours(3), At(1, 9)));
    }

    [Fact]
    public void A_workaround_restores_the_essential_functions_and_stops_its_own_clock_only()
    {
        const string Services = "services:\n  shop: { title: Shop, essential: [send, receive] }\n";
        const string Objective = "objectives:\n  it: { measure: time to workaround, of: tickets of shop, within: 8 h, target: every ticket }\n  other: { measure: time to resolve, of: tickets of shop, within: 8 h, target: every ticket }\n";
        var desk = new Desk().Reported(At(1, 9)).Workaround(At(1, 10), "send").Workaround(At(1, 11), "receive", "send");
        desk.All(Services + Objective, "workaround", At(2, 9)).ShouldHaveSingleItem().StoppedAt.ShouldBe(At(1, 11));
        desk.All(Services + Objective, "resolve", At(1, 12)).ShouldHaveSingleItem().StoppedAt.ShouldBeNull();
        desk.All(Objective, "workaround", At(2, 9)).ShouldHaveSingleItem().StoppedAt.ShouldBe(At(1, 10));
    }

    [Fact]
    public void A_workaround_can_also_meet_resolve_or_lower_the_priority()
    {
        var desk = new Desk().Reported(At(1, 9), "P1").Workaround(At(1, 10));
        desk.Resolve(At(1, 11), "stop: [resolved, workaround given]").StoppedAt.ShouldBe(At(1, 10));
        const string ByPriority = "within: { P1: 2 h, P3: 7 h }";
        desk.Resolve(At(1, 10), ByPriority).Due.ShouldBe(At(1, 11));
        desk.All("tickets: { after-workaround: P3 }\n" + Standard("resolve", ByPriority), "resolve", At(1, 10)).ShouldHaveSingleItem().Due.ShouldBe(At(1, 16));
        desk.All("tickets: { after-workaround: P3 }\n" + Standard("resolve", ByPriority + "\npriority-change: by its reason"), "resolve", At(1, 10)).ShouldHaveSingleItem().Due.ShouldBe(At(1, 17));
    }

    [Fact]
    public void The_surviving_ticket_of_a_merge_inherits_the_earliest_start_and_a_breach_stays()
    {
        var desk = new Desk().Reported(At(1, 9)).Reported(At(1, 11), ticket: "T-2").Merged(At(1, 12), "T-1", "T-2");
        desk.All(Standard("resolve", "title: it"), "resolve", At(1, 12)).Select(r => (r.Ticket, r.Verdict, r.Due)).ShouldBe(
            [("T-1", ClockVerdict.Cancelled, At(1, 13)), ("T-2", ClockVerdict.Running, At(1, 13))]);
        new Desk().Reported(At(1, 9)).Reported(At(1, 11), ticket: "T-2").Merged(At(1, 14), "T-1", "T-2").All(Standard("resolve", "title: it"), "resolve", At(1, 14))[0].BreachedAt.ShouldBe(At(1, 13));
    }

    [Theory]
    [InlineData(10, false, ClockVerdict.Cancelled)]
    [InlineData(14, false, ClockVerdict.Breached)]
    [InlineData(14, true, ClockVerdict.Cancelled)]
    public void A_void_ticket_cancels_its_clocks_but_a_breach_stays_unless_both_agree(int hour, bool byBoth, ClockVerdict verdict) =>
        new Desk().Reported(At(1, 9)).Cancelled(At(1, hour), byBoth).Resolve(At(2, 9)).Verdict.ShouldBe(verdict);

    [Theory]
    [InlineData("recover", "title: it", 12)]
    [InlineData("recover", "stop: resolved", 15)]
    [InlineData("resolve", "title: it", 15)]
    [InlineData("resolve", "stop: [resolved, service recovered]", 12)]
    public void A_ticket_linked_to_an_outage_shares_its_confirmed_recovery_unless_agreed_otherwise(string clock, string line, int hour) =>
        new Desk().Reported(At(1, 9)).Checked(At(1, 8), false).Checked(At(1, 8, 1), false).Checked(At(1, 11), true).Checked(At(1, 11, 1), false)
            .Checked(At(1, 12), true).Checked(At(1, 12, 1), true).Linked(At(1, 13)).Resolved(At(1, 15)).Read(clock, At(2, 9), line).StoppedAt.ShouldBe(At(1, hour));
}
