using Levelkeeper.Core.Remedies;
using static Levelkeeper.Language.Tests.Remedies.Ledger;

namespace Levelkeeper.Language.Tests.Remedies;

/// <summary>What percentages are of. Each credit is 10 % unless it says otherwise.</summary>
public class BasesTest
{
    private const string TwoServices = """
        services:
          shop: { title: Shop, fee: 3000.00 per month }
          mail: { title: Mail, fee: 500.00 per month }
        price:
          fees:
            hosting: 1200.00 per month
            delivery: 800.00 once

        """;

    private static Ledger Two(string of) => new(TwoServices + Section("objectives", Uptime) + Section("remedies", $"it: {{ when: uptime is missed, credit: {{ {of}pay: 10 % }} }}"));

    [Theory]
    [InlineData("", "300.00")]
    [InlineData("of: fee of shop, ", "300.00")]
    [InlineData("of: fee of mail, ", "50.00")]
    // 3000 + 500 + 1200; what is paid once is no fee of a month.
    [InlineData("of: fee of the agreement, ", "470.00")]
    [InlineData("of: price of hosting, ", "120.00")]
    [InlineData("of: price of delivery, ", "80.00")]
    [InlineData("of: invoice, ", "470.00")]
    public void A_percentage_is_of_what_the_agreement_names(string of, string expected) => Two(of).Down(At(4, 3), Hours(10)).April().ShouldBe(expected);

    [Fact]
    public void The_invoice_is_that_of_the_billing_period_in_which_the_amount_arises()
    {
        // A credit for April arises with its end, and lands on the invoice for May, when the shop costs 4000.
        var ledger = new Ledger("price: { changes: [ { from: 2026-05-01, fees: { shop: 4000.00 per month } } ] }\n" + Section("objectives", Uptime) + Section("remedies", "it: { when: uptime is missed, credit: { of: invoice, pay: 10 % } }", "own: { when: uptime is missed, credit: { pay: 10 % }, together: each pays }"));
        ledger.Down(At(4, 3), Hours(10));
        ledger.April().ShouldBe("400.00");
        ledger.April("own/2026-04").ShouldBe("300.00");
    }

    [Fact]
    public void A_quarterly_invoice_is_three_months()
    {
        // What arises with the end of April lands on the second quarter's: 9000.
        new Ledger("price: { billed: quarter in arrears }\n" + Section("objectives", Uptime) + Section("remedies", "it: { when: uptime is missed, credit: { of: invoice, pay: 10 % } }")).Down(At(4, 3), Hours(10)).April().ShouldBe("900.00");
    }

    [Fact]
    public void A_price_that_changed_inside_the_period_counts_by_days()
    {
        // 10 days at 3000 / 30 and 20 at 4500 / 30: 1000 + 3000.
        new Ledger("price: { changes: [ { from: 2026-04-11, fees: { shop: 4500.00 per month } } ] }\n" + Section("objectives", Uptime) + Section("remedies", "it: { when: uptime is missed, credit: { pay: 10 % } }"))
            .Down(At(4, 3), Hours(10)).April().ShouldBe("400.00");
    }

    [Fact]
    public void A_month_costs_the_months_fee_whatever_its_length()
    {
        foreach (var (month, label) in new[] { (1, "it/2026-01"), (2, "it/2026-02"), (4, "it/2026-04") })
            Money(Credit("pay: 10 %").Down(At(month, 3), Hours(20)).Owes(label, At(month + 1, 1)).Amount).ShouldBe("300.00");
    }

    [Fact]
    public void A_yearly_target_takes_the_years_fees()
    {
        // 2026 has 8760 h: 1 % are 87.6 h. 12 times 3000.
        var ledger = With(Uptime.Replace("target: at least 99 %", "per: year, target: at least 99 %"), "it: { when: uptime is missed, credit: { pay: 10 % } }").Down(At(4, 3), Hours(88));
        Money(ledger.Owes("it/2026", At(1, 1, year: 2027)).Amount).ShouldBe("3600.00");
    }

