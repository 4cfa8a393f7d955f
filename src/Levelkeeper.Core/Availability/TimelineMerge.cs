using System.Collections.Immutable;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Core.Availability;

/// <summary>What several states at one instant come to.</summary>
internal readonly record struct MergedState(ServiceState State, StateDetail? Detail, Fact? Evidence)
{
    public static MergedState Of(StateSpan span) => new(
        span.State,
        span.LostFunctions.IsEmpty && span.AffectedShare is null ? null : new StateDetail(span.LostFunctions, span.AffectedShare),
        span.Evidence);
}

/// <summary>Merges timelines instant by instant.</summary>
internal static class TimelineMerge
{
    public delegate MergedState Merge(ReadOnlySpan<StateSpan> states);

    /// <summary>A timeline whose state at each instant is <paramref name="merge"/> of the inputs' states there, in their order.</summary>
    public static StateTimeline Combine(ImmutableArray<StateTimeline> timelines, Merge merge)
    {
        var spans = new StateSpan[timelines.Length];
        var positions = new int[timelines.Length];
        for (var i = 0; i < timelines.Length; i++)
            spans[i] = timelines[i][0];
        var first = merge(spans);
        long? firstNews = null;
        foreach (var timeline in timelines)
            firstNews = timeline.FirstNews is { } news && (firstNews is null || news < firstNews) ? news : firstNews;
        var builder = new StateTimelineBuilder(ServiceState.Unknown) { FirstNews = firstNews };
        builder.SetFrom(long.MinValue, first.State, first.Detail, first.Evidence);

        // The next change of each input waits in a queue, so that many components cost n log k.
        var next = new PriorityQueue<int, long>();
        for (var i = 0; i < timelines.Length; i++)
            if (timelines[i].Count > 1)
                next.Enqueue(i, timelines[i].Starts[1]);
        while (next.TryPeek(out _, out var at))
        {
            while (next.TryPeek(out var i, out var same) && same == at)
            {
                next.Dequeue();
                spans[i] = timelines[i][++positions[i]];
                if (positions[i] + 1 < timelines[i].Count)
                    next.Enqueue(i, timelines[i].Starts[positions[i] + 1]);
            }

            var merged = merge(spans);
            builder.SetFrom(at, merged.State, merged.Detail, merged.Evidence);
        }

        return builder.Build();
    }
}
