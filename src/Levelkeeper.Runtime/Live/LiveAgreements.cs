using System.Collections.Immutable;
using System.Data.Common;
using System.Runtime.ExceptionServices;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Runtime.Facts;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Log;
using NodaTime;

namespace Levelkeeper.Runtime.Live;

/// <summary>All agreements in force, kept current: fact by fact, and by the passing of time where something changes without one.</summary>
/// <remarks>
/// One lock; nothing in it reads a clock. A fact has read anew what it touches, and time what changes at an instant that has come. What is kept equals what
/// <see cref="LiveReading.Of"/> reads from all facts, at every instant to which it was brought. Facts themselves are let go once they are taken in, but for those that objectives
/// count one by one; whoever needs more of them reads the source, and waits for it.
/// </remarks>
public sealed partial class LiveAgreements
{
    private readonly Lock _gate = new();
    private readonly FactRouter _router;
    private readonly List<FactConflict> _conflicts = [];
    private readonly PriorityQueue<LiveAgreement, Instant> _wakes = new();
    private readonly Dictionary<string, Dictionary<(LiveChangeKind Kind, string Subject), LiveState>> _before = new(StringComparer.Ordinal);
    private readonly HashSet<LiveAgreement> _news = [];
    private Instant _now = Instant.MinValue;

    /// <summary>Nothing in force.</summary>
    /// <param name="source">Where facts are found again that were taken in; null to hold them all in memory.</param>
    public LiveAgreements(IFactSource? source = null)
        : this(source ?? new HeldFacts(), FactRouter.KeptQuiet)
    {
    }

    /// <summary>The same.</summary>
    /// <param name="source">Where facts are found again.</param>
    /// <param name="quiet">So many tickets on which all is over are kept all the same.</param>
    internal LiveAgreements(IFactSource source, int quiet) => _router = new FactRouter(source, quiet);

    /// <summary>The last entry of the log that was taken in.</summary>
    public long Head { get; private set; }

    /// <summary>When something changes next though no fact comes; null when nothing will. The past when a fact has come since the last <see cref="AdvanceTo"/>.</summary>
    public Instant? NextWake
    {
        get
        {
            lock (_gate)
            {
                DropStale();
                return _router.Touched.Count > 0 ? Instant.MinValue : _wakes.TryPeek(out _, out var wake) ? wake : null;
            }
        }
    }

    /// <summary>Puts an agreement in force, or another version in its place: also when its calendars or what it extends have changed.</summary>
    /// <remarks>Of one that takes another's place, the next <see cref="AdvanceTo"/> tells only what stands otherwise than before.</remarks>
    public void Put(string id, AgreementVersions versions)
    {
        lock (_gate)
        {
            Remember(id);
            _router.Put(new LiveAgreement(id, versions, _router.Source, _router.Resting));
        }
    }

    /// <summary>Takes an agreement out.</summary>
    public void Remove(string id)
    {
        lock (_gate)
        {
            _router.Remove(id);
            _before.Remove(id);
        }
    }

    /// <summary>Takes in what was committed, in the order of the log. What was taken in before is passed over.</summary>
    /// <param name="facts">Facts that stand.</param>
    /// <param name="conflicts">Facts that were set aside because their identity was taken.</param>
    public void Apply(IEnumerable<StampedFact> facts, IEnumerable<StampedFact>? conflicts = null)
    {
        ArgumentNullException.ThrowIfNull(facts);
        lock (_gate)
        {
            var head = Head;
            foreach (var fact in facts)
            {
                if (fact.LogSequence <= head)
                    continue;
                _router.Add(fact);
                Head = Math.Max(Head, fact.LogSequence);
            }

            foreach (var other in (conflicts ?? []).Where(f => f.LogSequence > head))
            {
                // Of one whose first was erased since, nobody can tell what is disputed.
                if (_router.Source.Find(other.Fact.Key) is { } first)
                    _conflicts.Add(new FactConflict(first, other.Fact, other.LogSequence));
                Head = Math.Max(Head, other.LogSequence);
            }
        }
    }

