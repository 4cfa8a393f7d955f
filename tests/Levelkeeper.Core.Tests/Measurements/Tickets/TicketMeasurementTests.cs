using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Measurements.Tickets;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;
using static Levelkeeper.Core.Tests.Measurements.Facts;

namespace Levelkeeper.Core.Tests.Measurements.Tickets;

public sealed class TicketMeasurementTests
{
    private static readonly FactData Reply = new FactData.TicketReplied(Actor.Provider, Public: true, Automatic: false);
    private static readonly FactData Reopened = new FactData.TicketReopened();
    private static readonly FactData Escalated = new FactData.TicketEscalated("2");

    private static FactData Reported(string channel = "") => new FactData.TicketReported("", "", channel, Actor.Customer, null);

    private static FactData Resolved(bool? firstContact = null) => new FactData.TicketResolved(firstContact);

    private static FactData Assigned(string to) => new FactData.TicketAssigned(to, "");

    private static IEnumerable<Fact> Ticket(string name, params (Instant Time, FactData Data)[] facts) =>
        facts.Select((fact, index) => Fact(fact.Time, fact.Data, $"{name}-{index}", name));

    private static TicketResult Measure(TicketIndicator indicator, IEnumerable<Fact> facts, Func<TicketRule, TicketRule>? with = null)
    {
        var rule = new TicketRule { Indicator = indicator };
        var result = TicketMeasurement.Of(with is null ? rule : with(rule), TicketHistory.BySubject(facts), October);
        result.Explanation.ShouldAddUp();
        return result;
    }

    [Fact]
    public void First_contact_is_what_the_source_says_or_else_follows_from_the_history()
    {
        IEnumerable<Fact> facts =
        [
            .. Ticket("A", (At(1), Reported()), (At(2), Reply), (At(2, 1), Reply), (At(3), Resolved(true))),
            .. Ticket("B", (At(1), Reported()), (At(3), Resolved(false))),
            .. Ticket("C", (At(1), Reported()), (At(1, 1), Assigned("x")), (At(2), Reply), (At(3), Resolved())),
            .. Ticket("D", (At(1), Reported()), (At(2), Reply), (At(2, 1), Reply), (At(3), Resolved())),
            .. Ticket("E", (At(1), Reported()), (At(1, 1), Assigned("x")), (At(1, 2), Assigned("y")), (At(3), Resolved())),
            .. Ticket("F", (At(1), Reported()), (At(2), Escalated), (At(3), Resolved())),
            .. Ticket("G", (At(1), Reported()), (At(3), Resolved()), (At(4), Reopened)),
            .. Ticket("H", (At(1), Reported())),
        ];
        var result = Measure(new TicketIndicator.FirstContactResolution(), facts);
        result.Value.Number().ShouldBe(new Rational(2, 7));
        result.Tickets.Where(ticket => ticket.Low == 1).Select(ticket => ticket.Ticket).ShouldBe(["A", "C"]);
        var stated = Measure(new TicketIndicator.FirstContactResolution(FirstContactEvidence.Stated), facts);
        stated.Value.Number().ShouldBe(new Rational(1, 2));
        stated.LeftOut.Select(ticket => ticket.Ticket).ShouldBe(["C", "D", "E", "F", "G"]);
        Measure(new TicketIndicator.FirstContactResolution(FirstContactEvidence.Derived), facts).Tickets.Where(ticket => ticket.Low == 1).Select(ticket => ticket.Ticket).ShouldBe(["B", "C"]);
    }

    [Fact]
    public void Automatic_and_internal_replies_and_the_customers_own_are_not_counted()
    {
        var facts = Ticket(
            "A",
            (At(1), Reported()),
            (At(1, 1), new FactData.TicketReplied(Actor.Provider, true, true)),
            (At(1, 2), new FactData.TicketReplied(Actor.Provider, false, false)),
            (At(1, 3), new FactData.TicketReplied(Actor.Customer, true, false)),
            (At(1, 4), Reply),
            (At(2), Resolved()));
        Measure(new TicketIndicator.MeanReplies(), facts).Value.Number().ShouldBe(1);
        Measure(new TicketIndicator.FirstContactResolution(), facts).Value.Number().ShouldBe(1);
    }

