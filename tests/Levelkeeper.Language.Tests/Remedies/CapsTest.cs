using Levelkeeper.Core.Remedies;
using NodaTime;
using static Levelkeeper.Language.Tests.Remedies.Ledger;

namespace Levelkeeper.Language.Tests.Remedies;

/// <summary>The most that is paid: for an event, in a period, in twelve months, for everything.</summary>
public class CapsTest
{
    private static string Lines(Ledger ledger, Instant asOf) => string.Join(' ', ledger.Owed(asOf).Lines.Select(l => Money(l.Amount)));

    [Fact]
    public void Percentages_are_capped_at_the_whole_base_and_amounts_are_not()
    {
        // 30 % for each of 5 hours are 150 %; 1000 for each are 5000.
        Credit("pay: 30 % per hour beyond the target").Down(At(4, 3), Hours(12.2)).April().ShouldBe("3000.00");
        Credit("pay: 30 % per hour beyond the target, cap-per-period: 120 %").Down(At(4, 3), Hours(12.2)).April().ShouldBe("3600.00");
        Credit("pay: 1000.00 per hour beyond the target").Down(At(4, 3), Hours(12.2)).April().ShouldBe("5000.00");
        Credit("pay: 1000.00 per hour beyond the target, cap-per-period: 2500.00").Down(At(4, 3), Hours(12.2)).April().ShouldBe("2500.00");
    }

    [Theory]
    [InlineData("100 %", "3000.00")]
    [InlineData("50 %", "1500.00")]
    [InlineData("the price of 3 days", "300.00")]
    [InlineData("777.77", "777.77")]
    public void A_cap_in_the_period_is_an_amount_a_share_or_a_price(string cap, string expected) =>
        Credit($"pay: 1000.00 per hour beyond the target, cap-per-period: {cap}").Down(At(4, 3), Hours(12.2)).April().ShouldBe(expected);

    [Fact]
    public void A_cap_that_is_just_reached_takes_nothing_off_and_is_reached()
    {
        var line = Credit("pay: 500.00, cap-per-period: 500.00").Down(At(4, 3), Hours(10)).Owes("it/2026-04", At(5, 1));
        (Money(line.Amount), line.CapReached).ShouldBe(("500.00", true));
        line.Steps.ShouldNotContain(s => s.Kind == AmountStepKind.CapPerPeriod);
        Credit("pay: 499.99, cap-per-period: 500.00").Down(At(4, 3), Hours(10)).Owes("it/2026-04", At(5, 1)).CapReached.ShouldBeFalse();
    }

    [Fact]
    public void Events_that_are_reckoned_each_by_itself_share_the_cap_of_the_period_in_order_of_time()
    {
        // 2 h, 3 h and 4 h at 100 each with 600 in the period: 200, 300, and what is left.
        var ledger = Credit("pay: 100.00 per hour, reckoned-for: each event, cap-per-period: 600.00").Down(At(4, 3), Hours(2)).Down(At(4, 9), Hours(3)).Down(At(4, 20), Hours(4));
        Lines(ledger, At(5, 1)).ShouldBe("200.00 300.00 100.00");
        // A fourth finds nothing left.
        ledger.Down(At(4, 25), Hours(1));
        Lines(ledger, At(5, 1)).ShouldBe("200.00 300.00 100.00 0.00");
        ledger.Owed(At(5, 1)).Lines[^1].State.ShouldBe(OwedState.CappedToNothing);
    }

    [Fact]
    public void A_cap_for_one_event_limits_each_event()
    {
        var ledger = Credit("pay: 100.00 per hour, reckoned-for: each event, cap-per-event: 250.00").Down(At(4, 3), Hours(2)).Down(At(4, 9), Hours(3)).Down(At(4, 20), Hours(4));
        Lines(ledger, At(5, 1)).ShouldBe("200.00 250.00 250.00");
        // Where the period is reckoned as a whole, three events may give three times the cap: 900 for 9 h, at most 750.
        Credit("pay: 100.00 per hour, cap-per-event: 250.00").Down(At(4, 3), Hours(2)).Down(At(4, 9), Hours(3)).Down(At(4, 20), Hours(4)).April().ShouldBe("750.00");
    }

