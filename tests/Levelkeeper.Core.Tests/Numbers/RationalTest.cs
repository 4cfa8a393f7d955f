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

    [Fact]
    public void Huge_fractions_still_become_a_double() =>
        new Rational(BigInteger.Pow(10, 400) * 3, BigInteger.Pow(10, 400) * 4).ToDouble().ShouldBe(0.75);

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
