using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using NodaTime;
using static Levelkeeper.Language.Tests.Tickets.Desk;

namespace Levelkeeper.Language.Tests.Tickets;

/// <summary>The rows of the table "Tickets" in docs/semantics.md on starts, verdicts, priorities and periods, each with its default and its clauses as an agreement says them.</summary>
public class TicketTargetsTest
{
    [Theory]
    [InlineData("title: it", 13, 0)]
    [InlineData("start-from: reported", 13, 0)]
    [InlineData("start-from: entered", 16, 0)]
    [InlineData("start-from: assigned", 16, 30)]
    [InlineData("start: status is open", 14, 0)]
    [InlineData("start: status is open\ncounts-back: to the report", 13, 0)]
    public void A_clock_starts_when_the_customer_reported_unless_agreed_otherwise(string lines, int hour, int minute) =>
        new Desk().Reported(At(1, 9), entered: At(1, 12)).Status(At(1, 10), "open").Assigned(At(1, 12, 30)).Resolve(At(1, 12, 30), lines).Due.ShouldBe(At(1, hour, minute));

    [Theory]
    [InlineData("to the report", 13)]
    [InlineData("to the report without its pauses", 14)]
    public void A_clock_that_counts_back_can_take_out_the_pauses_before_its_start(string word, int hour) =>
        new Desk().Reported(At(1, 9)).Status(At(1, 10), "waiting").Status(At(1, 11), "open").Priority(At(1, 12), "P1")
            .Resolve(At(1, 12), $"start: priority is P1\npauses: waiting\ncounts-back: {word}").Due.ShouldBe(At(1, hour));

    [Theory]
    [InlineData("reported", 13)]
    [InlineData("attached", 15)]
    public void A_ticket_that_came_under_the_agreement_later_counts_from_its_report_unless_agreed_otherwise(string word, int hour)
    {
        var desk = new Desk().Reported(At(1, 9), service: "elsewhere").Changed(At(1, 11), "service", "shop");
        desk.All(Standard("resolve", $"start-from: {word}"), "resolve", At(1, 10)).ShouldBeEmpty();
        desk.Resolve(At(1, 12), $"start-from: {word}").Due.ShouldBe(At(1, hour));
    }

    [Fact]
    public void Each_clock_has_what_stops_it()
    {
        var desk = new Desk().Reported(At(1, 9)).Checked(At(1, 8), false).Checked(At(1, 8, 1), false).Assigned(At(1, 9, 10)).Replied(At(1, 9, 20)).CustomerWrites(At(1, 10))
            .Replied(At(1, 10, 30)).Workaround(At(1, 11)).Linked(At(1, 11, 30)).Checked(At(1, 12), true).Checked(At(1, 12, 1), true).Resolved(At(1, 13));

        desk.Read("own", At(2, 9)).StoppedAt.ShouldBe(At(1, 9, 10));
        desk.Read("respond", At(2, 9)).StoppedAt.ShouldBe(At(1, 9, 20));
        desk.Read("workaround", At(2, 9)).StoppedAt.ShouldBe(At(1, 11));
        desk.Read("recover", At(2, 9)).StoppedAt.ShouldBe(At(1, 12));
        desk.Resolve(At(2, 9)).StoppedAt.ShouldBe(At(1, 13));
        desk.All(Standard("update", "title: it"), "update", At(2, 9)).Select(r => (r.StartedAt, r.StoppedAt)).ShouldBe([(At(1, 9), At(1, 9, 20)), (At(1, 10), At(1, 10, 30))]);
        desk.All(Standard("update-interval", "title: it"), "update-interval", At(2, 9)).Select(r => (r.StartedAt, r.StoppedAt)).ShouldBe(
            [(At(1, 9), At(1, 9, 20)), (At(1, 9, 20), At(1, 10, 30)), (At(1, 10, 30), At(1, 13))]);
    }

