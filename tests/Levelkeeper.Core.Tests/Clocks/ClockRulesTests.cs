using System.Collections.Immutable;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using NodaTime;
using static Levelkeeper.Core.Tests.Clocks.TicketLog;

namespace Levelkeeper.Core.Tests.Clocks;

public class ClockRulesTests
{
    private static readonly ClockDefinition Respond = ClockTemplates.Respond(ClockSpan.Hours(1)) with { Calendar = Office };

    private static readonly ClockDefinition Resolve = ClockTemplates.Resolve(ClockSpan.Hours(4)) with { Calendar = Office, Pause = new TicketCondition.StatusIs("waiting") };

    [Fact]
    public void A_clock_that_is_stopped_at_its_deadline_is_met()
    {
        var reading = One(Respond, new TicketLog().Reported(At(1, 9)).Replied(At(1, 10)), At(1, 12));
        reading.Verdict.ShouldBe(ClockVerdict.Met);
        reading.DecidedAt.ShouldBe(At(1, 10));
        reading.Spent.ShouldBe(Duration.FromHours(1));
    }

    [Fact]
    public void An_open_clock_past_due_is_breached_now_and_not_when_it_is_stopped()
    {
        var log = new TicketLog().Reported(At(1, 9));
        One(Respond, log, At(1, 10)).Verdict.ShouldBe(ClockVerdict.Running);
        var late = One(Respond, log, At(1, 10) + Duration.FromTicks(1));
        late.Verdict.ShouldBe(ClockVerdict.Breached);
        late.BreachedAt.ShouldBe(At(1, 10));
    }

    [Fact]
    public void A_pause_takes_out_exactly_the_open_time_inside_it()
    {
        var log = new TicketLog().Reported(At(1, 15)).Status(At(1, 16), "waiting").Status(At(2, 10), "open");
        var reading = One(Resolve, log, At(2, 11));
        reading.Paused.ShouldBe(Duration.FromHours(2));
        reading.Spent.ShouldBe(Duration.FromHours(2));

        // 15-16 on Monday, then three hours from Tuesday 10:00.
        reading.Due.ShouldBe(At(2, 13));
    }

    [Fact]
    public void A_paused_clock_shows_what_is_left_and_cannot_breach()
    {
        var reading = One(Resolve, new TicketLog().Reported(At(1, 9)).Status(At(1, 10), "waiting"), At(5, 16));
        reading.Verdict.ShouldBe(ClockVerdict.Paused);
        reading.Due.ShouldBeNull();
        reading.Remaining.ShouldBe(Duration.FromHours(3));
        reading.PausedSince.ShouldBe(At(1, 10));
    }

    [Fact]
    public void A_pause_that_starts_at_the_deadline_does_not_save_it() =>
        One(Resolve, new TicketLog().Reported(At(1, 9)).Status(At(1, 13), "waiting"), At(1, 14)).Verdict.ShouldBe(ClockVerdict.Breached);

    [Fact]
    public void A_clock_breached_before_the_pause_stays_breached_and_its_deadline_stands()
    {
        var reading = One(Resolve, new TicketLog().Reported(At(1, 9)).Status(At(1, 14), "waiting").Status(At(1, 15), "open").Resolved(At(1, 16)), At(2, 9));
        reading.Verdict.ShouldBe(ClockVerdict.Breached);
        reading.BreachedAt.ShouldBe(At(1, 13));
        reading.Due.ShouldBe(At(1, 13));
        reading.Spent.ShouldBe(Duration.FromHours(6));
    }

    [Fact]
    public void The_respond_clock_does_not_pause() =>
        One(Respond, new TicketLog().Reported(At(1, 9)).Status(At(1, 9, 10), "waiting"), At(1, 11)).Verdict.ShouldBe(ClockVerdict.Breached);

    [Fact]
    public void Only_a_public_reply_of_a_person_stops_the_respond_clock()
    {
        var log = new TicketLog().Reported(At(1, 9)).Replied(At(1, 9, 1), automatic: true).Replied(At(1, 9, 5), isPublic: false).Replied(At(1, 9, 20));
        One(Respond, log, At(1, 12)).StoppedAt.ShouldBe(At(1, 9, 20));
    }

