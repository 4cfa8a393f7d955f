using Levelkeeper.Core.Time;

namespace Levelkeeper.Core.Availability;

/// <summary>One pass over a period with one reading of no data.</summary>
/// <remarks>The buckets of the period are summed at once; the layout that answers for any window is made when one is asked for.</remarks>
internal sealed class AvailabilityRun
{
    private readonly Func<ClassifiedTimeline>? _lay;
    private ClassifiedTimeline? _classified;

    /// <summary>Lays a judged timeline over agreed time.</summary>
    /// <param name="judged">The timeline.</param>
    /// <param name="segments">The agreed time up to the end of what is evaluated; at least one segment.</param>
    /// <param name="policy">The decisions.</param>
    /// <param name="resets">Instants at which the maintenance allowance starts anew, ascending.</param>
    /// <param name="limits">The limits on what causes excuse.</param>
    /// <param name="evaluated">The part of the period that has passed.</param>
    /// <param name="notYet">The rest of the period, in ticks.</param>
    public AvailabilityRun(JudgedTimeline judged, List<AgreedSegment> segments, AvailabilityPolicy policy, long[] resets, IReadOnlyList<LaidLimit> limits, TickInterval evaluated, long notYet)
    {
        Judged = judged;
        _lay = () => ClassifiedTimeline.Lay(judged, segments, policy, resets, limits);
        var sums = segments[0].Start == evaluated.Start ? BucketSums.Of(judged, segments) : null;
        Buckets = (sums ?? Classified!.Window(evaluated.Start, evaluated.End)) with { NotYet = notYet };
    }

    private AvailabilityRun(long notYet) => Buckets = new AvailabilityBuckets { NotYet = notYet };

    /// <summary>Null when nothing has passed.</summary>
    public JudgedTimeline? Judged { get; }

    /// <summary>Every tick in its bucket; null when nothing has passed.</summary>
    public ClassifiedTimeline? Classified => _classified ??= _lay?.Invoke();

    /// <summary>The buckets of the period.</summary>
    public AvailabilityBuckets Buckets { get; }

    /// <summary>Of a period that has not begun.</summary>
    public static AvailabilityRun Nothing(long notYet) => new(notYet);

    /// <summary>The buckets of any window.</summary>
    public AvailabilityBuckets Window(long from, long to) => Classified?.Window(from, to) ?? default;
}
