using Levelkeeper.Core.Time;

namespace Levelkeeper.Core.Availability;

/// <summary>The buckets in the order in which prefix sums hold them.</summary>
internal enum Bucket : byte
{
    Up,
    Degraded,
    Down,
    Disregarded,
    Excused,
    Maintenance,
    OutsideHours,
    OutsideAgreement,
    NoData,
}

/// <summary>A judged timeline laid over the agreed time: every tick of a range in exactly one bucket.</summary>
/// <remarks>
/// Segments in parallel arrays with sums at every 64th, so that the buckets of any window cost two binary searches and at most 126 additions,
/// while building costs one linear pass.
/// </remarks>
internal sealed class ClassifiedTimeline
{
    private const int Block = 64;
    private const int Buckets = 9;

    private readonly long[] _starts;
    private readonly Bucket[] _buckets;
    private readonly long[]? _losses;
    private readonly int[]? _exclusions;
    private readonly int _count;
    private readonly long _end;
    private readonly long _degradedLoss;
    private readonly long[] _blockTicks;
    private readonly Int128[]? _blockLoss;

    private ClassifiedTimeline(long[] starts, Bucket[] buckets, long[]? losses, int[]? exclusions, int count, long end, long degradedLoss)
    {
        _starts = starts;
        _buckets = buckets;
        _losses = losses;
        _exclusions = exclusions;
        _count = count;
        _end = end;
        _degradedLoss = degradedLoss;
        var blocks = count / Block + 1;
        _blockTicks = new long[blocks * Buckets];
        _blockLoss = losses is null ? null : new Int128[blocks];
        Span<long> sums = stackalloc long[Buckets];
        sums.Clear();
        var loss = Int128.Zero;
        for (var i = 0; i < count; i++)
        {
            if (i % Block == 0)
            {
                sums.CopyTo(_blockTicks.AsSpan(i / Block * Buckets));
                if (_blockLoss is not null)
                    _blockLoss[i / Block] = loss;
            }

            var length = (i + 1 < count ? starts[i + 1] : end) - starts[i];
            sums[(int)buckets[i]] += length;
            if (losses is not null)
                loss += (Int128)length * losses[i];
        }

        if (count % Block == 0)
        {
            sums.CopyTo(_blockTicks.AsSpan(count / Block * Buckets));
            if (_blockLoss is not null)
                _blockLoss[count / Block] = loss;
        }
    }

    /// <summary>Lays a judged timeline over agreed segments, which are ascending and without gaps.</summary>
    /// <param name="judged">The timeline.</param>
    /// <param name="segments">The agreed time; at least one segment.</param>
    /// <param name="policy">The decisions.</param>
    /// <param name="resets">Instants at which the maintenance allowance starts anew, ascending.</param>
    public static ClassifiedTimeline Lay(JudgedTimeline judged, List<AgreedSegment> segments, AvailabilityPolicy policy, ReadOnlySpan<long> resets)
    {
        var capacity = judged.Starts.Length + 2 * segments.Count + resets.Length + 2;
        var starts = new long[capacity];
        var buckets = new Bucket[capacity];
        var losses = judged.Losses is null ? null : new long[capacity];
        var excludes = segments.Exists(s => s.Exclusion >= 0);
        var exclusions = excludes ? new int[capacity] : null;
        var count = 0;
        var allowance = new MaintenanceAllowance(policy.Maintenance, resets);
        var span = Array.BinarySearch(judged.Starts, segments[0].Start);
        span = span >= 0 ? span : ~span - 1;
        foreach (var segment in segments)
        {
            var position = segment.Start;
            while (position < segment.End)
            {
                while (span + 1 < judged.Starts.Length && judged.Starts[span + 1] <= position)
                    span++;
                var next = span + 1 < judged.Starts.Length ? Math.Min(segment.End, judged.Starts[span + 1]) : segment.End;
                var judgement = judged.Judgements[span];
                var loss = judged.Losses is null ? JudgedTimeline.LossOf(judgement, judged.DegradedLoss) : judged.Losses[span];
                var bucket = segment.Kind switch
                {
                    AgreedKind.OutsideHours => Bucket.OutsideHours,
                    AgreedKind.OutsideAgreement => Bucket.OutsideAgreement,
                    _ when segment.InMaintenance => allowance.Judge(judgement, loss, segment.Exclusion >= 0, position, ref next),
                    _ => Ordinary(judgement, loss, segment.Exclusion >= 0),
                };
                starts[count] = position;
                buckets[count] = bucket;
                if (losses is not null)
                    losses[count] = bucket is Bucket.Down or Bucket.Degraded ? loss : 0;
                if (exclusions is not null)
                    exclusions[count] = bucket == Bucket.Excused ? segment.Exclusion : -1;
                if (++count == starts.Length)
                {
                    // Only the splitting of downtime by an allowance can need more than was reckoned.
                    var larger = count * 2;
                    Array.Resize(ref starts, larger);
                    Array.Resize(ref buckets, larger);
                    if (losses is not null)
                        Array.Resize(ref losses, larger);
                    if (exclusions is not null)
                        Array.Resize(ref exclusions, larger);
                }

                position = next;
            }
        }

        return new ClassifiedTimeline(starts, buckets, losses, exclusions, count, segments[^1].End, judged.DegradedLoss);
    }

