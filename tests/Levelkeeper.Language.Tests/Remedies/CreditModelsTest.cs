using Levelkeeper.Core.Remedies;
using NodaTime;
using static Levelkeeper.Language.Tests.Remedies.Ledger;

namespace Levelkeeper.Language.Tests.Remedies;

/// <summary>Every way in which a credit is reckoned. April has 720 h and costs 3000.00; 1 % of it is 7 h 12 min.</summary>
public class CreditModelsTest
{
    private const string ByPercent = "tiers: [ { from: 98 %, below: 99 %, pay: 10 % }, { from: 95 %, below: 98 %, pay: 25 % }, { below: 95 %, pay: 100 % } ]";

    [Theory]
    // 10 h of 720 h are 98.61 %, 20 h are 97.22 %, 40 h are 94.44 %.
    [InlineData(10, "300.00")]
    [InlineData(20, "750.00")]
    [InlineData(40, "3000.00")]
    // 14.4 h are exactly 98 %, which is the lower edge of the first tier; 36 h are exactly 95 %.
    [InlineData(14.4, "300.00")]
    [InlineData(36, "750.00")]
    public void Steps_by_percent_pay_by_the_band_in_which_the_level_lies(double hours, string expected) =>
        Credit(ByPercent).Down(At(4, 3), Hours(hours)).April().ShouldBe(expected);

    [Fact]
    public void One_instant_below_an_edge_is_in_the_next_band() =>
        Credit(ByPercent).Down(At(4, 3), Hours(14.4) + Duration.FromTicks(1)).April().ShouldBe("750.00");

    [Theory]
    // "Up to 98 %" holds the edge, "above 98 %" does not: 14.4 h are exactly 98 %.
    [InlineData("{ above: 98 %, up-to: 99 %, pay: 10 % }, { up-to: 98 %, pay: 25 % }", 14.4, "750.00")]
    [InlineData("{ above: 98 %, up-to: 99 %, pay: 10 % }, { up-to: 98 %, pay: 25 % }", 14, "300.00")]
    public void Edges_can_be_stated_the_other_way_round(string tiers, double hours, string expected) =>
        Credit($"tiers: [ {tiers} ]").Down(At(4, 3), Hours(hours)).April().ShouldBe(expected);

    [Fact]
    public void A_level_that_lies_in_no_band_pays_nothing()
    {
        var line = Credit("tiers: [ { below: 95 %, pay: 100 % } ]").Down(At(4, 3), Hours(10)).Owes("it/2026-04", At(5, 1));
        line.State.ShouldBe(OwedState.Nothing);
        line.Amount.Sign.ShouldBe(0);
    }

    [Theory]
    // Every tier reached: 10 h reach the first, 20 h the first two (10 + 25 %), 40 h all three (135 %, of which 100 % is the cap for percentages, 135 % where the agreement says so).
    [InlineData(10, "", "300.00")]
    [InlineData(20, "", "1050.00")]
    [InlineData(40, "", "3000.00")]
    [InlineData(40, ", cap-per-period: 200 %", "4050.00")]
    public void Where_it_is_agreed_every_tier_reached_pays(double hours, string cap, string expected) =>
        Credit(ByPercent + ", apply: every tier reached" + cap).Down(At(4, 3), Hours(hours)).April().ShouldBe(expected);

    [Theory]
    // By minutes: all the downtime, not only what is beyond the target.
    [InlineData(7.5, "30.00")]
    [InlineData(12, "60.00")]
    [InlineData(12.1, "60.00")]
    [InlineData(11.9, "30.00")]
    public void Steps_by_minutes_pay_by_the_time_down(double hours, string expected) =>
        Credit("tiers: [ { from: 1 h, below: 12 h, pay: 30.00 }, { from: 12 h, pay: 60.00 } ]").Down(At(4, 3), Hours(hours)).April().ShouldBe(expected);

