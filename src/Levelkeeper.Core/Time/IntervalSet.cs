using System.Collections;
using System.Collections.Immutable;

namespace Levelkeeper.Core.Time;

/// <summary>A set of instants as sorted, disjoint, non-touching, non-empty half-open intervals. No instant counts twice.</summary>
/// <remarks>Immutable; all operations are linear merges. <c>Union</c>, <c>Intersect</c> and <c>Except</c> obey the laws of sets.</remarks>
public sealed class IntervalSet : IReadOnlyList<TickInterval>, IEquatable<IntervalSet>
{
    private readonly ImmutableArray<TickInterval> _intervals;

    private IntervalSet(ImmutableArray<TickInterval> intervals) => _intervals = intervals;

    /// <summary>No instant.</summary>
    public static IntervalSet Empty { get; } = new([]);

    /// <summary>The union of intervals in any order, overlapping or not; empty ones vanish and touching ones join.</summary>
    public static IntervalSet Of(params IEnumerable<TickInterval> intervals)
    {
        ArgumentNullException.ThrowIfNull(intervals);
        var sorted = intervals.Where(i => !i.IsEmpty).ToArray();
        if (sorted.Length == 0)
            return Empty;
        Array.Sort(sorted, static (a, b) => a.Start.CompareTo(b.Start));
        var result = ImmutableArray.CreateBuilder<TickInterval>(sorted.Length);
        var current = sorted[0];
        foreach (var next in sorted.AsSpan(1))
        {
            if (next.Start <= current.End)
            {
                current = new TickInterval(current.Start, Math.Max(current.End, next.End));
            }
            else
            {
                result.Add(current);
                current = next;
            }
        }

        result.Add(current);
        return new IntervalSet(result.DrainToImmutable());
    }

    /// <summary>How many separate intervals.</summary>
    public int Count => _intervals.Length;

    /// <summary>The interval at a position, earliest first.</summary>
    public TickInterval this[int index] => _intervals[index];

    /// <summary>The total length in ticks.</summary>
    public long Length
    {
        get
        {
            var total = 0L;
            foreach (var interval in _intervals)
                total += interval.Length;
            return total;
        }
    }

    /// <summary>True when there is no instant in the set.</summary>
    public bool IsEmpty => _intervals.IsEmpty;

    /// <summary>Whether the tick is in the set.</summary>
    public bool Contains(long tick)
    {
        var low = 0;
        var high = _intervals.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (tick < _intervals[middle].Start)
                high = middle - 1;
            else if (tick >= _intervals[middle].End)
                low = middle + 1;
            else
                return true;
        }

        return false;
    }

    /// <summary>Every instant that is in either.</summary>
    public IntervalSet Union(IntervalSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return IsEmpty ? other : other.IsEmpty ? this : Of(_intervals.Concat(other._intervals));
    }

    /// <summary>Every instant that is in both.</summary>
    public IntervalSet Intersect(IntervalSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var result = ImmutableArray.CreateBuilder<TickInterval>();
        int i = 0, j = 0;
        while (i < Count && j < other.Count)
        {
            var common = this[i].Intersect(other[j]);
            if (!common.IsEmpty)
                result.Add(common);
            if (this[i].End < other[j].End)
                i++;
            else
                j++;
        }

        return result.Count == 0 ? Empty : new IntervalSet(result.DrainToImmutable());
    }

    /// <summary>Every instant of this set inside one interval.</summary>
    public IntervalSet Intersect(TickInterval window) => Intersect(Of([window]));

    /// <summary>Every instant that is in this set and not in the other.</summary>
    public IntervalSet Except(IntervalSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (IsEmpty || other.IsEmpty)
            return this;
        var result = ImmutableArray.CreateBuilder<TickInterval>();
        var j = 0;
        foreach (var interval in _intervals)
        {
            var start = interval.Start;
            while (j < other.Count && other[j].End <= start)
                j++;
            for (var k = j; k < other.Count && other[k].Start < interval.End; k++)
            {
                if (other[k].Start > start)
                    result.Add(new TickInterval(start, other[k].Start));
                start = Math.Max(start, other[k].End);
            }

            if (start < interval.End)
                result.Add(new TickInterval(start, interval.End));
        }

        return result.Count == 0 ? Empty : new IntervalSet(result.DrainToImmutable());
    }

    /// <inheritdoc/>
    public IEnumerator<TickInterval> GetEnumerator() => ((IEnumerable<TickInterval>)_intervals).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(IntervalSet? other) => other is not null && _intervals.AsSpan().SequenceEqual(other._intervals.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as IntervalSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var interval in _intervals)
            hash.Add(interval);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _intervals);
}
