using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using NodaTime;
using static Levelkeeper.Core.Tests.Evaluation.Shop;

namespace Levelkeeper.Core.Tests.Evaluation;

/// <summary>A ticket that is linked to an outage shares its recovery, as the confirmed timeline of the service says it.</summary>
public sealed class OutageRecoveryTests
{
    private static readonly Agreement Plain = Shop.Agreement(Objective(Clock(ClockTemplates.Recover(ClockSpan.Hours(4)))));

    [Fact]
    public void One_good_check_is_no_recovery_and_the_second_dates_it_back_to_the_first()
    {
        Fact[] facts = [.. Linked("web"), Check(2, 9, 0, false), Check(2, 9, 5, false), Check(2, 11, 0, true), Check(2, 11, 5, false), Check(2, 12, 0, true), Check(2, 12, 5, true)];

        Reading(Plain, facts, At(2, 11, 4)).StoppedAt.ShouldBeNull();
        Reading(Plain, facts, At(2, 12, 4)).StoppedAt.ShouldBeNull();
        Reading(Plain, facts, At(2, 12, 5)).StoppedAt.ShouldBe(At(2, 12, 0));
    }

    [Fact]
    public void The_checks_are_confirmed_as_the_services_availability_is()
    {
        var agreement = Plain with { Objectives = [.. Plain.Objectives, Objective(TimeUp(Policy with { ConfirmingChecks = 3 })) with { Name = "uptime" }] };
        Fact[] facts = [.. Linked("web"), Check(2, 9, 0, false), Check(2, 9, 1, false), Check(2, 9, 2, false), Check(2, 11, 0, true), Check(2, 11, 5, true), Check(2, 11, 10, true)];

        Reading(agreement, facts, At(2, 11, 9)).StoppedAt.ShouldBeNull();
        Reading(agreement, facts, At(2, 11, 10)).StoppedAt.ShouldBe(At(2, 11, 0));
    }

    [Fact]
    public void A_ticket_linked_to_one_component_shares_its_recovery_and_one_linked_to_the_service_waits_for_all()
    {
        Fact[] outages = [.. Outage(At(2, 8), Duration.FromHours(3), "a"), .. Outage(At(2, 8), Duration.FromHours(5), "b"), State(At(1), ServiceState.Up, "a"), State(At(1), ServiceState.Up, "b")];

        Reading(Plain, [.. Linked("a", "cluster"), .. outages], April).StoppedAt.ShouldBe(At(2, 11));
        Reading(Plain, [.. Linked("cluster", "cluster"), .. outages], April).StoppedAt.ShouldBe(At(2, 13));
    }

    [Fact]
    public void Degraded_is_not_recovered()
    {
        Fact[] facts = [.. Linked("web"), State(At(2, 8), ServiceState.Down), State(At(2, 10), ServiceState.Degraded), State(At(2, 12), ServiceState.Up)];
        Reading(Plain, facts, April).StoppedAt.ShouldBe(At(2, 12));
    }

    [Fact]
    public void An_outage_of_something_that_the_agreement_does_not_know_recovers_nothing() =>
        Reading(Plain, [.. Linked("elsewhere"), .. Outage(At(2, 8), Duration.FromHours(3))], April).StoppedAt.ShouldBeNull();

    [Fact]
    public void A_ticket_hands_its_start_on_into_one_of_another_service()
    {
        Fact[] facts =
        [
            .. Ticket("T-1", At(2, 9), null, "cluster"),
            Fact("merged", At(2, 12), new FactData.TicketMerged("T-2"), "T-1", "desk"),
            .. Ticket("T-2", At(2, 11), null),
        ];
        Evaluator.Clocks(Plain, Log(facts).Effective(At(2, 12, 30)), At(2, 12, 30)).ShouldHaveSingleItem().Due.ShouldBe(At(2, 13));
    }

    private static Fact[] Linked(string outage, string service = "web") =>
        [.. Ticket("T-1", At(2, 9, 30), null, service), Fact("linked", At(2, 9, 40), new FactData.TicketLinked(outage), "T-1", "desk")];

    private static Fact Check(int day, int hour, int minute, bool good) =>
        Fact($"check/{day}/{hour}/{minute}", At(day, hour, minute), new FactData.Probed(good, null, "", ""));

    private static ClockReading Reading(Agreement agreement, IEnumerable<Fact> facts, Instant asOf)
    {
        var all = agreement with { Objectives = [.. agreement.Objectives.Select(o => o.Indicator is Indicator.Clock ? o with { Service = "" } : o)] };
        return Evaluator.Clocks(all, Log(facts.OrderBy(f => f.Time)).Effective(asOf), asOf).ShouldHaveSingleItem();
    }
}