    [Fact]
    public void A_second_unanswered_message_does_not_move_the_deadline_and_each_exchange_has_its_verdict()
    {
        var log = new TicketLog().Reported(At(1, 9)).CustomerWrites(At(1, 9, 30)).Replied(At(1, 10)).CustomerWrites(At(1, 11)).Replied(At(1, 14));
        var readings = All(ClockTemplates.Update(ClockSpan.Hours(2)), log, At(2, 9));
        readings.Select(r => (r.Cycle, r.StartedAt, r.Due, r.Verdict)).ShouldBe(
        [
            (1, At(1, 9), At(1, 11), ClockVerdict.Met),
            (2, At(1, 11), At(1, 13), ClockVerdict.Breached),
        ]);
    }

    [Fact]
    public void An_update_every_two_hours_starts_again_with_each_reply()
    {
        var log = new TicketLog().Reported(At(1, 9)).Replied(At(1, 10)).Replied(At(1, 13)).Resolved(At(1, 14));
        All(ClockTemplates.UpdateInterval(ClockSpan.Hours(2)), log, At(2, 9)).Select(r => (r.StartedAt, r.Verdict)).ShouldBe(
            [(At(1, 9), ClockVerdict.Met), (At(1, 10), ClockVerdict.Breached), (At(1, 13), ClockVerdict.Met)]);
    }

    [Fact]
    public void A_new_priority_counts_from_the_start_and_a_breach_is_never_dated_before_the_change()
    {
        var clock = Resolve with { Targets = Targets(("P1", ClockSpan.Hours(1)), ("P2", ClockSpan.Hours(6))) };
        var reading = One(clock, new TicketLog().Reported(At(1, 9)).Priority(At(1, 12), "P1"), At(1, 13));
        reading.BreachedAt.ShouldBe(At(1, 12));
        reading.Due.ShouldBe(At(1, 10));
    }

    [Fact]
    public void A_breach_already_reached_stays_when_the_priority_falls()
    {
        var clock = Resolve with { Targets = Targets(("P1", ClockSpan.Hours(1)), ("P2", ClockSpan.Hours(6))) };
        One(clock, new TicketLog().Reported(At(1, 9), "P1").Priority(At(1, 11), "P2").Resolved(At(1, 12)), At(1, 13)).BreachedAt.ShouldBe(At(1, 10));
    }

    [Fact]
    public void By_the_reason_a_changed_impact_counts_from_the_change_and_a_correction_from_the_start()
    {
        var clock = Resolve with { PriorityChange = PriorityChangePolicy.ByReason, Targets = Targets(("P1", ClockSpan.Hours(2)), ("P2", ClockSpan.Hours(6))) };
        One(clock, new TicketLog().Reported(At(1, 9)).Priority(At(1, 12), "P1", PriorityReason.ImpactChanged), At(1, 12)).Due.ShouldBe(At(1, 14));
        One(clock, new TicketLog().Reported(At(1, 9)).Priority(At(1, 10), "P1", PriorityReason.Corrected), At(1, 10)).Due.ShouldBe(At(1, 11));
    }

    [Fact]
    public void P1_counts_always_and_the_rest_in_office_hours()
    {
        var clock = Resolve with { Calendars = ImmutableSortedDictionary<string, BusinessCalendar>.Empty.Add("P1", BusinessCalendar.Always) };
        One(clock, new TicketLog().Reported(At(1, 16), "P1"), At(1, 16)).Due.ShouldBe(At(1, 20));
        One(clock, new TicketLog().Reported(At(1, 16)), At(1, 16)).Due.ShouldBe(At(2, 12));
    }

    [Fact]
    public void Reopened_within_five_working_days_the_same_clock_resumes_without_the_time_while_resolved()
    {
        var reading = One(Resolve, new TicketLog().Reported(At(1, 9)).Resolved(At(1, 11)).Reopened(At(3, 10)), At(3, 10));
        reading.Cycle.ShouldBe(1);
        reading.Due.ShouldBe(At(3, 12));
    }

