using System.Collections.Immutable;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Core.Availability;

/// <summary>Turns the facts about one component into its confirmed timeline: per source and place first, then the sources against each other.</summary>
public static class ComponentTimeline
{
    /// <summary>The confirmed timeline of one component. Facts that tell nothing about its state are passed over; their order does not matter.</summary>
    /// <param name="facts">All facts whose subject is the component, corrections applied. What was known at an earlier moment is the caller's cut of the log.</param>
    /// <param name="policy">The agreement's decisions.</param>
    public static StateTimeline Build(IEnumerable<Fact> facts, AvailabilityPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(policy);
        var told = facts.Where(f => f.Data is FactData.StateChanged or FactData.Probed or FactData.ObserverChanged).ToArray();
        Sort(told);

        // A watchdog that only tells about observers speaks for every source.
        var bySource = BySource(told);
        var watchdogs = bySource.Where(g => IsWatchdog(g.Facts)).ToArray();
        var speaking = bySource.Where(g => !IsWatchdog(g.Facts)).OrderBy(g => g.Source, StringComparer.Ordinal).ToArray();
        if (speaking.Length == 0)
            return new StateTimelineBuilder(Assumed(policy.Initial)).Build();

        var fromWatchdogs = watchdogs.SelectMany(g => g.Facts).ToArray();
        var timelines = speaking.Select(g => OfSource(Ordered(g.Facts, fromWatchdogs), policy)).ToImmutableArray();
        var merged = timelines.Length == 1 ? timelines[0] : Reconcile(timelines, [.. speaking.Select(g => g.Source)], policy.SourcePrecedence);
        // A first change that says what was before leaves nothing to assume, also when it says that nobody knew.
        var first = told.First(f => f.Data is not FactData.ObserverChanged);
        var firstNews = first.Time.ToUnixTimeTicks();
        var stated = policy.PreviousState != PreviousStateClaim.Ignored && first.Data is FactData.StateChanged { Previous: not null };
        return stated ? merged.WithFirstNews(firstNews) : WithInitial(merged, policy, firstNews);
    }

    /// <summary>The facts of each source in their order. Mostly there is one source.</summary>
    private static (string Source, Fact[] Facts)[] BySource(Fact[] facts)
    {
        if (facts.Length > 0 && Array.TrueForAll(facts, f => f.Source == facts[0].Source))
            return [(facts[0].Source, facts)];
        return [.. facts.GroupBy(f => f.Source, StringComparer.Ordinal).Select(g => (g.Key, g.ToArray()))];
    }

    private static bool IsWatchdog(Fact[] facts) => Array.TrueForAll(facts, f => f.Data is FactData.ObserverChanged);

    private static Fact[] Ordered(Fact[] own, Fact[] watchdogs)
    {
        if (watchdogs.Length == 0)
            return own;
        Fact[] all = [.. own, .. watchdogs];
        Sort(all);
        return all;
    }

    /// <summary>Facts mostly come in order already; then one pass is enough.</summary>
    private static void Sort(Fact[] facts)
    {
        for (var i = 1; i < facts.Length; i++)
        {
            if (Fact.CompareWithinEntity(facts[i - 1], facts[i]) > 0)
            {
                Array.Sort(facts, Fact.CompareWithinEntity);
                return;
            }
        }
    }

    private static ServiceState Assumed(InitialState initial) => initial switch
    {
        InitialState.NoData => ServiceState.Unknown,
        InitialState.Up => ServiceState.Up,
        InitialState.Down => ServiceState.Down,
        _ => throw new InvalidOperationException($"Unknown initial state {initial}."),
    };

    /// <summary>Only the time before anybody told a state takes the assumed one. To say that it is not known is news too, and so is a word that another contradicts: nothing is assumed from then on.</summary>
    private static StateTimeline WithInitial(StateTimeline timeline, AvailabilityPolicy policy, long firstNews)
    {
        if (policy.Initial == InitialState.NoData || timeline[0].State != ServiceState.Unknown)
            return timeline.WithFirstNews(firstNews);
        var builder = new StateTimelineBuilder(Assumed(policy.Initial), timeline.Count + 2) { FirstNews = firstNews };
        if (timeline.FirstNews is { } told && (timeline.Count == 1 || told < timeline.Starts[1]))
            builder.SetFrom(told, ServiceState.Unknown, null, null);
        for (var i = 1; i < timeline.Count; i++)
            builder.SetFrom(timeline.Starts[i], timeline.States[i], timeline.DetailAt(i), timeline.EvidenceAt(i));
        return builder.Build();
    }

