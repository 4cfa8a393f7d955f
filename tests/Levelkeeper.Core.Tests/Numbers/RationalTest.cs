using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Core.Tests.Numbers;

public class RationalTest
{
    private static readonly Arbitrary<Rational> Fractions =
        (from n in ArbMap.Default.GeneratorFor<int>()
         from d in ArbMap.Default.GeneratorFor<int>().Where(d => d != 0)
         select new Rational(n, d)).ToArbitrary();

    [Fact]
    public void Ninety_nine_point_nine_percent_is_exactly_999_thousandths() =>
        Rational.FromPercent(99.9m).ShouldBe(new Rational(999, 1000));

    [Fact]
    public void A_level_a_hair_below_its_target_is_below_it() =>
        (Rational.FromPercent(99.8999999999999999m) < Rational.FromPercent(99.9m)).ShouldBeTrue();

    [Fact]
    public void The_default_is_zero_with_denominator_one()
    {
        default(Rational).ShouldBe(0);
        default(Rational).Denominator.ShouldBe(BigInteger.One);
    }

    [Theory]
    [InlineData(-7, 2, -4)]
    [InlineData(7, 2, 3)]
    [InlineData(-8, 2, -4)]
    public void Floor_goes_towards_negative_infinity(int n, int d, int expected) => new Rational(n, d).Floor().ShouldBe(expected);

    [Theory]
    [InlineData(5, 2, 3)]
    [InlineData(-5, 2, -3)]
    [InlineData(9, 4, 2)]
    public void A_half_goes_away_from_zero(int n, int d, int expected) => new Rational(n, d).Round().ShouldBe(expected);

    [Fact]
    public void What_is_shown_is_floored_so_that_a_miss_never_reads_as_met() =>
        Rational.From(99.8999m).ToString(2, Rounding.Down).ShouldBe("99.89");

    [Fact]
    public void A_negative_number_between_zero_and_minus_one_keeps_its_sign() =>
        new Rational(-1, 2).ToString(1, Rounding.HalfAwayFromZero).ShouldBe("-0.5");

    [Theory]
    [InlineData("0.4", 0, "0")]
    [InlineData("-0.4", 0, "0")]
    [InlineData("-0.04", 1, "0.0")]
    [InlineData("-2.5", 0, "-3")]
    [InlineData("0.05", 1, "0.1")]
    public void A_number_is_shown_with_the_places_asked_for_and_zero_has_no_sign(string value, int places, string expected) =>
        Rational.From(decimal.Parse(value, CultureInfo.InvariantCulture)).ToString(places, Rounding.HalfAwayFromZero).ShouldBe(expected);

    [Fact]
    public void A_fraction_is_written_as_one_and_an_integer_as_itself()
    {
        new Rational(-14, 4).ToString().ShouldBe("-7/2");
        new Rational(4, 2).ToString().ShouldBe("2");
    }

    [Theory]
    [InlineData("4294967296", 32)]
    [InlineData("18446744073709551616", 64)]
    [InlineData("39614081257132168796771975168", 95)]
    public void Each_power_of_two_that_a_decimal_holds_is_exact(string value, int power)
    {
        var two = BigInteger.Pow(2, power);
        var number = decimal.Parse(value, CultureInfo.InvariantCulture);
        Rational.From(number).ShouldBe(new Rational(two, 1));
        Rational.From(-number).ShouldBe(new Rational(-two, 1));
        Rational.From(number / 2 + number / 4).ShouldBe(new Rational(two * 3, 4));
    }

    [Fact]
    public void The_largest_decimal_is_two_to_the_96th_less_one() =>
        Rational.From(decimal.MaxValue).ShouldBe(new Rational(BigInteger.Pow(2, 96) - 1, 1));

    [Fact]
    public void A_negative_decimal_keeps_its_sign_and_its_places() => Rational.From(-1.25m).ShouldBe(new Rational(-5, 4));

    [Fact]
    public void Huge_fractions_still_become_a_double()
    {
        // One more than three times: else the fraction is three quarters in lowest terms and not huge.
        var huge = BigInteger.Pow(10, 400);
        new Rational(huge * 3 + 1, huge * 4).ToDouble().ShouldBe(0.75, 1e-15);
        new Rational(-huge * 3 - 1, 4).ToDouble().ShouldBe(double.NegativeInfinity);
        new Rational(1, huge).ToDouble().ShouldBe(0);
    }

    [Fact]
    public void A_zero_denominator_is_refused() => Should.Throw<DivideByZeroException>(() => new Rational(1, 0));

    [Fact]
    public void Arithmetic_obeys_the_laws_of_a_field() =>
        Prop.ForAll(Fractions, Fractions, Fractions, (a, b, c) =>
            a + b == b + a && (a + b) + c == a + (b + c) && a * (b + c) == a * b + a * c && a - a == Rational.Zero && (b.Sign == 0 || a / b * b == a))
        .Check(Seeds.Config());

    [Fact]
    public void Order_agrees_with_the_sign_of_the_difference() =>
        Prop.ForAll(Fractions, Fractions, (a, b) => Math.Sign(a.CompareTo(b)) == (a - b).Sign).Check(Seeds.Config());
}
