namespace Levelkeeper.Language.Tests.Prices;

/// <summary>Wherever an agreement names money, it is in the agreement's currency.</summary>
public class CurrencyTest
{
    private const string Fees = "price:\n  fees: { set-up: 200.00 once }\n";

    public static TheoryData<string, string> Amounts => new()
    {
        { "a service's fee", "services:\n  shop: { title: Shop, fee: 100.00 CODE per month }\n" },
        { "a fee", "price:\n  fees: { set-up: 200.00 CODE once }\n" },
        { "a fee with its parts", "price:\n  fees: { seats: { amount: 5.00 CODE per user per month, of: shop } }\n" },
        { "a fee that changes", "price:\n  fees: { set-up: 200.00 once }\n  changes: [ { from: 2027-01-01, fees: { set-up: 250.00 CODE once } } ]\n" },
        { "a tax", "price:\n  taxes: [ { name: Fee of the city, amount: 3.00 CODE } ]\n" },
        { "the fee of an early end", "term: { from: 2026-01-01, termination: { notice: 3 months, fee: 500.00 CODE } }\n" },
        { "a payment", "remedies:\n  credit: { when: uptime is missed, credit: { pay: 50.00 CODE } }\n" },
        { "a cap", "remedies:\n  credit: { when: uptime is missed, credit: { pay: 50.00, cap-per-event: 90.00 CODE } }\n" },
        { "a smallest amount", "remedies:\n  credit: { when: uptime is missed, credit: { pay: 50.00, smallest: 5.00 CODE } }\n" },
    };

    [Theory]
    [MemberData(nameof(Amounts))]
    public void An_amount_in_another_currency_is_refused(string what, string fragment) =>
        Sample.Read(Sample.With("currency: EUR\n" + fragment.Replace("CODE", "PLN", StringComparison.Ordinal))).Diagnostics.ShouldHaveSingleItem(what).Code.ShouldBe("LK1423");

    [Theory]
    [MemberData(nameof(Amounts))]
    public void The_agreements_own_code_may_stand_there(string what, string fragment) =>
        Sample.Read(Sample.With("currency: EUR\n" + fragment.Replace("CODE", "EUR", StringComparison.Ordinal))).Diagnostics.ShouldBeEmpty(what);

    [Theory]
    [MemberData(nameof(Amounts))]
    public void An_amount_needs_a_currency(string what, string fragment)
    {
        var diagnostics = Sample.Read(Sample.With(fragment.Replace(" CODE", "", StringComparison.Ordinal))).Diagnostics;
        diagnostics.ShouldNotBeEmpty(what);
        diagnostics.ShouldAllBe(d => d.Code == "LK1422");
    }

    [Fact]
    public void A_share_of_the_fees_for_an_early_end_needs_none() =>
        Sample.Read(Sample.With("term: { from: 2026-01-01, termination: { notice: 3 months, fee: 30 % } }\n")).Diagnostics.ShouldBeEmpty();

    [Fact]
    public void A_fee_that_is_no_fee_reports_only_that() =>
        Sample.Read(Sample.With(Fees.Replace("200.00 once", "much", StringComparison.Ordinal))).Diagnostics.ShouldHaveSingleItem().Code.ShouldNotBe("LK1422");
}