    [Fact]
    public void Reopened_later_is_a_new_cycle()
    {
        var readings = All(Resolve, new TicketLog().Reported(At(1, 9)).Resolved(At(1, 11)).Reopened(At(8, 11, 1)), At(8, 12));
        readings.Select(r => (r.Cycle, r.StartedAt, r.Verdict)).ShouldBe([(1, At(1, 9), ClockVerdict.Met), (2, At(8, 11, 1), ClockVerdict.Running)]);
    }

    [Fact]
    public void A_pinned_deadline_is_not_moved_by_pauses_and_breaches_while_paused()
    {
        var log = new TicketLog().Reported(At(1, 9)).Add(At(1, 10), new FactData.TicketDeadlinePinned("resolve", At(2, 12), "Ms Ito")).Status(At(1, 11), "waiting");
        One(Resolve, log, At(2, 12)).Verdict.ShouldBe(ClockVerdict.Paused);
        var late = One(Resolve, log, At(2, 13));
        late.BreachedAt.ShouldBe(At(2, 12));
        late.PinnedDue.ShouldBe(At(2, 12));
    }

    [Fact]
    public void A_deadline_without_the_customers_consent_is_not_pinned() =>
        One(Resolve, new TicketLog().Reported(At(1, 9)).Add(At(1, 10), new FactData.TicketDeadlinePinned("resolve", At(2, 12), "")), At(1, 11)).PinnedDue.ShouldBeNull();

    [Fact]
    public void The_surviving_ticket_of_a_merge_inherits_the_earliest_start()
    {
        var older = new TicketLog("T-1").Reported(At(1, 9)).Add(At(1, 12), new FactData.TicketMerged("T-2"));
        var survivor = new TicketLog("T-2").Reported(At(1, 11));
        var readings = TicketClocks.Evaluate([Resolve], older.Facts.Concat(survivor.Facts), At(1, 12, 30));
        readings.Select(r => (r.Ticket, r.Verdict, r.StartedAt)).ShouldBe([("T-1", ClockVerdict.Cancelled, At(1, 9)), ("T-2", ClockVerdict.Running, At(1, 9))]);
        readings[1].Due.ShouldBe(At(1, 13));
    }

    [Fact]
    public void A_ticket_that_was_breached_before_the_merge_stays_breached()
    {
        var older = new TicketLog("T-1").Reported(At(1, 9)).Add(At(1, 14), new FactData.TicketMerged("T-2"));
        var readings = TicketClocks.Evaluate([Resolve], older.Facts.Concat(new TicketLog("T-2").Reported(At(1, 11)).Facts), At(1, 16));

        // The survivor's deadline becomes 13:00 by the merge at 14:00: breached then, not before.
        readings.Select(r => (r.Ticket, r.Verdict, r.BreachedAt)).ShouldBe([("T-1", ClockVerdict.Breached, At(1, 13)), ("T-2", ClockVerdict.Breached, At(1, 14))]);
    }

    [Fact]
    public void What_was_merged_before_is_handed_on_and_a_merge_into_a_merged_ticket_goes_to_the_survivor()
    {
        var log = new TicketLog("T-1").Reported(At(1, 9)).Add(At(1, 12), new FactData.TicketMerged("T-2")).Facts
            .Concat(new TicketLog("T-2").Reported(At(1, 10)).Add(At(1, 12, 10), new FactData.TicketMerged("T-3")).Facts)
            .Concat(new TicketLog("T-3").Reported(At(1, 11)).Facts)
            .Concat(new TicketLog("T-4").Reported(At(1, 8)).Add(At(1, 12, 20), new FactData.TicketMerged("T-1")).Facts).ToList();

        // Handed on: 09:00, office time from then on is due 13:00; T-4 brings 08:00, and the office opens at 09:00.
        Survivor(At(1, 12, 15)).StartedAt.ShouldBe(At(1, 9));
        Survivor(At(1, 12, 25)).StartedAt.ShouldBe(At(1, 8));
        Survivor(At(1, 12, 25)).Due.ShouldBe(At(1, 13));

        ClockReading Survivor(Instant asOf) => TicketClocks.Evaluate([Resolve], log, asOf).Single(r => r.Ticket == "T-3");
    }

