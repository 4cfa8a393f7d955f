using System.Collections.Immutable;
using System.Numerics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Core.Measurements;

/// <summary>Histograms added up: how many values lie between which edges. Histograms with different edges may be mixed.</summary>
/// <remarks>Every value of a bucket lies above its lower and at most at its upper edge; where exactly is not known, so results are bands.</remarks>
internal sealed class BucketTotals(long factor, decimal? smallestPossible)
{
    private readonly Dictionary<(decimal? Above, decimal? UpTo), BigInteger> _counts = [];

    /// <summary>How many values.</summary>
    public BigInteger Count { get; private set; }

    /// <summary>Adds the buckets of one window.</summary>
    public void Add(ImmutableArray<HistogramBucket> histogram)
    {
        decimal? above = null;
        foreach (var bucket in histogram)
        {
            // The smallest possible value is itself possible, so the first bucket includes its lower edge; a band includes both ends anyway.
            var low = above ?? (smallestPossible is { } least && (bucket.UpTo is null || least <= bucket.UpTo) ? least : null);
            if (bucket.Count > 0)
            {
                var key = (low, bucket.UpTo);
                _counts[key] = _counts.GetValueOrDefault(key) + bucket.Count;
                Count += bucket.Count;
            }

            above = bucket.UpTo;
        }
    }

    /// <summary>The lowest that each value can be, ascending; exact values are buckets without width.</summary>
    /// <param name="values">Values that are known exactly, already times the factor.</param>
    public IEnumerable<WeightedEdge> LowerEdges(SampleColumn values) => Edges(values, below: true);

    /// <summary>The highest that each value can be, ascending.</summary>
    /// <param name="values">Values that are known exactly, already times the factor.</param>
    public IEnumerable<WeightedEdge> UpperEdges(SampleColumn values) => Edges(values, below: false);

    /// <summary>The sum of the lower edges; null when one is unknown.</summary>
    public Rational? LowestSum() => SumOf(static key => key.Above);

    /// <summary>The sum of the upper edges; null when one is unknown.</summary>
    public Rational? HighestSum() => SumOf(static key => key.UpTo);

    /// <summary>How many values are certainly at most the limit, and how many may be.</summary>
    /// <param name="limit">In the result's unit.</param>
    public (BigInteger Certain, BigInteger Possible) CountAtMost(Rational limit)
    {
        var certain = BigInteger.Zero;
        var possible = BigInteger.Zero;
        foreach (var ((above, upTo), count) in _counts)
        {
            if (upTo is { } high && Scaled(high) <= limit)
                certain += count;
            // A value above its lower edge can be at most the limit only when the limit is above that edge too, but the smallest possible value is inclusive.
            if (above is not { } low || Scaled(low) < limit || (low == smallestPossible && Scaled(low) == limit))
                possible += count;
        }

        return (certain, BigInteger.Max(certain, possible));
    }

    private Rational Scaled(decimal edge) => Rational.From(edge) * factor;

    private Rational? SumOf(Func<(decimal? Above, decimal? UpTo), decimal?> edgeOf)
    {
        var sum = Rational.Zero;
        foreach (var (key, count) in _counts)
        {
            if (edgeOf(key) is not { } edge)
                return null;
            sum += Scaled(edge) * new Rational(count, 1);
        }

        return sum;
    }

    private List<WeightedEdge> Edges(SampleColumn values, bool below)
    {
        var edges = new List<WeightedEdge>(_counts.Count + values.Count);
        foreach (var ((above, upTo), count) in _counts)
            edges.Add(new WeightedEdge((below ? above : upTo) is { } edge ? Scaled(edge) : null, count));
        foreach (var value in values.Values())
            edges.Add(new WeightedEdge(value, BigInteger.One));

        // An unknown lower edge is below everything, an unknown upper edge above everything.
        edges.Sort((a, b) => (a.Edge, b.Edge) switch
        {
            (null, null) => 0,
            (null, _) => below ? -1 : 1,
            (_, null) => below ? 1 : -1,
            ({ } left, { } right) => left.CompareTo(right),
        });
        return edges;
    }
}

/// <summary>An edge that bounds a number of values.</summary>
/// <param name="Edge">In the result's unit; null when nothing bounds them.</param>
/// <param name="Count">How many values.</param>
internal readonly record struct WeightedEdge(Rational? Edge, BigInteger Count);
