using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Remedies;
using NodaTime;
using static Levelkeeper.Language.Tests.Remedies.Ledger;

namespace Levelkeeper.Language.Tests.Remedies;

/// <summary>Each payable line is rounded once, to the currency's smallest amount; and the smallest amount that is paid out.</summary>
public class RoundingTest
{
    private static string Paid(string currency, string fee, string percent, string rounding = "half away from zero")
    {
        var ledger = new Ledger($"currency: {currency}\nservices: {{ shop: {{ title: Shop, fee: {fee} per month }} }}\n" + Section("objectives", Uptime) + Section("remedies", $"it: {{ when: uptime is missed, credit: {{ pay: {percent}, rounded: {rounding} }} }}"));
        var amount = ledger.Down(At(4, 3), Hours(10)).Owes("it/2026-04", At(5, 1)).Amount;
        return amount.ToString(Core.Prices.Currencies.MinorDigits(currency), Rounding.HalfAwayFromZero);
    }

    [Theory]
    // 10 % of 100.05 are 10.005; of 100.15 are 10.015; of 100.04 are 10.004.
    [InlineData("100.05", "half away from zero", "10.01")]
    [InlineData("100.15", "half away from zero", "10.02")]
    [InlineData("100.05", "half to even", "10.00")]
    [InlineData("100.15", "half to even", "10.02")]
    [InlineData("100.04", "up", "10.01")]
    [InlineData("100.06", "down", "10.00")]
    [InlineData("100.04", "half away from zero", "10.00")]
    [InlineData("100.06", "half to even", "10.01")]
    public void Halves_go_away_from_zero_unless_agreed_otherwise(string fee, string rounding, string expected) => Paid("EUR", fee, "10 %", rounding).ShouldBe(expected);

    [Theory]
    // 0.5 % of 1234.50: 6.1725.
    [InlineData("JPY", "6")]
    [InlineData("EUR", "6.17")]
    [InlineData("KWD", "6.173")]
    [InlineData("USD", "6.17")]
    [InlineData("BHD", "6.173")]
    public void A_currencys_smallest_amount_has_two_digits_none_or_three(string currency, string expected) => Paid(currency, "1234.50", "0.5 %").ShouldBe(expected);

    [Fact]
    public void A_half_yen_goes_up() => Paid("JPY", "1050", "10 %").ShouldBe("105");

    [Theory]
    [InlineData("half away from zero", "11")]
    [InlineData("half to even", "10")]
    public void A_half_of_a_whole_unit_is_rounded_as_agreed(string rounding, string expected) => Paid("JPY", "105", "10 %", rounding).ShouldBe(expected);

    [Fact]
    public void Lines_are_rounded_and_sums_are_sums_of_lines()
    {
        // Three outages at a third of a cent more than 3.33: each 3.33, together 9.99, not 10.00.
        var ledger = Credit("pay: 10.00 per 3 h, reckoned-for: each event");
        for (var day = 3; day <= 9; day += 3)
            ledger.Down(At(4, day), Hours(1));
        ledger.Down(At(4, 20), Hours(6));
        var statement = ledger.Statement("2026-04", At(5, 10));
        statement.Lines.Select(l => Money(l.Payable)).ShouldBe(["3.33", "3.33", "3.33", "20.00"]);
        Money(statement.PayableBy(Core.Agreements.PartyRole.Provider)).ShouldBe("29.99");
    }

    [Theory]
    // 0.72 h per 0.1 % of April: 8 h are 0.1111 % below the target: 11.11 at 10 per 0.1 %.
    [InlineData("smallest: 11.11", "11.11", OwedState.Owed)]
    [InlineData("smallest: 11.12", "0.00", OwedState.TooSmall)]
    [InlineData("smallest: more than 11.11", "0.00", OwedState.TooSmall)]
    [InlineData("smallest: more than 11.10", "11.11", OwedState.Owed)]
    public void Less_than_the_smallest_amount_is_not_paid_out(string smallest, string expected, OwedState state)
    {
        var line = Credit($"pay: 10.00 per 0.1 % missed, {smallest}").Down(At(4, 3), Hours(8)).Owes("it/2026-04", At(5, 1));
        (Money(line.Amount), line.State).ShouldBe((expected, state));
        if (state == OwedState.TooSmall)
            Money(line.WouldBe).ShouldBe("11.11");
    }

    [Fact]
    public void Lines_of_one_remedy_are_together_large_enough()
    {
        // Two outages of 4 h: 6.00 each, 12.00 together; alone neither reaches 10.00.
        const string amount = "pay: 1.50 per hour, reckoned-for: each event, smallest: 10.00";
        Credit(amount).Down(At(4, 3), Hours(4)).Down(At(4, 9), Hours(4)).Owed(At(5, 1)).Lines.Select(l => Money(l.Amount)).ShouldBe(["6.00", "6.00"]);
        Credit("pay: 1.50 per hour, reckoned-for: each event, smallest: 13.00").Down(At(4, 3), Hours(4)).Down(At(4, 9), Hours(4)).Owed(At(5, 1)).Lines.ShouldAllBe(l => l.State == OwedState.TooSmall);
    }

    [Fact]
    public void A_tenth_of_a_microsecond_decides_a_tier_and_nothing_passes_through_a_binary_number()
    {
        // 99.9 % of a month of 30 days is 43 min 12 s: exactly that is met, one tick more is missed.
        const string ledger = "uptime: { measure: availability, of: shop, target: at least 99.9 %, before-first: up, confirmed-after: 1 check, degraded: shown apart }";
        With(ledger, "it: { when: uptime is missed, fine: { pay: 1.00 } }").Down(At(4, 3), Duration.FromSeconds(2592)).Owed(At(5, 1)).Lines.ShouldBeEmpty();
        With(ledger, "it: { when: uptime is missed, fine: { pay: 1.00 } }").Down(At(4, 3), Duration.FromSeconds(2592) + Duration.FromTicks(1)).April().ShouldBe("1.00");
    }
}
