using System.Collections.Immutable;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Core.Availability;

/// <summary>How the states of components make the state of a service.</summary>
public abstract record ComponentRule
{
    private ComponentRule()
    {
    }

    /// <summary>One component.</summary>
    /// <param name="Name">Its name, the subject of its facts.</param>
    public sealed record Component(string Name) : ComponentRule;

    /// <summary>Works while at least so many of the parts work; fully up while as many are fully up, else degraded.</summary>
    /// <param name="Working">At least 1 and at most the number of parts.</param>
    /// <param name="Parts">What it is made of.</param>
    public sealed record AtLeast(int Working, ImmutableArray<ComponentRule> Parts) : ComponentRule;

    /// <summary>Works while every part works: a chain in series; down when any is down.</summary>
    public static ComponentRule Series(params ImmutableArray<ComponentRule> parts) => new AtLeast(parts.Length, parts);

    /// <summary>Works while one part works: redundant parts in parallel; down when all are down.</summary>
    public static ComponentRule Parallel(params ImmutableArray<ComponentRule> parts) => new AtLeast(1, parts);

    /// <summary>The names of all components, sorted and distinct.</summary>
    public ImmutableSortedSet<string> Components => this switch
    {
        Component one => [one.Name],
        AtLeast some => [.. some.Parts.SelectMany(p => p.Components)],
        _ => throw new InvalidOperationException("Unknown component rule."),
    };

    /// <summary>The service's timeline. What no component's data decides is no data: the rules are monotone, so both extremes are then possible.</summary>
    /// <param name="timelines">One per component; a missing one is no data throughout.</param>
    public StateTimeline Combine(IReadOnlyDictionary<string, StateTimeline> timelines) => Combine(timelines, ServiceState.Unknown);

    /// <summary>The service's timeline if every component had a state wherever nobody knows it.</summary>
    /// <param name="timelines">One per component; a missing one has the state throughout.</param>
    /// <param name="unknownAs">The state.</param>
    public StateTimeline Combine(IReadOnlyDictionary<string, StateTimeline> timelines, ServiceState unknownAs)
    {
        ArgumentNullException.ThrowIfNull(timelines);
        switch (this)
        {
            case Component one:
                if (!timelines.TryGetValue(one.Name, out var timeline))
                    return StateTimeline.Always(unknownAs);
                return unknownAs == ServiceState.Unknown ? timeline : timeline.WithUnknownAs(unknownAs);
            case AtLeast some:
                if (some.Parts.Length == 0)
                    return StateTimeline.Always(unknownAs);
                var parts = some.Parts.Select(p => p.Combine(timelines, unknownAs)).ToImmutableArray();
                return TimelineMerge.Combine(parts, spans => Judge(spans, some.Working));
            default:
                throw new InvalidOperationException("Unknown component rule.");
        }
    }

    private static MergedState Judge(ReadOnlySpan<StateSpan> spans, int needed)
    {
        int up = 0, degraded = 0, unknown = 0;
        var lost = ImmutableSortedSet<string>.Empty;
        decimal? share = 0m;
        Fact? evidence = null;
        Fact? lesserEvidence = null;
        decimal? degradedShare = 0m;
        foreach (var span in spans)
        {
            switch (span.State)
            {
                case ServiceState.Up:
                    up++;
                    break;
                case ServiceState.Degraded:
                    degraded++;
                    lost = lost.Union(span.LostFunctions);
                    lesserEvidence ??= span.Evidence;
                    degradedShare = Larger(degradedShare, span.AffectedShare);
                    break;
                case ServiceState.Unknown:
                    unknown++;
                    break;
                case ServiceState.Down:
                    evidence ??= span.Evidence;
                    share = Larger(share, span.AffectedShare);
                    break;
                default:
                    throw new InvalidOperationException($"Unknown state {span.State}.");
            }
        }

        if (up >= needed)
            return new MergedState(ServiceState.Up, null, null);
        if (up + degraded >= needed)
            return new MergedState(ServiceState.Degraded, new StateDetail(LostTo(spans, lost, up, needed), degradedShare), lesserEvidence);
        if (up + degraded + unknown < needed)
            return new MergedState(ServiceState.Down, share is null ? null : new StateDetail([], share), evidence);
        return new MergedState(ServiceState.Unknown, null, null);
    }

    /// <summary>Of the functions that some part lost those that fewer parts than are needed still have.</summary>
    private static ImmutableSortedSet<string> LostTo(ReadOnlySpan<StateSpan> spans, ImmutableSortedSet<string> lost, int up, int needed)
    {
        var remaining = lost.ToBuilder();
        foreach (var function in lost)
        {
            var having = up;
            foreach (var span in spans)
                having += span.State == ServiceState.Degraded && !span.LostFunctions.Contains(function) ? 1 : 0;
            if (having >= needed)
                remaining.Remove(function);
        }

        return remaining.ToImmutable();
    }

    /// <summary>The larger share; not said means everybody.</summary>
    private static decimal? Larger(decimal? left, decimal? right) => left is null || right is null ? null : Math.Max(left.Value, right.Value);
}
