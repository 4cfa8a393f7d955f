using System.Runtime.InteropServices;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Core.Availability;

/// <summary>
/// Facts on which the state of a service depends, kept as they come, with the good checks that only find what was found before told as one run each: so many as there was news, however often somebody checked.
/// </summary>
/// <remarks>
/// <para>
/// The timeline that is built of them is that of all facts. A check is told as part of a run when its stream (a source, a place, a function, about one component) has confirmed by enough good ones
/// before it that the component is up, none of them further from the next than a state stays fresh, and nothing but good checks has come since that could concern it: of a failed check that is one of the
/// same part (<see cref="PartOf"/>), of anything else all.
/// </para>
/// <para>What comes late and falls into a run, and what amends a fact, cannot be taken in: then all facts must be gone through again. Not thread-safe.</para>
/// </remarks>
public sealed class ObservationRuns
{
    private readonly long _freshness;
    private readonly int _confirming;
    private readonly Dictionary<Stream, Streak> _streaks = [];
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<string, Part> _parts = new(StringComparer.Ordinal);
    private Part _whole = new();
    private Part _any = new();

    /// <summary>None yet.</summary>
    /// <param name="policies">The decisions of all timelines that are to be built of them.</param>
    public ObservationRuns(params IEnumerable<AvailabilityPolicy> policies)
    {
        var all = policies.ToList();
        _freshness = all.Min(p => p.Freshness?.BclCompatibleTicks) ?? long.MaxValue;
        _confirming = all.Select(p => p.ConfirmingChecks).DefaultIfEmpty(1).Max();
    }

    /// <summary>The part of the service that a check is of: checks of different parts are never in one timeline. Empty for the service as a whole, whose checks are in the timeline of each part; so are all by default.</summary>
    public Func<Fact, string> PartOf { get; init; } = static _ => "";

    /// <summary>How many there are, a run counted once.</summary>
    public int Count => _entries.Count;

    /// <summary>When the first of what is fresh at an instant grows stale if nobody checks again: until then, that somebody did changes nothing. <see cref="Instant.MaxValue"/> where nothing does.</summary>
    public Instant FreshUntil(Instant now)
    {
        var first = long.MaxValue;
        if (_freshness != long.MaxValue)
        {
            foreach (var streak in _streaks.Values)
            {
                if (streak.Last + _freshness > now.ToUnixTimeTicks())
                    first = Math.Min(first, streak.Last + _freshness);
            }
        }

        return first == long.MaxValue ? Instant.MaxValue : Instant.FromUnixTimeTicks(first);
    }

    /// <summary>The facts, in the order of the log; of a run its first check stands for all.</summary>
    public List<StampedFact> Facts()
    {
        // What an agreement gets late may have come before all that it had.
        var facts = _entries.ConvertAll(e => e.Told);
        facts.Sort(static (a, b) => a.LogSequence.CompareTo(b.LogSequence));
        return facts;
    }

    /// <summary>Takes one more fact in.</summary>
    /// <param name="stamped">The fact, as it counts.</param>
    /// <param name="asOf">The instant: what claims to be later is in no run.</param>
    /// <returns>Whether it tells anything; null, and nothing was done, when all facts must be gone through again, by <see cref="Renew"/>.</returns>
    public bool? Add(StampedFact stamped, Instant asOf)
    {
        ArgumentNullException.ThrowIfNull(stamped);
        var (fact, at) = (stamped.Fact, stamped.Fact.Time.ToUnixTimeTicks());
        switch (fact.Data)
        {
            case FactData.Corrected or FactData.Retracted:
                return null;
            case FactData.Probed { Good: true } probed when fact.Time <= asOf:
                return !GoesOn(stamped, probed, at, asOf.ToUnixTimeTicks());
            case FactData.Probed or FactData.StateChanged or FactData.ObserverChanged:
                var part = fact.Data is FactData.Probed && PartOf(fact) is { Length: > 0 } name ? PartNamed(name) : _whole;
                if (at <= Math.Max(_whole.RunsEnd, part == _whole ? _parts.Values.Select(p => p.RunsEnd).DefaultIfEmpty(long.MinValue).Max() : part.RunsEnd))
                    return null;
                part.Tell(at);
                _any.Tell(at);
                break;
            default:
                break;
        }

        _entries.Add(new Entry(stamped));
        return true;
    }