    /// <summary>The facts of which versions with another content came too, in the order in which those came.</summary>
    public IReadOnlyList<FactConflict> Conflicts()
    {
        lock (_gate)
            return [.. _conflicts];
    }

    /// <summary>Lets go of facts that came: for whoever brings many before it matters how anything stands.</summary>
    /// <param name="now">The instant; not before the last one.</param>
    public void TakeIn(Instant now)
    {
        lock (_gate)
        {
            foreach (var agreement in _router.Touched)
                agreement.TakeIn(now);
        }
    }

    /// <summary>Brings to an instant all that a fact or time has changed.</summary>
    /// <param name="now">The instant; not before the last one.</param>
    /// <param name="tell">Is told of each agreement of which something is not as it was, by id.</param>
    /// <exception cref="Exception">An agreement could not be brought there; all others were. Where facts could not be read, it is tried again the next time.</exception>
    public void AdvanceTo(Instant now, LiveTelling tell)
    {
        ArgumentNullException.ThrowIfNull(tell);
        lock (_gate)
        {
            _now = now;
            var woken = _router.Touched;
            for (DropStale(); _wakes.TryPeek(out var agreement, out var wake) && wake <= now; DropStale())
            {
                _wakes.Dequeue();
                woken.Add(agreement);
            }

            var inOrder = woken.OrderBy(a => a.Id, StringComparer.Ordinal).ToList();
            woken.Clear();
            var failed = new List<Exception>();
            foreach (var agreement in inOrder)
            {
                try
                {
                    Advance(agreement, now, tell);
                }
                catch (Exception exception)
                {
                    // The others go on all the same; where the store was away for a moment, so does it, the next time.
                    failed.Add(exception);
                    if (IsPassing(exception))
                        woken.Add(agreement);
                }
            }

            if (failed.Count > 0)
                ExceptionDispatchInfo.Throw(failed.Find(IsPassing) ?? failed[0]);
            // Not before every agreement has taken in what came.
            inOrder.ForEach(_router.Rest);
        }
    }

    private void Advance(LiveAgreement agreement, Instant now, LiveTelling tell)
    {
        var changes = new List<LiveChange>();
        var queued = agreement.Wake;
        try
        {
            agreement.AdvanceTo(now, changes);
        }
        finally
        {
            if (agreement.Wake != queued && agreement.Wake != Instant.MaxValue)
                _wakes.Enqueue(agreement, agreement.Wake);
            if (agreement.HasNews)
                _news.Add(agreement);
            if (_before.Remove(agreement.Id, out var before))
                changes = [.. SinceBefore(agreement, before, changes, now)];
            if (changes.Count > 0)
                tell(agreement.Versions, changes);
        }
    }

    /// <summary>Whether it is that facts cannot be read just now: the store is away.</summary>
    internal static bool IsPassing(Exception exception) => exception is DbException or IOException or TimeoutException;

    /// <summary>Brings everything to an instant, and says how it stands: all of one moment. Tickets on which all is over, that rest, are left out.</summary>
    /// <param name="now">The instant; not before the last one.</param>
    /// <param name="tell">Is told of each agreement of which something is not as it was, by id.</param>
    public LiveStanding StandingAt(Instant now, LiveTelling tell)
    {
        lock (_gate)
        {
            AdvanceTo(now, tell);
            return new LiveStanding(Head, now, [.. _router.Agreements.OrderBy(a => a.Id, StringComparer.Ordinal).Select(a => new AgreementStanding(a.Id, a.Versions, ByKey(a)))]) { Resting = _router.Resting.Numbers() };
        }
    }