    [Theory]
    // At most 1 outage a month is promised.
    [InlineData(2, "100.00")]
    [InlineData(3, "250.00")]
    [InlineData(5, "250.00")]
    public void Steps_by_count_pay_by_the_number(int outages, string expected)
    {
        var ledger = With(
            "outages: { measure: number of outages, of: shop, target: at most 1, before-first: up, confirmed-after: 1 check, degraded: shown apart }",
            "it: { when: outages is missed, credit: { tiers: [ { from: 2, below: 3, pay: 100.00 }, { from: 3, pay: 250.00 } ] } }");
        for (var i = 0; i < outages; i++)
            ledger.Down(At(4, 3 + i), Duration.FromMinutes(5));
        ledger.April().ShouldBe(expected);
    }

    [Theory]
    // 3000 / 720 h = 4.1666... an hour; 10 h cost 41.666..., ten times that 416.67.
    [InlineData("10 times the price of the lost time", 10, "416.67")]
    [InlineData("the price of the lost time", 10, "41.67")]
    // Only what is beyond the 7.2 h of the target: 2.8 h cost 11.6666...
    [InlineData("the price of the lost time beyond the target", 10, "11.67")]
    [InlineData("10 times the price of the lost time beyond the target", 10, "116.67")]
    // 30 times 100 h' price is 12500.00, more than the fee: a multiple of a price is no percentage, so the agreement must cap it.
    [InlineData("30 times the price of the lost time", 100, "12500.00")]
    public void A_multiple_of_the_lost_times_price(string pay, double hours, string expected) =>
        Credit($"pay: {pay}").Down(At(4, 3), Hours(hours)).April().ShouldBe(expected);

    [Theory]
    // 7 h 30 min down, of which 18 min (0.3 h) are beyond the 7 h 12 min.
    [InlineData("50.00 per hour", "375.00")]
    [InlineData("50.00 per started hour", "400.00")]
    [InlineData("50.00 per full hour", "350.00")]
    [InlineData("50.00 per hour beyond the target", "15.00")]
    [InlineData("50.00 per started hour beyond the target", "50.00")]
    [InlineData("50.00 per full hour beyond the target", "0.00")]
    [InlineData("10.00 per 10 min beyond the target", "18.00")]
    [InlineData("10.00 per started 10 min beyond the target", "20.00")]
    // 1 % of 3000 each.
    [InlineData("1 % per started hour", "240.00")]
    // 8 started hours of a day each, at 100.00; the cap of percentages is none for days.
    [InlineData("1 day free per started hour", "800.00")]
    public void An_amount_per_unit_counts_in_proportion_started_or_full(string pay, string expected) =>
        Credit($"pay: {pay}").Down(At(4, 3), Hours(7.5)).April().ShouldBe(expected);

    [Fact]
    public void Exactly_on_a_unit_no_further_one_has_started()
    {
        Credit("pay: 50.00 per started hour beyond the target").Down(At(4, 3), Hours(9.2)).April().ShouldBe("100.00");
        Credit("pay: 50.00 per started hour beyond the target").Down(At(4, 3), Hours(9.2) + Duration.FromTicks(1)).April().ShouldBe("150.00");
        Credit("pay: 50.00 per full hour beyond the target").Down(At(4, 3), Hours(9.2) - Duration.FromTicks(1)).April().ShouldBe("50.00");
    }

    [Fact]
    public void Whether_started_units_count_whole_can_stand_apart()
    {
        Credit("pay: 50.00 per hour, started-units: count whole").Down(At(4, 3), Hours(7.5)).April().ShouldBe("400.00");
        Credit("pay: 50.00 per hour, started-units: pro rata").Down(At(4, 3), Hours(7.5)).April().ShouldBe("375.00");
    }

    [Theory]
    // 10.8 h are 98.5 %: 0.5 % below the target.
    [InlineData("2 % per 0.1 % missed", 10.8, "300.00")]
    [InlineData("2 % per % missed", 10.8, "30.00")]
    [InlineData("100.00 per full 0.1 % missed", 10.8, "500.00")]
    // 11 h are 98.4722 %: 0.52777... % below.
    [InlineData("100.00 per 0.1 % missed", 11, "527.78")]
    [InlineData("100.00 per full 0.1 % missed", 11, "500.00")]
    [InlineData("100.00 per started 0.1 % missed", 11, "600.00")]
    public void Linear_by_the_distance_to_the_target(string pay, double hours, string expected) =>
        Credit($"pay: {pay}").Down(At(4, 3), Hours(hours)).April().ShouldBe(expected);

