using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Reference;

/// <summary>What one witness (a source, at a place, about a function) says of every minute: each word paints the minutes from its own on, over what was painted before.</summary>
internal sealed class ReferenceWitness
{
    private static readonly ReferenceState Unknown = ReferenceState.Plain(ServiceState.Unknown);

    private readonly AvailabilityPolicy _policy;
    private readonly long _fresh;
    private readonly ReferenceState[] _said;
    private readonly List<(int At, bool Good)> _run = [];
    private (ReferenceState State, int From) _last = (Unknown, 0);
    private ReferenceState _beforeGap = Unknown;
    private bool _watching = true;
    private bool _heard;
    private int _lastNews;
    private int? _lastGood;

    private ReferenceWitness(AvailabilityPolicy policy, ReferenceMinutes minutes)
    {
        _policy = policy;
        _fresh = policy.Freshness is { } freshness ? (long)freshness.TotalMinutes : long.MaxValue;
        _said = new ReferenceState[minutes.Count];
        Array.Fill(_said, Unknown);
    }

    /// <summary>The first minute of which the witness tells a state, or that nobody knows it; null when it never does.</summary>
    public int? FirstTold { get; private set; }

    public ReferenceState this[int minute] => _said[minute];

    public static ReferenceWitness Hear(IEnumerable<Fact> facts, AvailabilityPolicy policy, ReferenceMinutes minutes)
    {
        var witness = new ReferenceWitness(policy, minutes);
        foreach (var fact in facts)
            witness.Hear(fact, minutes.Number(fact.Time));
        return witness;
    }

    private void Hear(Fact fact, int at)
    {
        // Up has expired, and what was checked before is of no use any more; news in the very minute of the end is in time.
        if (_last.State.Is(ServiceState.Up) && at - _last.From > _fresh)
        {
            _last = (Unknown, at);
            _run.Clear();
            _lastGood = null;
        }

        // Whoever tells news is watching.
        OnObserver(fact.Data is not FactData.ObserverChanged { Watching: false }, at);
        if (fact.Data is FactData.ObserverChanged)
            return;
        if (fact.Data is FactData.StateChanged changed)
            OnChange(changed, at);
        else
            OnCheck(((FactData.Probed)fact.Data).Good, at);
        _heard = true;
        _lastNews = at;
    }

    private void OnChange(FactData.StateChanged changed, int at)
    {
        if (_policy.PreviousState != PreviousStateClaim.Ignored && changed.Previous is { } previous)
        {
            if (!_heard)
                Array.Fill(_said, ReferenceState.Plain(previous), 0, at);
            else if (previous == ServiceState.Unknown && _policy.PreviousState == PreviousStateClaim.UnknownAlsoBetween)
                Array.Fill(_said, Unknown, _lastNews, at - _lastNews);
        }

        _run.Clear();
        _lastGood = changed.State == ServiceState.Up ? at : null;
        Tell(at, ReferenceState.Of(changed));
    }

    private void OnCheck(bool good, int at)
    {
        var now = _last.State;
        var says = ReferenceState.Plain(good ? ServiceState.Up : ServiceState.Down);
        if (_run.Exists(r => r.Good != good))
            _run.Clear();
        _run.Add((at, good));
        if (now.Is(says.State))
        {
            _run.Clear();
            Paint(at, now);
        }
        else if (good && now.Is(ServiceState.Unknown))
        {
            // The first good check after no data is enough; all else needs the agreed number.
            _run.Clear();
            Tell(at, says);
        }
        else if (_run.Count < _policy.ConfirmingChecks)
        {
            // Not believed yet, but news: what was said before is fresh again.
            Paint(at, now);
        }
        else
        {
            if (!good && _policy.DowntimeBegins == DowntimeBegin.LastGoodCheck && _lastGood is { } lastGood)
                Tell(lastGood, says);
            foreach (var check in _run)
                Tell(check.At, says);
            _run.Clear();
        }

        if (good)
            _lastGood = at;
    }

    private void OnObserver(bool watching, int at)
    {
        if (watching == _watching || _policy.ObserverGap == ObserverGap.StateLasts)
            return;
        _watching = watching;
        _run.Clear();
        _lastGood = null;
        if (!watching)
        {
            _beforeGap = _last.State;
            Paint(at, Unknown);
        }
        else if (_policy.ObserverGap == ObserverGap.NoDataThenStateResumes)
        {
            Paint(at, _beforeGap);
            _lastNews = at;
        }
    }

    private void Tell(int from, ReferenceState state)
    {
        FirstTold = Math.Min(FirstTold ?? from, from);
        Paint(from, state);
    }

    /// <summary>Up lasts as long as it is fresh, everything else until there is news.</summary>
    private void Paint(int from, ReferenceState state)
    {
        _last = (state, from);
        for (var minute = from; minute < _said.Length; minute++)
            _said[minute] = state.Is(ServiceState.Up) && minute - from >= _fresh ? Unknown : state;
    }
}
