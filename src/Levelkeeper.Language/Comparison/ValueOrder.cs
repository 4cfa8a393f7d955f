using System.Globalization;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Prices;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Time;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;
using NodaTime;

namespace Levelkeeper.Language.Comparison;

/// <summary>Which of two values of one form is the greater one.</summary>
internal static class ValueOrder
{
    /// <summary>Compares.</summary>
    /// <param name="shape">The form of both.</param>
    /// <param name="first">The first as written.</param>
    /// <param name="second">The second as written.</param>
    /// <param name="currencies">The currency of each agreement; empty when it names none.</param>
    /// <param name="inOpenTime">True where hours are counted in a calendar's open time, so that they have no length on the wall.</param>
    /// <returns>The sign of second against first; null when neither is the greater one in every case.</returns>
    public static int? Compare(ValueShape shape, string first, string second, (string First, string Second) currencies, bool inOpenTime)
    {
        if (shape == Forms.Time || shape == Forms.Elapsed)
            return Times(TimeAmountForm.Parse(first).Amount, TimeAmountForm.Parse(second).Amount, inOpenTime);
        if (shape == Forms.Percent)
            return Sign(PercentForm.Parse(first), PercentForm.Parse(second));
        if (shape == Forms.Date)
            return Sign(SectionReader.DateFrom(first), SectionReader.DateFrom(second));
        if (shape == Forms.Number)
            return Sign(WholeNumber(first), WholeNumber(second));
        if (shape == Forms.YearlyRate)
            return Sign(MoneyForm.ParseYearlyRate(first).Rate, MoneyForm.ParseYearlyRate(second).Rate);
        if (shape == Forms.Money)
            return Money(first, second, currencies);
        if (shape == Forms.Smallest)
            return Smallest(first, second, currencies);
        if (shape == Forms.ClaimWindow)
            return Windows(first, second, inOpenTime);
        if (shape == Forms.MoneyOrPercent)
            return Caps(first, second, currencies);
        if (shape == Forms.FeeForm)
            return Fees(first, second, currencies);
        if (shape == Forms.Unit)
            return Units(TimeAmountForm.Parse(first).Amount, TimeAmountForm.Parse(second).Amount);
        if (shape == Forms.OutageLength)
            return OutageLengths(OutageLengthForm.Parse(first).Length, OutageLengthForm.Parse(second).Length);
        if (shape == Forms.TimeInPeriod)
            return TimeInPeriodForm.Parse(first).Amount is { } one && TimeInPeriodForm.Parse(second).Amount is { } other && one.Per == other.Per ? other.Length.CompareTo(one.Length) : null;
        return Quantities(first, second);
    }

    /// <summary>Lengths of time. Elapsed time, calendar units and business days are compared where one is the longer whenever it begins.</summary>
    public static int? Times(TimeAmount? first, TimeAmount? second, bool inOpenTime)
    {
        switch (first, second)
        {
            case (TimeAmount.Elapsed one, TimeAmount.Elapsed other):
                return other.Duration.CompareTo(one.Duration);
            case (TimeAmount.BusinessDays one, TimeAmount.BusinessDays other):
                return other.Count.CompareTo(one.Count);
            case (TimeAmount.CalendarUnits one, TimeAmount.CalendarUnits other) when Dominates(one, other) is { } sign:
                return sign;
            case (null, _) or (_, null):
                return null;
            default:
                if (inOpenTime)
                    return null;
                var (a, b) = (Bounds(first!), Bounds(second!));
                return a.Longest <= b.Shortest ? 1 : b.Longest <= a.Shortest ? -1 : null;
        }
    }

    private static int? Dominates(TimeAmount.CalendarUnits one, TimeAmount.CalendarUnits other)
    {
        var (months, days) = (other.Months.CompareTo(one.Months), other.Days.CompareTo(one.Days));
        return months == 0 ? days : days == 0 || days == months ? months : null;
    }

    /// <summary>The shortest and the longest that a length can be on the wall, in hours.</summary>
    /// <remarks>
    /// A change of the clocks takes or gives an hour. A number of months differs by less than four days from so many mean Gregorian months. So many business days
    /// end at the latest at the closing of the last one, which may be early: the first of them counts nothing here; how long holidays make them has no bound.
    /// </remarks>
    private static (decimal Shortest, decimal Longest) Bounds(TimeAmount length)
    {
        const decimal meanMonth = 146_097m / 4_800;
        const decimal hoursPerDay = 24;
        switch (length)
        {
            case TimeAmount.Elapsed elapsed:
                var hours = (decimal)elapsed.Duration.BclCompatibleTicks / NodaConstants.TicksPerHour;
                return (hours, hours);
            case TimeAmount.CalendarUnits { Months: 0 } days:
                return (days.Days * hoursPerDay - 1, days.Days * hoursPerDay + 1);
            case TimeAmount.CalendarUnits units:
                var mean = (units.Months * meanMonth + units.Days) * hoursPerDay;
                return (mean - 4 * hoursPerDay, mean + 4 * hoursPerDay);
            case TimeAmount.BusinessDays business:
                return (Math.Max(0, (business.Count - 1) * hoursPerDay - 1), decimal.MaxValue);
            default:
                throw new InvalidOperationException("The cases of a length of time are closed.");
        }
    }

