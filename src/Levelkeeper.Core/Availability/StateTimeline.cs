using System.Collections.Immutable;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Availability;

/// <summary>What a state says beyond its name.</summary>
/// <param name="LostFunctions">Functions that do not work, sorted and distinct.</param>
/// <param name="AffectedShare">Share of users affected, 0 to 1; null when not said.</param>
internal sealed record StateDetail(ImmutableSortedSet<string> LostFunctions, decimal? AffectedShare)
{
    public bool SameAs(StateDetail? other) => other is not null && AffectedShare == other.AffectedShare && LostFunctions.SetEquals(other.LostFunctions);
}

/// <summary>A stretch of one state.</summary>
/// <param name="Start">First tick, or <see cref="long.MinValue"/> for the first span.</param>
/// <param name="End">First tick after, or <see cref="long.MaxValue"/> for the last.</param>
/// <param name="State">The state.</param>
/// <param name="LostFunctions">Functions that do not work.</param>
/// <param name="AffectedShare">Share of users affected; null when not said.</param>
/// <param name="Evidence">The fact from which the span begins; null for an assumption.</param>
public readonly record struct StateSpan(long Start, long End, ServiceState State, ImmutableSortedSet<string> LostFunctions, decimal? AffectedShare, Fact? Evidence);

/// <summary>The confirmed state of a service or component at every instant, from the beginning to the end of time.</summary>
/// <remarks>Immutable, sorted parallel arrays; neighbours differ. The first span starts at <see cref="long.MinValue"/>.</remarks>
public sealed class StateTimeline
{
    private readonly long[] _starts;
    private readonly ServiceState[] _states;
    private readonly StateDetail?[]? _details;
    private readonly Fact?[] _evidence;

    internal StateTimeline(long[] starts, ServiceState[] states, StateDetail?[]? details, Fact?[] evidence, long? firstNews)
    {
        _starts = starts;
        _states = states;
        _details = details;
        _evidence = evidence;
        FirstNews = firstNews;
    }

    /// <summary>One state for all time.</summary>
    public static StateTimeline Always(ServiceState state) => new([long.MinValue], [state], null, [null], null);

    /// <summary>The timeline of changes that are known to be confirmed, in ascending order of time.</summary>
    /// <param name="before">The state before the first change.</param>
    /// <param name="changes">Instant in ticks and the state from then on.</param>
    public static StateTimeline Of(ServiceState before, params IEnumerable<(long At, ServiceState State)> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var builder = new StateTimelineBuilder(before);
        foreach (var (at, state) in changes)
            builder.SetFrom(at, state, null, null);
        return builder.Build();
    }

    /// <summary>How many spans; at least one.</summary>
    public int Count => _starts.Length;

    /// <summary>The time of the first fact about it, in ticks; null when there is none.</summary>
    public long? FirstNews { get; }

    /// <summary>The span at a position, earliest first.</summary>
    public StateSpan this[int index] => new(
        _starts[index],
        index + 1 < _starts.Length ? _starts[index + 1] : long.MaxValue,
        _states[index],
        _details?[index]?.LostFunctions ?? [],
        _details?[index]?.AffectedShare,
        _evidence[index]);

    internal ReadOnlySpan<long> Starts => _starts;

    /// <summary>The array behind <see cref="Starts"/>; never written to.</summary>
    internal long[] StartArray => _starts;

    internal ReadOnlySpan<ServiceState> States => _states;

    internal StateDetail?[]? Details => _details;

    internal Fact? EvidenceAt(int index) => _evidence[index];

    internal StateDetail? DetailAt(int index) => _details?[index];

    /// <summary>The state at an instant.</summary>
    public ServiceState StateAt(Instant instant) => _states[IndexAt(instant.ToUnixTimeTicks())];

    /// <summary>The spans that touch an interval, whole.</summary>
    public IEnumerable<StateSpan> Touching(TickInterval window)
    {
        if (window.IsEmpty)
            yield break;
        for (var i = IndexAt(window.Start); i < Count && (i == 0 || _starts[i] < window.End); i++)
            yield return this[i];
    }

    internal int IndexAt(long tick)
    {
        var found = Array.BinarySearch(_starts, tick);
        return found >= 0 ? found : ~found - 1;
    }

