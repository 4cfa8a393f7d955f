using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Live.Snapshots;

namespace Levelkeeper.Runtime.Live;

/// <summary>All facts about one subject, or without a subject and with the same names in them, with the amendments of them: what is routed as a whole. It knows where they are and does not hold them.</summary>
internal sealed class FactGroup(string subject)
{
    private static readonly HashSet<FactGroup> s_none = [];
    private FactNames? _names;
    private bool _hasNameless;
    private Rarities? _rarities;

    /// <summary>The subject; empty for a group without one.</summary>
    public string Subject => subject;

    /// <summary>Where those of its facts are that are not found by its subject: amendments, and all of a group without one.</summary>
    public IReadOnlyCollection<long> Places => _rarities?.Places ?? [];

    /// <summary>What it is to the first of the agreements that might take it in; the others follow it.</summary>
    public GroupMember? Members { get; private set; }

    /// <summary>Whether any fact of it has come.</summary>
    public bool HasFacts => _names is not null;

    /// <summary>The names in its facts.</summary>
    public IEnumerable<FactNames> Names => _names is null ? [] : _hasNameless ? [_names, FactNames.None, .. _rarities?.Names ?? []] : [_names, .. _rarities?.Names ?? []];

    /// <summary>How many of its names are those under which it rested before.</summary>
    public int ListedNames { get; set; }

    /// <summary>Where its first fact is.</summary>
    public long FirstPlace { get; private set; }

    /// <summary>Whether somebody has seen that all is over on it.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>Those that whoever needs this one needs too: tickets merged with it, what it is linked to, an amendment that came first.</summary>
    public IReadOnlyCollection<FactGroup> Related => _rarities?.Related ?? s_none;

    /// <summary>Those of them without which it cannot be evaluated, nor they without it: all but links.</summary>
    public IReadOnlyCollection<FactGroup> Together => _rarities?.Together ?? s_none;

    /// <summary>Relates two.</summary>
    /// <returns>False when they were related so already.</returns>
    public static bool Relate(FactGroup one, FactGroup other, bool together)
    {
        if (one == other)
            return false;
        var (here, there) = (one._rarities ??= new(), other._rarities ??= new());
        var isNew = (here.Related ??= []).Add(other);
        (there.Related ??= []).Add(one);
        if (together)
        {
            isNew |= (here.Together ??= []).Add(other);
            (there.Together ??= []).Add(one);
        }

        return isNew;
    }

    /// <summary>The facts of some groups with those of all that goes together with them, each once, in the order of the log.</summary>
    public static List<StampedFact> FactsOf(IFactSource source, IEnumerable<FactGroup> groups)
    {
        var (subjects, places) = (new HashSet<string>(StringComparer.Ordinal), new List<long>());
        var seen = new HashSet<FactGroup>();
        foreach (var group in groups)
        {
            if (!seen.Add(group))
                continue;
            foreach (var one in group.Closure())
            {
                if (one != group && !seen.Add(one))
                    continue;
                if (one.Subject.Length > 0)
                    subjects.Add(one.Subject);
                places.AddRange(one.Places);
            }
        }

        return [.. source.Read(subjects, places)];
    }

    /// <summary>Its facts alone, in the order of the log.</summary>
    public IReadOnlyList<StampedFact> Facts(IFactSource source) => source.Read(Subject.Length > 0 ? [Subject] : [], Places);

    /// <summary>What it is to an agreement; null when that might not take it in.</summary>
    public GroupMember? MemberOf(LiveAgreement agreement)
    {
        var member = Members;
        while (member is not null && member.Agreement != agreement)
            member = member.Next;
        return member;
    }

    /// <summary>The agreements that might take it in.</summary>
    public IEnumerable<LiveAgreement> Agreements()
    {
        for (var member = Members; member is not null; member = member.Next)
            yield return member.Agreement;
    }

    /// <summary>Whether nothing need be kept of it: it is a ticket, all its facts are found by its name, and all is over on it for every agreement.</summary>
    public bool MayRest()
    {
        var isOver = subject.Length > 0 && Members is not null && Places.Count == 0 && Related.Count == 0;
        for (var member = Members; member is not null && isOver; member = member.Next)
            isOver = member.Agreement.MayRest(member);
        return isOver;
    }

    /// <summary>Makes it an agreement's.</summary>
    public GroupMember Join(LiveAgreement agreement) => Members = new GroupMember(this, agreement) { Next = Members };