    /// <summary>Goes through all facts again.</summary>
    /// <param name="facts">All of them, as they count, amendments applied, in the order of the log.</param>
    /// <param name="asOf">As for <see cref="Add"/>.</param>
    public void Renew(IEnumerable<StampedFact> facts, Instant asOf)
    {
        ArgumentNullException.ThrowIfNull(facts);
        _streaks.Clear();
        _entries.Clear();
        _parts.Clear();
        (_whole, _any) = (new Part(), new Part());
        // Of what was at one instant the news first: then no good check of that instant is in a run.
        foreach (var fact in facts.OrderBy(f => f.Fact.Time).ThenBy(f => f.Fact.Data is FactData.Probed { Good: true }))
            Add(fact, asOf);
    }

    /// <summary>The places in the log of the facts that it has: of a run its first check.</summary>
    public IEnumerable<long> Places => _entries.Select(e => e.Fact.LogSequence);

    /// <summary>Writes them, facts by their places in the log, so that the same build with the same policies can go on from it. Only where no fact is amended.</summary>
    public void Save(BinaryWriter to)
    {
        ArgumentNullException.ThrowIfNull(to);
        var numbers = new Dictionary<Entry, int>(ReferenceEqualityComparer.Instance);
        to.Write(_entries.Count);
        foreach (var entry in _entries)
        {
            numbers.Add(entry, numbers.Count);
            to.Write(entry.Fact.LogSequence);
            to.Write(entry.Through?.ToUnixTimeTicks() ?? long.MinValue);
        }

        to.Write(_streaks.Count);
        foreach (var (stream, streak) in _streaks)
        {
            stream.Save(to);
            to.Write(streak.Part);
            to.Write(streak.News);
            to.Write(streak.Length);
            to.Write(streak.Last);
            to.Write(streak.Run is { } run ? numbers[run] : -1);
        }

        to.Write(_parts.Count);
        foreach (var (name, part) in _parts.Prepend(KeyValuePair.Create("", _any)).Prepend(KeyValuePair.Create("", _whole)))
        {
            to.Write(name);
            to.Write(part.NewsAt);
            to.Write(part.News);
            to.Write(part.RunsEnd);
        }
    }

    /// <summary>Goes on from what was written, in place of all that there is.</summary>
    /// <param name="from">Where it was written.</param>
    /// <param name="factsAt">Gives the facts at places in the log, by their places.</param>
    /// <exception cref="KeyNotFoundException">A fact is not there any more.</exception>
    public void Load(BinaryReader from, Func<IReadOnlyCollection<long>, IReadOnlyDictionary<long, StampedFact>> factsAt)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(factsAt);
        var entries = new (long Place, long Through)[from.ReadInt32()];
        for (var i = 0; i < entries.Length; i++)
            entries[i] = (from.ReadInt64(), from.ReadInt64());
        var facts = factsAt([.. entries.Select(e => e.Place)]);
        _entries.Clear();
        foreach (var (place, through) in entries)
            _entries.Add(new Entry(facts[place]) { Through = through == long.MinValue ? null : Instant.FromUnixTimeTicks(through) });
        _streaks.Clear();
        for (var left = from.ReadInt32(); left > 0; left--)
        {
            var stream = Stream.Load(from);
            var streak = new Streak(from.ReadString()) { News = from.ReadInt32(), Length = from.ReadInt32(), Last = from.ReadInt64() };
            streak.Run = from.ReadInt32() is >= 0 and var run ? _entries[run] : null;
            _streaks.Add(stream, streak);
        }

        var parts = from.ReadInt32();
        (_whole, _any) = (ReadPart().Part, ReadPart().Part);
        _parts.Clear();
        for (; parts > 0; parts--)
        {
            var (name, part) = ReadPart();
            _parts.Add(name, part);
        }