    /// <summary>The same timeline with another state wherever nobody knows it.</summary>
    internal StateTimeline WithUnknownAs(ServiceState state)
    {
        var builder = new StateTimelineBuilder(state, Count) { FirstNews = FirstNews };
        for (var i = 0; i < Count; i++)
        {
            var unknown = _states[i] == ServiceState.Unknown;
            builder.SetFrom(_starts[i], unknown ? state : _states[i], unknown ? null : DetailAt(i), _evidence[i]);
        }

        return builder.Build();
    }

    /// <summary>At each instant the state of the timeline that is in force then: one after the other, over all time.</summary>
    internal static StateTimeline InForce(ImmutableArray<(TickInterval During, StateTimeline Timeline)> parts)
    {
        var builder = new StateTimelineBuilder(parts[0].Timeline[0].State, parts.Sum(p => p.Timeline.Count));
        foreach (var (during, timeline) in parts)
        {
            for (var i = timeline.IndexAt(during.Start); i < timeline.Count && timeline._starts[i] < during.End; i++)
                builder.SetFrom(Math.Max(timeline._starts[i], during.Start), timeline._states[i], timeline.DetailAt(i), timeline.EvidenceAt(i));
            if (builder.FirstNews is null && timeline.FirstNews < during.End)
                builder.FirstNews = Math.Max(timeline.FirstNews.Value, during.Start);
        }

        return builder.Build();
    }

    /// <summary>The same timeline with what counts as its first news replaced.</summary>
    internal StateTimeline WithFirstNews(long? firstNews) => new(_starts, _states, _details, _evidence, firstNews);
}

/// <summary>Builds a timeline from changes that come mostly in order; a change may reach back over later spans.</summary>
internal sealed class StateTimelineBuilder
{
    private readonly List<long> _starts;
    private readonly List<ServiceState> _states;
    private readonly List<StateDetail?> _details;
    private readonly List<Fact?> _evidence;
    private bool _hasDetails;

    /// <summary>One state so far.</summary>
    /// <param name="before">The state before the first change.</param>
    /// <param name="capacity">How many spans to expect.</param>
    public StateTimelineBuilder(ServiceState before, int capacity = 4)
    {
        _starts = new List<long>(capacity) { long.MinValue };
        _states = new List<ServiceState>(capacity) { before };
        _details = new List<StateDetail?>(capacity) { null };
        _evidence = new List<Fact?>(capacity) { null };
    }

    public long? FirstNews { get; set; }

    public ServiceState Last => _states[^1];

    public StateDetail? LastDetail => _details[^1];

    /// <summary>From <paramref name="at"/> on the state holds; whatever was set from there on is dropped.</summary>
    public void SetFrom(long at, ServiceState state, StateDetail? detail, Fact? evidence)
    {
        while (_starts.Count > 1 && _starts[^1] >= at)
            RemoveLast();
        if (at == long.MinValue)
        {
            (_states[0], _details[0], _evidence[0]) = (state, detail, evidence);
        }
        else if (_states[^1] != state || !(ReferenceEquals(_details[^1], detail) || (detail?.SameAs(_details[^1]) ?? false)))
        {
            _starts.Add(at);
            _states.Add(state);
            _details.Add(detail);
            _evidence.Add(evidence);
        }

        _hasDetails |= detail is not null;
    }

    /// <summary>The state of all time before the first change.</summary>
    public void SetInitial(ServiceState state) => (_states[0], _details[0]) = (state, null);

    public StateTimeline Build()
    {
        // The initial state may equal the first change's.
        if (_starts.Count > 1 && _states[0] == _states[1] && _details[0] is null && _details[1] is null)
        {
            _starts.RemoveAt(1);
            _states.RemoveAt(1);
            _details.RemoveAt(1);
            _evidence.RemoveAt(1);
        }

        return new StateTimeline([.. _starts], [.. _states], _hasDetails ? [.. _details] : null, [.. _evidence], FirstNews);
    }

    private void RemoveLast()
    {
        _starts.RemoveAt(_starts.Count - 1);
        _states.RemoveAt(_states.Count - 1);
        _details.RemoveAt(_details.Count - 1);
        _evidence.RemoveAt(_evidence.Count - 1);
    }
}
