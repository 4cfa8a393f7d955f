using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using NodaTime;
using static Levelkeeper.Language.Tests.Tickets.Desk;

namespace Levelkeeper.Language.Tests.Tickets;

/// <summary>What the customer's lateness with a recurring duty excuses. Access is due on Mondays at noon; day 1 is a Monday.</summary>
public class CustomerDutyTest
{
    private static string Agreement(string duty = "when-late: excuses what it delays, delays: [it]", string objective = "measure: time to resolve, within: 4 h, target: every ticket") => $$"""
        term: { from: 2026-03-01 }
        duties:
          access: { title: Access, of: customer, every: week on mon, at: "12:00", {{duty}} }
        objectives:
          it: { {{objective}} }
          other: { measure: time to respond, within: 4 h, target: every ticket }
        """;

    private static ClockReading Read(Desk desk, Instant asOf, string agreement, string clock = "resolve") => desk.All(agreement, clock, asOf).ShouldHaveSingleItem();

    /// <summary>Reported at 11:00, four hours to resolve; access is given at 14:00, two hours late.</summary>
    private static Desk Late() => new Desk().Reported(At(1, 11)).DutyDone(At(1, 14), "access");

    [Theory]
    [InlineData("when-late: nothing more", 15)]
    [InlineData("when-late: excuses what it delays, delays: [other]", 15)]
    [InlineData("when-late: excuses what it delays, delays: [it]", 17)]
    [InlineData("when-late: excuses what it delays, delays: [other, it]", 17)]
    public void The_time_from_due_to_done_is_taken_out_of_the_clocks_that_it_delays(string duty, int due) =>
        Read(Late(), At(1, 14), Agreement(duty)).Due.ShouldBe(At(1, due));

    [Fact]
    public void While_the_customer_is_late_the_clock_stands_still_and_cannot_breach()
    {
        var waiting = Read(new Desk().Reported(At(1, 11)), At(4, 9), Agreement());
        (waiting.Verdict, waiting.Due, waiting.Remaining, waiting.PausedSince).ShouldBe((ClockVerdict.Paused, null, Duration.FromHours(3), At(1, 12)));
    }

    [Fact]
    public void Done_in_time_it_delays_nothing() => Read(new Desk().DutyDone(At(1, 11), "access").Reported(At(1, 11)), At(1, 14), Agreement()).Due.ShouldBe(At(1, 15));

    [Fact]
    public void A_ticket_that_comes_while_the_customer_is_late_counts_from_when_it_is_done() =>
        Read(new Desk().Reported(At(1, 13)).DutyDone(At(1, 14), "access"), At(1, 14), Agreement()).Due.ShouldBe(At(1, 18));

    [Fact]
    public void A_clock_that_was_breached_before_the_duty_was_due_stays_breached() =>
        Read(new Desk().Reported(At(1, 7)).DutyDone(At(1, 14), "access"), At(1, 15), Agreement()).BreachedAt.ShouldBe(At(1, 11));

    [Fact]
    public void Lateness_that_starts_at_the_deadline_does_not_save_it() =>
        Read(new Desk().Reported(At(1, 8)).DutyDone(At(1, 14), "access"), At(1, 15), Agreement()).BreachedAt.ShouldBe(At(1, 12));

    [Fact]
    public void A_clock_of_an_objective_that_is_not_named_runs_on() => Read(Late(), At(1, 13), Agreement(), "respond").Due.ShouldBe(At(1, 15));

    [Fact]
    public void Only_open_time_of_the_clocks_own_calendar_is_taken_out() =>
        // Late from Monday noon to Tuesday 10:00: five open hours on Monday, one on Tuesday.
        Read(new Desk().Reported(At(1, 11)).DutyDone(At(2, 10), "access"), At(2, 10), Agreement(objective: "measure: time to resolve, within: 4 h, calendar: office, target: every ticket")).ShouldSatisfyAllConditions(
            r => r.Paused.ShouldBe(Duration.FromHours(6)), r => r.Due.ShouldBe(At(2, 13)));

    [Fact]
    public void The_objective_is_met_by_it_and_explains_why_with_the_clause_and_the_deed()
    {
        var desk = Late().Resolved(At(1, 16));
        desk.March(Agreement("when-late: nothing more"), At(2, 9)).Objectives.Single(o => o.Objective == "it").Verdict.ShouldBe(Verdict.Breached);
        var result = desk.March(Agreement(), At(2, 9)).Objectives.Single(o => o.Objective == "it");
        result.Verdict.ShouldBe(Verdict.Met);
        var late = All(result.Explanation).Where(e => e.Title == "waited for a customer that was late").ToList().ShouldHaveSingleItem();
        late.Value.ShouldBe(Quantity.Of(Duration.FromHours(2)));
        late.Facts.ShouldHaveSingleItem().Time.ShouldBe(At(1, 14));
        All(result.Explanation).SelectMany(e => e.Clauses).Select(c => c.Path).ShouldContain("duties.access");
    }

