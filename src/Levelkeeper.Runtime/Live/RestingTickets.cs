using System.Runtime.InteropServices;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Live.Snapshots;

namespace Levelkeeper.Runtime.Live;

/// <summary>The tickets on which all is over: nothing is kept of them but where they are, and they are read again when something comes, or when somebody asks for all facts.</summary>
/// <param name="source">Where their facts are.</param>
internal sealed class RestingTickets(IFactSource source)
{
    private readonly HashSet<ulong> _numbers = [];
    private readonly Dictionary<FactNames, List<long>> _byNames = [];

    /// <summary>How many there are.</summary>
    public int Count => _numbers.Count;

    /// <summary>By which number a ticket is kept: half of the key of its entity.</summary>
    public static ulong NumberOf(string subject) => FactKey.Of("entity", subject).High;

    /// <summary>Adds one.</summary>
    /// <param name="ticket">The ticket.</param>
    public void Add(FactGroup ticket)
    {
        _numbers.Add(NumberOf(ticket.Subject));
        // Where it rested before, it is listed, unless it has more names now.
        foreach (var names in ticket.Names.Count() == ticket.ListedNames ? [] : ticket.Names)
            (CollectionsMarshal.GetValueRefOrAddDefault(_byNames, names, out _) ??= []).Add(ticket.FirstPlace);
    }

    /// <summary>Takes one out, if it is there.</summary>
    public bool Remove(string subject) => _numbers.Count > 0 && _numbers.Remove(NumberOf(subject));

    /// <summary>Whether a ticket is among them.</summary>
    public bool Contains(string subject) => _numbers.Count > 0 && _numbers.Contains(NumberOf(subject));

    /// <summary>Their numbers.</summary>
    public IReadOnlySet<ulong> Numbers() => _numbers.ToHashSet();

    /// <summary>Those that an agreement might take in, by their subjects.</summary>
    public List<string> Of(AgreementInterest interest)
    {
        if (_numbers.Count == 0)
            return [];
        var places = _byNames.Where(n => interest.MayTake("", n.Key)).SelectMany(n => n.Value).Distinct().ToList();
        return [.. source.Read([], places).Select(f => f.Fact.Subject).Concat(interest.Words).Distinct(StringComparer.Ordinal).Where(Contains)];
    }

    /// <summary>Writes them.</summary>
    public void Save(SnapshotWriter to, Func<FactNames, int> numberOf)
    {
        to.Raw<ulong>([.. _numbers]);
        to.Each(_byNames, n =>
        {
            to.Number(numberOf(n.Key));
            to.Raw<long>(CollectionsMarshal.AsSpan(n.Value));
        });
    }

    /// <summary>Reads them.</summary>
    public void Load(SnapshotReader from, IReadOnlyList<FactNames> names)
    {
        _numbers.UnionWith(from.Raw<ulong>());
        from.Each(() => _byNames.Add(names[from.Number()], [.. from.Raw<long>()]));
    }
}
