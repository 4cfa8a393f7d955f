using System.Globalization;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Remedies;

namespace Levelkeeper.Core.Tests.Remedies;

public class MoneyRoundingsTests
{
    [Theory]
    [InlineData("1.005", MoneyRounding.HalfAwayFromZero, "1.01")]
    [InlineData("-1.005", MoneyRounding.HalfAwayFromZero, "-1.01")]
    [InlineData("1.0049", MoneyRounding.HalfAwayFromZero, "1.00")]
    [InlineData("1.005", MoneyRounding.HalfToEven, "1.00")]
    [InlineData("1.015", MoneyRounding.HalfToEven, "1.02")]
    [InlineData("-1.005", MoneyRounding.HalfToEven, "-1.00")]
    [InlineData("-1.015", MoneyRounding.HalfToEven, "-1.02")]
    [InlineData("1.0151", MoneyRounding.HalfToEven, "1.02")]
    [InlineData("1.001", MoneyRounding.Up, "1.01")]
    [InlineData("-1.001", MoneyRounding.Up, "-1.01")]
    [InlineData("1.009", MoneyRounding.Down, "1.00")]
    [InlineData("-1.009", MoneyRounding.Down, "-1.00")]
    [InlineData("1.01", MoneyRounding.Up, "1.01")]
    [InlineData("1.01", MoneyRounding.Down, "1.01")]
    public void Each_way_of_rounding_is_the_same_on_both_sides_of_zero(string amount, MoneyRounding rounding, string expected) =>
        MoneyRoundings.Round(Rational.From(decimal.Parse(amount, CultureInfo.InvariantCulture)), "EUR", rounding).ShouldBe(Rational.From(decimal.Parse(expected, CultureInfo.InvariantCulture)));

    [Fact]
    public void The_smallest_remainders_give_way_to_the_largest()
    {
        // 100.00 over 1 : 1 : 1 leave a cent for the first; over 3 : 2 : 1 50.00, 33.333..., 16.666...: the cent goes to the last.
        Shared(100, 1, 1, 1).ShouldBe(["33.34", "33.33", "33.33"]);
        Shared(100, 3, 2, 1).ShouldBe(["50.00", "33.33", "16.67"]);
        Shared(0, 3, 2, 1).ShouldBe(["0.00", "0.00", "0.00"]);
        // 0.02 over 1 : 1 : 1: two of them get a cent.
        Limits.Shared(new Rational(2, 100), new Rational(1, 100), [1, 1, 1]).Select(r => r.ToString(2, Rounding.Down)).ShouldBe(["0.01", "0.01", "0.00"]);

        static IEnumerable<string> Shared(long sum, params Rational[] weights) => Limits.Shared(sum, new Rational(1, 100), [.. weights]).Select(r => r.ToString(2, Rounding.Down));
    }
}
