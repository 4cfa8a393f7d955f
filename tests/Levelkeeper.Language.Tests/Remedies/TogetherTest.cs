using Levelkeeper.Core.Remedies;
using NodaTime;
using static Levelkeeper.Language.Tests.Remedies.Ledger;

namespace Levelkeeper.Language.Tests.Remedies;

/// <summary>What one event pays that misses several objectives of one service.</summary>
public class TogetherTest
{
    private const string Objectives = Uptime + """

        outages: { measure: number of outages, of: shop, target: at most 0, before-first: up, confirmed-after: 1 check, degraded: shown apart }
        repair: { measure: time to resolve, of: tickets of shop, within: 4 h, target: every ticket }
        """;

    private static Ledger Both(string first = "100.00", string second = "150.00", string beside = "") => With(
        Objectives,
        $"a: {{ when: uptime is missed, fine: {{ pay: {first} }}{beside} }}",
        $"b: {{ when: outages is missed, fine: {{ pay: {second} }}{beside} }}");

    private static string Lines(Ledger ledger, Instant? asOf = null) => string.Join(' ', ledger.Owed(asOf ?? At(5, 1)).Lines.Select(l => $"{l.Name.Remedy} {Money(l.Amount)}"));

    [Fact]
    public void One_outage_that_misses_two_objectives_pays_the_best_and_not_the_sum()
    {
        var owed = Both().Down(At(4, 3), Hours(10)).Owed(At(5, 1)).Lines;
        owed.Select(l => (l.Name.Remedy, l.State, Money(l.Amount), Money(l.WouldBe))).ShouldBe([("a", OwedState.OutdoneByAnother, "0.00", "100.00"), ("b", OwedState.Owed, "150.00", "0.00")]);
        owed[0].OutdoneBy.ShouldBe(Line("b/2026-04"));
        Lines(Both("200.00").Down(At(4, 3), Hours(10))).ShouldBe("a 200.00 b 0.00");
    }

    [Fact]
    public void Of_equal_amounts_the_first_of_the_agreement_is_paid() => Lines(Both("150.00").Down(At(4, 3), Hours(10))).ShouldBe("a 150.00 b 0.00");

    [Fact]
    public void Where_each_pays_both_are_paid() => Lines(Both(beside: ", together: each pays").Down(At(4, 3), Hours(10))).ShouldBe("a 100.00 b 150.00");

    [Fact]
    public void One_that_is_agreed_to_pay_beside_others_is_paid_beside_them()
    {
        var ledger = With(Objectives, "a: { when: uptime is missed, fine: { pay: 100.00 }, together: each pays }", "b: { when: outages is missed, fine: { pay: 150.00 } }");
        Lines(ledger.Down(At(4, 3), Hours(10))).ShouldBe("a 100.00 b 150.00");
    }

    [Fact]
    public void Two_remedies_of_one_objective_are_both_paid() =>
        Lines(Of("a: { when: uptime is missed, credit: { pay: 10 % } }", "b: { when: uptime is missed, fine: { pay: 150.00 } }").Down(At(4, 3), Hours(10))).ShouldBe("a 300.00 b 150.00");

    [Fact]
    public void Objectives_of_different_services_do_not_stand_together()
    {
        var ledger = new Ledger("""
            services:
              shop: { title: Shop, fee: 3000.00 per month }
              mail: { title: Mail, fee: 1000.00 per month }

            """ + Section("objectives", Uptime, Uptime.Replace("uptime:", "post:").Replace("of: shop", "of: mail")) + Section("remedies", "a: { when: uptime is missed, credit: { pay: 10 % } }", "b: { when: post is missed, credit: { pay: 10 % } }"));
        Lines(ledger.Down(At(4, 3), Hours(10)).Down(At(4, 3), Hours(10), "mail", "mail")).ShouldBe("a 300.00 b 100.00");
    }