        (string Name, Part Part) ReadPart() => (from.ReadString(), new Part { NewsAt = from.ReadInt64(), News = from.ReadInt32(), RunsEnd = from.ReadInt64() });
    }

    private Part PartNamed(string name) => name.Length == 0 ? _whole : CollectionsMarshal.GetValueRefOrAddDefault(_parts, name, out _) ??= new Part();

    /// <summary>Whether a good check belongs to a run and tells nothing; it is kept in any case.</summary>
    private bool GoesOn(StampedFact stamped, FactData.Probed probed, long at, long asOf)
    {
        var stream = new Stream(stamped.Fact.Source, stamped.Fact.Subject, probed.Location, probed.Function, stamped.Fact.Address);
        if (!_streaks.TryGetValue(stream, out var streak))
            _streaks.Add(stream, streak = new Streak(PartOf(stamped.Fact)));
        // What is of the whole is in each part, so that news of any part is news for it.
        var part = PartNamed(streak.Part);
        var (news, newsAt) = part == _whole ? (_any.News, _any.NewsAt) : (part.News + _whole.News, Math.Max(part.NewsAt, _whole.NewsAt));
        if (streak.Run is { } known && streak.News == news && known.Fact.Fact.Time.ToUnixTimeTicks() <= at && at <= streak.Last)
            return true;
        if (at <= streak.Last || at <= newsAt)
        {
            _entries.Add(new Entry(stamped));
            return false;
        }

        if (streak.News != news || at - streak.Last > _freshness)
            (streak.News, streak.Length, streak.Run) = (news, 0, null);
        // One that comes late tells what nobody knew since what was known grew stale.
        var wasStale = _freshness != long.MaxValue && asOf - streak.Last >= _freshness;
        streak.Last = at;
        if (streak.Length < _confirming)
        {
            streak.Length++;
            _entries.Add(new Entry(stamped));
            return false;
        }

        part.RunsEnd = Math.Max(part.RunsEnd, at);
        if (streak.Run is { } run)
        {
            run.Through = stamped.Fact.Time;
            return !wasStale;
        }

        _entries.Add(streak.Run = new Entry(stamped));
        return false;
    }

    /// <summary>Who checks what.</summary>
    private readonly record struct Stream(string Source, string Subject, string Location, string Function, FactAddress Address)
    {
        public static Stream Load(BinaryReader from)
        {
            var (source, subject, location, function) = (from.ReadString(), from.ReadString(), from.ReadString(), from.ReadString());
            var address = FactAddress.None with { Service = from.ReadString(), Customer = from.ReadString(), Agreement = from.ReadString() };
            var labels = address.Labels.ToBuilder();
            for (var left = from.ReadInt32(); left > 0; left--)
                labels.Add(from.ReadString(), from.ReadString());
            return new Stream(source, subject, location, function, address with { Labels = labels.ToImmutable() });
        }

        public void Save(BinaryWriter to)
        {
            foreach (var text in (string[])[Source, Subject, Location, Function, Address.Service, Address.Customer, Address.Agreement])
                to.Write(text);
            to.Write(Address.Labels.Count);
            foreach (var (name, value) in Address.Labels)
            {
                to.Write(name);
                to.Write(value);
            }
        }
    }

    /// <summary>What has come of one part, or of all.</summary>
    private sealed class Part
    {
        public long NewsAt { get; set; } = long.MinValue;

        public int News { get; set; }

        public long RunsEnd { get; set; } = long.MinValue;

        public void Tell(long at) => (NewsAt, News) = (Math.Max(NewsAt, at), News + 1);
    }

    /// <summary>The good checks of a stream since there was news, none too far from the next.</summary>
    private sealed class Streak(string part)
    {
        public string Part => part;

        public int News { get; set; } = -1;

        public int Length { get; set; }

        public long Last { get; set; } = long.MinValue;

        public Entry? Run { get; set; }
    }

    /// <summary>A fact, or a run that begins with one.</summary>
    private sealed class Entry(StampedFact fact)
    {
        private StampedFact? _told;

        public StampedFact Fact { get; } = fact;

        /// <summary>Until when the run goes on; null for a fact by itself.</summary>
        public Instant? Through
        {
            get;
            set => (field, _told) = (value, null);
        }

        public StampedFact Told => Through is null ? Fact : _told ??= Fact with { Fact = Fact.Fact with { Data = (FactData.Probed)Fact.Fact.Data with { Through = Through } } };
    }
}
