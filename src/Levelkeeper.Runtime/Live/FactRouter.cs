using System.Runtime.InteropServices;
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
    private readonly Dictionary<string, HashSet<LiveAgreement>> _byWord = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<LiveAgreement>> _byCustomer = new(StringComparer.Ordinal);
    private readonly HashSet<LiveAgreement> _open = [];
    private readonly Dictionary<string, FactGroup> _bySubject = new(StringComparer.Ordinal);
    private readonly Dictionary<FactKey, FactGroup> _byKey = [];
    private readonly List<FactGroup> _groups = [];
    private readonly HashSet<LiveAgreement> _found = [];

    public IReadOnlyCollection<LiveAgreement> Agreements => _agreements.Values;

    /// <summary>The agreements to which something was brought since somebody last emptied this.</summary>
    public HashSet<LiveAgreement> Touched { get; } = [];

    public LiveAgreement? Find(string id) => _agreements.GetValueOrDefault(id);

    /// <summary>A fact by its identity; null when none is known.</summary>
    public StampedFact? Find(FactKey key) => _byKey.GetValueOrDefault(key)?.Facts.Find(f => f.Fact.Key == key);

    /// <summary>All facts, in no order.</summary>
    public IEnumerable<StampedFact> Facts => _groups.SelectMany(g => g.Facts);

    /// <summary>What is routed as a whole.</summary>
    public IReadOnlyList<FactGroup> Groups => _groups;

    /// <summary>The facts of groups that no agreement might take in.</summary>
    public IEnumerable<StampedFact> Nobodys => _groups.Where(g => g.Agreements.Count == 0).SelectMany(g => g.Facts);

    /// <summary>What facts are about, in no order.</summary>
    public IEnumerable<string> Subjects => _bySubject.Keys;

    /// <summary>Adds an agreement, or puts another version in its place, and brings it what it might take in.</summary>
    public void Put(LiveAgreement agreement)
    {
        Remove(agreement.Id);
        _agreements.Add(agreement.Id, agreement);
        Touched.Add(agreement);
        _byCustomer.Clear();
        if (agreement.Interest.IsOpen)
            _open.Add(agreement);
        foreach (var word in agreement.Interest.Words)
            Of(word).Add(agreement);
        foreach (var id in agreement.Interest.Ids)
            Of(IdWord(id)).Add(agreement);
        foreach (var group in _groups)
        {
            if (group.Facts.Exists(f => MayTake(agreement.Interest, f.Fact)))
                Give(group, agreement);
        }

        HashSet<LiveAgreement> Of(string word) => CollectionsMarshal.GetValueRefOrAddDefault(_byWord, word, out _) ??= [];
    }

    public void Remove(string id)
    {
        if (!_agreements.Remove(id, out var agreement))
            return;
        _open.Remove(agreement);
        Touched.Remove(agreement);
        _byCustomer.Clear();
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
            Touch(agreement, group);
        Relate(group, stamped.Fact.Data);
        foreach (var agreement in Candidates(stamped.Fact))
            Give(group, agreement);
    }

    private static string IdWord(string id) => "\0" + id;

    private void Relate(FactGroup group, FactData? data)
    {
        if (data is FactData.Corrected { Replacement: var replacement })
            data = replacement;
        if (data is FactData.TicketMerged merged)
            Join(group, GroupOf(merged.Into), together: true);
        else if (data is FactData.TicketLinked linked)
            Join(group, GroupOf(linked.Outage), together: false);
    }

    private HashSet<LiveAgreement> Candidates(Fact fact)
    {
        var address = fact.Address;
        _found.Clear();
        if (address.Agreement.Length > 0)
        {
            // Whoever it does not name does not take it in, whatever else it says.
            if (_byWord.TryGetValue(IdWord(address.Agreement), out var meant))
                _found.UnionWith(meant);
            _found.RemoveWhere(a => !a.Interest.Admits(address));
            return _found;
        }

        if (address.Customer.Length > 0)
        {
            _found.UnionWith(OfCustomer(address.Customer));
            // A customer's name alone is enough for what concerns money.
            if (address.Service.Length > 0)
                _found.RemoveWhere(a => !MayTake(a.Interest, fact));
            return _found;
        }

        _found.UnionWith(_open);
        foreach (var word in AgreementInterest.WordsOf(fact))
        {
            if (_byWord.TryGetValue(word, out var named))
                _found.UnionWith(named);
        }

        return _found;
    }

    /// <summary>The agreements that a fact may mean that names a customer.</summary>
    private HashSet<LiveAgreement> OfCustomer(string customer)
    {
        if (!_byCustomer.TryGetValue(customer, out var agreements))
            _byCustomer[customer] = agreements = [.. _agreements.Values.Where(a => a.Interest.Admits(FactAddress.None with { Customer = customer }))];
        return agreements;
    }

    private static bool MayTake(AgreementInterest interest, Fact fact) =>
        interest.Admits(fact.Address)
        && (interest.IsOpen || (fact.Address.Agreement.Length > 0) || fact.Address is { Customer.Length: > 0, Service.Length: 0 } || AgreementInterest.WordsOf(fact).Any(interest.Words.Contains));

    private void Touch(LiveAgreement agreement, FactGroup group)
    {
        agreement.Touch(group);
        Touched.Add(agreement);
    }

    private void Give(FactGroup group, LiveAgreement agreement)
    {
        if (group.Agreements.Contains(agreement))
            return;
        var waiting = new Stack<FactGroup>();
        waiting.Push(group);
        while (waiting.TryPop(out var next))
        {
            if (next.Agreements.Contains(agreement))
                continue;
            next.Agreements.Add(agreement);
            agreement.Add(next);
            Touched.Add(agreement);
            foreach (var related in next.Related)
                waiting.Push(related);
        }
    }

    private void Join(FactGroup one, FactGroup other, bool together)
    {
        if (!FactGroup.Relate(one, other, together))
            return;
        foreach (var agreement in one.Agreements.Concat(other.Agreements).Distinct().ToList())
        {
            Give(one, agreement);
            Give(other, agreement);
            Touch(agreement, one);
        }
    }

    private FactGroup GroupOf(string subject)
    {
        ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(_bySubject, subject, out _);
        if (group is null)
            _groups.Add(group = new FactGroup(subject));
        return group;
    }

    private FactGroup GroupOf(Fact fact)
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
                _groups.Add(_byKey[target] = of = new FactGroup(""));
            // An amendment can be amended too.
            if (_byKey.TryGetValue(fact.Key, out var waiting))
                Join(of, waiting, together: true);
            _byKey[fact.Key] = of;
            return of;
        }

        var own = fact.Subject.Length > 0 ? GroupOf(fact.Subject) : null;
        if (_byKey.TryGetValue(fact.Key, out var early))
        {
            // Its amendment came first.
            if (own is null)
                return early;
            Join(own, early, together: true);
        }

        if (own is null)
            _groups.Add(own = new FactGroup(""));
        _byKey[fact.Key] = own;
        return own;
    }
}
