using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using NodaTime;
using static Levelkeeper.Core.Tests.Evaluation.Shop;

namespace Levelkeeper.Core.Tests.Evaluation;

public sealed class ClockObjectiveTests
{
    private static readonly ClockDefinition FourHours = ClockTemplates.Resolve(ClockSpan.Hours(4));

    /// <summary>Opened in March, resolved in April after five hours.</summary>
    private static readonly Fact[] Across = Ticket("across", At(31, 22), At(32, 3));

    [Theory]
    [InlineData(CountedIn.Decided, Verdict.NoActivity)] // due on 1 April at 02:00
    [InlineData(CountedIn.Opened, Verdict.Breached)]
    [InlineData(CountedIn.Stopped, Verdict.NoActivity)]
    public void The_agreement_says_to_which_period_a_ticket_across_its_edge_belongs(CountedIn countedIn, Verdict verdict) =>
        March(Objective(Clock(FourHours, countedIn: countedIn)), Across, asOf: At(33)).Verdict.ShouldBe(verdict);

    [Fact]
    public void Counted_by_stopping_a_ticket_past_due_belongs_to_no_period_while_it_is_open()
    {
        var objective = Objective(Clock(FourHours, countedIn: CountedIn.Stopped));
        March(objective, Ticket("T-1", At(5), null)).Verdict.ShouldBe(Verdict.NoActivity);
        March(objective, Ticket("T-1", At(5), At(6))).Verdict.ShouldBe(Verdict.Breached);
    }

    [Theory]
    [InlineData(CountedIn.Opened, 1)]
    [InlineData(CountedIn.Stopped, 0)]
    public void Time_spent_is_counted_once_the_clock_has_stopped_in_the_period_that_the_agreement_says(CountedIn countedIn, int volume)
    {
        var objective = Objective(Clock(FourHours, new ClockStatistic.TimeSpent(new Aggregation.Average()), countedIn)).WithTarget(LevelComparison.AtMost, 4 * NodaConstants.TicksPerHour, QuantityUnit.Ticks);
        var result = March(objective, [.. Across, .. Ticket("open", At(31, 21), null), .. Ticket("void", At(5), null), Cancelled("void", At(5, 1))], asOf: At(33));
        result.Volume.ShouldBe(volume);
        result.Level.ShouldBe(volume == 0 ? null : new Quantity(5 * NodaConstants.TicksPerHour, QuantityUnit.Ticks));
        result.Budget.ShouldBeNull();
    }

    [Fact]
    public void Counted_by_opening_one_open_clock_among_decided_ones_keeps_an_ended_month_interim()
    {
        var objective = Objective(Clock(FourHours, countedIn: CountedIn.Opened), percent: 75);
        Fact[] facts = [.. Ticket("T-1", At(5), At(5, 1)), .. Ticket("T-2", At(31, 22), null)];
        March(objective, facts, asOf: April).Period.Running.ShouldBeTrue();
        March(objective, facts[..2], asOf: April).Period.Running.ShouldBeFalse();
    }

    [Fact]
    public void What_is_open_or_cancelled_is_named_beside_the_share_and_not_counted()
    {
        var decided = Ticket("T-1", At(5), At(5, 1));
        Fact[] cancelled = [.. Ticket("T-2", At(6), null), Cancelled("T-2", At(6, 1))];
        var open = Ticket("T-3", At(31, 22), null);

        Asides(decided).ShouldBeEmpty();
        Asides([.. decided, .. open]).ShouldBe([("not counted: not yet due", "1 clocks")]);
        Asides([.. decided, .. cancelled]).ShouldBe([("not counted: cancelled", "1 clocks")]);
        Asides([.. decided, .. open, .. cancelled, .. Ticket("T-4", At(31, 23), null)]).ShouldBe([("not counted: not yet due", "2 clocks"), ("not counted: cancelled", "1 clocks")]);
        // What was cancelled in February, or opens in April, is not of this month.
        Asides([.. decided, .. Ticket("T-5", At(-5), null), Cancelled("T-5", At(-4)), .. Ticket("T-6", At(32, 1), null)], At(32, 2)).ShouldBeEmpty();

        static IEnumerable<(string, string)> Asides(Fact[] facts, Instant? asOf = null)
        {
            var result = March(Objective(Clock(FourHours)), facts, asOf);
            result.Volume.ShouldBe(1);
            return result.Explanation.Parts[0].Parts.Where(p => p.Title.StartsWith("not counted", StringComparison.Ordinal)).Select(p => (p.Title, p.Remark));
        }
    }

