using System.Runtime.InteropServices;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Runtime.Live;

/// <summary>Brings each fact to the agreements that might take it in, with all that was said before about the same ticket or component, so that an agreement is evaluated over its own facts and no others.</summary>
/// <remarks>
/// Facts are held in groups: one for each subject, one for each fact without one; a retraction or correction is in the group of the fact that it amends, also when it came first.
/// Once a group is an agreement's it stays so: a ticket that leaves an agreement is still needed for what it was there. Tickets that are merged, and what they are linked to, go together.
/// One writer.
/// </remarks>
internal sealed class FactRouter
{
    private readonly Dictionary<string, LiveAgreement> _agreements = new(StringComparer.Ordinal);
    private readonly Dictionary<LiveAgreement, AgreementInterest> _interests = [];
    private readonly Dictionary<string, HashSet<LiveAgreement>> _byWord = new(StringComparer.Ordinal);
    private readonly HashSet<LiveAgreement> _open = [];
    private readonly Dictionary<string, Group> _bySubject = new(StringComparer.Ordinal);
    private readonly Dictionary<FactKey, Group> _byKey = [];
    private readonly List<Group> _groups = [];

    public IReadOnlyCollection<LiveAgreement> Agreements => _agreements.Values;

    public LiveAgreement? Find(string id) => _agreements.GetValueOrDefault(id);

    /// <summary>A fact by its identity; null when none is known.</summary>
    public StampedFact? Find(FactKey key) => _byKey.GetValueOrDefault(key)?.Facts.Find(f => f.Fact.Key == key);

    /// <summary>All facts, in no order.</summary>
    public IEnumerable<StampedFact> Facts => _groups.SelectMany(g => g.Facts);

    /// <summary>The facts of groups that no agreement might take in.</summary>
    public IEnumerable<StampedFact> Nobodys => _groups.Where(g => g.Agreements.Count == 0).SelectMany(g => g.Facts);

    /// <summary>Adds an agreement, or puts another version in its place, and brings it what it might take in.</summary>
    public void Put(LiveAgreement agreement)
    {
        Remove(agreement.Id);
        var interest = new AgreementInterest(agreement.Versions);
        _agreements.Add(agreement.Id, agreement);
        _interests.Add(agreement, interest);
        if (interest.IsOpen)
            _open.Add(agreement);
        foreach (var word in interest.Words)
            Of(word).Add(agreement);
        foreach (var id in interest.Ids)
            Of(IdWord(id)).Add(agreement);
        foreach (var group in _groups)
        {
            if (group.Facts.Exists(f => MayTake(agreement, interest, f.Fact)))
                Give(group, agreement);
        }

        HashSet<LiveAgreement> Of(string word) => CollectionsMarshal.GetValueRefOrAddDefault(_byWord, word, out _) ??= [];
    }

    public void Remove(string id)
    {
        if (!_agreements.Remove(id, out var agreement))
            return;
        _interests.Remove(agreement);
        _open.Remove(agreement);
        foreach (var set in _byWord.Values)
            set.Remove(agreement);
        foreach (var group in _groups)
            group.Agreements.Remove(agreement);
    }

    /// <summary>Takes a fact in, in the order of the log.</summary>
    public void Add(StampedFact stamped)
    {
        var group = GroupOf(stamped.Fact);
        group.Facts.Add(stamped);
        foreach (var agreement in group.Agreements)
            agreement.Add(stamped);
        foreach (var other in Others(stamped.Fact.Data))
            Join(group, GroupOf(other));
        foreach (var agreement in Candidates(stamped.Fact))
            Give(group, agreement);
    }

    private static string IdWord(string id) => "\0" + id;

    private static IEnumerable<string> Others(FactData data) => data switch
    {
        FactData.TicketMerged merged => [merged.Into],
        FactData.TicketLinked linked => [linked.Outage],
        _ => [],
    };

    private IEnumerable<LiveAgreement> Candidates(Fact fact)
    {
        var found = new HashSet<LiveAgreement>(_open);
        foreach (var word in AgreementInterest.WordsOf(fact))
        {
            if (_byWord.TryGetValue(word, out var named))
                found.UnionWith(named);
        }

        if (fact.Address.Agreement.Length > 0 && _byWord.TryGetValue(IdWord(fact.Address.Agreement), out var meant))
            found.UnionWith(meant);
        // A customer's name alone is enough for what concerns money.
        if (fact.Address is { Customer.Length: > 0, Service.Length: 0 })
            found.UnionWith(_agreements.Values);
        found.RemoveWhere(a => !_interests[a].Admits(fact.Address));
        return found;
    }

    private static bool MayTake(LiveAgreement agreement, AgreementInterest interest, Fact fact) =>
        interest.Admits(fact.Address)
        && (interest.IsOpen || (fact.Address.Agreement.Length > 0) || fact.Address is { Customer.Length: > 0, Service.Length: 0 } || AgreementInterest.WordsOf(fact).Any(interest.Words.Contains));

    private static void Give(Group group, LiveAgreement agreement)
    {
        var waiting = new Stack<Group>();
        waiting.Push(group);
        while (waiting.TryPop(out var next))
        {
            if (!next.Agreements.Add(agreement))
                continue;
            foreach (var fact in next.Facts)
                agreement.Add(fact);
            foreach (var related in next.Related)
                waiting.Push(related);
        }
    }

    private static void Join(Group one, Group other)
    {
        if (one == other || one.Related.Contains(other))
            return;
        one.Related.Add(other);
        other.Related.Add(one);
        foreach (var agreement in one.Agreements.ToList())
            Give(other, agreement);
        foreach (var agreement in other.Agreements.ToList())
            Give(one, agreement);
    }

    private Group GroupOf(string subject)
    {
        if (!_bySubject.TryGetValue(subject, out var group))
            _groups.Add(_bySubject[subject] = group = new Group());
        return group;
    }

    private Group GroupOf(Fact fact)
    {
        var amended = fact.Data switch
        {
            FactData.Retracted retracted => FactKey.Of(retracted.Source, retracted.Id),
            FactData.Corrected corrected => FactKey.Of(corrected.Source, corrected.Id),
            _ => (FactKey?)null,
        };
        if (amended is { } target)
        {
            if (!_byKey.TryGetValue(target, out var of))
                _groups.Add(_byKey[target] = of = new Group());
            // An amendment can be amended too.
            if (_byKey.TryGetValue(fact.Key, out var waiting))
                Join(of, waiting);
            _byKey[fact.Key] = of;
            return of;
        }

        var own = fact.Subject.Length > 0 ? GroupOf(fact.Subject) : null;
        if (_byKey.TryGetValue(fact.Key, out var early))
        {
            // Its amendment came first.
            if (own is null)
                return early;
            Join(own, early);
        }

        if (own is null)
            _groups.Add(own = new Group());
        _byKey[fact.Key] = own;
        return own;
    }

    private sealed class Group
    {
        public List<StampedFact> Facts { get; } = [];

        public HashSet<LiveAgreement> Agreements { get; } = [];

        public HashSet<Group> Related { get; } = [];
    }
}
