using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Prices;
using Levelkeeper.Core.Tests.Evaluation;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Tests.Prices;

/// <summary>What fees come to over spans of time: whole units cost their fee, parts of them by days.</summary>
public class FeeScheduleTests
{
    private static Agreement With(params ReadOnlySpan<Fee> fees) => Shop.Agreement() with
    {
        Zone = DateTimeZoneProviders.Tzdb["Europe/Warsaw"],
        Currency = "EUR",
        Price = new Price { Fees = [.. fees.ToArray().Select((f, i) => new NamedFee($"f{i}", $"f{i}", f, "", "", Shop.Stated))] },
    };

    private static TickInterval Days(Agreement agreement, LocalDate from, LocalDate to) =>
        TickInterval.Between(agreement.Zone.AtStartOfDay(from).ToInstant(), agreement.Zone.AtStartOfDay(to).ToInstant());

    private static Rational Of(Agreement agreement, LocalDate from, LocalDate to, PeriodRule? rule = null, params IEnumerable<Fact> facts)
    {
        var (amount, unknown) = new FeeSchedule(AgreementVersions.Of(agreement), facts).Of(null, Days(agreement, from, to), rule);
        unknown.ShouldBeNull();
        return amount;
    }

    private static Fee Per(CalendarUnit unit, decimal amount) => new(amount, unit, "", false);

    [Fact]
    public void A_whole_unit_costs_its_fee_whatever_its_length()
    {
        var monthly = With(Per(CalendarUnit.Month, 310));
        Of(monthly, new(2026, 1, 1), new(2026, 2, 1)).ShouldBe(310);
        Of(monthly, new(2026, 2, 1), new(2026, 3, 1)).ShouldBe(310);
        // March and October have an hour less and an hour more.
        Of(monthly, new(2026, 3, 1), new(2026, 4, 1)).ShouldBe(310);
        Of(monthly, new(2026, 1, 1), new(2027, 1, 1)).ShouldBe(3720);
        Of(With(Per(CalendarUnit.Year, 366)), new(2028, 1, 1), new(2029, 1, 1)).ShouldBe(366);
    }

    [Fact]
    public void A_part_of_a_unit_costs_its_days()
    {
        var monthly = With(Per(CalendarUnit.Month, 310));
        Of(monthly, new(2026, 1, 1), new(2026, 1, 11)).ShouldBe(100);
        Of(monthly, new(2026, 1, 22), new(2026, 2, 1)).ShouldBe(100);
        // Ten days of January at 310 / 31 and seven of February at 310 / 28.
        Of(monthly, new(2026, 1, 22), new(2026, 2, 8)).ShouldBe(new Rational(355, 2));
        Of(With(Per(CalendarUnit.Year, 365)), new(2026, 3, 1), new(2026, 4, 1)).ShouldBe(31);
        Of(With(Per(CalendarUnit.Quarter, 900)), new(2026, 1, 1), new(2026, 2, 1)).ShouldBe(310);
    }

    [Fact]
    public void A_day_of_23_hours_is_a_day_and_its_parts_are_parts_of_it()
    {
        var agreement = With(Per(CalendarUnit.Month, 310));
        Of(agreement, new(2026, 3, 29), new(2026, 3, 30)).ShouldBe(10);
        var day = Days(agreement, new(2026, 3, 29), new(2026, 3, 30));
        day.Length.ShouldBe(23 * NodaConstants.TicksPerHour);
        new FeeSchedule(AgreementVersions.Of(agreement), []).Of(null, new TickInterval(day.Start, day.Start + NodaConstants.TicksPerHour)).Amount.ShouldBe(new Rational(10, 23));
    }

    [Fact]
    public void Only_time_under_the_agreement_costs_anything()
    {
        var agreement = With(Per(CalendarUnit.Month, 310)) with { Term = new Term(new LocalDate(2026, 1, 22), new LocalDate(2026, 3, 1)) };
        Of(agreement, new(2026, 1, 1), new(2026, 2, 1)).ShouldBe(100);
        Of(agreement, new(2026, 1, 1), new(2026, 12, 1)).ShouldBe(410);
        Of(agreement, new(2026, 3, 1), new(2026, 4, 1)).ShouldBe(0);
    }