    [Fact]
    public void A_clock_of_its_own_name_starts_pauses_resumes_and_stops_by_its_conditions()
    {
        var desk = new Desk().Reported(At(1, 9)).Changed(At(1, 10), "quote", "asked").Replied(At(1, 11)).CustomerWrites(At(1, 13)).Changed(At(1, 15), "quote", "given");
        var reading = desk.Read("quote", At(2, 9), "start: quote is asked\nstop: quote is given\npause: provider replies\nresume: customer replies");
        (reading.StartedAt, reading.StoppedAt, reading.Spent, reading.Paused).ShouldBe((At(1, 10), At(1, 15), Duration.FromHours(3), Duration.FromHours(2)));
    }

    [Theory]
    [InlineData("nothing", ClockVerdict.Running, 13)]
    [InlineData("pauses the provider", ClockVerdict.Paused, 16)]
    [InlineData("extends the provider", ClockVerdict.Running, 16)]
    public void What_the_customers_lateness_does_to_the_provider_is_agreed(string word, ClockVerdict meanwhile, int due)
    {
        var clocks = Standard("resolve", "title: it") + $"  inform: {{ on: customer, start: status is waiting, stop: customer replies, within: 1 h, calendar: office, lateness: {word} }}\n";
        var desk = new Desk().Reported(At(1, 9)).Status(At(1, 10), "waiting").CustomerWrites(At(1, 14));

        // The customer is late from 11:00 to 14:00.
        desk.All(clocks, "inform", At(1, 14)).ShouldHaveSingleItem().BreachedAt.ShouldBe(At(1, 11));
        var late = desk.All(clocks, "resolve", At(1, 12)).ShouldHaveSingleItem();
        late.Verdict.ShouldBe(meanwhile);
        late.PausedSince.ShouldBe(meanwhile == ClockVerdict.Paused ? At(1, 11) : null);
        desk.All(clocks, "resolve", At(1, 14)).ShouldHaveSingleItem().Due.ShouldBe(At(1, due));
    }

    [Fact]
    public void Stopped_at_due_is_met_and_open_past_due_is_breached_now()
    {
        var desk = new Desk().Reported(At(1, 9));
        desk.Resolve(At(1, 13)).Verdict.ShouldBe(ClockVerdict.Running);
        (desk.Resolve(At(1, 13) + Duration.Epsilon * 100).Verdict, desk.Resolve(At(1, 15)).BreachedAt).ShouldBe((ClockVerdict.Breached, At(1, 13)));
        desk.Resolved(At(1, 13)).Resolve(At(2, 9)).Verdict.ShouldBe(ClockVerdict.Met);
    }

    [Theory]
    [InlineData("title: it", PriorityReason.Unstated, 12, 10)]
    [InlineData("priority-change: from the start", PriorityReason.ImpactChanged, 12, 10)]
    [InlineData("priority-change: from the change", PriorityReason.Corrected, 13, 13)]
    [InlineData("priority-change: by its reason", PriorityReason.ImpactChanged, 13, 13)]
    [InlineData("priority-change: by its reason", PriorityReason.Corrected, 12, 10)]
    [InlineData("priority-change: by its reason", PriorityReason.Unstated, 12, 10)]
    public void A_new_priority_counts_from_the_start_unless_agreed_otherwise_and_no_breach_is_dated_before_the_change(string line, PriorityReason reason, int breached, int due)
    {
        var reading = new Desk().Reported(At(1, 9)).Priority(At(1, 12), "P1", reason).Resolve(At(1, 14), $"within: {{ P1: 1 h, P2: 6 h }}\n{line}");
        (reading.BreachedAt, reading.Due).ShouldBe((At(1, breached), At(1, due)));
    }

    [Fact]
    public void A_breach_already_reached_stays_when_the_priority_falls() =>
        new Desk().Reported(At(1, 9), "P1").Priority(At(1, 11), "P2").Resolved(At(1, 12)).Resolve(At(1, 13), "within: { P1: 1 h, P2: 6 h }").BreachedAt.ShouldBe(At(1, 10));

