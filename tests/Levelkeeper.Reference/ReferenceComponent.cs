using System.Collections.Immutable;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Reference;

/// <summary>What a component is in a minute: the functions of a place against each other, then the places of a source, then the sources.</summary>
internal sealed class ReferenceComponent
{
    private static readonly ReferenceState Unknown = ReferenceState.Plain(ServiceState.Unknown);
    private static readonly ReferenceState Up = ReferenceState.Plain(ServiceState.Up);

    private readonly AvailabilityPolicy _policy;
    private readonly List<Source> _sources;
    private readonly ReferenceState[] _states;

    /// <param name="facts">The component's facts in their order.</param>
    /// <param name="policy">The decisions.</param>
    /// <param name="minutes">The small world.</param>
    public ReferenceComponent(IReadOnlyList<Fact> facts, AvailabilityPolicy policy, ReferenceMinutes minutes)
    {
        _policy = policy;
        var telling = facts.Where(f => f.Data is FactData.StateChanged or FactData.Probed).ToList();
        // A source that tells only of observers speaks for every source.
        var names = telling.Select(f => f.Source).Distinct().Order(StringComparer.Ordinal).ToList();
        _sources = [.. names.Select(name => new Source(
            name,
            [.. facts.Where(f => f.Source == name ? IsState(f) : f.Data is FactData.ObserverChanged && !names.Contains(f.Source))],
            policy,
            minutes))];
        FirstNews = telling.Count > 0 ? telling[0].Time : null;
        var assumed = policy.Initial switch { InitialState.Up => Up, InitialState.Down => ReferenceState.Plain(ServiceState.Down), _ => Unknown };
        // A first fact that says what was before leaves nothing to assume.
        var stated = policy.PreviousState != PreviousStateClaim.Ignored && telling is [{ Data: FactData.StateChanged { Previous: not null } }, ..];
        var assumedUntil = stated ? 0 : _sources.Min(s => s.FirstTold) ?? minutes.Count;
        _states = new ReferenceState[minutes.Count];
        var told = Unknown;
        for (var minute = 0; minute < minutes.Count; minute++)
        {
            // Where nobody says anything else than a minute before, nothing need be asked again.
            if (minute == 0 || _sources.Exists(s => s.SaysSomethingElse(minute)))
                told = Agreed(minute);
            _states[minute] = told.Is(ServiceState.Unknown) && minute < assumedUntil ? assumed : told;
        }
    }

    /// <summary>When something was first told about it; null when nothing was.</summary>
    public NodaTime.Instant? FirstNews { get; }

    public ReferenceState At(int minute) => _states[minute];

    private static bool IsState(Fact fact) => fact.Data is FactData.StateChanged or FactData.Probed or FactData.ObserverChanged;

    /// <summary>The first in the order of precedence that knows; else what all say that know, and no data where they differ.</summary>
    private ReferenceState Agreed(int minute)
    {
        foreach (var name in _policy.SourcePrecedence)
        {
            if (_sources.Find(s => s.Name == name)?.At(minute) is { } word && !word.Is(ServiceState.Unknown))
                return word;
        }

        var words = _sources.Select(s => s.At(minute)).Where(w => !w.Is(ServiceState.Unknown)).ToList();
        if (words.Count == 0 || words.Exists(w => w.State != words[0].State))
            return Unknown;
        // Who says more than the name of the state does not contradict who does not.
        var detailed = words.Where(w => w.HasDetail).ToList();
        return detailed.Count == 0 ? words[0] : detailed.TrueForAll(w => w.SaysTheSameAs(detailed[0])) ? detailed[0] : Unknown;
    }

    /// <summary>One source: its places.</summary>
    private sealed class Source
    {
        private readonly AvailabilityPolicy _policy;
        private readonly List<Place> _places;

