using System.Collections.Immutable;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using NodaTime;
using static Levelkeeper.Core.Tests.Clocks.TicketLog;

namespace Levelkeeper.Core.Tests.Clocks;

/// <summary>
/// A customer who is late from Tuesday 17:00, when the office closes: asked on Tuesday at 16:00 for information, with one open hour to give it. The ticket was reported on
/// Monday at 20:00, so an answer is due on Tuesday at 20:00 within one calendar day, on Wednesday at 09:00 within one business day (which starts at the next opening). Between
/// the lateness and either there is no open time, so the deadline, moved by the open time of the lateness, is never later than now.
/// </summary>
public sealed class CustomerLatenessTests
{
    private static readonly ClockDefinition Inform = ClockTemplates.OnCustomer("give information", ClockSpan.Hours(1), "need info", "waiting") with { Calendar = Office };

    private static readonly TicketLog Asked = new TicketLog().Reported(At(1, 20)).Status(At(2, 16), "need info");

    public static TheoryData<LatenessEffect, ClockVerdict> Effects => new() { { LatenessEffect.Pauses, ClockVerdict.Paused }, { LatenessEffect.Extends, ClockVerdict.Running } };

    [Theory]
    [MemberData(nameof(Effects))]
    public void A_lateness_saves_a_deadline_in_closed_hours_also_before_the_office_opens_again(LatenessEffect effect, ClockVerdict shown)
    {
        foreach (var span in new ClockSpan[] { new ClockSpan.CalendarUnits(0, 1), new ClockSpan.BusinessDays(1) })
            Verdicts(span, effect, Asked, At(2, 17), At(2, 19), At(2, 21), At(3, 8), At(3, 9), At(3, 10), At(3, 18), At(4, 12))
                .ShouldBe([ClockVerdict.Running, shown, shown, shown, shown, shown, shown, shown], span.ToString());
    }

    [Theory]
    [MemberData(nameof(Effects))]
    public void So_it_does_when_something_else_happens_meanwhile(LatenessEffect effect, ClockVerdict shown)
    {
        var log = new TicketLog().Reported(At(1, 20)).Status(At(2, 16), "need info").Changed(At(2, 21), "room", "12").Changed(At(3, 10), "room", "13");
        Verdicts(new ClockSpan.CalendarUnits(0, 1), effect, log, At(2, 22), At(3, 9), At(3, 11)).ShouldBe([shown, shown, shown]);
    }

    [Theory]
    [MemberData(nameof(Effects))]
    public void A_lateness_that_ends_past_the_deadline_lets_the_clock_breach_from_then_on(LatenessEffect effect, ClockVerdict shown)
    {
        // Given on Wednesday at 08:00, no open time later than due on Tuesday at 20:00.
        var log = new TicketLog().Reported(At(1, 20)).Status(At(2, 16), "need info").CustomerWrites(At(3, 8));
        var changes = new List<VerdictChange>();
        Verdicts(new ClockSpan.CalendarUnits(0, 1), effect, log, changes, At(3, 7), At(3, 8), At(3, 8) + Duration.FromTicks(1))
            .ShouldBe([shown, ClockVerdict.Running, ClockVerdict.Breached]);
        changes[^1].ShouldBe(new VerdictChange(LiveTickets.KeyOf("T-1"), 0, 1, ClockVerdict.Breached, At(3, 8)));
        TicketClocks.Evaluate(Program(new ClockSpan.CalendarUnits(0, 1), effect), log.Facts, At(3, 9))[0].BreachedAt.ShouldBe(At(3, 8));
    }

    [Theory]
    [MemberData(nameof(Effects))]
    public void A_pause_within_the_lateness_does_not_breach_the_clock_either_when_it_starts_or_when_it_ends(LatenessEffect effect, ClockVerdict shown)
    {
        var log = new TicketLog().Reported(At(1, 20)).Status(At(2, 16), "need info").Status(At(2, 21), "waiting").Status(At(2, 23), "need info");
        Verdicts(new ClockSpan.CalendarUnits(0, 1), effect, log, At(2, 20), At(2, 22), At(2, 23), At(3, 8), At(3, 12))
            .ShouldBe([shown, ClockVerdict.Paused, shown, shown, shown]);
    }

    [Theory]
    [MemberData(nameof(Effects))]
    public void A_target_that_shrinks_within_the_lateness_is_judged_when_that_ends(LatenessEffect effect, ClockVerdict shown)
    {
        // Half an hour for P1, of which the provider had spent eight when the customer became late on Tuesday at 17:00; given on Wednesday at 10:00.
        var log = new TicketLog().Reported(At(1, 20)).Status(At(2, 16), "need info").Priority(At(2, 21), "P1").CustomerWrites(At(3, 10));
        Verdicts(new ClockSpan.CalendarUnits(0, 2), effect, log, At(2, 22), At(3, 9), At(3, 10) + Duration.FromTicks(1)).ShouldBe([shown, shown, ClockVerdict.Breached]);
        TicketClocks.Evaluate(Program(new ClockSpan.CalendarUnits(0, 2), effect), log.Facts, At(3, 12))[0].BreachedAt.ShouldBe(At(3, 10));
    }

    private static ClockProgram Program(ClockSpan span, LatenessEffect effect) => ClockProgram.Compile(
        [Respond(span, effect), Inform], TicketPolicies.Default, new DiagnosticBag())!;

    private static ClockDefinition Respond(ClockSpan span, LatenessEffect effect) => ClockTemplates.Respond(span) with
    {
        Calendar = Office,
        Targets = ImmutableSortedDictionary<string, ClockSpan>.Empty.Add("P1", ClockSpan.Minutes(30)),
        Pause = new TicketCondition.StatusIs("waiting"),
        Lateness = [new LatenessRule(Inform.Name, effect)],
    };

    private static ClockVerdict[] Verdicts(ClockSpan span, LatenessEffect effect, TicketLog log, params Instant[] at) => Verdicts(span, effect, log, [], at);

    private static ClockVerdict[] Verdicts(ClockSpan span, LatenessEffect effect, TicketLog log, List<VerdictChange> changes, params Instant[] at)
    {
        var program = Program(span, effect);
        var live = new LiveTickets(program, Monday, _ => log.Facts, 1);
        foreach (var fact in log.Facts)
            live.Apply(fact, changes);
        return [.. at.Select(now =>
        {
            live.AdvanceTo(now, changes);
            var verdict = TicketClocks.Evaluate(program, log.Facts, now)[0].Verdict;
            live.VerdictOf("T-1", 0).ShouldBe(verdict, $"live as of {now}");
            return verdict;
        })];
    }
}