    [Fact]
    public void A_merge_in_a_circle_leaves_no_survivor_and_merges_nothing()
    {
        var log = new TicketLog("T-1").Reported(At(1, 9)).Add(At(1, 10), new FactData.TicketMerged("T-2")).Facts
            .Concat(new TicketLog("T-2").Reported(At(1, 9, 30)).Add(At(1, 11), new FactData.TicketMerged("T-1")).Facts)
            .Concat(new TicketLog("T-3").Reported(At(1, 9)).Add(At(1, 10), new FactData.TicketMerged("T-3")).Facts);
        TicketClocks.Evaluate([Resolve], log, At(1, 12)).Select(r => (r.Ticket, r.Verdict)).ShouldBe(
            [("T-1", ClockVerdict.Cancelled), ("T-2", ClockVerdict.Running), ("T-3", ClockVerdict.Running)]);
    }

    [Fact]
    public void A_ticket_that_is_reported_only_after_the_merge_inherits_all_the_same()
    {
        var log = new TicketLog("T-1").Reported(At(1, 9)).Add(At(1, 12), new FactData.TicketMerged("T-2")).Facts.Concat(new TicketLog("T-2").Reported(At(1, 12, 1)).Facts);
        TicketClocks.Evaluate([Resolve], log, At(1, 12, 30)).Single(r => r.Ticket == "T-2").Due.ShouldBe(At(1, 13));
    }

    [Fact]
    public void A_ticket_that_comes_back_under_the_agreement_begins_a_new_cycle_from_its_start_and_the_cancelled_one_stays()
    {
        var log = new TicketLog().Reported(At(1, 9)).Changed(At(1, 10), "queue", "theirs").Changed(At(1, 11), "queue", "ours");
        var around = new TicketSurroundings { Turns = ImmutableDictionary<FactKey, bool>.Empty.Add(log.Facts[1].Key, false).Add(log.Facts[2].Key, true) };
        TicketClocks.Evaluate([Resolve], log.Facts, At(1, 10, 30), null, around).ShouldHaveSingleItem().Verdict.ShouldBe(ClockVerdict.Cancelled);
        TicketClocks.Evaluate([Resolve], log.Facts, At(1, 12), null, around).Select(r => (r.Cycle, r.Verdict, r.StartedAt, r.Due)).ShouldBe(
            [(1, ClockVerdict.Cancelled, At(1, 9), At(1, 13)), (2, ClockVerdict.Running, At(1, 9), At(1, 13))]);
    }

    [Fact]
    public void A_clock_that_met_its_target_keeps_its_verdict_when_the_ticket_is_reopened_under_no_agreement()
    {
        var clock = Resolve with { AppliesWhen = new TicketCondition.FieldIs("plan", "gold") };
        var log = new TicketLog().Reported(At(1, 9)).Changed(At(1, 9), "plan", "gold").Resolved(At(1, 10)).Changed(At(1, 11), "plan", "basic").Reopened(At(1, 12));
        One(clock, log, At(1, 16)).Verdict.ShouldBe(ClockVerdict.Met);

        // Under the agreement again it goes on from its start, without the time while resolved: 1 h and 12:00 to 13:00 are spent.
        All(clock, log.Changed(At(1, 13), "plan", "gold"), At(1, 13)).Select(r => (r.Cycle, r.Verdict, r.Due)).ShouldBe(
            [(1, ClockVerdict.Met, At(1, 13)), (2, ClockVerdict.Running, At(1, 15))]);
    }