    [Fact]
    public void A_flat_amount_is_paid_once_however_much_was_missed()
    {
        Credit("pay: 500.00").Down(At(4, 3), Hours(8)).April().ShouldBe("500.00");
        Credit("pay: 500.00").Down(At(4, 3), Hours(80)).Down(At(4, 20), Hours(80)).April().ShouldBe("500.00");
        Credit("pay: 20 %").Down(At(4, 3), Hours(8)).April().ShouldBe("600.00");
    }

    [Theory]
    [InlineData("1 day free", "100.00")]
    [InlineData("36 h free", "150.00")]
    // May has its own 31 days, and its whole month costs 3000.
    [InlineData("1 month free", "3000.00")]
    [InlineData("1 month 2 days free", "3200.00")]
    public void Free_service_is_worth_what_it_costs(string pay, string expected) => Credit($"pay: {pay}").Down(At(4, 3), Hours(8)).April().ShouldBe(expected);

    [Fact]
    public void Free_days_by_steps()
    {
        const string tiers = "tiers: [ { from: 98 %, below: 99 %, pay: 3 days free }, { below: 98 %, pay: 7 days free } ]";
        Credit(tiers).Down(At(4, 3), Hours(10)).April().ShouldBe("300.00");
        Credit(tiers).Down(At(4, 3), Hours(20)).April().ShouldBe("700.00");
        // March has 31 days: 3000 / 31 * 3 = 290.3225...
        Credit(tiers).Down(At(3, 3), Hours(10)).April("it/2026-03").ShouldBe("290.32");
    }

    [Fact]
    public void Pro_rata_by_the_share_that_was_affected()
    {
        var ledger = new Ledger("""
            services:
              shop: { title: Shop, fee: 3000.00 per month, components: [a, b, c, d] }

            """ + Section("objectives", Uptime) + Section("remedies", "it: { when: uptime is missed, credit: { pay: the affected share } }", "half: { when: uptime is missed, credit: { of: fee of the affected users, pay: 20 % }, together: each pays }"));
        ledger.Down(At(4, 3), Hours(10), "a").Down(At(4, 9), Hours(1), "b");
        // Two of four parts were down at some time: half of 3000.
        ledger.April().ShouldBe("1500.00");
        ledger.April("half/2026-04").ShouldBe("300.00");
    }

    private const string Delivery = "delivery: { measure: time to resolve, of: tickets of shop, within: 2 days, target: every ticket }";

    [Theory]
    // Due on 3 April 09:00, delivered on the 8th: 5 days late.
    [InlineData("pay: 10.5 % per 2 days late", "787.50")]
    [InlineData("pay: 10.5 % per full 2 days late", "630.00")]
    [InlineData("pay: 10.5 % per started 2 days late", "945.00")]
    [InlineData("pay: 40.00 per day late", "200.00")]
    [InlineData("tiers: [ { from: 1 day, below: 5 days, pay: 5 % }, { from: 5 days, below: 10 days, pay: 15 % }, { from: 10 days, pay: 30 % } ]", "450.00")]
    public void Steps_and_units_by_days_late(string amount, string expected) =>
        With(Delivery, $"it: {{ when: delivery is missed, fine: {{ {amount} }} }}").Ticket("D-1", At(4, 1, 9), At(4, 8, 9)).April().ShouldBe(expected);

    [Theory]
    [InlineData(8, 8, 59, "160.00")]
    [InlineData(8, 9, 0, "200.00")]
    // Late, but not by a whole day.
    [InlineData(3, 23, 0, "0.00")]
    public void A_day_late_is_a_whole_day_from_the_due_instant(int day, int hour, int minute, string expected) =>
        With(Delivery, "it: { when: delivery is missed, fine: { pay: 40.00 per day late } }").Ticket("D-1", At(4, 1, 9), At(4, day, hour, minute)).April().ShouldBe(expected);