    /// <summary>Amounts of one currency; one that is not written is the agreement's.</summary>
    private static int? Money(string first, string second, (string First, string Second) currencies) =>
        MoneyForm.Parse(first).Money is { } one && MoneyForm.Parse(second).Money is { } other && SameCurrency(one.Currency, other.Currency, currencies) ? other.Amount.CompareTo(one.Amount) : null;

    /// <summary>Of two equal amounts the one that is itself too little is the greater.</summary>
    private static int? Smallest(string first, string second, (string First, string Second) currencies) =>
        MoneyForm.ParseSmallest(first).Smallest is { } one && MoneyForm.ParseSmallest(second).Smallest is { } other && SameCurrency(one.Currency, other.Currency, currencies)
            ? (other.Amount, other.IsTooLittle).CompareTo((one.Amount, one.IsTooLittle))
            : null;

    /// <summary>A unit is the greater in every case only when it holds the other so many times: of 60 s, units of 40 s count less than those of 1 min.</summary>
    private static int? Units(TimeAmount? first, TimeAmount? second)
    {
        if (first is not TimeAmount.Elapsed { Duration.BclCompatibleTicks: > 0 and var one } || second is not TimeAmount.Elapsed { Duration.BclCompatibleTicks: > 0 and var other })
            return null;
        return other % one == 0 || one % other == 0 ? other.CompareTo(one) : null;
    }

    /// <summary>Of two equal lengths the one that is itself too short is the greater; and the longer the span in which downtime is added up, the sooner it is reached.</summary>
    private static int? OutageLengths(OutageLengthForm? one, OutageLengthForm? other)
    {
        if (one is null || other is null)
            return null;
        var length = (other.Length, other.IsTooShort).CompareTo((one.Length, one.IsTooShort));
        var span = (one.Within ?? Duration.Zero).CompareTo(other.Within ?? Duration.Zero);
        return length == 0 ? span : span == 0 || Math.Sign(span) == Math.Sign(length) ? length : null;
    }

    private static int? Windows(string first, string second, bool inOpenTime) => (ClaimWindowForm.Parse(first).Window, ClaimWindowForm.Parse(second).Window) switch
    {
        ({ BillingCycles: { } one }, { BillingCycles: { } other }) => other.CompareTo(one),
        ({ Length: { } one } a, { Length: { } other } b) when a.Starts == b.Starts => Times(one, other, inOpenTime),
        _ => null,
    };

    private static int? Caps(string first, string second, (string First, string Second) currencies) =>
        (MoneyForm.ParseCap(first), MoneyForm.ParseCap(second)) switch
        {
            ({ Cap: Cap.Share one }, { Cap: Cap.Share other }) => other.Of.CompareTo(one.Of),
            ({ Cap: Cap.PriceOf one }, { Cap: Cap.PriceOf other }) => Times(one.Length, other.Length, false),
            ({ Cap: Cap.Amount one } a, { Cap: Cap.Amount other } b) when SameCurrency(a.Currency, b.Currency, currencies) => other.Of.CompareTo(one.Of),
            _ => null,
        };

    private static int? Fees(string first, string second, (string First, string Second) currencies)
    {
        var (one, his, _) = MoneyForm.ParseFee(first);
        var (other, hers, _) = MoneyForm.ParseFee(second);
        if (one is null || other is null || one.Unit != other.Unit || one.IsOnce != other.IsOnce || !SameCurrency(his, hers, currencies))
            return null;
        return one.Per == other.Per ? other.Amount.CompareTo(one.Amount) : PerMonth(one) is { } a && PerMonth(other) is { } b ? b.CompareTo(a) : null;
    }

    private static Rational? PerMonth(Fee fee) => fee.Per switch
    {
        CalendarUnit.Month => Rational.From(fee.Amount),
        CalendarUnit.Quarter => Rational.From(fee.Amount) / 3,
        CalendarUnit.HalfYear => Rational.From(fee.Amount) / 6,
        CalendarUnit.Year => Rational.From(fee.Amount) / 12,
        _ => null,
    };

    internal static bool SameCurrency(string first, string second, (string First, string Second) currencies) =>
        (first.Length > 0 ? first : currencies.First) == (second.Length > 0 ? second : currencies.Second);

    /// <summary>A number with whatever it is of: <c>1000 requests per minute</c>.</summary>
    private static int? Quantities(string first, string second)
    {
        var (one, other) = (TimeAmountForm.Words(first), TimeAmountForm.Words(second));
        return one.Count > 1 && one.Skip(1).SequenceEqual(other.Skip(1)) && Decimal(one[0]) is { } a && Decimal(other[0]) is { } b ? b.CompareTo(a) : null;
    }

    private static decimal? Decimal(string text) => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static int? WholeNumber(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static int? Sign<T>(T? first, T? second)
        where T : struct, IComparable<T> => first is { } one && second is { } other ? other.CompareTo(one) : null;
}