        public Source(string name, List<Fact> facts, AvailabilityPolicy policy, ReferenceMinutes minutes)
        {
            Name = name;
            _policy = policy;
            var names = facts.Where(f => f.Data is not FactData.ObserverChanged).Select(LocationOf).Distinct().Order(StringComparer.Ordinal).ToList();
            // Where places are not told apart, the others go on when the observer of one of several leaves.
            _places = policy.PlacesThatConfirm is null
                ? [new Place([.. facts.Where(f => f.Data is not FactData.ObserverChanged || LocationOf(f).Length == 0 || names.TrueForAll(n => n == LocationOf(f)))], policy, minutes)]
                : [.. names.Select(n => new Place([.. facts.Where(f => LocationOf(f) == n || f.Data is FactData.ObserverChanged && LocationOf(f).Length == 0)], policy, minutes))];
        }

        public string Name { get; }

        public int? FirstTold => _places.Min(p => p.FirstTold);

        public bool SaysSomethingElse(int minute) => _places.Exists(p => p.SaysSomethingElse(minute));

        public ReferenceState At(int minute)
        {
            if (_policy.PlacesThatConfirm is not { } needed)
                return _places[0].At(minute);
            var seen = _places.Select(p => p.At(minute)).ToList();
            int down = Count(ServiceState.Down), degraded = Count(ServiceState.Degraded), unknown = Count(ServiceState.Unknown);
            if (down >= needed)
                return seen.Find(s => s.Is(ServiceState.Down))!;
            if (down + unknown >= needed)
                return Unknown;
            if (down + degraded < needed)
                return Up;
            return (seen.Find(s => s.Is(ServiceState.Degraded)) ?? seen.Find(s => s.Is(ServiceState.Down))!) with { State = ServiceState.Degraded };

            int Count(ServiceState state) => seen.Count(s => s.Is(state));
        }

        private static string LocationOf(Fact fact) => fact.Data switch
        {
            FactData.StateChanged changed => changed.Location,
            FactData.Probed probed => probed.Location,
            FactData.ObserverChanged observer => observer.Location,
            _ => "",
        };
    }

    /// <summary>One place: the service as such, and the functions that are checked one by one.</summary>
    private sealed class Place
    {
        private readonly SortedDictionary<string, ReferenceWitness> _functions = new(StringComparer.Ordinal);

        public Place(List<Fact> facts, AvailabilityPolicy policy, ReferenceMinutes minutes)
        {
            foreach (var function in facts.Where(f => f.Data is not FactData.ObserverChanged).Select(FunctionOf).Distinct())
                _functions[function] = ReferenceWitness.Hear(facts.Where(f => f.Data is FactData.ObserverChanged || FunctionOf(f) == function), policy, minutes);
        }

        public int? FirstTold => _functions.Values.Min(f => f.FirstTold);

        public bool SaysSomethingElse(int minute)
        {
            foreach (var (_, witness) in _functions)
            {
                if (!ReferenceEquals(witness[minute], witness[minute - 1]))
                    return true;
            }

            return false;
        }

        public ReferenceState At(int minute)
        {
            var whole = _functions.TryGetValue("", out var witness) ? witness[minute] : null;
            var parts = _functions.Where(f => f.Key.Length > 0).Select(f => (Name: f.Key, State: f.Value[minute])).ToList();
            if (parts.Count == 0)
                return whole ?? Unknown;
            if (whole is not null && whole.Is(ServiceState.Down))
                return whole;
            var lost = parts.Where(p => p.State.Is(ServiceState.Down)).Select(p => p.Name).ToImmutableSortedSet();
            if (whole is null && lost.Count == parts.Count)
                return ReferenceState.Plain(ServiceState.Down);
            if (whole is not null && whole.Is(ServiceState.Degraded))
                return whole with { Lost = whole.Lost.Union(lost) };
            if (lost.Count > 0)
                return new ReferenceState(ServiceState.Degraded, lost, null);
            return whole ?? (parts.Exists(p => p.State.Is(ServiceState.Unknown)) ? Unknown : Up);
        }

        private static string FunctionOf(Fact fact) => fact.Data is FactData.Probed probed ? probed.Function : "";
    }
}