    private const string Uptime = "measure: availability, target: at least 99.9 %, degraded: up, before-first: up, confirmed-after: 1 check";

    [Theory]
    // One hour of 744 is more than 0.1 %.
    [InlineData(12, 30, 13, 30, "when-late: nothing more", Verdict.Breached, 60)]
    [InlineData(12, 30, 13, 30, "when-late: excuses what it delays, delays: [it]", Verdict.Met, 0)]
    [InlineData(11, 30, 12, 30, "when-late: excuses what it delays, delays: [it]", Verdict.Met, 30)]
    [InlineData(10, 0, 15, 0, "when-late: excuses what it delays, delays: [it]", Verdict.Breached, 180)]
    public void Downtime_while_the_customer_is_late_is_excused_without_a_claim(int fromHour, int fromMinute, int toHour, int toMinute, string duty, Verdict verdict, int minutesLost)
    {
        var desk = new Desk().Checked(At(1, fromHour, fromMinute), false).Checked(At(1, toHour, toMinute), true).DutyDone(At(1, 14), "access").DutyDone(At(8, 11), "access").DutyDone(At(15, 11), "access").DutyDone(At(22, 11), "access").DutyDone(At(29, 11), "access");
        var result = desk.March(Agreement(duty, Uptime), Instant.FromUtc(2026, 4, 1, 0, 0)).Objectives.Single(o => o.Objective == "it");
        result.Verdict.ShouldBe(verdict);
        result.Level!.Value.Value.ShouldBe(1 - new Core.Numbers.Rational(minutesLost, 744 * 60));
    }

    [Fact]
    public void What_was_excused_is_named_with_its_duty()
    {
        var desk = new Desk().Checked(At(1, 12, 30), false).Checked(At(1, 13, 30), true).DutyDone(At(1, 14), "access");
        var result = desk.March(Agreement(objective: Uptime), At(2, 9)).Objectives.Single(o => o.Objective == "it");
        var excused = All(result.Explanation).Single(e => e.Title.StartsWith("exclusion ", StringComparison.Ordinal));
        excused.Title.ShouldBe("exclusion access late since 2026-03-02T12:00:00Z: Access");
        excused.Remark.ShouldBe("the agreement excuses it: what went wrong in it does not count");
        (excused.Value, excused.Clauses.Single().Path, excused.Facts.Single().Time).ShouldBe((Quantity.Of(Duration.FromHours(1)), "duties.access", At(1, 14)));
    }

    [Theory]
    [InlineData("of: customer, when-late: excuses what it delays", "LK1412")]
    [InlineData("of: customer, delays: [uptime]", "LK1412")]
    [InlineData("of: provider, when-late: excuses what it delays, delays: [uptime]", "LK1412")]
    [InlineData("of: customer, when-late: excuses what it delays, delays: [uptme]", "LK1413")]
    [InlineData("of: customer, when-late: excuses what it delays, delays: [uptime]", null)]
    public void What_lateness_delays_is_said_and_can_be_delayed(string duty, string? code) =>
        Sample.Read(Sample.With($"duties:\n  access: {{ every: day, {duty} }}\n")).Diagnostics.Select(d => d.Code).ShouldBe(code is null ? [] : [code]);

    [Fact]
    public void An_objective_that_a_duty_delays_changes_with_the_duty()
    {
        var versions = Sample.With("duties:\n  access: { of: customer, every: day, when-late: excuses what it delays, delays: [uptime] }\n") + "amendments:\n  - from: 2026-07-01\n    changes:\n      duties: { access: { every: week on mon } }\n";
        var read = Core.Agreements.AgreementVersions.Of(Sample.Good(Sample.Base));
        read.All.Length.ShouldBe(1);
        var diagnostics = new Core.Diagnostics.DiagnosticBag();
        var both = Levelkeeper.Language.Agreements.AgreementReader.ReadVersions(versions, "a.yaml", diagnostics).ShouldNotBeNull(string.Join('\n', diagnostics));
        both.All[1].Unchanged.ShouldBeEmpty();
    }

    private static IEnumerable<Explanation> All(Explanation of) => of.Parts.SelectMany(All).Prepend(of);
}