    [Fact]
    public void The_calendar_in_force_at_each_instant_counts()
    {
        // From Tuesday on the office opens at 11:00: two hours on Monday and two on Tuesday.
        const string Calendars = "calendars:\n  office: { weekly: { mon-fri: 09:00-17:00 }, versions: [{ from: 2026-03-03, weekly: { mon-fri: 11:00-17:00 } }] }\n";
        new Desk().Reported(At(1, 15)).All(Calendars + Standard("resolve", "title: it"), "resolve", At(1, 15)).ShouldHaveSingleItem().Due.ShouldBe(At(2, 13));
    }

    [Fact]
    public void A_clock_is_cancelled_with_its_history_when_its_plan_no_longer_fits_and_a_new_cycle_counts_when_it_fits_again()
    {
        var desk = new Desk().Reported(At(1, 9)).Changed(At(1, 9), "plan", "gold").Changed(At(1, 11), "plan", "basic");
        var cancelled = desk.Resolve(At(1, 12), "applies-when: plan is gold");
        (cancelled.Verdict, cancelled.Spent).ShouldBe((ClockVerdict.Cancelled, Duration.FromHours(2)));
        desk.Resolve(At(1, 12)).Verdict.ShouldBe(ClockVerdict.Running);
        desk.Changed(At(1, 12), "plan", "gold");
        desk.All(Standard("resolve", "applies-when: plan is gold"), "resolve", At(1, 12)).Select(r => (r.Cycle, r.Verdict, r.Due)).ShouldBe(
            [(1, ClockVerdict.Cancelled, At(1, 13)), (2, ClockVerdict.Running, At(1, 13))]);
        desk.All(Standard("resolve", "applies-when: plan is gold\nstart-from: attached"), "resolve", At(1, 12))[^1].Due.ShouldBe(At(1, 16));
    }

    [Fact]
    public void A_ticket_that_leaves_for_another_agreement_is_cancelled_but_a_breach_before_stays()
    {
        new Desk().Reported(At(1, 9)).Changed(At(1, 11), "service", "elsewhere").Resolve(At(2, 9)).Verdict.ShouldBe(ClockVerdict.Cancelled);
        new Desk().Reported(At(1, 9)).Changed(At(1, 14), "service", "elsewhere").Resolve(At(2, 9)).BreachedAt.ShouldBe(At(1, 13));
    }

    [Theory]
    [InlineData("title: it", 3, true)]
    [InlineData("counted-in: decided", 3, true)]
    [InlineData("counted-in: opened", 3, true)]
    [InlineData("counted-in: stopped", 4, true)]
    [InlineData("title: it", 3, false)]
    [InlineData("counted-in: opened", 2, false)]
    [InlineData("counted-in: stopped", 3, false)]
    public void A_ticket_belongs_to_the_period_in_which_its_verdict_was_decided_unless_agreed_otherwise(string line, int month, bool breached)
    {
        // Breached on 31 March and resolved in April; or opened on 28 February 23:00 and met on 1 March.
        var desk = breached ? new Desk().Reported(At(30, 9)).Resolved(At(31, 9)) : new Desk().Reported(Instant.FromUtc(2026, 2, 28, 23, 0)).Resolved(Instant.FromUtc(2026, 3, 1, 1, 0));
        for (var other = 2; other <= 4; other++)
            desk.Objective($"target: every ticket\n{line}", other, At(70, 0)).Volume.ShouldBe(other == month ? 1 : 0, $"month {other}");
    }

    [Fact]
    public void While_still_open_a_breached_ticket_is_listed_as_overdue()
    {
        var reading = new Desk().Reported(At(1, 9)).Resolve(At(9, 9));
        (reading.Verdict, reading.StoppedAt, reading.Due).ShouldBe((ClockVerdict.Breached, null, At(1, 13)));
    }

