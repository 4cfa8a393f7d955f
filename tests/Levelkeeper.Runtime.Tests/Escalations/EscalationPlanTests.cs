using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Runtime.Escalations;
using NodaTime;

namespace Levelkeeper.Runtime.Tests.Escalations;

/// <summary>A target of four hours in office hours, Monday to Friday 9 to 17, Warsaw; 2 March 2026 is a Monday, and Warsaw is an hour ahead of UTC.</summary>
public sealed class EscalationPlanTests
{
    private const string Text = """
        levelkeeper: v1
        id: desk
        title: A desk
        parties:
          provider: { name: Firma }
          customer: { name: Klient }
        zone: Europe/Warsaw
        term: { from: 2026-01-01, length: 12 months }
        calendars:
          office: { weekly: { mon-fri: 09:00-17:00 } }
          night: { weekly: { mon-fri: 17:00-22:00 } }
        services:
          site: { title: The site }
        people:
          lead: { name: Anna, email: anna@example.org }
          day: { name: Ewa, email: ewa@example.org, hours: office, stands-in: late }
          late: { name: Jan, email: jan@example.org, hours: night }
        objectives:
          reaction:
            measure: time to respond
            of: tickets of site
            target: at least 95 %
            within: 4 h
            calendar: office
        escalation:
        """;

    [Fact]
    public void A_share_of_a_clock_is_reached_in_the_clocks_own_time()
    {
        // Reported at 16:00: one of the four hours on Monday, the rest from Tuesday 9:00; half is reached at 10:00.
        var step = Plan("  reaction: [ { at: 50 % of clock, tell: lead } ]", "2026-03-02T15:00:00Z", [], "2026-03-02T15:30:00Z").ShouldHaveSingleItem();
        step.At.ShouldBe(At("2026-03-03T09:00:00Z"));
        step.Recipients.Single().ShouldSatisfyAllConditions(r => r.Person.Key.ShouldBe("lead"), r => r.At.ShouldBe(step.At), r => r.For.ShouldBeNull());
        step.Thread.ShouldBe("desk/ticket/T-1");
        // The name is the same whenever it is looked at, so that the step is decided once.
        Plan("  reaction: [ { at: 50 % of clock, tell: lead } ]", "2026-03-02T15:00:00Z", [], "2026-03-04T12:00:00Z").Single().ShouldSatisfyAllConditions(s => s.Name.ShouldBe(step.Name), s => s.At.ShouldBe(step.At));
    }

    [Fact]
    public void Before_due_at_breach_and_after_it_are_elapsed_time_from_the_deadline()
    {
        // Due on Tuesday at 12:00.
        var steps = Plan("  reaction: [ { at: 30 min before due, tell: lead }, { at: breach, tell: lead }, { at: 1 h after breach, tell: lead } ]", "2026-03-02T15:00:00Z", [], "2026-03-02T15:30:00Z");
        steps.Select(s => s.At).ShouldBe([At("2026-03-03T10:30:00Z"), At("2026-03-03T11:00:00Z"), At("2026-03-03T12:00:00Z")]);
    }

    [Fact]
    public void What_would_have_come_after_the_clock_was_stopped_does_not_come()
    {
        // Replied on Tuesday at 11:15, three quarters of an hour before it was due.
        var steps = Plan("  reaction: [ { at: 50 % of clock, tell: lead }, { at: 30 min before due, tell: lead }, { at: breach, tell: lead } ]", "2026-03-02T15:00:00Z", [("replied", "2026-03-03T10:15:00Z")], "2026-03-04T12:00:00Z");
        steps.Select(s => s.At).ShouldBe([At("2026-03-03T09:00:00Z")]);
    }

    [Fact]
    public void A_step_is_repeated_until_somebody_acknowledges()
    {
        const string Steps = "  reaction: [ { at: breach, tell: lead, repeat: 1 h } ]";
        var all = Plan(Steps, "2026-03-02T08:00:00Z", [], "2026-03-02T14:30:00Z", until: "2026-03-02T14:30:00Z");
        all.Select(s => (s.At, s.Repetition)).ShouldBe([(At("2026-03-02T12:00:00Z"), 0), (At("2026-03-02T13:00:00Z"), 1), (At("2026-03-02T14:00:00Z"), 2)]);
        all.Select(s => s.Name).ShouldBeUnique();
        Plan(Steps, "2026-03-02T08:00:00Z", [], "2026-03-02T14:30:00Z", ["2026-03-02T13:20:00Z"], "2026-03-02T14:30:00Z").Select(s => s.Repetition).ShouldBe([0, 1]);
        Plan(Steps, "2026-03-02T08:00:00Z", [], "2026-03-02T14:30:00Z", ["2026-03-02T11:00:00Z"], "2026-03-02T14:30:00Z").ShouldBeEmpty();
        // An acknowledgement of an earlier matter of the same ticket stops nothing.
        Plan(Steps, "2026-03-02T08:00:00Z", [], "2026-03-02T14:30:00Z", ["2026-03-02T07:00:00Z"], "2026-03-02T14:30:00Z").Length.ShouldBe(3);
    }