    /// <summary>What a judgement is outside maintenance.</summary>
    internal static Bucket Ordinary(Judgement judgement, long loss, bool excluded) => judgement switch
    {
        Judgement.Up => Bucket.Up,
        Judgement.Degraded => excluded && loss > 0 ? Bucket.Excused : Bucket.Degraded,
        Judgement.Down => excluded ? Bucket.Excused : Bucket.Down,
        Judgement.NoData => Bucket.NoData,
        Judgement.Disregarded => Bucket.Disregarded,
        _ => throw new ArgumentOutOfRangeException(nameof(judgement)),
    };

    /// <summary>The buckets of a window; what lies outside the range of this timeline is in none.</summary>
    public AvailabilityBuckets Window(long from, long to)
    {
        from = Math.Max(from, _starts[0]);
        to = Math.Min(to, _end);
        if (to <= from)
            return default;
        Span<long> sums = stackalloc long[Buckets];
        sums.Clear();
        var loss = Int128.Zero;
        AddUpTo(to, sums, ref loss, 1);
        AddUpTo(from, sums, ref loss, -1);
        if (_losses is null)
            loss = (Int128)sums[(int)Bucket.Down] * JudgedTimeline.FullLoss + (Int128)sums[(int)Bucket.Degraded] * _degradedLoss;
        return new AvailabilityBuckets
        {
            Up = sums[(int)Bucket.Up],
            Degraded = sums[(int)Bucket.Degraded],
            Down = sums[(int)Bucket.Down],
            Disregarded = sums[(int)Bucket.Disregarded],
            Excused = sums[(int)Bucket.Excused],
            Maintenance = sums[(int)Bucket.Maintenance],
            OutsideHours = sums[(int)Bucket.OutsideHours],
            OutsideAgreement = sums[(int)Bucket.OutsideAgreement],
            NoData = sums[(int)Bucket.NoData],
            ScaledLoss = loss,
        };
    }

    /// <summary>The excused stretches of a window with the index of the exclusion that excused each.</summary>
    public IEnumerable<(TickInterval During, int Exclusion)> Excused(long from, long to)
    {
        if (_exclusions is null)
            yield break;
        for (var i = Math.Max(0, IndexAt(from)); i < _count && _starts[i] < to; i++)
        {
            if (_exclusions[i] < 0)
                continue;
            var during = new TickInterval(Math.Max(from, _starts[i]), Math.Min(to, i + 1 < _count ? _starts[i + 1] : _end));
            if (!during.IsEmpty)
                yield return (during, _exclusions[i]);
        }
    }

    /// <summary>The stretches of a window that are in one bucket, touching ones joined.</summary>
    public IntervalSet In(Bucket bucket, long from, long to)
    {
        var found = new List<TickInterval>();
        for (var i = Math.Max(0, IndexAt(from)); i < _count && _starts[i] < to; i++)
        {
            var end = Math.Min(to, i + 1 < _count ? _starts[i + 1] : _end);
            if (_buckets[i] == bucket && Math.Max(from, _starts[i]) < end)
                found.Add(new TickInterval(Math.Max(from, _starts[i]), end));
        }

        return IntervalSet.Of(found);
    }

    private int IndexAt(long tick)
    {
        var found = Array.BinarySearch(_starts, 0, _count, tick);
        return found >= 0 ? found : ~found - 1;
    }

    private void AddUpTo(long tick, Span<long> sums, ref Int128 loss, int sign)
    {
        var last = tick >= _end ? _count : IndexAt(tick);
        var block = last / Block;
        for (var b = 0; b < Buckets; b++)
            sums[b] += sign * _blockTicks[block * Buckets + b];
        if (_blockLoss is not null)
            loss += sign * _blockLoss[block];
        for (var i = block * Block; i <= last && i < _count; i++)
        {
            var end = i == last ? tick : i + 1 < _count ? _starts[i + 1] : _end;
            var length = end - _starts[i];
            sums[(int)_buckets[i]] += sign * length;
            if (_losses is not null)
                loss += sign * (Int128)length * _losses[i];
        }
    }
}

/// <summary>What accepted maintenance does, and what is left of its allowance.</summary>
internal ref struct MaintenanceAllowance(MaintenancePolicy? policy, ReadOnlySpan<long> resets)
{
    private readonly ReadOnlySpan<long> _resets = resets;
    private readonly long _full = policy?.Allowance is { } allowance ? allowance.BclCompatibleTicks : long.MaxValue;
    private long _left = policy?.Allowance is { } left ? left.BclCompatibleTicks : long.MaxValue;
    private int _reset;

    /// <summary>The bucket from a position on; <paramref name="next"/> moves back to where the allowance is used up or renewed.</summary>
    public Bucket Judge(Judgement judgement, long loss, bool excluded, long position, ref long next)
    {
        if (policy is null)
            return ClassifiedTimeline.Ordinary(judgement, loss, excluded);
        while (_reset < _resets.Length && _resets[_reset] <= position)
        {
            _left = _full;
            _reset++;
        }

        var suffers = judgement == Judgement.Down || judgement == Judgement.Degraded && loss > 0;
        if (!suffers)
            return policy.Treatment == MaintenanceTreatment.LeavesBoth ? Bucket.Maintenance : ClassifiedTimeline.Ordinary(judgement, loss, excluded);
        if (_reset < _resets.Length)
            next = Math.Min(next, _resets[_reset]);
        if (_left == 0)
            return ClassifiedTimeline.Ordinary(judgement, loss, excluded);
        if (_left != long.MaxValue)
        {
            next = Math.Min(next, position + Math.Min(_left, next - position));
            _left -= next - position;
        }

        return Bucket.Maintenance;
    }
}