    /// <summary>Takes it from all agreements: it rests, and another will stand for it.</summary>
    public void Leave() => Members = null;

    /// <summary>Takes it from an agreement that is not in force any more.</summary>
    public void Leave(GroupMember left)
    {
        if (Members == left)
            Members = left.Next;
        for (var member = Members; member is not null; member = member.Next)
        {
            if (member.Next == left)
                member.Next = left.Next;
        }
    }

    /// <summary>Whether there are no names in a fact that no fact before it had.</summary>
    public bool Knows(Fact fact) => _names is not null && (_names.AreOf(fact) || (_hasNameless && FactNames.None.AreOf(fact)) || FactNames.Of(fact).All(Names.Contains));

    /// <summary>Takes note of a fact.</summary>
    /// <param name="stamped">The fact.</param>
    /// <param name="intern">Gives the one instance of names.</param>
    public void Note(StampedFact stamped, Func<FactNames, FactNames> intern)
    {
        var fact = stamped.Fact;
        if (subject.Length == 0 || fact.Data.IsAmendment)
            ((_rarities ??= new()).Places ??= []).Add(stamped.LogSequence);
        if (_names is null)
            FirstPlace = stamped.LogSequence;
        if (Knows(fact))
            return;
        foreach (var names in FactNames.Of(fact))
        {
            if (!Names.Contains(names))
                Add(intern(names));
        }
    }

    private void Add(FactNames names)
    {
        if (_names is null)
            _names = names;
        else if (names == FactNames.None)
            _hasNameless = true;
        else
            ((_rarities ??= new()).Names ??= new(1)).Add(names);
    }

    /// <summary>Writes it by itself: neither what it goes together with nor whose it is.</summary>
    public void Save(SnapshotWriter to, Func<FactNames, int> numberOf)
    {
        to.Write(subject);
        to.Write(FirstPlace);
        to.Write(IsQuiet);
        to.Number(ListedNames);
        to.Each([.. Names], n => to.Number(numberOf(n)));
        to.Raw<long>([.. Places]);
    }

    /// <summary>Reads one.</summary>
    public static FactGroup Load(SnapshotReader from, IReadOnlyList<FactNames> names)
    {
        var group = new FactGroup(from.ReadString()) { FirstPlace = from.ReadInt64(), IsQuiet = from.ReadBoolean(), ListedNames = from.Number() };
        from.Each(() => group.Add(names[from.Number()]));
        if (from.Raw<long>() is { Length: > 0 } places)
            (group._rarities ??= new()).Places = [.. places];
        return group;
    }

    /// <summary>Whether any fact of it may mean an agreement.</summary>
    public bool MayConcern(AgreementInterest interest) =>
        Names.Any(n => interest.MayTake(subject, n));

    /// <summary>This one with all that it must be evaluated together with.</summary>
    public IReadOnlyCollection<FactGroup> Closure()
    {
        if (Together.Count == 0)
            return [this];
        var (all, waiting) = (new HashSet<FactGroup> { this }, new Stack<FactGroup>());
        waiting.Push(this);
        while (waiting.TryPop(out var next))
        {
            foreach (var other in next.Together)
            {
                if (all.Add(other))
                    waiting.Push(other);
            }
        }

        return all;
    }

    /// <summary>What few groups have.</summary>
    private sealed class Rarities
    {
        /// <summary>Names beside the first.</summary>
        public List<FactNames>? Names { get; set; }

        public List<long>? Places { get; set; }

        public HashSet<FactGroup>? Related { get; set; }

        public HashSet<FactGroup>? Together { get; set; }
    }
}

/// <summary>What a group of facts is to an agreement that might take it in.</summary>
internal sealed class GroupMember(FactGroup group, LiveAgreement agreement)
{
    public FactGroup Group => group;

    public LiveAgreement Agreement => agreement;

    /// <summary>What it is to the next agreement.</summary>
    public GroupMember? Next { get; set; }

    /// <summary>The parts of the agreement that depend on it; null for none.</summary>
    public List<FactShare>? Shares { get; set; }

    /// <summary>The ticket that it is; null when it is none.</summary>
    public LiveTicket? Ticket { get; set; }

    /// <summary>Where it is among the agreement's.</summary>
    public int Number { get; set; }

    /// <summary>Whether a fact of it was sorted.</summary>
    public bool HasFacts { get; set; }

    /// <summary>Whether facts are among them that are not about a ticket.</summary>
    public bool IsMixed { get; set; }
}