    [Fact]
    public void Both_parties_can_agree_on_a_breach_after_the_agreement_stopped_applying()
    {
        var clock = Resolve with { AppliesWhen = new TicketCondition.FieldIs("plan", "gold") };
        var log = new TicketLog().Reported(At(1, 9)).Changed(At(1, 9), "plan", "gold").Changed(At(1, 14), "plan", "basic");
        One(clock, log, At(1, 15)).Verdict.ShouldBe(ClockVerdict.Breached);
        One(clock, log.Add(At(1, 15), new FactData.TicketCancelled("duplicate", true)), At(1, 16)).Verdict.ShouldBe(ClockVerdict.Cancelled);
    }

    [Fact]
    public void A_void_ticket_cancels_a_running_clock_but_not_a_breach_unless_both_agree()
    {
        var open = new TicketLog().Reported(At(1, 9));
        One(Resolve, open.Add(At(1, 10), new FactData.TicketCancelled("spam", false)), At(2, 9)).Verdict.ShouldBe(ClockVerdict.Cancelled);
        One(Resolve, new TicketLog().Reported(At(1, 9)).Add(At(1, 14), new FactData.TicketCancelled("duplicate", false)), At(2, 9)).Verdict.ShouldBe(ClockVerdict.Breached);
        One(Resolve, new TicketLog().Reported(At(1, 9)).Add(At(1, 14), new FactData.TicketCancelled("duplicate", true)), At(2, 9)).Verdict.ShouldBe(ClockVerdict.Cancelled);
    }

    [Fact]
    public void Tickets_linked_to_an_outage_share_its_recovery()
    {
        var log = new TicketLog().Reported(At(1, 9)).Add(At(1, 13), new FactData.TicketLinked("mail"));
        var around = new TicketSurroundings { Recoveries = ImmutableDictionary<string, ImmutableArray<Instant>>.Empty.Add("mail", [At(1, 8), At(1, 12)]) };
        var reading = TicketClocks.Evaluate([ClockTemplates.Recover(ClockSpan.Hours(4))], log.Facts, At(2, 0), null, around).ShouldHaveSingleItem();
        reading.StoppedAt.ShouldBe(At(1, 12));
        reading.Verdict.ShouldBe(ClockVerdict.Met);
    }

    [Fact]
    public void A_workaround_stops_its_own_clock_only_and_must_restore_the_essential_functions()
    {
        var policies = new TicketPolicies { EssentialFunctions = ["send", "receive"] };
        var log = new TicketLog().Reported(At(1, 9)).Add(At(1, 10), new FactData.TicketWorkaround(["send"])).Add(At(1, 11), new FactData.TicketWorkaround(["receive", "send"]));
        var readings = TicketClocks.Evaluate([ClockTemplates.Workaround(ClockSpan.Hours(8)), Resolve], log.Facts, At(1, 11), policies);
        readings.Select(r => (r.Clock, r.StoppedAt)).ShouldBe([("workaround", At(1, 11)), ("resolve", null)]);
    }

    [Fact]
    public void A_workaround_lowers_the_priority_where_the_agreement_says_so()
    {
        var clock = Resolve with { Targets = Targets(("P1", ClockSpan.Hours(2)), ("P3", ClockSpan.Hours(7))) };
        var log = new TicketLog().Reported(At(1, 9), "P1").Add(At(1, 10), new FactData.TicketWorkaround([]));
        TicketClocks.Evaluate([clock], log.Facts, At(1, 10), new TicketPolicies { PriorityAfterWorkaround = "P3" })[0].Due.ShouldBe(At(1, 16));
    }

    [Fact]
    public void The_longest_pause_ends_by_itself()
    {
        var clock = Resolve with { Pausing = new PausePolicy(Longest: ClockSpan.Hours(3)) };
        var log = new TicketLog().Reported(At(1, 9)).Status(At(1, 10), "waiting");
        var reading = One(clock, log, At(1, 14));
        reading.Verdict.ShouldBe(ClockVerdict.Running);
        reading.Due.ShouldBe(At(1, 16));
        One(clock, log.CustomerWrites(At(1, 15)), At(1, 17)).BreachedAt.ShouldBe(At(1, 16));
    }

