using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Measurements;
using NodaTime;

namespace Levelkeeper.Language.Tests.Agreements;

/// <summary>Each key of a clock decides the definition that the engine times tickets by.</summary>
public class ClockKeysTest
{
    private static ClockDefinition Clock(string lines) => Sample.Good(Sample.Base + "clocks:\n  resolve:\n    within: 8 h\n" + string.Concat(lines.Split('\n').Select(l => $"    {l}\n"))).Clocks.ShouldHaveSingleItem();

    public static TheoryData<string, Func<ClockDefinition, object?>, object?> Keys { get; } = new()
    {
        { "title: it", c => c.DefaultTarget, ClockSpan.Hours(8) },
        { "title: it", c => (c.PriorityChange, c.Attachment, c.Pausing.Effect, c.Reopening, c.RetroactiveStart, c.Party), (PriorityChangePolicy.FromStart, AttachmentPolicy.Retroactive, PauseEffect.TakesTimeOut, ReopenPolicy.Default, false, ClockParty.Provider) },
        { "on: customer", c => c.Party, ClockParty.Customer },
        { "stop: closed", c => c.Stop, TicketCondition.On(TicketHappening.Closed) },
        { "reset: customer replies", c => c.Reset, TicketCondition.On(TicketHappening.CustomerReplied) },
        { "cancel: queue changes", c => c.Cancel, new TicketCondition.FieldChanged("queue") },
        { "applies-when: queue is shop", c => c.AppliesWhen, new TicketCondition.FieldIs("queue", "shop") },
        { "pause: workaround given\nresume: customer replies", c => (c.Pause, c.Resume), (TicketCondition.On(TicketHappening.WorkaroundGiven), TicketCondition.On(TicketHappening.CustomerReplied)) },
        { "pauses: none", c => c.Pause, TicketCondition.Never },
        { "longest-pause: 2 business days", c => c.Pausing, new PausePolicy(PauseEffect.TakesTimeOut, new ClockSpan.BusinessDays(2)) },
        { "paused-time: is only hidden", c => c.Pausing.Effect, PauseEffect.HidesOnly },
        { "start-from: entered", c => c.Start, TicketCondition.On(TicketHappening.Entered) },
        { "start-from: assigned", c => c.Start, TicketCondition.On(TicketHappening.Assigned) },
        { "start-from: attached", c => c.Attachment, AttachmentPolicy.FromAttachment },
        { "counts-back: to the report", c => (c.RetroactiveStart, c.RetroactivePause), (true, false) },
        { "counts-back: to the report without its pauses", c => (c.RetroactiveStart, c.RetroactivePause), (true, true) },
        { "priority-change: from the change", c => c.PriorityChange, PriorityChangePolicy.FromChange },
        { "priority-change: by its reason", c => c.PriorityChange, PriorityChangePolicy.ByReason },
        { "reopened: counts", c => c.Reopening, new ReopenPolicy(ReopenEffect.ResumesAndCounts, new ClockSpan.BusinessDays(5)) },
        { "reopened-within: 2 days\nreopened: new cycle", c => c.Reopening, new ReopenPolicy(ReopenEffect.NewCycle, new ClockSpan.CalendarUnits(0, 2)) },
        { "reopened-within: no limit", c => c.Reopening, new ReopenPolicy(ReopenEffect.Resumes, null) },
        { "reopened-within: no limit\nreopened: counts", c => c.Reopening, new ReopenPolicy(ReopenEffect.ResumesAndCounts, null) },
        { "warn-at: [80 %, 30 min]", c => string.Join(' ', c.Warnings), string.Join(' ', new ClockWarning.AtShare(4, 5), new ClockWarning.AtOffset(Duration.FromMinutes(-30))) },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_key_decides_its_part_of_the_clock(string lines, Func<ClockDefinition, object?> property, object? expected) => property(Clock(lines)).ShouldBe(expected);

    [Fact]
    public void Statuses_and_conditions_that_pause_are_joined()
    {
        var pause = Clock("pause: workaround given\npauses: [waiting, on hold]").Pause.ShouldBeOfType<TicketCondition.Any>();
        pause.Parts[0].ShouldBe(TicketCondition.On(TicketHappening.WorkaroundGiven));
        pause.Parts[1].ShouldBeOfType<TicketCondition.StatusIs>().Statuses.ShouldBe(["waiting", "on hold"]);
    }

    [Theory]
    [InlineData("end-of-day: yes", BusinessDayDeadline.EndOfWorkingDay)]
    [InlineData("end-of-day: no", BusinessDayDeadline.SameLocalTime)]
    [InlineData("title: it", BusinessDayDeadline.SameLocalTime)]
    public void Business_days_end_at_the_hour_or_with_the_day(string line, BusinessDayDeadline expected)
    {
        var text = Sample.Base + $"clocks:\n  resolve:\n    within: {{ P1: 1 business day, else: 3 business days }}\n    {line}\n";
        var clock = Sample.Good(text).Clocks[0];
        clock.Targets["P1"].ShouldBe(new ClockSpan.BusinessDays(1, expected));
        clock.DefaultTarget.ShouldBe(new ClockSpan.BusinessDays(3, expected));
    }

    [Fact]
    public void An_objective_keeps_the_clocks_end_of_day_and_can_say_otherwise()
    {
        const string Clock = "clocks:\n  resolve: { within: 3 business days, end-of-day: yes }\n";
        Sample.Indicator<Indicator.Clock>(Sample.Objective("measure: time to resolve\ntarget: every ticket\nwithin: 2 business days") + Clock).Definition.DefaultTarget
            .ShouldBe(new ClockSpan.BusinessDays(2, BusinessDayDeadline.EndOfWorkingDay));
        Sample.Indicator<Indicator.Clock>(Sample.Objective("measure: time to resolve\ntarget: every ticket\nend-of-day: no") + Clock).Definition.DefaultTarget
            .ShouldBe(new ClockSpan.BusinessDays(3));
    }

    [Fact]
    public void An_objectives_pauses_take_the_place_of_the_clocks()
    {
        var definition = Sample.Indicator<Indicator.Clock>(
            Sample.Objective("measure: time to resolve\ntarget: every ticket\npauses: none") + "clocks:\n  resolve: { within: 8 h, pauses: waiting }\n").Definition;
        definition.Pause.ShouldBe(TicketCondition.Never);
    }

    [Fact]
    public void Calendars_and_targets_go_by_priority()
    {
        var clock = Sample.Good(Sample.Base + """
            calendars:
              office: { weekly: { mon-fri: 08:00-16:00 } }
            clocks:
              respond:
                within: { P1: 15 min, else: 4 h }
                calendar: { P1: always, else: office }
            """).Clocks[0];
        clock.TargetFor("P1").ShouldBe(ClockSpan.Minutes(15));
        clock.TargetFor("P7").ShouldBe(ClockSpan.Hours(4));
        clock.CalendarFor("P1").IsOpen(Instant.FromUtc(2026, 1, 3, 12, 0)).ShouldBeTrue();
        clock.CalendarFor("P2").IsOpen(Instant.FromUtc(2026, 1, 3, 12, 0)).ShouldBeFalse();
    }

    [Fact]
    public void The_customers_lateness_acts_on_the_providers_clocks_also_on_the_standard_ones()
    {
        const string Waiting = "clocks:\n  inform: { on: customer, start: status is waiting, stop: customer replies, within: 2 h, lateness: extends the provider }\n";
        var definition = Sample.Indicator<Indicator.Clock>(Sample.Objective("measure: time to respond\ntarget: every ticket\nwithin: 1 h") + Waiting).Definition;
        definition.Lateness.ShouldBe([new LatenessRule("inform", LatenessEffect.Extends)]);
    }

    [Theory]
    [InlineData("decided", CountedIn.Decided)]
    [InlineData("opened", CountedIn.Opened)]
    [InlineData("stopped", CountedIn.Stopped)]
    public void A_ticket_belongs_to_the_period_that_is_agreed(string word, CountedIn expected) =>
        Sample.Indicator<Indicator.Clock>(Sample.Objective($"measure: time to respond\nwithin: 1 h\ntarget: every ticket\ncounted-in: {word}")).CountedIn.ShouldBe(expected);

    [Fact]
    public void The_time_spent_can_be_aggregated()
    {
        var indicator = Sample.Indicator<Indicator.Clock>(Sample.Objective("measure: p90 time to resolve\npercentile: interpolated\ntarget: at most 8 h"));
        indicator.Statistic.ShouldBe(new ClockStatistic.TimeSpent(new Aggregation.Percentile(90, PercentileMethod.LinearInterpolation)));
    }
}