    [Fact]
    public void An_amount_for_each_ticket_that_missed()
    {
        var ledger = With(Delivery, "it: { when: delivery is missed, fine: { pay: 25.00 per ticket } }", "pair: { when: delivery is missed, fine: { pay: 40.00 per full 2 tickets } }");
        for (var i = 1; i <= 5; i++)
            ledger.Ticket($"T-{i}", At(4, i, 9), At(4, i, 9) + Duration.FromDays(i <= 3 ? 4 : 1));
        ledger.April().ShouldBe("75.00");
        ledger.April("pair/2026-04").ShouldBe("40.00");
    }

    [Fact]
    public void An_amount_for_each_that_a_count_falls_short_of()
    {
        var ledger = With("leads: { measure: sum of leads, target: at least 20 }", "it: { when: leads is missed, fine: { pay: 15.00 per lead } }");
        ledger.Measured(At(4, 10), "leads", 12).Measured(At(4, 20), "leads", 3).April().ShouldBe("75.00");
    }

    [Fact]
    public void A_count_in_a_part_of_a_period_is_held_against_its_part_of_the_target()
    {
        // From 16 April on half of the month is under the agreement, so 10 leads are promised; 8 came, 2 are missing.
        var ledger = new Ledger("term: { from: 2026-04-16 }\n" + Section("objectives", "leads: { measure: sum of leads, target: at least 20 }") + Section("remedies", "it: { when: leads is missed, fine: { pay: 15.00 per lead } }"));
        ledger.Measured(At(4, 20), "leads", 8).April().ShouldBe("30.00");
    }

    [Fact]
    public void Of_a_share_with_a_ceiling_those_count_that_are_in_the_share()
    {
        // 4 of 10 tickets were escalated where at most 20 % may be.
        var ledger = With("escalated: { measure: escalation rate, of: tickets of shop, target: at most 20 % }", "it: { when: escalated is missed, fine: { pay: 10.00 per ticket } }");
        for (var i = 1; i <= 10; i++)
        {
            ledger.Ticket($"T-{i}", At(4, i, 9), null);
            if (i <= 4)
                ledger.Add(At(4, i, 10), new Core.Facts.FactData.TicketEscalated("second line"), $"T-{i}");
            ledger.Add(At(4, i, 12), new Core.Facts.FactData.TicketResolved(null), $"T-{i}");
        }

        ledger.April().ShouldBe("40.00");
    }

    [Theory]
    [InlineData("credit", PaymentKind.Credit)]
    [InlineData("discount", PaymentKind.Discount)]
    [InlineData("refund", PaymentKind.Refund)]
    [InlineData("fine", PaymentKind.Fine)]
    public void Every_form_of_payment_is_reckoned_alike(string form, PaymentKind kind)
    {
        var line = Credit("pay: 10 %", form: form).Down(At(4, 3), Hours(10)).Owes("it/2026-04", At(5, 1));
        (Money(line.Amount), line.Kind).ShouldBe(("300.00", kind));
    }

    [Fact]
    public void A_level_that_is_rounded_before_it_is_compared_is_rounded_for_the_edges_too()
    {
        // 14.45 h of 720 h are 97.9930 %: rounded to one place that is 98.0 %.
        const string rounded = "uptime: { measure: availability, of: shop, target: at least 99 %, rounded: 1 places, before-first: up, confirmed-after: 1 check, degraded: shown apart }";
        With(rounded, $"it: {{ when: uptime is missed, credit: {{ {ByPercent} }} }}").Down(At(4, 3), Hours(14.45)).April().ShouldBe("300.00");
        Credit(ByPercent).Down(At(4, 3), Hours(14.45)).April().ShouldBe("750.00");
    }

    [Fact]
    public void Where_several_tiers_hold_the_level_the_worst_applies()
    {
        Credit("tiers: [ { below: 99 %, pay: 10 % }, { below: 98 %, pay: 25 % } ]").Down(At(4, 3), Hours(20)).April().ShouldBe("750.00");
    }
}