    [Fact]
    public void Events_that_are_reckoned_each_by_itself_are_compared_each_by_itself()
    {
        // Outage one: 2 h at 100 against a ticket reported within it that costs 150; outage two: 3 h at 100 against no ticket.
        var ledger = With(
            Objectives,
            "a: { when: outages is missed, fine: { pay: 100.00, reckoned-for: each event } }",
            "b: { when: repair is missed, fine: { pay: 150.00, reckoned-for: each event } }");
        ledger.Down(At(4, 3, 10), Hours(2)).Down(At(4, 9, 10), Hours(3)).Ticket("T-1", At(4, 3, 11), At(4, 3, 20)).Ticket("T-2", At(4, 20), At(4, 21));
        // T-1 outdoes the outage in which it was reported; T-2 has nothing to do with any.
        ledger.Owed(At(5, 1)).Lines.Select(l => (l.Name.Remedy, Money(l.Amount))).ShouldBe([("a", "0.00"), ("a", "100.00"), ("b", "150.00"), ("b", "150.00")]);
    }

    [Fact]
    public void A_ticket_reported_as_the_outage_ended_is_another_event()
    {
        var ledger = With(
            Objectives,
            "a: { when: outages is missed, fine: { pay: 100.00, reckoned-for: each event } }",
            "b: { when: repair is missed, fine: { pay: 150.00, reckoned-for: each event } }");
        Lines(ledger.Down(At(4, 3, 10), Hours(2)).Ticket("T-1", At(4, 3, 12), At(4, 3, 20))).ShouldBe("a 100.00 b 150.00");
    }

    [Fact]
    public void What_was_given_at_once_leaves_only_what_is_beyond_it()
    {
        // The fine on the yearly allowance (1 % of 8760 h are 87.6 h) arises in April; April's credit for the same outage gives what is beyond it: 100 h of 720 are 86.1 %, half of 3000 less 500.
        var ledger = With(
            Uptime + "\n" + Uptime.Replace("uptime:", "yearly:").Replace("target: at least 99 %", "per: year, target: at least 99 %"),
            "at-once: { when: yearly is missed, fine: { pay: 500.00 }, arises: at once }",
            "monthly: { when: uptime is missed, credit: { pay: 50 % } }");
        Lines(ledger.Down(At(4, 3), Hours(100))).ShouldBe("at-once 500.00 monthly 1000.00");
    }

    [Fact]
    public void The_choice_among_more_than_two_gives_the_largest_sum_that_no_two_of_one_event_reach()
    {
        // One objective touches both outages (180), two others one each (100 and 120): 220 is more than 180.
        const string shape = "confirmed-after: 1 check, before-first: up, degraded: shown apart";
        var ledger = With(
            $"all: {{ measure: number of outages, of: shop, target: at most 1, {shape} }}\nlong: {{ measure: longest outage, of: shop, target: at most 2 h, {shape} }}\n" + "repair: { measure: time to resolve, of: tickets of shop, within: 4 h, target: every ticket }",
            "a: { when: all is missed, fine: { pay: 180.00 } }",
            "b: { when: repair is missed, fine: { pay: 100.00, reckoned-for: each event } }");
        ledger.Down(At(4, 3, 10), Hours(1)).Down(At(4, 9, 10), Hours(1)).Ticket("T-1", At(4, 3, 10, 30), At(4, 3, 20)).Ticket("T-2", At(4, 9, 10, 30), At(4, 9, 20));
        Lines(ledger).ShouldBe("a 0.00 b 100.00 b 100.00");
        ledger.Owed(At(5, 1)).Lines[0].OutdoneBy.ShouldNotBeNull();
    }

    [Fact]
    public void What_the_two_sides_owe_is_not_set_against_each_other()
    {
        var ledger = With(Objectives, "a: { when: outages is missed, fine: { pay: 100.00 } }", "b: { when: uptime is missed, fine: { pay: 150.00 }, by: customer }");
        Lines(ledger.Down(At(4, 3), Hours(10))).ShouldBe("a 100.00 b 150.00");
    }

    [Fact]
    public void What_a_cap_leaves_is_what_is_compared()
    {
        // 1000 with a cap of 120 gives less than 150.
        var ledger = With(Objectives, "a: { when: uptime is missed, fine: { pay: 1000.00, cap-per-period: 120.00 } }", "b: { when: outages is missed, fine: { pay: 150.00 } }");
        var owed = ledger.Down(At(4, 3), Hours(10)).Owed(At(5, 1)).Lines;
        owed.Select(l => (Money(l.Amount), Money(l.WouldBe))).ShouldBe([("0.00", "120.00"), ("150.00", "0.00")]);
    }
}