    private static StateTimeline OfSource(Fact[] facts, AvailabilityPolicy policy)
    {
        if (policy.PlacesThatConfirm is not { } needed)
            return OfPlace(facts, place: null, policy);
        var places = facts.Where(f => f.Data is not FactData.ObserverChanged).Select(PlaceOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var timelines = places.Select(p => OfPlace(facts, p, policy)).ToImmutableArray();
        return TimelineMerge.Combine(timelines, spans => AcrossPlaces(spans, needed));
    }

    private static string PlaceOf(Fact fact) => fact.Data switch
    {
        FactData.StateChanged changed => changed.Location,
        FactData.Probed probed => probed.Location,
        FactData.ObserverChanged observer => observer.Location,
        _ => "",
    };

    private static string FunctionOf(Fact fact) => fact.Data is FactData.Probed probed ? probed.Function : "";

    /// <summary>The timeline as one place sees it; null for all places in one sequence.</summary>
    private static StateTimeline OfPlace(Fact[] facts, string? place, AvailabilityPolicy policy)
    {
        // When places are not told apart, one of several observers leaving is no gap: the others go on.
        var seen = place is null
            ? facts.Where(f => f.Data is not FactData.ObserverChanged { Location.Length: > 0 } || IsOnlyPlace(facts, PlaceOf(f)))
            : facts.Where(f => PlaceOf(f) == place || f.Data is FactData.ObserverChanged { Location: "" });
        var own = seen.ToArray();
        if (!Array.Exists(own, f => FunctionOf(f).Length > 0))
            return ObservationFold.Run(own, policy);

        var functions = own.Where(f => f.Data is not FactData.ObserverChanged).Select(FunctionOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var streams = functions.Select(function => ObservationFold.Run([.. own.Where(f => f.Data is FactData.ObserverChanged || FunctionOf(f) == function)], policy)).ToImmutableArray();
        return TimelineMerge.Combine(streams, spans => AcrossFunctions(spans, functions));
    }

    private static bool IsOnlyPlace(Fact[] facts, string place) =>
        Array.TrueForAll(facts, f => f.Data is FactData.ObserverChanged || PlaceOf(f) == place);

    /// <summary>The service as such decides when it is down; a function that fails while it is not makes it degraded.</summary>
    private static MergedState AcrossFunctions(ReadOnlySpan<StateSpan> spans, string[] functions)
    {
        var whole = functions[0].Length == 0 ? (StateSpan?)spans[0] : null;
        if (whole is { State: ServiceState.Down } down)
            return MergedState.Of(down);
        var parts = whole is null ? spans : spans[1..];
        var names = functions.AsSpan(whole is null ? 0 : 1);
        var lost = ImmutableSortedSet.CreateBuilder<string>();
        var known = 0;
        Fact? evidence = null;
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].State != ServiceState.Unknown)
                known++;
            if (parts[i].State == ServiceState.Down)
            {
                lost.Add(names[i]);
                evidence ??= parts[i].Evidence;
            }
        }

        if (whole is { State: ServiceState.Degraded } degraded)
        {
            lost.UnionWith(degraded.LostFunctions);
            evidence ??= degraded.Evidence;
        }

        if (whole is null && lost.Count == parts.Length)
            return new MergedState(ServiceState.Down, null, evidence);
        if (lost.Count > 0 || whole is { State: ServiceState.Degraded })
            return new MergedState(ServiceState.Degraded, new StateDetail(lost.ToImmutable(), whole?.AffectedShare), evidence);
        return whole is { } w ? MergedState.Of(w) : new MergedState(known == parts.Length ? ServiceState.Up : ServiceState.Unknown, null, spans[0].Evidence);
    }

    private static MergedState AcrossPlaces(ReadOnlySpan<StateSpan> spans, int needed)
    {
        int down = 0, degraded = 0, unknown = 0;
        StateSpan? firstDown = null, firstDegraded = null;
        foreach (var span in spans)
        {
            switch (span.State)
            {
                case ServiceState.Down:
                    down++;
                    firstDown ??= span;
                    break;
                case ServiceState.Degraded:
                    degraded++;
                    firstDegraded ??= span;
                    break;
                case ServiceState.Unknown:
                    unknown++;
                    break;
                case ServiceState.Up:
                    break;
                default:
                    throw new InvalidOperationException($"Unknown state {span.State}.");
            }
        }

        if (down >= needed)
            return MergedState.Of(firstDown!.Value);
        if (down + unknown >= needed)
            return new MergedState(ServiceState.Unknown, null, null);
        return down + degraded >= needed
            ? MergedState.Of(firstDegraded ?? firstDown!.Value) with { State = ServiceState.Degraded }
            : new MergedState(ServiceState.Up, null, null);
    }

    private static StateTimeline Reconcile(ImmutableArray<StateTimeline> timelines, ImmutableArray<string> sources, ImmutableArray<string> precedence)
    {
        var ranked = precedence.Select(s => sources.IndexOf(s)).Where(i => i >= 0).Distinct().ToArray();
        return TimelineMerge.Combine(timelines, spans =>
        {
            foreach (var index in ranked)
            {
                if (spans[index].State != ServiceState.Unknown)
                    return MergedState.Of(spans[index]);
            }

            StateSpan? word = null;
            foreach (var span in spans)
            {
                if (span.State == ServiceState.Unknown)
                    continue;
                if (word is { } earlier && Contradict(earlier, span))
                    return new MergedState(ServiceState.Unknown, null, span.Evidence);
                if (word is null || !HasDetail(word.Value))
                    word = span;
            }

            return word is { } agreed ? MergedState.Of(agreed) : new MergedState(ServiceState.Unknown, null, null);
        });
    }

    /// <summary>Who says more than the name of the state does not contradict who does not; two that say different things do.</summary>
    private static bool Contradict(StateSpan one, StateSpan other) =>
        one.State != other.State
        || HasDetail(one) && HasDetail(other) && (one.AffectedShare != other.AffectedShare || !one.LostFunctions.SetEquals(other.LostFunctions));

    private static bool HasDetail(StateSpan span) => span.AffectedShare is not null || !span.LostFunctions.IsEmpty;
}