    [Fact]
    public void A_ticket_belongs_to_the_period_of_its_first_resolution_and_to_no_other()
    {
        var facts = Ticket("A", (At(-5), Reported()), (At(31), Resolved()), (At(33), Reopened), (At(34), Resolved()));
        Measure(new TicketIndicator.Resolved(), facts).Value.Number().ShouldBe(1);
        var november = TickInterval.Between(At(32), At(62));
        TicketMeasurement.Of(new TicketRule { Indicator = new TicketIndicator.Resolved() }, TicketHistory.BySubject(facts), november).Value.ShouldBeNoActivity();
        Measure(new TicketIndicator.Reported(), facts).Value.ShouldBeNoActivity();
    }

    [Fact]
    public void What_happens_after_the_period_changes_nothing_in_it()
    {
        var before = Ticket("A", (At(20), Reported()), (At(31), Resolved())).ToArray();
        var after = Ticket("A", (At(20), Reported()), (At(31), Resolved()), (At(32), Reopened), (At(33), Escalated), (At(34), new FactData.TicketCancelled("spam", true)));
        foreach (var indicator in new TicketIndicator[] { new TicketIndicator.ReopenRate(), new TicketIndicator.EscalationRate(), new TicketIndicator.FirstContactResolution() })
            Measure(indicator, after).Value.ShouldBe(Measure(indicator, before).Value);
    }

    [Fact]
    public void A_ticket_that_settles_is_judged_when_it_has_settled()
    {
        // Settled after 5 days: A on 4 November, so not in October; B on 25 October, reopened on the last day that counts; C reopened too late.
        IEnumerable<Fact> facts =
        [
            .. Ticket("A", (At(20), Reported()), (At(30), Resolved()), (At(31), Reopened)),
            .. Ticket("B", (At(1), Reported()), (At(20), Resolved()), (At(25), Reopened)),
            .. Ticket("C", (At(1), Reported()), (At(20), Resolved()), (At(26), Reopened)),
        ];
        var result = Measure(new TicketIndicator.ReopenRate(), facts, rule => rule with { SettlesAfter = Duration.FromDays(5) });
        result.Value.Number().ShouldBe(new Rational(1, 2));
        result.Tickets.Select(ticket => (ticket.Ticket, ticket.At)).ShouldBe([("B", At(25)), ("C", At(25))]);
        Measure(new TicketIndicator.ReopenRate(), facts).Value.Number().ShouldBe(1);
    }

    [Fact]
    public void Merged_and_cancelled_tickets_are_left_out_and_named()
    {
        IEnumerable<Fact> facts =
        [
            .. Ticket("A", (At(1), Reported())),
            .. Ticket("B", (At(1), Reported()), (At(2), new FactData.TicketMerged("A"))),
            .. Ticket("C", (At(1), Reported()), (At(2), new FactData.TicketCancelled("spam", false))),
        ];
        var result = Measure(new TicketIndicator.Reported(), facts);
        result.Value.Number().ShouldBe(1);
        result.LeftOut.Select(ticket => (ticket.Ticket, ticket.Reason)).ShouldBe([("B", "it was merged into A"), ("C", "it was cancelled: spam")]);
    }

    [Fact]
    public void A_ticket_without_a_channel_makes_the_self_service_share_a_band()
    {
        IEnumerable<Fact> facts = [.. Ticket("A", (At(1), Reported("portal"))), .. Ticket("B", (At(1), Reported("telephone"))), .. Ticket("C", (At(1), Reported()))];
        Measure(new TicketIndicator.SelfServiceShare(["portal", "bot"]), facts).Value.Ends().ShouldBe((new Rational(1, 3), new Rational(2, 3)));
        Measure(new TicketIndicator.SelfServiceShare(["portal", "bot"]), facts.SkipLast(1)).Value.Number().ShouldBe(new Rational(1, 2));
    }

