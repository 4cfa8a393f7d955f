using Levelkeeper.Core.Time;
using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Language.Grammar;

/// <summary>A share stated a second time as downtime: the <c>52 min 36 s a year</c> of <c>at least 99.99 %, that is 52 min 36 s a year</c>.</summary>
/// <param name="Allowed">The downtime.</param>
/// <param name="Per">The unit that it holds for: day, week, month, quarter, year.</param>
/// <param name="Precision">The smallest step that the writer used: one second for <c>52 min 36 s</c>, 36 s for <c>0.01 h</c>.</param>
public sealed record StatedAgain(Duration Allowed, string Per, Duration Precision)
{
    /// <summary>The lengths that people mean by a unit, the mean Julian year of 365.25 days first.</summary>
    private static readonly ImmutableDictionary<string, ImmutableArray<decimal>> DaysOf = ImmutableDictionary.CreateRange(
        StringComparer.Ordinal,
        new Dictionary<string, ImmutableArray<decimal>>
        {
            ["day"] = [1],
            ["week"] = [7],
            ["month"] = [30.4375m, 30, 31, 28, 29, 365m / 12],
            ["quarter"] = [91.3125m, 90, 91, 92, 365m / 4],
            ["year"] = [365.25m, 365, 366],
        });

    /// <summary>Reads <c>52 min 36 s a year</c>.</summary>
    /// <returns>What is stated; or null and what is wrong with it.</returns>
    public static (StatedAgain? Stated, string? Problem) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = TimeAmountForm.Words(text);
        if (words is not [.., var number, _, "a" or "per", var per] || !DaysOf.ContainsKey(per) || number.Length > 20)
            return (null, "after 'that is' comes a length of time a day, week, month, quarter or year");
        var (amount, problem) = TimeAmountForm.Parse(string.Join(' ', words.Take(words.Count - 2)));
        if (amount is not TimeAmount.Elapsed { Duration: var allowed })
            return (null, problem ?? "the downtime is stated in hours, minutes and seconds");
        // The unit of the last number, divided by ten for each decimal that was written.
        var unit = TimeAmountForm.Parse("1 " + words[^3]).Amount is TimeAmount.Elapsed one ? one.Duration : Duration.FromSeconds(1);
        var decimals = number.IndexOf('.') is >= 0 and var point ? number.Length - point - 1 : 0;
        var step = (long)((decimal)unit.BclCompatibleTicks / (decimal)Math.Pow(10, Math.Min(decimals, 10)));
        return (new StatedAgain(allowed, per, Duration.FromTicks(Math.Max(1, step))), null);
    }

    /// <summary>The lengths, in days, of the unit for which the share leaves just this downtime, to the precision in which it was written.</summary>
    /// <param name="share">The share as a fraction of one.</param>
    public ImmutableArray<decimal> LengthsThatAgree(Rational share) =>
        [.. DaysOf[Per].Where(days => { var off = (1 - share) * Ticks(days) - (long)Allowed.BclCompatibleTicks; return (off.Sign < 0 ? -off : off) < (long)Precision.BclCompatibleTicks; })];

    /// <summary>The downtime as a share of a length of so many days.</summary>
    public Rational ShareOf(decimal days) => (Rational)(long)Allowed.BclCompatibleTicks / Ticks(days);

    /// <summary>The downtime and its unit as people write it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{new TimeAmount.Elapsed(Allowed)} a {Per}");

    private static Rational Ticks(decimal days) => Rational.From(days) * NodaConstants.TicksPerDay;
}
