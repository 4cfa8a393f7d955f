using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Time;
using Levelkeeper.Language.Grammar;
using NodaTime;

namespace Levelkeeper.Language.Tests.Grammar;

/// <summary>Forms that public agreements have and private ones seldom.</summary>
public class PublicTermsTest
{
    [Fact]
    public void A_window_to_claim_starts_at_the_periods_end_unless_it_says_otherwise()
    {
        Window("30 days").ShouldBe(new ClaimWindowForm(new TimeAmount.CalendarUnits(0, 30), ClaimStart.PeriodEnd, null));
        Window("7 business days after the incident").ShouldBe(new ClaimWindowForm(new TimeAmount.BusinessDays(7), ClaimStart.Incident, null));
        Window("24 h after becoming aware").ShouldBe(new ClaimWindowForm(new TimeAmount.Elapsed(Duration.FromHours(24)), ClaimStart.Awareness, null));
    }

    [Theory]
    [InlineData("the end of the 1st billing cycle after the incident", 1)]
    [InlineData("the end of the 2nd billing cycle after the incident", 2)]
    [InlineData("the end of the 3rd billing cycle after the incident", 3)]
    [InlineData("the end of the 12th billing cycle after the incident", 12)]
    public void A_window_may_end_with_a_billing_cycle(string text, int cycles) => Window(text).ShouldBe(new ClaimWindowForm(null, ClaimStart.Incident, cycles));

    [Theory]
    [InlineData("the end of the 2th billing cycle after the incident")]
    [InlineData("the end of the 0th billing cycle after the incident")]
    [InlineData("the end of the 13th billing cycle after the incident")]
    [InlineData("the end of the  billing cycle after the incident")]
    [InlineData("the end of the billing cycle after the incident")]
    [InlineData("after the incident")]
    [InlineData("2 billing cycles")]
    public void What_is_no_window_is_refused(string text)
    {
        var (window, problem) = ClaimWindowForm.Parse(text);
        window.ShouldBeNull();
        problem.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void The_smallest_amount_paid_out_may_itself_be_too_little()
    {
        MoneyForm.ParseSmallest("1.00 USD").Smallest.ShouldBe((1m, "USD", false));
        MoneyForm.ParseSmallest("more than 1.00 USD").Smallest.ShouldBe((1m, "USD", true));
        MoneyForm.ParseSmallest("more than").Smallest.ShouldBeNull();
        MoneyForm.ParseSmallest("more than 10 %").Problem.ShouldNotBeNull();
    }

    [Fact]
    public void A_cap_may_be_the_price_of_some_time()
    {
        MoneyForm.ParseCap("the price of 90 days").Cap.ShouldBe(new Cap.PriceOf(new TimeAmount.CalendarUnits(0, 90)));
        MoneyForm.ParseCap("the price of a lot").Problem.ShouldNotBeNull();
    }

    [Fact]
    public void Lost_time_is_all_of_it_or_only_what_is_beyond_the_target()
    {
        Pays("10 times the price of the lost time").ShouldBe(new Payout.LostTime(10) { BeyondTarget = false });
        Pays("10 times the price of the lost time beyond the target").ShouldBe(new Payout.LostTime(10) { BeyondTarget = true });
        Pays("the price of the lost time beyond the target").ShouldBe(new Payout.LostTime(1) { BeyondTarget = true });
        Pays("5 % per started hour beyond the target").ShouldBe(new Payout.PerUnit(new Payout.Share(new Rational(1, 20)), new ExcessUnit.OfTime(Duration.FromHours(1)) { BeyondTarget = true }, UnitCounting.Started));
        PayoutForm.Parse("5 % per ticket beyond the target", UnitCounting.ProRata).Problem.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("from: 99 %, below: 99.9 %", true, false)]
    [InlineData("above: 99 %, below: 99.9 %", false, false)]
    [InlineData("from: 99 %, up-to: 99.9 %", true, true)]
    [InlineData("above: 99 %, up-to: 99.9 %", false, true)]
    public void An_edge_belongs_to_the_tier_or_not(string edges, bool lower, bool upper)
    {
        var tier = Amount($"tiers: [ {{ {edges}, pay: 10 % }} ]").Tiers.ShouldHaveSingleItem();
        tier.Contains(new Rational(99, 100)).ShouldBe(lower);
        tier.Contains(new Rational(999, 1000)).ShouldBe(upper);
        tier.Contains(new Rational(995, 1000)).ShouldBeTrue();
        tier.Contains(new Rational(98, 100)).ShouldBeFalse();
        tier.Contains(1).ShouldBeFalse();
    }

    [Fact]
    public void A_single_result_is_a_tier_only_when_both_edges_belong_to_it()
    {
        Amount("tiers: [ { from: 99 %, up-to: 99 %, pay: 10 % } ]").Tiers.ShouldHaveSingleItem().Contains(new Rational(99, 100)).ShouldBeTrue();
        Sample.Read(Credit("tiers: [ { above: 99 %, up-to: 99 %, pay: 10 % } ]")).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("LK1438");
    }

    [Fact]
    public void Each_event_may_be_reckoned_by_itself()
    {
        Amount("pay: 1 day free, reckoned-for: each event").ForEachEvent.ShouldBeTrue();
        Amount("pay: 1 day free").ForEachEvent.ShouldBeFalse();
    }

    [Fact]
    public void The_claim_and_the_smallest_amount_reach_the_agreement()
    {
        var remedy = Sample.Good(Credit("pay: 10 %, smallest: more than 1.00 EUR", "claim: { within: the end of the 2nd billing cycle after the incident }")).Remedies.ShouldHaveSingleItem();
        (remedy.Claim!.Within, remedy.Claim.Starts, remedy.Claim.BillingCycles).ShouldBe((null, ClaimStart.Incident, 2));
        var amount = remedy.Benefit.ShouldBeOfType<Benefit.Payment>().Amount;
        (amount.Smallest, amount.SmallestIsTooLittle).ShouldBe((1m, true));
    }

    private static ClaimWindowForm Window(string text) => ClaimWindowForm.Parse(text).Window.ShouldNotBeNull();

    private static Payout Pays(string text) => PayoutForm.Parse(text, UnitCounting.ProRata).Payout.ShouldNotBeNull();

    private static AmountRule Amount(string lines) => Sample.Good(Credit(lines)).Remedies.ShouldHaveSingleItem().Benefit.ShouldBeOfType<Benefit.Payment>().Amount;

    private static string Credit(string lines, string claim = "claim: not needed") => Sample.With($$"""
        currency: EUR
        services:
          shop: { title: Shop, fee: 100.00 per month }
        remedies:
          credit: { when: uptime is missed, credit: { {{lines}} }, {{claim}} }

        """);
}