    /// <summary>One met, one late, two cancelled before they were due, one cancelled by both after it was late, and one that opens on the last evening and is not due.</summary>
    private static readonly Fact[] Undecided =
    [
        .. Ticket("met", At(5), At(5, 1)),
        .. Ticket("late", At(5), At(6)),
        .. Ticket("spam-1", At(6), null), Cancelled("spam-1", At(6, 1)),
        .. Ticket("spam-2", At(6), null), Cancelled("spam-2", At(6, 4)),
        .. Ticket("waived", At(6), null), Fact("waived/void", At(7), new FactData.TicketCancelled("duplicate", true), "waived", "desk"),
        .. Ticket("open", At(31, 22), null),
    ];

    [Theory]
    [InlineData(CountedAs.NotCounted, CountedAs.NotCounted, CountedIn.Decided, 1, 2)]
    [InlineData(CountedAs.Met, CountedAs.NotCounted, CountedIn.Decided, 3, 4)]
    [InlineData(CountedAs.Missed, CountedAs.NotCounted, CountedIn.Decided, 1, 4)]
    [InlineData(CountedAs.Missed, CountedAs.NotCounted, CountedIn.Stopped, 1, 4)]
    [InlineData(CountedAs.NotCounted, CountedAs.NotCounted, CountedIn.Opened, 1, 2)]
    [InlineData(CountedAs.NotCounted, CountedAs.Met, CountedIn.Opened, 2, 3)]
    [InlineData(CountedAs.NotCounted, CountedAs.Missed, CountedIn.Opened, 1, 3)]
    [InlineData(CountedAs.Met, CountedAs.Missed, CountedIn.Opened, 3, 5)]
    public void Tickets_without_a_verdict_count_as_the_agreement_says_and_a_waived_breach_never(CountedAs cancelled, CountedAs notYetDue, CountedIn countedIn, int kept, int counted)
    {
        var result = March(Objective(Clock(FourHours, countedIn: countedIn) with { Cancelled = cancelled, NotYetDue = notYetDue }), Undecided);
        (result.Level!.Value.Value, result.Volume).ShouldBe((new Rational(kept, counted), (Rational)counted));
    }

    [Fact]
    public void A_cancelled_ticket_belongs_to_the_period_in_which_it_was_cancelled_or_opened()
    {
        Fact[] across = [.. Ticket("spam", At(31, 22), null), Cancelled("spam", At(32, 1))];
        March(Objective(Clock(FourHours) with { Cancelled = CountedAs.Met }), across, asOf: At(33)).Verdict.ShouldBe(Verdict.NoActivity);
        March(Objective(Clock(FourHours, countedIn: CountedIn.Opened) with { Cancelled = CountedAs.Met }), across, asOf: At(33)).Verdict.ShouldBe(Verdict.Met);
    }

    [Fact]
    public void A_ticket_that_counts_as_missed_before_it_is_due_loses_nothing_for_good()
    {
        var every = Objective(Clock(FourHours, countedIn: CountedIn.Opened) with { NotYetDue = CountedAs.Missed }, percent: 100);
        March(every, Ticket("T-1", At(5), null), asOf: At(5, 2)).Verdict.ShouldBe(Verdict.AtRisk);
        March(every, Ticket("T-1", At(5), At(5, 3)), asOf: At(5, 4)).Verdict.ShouldBe(Verdict.Met);
        March(every, Ticket("T-1", At(5), null), asOf: At(5, 5)).Verdict.ShouldBe(Verdict.Breached);
    }

    [Fact]
    public void A_clock_runs_on_the_tickets_of_its_service_that_fit_its_filter()
    {
        var where = new TicketFilter([("priority", [new Glob("P1"), new Glob("P2")])]);
        var objective = Objective(new Indicator.Clock(FourHours, new ClockStatistic.ShareInTime(), CountedIn.Decided, where));
        Fact[] facts =
        [
            .. Ticket("T-1", At(5), At(5, 1)),
            .. Ticket("T-2", At(5), At(5, 1), priority: "P2"),
            .. Ticket("T-3", At(5), At(5, 9), priority: "P3"),
            .. Ticket("T-4", At(5), At(5, 9), service: "cluster"),
        ];
        March(objective, facts).Volume.ShouldBe(2);
        March(objective with { Service = "" }, facts).Volume.ShouldBe(3);
    }

