using System.Runtime.InteropServices;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Runtime.Live;

/// <summary>Brings each fact to the agreements that might take it in, with all that was said before about the same ticket or component, so that an agreement is evaluated over its own facts and no others.</summary>
/// <remarks>
/// Facts go in groups: one for each subject, one for all facts without one that have the same names in them; a retraction or correction is in the group of the fact that it amends, also when it came first.
/// Once a group is an agreement's it stays so: a ticket that leaves an agreement is still needed for what it was there. Tickets that are merged, and what they are linked to, go together.
/// One writer.
/// </remarks>
/// <param name="source">Where the facts are found again.</param>
/// <param name="quiet">So many tickets on which all is over are kept all the same, those that were last to end: for most there is a word more.</param>
internal sealed partial class FactRouter(IFactSource source, int quiet = FactRouter.KeptQuiet)
{
    /// <summary>So many by default: a few megabytes.</summary>
    public const int KeptQuiet = 10_000;

    private readonly Dictionary<string, LiveAgreement> _agreements = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<LiveAgreement>> _byWord = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<LiveAgreement>> _byCustomer = new(StringComparer.Ordinal);
    private readonly HashSet<LiveAgreement> _open = [];
    private readonly Dictionary<string, FactGroup> _bySubject = new(StringComparer.Ordinal);
    private readonly Dictionary<FactNames, FactGroup> _byNames = [];
    private readonly Dictionary<FactNames, FactNames> _names = [];
    /// <summary>Amendments, and facts that are not known yet but amended: all others are found by what they are about.</summary>
    private readonly Dictionary<FactKey, FactGroup> _amended = [];
    /// <summary>Of amendments that came before what they amend.</summary>
    private readonly List<FactGroup> _early = [];
    private readonly HashSet<LiveAgreement> _found = [];
    private readonly Queue<FactGroup> _quiet = [];

    public IFactSource Source => source;

    /// <summary>The tickets of which nothing is kept.</summary>
    public RestingTickets Resting { get; } = new(source);

    public IReadOnlyCollection<LiveAgreement> Agreements => _agreements.Values;

    /// <summary>The agreements to which something was brought since somebody last emptied this.</summary>
    public HashSet<LiveAgreement> Touched { get; } = [];

    /// <summary>What is routed as a whole, but for tickets that rest; in no order.</summary>
    public IEnumerable<FactGroup> Groups => _bySubject.Values.Concat(_byNames.Values).Concat(_early);

    /// <summary>What facts are about, but for tickets that rest; in no order.</summary>
    public IEnumerable<string> Subjects => _bySubject.Keys;

    /// <summary>The groups that no agreement might take in.</summary>
    public IEnumerable<FactGroup> Nobodys => Groups.Where(g => g.Members is null);

    public LiveAgreement? Find(string id) => _agreements.GetValueOrDefault(id);

    /// <summary>The group of a fact that has come.</summary>
    public FactGroup GroupOf(Fact fact) => fact.Data.IsAmendment ? _amended[fact.Key] : fact.Subject.Length > 0 ? GroupOf(fact.Subject) : _byNames[FactNames.Of(fact).First()];

    /// <summary>The group of a subject; null when no fact is about it.</summary>
    public FactGroup? FindGroup(string subject) => _bySubject.GetValueOrDefault(subject) ?? (Resting.Contains(subject) ? GroupOf(subject) : null);

    /// <summary>The group of a subject; a new one when there is none.</summary>
    public FactGroup GroupOf(string subject)
    {
        if (_bySubject.TryGetValue(subject, out var known))
            return known;
        // What must be read is read first: where that fails, nothing has changed.
        var facts = Resting.Contains(subject) ? source.Read([subject], []) : null;
        var group = _bySubject[subject] = new FactGroup(subject);
        if (facts is not null)
            Restore(group, facts);
        return group;
    }

    /// <summary>Has all tickets back that rest and that an agreement might take in.</summary>
    public void Wake(AgreementInterest interest)
    {
        foreach (var subject in Resting.Of(interest))
            GroupOf(subject);
    }

    /// <summary>Lets go of tickets on which all has been over for a while.</summary>
    public void Rest(LiveAgreement agreement)
    {
        foreach (var group in agreement.Quiet.Where(g => !g.IsQuiet))
        {
            group.IsQuiet = true;
            _quiet.Enqueue(group);
        }

        agreement.Quiet.Clear();
        while (_quiet.Count > quiet && _quiet.TryDequeue(out var group))
        {
            group.IsQuiet = false;
            // Something may have come meanwhile; when it is over again, it is its turn again.
            if (!group.MayRest())
                continue;
            for (var member = group.Members; member is not null; member = member.Next)
                member.Agreement.Rest(member);
            group.Leave();
            _bySubject.Remove(group.Subject);
            Resting.Add(group);
        }
    }

    /// <summary>Adds an agreement, or puts another version in its place, and brings it what it might take in.</summary>
    public void Put(LiveAgreement agreement)
    {
        Wake(agreement.Interest);
        Remove(agreement.Id);
        Enter(agreement);
        Give(Groups.Where(g => g.MayConcern(agreement.Interest)), agreement);
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
        foreach (var member in agreement.Members)
            member.Group.Leave(member);
    }