    [Fact]
    public void A_customer_who_is_late_holds_the_providers_clock()
    {
        var inform = ClockTemplates.OnCustomer("give information", ClockSpan.Hours(1), "need info") with { Calendar = Office };
        var clock = Resolve with { Lateness = [new LatenessRule("give information", LatenessEffect.Pauses)] };
        var log = new TicketLog().Reported(At(1, 9)).Status(At(1, 10), "need info").CustomerWrites(At(1, 14));
        var readings = TicketClocks.Evaluate([clock, inform], log.Facts, At(1, 14));

        // Due 11:00, given at 14:00: three hours late; the provider had spent two hours by then.
        readings.Select(r => (r.Clock, r.Verdict)).ShouldBe([("resolve", ClockVerdict.Running), ("give information", ClockVerdict.Breached)]);
        readings[0].Due.ShouldBe(At(1, 16));
    }

    [Fact]
    public void No_agreement_that_fits_any_more_cancels_the_clock_with_its_history()
    {
        var clock = Resolve with { AppliesWhen = new TicketCondition.FieldIs("plan", "gold") };
        var log = new TicketLog().Reported(At(1, 9)).Changed(At(1, 9), "plan", "gold").Changed(At(1, 11), "plan", "basic");
        var reading = One(clock, log, At(1, 12));
        reading.Verdict.ShouldBe(ClockVerdict.Cancelled);
        reading.Spent.ShouldBe(Duration.FromHours(2));
    }