    [Fact]
    public void A_cap_in_twelve_months_is_filled_in_order_of_time()
    {
        // 300 each month in which 10 h were down, at most 700 in twelve months.
        var ledger = Credit("pay: 10 %, cap-per-12-months: 700.00");
        foreach (var month in new[] { 1, 2, 4, 12 })
            ledger.Down(At(month, 3), Hours(10));
        ledger.Down(At(1, 3, year: 2027), Hours(10)).Down(At(2, 3, year: 2027), Hours(10));
        // January, February, then 100 in April; in December nothing is left. In January 2027 the one of 2026 no longer counts (300 are free), in February 2027 that of February 2026.
        Lines(ledger, At(3, 1, year: 2027)).ShouldBe("300.00 300.00 100.00 0.00 300.00 300.00");
    }

    [Fact]
    public void A_share_in_twelve_months_is_of_what_was_paid_in_them()
    {
        // 11 % of 3000 each month; at most 10 % of the twelve months' fees so far: January 300 of 3000; February 600 of 6000, of which 300 are used.
        var ledger = Credit("pay: 11 %, cap-per-12-months: 10 %").Down(At(1, 3), Hours(10)).Down(At(2, 3), Hours(10)).Down(At(4, 3), Hours(10));
        // April: 10 % of 12000 less 600 leave 600, of which 330 are owed.
        Lines(ledger, At(5, 1)).ShouldBe("300.00 300.00 330.00");
    }

    [Fact]
    public void A_cap_on_the_invoice_is_measured_on_that_on_which_the_amount_lands()
    {
        // The invoice for May, on which April's credit lands, is 4000 and for all services.
        const string price = "price: { changes: [ { from: 2026-05-01, fees: { shop: 4000.00 per month } } ] }\n";
        new Ledger(price + Section("objectives", Uptime) + Section("remedies", "it: { when: uptime is missed, fine: { pay: 5000.00, cap-per-period: 50 %, capped-by: the invoice } }")).Down(At(4, 3), Hours(10)).April().ShouldBe("2000.00");
        new Ledger(price + Section("objectives", Uptime) + Section("remedies", "it: { when: uptime is missed, fine: { pay: 5000.00, cap-per-period: 50 % } }")).Down(At(4, 3), Hours(10)).April().ShouldBe("1500.00");
    }

    [Fact]
    public void Weekly_lines_that_land_on_one_invoice_share_its_cap()
    {
        // Weeks of April that end on the 6th, 13th, 20th and 27th land on April's invoice: 100 each, at most 250.
        var ledger = With(Uptime.Replace("target: at least 99 %", "per: week, target: at least 99 %"), "it: { when: uptime is missed, fine: { pay: 100.00, cap-per-period: 250.00, capped-by: the invoice } }");
        foreach (var day in new[] { 1, 7, 14, 21 })
            ledger.Down(At(4, day), Hours(5));
        Lines(ledger, At(5, 1)).ShouldBe("100.00 100.00 50.00 0.00");
    }

    private const string TwoObjectives = """
        services:
          shop: { title: Shop, fee: 3000.00 per month }
          mail: { title: Mail, fee: 1000.00 per month }
        objectives:
          uptime: { measure: availability, of: shop, target: at least 99 %, before-first: up, confirmed-after: 1 check, degraded: shown apart }
          post: { measure: availability, of: mail, target: at least 99 %, before-first: up, confirmed-after: 1 check, degraded: shown apart }

        """;

    private static Ledger Total(string cap, string first, string second) =>
        new Ledger(TwoObjectives + $"cap: {{ {cap} }}\n" + Section("remedies", $"a: {{ when: uptime is missed, fine: {{ pay: {first} }} }}", $"b: {{ when: post is missed, fine: {{ pay: {second} }} }}"))
            .Down(At(4, 3), Hours(10)).Down(At(4, 9), Hours(10), "mail", "mail");