    [Fact]
    public void A_yearly_fee_is_spread_over_the_days_of_the_year()
    {
        // 36500 a year: 100 a day, 30 days.
        new Ledger("services: { shop: { title: Shop, fee: 36500.00 per year } }\n" + Section("objectives", Uptime) + Section("remedies", "it: { when: uptime is missed, credit: { pay: 10 % } }"))
            .Down(At(4, 3), Hours(10)).April().ShouldBe("300.00");
    }

    private static Ledger PerUser() =>
        new Ledger("services: { shop: { title: Shop, fee: 5.00 per user per month } }\n" + Section("objectives", Uptime) + Section("remedies", "it: { when: uptime is missed, credit: { pay: 10 % } }")).Down(At(4, 3), Hours(10));

    [Fact]
    public void A_fee_per_unit_counts_the_units_that_there_were()
    {
        // 100 users for 15 days, 160 for the other 15: 250 + 400.
        PerUser().Units(At(1, 1), 100).Units(At(4, 16), 160).April().ShouldBe("65.00");
    }

    [Fact]
    public void Where_nobody_counted_the_units_the_amount_is_not_computed_and_says_so()
    {
        var line = PerUser().Units(At(4, 2), 100).Owes("it/2026-04", At(5, 1));
        line.State.ShouldBe(OwedState.NotComputed);
        line.Unknown.ShouldContain("user");
    }

    [Fact]
    public void A_fee_per_call_counts_what_was_measured_in_the_period()
    {
        new Ledger("services: { shop: { title: Shop, fee: 0.50 per call } }\n" + Section("objectives", Uptime + "\ncalls: { measure: sum of call, target: at least 0 }") + Section("remedies", "it: { when: uptime is missed, credit: { pay: 10 % } }"))
            .Down(At(4, 3), Hours(10)).Measured(At(3, 31), "call", 900).Measured(At(4, 2), "call", 300).Measured(At(4, 29), "call", 100).April().ShouldBe("20.00");
    }

    [Fact]
    public void Where_no_fee_is_known_nothing_is_guessed()
    {
        var line = new Ledger("services: { shop: { title: Shop } }\n" + Section("objectives", Uptime) + Section("remedies", "it: { when: uptime is missed, credit: { pay: 10 % } }", "flat: { when: uptime is missed, fine: { pay: 70.00 } }")).Down(At(4, 3), Hours(10));
        line.Owes("it/2026-04", At(5, 1)).State.ShouldBe(OwedState.NotComputed);
        line.April("flat/2026-04").ShouldBe("70.00");
    }

    [Fact]
    public void Where_the_periods_are_the_agreements_own_months_so_are_those_of_the_fee()
    {
        // From 16 March to 15 April: one own month, though it is parts of two calendar months.
        var ledger = new Ledger("term: { from: 2026-01-16 }\n" + Section("objectives", Uptime.Replace("target: at least 99 %", "per: agreement month, target: at least 99 %")) + Section("remedies", "it: { when: uptime is missed, credit: { pay: 10 % } }")).Down(At(4, 3), Hours(10));
        var line = ledger.Owed(At(5, 1)).Lines.Where(l => l.Arises == At(4, 16)).ShouldHaveSingleItem();
        Money(line.Amount).ShouldBe("300.00");
    }

    [Fact]
    public void A_month_that_is_under_the_agreement_in_part_costs_its_days()
    {
        // From 16 April on: 15 of 30 days, and 10 h down of 360 h.
        new Ledger("term: { from: 2026-04-16 }\n" + Section("objectives", Uptime) + Section("remedies", "it: { when: uptime is missed, credit: { pay: 10 % } }"))
            .Down(At(4, 20), Hours(10)).April().ShouldBe("150.00");
    }

    [Fact]
    public void A_plans_fee_is_that_of_the_plan_that_was_chosen()
    {
        new Ledger("""
            plan: gold
            plans:
              gold: { services: { shop: { fee: 6000.00 per month } } }
              silver: { services: { shop: { fee: 2000.00 per month } } }

            """ + Section("objectives", Uptime) + Section("remedies", "it: { when: uptime is missed, credit: { pay: 10 % } }")).Down(At(4, 3), Hours(10)).April().ShouldBe("600.00");
    }

