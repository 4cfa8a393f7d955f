using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Core.Measurements;

/// <summary>How many measured values become the one number of an indicator. A closed choice.</summary>
public abstract record Aggregation
{
    private Aggregation()
    {
    }

    /// <summary>How many events: one per single measurement or check; a window's total.</summary>
    public sealed record Count : Aggregation;

    /// <summary>The sum of the values.</summary>
    public sealed record Sum : Aggregation;

    /// <summary>The arithmetic mean of the values; a window weighs as many as it holds.</summary>
    public sealed record Average : Aggregation;

    /// <summary>The smallest value.</summary>
    public sealed record Minimum : Aggregation;

    /// <summary>The largest value.</summary>
    public sealed record Maximum : Aggregation;

    /// <summary>The middle value; of an even number the mean of the two in the middle.</summary>
    public sealed record Median : Aggregation;

    /// <summary>The value below which a share of the values lies.</summary>
    public sealed record Percentile : Aggregation
    {
        /// <summary>The percentile <paramref name="percent"/>, from 0 to 100, by the nearest rank unless said otherwise.</summary>
        /// <exception cref="ArgumentOutOfRangeException">Below 0 or above 100.</exception>
        public Percentile(Rational percent, PercentileMethod method = PercentileMethod.NearestRank)
        {
            if (percent.Sign < 0 || percent > 100)
                throw new ArgumentOutOfRangeException(nameof(percent), percent, "A percentile lies between 0 and 100.");
            Percent = percent;
            Method = method;
        }

        /// <summary>0 to 100.</summary>
        public Rational Percent { get; }

        /// <summary>What to do between two values.</summary>
        public PercentileMethod Method { get; }
    }

    /// <summary>The latest value, in the order of <see cref="Facts.Fact.CompareWithinEntity"/>.</summary>
    public sealed record Last : Aggregation;

    /// <summary>Good events divided by all events.</summary>
    public sealed record Share : Aggregation;

    /// <summary>
    /// Mean absolute difference of consecutive values of one series (source, subject, location or member, function): the |D(i-1, i)| of
    /// RFC 3550, section 6.4.1 and appendix A.8, averaged plainly instead of smoothed by 1/16. For checks D is the difference of two response times.
    /// </summary>
    public sealed record Jitter : Aggregation;

    /// <summary>The share of the values that are at most a limit.</summary>
    /// <param name="Limit">The limit, inclusive; in ticks for a unit of time, else in the metric's unit.</param>
    public sealed record PercentWithin(Rational Limit) : Aggregation;
}

/// <summary>What a percentile is when it falls between two values.</summary>
public enum PercentileMethod
{
    /// <summary>The value of rank ⌈p/100 · n⌉ (at least 1) in ascending order: always a value that was measured. Hyndman and Fan's type 1.</summary>
    NearestRank,

    /// <summary>Interpolated at position 1 + p/100 · (n-1), as spreadsheets do (PERCENTILE.INC). Hyndman and Fan's type 7.</summary>
    LinearInterpolation,
}