    /// <summary>How all agreements stand in figures: what is kept, not evaluated anew. Of what moves as time passes so many objectives are read again, those first that were read longest ago.</summary>
    /// <param name="now">The instant; not before the last one.</param>
    /// <param name="fresh">What was read since so long ago is not read again.</param>
    /// <param name="most">So many at most are.</param>
    /// <param name="tell">Is told of each agreement of which something is not as it was, by id.</param>
    public ImmutableArray<AgreementFigures> FiguresAt(Instant now, Duration fresh, int most, LiveTelling tell)
    {
        lock (_gate)
        {
            AdvanceTo(now, tell);
            foreach (var objective in _router.Agreements.SelectMany(a => a.Objectives).Where(o => o.HasMovedSince(now - fresh)).OrderBy(o => o.Figures!.AsOf).Take(most).ToList())
                objective.ReadFigures(now);
            return
            [
                .. _router.Agreements.Where(a => a.IsRead).OrderBy(a => a.Id, StringComparer.Ordinal)
                    .Select(a => new AgreementFigures(a.Id, [.. a.Objectives.Select(o => o.Figures).OfType<ObjectiveFigures>()], [.. a.Clocks])),
            ];
        }
    }

    /// <summary>All agreements in force in a store, with its whole log taken in and held: as a server has them, for whoever needs them once.</summary>
    /// <param name="store">The store.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<LiveAgreements> ReadAsync(Store store, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        var live = new LiveAgreements();
        foreach (var agreement in await new AgreementRegister(store).ActiveAsync(cancel))
            live.Put(agreement.Id, agreement.Versions);
        await live.ReplayAsync(store.Log(), cancel: cancel);
        return live;
    }

    /// <summary>Takes in a log from where it left off.</summary>
    /// <param name="log">The log.</param>
    /// <param name="through">Up to this entry.</param>
    /// <param name="cancel">Gives up; what was read until then was taken in.</param>
    /// <returns>What of the log could not be read.</returns>
    public async Task<LogReplay> ReplayAsync(FactLogReader log, long through = long.MaxValue, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        var replay = new LogReplay(log);
        await foreach (var committed in replay.ReadAsync(Head, through, cancel))
            Apply(committed.Facts, committed.Conflicts);
        return replay;
    }

    /// <summary>A fact by its identity; null when none is known.</summary>
    public StampedFact? Find(FactKey key)
    {
        lock (_gate)
            return _router.Source.Find(key);
    }

    /// <summary>How everything about an agreement stands as of the last <see cref="AdvanceTo"/>, by kind and subject; null for one that is not in force or was not read yet. Tickets that rest are read for it.</summary>
    public IReadOnlyDictionary<(LiveChangeKind Kind, string Subject), LiveState>? StatesOf(string id)
    {
        lock (_gate)
            return _router.Find(id) is { IsRead: true } agreement ? ByKey(Awake(agreement)) : null;
    }

    /// <summary>The tickets on which clocks of an agreement run, or ran, as of the last <see cref="AdvanceTo"/>, whose name contains a text, in whatever case; of those that rest, the one whose name it is; ordinal.</summary>
    /// <param name="id">The agreement.</param>
    /// <param name="text">The text.</param>
    /// <param name="after">After this ticket.</param>
    /// <param name="limit">At most so many.</param>
    public IReadOnlyCollection<string> TicketsNamed(string id, string text, string after, int limit)
    {
        lock (_gate)
            return _router.Find(id) is { } agreement ? First(agreement.Tickets.Concat(Resting(text).Where(s => _router.FindGroup(s)?.MemberOf(agreement) is not null)), text, after, limit) : [];
    }

    /// <summary>What facts are about whose name contains a text, in whatever case; of tickets that rest, the one whose name it is; ordinal.</summary>
    /// <inheritdoc cref="TicketsNamed"/>
    public IReadOnlyCollection<string> SubjectsNamed(string text, string after, int limit)
    {
        lock (_gate)
            return First(_router.Subjects.Concat(Resting(text)), text, after, limit);
    }

    /// <summary>The facts that an agreement might take in, in the order of the log; null for one that is not in force.</summary>
    public FactSet? FactsOf(string id)
    {
        lock (_gate)
            return _router.Find(id)?.Facts();
    }

    /// <summary>The facts about a subject that an agreement might take in, in the order of the log; none when it might not, or is not in force.</summary>
    public FactSet FactsAbout(string id, string subject)
    {
        lock (_gate)
        {
            return _router.Find(id) is { } agreement && _router.FindGroup(subject) is { } group && group.MemberOf(agreement) is not null
                ? FactSet.Of(group.Facts(_router.Source).Where(f => f.Fact.Subject == subject))
                : FactSet.Empty;
        }
    }

    /// <summary>The facts that an agreement might have taken in when the log ended at a sequence number: what came later has not brought any of them to it.</summary>
    /// <param name="versions">The agreement as it was then.</param>
    /// <param name="sequence">The sequence number.</param>
    public FactSet FactsAsKnownAt(AgreementVersions versions, long sequence)
    {
        var held = new HeldFacts();
        var router = new FactRouter(held);
        var agreement = new LiveAgreement("", versions, held, router.Resting);
        router.Put(agreement);
        lock (_gate)
        {
            _router.Wake(agreement.Interest);
            // What names it now may not have named it then, but nothing else did.
            var (groups, waiting) = (new HashSet<FactGroup>(), new Stack<FactGroup>(_router.Groups.Where(g => g.MayConcern(agreement.Interest))));
            while (waiting.TryPop(out var group))
            {
                if (!groups.Add(group))
                    continue;
                foreach (var related in group.Related)
                    waiting.Push(related);
            }

            foreach (var fact in FactGroup.FactsOf(_router.Source, groups).Where(f => f.LogSequence <= sequence))
                router.Add(fact);
        }

        return agreement.Facts();
    }

    /// <summary>The facts that no agreement in force takes in, with what the agreement says that might have; in the order of the log.</summary>
    public IReadOnlyList<(StampedFact Fact, string Reason)> Unmatched()
    {
        lock (_gate)
        {
            var refused = new Dictionary<long, (StampedFact Fact, string Reason, int By)>();
            foreach (var agreement in _router.Agreements.Where(a => a.IsRead))
            {
                var reasons = agreement.SetAside(_now).GroupBy(u => u.Fact.Key).ToDictionary(g => g.Key, g => g.First().Reason);
                foreach (var fact in reasons.Count == 0 ? [] : agreement.Facts().AsEnumerable().Where(f => reasons.ContainsKey(f.Fact.Key)))
                {
                    var (_, reason, by) = refused.GetValueOrDefault(fact.LogSequence, (fact, reasons[fact.Fact.Key], 0));
                    refused[fact.LogSequence] = (fact, reason, by + 1);
                }
            }

            return
            [
                .. refused.Values.Where(r => _router.GroupOf(r.Fact.Fact).Agreements().Count(a => a.IsRead) == r.By).Select(r => (r.Fact, r.Reason))
                    .Concat(_router.Nobodys.SelectMany(g => g.Facts(_router.Source)).Select(f => (f, "nothing in it names a service or anything else of an agreement in force")))
                    .OrderBy(f => f.Item1.LogSequence),
            ];
        }
    }

    /// <summary>The instant to which everything was brought last.</summary>
    internal Instant AsOf
    {
        get
        {
            lock (_gate)
                return _now;
        }
    }

    /// <summary>Whether <see cref="TakeNews"/> has something to say.</summary>
    internal bool HasNews
    {
        get
        {
            lock (_gate)
                return _news.Count > 0;
        }
    }

    /// <summary>What may have people told otherwise since this was asked last, by agreement.</summary>
    internal IReadOnlyList<LiveNews> TakeNews()
    {
        lock (_gate)
        {
            LiveNews[] news = [.. _news.Where(a => _router.Find(a.Id) == a).OrderBy(a => a.Id, StringComparer.Ordinal).Select(a => a.TakeNews())];
            _news.Clear();
            return news;
        }
    }

    /// <summary>Reads from an agreement as of the last <see cref="AdvanceTo"/>, if it is still in force as it is known to whoever asks.</summary>
    /// <param name="agreement">The agreement.</param>
    /// <param name="read">Reads from it, as of an instant; nothing in it may wait.</param>
    /// <returns>Null when it is not.</returns>
    internal T? Ask<T>(LiveAgreement agreement, Func<LiveAgreement, Instant, T> read)
        where T : class
    {
        lock (_gate)
            return _router.Find(agreement.Id) == agreement ? read(agreement, _now) : null;
    }

    /// <summary>How many tickets rest; for tests.</summary>
    internal int Rest
    {
        get
        {
            lock (_gate)
                return _router.Resting.Count;
        }
    }

    /// <summary>How often an objective was read; for tests of what touches what.</summary>
    internal int ReadingsOf(string id, string objective)
    {
        lock (_gate)
            return _router.Find(id)?.ReadingsOf(objective) ?? 0;
    }

    /// <summary>How often tickets of an agreement were read; for tests of what touches what.</summary>
    internal int TicketReadingsOf(string id)
    {
        lock (_gate)
            return _router.Find(id)?.TicketReadings ?? 0;
    }

    private static SortedSet<string> First(IEnumerable<string> names, string text, string after, int limit)
    {
        var first = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (string.CompareOrdinal(name, after) <= 0 || !name.Contains(text, StringComparison.OrdinalIgnoreCase))
                continue;
            if (first.Count == limit && string.CompareOrdinal(name, first.Max) >= 0)
                continue;
            first.Add(name);
            if (first.Count > limit)
                first.Remove(first.Max!);
        }

        return first;
    }

    private static Dictionary<(LiveChangeKind Kind, string Subject), LiveState> ByKey(LiveAgreement agreement)
    {
        var states = new Dictionary<(LiveChangeKind, string), LiveState>();
        foreach (var state in agreement.States)
            states[(state.Kind, state.Subject)] = state;
        return states;
    }

    /// <summary>What a new version changes, in place of all that it says for the first time.</summary>
    private static IEnumerable<LiveChange> SinceBefore(LiveAgreement agreement, Dictionary<(LiveChangeKind Kind, string Subject), LiveState> before, List<LiveChange> changes, Instant now)
    {
        foreach (var change in changes)
        {
            var was = before.GetValueOrDefault((change.Kind, change.Subject)).State ?? "";
            if (was != change.Now)
                yield return change with { Before = was };
        }

        var states = ByKey(agreement);
        foreach (var (key, was) in before)
        {
            // Of a period that the new version does not have the last word was said.
            if (!states.ContainsKey(key) && (key.Kind is LiveChangeKind.Clock or LiveChangeKind.ClockAtRisk || states.ContainsKey((LiveChangeKind.Objective, PeriodOf(key)))))
                yield return new LiveChange(key.Kind, agreement.Versions.Latest.Id, key.Subject, was.State, "", now);
        }
    }

    /// <summary>The period of an objective that something is about.</summary>
    private static string PeriodOf((LiveChangeKind Kind, string Subject) key) => key.Kind == LiveChangeKind.BurnAlert ? key.Subject[..key.Subject.LastIndexOf('/')] : key.Subject;

    /// <summary>The ticket of a name, if it rests.</summary>
    private string[] Resting(string name) => _router.Resting.Contains(name) ? [name] : [];

    /// <summary>An agreement with all its tickets.</summary>
    private LiveAgreement Awake(LiveAgreement agreement)
    {
        _router.Wake(agreement.Interest);
        return agreement;
    }

    /// <summary>Keeps how an agreement stands that is about to be replaced.</summary>
    private void Remember(string id)
    {
        if (_router.Find(id) is { IsRead: true } known)
            _before.TryAdd(id, ByKey(Awake(known)));
    }

    /// <summary>Takes out wakes of agreements that were read since, or are not in force any more.</summary>
    private void DropStale()
    {
        while (_wakes.TryPeek(out var agreement, out var wake) && (wake != agreement.Wake || _router.Find(agreement.Id) != agreement))
            _wakes.Dequeue();
    }
}