    [Theory]
    [InlineData("web", "web", "web")]
    [InlineData("cluster", "b", "b")]
    [InlineData("cluster", "cluster", "cluster")]
    public void Tickets_that_are_linked_to_an_outage_recover_with_it(string service, string outage, string recovered)
    {
        Fact[] facts =
        [
            .. Ticket("T-1", At(5), null, service),
            Fact("l", At(5, 1), new FactData.TicketLinked(outage), "T-1", "desk"),
            State(At(5), ServiceState.Down, outage),
            State(At(5, 3), ServiceState.Up, recovered),
            State(At(5, 9), ServiceState.Up, recovered),
        ];
        var objective = Objective(Clock(ClockTemplates.Recover(ClockSpan.Hours(4))), service);
        March(objective, facts).Verdict.ShouldBe(Verdict.Met);
        March(objective with { Service = "" }, facts).Verdict.ShouldBe(Verdict.Met);
        // Until the recovery the outage's other states are none.
        March(objective, [.. facts[..3], facts[4]]).Verdict.ShouldBe(Verdict.Breached);
    }

    [Theory]
    [InlineData("pay", Verdict.Met)]
    [InlineData("search", Verdict.Breached)]
    public void A_workaround_counts_when_it_restores_the_service_s_essential_functions(string restores, Verdict verdict)
    {
        Fact[] facts = [.. Ticket("T-1", At(5), At(6)), Fact("w", At(5, 1), new FactData.TicketWorkaround([restores]), "T-1", "desk")];
        March(Objective(Clock(ClockTemplates.Workaround(ClockSpan.Hours(4)))), facts, with: a => a with { Services = [Service("web") with { EssentialFunctions = ["pay"] }] }).Verdict.ShouldBe(verdict);
    }

    [Fact]
    public void A_clock_with_a_target_is_not_listed_again_for_an_objective_that_only_measures_its_time()
    {
        var timed = FourHours with { DefaultTarget = null };
        var median = new ClockStatistic.TimeSpent(new Aggregation.Median());
        var inTime = Objective(Clock(FourHours));
        var facts = Ticket("T-1", At(5), At(5, 2));

        Listed(inTime, inTime with { Name = "y", Indicator = Clock(timed, median) }).ShouldBe([("resolve", true)]);
        // Without one that has a target it is listed as it is; so is a clock of another name or on another service.
        Listed(inTime with { Indicator = Clock(timed, median) }).ShouldBe([("resolve", false)]);
        Listed(inTime, inTime with { Name = "y", Indicator = Clock(timed with { Name = "own" }, median) }).ShouldBe([("own", false), ("resolve", true)]);
        Listed(inTime with { Service = "cluster" }, inTime with { Name = "y", Indicator = Clock(timed, median) }).ShouldBe([("resolve", false)]);

        IEnumerable<(string, bool)> Listed(params ImmutableArray<Objective> objectives) =>
            Evaluator.Clocks(Shop.Agreement(objectives), Log(facts).Effective(April), April).Select(r => (r.Clock, r.Due is not null));
    }

    [Fact]
    public void Clocks_are_listed_by_ticket_clock_and_cycle()
    {
        var agreement = Shop.Agreement(Objective(Clock(FourHours)), Objective(Clock(ClockTemplates.Own(ClockSpan.Hours(1)))) with { Name = "y" });
        agreement = agreement with { Clocks = [FourHours, ClockTemplates.Respond(ClockSpan.Hours(1)), ClockTemplates.Update(ClockSpan.Hours(1))] };
        Fact Reply(string id, Instant at, Actor by) => Fact(id, at, new FactData.TicketReplied(by, true, false), "T-1", "desk");
        Fact[] facts = [.. Ticket("T-2", At(4), At(4, 2)), .. Ticket("T-1", At(5), At(9)), Reply("1", At(5, 1), Actor.Provider), Reply("2", At(5, 2), Actor.Customer), Reply("3", At(5, 3), Actor.Provider)];
        Evaluator.Clocks(agreement, Log(facts).Effective(April), April).Select(r => (r.Ticket, r.Clock, r.Cycle)).ShouldBe(
        [
            ("T-1", "own", 1), ("T-1", "resolve", 1), ("T-1", "respond", 1), ("T-1", "update", 1), ("T-1", "update", 2),
            ("T-2", "own", 1), ("T-2", "resolve", 1), ("T-2", "respond", 1), ("T-2", "update", 1),
        ]);
    }

    private static Fact Cancelled(string ticket, Instant at) => Fact($"{ticket}/void", at, new FactData.TicketCancelled("spam", false), ticket, "desk");
}
