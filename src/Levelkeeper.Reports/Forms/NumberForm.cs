using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Prices;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Reports.Forms;

/// <summary>Exact numbers as people read them. What is cut is floored, so that a miss never reads as met.</summary>
public static class NumberForm
{
    /// <summary>Decimal places of a percentage where nothing asks for more.</summary>
    public const int PercentPlaces = 2;

    private static readonly Rational s_ticksPerSecond = NodaConstants.TicksPerSecond;

    /// <summary>A quantity with its unit, at the usual number of places.</summary>
    public static string Show(Quantity quantity) => Show(quantity, DefaultPlaces(quantity));

    /// <summary>A quantity with its unit.</summary>
    /// <param name="quantity">What.</param>
    /// <param name="places">Decimal places: of the percentage, of the seconds, of the number. Instants ignore them; they are in UTC (people read them by <see cref="TimeForm"/>).</param>
    public static string Show(Quantity quantity, int places) => quantity.Unit switch
    {
        QuantityUnit.Number => Number(quantity.Value, places) + (quantity.Name.Length == 0 ? "" : " " + quantity.Name),
        QuantityUnit.Share => Percent(quantity.Value, places),
        QuantityUnit.Ticks => Duration(quantity.Value, places),
        QuantityUnit.Instant => TimeForm.Utc.Show(quantity, places),
        QuantityUnit.Money => $"{Money(quantity)} {quantity.Name}".TrimEnd(),
        _ => throw new ArgumentOutOfRangeException(nameof(quantity)),
    };

    /// <summary>The usual number of places: two for a percentage, thousandths of a second below a minute, whole seconds above, two for a number.</summary>
    public static int DefaultPlaces(Quantity quantity) => quantity.Unit switch
    {
        QuantityUnit.Number => 2,
        QuantityUnit.Share => PercentPlaces,
        QuantityUnit.Ticks => Magnitude(quantity.Value) < 60 * s_ticksPerSecond ? 3 : 0,
        QuantityUnit.Instant => 0,
        QuantityUnit.Money => Currencies.MinorDigits(quantity.Name),
        _ => throw new ArgumentOutOfRangeException(nameof(quantity)),
    };

    /// <summary>An amount with the decimals of its currency; one that is no multiple of the smallest unit is floored, with two places more and an ellipsis.</summary>
    private static string Money(Quantity quantity)
    {
        var digits = Currencies.MinorDigits(quantity.Name);
        var exact = quantity.Value.RoundTo(digits, Rounding.Down) == quantity.Value;
        return quantity.Value.ToString(exact ? digits : digits + 2, Rounding.Down).Replace('-', '−') + (exact || quantity.Value.RoundTo(digits + 2, Rounding.Down) == quantity.Value ? "" : "…");
    }

    /// <summary><c>99.93 %</c>, floored, always with <paramref name="places"/> places.</summary>
    public static string Percent(Rational share, int places = PercentPlaces) => (share * 100).ToString(places, Rounding.Down) + " %";

    /// <summary>A number with a true minus sign, floored to at most <paramref name="places"/> places, zeros at the end left out.</summary>
    public static string Number(Rational value, int places = 2) => Trim(value.ToString(places, Rounding.Down)).Replace('-', '−');

    /// <summary>
    /// <c>744 h</c>, <c>4 h 23 min 10 s</c>, <c>0.25 s</c>: the parts that are not zero; the seconds are floored. Never days, which have 23 to 25 hours.
    /// Below zero with a minus in front.
    /// </summary>
    /// <param name="ticks">The length in ticks of 100 ns.</param>
    /// <param name="places">Decimal places of the seconds; zeros at the end are left out.</param>
    public static string Duration(Rational ticks, int places = 0)
    {
        var magnitude = Magnitude(ticks) / s_ticksPerSecond;
        var minutes = (magnitude / 60).Floor();
        var seconds = (magnitude - new Rational(minutes * 60, 1)).RoundTo(places, Rounding.Down);
        var hours = minutes / 60;
        var parts = new List<string>(3);
        Add(hours.ToString(), "h");
        Add((minutes % 60).ToString(), "min");
        Add(Trim(seconds.ToString(places, Rounding.Down)), "s");
        var text = parts.Count == 0 ? "0 s" : string.Join(' ', parts);
        return ticks.Sign < 0 && parts.Count > 0 ? "−" + text : text;

        void Add(string number, string unit)
        {
            if (number != "0")
                parts.Add($"{number} {unit}");
        }
    }

    /// <summary>ISO 8601 in UTC, for programs: <c>2025-10-31T23:00:00Z</c>.</summary>
    public static string Iso(Instant instant) => InstantPattern.ExtendedIso.Format(instant);

    /// <summary>ISO 8601 in hours, minutes and seconds, exact, for programs: <c>PT744H</c>, <c>PT4H23M10.5S</c>. Fractions of a tick are floored.</summary>
    public static string IsoDuration(Rational ticks)
    {
        var whole = Magnitude(ticks).Floor();
        var (minutes, rest) = (whole / NodaConstants.TicksPerMinute, whole % NodaConstants.TicksPerMinute);
        var seconds = Trim((new Rational(rest, 1) / s_ticksPerSecond).ToString(7, Rounding.Down));
        var text = (minutes >= 60 ? $"{minutes / 60}H" : "") + (minutes % 60 > 0 ? $"{minutes % 60}M" : "") + (rest > 0 ? $"{seconds}S" : "");
        return (ticks.Sign < 0 && whole > 0 ? "-PT" : "PT") + (text.Length == 0 ? "0S" : text);
    }


    private static Rational Magnitude(Rational value) => value.Sign < 0 ? -value : value;

    private static string Trim(string number) => number.Contains('.') ? number.TrimEnd('0').TrimEnd('.') : number;
}
