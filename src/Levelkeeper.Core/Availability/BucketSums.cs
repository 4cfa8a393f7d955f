using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Levelkeeper.Core.Availability;

/// <summary>Sums the time of each bucket without laying it out: where only judgements matter, the lengths of a segment's spans are added up by judgement, four at a time.</summary>
internal static class BucketSums
{
    /// <summary>The buckets of all segments together; null where shares or an allowance must be followed span by span.</summary>
    /// <param name="judged">The timeline.</param>
    /// <param name="segments">Ascending and without gaps; at least one.</param>
    public static AvailabilityBuckets? Of(JudgedTimeline judged, List<AgreedSegment> segments)
    {
        if (judged.Losses is not null)
            return null;
        ReadOnlySpan<long> starts = judged.Starts;
        ReadOnlySpan<Judgement> judgements = judged.Judgements;
        // Up is what is left of a segment when the others are taken out.
        Span<Judgement> others = stackalloc Judgement[ClassifiedTimeline.Judgements];
        var count = 0;
        foreach (var judgement in (ReadOnlySpan<Judgement>)[Judgement.Degraded, Judgement.Down, Judgement.NoData, Judgement.Disregarded])
        {
            if (judgements.Contains(judgement))
                others[count++] = judgement;
        }

        others = others[..count];
        Span<long> sums = stackalloc long[ClassifiedTimeline.Buckets];
        sums.Clear();
        Span<Bucket> table = stackalloc Bucket[ClassifiedTimeline.Judgements];
        var first = ClassifiedTimeline.IndexAt(starts, segments[0].Start);
        foreach (var segment in segments)
        {
            if (ClassifiedTimeline.IsFollowedBySpan(segment))
                return null;
            ClassifiedTimeline.FillTable(table, segment, judged.DegradedLoss);
            var last = first + ClassifiedTimeline.IndexAt(starts[first..], segment.End - 1);
            var up = segment.End - segment.Start;
            foreach (var judgement in others)
            {
                var ticks = TicksOf(judgement, starts, judgements, first, last, segment);
                up -= ticks;
                sums[(int)table[(int)judgement]] += ticks;
            }

            sums[(int)table[(int)Judgement.Up]] += up;
            first = last + 1 < starts.Length && starts[last + 1] == segment.End ? last + 1 : last;
        }

        return ClassifiedTimeline.Gather(sums, ClassifiedTimeline.LossOf(sums, judged.DegradedLoss));
    }

    /// <summary>The time of one judgement within a segment that begins in span <paramref name="first"/> and ends in span <paramref name="last"/>.</summary>
    private static long TicksOf(Judgement judgement, ReadOnlySpan<long> starts, ReadOnlySpan<Judgement> judgements, int first, int last, in AgreedSegment segment)
    {
        if (first == last)
            return judgements[first] == judgement ? segment.End - segment.Start : 0;
        var ticks = (judgements[first] == judgement ? starts[first + 1] - segment.Start : 0) + (judgements[last] == judgement ? segment.End - starts[last] : 0);
        return ticks + WholeSpans(judgement, starts.Slice(first + 1, last - first), judgements.Slice(first + 1, last - first - 1));
    }

    /// <summary>The lengths of the spans that have a judgement.</summary>
    /// <param name="judgement">The judgement.</param>
    /// <param name="starts">Where the spans start, and where the last one ends.</param>
    /// <param name="judgements">One for each span.</param>
    private static long WholeSpans(Judgement judgement, ReadOnlySpan<long> starts, ReadOnlySpan<Judgement> judgements)
    {
        ref var start = ref MemoryMarshal.GetReference(starts);
        ref var judged = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<Judgement, byte>(judgements));
        var wanted = Vector256.Create((ulong)judgement);
        var sums = Vector256<long>.Zero;
        var i = 0;
        for (; i <= judgements.Length - Vector256<long>.Count; i += Vector256<long>.Count)
        {
            var four = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref judged, i))).AsByte();
            var wide = Vector256.WidenLower(Vector128.WidenLower(Vector128.WidenLower(four)).ToVector256Unsafe());
            var lengths = Vector256.LoadUnsafe(ref start, (nuint)(i + 1)) - Vector256.LoadUnsafe(ref start, (nuint)i);
            sums += lengths & Vector256.Equals(wide, wanted).AsInt64();
        }

        var sum = Vector256.Sum(sums);
        for (; i < judgements.Length; i++)
            sum += judgements[i] == judgement ? starts[i + 1] - starts[i] : 0;
        return sum;
    }
}
