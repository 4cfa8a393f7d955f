using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Reports.Forms;
using NodaTime;

namespace Levelkeeper.Reports.Tests.Forms;

public class NumberFormTest
{
    [Theory]
    [InlineData(9999, 10000, 2, "99.99 %")]
    [InlineData(99999, 100000, 2, "99.99 %")] // floored, never rounded up
    [InlineData(1, 1, 2, "100.00 %")]
    [InlineData(2, 3, 4, "66.6666 %")]
    [InlineData(0, 1, 0, "0 %")]
    public void A_percentage_is_floored(long numerator, long denominator, int places, string shown) =>
        NumberForm.Percent(new Rational(numerator, denominator), places).ShouldBe(shown);

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(1, "1 s")]
    [InlineData(60, "1 min")]
    [InlineData(15_790, "4 h 23 min 10 s")]
    [InlineData(3_600, "1 h")]
    [InlineData(3_610, "1 h 10 s")]
    [InlineData(259_199, "71 h 59 min 59 s")]
    [InlineData(2_678_400, "744 h")]
    [InlineData(-90, "−1 min 30 s")]
    public void A_length_of_time_names_the_parts_that_are_not_zero(long seconds, string shown) =>
        NumberForm.Duration(seconds * NodaConstants.TicksPerSecond).ShouldBe(shown);

    [Fact]
    public void A_length_of_time_is_floored_to_its_places()
    {
        NumberForm.Duration(19_999_999).ShouldBe("1 s");
        NumberForm.Duration(19_999_999, 3).ShouldBe("1.999 s");
        NumberForm.Duration(15_000_000, 7).ShouldBe("1.5 s");
        NumberForm.Show(Quantity.Ticks(2_500_000)).ShouldBe("0.25 s");
        NumberForm.Show(Quantity.Ticks(602_500_000)).ShouldBe("1 min");
    }

    [Theory]
    [InlineData(0, "PT0S")]
    [InlineData(10_000_000, "PT1S")]
    [InlineData(5, "PT0.0000005S")]
    [InlineData(600_000_000, "PT1M")]
    [InlineData(157_905_000_000, "PT4H23M10.5S")]
    [InlineData(26_784_000_000_000, "PT744H")]
    [InlineData(-600_000_000, "-PT1M")]
    public void Programs_read_ISO_8601_durations(long ticks, string shown) => NumberForm.IsoDuration(ticks).ShouldBe(shown);

    [Fact]
    public void An_instant_is_shown_as_finely_as_it_is()
    {
        TimeForm.Utc.At(Instant.FromUtc(2025, 10, 31, 23, 0)).ShouldBe("2025-10-31 23:00:00Z");
        TimeForm.Utc.At(Instant.FromUtc(2025, 10, 31, 23, 0).PlusTicks(5_390_000)).ShouldBe("2025-10-31 23:00:00.539Z");
        NumberForm.Show(Quantity.Of(Instant.FromUtc(2025, 1, 1, 0, 0))).ShouldBe("2025-01-01 00:00:00Z");
    }

    [Theory]
    [InlineData(7, 2, "3.5 tickets")]
    [InlineData(4, 2, "2 tickets")]
    [InlineData(1, 3, "0.33 tickets")]
    public void A_number_has_its_unit_and_no_zeros_at_the_end(long numerator, long denominator, string shown) =>
        NumberForm.Show(new Quantity(new Rational(numerator, denominator), QuantityUnit.Number, "tickets")).ShouldBe(shown);
}