    [Theory]
    // At most 600 of 900: two thirds of each.
    [InlineData("per-billing-period: 600.00", "600.00", "300.00", "400.00 200.00")]
    // Of 100.00 for 100 and 200: 33.333... and 66.666...: the cent that remains goes to the larger remainder.
    [InlineData("per-billing-period: 100.00", "100.00", "200.00", "33.33 66.67")]
    // 100.01 for two equal ones: the odd cent goes to the earlier in the agreement.
    [InlineData("per-billing-period: 100.01", "100.00", "100.00", "50.01 50.00")]
    [InlineData("per-billing-period: 1000.00", "600.00", "300.00", "600.00 300.00")]
    // 20 % of all fees of the agreement for the month, 4000.
    [InlineData("per-billing-period: 20 %", "600.00", "300.00", "533.33 266.67")]
    // The four months until then cost 16000.
    [InlineData("per-12-months: 5 %", "600.00", "300.00", "533.33 266.67")]
    public void A_cap_on_everything_is_shared_by_what_arises_together(string cap, string first, string second, string expected) => Lines(Total(cap, first, second), At(5, 1)).ShouldBe(expected);

    [Fact]
    public void A_cap_on_everything_is_filled_in_order_of_time()
    {
        var ledger = Total("per-12-months: 1000.00", "600.00", "300.00").Down(At(5, 3), Hours(10));
        Lines(ledger, At(6, 1)).ShouldBe("600.00 300.00 100.00");
    }

    [Fact]
    public void A_cap_on_everything_does_not_limit_what_the_customer_owes()
    {
        var ledger = new Ledger(TwoObjectives + "cap: { per-billing-period: 100.00 }\n" + Section("remedies", "a: { when: uptime is missed, fine: { pay: 600.00 } }", "b: { when: post is exceeded, bonus: { pay: 400.00 } }")).Down(At(4, 3), Hours(10));
        ledger.April("a/2026-04").ShouldBe("100.00");
        ledger.April("b/2026-04").ShouldBe("400.00");
    }

    [Fact]
    public void Where_the_fees_are_not_known_a_cap_on_them_is_not_either()
    {
        var ledger = new Ledger("services: { shop: { title: Shop, fee: 5.00 per user per month } }\ncap: { per-billing-period: 20 % }\n" + Section("objectives", Uptime) + Section("remedies", "a: { when: uptime is missed, fine: { pay: 600.00 } }")).Down(At(4, 3), Hours(10));
        ledger.Owes("a/2026-04", At(5, 1)).State.ShouldBe(OwedState.NotComputed);
        // 1000 users cost 5000 in April.
        ledger.Units(At(1, 1), 1000).April("a/2026-04").ShouldBe("600.00");
        var capped = new Ledger("services: { shop: { title: Shop, fee: 5.00 per user per month } }\n" + Section("objectives", Uptime) + Section("remedies", "a: { when: uptime is missed, fine: { pay: 600.00, cap-per-period: 50 %, capped-by: the invoice } }")).Down(At(4, 3), Hours(10));
        capped.Owes("a/2026-04", At(5, 1)).State.ShouldBe(OwedState.NotComputed);
    }

    [Fact]
    public void A_cap_is_filled_by_what_was_paid_not_by_what_was_too_small()
    {
        // In January 40 is too small to be paid out; the cap of 200 is all there in February.
        var ledger = Credit("pay: 100.00 per % missed, smallest: 50.00, cap-per-12-months: 200.00");
        // Of the 744 h of January 10.416 h (37497.6 s) are 1.4 %, 0.4 % below the target; 26 h 53 min of the 672 h of February are 4.0005 %.
        ledger.Down(At(1, 3), Duration.FromMilliseconds(37_497_600)).Down(At(2, 3), Hours(26) + Duration.FromMinutes(53));
        Lines(ledger, At(3, 1)).ShouldBe("0.00 200.00");
    }

    [Fact]
    public void A_cap_that_binds_is_never_passed_by_a_rounding()
    {
        // A third of 100.00 per 0.1 %: the cap of 33.333 % of 100.01 is 33.3363..., which is 33.33 at most, though 33.34 would be nearest to what rounds up.
        var ledger = new Ledger("services: { shop: { title: Shop, fee: 100.01 per month } }\n" + Section("objectives", Uptime) + Section("remedies", "it: { when: uptime is missed, credit: { pay: 80 %, cap-per-period: 33.336 % , rounded: up } }")).Down(At(4, 3), Hours(10));
        ledger.April().ShouldBe("33.33");
    }
}
