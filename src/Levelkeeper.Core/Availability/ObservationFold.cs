using System.Collections.Immutable;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Core.Availability;

/// <summary>The fold over one sequence of observations: state changes, checks and the comings and goings of the observer.</summary>
internal sealed class ObservationFold
{
    private readonly AvailabilityPolicy _policy;
    private readonly long _freshness;
    private readonly StateTimelineBuilder _builder;
    private bool _anyNews;
    private bool _watching = true;
    private ServiceState _beforeGap;
    private StateDetail? _detailBeforeGap;
    private long _lastNews;
    private long? _lastGoodCheck;
    private readonly List<(long At, Fact Fact)> _run = [];
    private bool _runIsGood;
    private long? _firstTold;

    private ObservationFold(AvailabilityPolicy policy, int capacity)
    {
        _builder = new StateTimelineBuilder(ServiceState.Unknown, capacity);
        _policy = policy;
        _freshness = policy.Freshness is { } freshness ? freshness.BclCompatibleTicks : long.MaxValue;
    }

    /// <summary>Folds facts that are in the order of their entity. What counts as first news of the timeline is the first instant of which they tell a state, or that nobody knows it.</summary>
    public static StateTimeline Run(Fact[] ordered, AvailabilityPolicy policy)
    {
        // Every state change may begin a span; checks mostly confirm what is known.
        var fold = new ObservationFold(policy, 1 + ordered.Count(f => f.Data is FactData.StateChanged));
        foreach (var fact in ordered)
            fold.Apply(fact, fact.Time.ToUnixTimeTicks());
        fold.ExpireBefore(long.MaxValue);
        fold._builder.FirstNews = fold._firstTold;
        return fold._builder.Build();
    }

    private void Apply(Fact fact, long at)
    {
        ExpireBefore(at);
        switch (fact.Data)
        {
            case FactData.StateChanged changed:
                ComeBack(fact, at);
                OnChange(changed, fact, at);
                break;
            case FactData.Probed probed:
                ComeBack(fact, at);
                OnCheck(probed.Good, fact, at, probed.Through?.ToUnixTimeTicks() ?? at);
                break;
            case FactData.ObserverChanged observer when _policy.ObserverGap != ObserverGap.StateLasts:
                OnObserver(observer.Watching, fact, at);
                break;
            default:
                break;
        }
    }

    /// <summary>An up state that nobody renewed in time has become unknown.</summary>
    private void ExpireBefore(long at)
    {
        if (_freshness == long.MaxValue || _builder.Last != ServiceState.Up || !_watching || at - _freshness <= _lastNews)
            return;
        _builder.SetFrom(_lastNews + _freshness, ServiceState.Unknown, null, null);
        _run.Clear();
        _lastGoodCheck = null;
    }

    /// <summary>Whoever tells news is watching, whatever was said about it.</summary>
    private void ComeBack(Fact fact, long at)
    {
        if (!_watching)
            OnObserver(watching: true, fact, at);
    }

    private void OnChange(FactData.StateChanged changed, Fact fact, long at)
    {
        if (_policy.PreviousState != PreviousStateClaim.Ignored && changed.Previous is { } previous)
        {
            if (!_anyNews)
                _builder.SetInitial(previous);
            else if (previous == ServiceState.Unknown && _policy.PreviousState == PreviousStateClaim.UnknownAlsoBetween)
                _builder.SetFrom(_lastNews, ServiceState.Unknown, null, null);
        }

        var detail = changed.LostFunctions.IsDefaultOrEmpty && changed.AffectedShare is null
            ? null
            : new StateDetail(changed.LostFunctions.IsDefault ? [] : [.. changed.LostFunctions], changed.AffectedShare);
        Tell(at, changed.State, detail, fact);
        _run.Clear();
        _lastGoodCheck = changed.State == ServiceState.Up ? at : null;
        News(at);
    }

    /// <summary>A check, or a run of checks that began at an instant and went on through another.</summary>
    private void OnCheck(bool good, Fact fact, long at, long through)
    {
        var last = _builder.Last;
        var confirmsNothing = good ? last == ServiceState.Up : last == ServiceState.Down;
        if (confirmsNothing)
        {
            _run.Clear();
        }
        else if (good && last == ServiceState.Unknown)
        {
            // Confirmation guards against false alarms; the first good check after no data is enough.
            _run.Clear();
            Tell(at, ServiceState.Up, null, fact);
        }
        else
        {
            if (_runIsGood != good)
                _run.Clear();
            _runIsGood = good;
            _run.Add((at, fact));
            if (_run.Count >= _policy.ConfirmingChecks)
                BelieveRun();
        }

        if (good)
            _lastGoodCheck = Math.Max(_lastGoodCheck ?? through, through);
        News(through);
    }

    private void BelieveRun()
    {
        var (start, evidence) = _run[0];
        if (!_runIsGood)
        {
            Tell(_policy.DowntimeBegins == DowntimeBegin.LastGoodCheck ? _lastGoodCheck ?? start : start, ServiceState.Down, null, evidence);
            _run.Clear();
            return;
        }

        // Between two good checks that are too far apart the first is not fresh any more.
        for (var i = 0; i < _run.Count; i++)
        {
            Tell(_run[i].At, ServiceState.Up, null, _run[i].Fact);
            if (_freshness != long.MaxValue && i + 1 < _run.Count && _run[i + 1].At - _run[i].At > _freshness)
                _builder.SetFrom(_run[i].At + _freshness, ServiceState.Unknown, null, null);
        }

        _run.Clear();
    }

    private void Tell(long from, ServiceState state, StateDetail? detail, Fact? evidence)
    {
        _firstTold = Math.Min(_firstTold ?? from, from);
        _builder.SetFrom(from, state, detail, evidence);
    }

    private void OnObserver(bool watching, Fact fact, long at)
    {
        if (watching == _watching)
            return;
        _watching = watching;
        _run.Clear();
        _lastGoodCheck = null;
        if (!watching)
        {
            (_beforeGap, _detailBeforeGap) = (_builder.Last, _builder.LastDetail);
            _builder.SetFrom(at, ServiceState.Unknown, null, fact);
        }
        else if (_policy.ObserverGap == ObserverGap.NoDataThenStateResumes)
        {
            _builder.SetFrom(at, _beforeGap, _detailBeforeGap, fact);
            _lastNews = at;
        }
    }

    private void News(long at)
    {
        // A run of checks may go on beyond those of others.
        _lastNews = _anyNews ? Math.Max(_lastNews, at) : at;
        _anyNews = true;
    }
}