    [Fact]
    public void An_agreement_attached_later_counts_from_the_start_or_from_the_attachment()
    {
        var around = new TicketSurroundings { AttachedAt = ImmutableDictionary<string, Instant>.Empty.Add("T-1", At(1, 11)) };
        var log = new TicketLog().Reported(At(1, 9));
        var fromThen = Resolve with { Name = "ola", Attachment = AttachmentPolicy.FromAttachment };
        TicketClocks.Evaluate([Resolve, fromThen], log.Facts, At(1, 12), null, around).Select(r => r.Due).ShouldBe([At(1, 13), At(1, 15)]);
        TicketClocks.Evaluate([Resolve], log.Facts, At(1, 10), null, around).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // A pause that starts at that instant does not save it.
    public void An_agreement_attached_after_its_deadline_is_breached_then_and_not_before(bool pauses)
    {
        // Four hours from 09:00 were over at 13:00; it comes at 15:00.
        var around = new TicketSurroundings { AttachedAt = ImmutableDictionary<string, Instant>.Empty.Add("T-1", At(1, 15)) };
        var log = new TicketLog().Reported(At(1, 9));
        if (pauses)
            log.Status(At(1, 15), "waiting");
        TicketClocks.Evaluate([Resolve], log.Facts, At(1, 16), null, around).ShouldHaveSingleItem().BreachedAt.ShouldBe(At(1, 15));
    }

    [Fact]
    public void One_that_comes_back_under_the_agreement_after_its_deadline_is_breached_then_and_not_before()
    {
        var log = new TicketLog().Reported(At(1, 9)).Changed(At(1, 10), "service", "other").Changed(At(1, 15), "service", "ours");
        var around = new TicketSurroundings { Turns = ImmutableDictionary<FactKey, bool>.Empty.Add(log.Facts[1].Key, false).Add(log.Facts[2].Key, true) };
        TicketClocks.Evaluate([Resolve], log.Facts, At(1, 16), null, around).Select(r => (r.Verdict, r.BreachedAt)).ShouldBe([(ClockVerdict.Cancelled, null), (ClockVerdict.Breached, At(1, 15))]);
    }

    [Fact]
    public void A_priority_given_after_the_report_counts_from_the_report()
    {
        var clock = Resolve with { DefaultTarget = null, Targets = Targets(("P1", ClockSpan.Hours(2))) };
        One(clock, new TicketLog().Reported(At(1, 9), "").Priority(At(1, 10), "P1"), At(1, 10)).Due.ShouldBe(At(1, 11));
    }

    [Fact]
    public void A_clock_can_count_from_when_the_ticket_was_entered()
    {
        var clock = Resolve with { Start = TicketCondition.On(TicketHappening.Entered) };
        One(clock, new TicketLog().Reported(At(1, 9), entered: At(1, 12)), At(1, 12)).Due.ShouldBe(At(1, 16));
    }

    [Fact]
    public void A_retroactive_start_takes_out_the_pauses_before_it_only_when_asked_to()
    {
        var clock = Resolve with { Start = new TicketCondition.PriorityIs("P1"), RetroactiveStart = true };
        var log = new TicketLog().Reported(At(1, 9)).Status(At(1, 10), "waiting").Status(At(1, 11), "open").Priority(At(1, 12), "P1");
        One(clock, log, At(1, 12)).Due.ShouldBe(At(1, 13));
        One(clock with { RetroactivePause = true }, log, At(1, 12)).Due.ShouldBe(At(1, 14));
    }

    [Fact]
    public void Business_days_are_extended_by_the_open_time_of_pauses()
    {
        var clock = Resolve with { DefaultTarget = new ClockSpan.BusinessDays(2) };
        var log = new TicketLog().Reported(At(1, 10)).Status(At(1, 11), "waiting").Status(At(2, 11), "open");
        One(clock, log, At(2, 12)).Due.ShouldBe(At(4, 10));
    }

    [Fact]
    public void A_hidden_deadline_does_not_move()
    {
        var clock = Resolve with { Pausing = new PausePolicy(PauseEffect.HidesOnly) };
        var log = new TicketLog().Reported(At(1, 9)).Status(At(1, 10), "waiting");
        One(clock, log, At(1, 15)).Verdict.ShouldBe(ClockVerdict.Paused);
        log.Status(At(1, 15), "open");
        var reading = One(clock, log, At(1, 16));
        reading.Due.ShouldBe(At(1, 13));
        reading.BreachedAt.ShouldBe(At(1, 15));
    }

    [Fact]
    public void A_hidden_deadline_that_passed_at_closing_is_missed_by_a_stop_in_the_evening()
    {
        // Eight hours from Monday 09:00 are spent at 17:00, when the office closes; it is resolved at 18:00 while it waits.
        var clock = ClockTemplates.Resolve(ClockSpan.Hours(8)) with { Calendar = Office, Pause = new TicketCondition.StatusIs("waiting"), Pausing = new PausePolicy(PauseEffect.HidesOnly) };
        var reading = One(clock, new TicketLog().Reported(At(1, 9)).Status(At(1, 9), "waiting").Resolved(At(1, 18)), At(1, 20));
        (reading.Verdict, reading.BreachedAt).ShouldBe((ClockVerdict.Breached, At(1, 18)));
    }

    [Fact]
    public void Warnings_are_instants_in_the_clocks_own_time()
    {
        var clock = Resolve with { Warnings = [new ClockWarning.AtShare(3, 4), new ClockWarning.AtOffset(Duration.FromHours(-2)), new ClockWarning.AtOffset(Duration.FromDays(1), true)] };
        One(clock, new TicketLog().Reported(At(1, 15)), At(1, 15)).Warnings.ShouldBe([At(2, 10), At(2, 9), At(3, 11)]);
    }

    [Fact]
    public void Mistakes_in_definitions_are_all_reported_at_once()
    {
        var diagnostics = new DiagnosticBag();
        ClockProgram.Compile([Resolve, Resolve with { Lateness = [new LatenessRule("nobody", LatenessEffect.Pauses)] }], TicketPolicies.Default, diagnostics).ShouldBeNull();
        diagnostics.Select(d => d.Code).ShouldBe(["LK4101", "LK4103"]);
    }

    private static ImmutableSortedDictionary<string, ClockSpan> Targets(params (string Priority, ClockSpan Target)[] targets) =>
        targets.ToImmutableSortedDictionary(t => t.Priority, t => t.Target);

    private static ClockReading One(ClockDefinition clock, TicketLog log, Instant asOf) => All(clock, log, asOf).ShouldHaveSingleItem();

    private static ImmutableArray<ClockReading> All(ClockDefinition clock, TicketLog log, Instant asOf) => TicketClocks.Evaluate([clock], log.Facts, asOf);
}