    [Fact]
    public void Changes_count_from_their_day_on_each_until_the_next()
    {
        var agreement = With(Per(CalendarUnit.Month, 310));
        agreement = agreement with { Price = agreement.Price with { Changes = [new FeeChange(new LocalDate(2026, 1, 11), "f0", Per(CalendarUnit.Month, 620), Shop.Stated), new FeeChange(new LocalDate(2026, 1, 21), "f0", Per(CalendarUnit.Month, 31), Shop.Stated)] } };
        // 10 days at 10, 10 at 20, 11 at 1.
        Of(agreement, new(2026, 1, 1), new(2026, 2, 1)).ShouldBe(311);
    }

    [Fact]
    public void What_is_paid_once_is_no_part_of_a_span() => Of(With(Per(CalendarUnit.Month, 310), new Fee(999, null, "", true)), new(2026, 1, 1), new(2026, 2, 1)).ShouldBe(310);

    [Fact]
    public void A_fee_of_another_plan_or_another_service_does_not_count()
    {
        var agreement = Shop.Agreement() with
        {
            Plan = "gold",
            Price = new Price
            {
                Fees =
                [
                    new NamedFee("web", "Web", Per(CalendarUnit.Month, 100), "web", "", Shop.Stated),
                    new NamedFee("gold", "Gold", Per(CalendarUnit.Month, 20), "web", "gold", Shop.Stated),
                    new NamedFee("silver", "Silver", Per(CalendarUnit.Month, 3), "web", "silver", Shop.Stated),
                    new NamedFee("cluster", "Cluster", Per(CalendarUnit.Month, 7), "cluster", "", Shop.Stated),
                ],
            },
        };
        var fees = new FeeSchedule(AgreementVersions.Of(agreement), []);
        var january = TickInterval.Between(Instant.FromUtc(2026, 1, 1, 0, 0), Instant.FromUtc(2026, 2, 1, 0, 0));
        fees.Of("web", january).Amount.ShouldBe(120);
        fees.Of("cluster", january).Amount.ShouldBe(7);
        fees.Of(null, january).Amount.ShouldBe(127);
    }

    [Fact]
    public void Own_months_are_counted_from_the_agreements_start()
    {
        var agreement = With(Per(CalendarUnit.Month, 310));
        var own = new PeriodRule.OwnMonths(new LocalDate(2026, 1, 15), 1);
        Of(agreement, new(2026, 1, 15), new(2026, 2, 15), own).ShouldBe(310);
        // 17 days of January at 10 each and 14 of February's 28 at 310 / 28.
        Of(agreement, new(2026, 1, 15), new(2026, 2, 15)).ShouldBe(325);
    }

    [Fact]
    public void Units_count_from_when_they_were_counted_until_they_are_again()
    {
        var agreement = With(new Fee(3.1m, CalendarUnit.Month, "user", false)) with { Zone = DateTimeZone.Utc };
        Fact[] counts = [Shop.Fact("1", Shop.At(-100), new FactData.UnitsCounted("user", 100)), Shop.Fact("2", Shop.At(11), new FactData.UnitsCounted("user", 50)), Shop.Fact("3", Shop.At(11), new FactData.UnitsCounted("device", 1000))];
        // Of March 10 days with 100 and 21 with 50: 3.1 / 31 * (1000 + 1050).
        Of(agreement, new(2026, 3, 1), new(2026, 4, 1), null, counts).ShouldBe(205);
        new FeeSchedule(AgreementVersions.Of(agreement), counts.Skip(1)).Of(null, Days(agreement, new(2026, 3, 1), new(2026, 4, 1))).Unknown.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("EUR", 2)]
    [InlineData("PLN", 2)]
    [InlineData("JPY", 0)]
    [InlineData("KWD", 3)]
    [InlineData("CLF", 4)]
    public void A_currency_has_the_digits_that_ISO_4217_gives_it(string currency, int digits) => Currencies.MinorDigits(currency).ShouldBe(digits);
}