    /// <summary>Takes a fact in, in the order of the log.</summary>
    /// <exception cref="Exception">What belongs to it cannot be read. It was not taken in, and can be given again.</exception>
    public void Add(StampedFact stamped)
    {
        var group = Place(stamped.Fact);
        // Whoever gets the fact gets what was before it first: all that must be read is read before anybody has the fact.
        Relate(group, stamped.Fact.Data);
        foreach (var agreement in group.Knows(stamped.Fact) ? [] : Candidates(stamped.Fact).ToList())
            Give([group], agreement);
        source.Add(stamped);
        group.Note(stamped, Intern);
        for (var member = group.Members; member is not null; member = member.Next)
            Take(member, stamped);
    }

    private void Enter(LiveAgreement agreement)
    {
        _agreements.Add(agreement.Id, agreement);
        Touched.Add(agreement);
        _byCustomer.Clear();
        if (agreement.Interest.IsOpen)
            _open.Add(agreement);
        foreach (var word in agreement.Interest.Words)
            Of(word).Add(agreement);
        foreach (var id in agreement.Interest.Ids)
            Of(IdWord(id)).Add(agreement);

        HashSet<LiveAgreement> Of(string word) => CollectionsMarshal.GetValueRefOrAddDefault(_byWord, word, out _) ??= [];
    }

    private static string IdWord(string id) => "\0" + id;

    private FactNames Intern(FactNames names) => CollectionsMarshal.GetValueRefOrAddDefault(_names, names, out _) ??= names;

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
                _found.RemoveWhere(a => !FactNames.Of(fact).Any(n => a.Interest.MayTake(fact.Subject, n)));
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
            _byCustomer[customer] = agreements = [.. _agreements.Values.Where(a => a.Interest.Admits(customer, ""))];
        return agreements;
    }

    private void Take(GroupMember member, StampedFact? stamped)
    {
        member.Agreement.Take(member, stamped);
        Touched.Add(member.Agreement);
    }

    /// <summary>Makes groups an agreement's with all that is related to them, and brings it their facts as if they came now.</summary>
    private void Give(IEnumerable<FactGroup> groups, LiveAgreement agreement)
    {
        var (given, waiting) = (new HashSet<FactGroup>(), new Stack<FactGroup>(groups));
        while (waiting.TryPop(out var next))
        {
            if (next.MemberOf(agreement) is not null || !given.Add(next))
                continue;
            foreach (var related in next.Related)
                waiting.Push(related);
        }

        if (given.Count == 0)
            return;
        var known = given.Where(g => g.HasFacts).ToList();
        var facts = known.Count == 0 ? [] : source.Read([.. known.Where(g => g.Subject.Length > 0).Select(g => g.Subject)], [.. known.SelectMany(g => g.Places)]);
        foreach (var group in given)
            agreement.Add(group.Join(agreement));
        foreach (var fact in facts)
            agreement.Take(GroupOf(fact.Fact).MemberOf(agreement)!, fact);
        Touched.Add(agreement);
    }

    private void Join(FactGroup one, FactGroup other, bool together)
    {
        var agreements = one.Agreements().Concat(other.Agreements()).Distinct().ToList();
        foreach (var agreement in agreements)
            Give([one, other], agreement);
        if (!FactGroup.Relate(one, other, together))
            return;
        foreach (var agreement in agreements)
            Take(one.MemberOf(agreement)!, null);
    }

    /// <summary>Has a ticket back that rested, with what is known of it.</summary>
    private void Restore(FactGroup group, IReadOnlyList<StampedFact> facts)
    {
        Resting.Remove(group.Subject);
        foreach (var fact in facts)
        {
            foreach (var agreement in group.Knows(fact.Fact) ? [] : Candidates(fact.Fact))
            {
                if (group.MemberOf(agreement) is null)
                    group.Join(agreement);
            }

            group.Note(fact, Intern);
        }

        group.ListedNames = group.Names.Count();
        for (var member = group.Members; member is not null; member = member.Next)
            member.Agreement.Restore(member, facts);
    }

    /// <summary>The group to which a new fact belongs.</summary>
    private FactGroup Place(Fact fact)
    {
        if (fact.Data.Amended is { } target)
        {
            if (!_amended.TryGetValue(target, out var of))
                of = source.Find(target) is { } known && !known.Fact.Data.IsAmendment ? GroupOf(known.Fact) : Early(target);
            // An amendment can be amended too.
            if (_amended.TryGetValue(fact.Key, out var waiting))
                Join(of, waiting, together: true);
            _amended[fact.Key] = of;
            return of;
        }

        var own = fact.Subject.Length > 0 ? GroupOf(fact.Subject) : CollectionsMarshal.GetValueRefOrAddDefault(_byNames, Intern(FactNames.Of(fact).First()), out _) ??= new FactGroup("");
        // Its amendment came first.
        if (_amended.Count > 0 && _amended.TryGetValue(fact.Key, out var early))
            Join(own, early, together: true);
        return own;
    }

    private FactGroup Early(FactKey target)
    {
        var group = _amended[target] = new FactGroup("");
        _early.Add(group);
        return group;
    }
}