    [Fact]
    public void Outside_the_hours_of_a_step_it_waits_until_they_open()
    {
        // Due on Monday at 17:00; an hour after the breach is 18:00, and the office opens on Tuesday at 9:00.
        var step = Plan("  reaction: [ { at: 1 h after breach, tell: lead, in-hours-of: office } ]", "2026-03-02T12:00:00Z", [], "2026-03-02T12:00:01Z").ShouldHaveSingleItem();
        step.At.ShouldBe(At("2026-03-02T17:00:00Z"));
        step.Recipients.Single().At.ShouldBe(At("2026-03-03T08:00:00Z"));
    }

    [Fact]
    public void Who_is_not_reached_then_has_somebody_who_stands_in()
    {
        const string Steps = "  reaction: [ { at: 30 min before due, tell: day }, { at: 1 h after breach, tell: day }, { at: 8 h after breach, tell: day } ]";
        var steps = Plan(Steps, "2026-03-02T12:00:00Z", [], "2026-03-02T12:00:01Z");
        steps.Select(s => (s.Recipients.Single().Person.Key, s.Recipients.Single().For, s.Recipients.Single().At)).ShouldBe(
        [
            ("day", null, At("2026-03-02T15:30:00Z")),
            ("late", "day", At("2026-03-02T17:00:00Z")),
            // At one in the morning neither is: then the one who is meant, as soon as the office opens.
            ("day", null, At("2026-03-03T08:00:00Z")),
        ]);
    }

    [Fact]
    public void A_step_tells_everybody_whom_it_names()
    {
        var step = Plan("  reaction: [ { at: breach, tell: [lead, day] } ]", "2026-03-02T08:00:00Z", [], "2026-03-02T08:00:01Z").ShouldHaveSingleItem();
        step.Recipients.Select(r => r.Person.Key).ShouldBe(["lead", "day"]);
    }

    [Fact]
    public void Steps_at_the_same_point_have_names_of_their_own_in_whatever_order_they_stand()
    {
        string[] steps = ["{ at: breach, tell: day }", "{ at: breach, tell: lead }", "{ at: breach, tell: lead, by: chat }", "{ at: breach, tell: lead, in-hours-of: office }"];
        var names = NamesOf(steps);
        names.Values.ShouldBeUnique();
        names.Values.ShouldContain("desk/respond/T-1/1/breach");
        NamesOf([steps[2], steps[0], steps[3], steps[1]]).OrderBy(n => n.Key, StringComparer.Ordinal).ShouldBe(names.OrderBy(n => n.Key, StringComparer.Ordinal));

        static Dictionary<string, string> NamesOf(string[] steps) => Plan($"  reaction: [ {string.Join(", ", steps)} ]", "2026-03-02T08:00:00Z", [], "2026-03-02T08:00:01Z")
            .ToDictionary(s => $"{string.Join(',', s.Step.Tell)} {s.Step.InHoursOf} {string.Join(',', s.Step.By)}", s => s.Name, StringComparer.Ordinal);
    }

    private static Instant At(string text) => NodaTime.Text.InstantPattern.ExtendedIso.Parse(text).Value;

    private static ImmutableArray<PlannedStep> Plan(string steps, string reported, (string Kind, string At)[] facts, string asOf, string[]? acknowledged = null, string? until = null)
    {
        var diagnostics = new DiagnosticBag();
        var agreement = AgreementReader.Read(Text + "\n" + steps, "desk.yaml", diagnostics);
        agreement.ShouldNotBeNull(string.Join('\n', diagnostics));
        var log = new FactLog();
        Append(FactTypes.TicketReported, reported, new FactData.TicketReported("P1", "", "", Actor.Customer, null));
        foreach (var (_, at) in facts)
            Append(FactTypes.TicketReplied, at, new FactData.TicketReplied(Actor.Provider, true, false));
        var now = At(asOf);
        var clock = Evaluator.Clocks(agreement, log.ToSet().Effective(now), now).ShouldHaveSingleItem();
        return EscalationPlan.Of(agreement, [.. agreement.Objectives.Where(o => o.Indicator is Indicator.Clock c && c.Definition.Name == clock.Clock).Select(o => o.Name)], clock, [.. (acknowledged ?? []).Select(At)], At(until ?? asOf));

        void Append(string type, string at, FactData data) =>
            log.Append(new Fact { Source = "desk", Id = at, Type = type, Subject = "T-1", Time = At(at), Address = FactAddress.None with { Service = "site" }, Data = data, Digest = default }, At(at));
    }
}