    [Fact]
    public void The_share_is_met_over_decided_without_what_is_open_or_cancelled()
    {
        var desk = new Desk();
        for (var i = 0; i < 3; i++)
            desk.Reported(At(1, 9), ticket: $"met-{i}").Resolved(At(1, 10), $"met-{i}");
        desk.Reported(At(1, 9), ticket: "late").Resolved(At(1, 20), "late").Reported(At(1, 9), ticket: "spam").Cancelled(At(1, 10), false, "spam").Reported(At(28, 9), ticket: "open");

        var result = desk.Objective("target: at least 75 %", 3, At(28, 10));
        (result.Level!.Value.Value, result.Volume).ShouldBe((new Rational(3, 4), (Rational)4));
        desk.Objective("target: at least 75 %", 3, At(40, 0)).Level!.Value.Value.ShouldBe(new Rational(3, 5));
        desk.Objective("target: every ticket", 3, At(40, 0)).Verdict.ShouldBe(Verdict.Breached);
        desk.Objective("target: at least 60 %", 3, At(40, 0)).Verdict.ShouldBe(Verdict.Met);
        desk.Objective("target: at least 60 % of at least 6 tickets", 3, At(40, 0)).Verdict.ShouldBe(Verdict.InsufficientEvidence);
        desk.Objective("target: at least 60 %\nwhere: { priority: P1 }", 3, At(40, 0)).Verdict.ShouldBe(Verdict.NoActivity);
    }

    [Theory]
    [InlineData("cancelled: is not counted", 3, 4)]
    [InlineData("cancelled: counts as met", 4, 5)]
    [InlineData("cancelled: counts as missed", 3, 5)]
    [InlineData("counted-in: opened\nnot-yet-due: counts as met", 4, 5)]
    [InlineData("counted-in: opened\nnot-yet-due: counts as missed", 3, 5)]
    [InlineData("counted-in: opened\nnot-yet-due: is not counted", 3, 4)]
    public void What_has_no_verdict_counts_as_the_agreement_says(string lines, int kept, int counted)
    {
        var desk = new Desk();
        for (var i = 0; i < 3; i++)
            desk.Reported(At(1, 9), ticket: $"met-{i}").Resolved(At(1, 10), $"met-{i}");
        desk.Reported(At(1, 9), ticket: "late").Resolved(At(1, 20), "late").Reported(At(1, 9), ticket: "spam").Cancelled(At(1, 10), false, "spam").Reported(At(28, 9), ticket: "open");
        desk.Objective($"target: at least 75 %\n{lines}", 3, At(28, 10)).Level!.Value.Value.ShouldBe(new Rational(kept, counted));
    }

    [Fact]
    public void Lint_asks_for_a_smallest_number_of_tickets()
    {
        const string Text = "measure: time to resolve\nwithin: 4 h\ntarget: ";
        Sample.Read(Sample.Objective(Text + "at least 95 %"), lint: true).Diagnostics.Select(d => d.Code).ShouldContain("LK1701");
        Sample.Read(Sample.Objective(Text + "at least 95 % of at least 20 tickets"), lint: true).Diagnostics.Select(d => d.Code).ShouldNotContain("LK1701");
    }

    [Theory]
    [InlineData("75 %", 2, 10)]
    [InlineData("2 h", 2, 9)]
    [InlineData("1 business day", 1, 11)]
    public void A_warning_is_a_share_of_the_target_or_an_offset_from_due_in_the_clocks_own_time(string warning, int day, int hour)
    {
        // Reported Monday 15:00, due Tuesday 11:00; a business day before that is Monday 11:00.
        new Desk().Reported(At(1, 15)).Resolve(At(1, 15), $"warn-at: {warning}").Warnings.ShouldBe([At(day, hour)]);
        new Desk().Reported(At(1, 15)).Resolve(At(1, 15)).Warnings.ShouldBeEmpty();
    }
}