    [Fact]
    public void Satisfaction_is_the_mean_of_the_last_ratings_in_the_period()
    {
        IEnumerable<Fact> facts =
        [
            .. Ticket("A", (At(2), new FactData.TicketRated(1, 5)), (At(3), new FactData.TicketRated(4, 5)), (At(33), new FactData.TicketRated(2, 5))),
            .. Ticket("B", (At(2), new FactData.TicketRated(1, 1))),
            .. Ticket("C", (At(2), new FactData.TicketRated(6, 5))),
        ];
        var result = Measure(new TicketIndicator.Satisfaction(), facts);
        result.Value.Number().ShouldBe(new Rational(9, 10));
        result.LeftOut.ShouldHaveSingleItem().Ticket.ShouldBe("C");
        Measure(new TicketIndicator.SatisfiedShare(new Rational(4, 5)), facts).Value.Number().ShouldBe(1);
        Measure(new TicketIndicator.SatisfiedShare(new Rational(81, 100)), facts).Value.Number().ShouldBe(new Rational(1, 2));
    }

    [Fact]
    public void A_closing_counts_as_resolution_only_where_the_agreement_says_so()
    {
        var facts = Ticket("A", (At(1), Reported()), (At(2), new FactData.TicketClosed()));
        Measure(new TicketIndicator.Resolved(), facts).Value.ShouldBeNoActivity();
        Measure(new TicketIndicator.Resolved(), facts, rule => rule with { ClosedCountsAsResolved = true }).Value.Number().ShouldBe(1);
        Measure(new TicketIndicator.Resolved(), facts, rule => rule with { Nothing = NothingMeasured.Zero }).Value.Number().ShouldBe(0);
    }

    [Fact]
    public void Escalations_are_counted_once_a_ticket_by_either_period_rule()
    {
        IEnumerable<Fact> facts =
        [
            .. Ticket("A", (At(-3), Reported()), (At(2), Escalated), (At(3), Escalated), (At(4), Resolved())),
            .. Ticket("B", (At(5), Reported()), (At(6), Resolved())),
            .. Ticket("C", (At(5), Reported()), (At(6), Escalated)),
        ];
        Measure(new TicketIndicator.EscalationRate(), facts).Tickets.Select(ticket => (ticket.Ticket, ticket.Low)).ShouldBe([("A", 1), ("B", 0)]);
        Measure(new TicketIndicator.EscalationRate(), facts, rule => rule with { Period = TicketPeriod.Reported }).Tickets.Select(ticket => (ticket.Ticket, ticket.Low)).ShouldBe([("B", 0), ("C", 1)]);
    }

    [Fact]
    public void Facts_that_came_in_another_order_and_many_tickets_give_the_same()
    {
        Fact[] facts = [.. Enumerable.Range(0, 300).SelectMany(number => Ticket($"T{number:d4}", (At(1), Reported()), (At(2), Reply), (At(3), number % 3 == 0 ? Escalated : Reply), (At(4), Resolved())))];
        var straight = Measure(new TicketIndicator.FirstContactResolution(), facts);
        straight.Value.Number().ShouldBe(0);
        Measure(new TicketIndicator.EscalationRate(), facts).Value.Number().ShouldBe(new Rational(1, 3));
        Measure(new TicketIndicator.Resolved(), facts).Value.Number().ShouldBe(300);
        var shuffled = facts.ToArray();
        new Random(3).Shuffle(shuffled);
        Measure(new TicketIndicator.MeanReplies(), shuffled).Value.ShouldBe(Measure(new TicketIndicator.MeanReplies(), facts).Value);
        Measure(new TicketIndicator.MeanReplies(), shuffled).Value.Number().ShouldBe(new Rational(5, 3));
    }
}
