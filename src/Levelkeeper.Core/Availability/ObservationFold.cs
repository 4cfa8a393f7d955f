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
    private int _run;
    private bool _runIsGood;
    private long _runStart;
    private Fact? _runFact;

    private ObservationFold(AvailabilityPolicy policy, int capacity)
    {
        _builder = new StateTimelineBuilder(ServiceState.Unknown, capacity);
        _policy = policy;
        _freshness = policy.Freshness is { } freshness ? freshness.BclCompatibleTicks : long.MaxValue;
    }

    /// <summary>Folds facts that are in the order of their entity.</summary>
    public static StateTimeline Run(Fact[] ordered, AvailabilityPolicy policy)
    {
        // Every state change may begin a span; checks mostly confirm what is known.
        var fold = new ObservationFold(policy, 1 + ordered.Count(f => f.Data is FactData.StateChanged));
        foreach (var fact in ordered)
            fold.Apply(fact, fact.Time.ToUnixTimeTicks());
        fold.ExpireBefore(long.MaxValue);
        return fold._builder.Build();
    }

    private void Apply(Fact fact, long at)
    {
        ExpireBefore(at);
        switch (fact.Data)
        {
            case FactData.StateChanged changed:
                OnChange(changed, fact, at);
                break;
            case FactData.Probed probed:
                OnCheck(probed.Good, fact, at);
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
        _run = 0;
        _lastGoodCheck = null;
    }

    private void OnChange(FactData.StateChanged changed, Fact fact, long at)
    {
        if (_policy.PreviousState != PreviousStateClaim.Ignored && changed.Previous is { } previous)
        {
            if (!_anyNews)
                _builder.SetInitial(previous);
            else if (previous == ServiceState.Unknown && _policy.PreviousState == PreviousStateClaim.UnknownAlsoBetween)
                _builder.ForgetLast();
        }

        var detail = changed.LostFunctions.IsDefaultOrEmpty && changed.AffectedShare is null
            ? null
            : new StateDetail(changed.LostFunctions.IsDefault ? [] : [.. changed.LostFunctions], changed.AffectedShare);
        _builder.SetFrom(at, changed.State, detail, fact);
        _run = 0;
        News(at);
    }

    private void OnCheck(bool good, Fact fact, long at)
    {
        var last = _builder.Last;
        var confirmsNothing = good ? last == ServiceState.Up : last == ServiceState.Down;
        if (confirmsNothing)
        {
            _run = 0;
        }
        else if (good && last == ServiceState.Unknown)
        {
            // Confirmation guards against false alarms; the first good check after no data is enough.
            _run = 0;
            _builder.SetFrom(at, ServiceState.Up, null, fact);
        }
        else
        {
            if (_run == 0 || _runIsGood != good)
                (_run, _runIsGood, _runStart, _runFact) = (0, good, at, fact);
            if (++_run >= _policy.ConfirmingChecks)
            {
                var from = !good && _policy.DowntimeBegins == DowntimeBegin.LastGoodCheck ? _lastGoodCheck ?? _runStart : _runStart;
                _builder.SetFrom(from, good ? ServiceState.Up : ServiceState.Down, null, _runFact);
                _run = 0;
            }
        }

        if (good)
            _lastGoodCheck = at;
        News(at);
    }

    private void OnObserver(bool watching, Fact fact, long at)
    {
        if (watching == _watching)
            return;
        _watching = watching;
        _run = 0;
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

    /// <summary>Whoever tells news is watching, whatever was said about it.</summary>
    private void News(long at)
    {
        _lastNews = at;
        _anyNews = true;
        _watching = true;
    }
}