    [Fact]
    public void An_amendment_of_the_fee_counts_from_its_date_on()
    {
        // The objective is the same before and after, so April is one period; its fee is 15 days of 3000 and 15 of 6000.
        new Ledger(Section("objectives", Uptime) + Section("remedies", "it: { when: uptime is missed, credit: { pay: 10 % } }") + "amendments:\n  - { from: 2026-04-16, changes: { services: { shop: { fee: 6000.00 per month } } } }\n")
            .Down(At(4, 3), Hours(10)).April().ShouldBe("450.00");
    }

    [Fact]
    public void A_period_that_an_amendment_of_the_target_cuts_has_a_line_for_each_part()
    {
        // 10 h down in each half of 360 h are 97.22 %: below 99 % and below 98 %. Each half costs 1500.
        var ledger = new Ledger(Section("objectives", Uptime) + Section("remedies", "it: { when: uptime is missed, credit: { pay: 10 % } }")
            + "amendments:\n  - { from: 2026-04-16, changes: { objectives: { uptime: { target: at least 98 % } }, remedies: { it: { credit: { pay: 20 % } } } } }\n")
            .Down(At(4, 3), Hours(10)).Down(At(4, 20), Hours(10));
        ledger.Owed(At(5, 1)).Lines.Select(l => (l.Name.ToString(), Money(l.Amount))).ShouldBe([("it/2026-04 (version of 2026-01-01)", "150.00"), ("it/2026-04 (version of 2026-04-16)", "300.00")]);
    }

    [Fact]
    public void What_another_remedy_gave_is_a_base_for_what_is_earned_back()
    {
        // Credits of 300 in February and 300 in March; in April the level is above 99.5 %, which earns half of 600 back.
        var ledger = Of("credit: { when: uptime is missed, credit: { pay: 10 % } }", "back: { when: uptime above 99.5 %, earn-back: { of: what credit gave, pay: 50 % } }");
        ledger.Down(At(1, 3), Hours(5)).Down(At(2, 3), Hours(10)).Down(At(3, 3), Hours(10));
        var back = ledger.Owes("back/2026-04", At(5, 1));
        (Money(back.Amount), back.By).ShouldBe(("300.00", Core.Agreements.PartyRole.Customer));
        // What was earned back once is not there to be earned back again: half of the other 300.
        Money(ledger.Owes("back/2026-05", At(6, 1)).Amount).ShouldBe("150.00");
        // A month in which nothing had been given earns nothing.
        Of("credit: { when: uptime is missed, credit: { pay: 10 % } }", "back: { when: uptime above 99.5 %, earn-back: { of: what credit gave, pay: 50 % } }").Owes("back/2026-04", At(5, 1)).State.ShouldBe(OwedState.Nothing);
    }

    [Fact]
    public void A_bonus_is_owed_by_the_customer_for_what_exceeds_the_target()
    {
        // 0.36 h down of 720 h are 99.95 %: 0.95 % above the target.
        var line = Of("it: { when: uptime is exceeded, bonus: { pay: 10.00 per 0.1 % } }").Down(At(4, 3), Hours(0.36667)).Owes("it/2026-04", At(5, 1));
        // 22 min of 43200 are 99.949074 %: 0.949074 / 0.1 * 10 = 94.9074...
        (Money(line.Amount), line.By, line.Kind).ShouldBe(("94.91", Core.Agreements.PartyRole.Customer, PaymentKind.Bonus));
    }

    [Theory]
    // Tiers of a bonus: the better the result, the more. 22 min down are 99.949 %; 7 h 12 min are exactly on target, which is met and not exceeded.
    [InlineData(0.36667, "60.00")]
    [InlineData(2, "20.00")]
    public void Tiers_of_a_bonus_go_the_other_way(double hours, string expected) =>
        Of("it: { when: uptime is exceeded, bonus: { tiers: [ { from: 99.5 %, below: 99.9 %, pay: 20.00 }, { from: 99.9 %, pay: 40.00 } ], apply: every tier reached } }").Down(At(4, 3), Hours(hours)).April().ShouldBe(expected);

    [Fact]
    public void Exactly_on_target_is_met_and_earns_no_bonus() =>
        Of("it: { when: uptime is exceeded, bonus: { pay: 20.00 } }").Down(At(4, 3), Hours(7.2)).Owed(At(5, 1)).Lines.ShouldNotContain(l => l.Name.Period == "2026-04");
}
