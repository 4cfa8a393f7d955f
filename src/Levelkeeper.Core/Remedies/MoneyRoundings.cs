using System.Numerics;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Prices;

namespace Levelkeeper.Core.Remedies;

/// <summary>Rounding of a payable line.</summary>
public static class MoneyRoundings
{
    /// <summary>The amount as a multiple of the currency's minor unit.</summary>
    /// <param name="amount">Exact.</param>
    /// <param name="currency">The ISO 4217 code.</param>
    /// <param name="rounding">Which way.</param>
    public static Rational Round(Rational amount, string currency, MoneyRounding rounding)
    {
        var scale = BigInteger.Pow(10, Currencies.MinorDigits(currency));
        var scaled = amount * new Rational(scale, 1);
        var whole = rounding switch
        {
            MoneyRounding.HalfAwayFromZero => scaled.Round(),
            MoneyRounding.HalfToEven => HalfToEven(scaled),
            MoneyRounding.Up => scaled.Sign < 0 ? scaled.Floor() : scaled.Ceiling(),
            MoneyRounding.Down => scaled.Sign < 0 ? scaled.Ceiling() : scaled.Floor(),
            _ => throw new ArgumentOutOfRangeException(nameof(rounding)),
        };
        return new Rational(whole, scale);
    }

    /// <summary>The currency's smallest amount.</summary>
    public static Rational MinorUnit(string currency) => new(1, BigInteger.Pow(10, Currencies.MinorDigits(currency)));

    private static BigInteger HalfToEven(Rational value)
    {
        var floor = value.Floor();
        var part = value - new Rational(floor, 1);
        var half = new Rational(1, 2);
        return part < half || part == half && floor.IsEven ? floor : floor + 1;
    }
}
