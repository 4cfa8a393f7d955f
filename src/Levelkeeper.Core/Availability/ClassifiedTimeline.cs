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
    Granted,
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
    internal const int Buckets = 10;

    // A power of two above the buckets: masked with it, a bucket needs no check of bounds.
    private const int BucketBound = 16;
    internal const int Judgements = 5;

    private readonly long[] _starts;
    private readonly Bucket[] _buckets;
    private readonly long[]? _losses;
    private readonly List<AgreedSegment> _segments;
    private readonly int _count;
    private readonly long _end;
    private readonly long _degradedLoss;
    private readonly long[] _blockTicks;
    private readonly Int128[]? _blockLoss;

    private ClassifiedTimeline(long[] starts, Bucket[] buckets, long[]? losses, int count, List<AgreedSegment> segments, long degradedLoss)
    {
        _starts = starts;
        _buckets = buckets;
        _losses = losses;
        _segments = segments;
        _count = count;
        _end = segments[^1].End;
        _degradedLoss = degradedLoss;
        var blocks = count / Block + 1;
        _blockTicks = new long[blocks * Buckets];
        Span<long> sums = stackalloc long[BucketBound];
        sums.Clear();
        for (var block = 0; block < blocks; block++)
        {
            sums[..Buckets].CopyTo(_blockTicks.AsSpan(block * Buckets));
            var first = block * Block;
            var length = Math.Min(Block, count - first);
            if (length == 0)
                break;
            var inBlock = starts.AsSpan(first, length);
            var bucketsInBlock = buckets.AsSpan(first, length);
            for (var i = 0; i < inBlock.Length - 1; i++)
                sums[(int)bucketsInBlock[i] & (BucketBound - 1)] += inBlock[i + 1] - inBlock[i];
            sums[(int)bucketsInBlock[^1]] += (first + length < count ? starts[first + length] : _end) - inBlock[^1];
        }

        if (losses is null)
            return;
        _blockLoss = new Int128[blocks];
        var loss = Int128.Zero;
        for (var i = 0; i < count; i++)
        {
            if (i % Block == 0)
                _blockLoss[i / Block] = loss;
            loss += (Int128)((i + 1 < count ? starts[i + 1] : _end) - starts[i]) * losses[i];
        }

        if (count % Block == 0)
            _blockLoss[count / Block] = loss;
    }

    /// <summary>Lays a judged timeline over agreed segments, which are ascending and without gaps.</summary>
    /// <param name="judged">The timeline.</param>
    /// <param name="segments">The agreed time; at least one segment.</param>
    /// <param name="policy">The decisions.</param>
    /// <param name="resets">Instants at which the maintenance allowance starts anew, ascending.</param>
    /// <param name="limits">The limits on what causes excuse.</param>
    public static ClassifiedTimeline Lay(JudgedTimeline judged, List<AgreedSegment> segments, AvailabilityPolicy policy, ReadOnlySpan<long> resets, IReadOnlyList<LaidLimit> limits)
    {
        // Every segment cuts one span at most; only the splitting of downtime by an allowance can need more.
        var capacity = judged.Starts.Length + segments.Count + resets.Length + 1;
        var starts = GC.AllocateUninitializedArray<long>(capacity);
        var buckets = GC.AllocateUninitializedArray<Bucket>(capacity);
        var losses = judged.Losses is null ? null : new long[capacity];
        var count = 0;
        var allowance = new MaintenanceAllowance(policy.Maintenance, resets);
        ExcuseAllowance[] excuses = limits.Count == 0 ? [] : [.. limits.Select(l => new ExcuseAllowance(l))];
        ReadOnlySpan<long> spanStarts = judged.Starts;
        ReadOnlySpan<Judgement> judgements = judged.Judgements;
        var span = IndexAt(spanStarts, segments[0].Start);
        Span<Bucket> table = stackalloc Bucket[Judgements];
        foreach (var segment in segments)
        {
            while (span + 1 < spanStarts.Length && spanStarts[span + 1] <= segment.Start)
                span++;

            // Where neither shares nor an allowance are looked at, the bucket follows from the judgement alone.
            if (losses is null && !IsFollowedBySpan(segment))
            {
                FillTable(table, segment, judged.DegradedLoss);
                var last = IndexAt(spanStarts, segment.End - 1);
                var length = last - span + 1;
                Reserve(count + length);
                spanStarts.Slice(span, length).CopyTo(starts.AsSpan(count));
                starts[count] = segment.Start;
                ByteTable.Map(table, judgements.Slice(span, length), buckets.AsSpan(count));
                count += length;
                span = last;
                continue;
            }

            var position = segment.Start;
            while (position < segment.End)
            {
                while (span + 1 < spanStarts.Length && spanStarts[span + 1] <= position)
                    span++;
                var next = span + 1 < spanStarts.Length ? Math.Min(segment.End, spanStarts[span + 1]) : segment.End;
                var judgement = judgements[span];
                var loss = judged.Losses is null ? JudgedTimeline.LossOf(judgement, judged.DegradedLoss) : judged.Losses[span];
                var bucket = segment.Kind switch
                {
                    AgreedKind.OutsideHours => Bucket.OutsideHours,
                    AgreedKind.OutsideAgreement => Bucket.OutsideAgreement,
                    AgreedKind.Granted => Bucket.Granted,
                    _ when segment.InMaintenance => allowance.Judge(judgement, loss, segment.Exclusion >= 0, position, ref next),
                    _ => Ordinary(judgement, loss, segment.Exclusion >= 0),
                };
                if (bucket == Bucket.Excused && segment.Limit >= 0 && !excuses[segment.Limit].Excuses(position, ref next))
                    bucket = Ordinary(judgement, loss, false);
                Reserve(count + 1);
                starts[count] = position;
                buckets[count] = bucket;
                if (losses is not null)
                    losses[count] = bucket is Bucket.Down or Bucket.Degraded ? loss : 0;
                count++;
                position = next;
            }
        }

        return new ClassifiedTimeline(starts, buckets, losses, count, segments, judged.DegradedLoss);

        void Reserve(int needed)
        {
            if (needed <= starts.Length)
                return;
            var larger = needed * 2;
            Array.Resize(ref starts, larger);
            Array.Resize(ref buckets, larger);
            if (losses is not null)
                Array.Resize(ref losses, larger);
        }
    }

    /// <summary>Whether an allowance of maintenance, or a limit on what is excused, has to be followed through a segment span by span.</summary>
    internal static bool IsFollowedBySpan(in AgreedSegment segment) => (segment.InMaintenance || segment.Limit >= 0) && segment.Kind == AgreedKind.Agreed;

    /// <summary>The bucket of each judgement within a segment that is not followed span by span.</summary>
    internal static void FillTable(Span<Bucket> table, in AgreedSegment segment, long degradedLoss)
    {
        for (var j = 0; j < table.Length; j++)
        {
            table[j] = segment.Kind switch
            {
                AgreedKind.OutsideHours => Bucket.OutsideHours,
                AgreedKind.OutsideAgreement => Bucket.OutsideAgreement,
                AgreedKind.Granted => Bucket.Granted,
                AgreedKind.Agreed => Ordinary((Judgement)j, JudgedTimeline.LossOf((Judgement)j, degradedLoss), segment.Exclusion >= 0),
                _ => throw new ArgumentOutOfRangeException(nameof(segment)),
            };
        }
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
        return Gather(sums, _losses is null ? LossOf(sums, _degradedLoss) : loss);
    }

    /// <summary>The weighted loss of sums by bucket, where every span of a bucket loses the same share.</summary>
    internal static Int128 LossOf(ReadOnlySpan<long> sums, long degradedLoss) =>
        (Int128)sums[(int)Bucket.Down] * JudgedTimeline.FullLoss + (Int128)sums[(int)Bucket.Degraded] * degradedLoss;

    /// <summary>Sums in the order of the buckets, by name.</summary>
    internal static AvailabilityBuckets Gather(ReadOnlySpan<long> sums, Int128 loss) => new()
    {
        Up = sums[(int)Bucket.Up],
        Degraded = sums[(int)Bucket.Degraded],
        Down = sums[(int)Bucket.Down],
        Disregarded = sums[(int)Bucket.Disregarded],
        Excused = sums[(int)Bucket.Excused],
        Maintenance = sums[(int)Bucket.Maintenance],
        OutsideHours = sums[(int)Bucket.OutsideHours],
        OutsideAgreement = sums[(int)Bucket.OutsideAgreement],
        Granted = sums[(int)Bucket.Granted],
        NoData = sums[(int)Bucket.NoData],
        ScaledLoss = loss,
    };

    /// <summary>The excused stretches of a window with the index of the exclusion that excused each.</summary>
    public IEnumerable<(TickInterval During, int Exclusion)> Excused(long from, long to)
    {
        var segment = 0;
        for (var i = Math.Max(0, IndexAt(from)); i < _count && _starts[i] < to; i++)
        {
            if (_buckets[i] != Bucket.Excused)
                continue;
            while (_segments[segment].End <= _starts[i])
                segment++;
            var during = new TickInterval(Math.Max(from, _starts[i]), Math.Min(to, i + 1 < _count ? _starts[i + 1] : _end));
            if (!during.IsEmpty)
                yield return (during, _segments[segment].Exclusion);
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

    private int IndexAt(long tick) => IndexAt(_starts.AsSpan(0, _count), tick);

    /// <summary>The last that starts at or before a tick; -1 when none does.</summary>
    internal static int IndexAt(ReadOnlySpan<long> starts, long tick)
    {
        var found = starts.BinarySearch(tick);
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
