using Levelkeeper.Core.Facts;

namespace Levelkeeper.Core.Clocks;

/// <summary>Which tickets act on one another, kept as facts come: by merges, and by links to one outage. Only tickets that have such ties take room.</summary>
internal sealed class TicketKinships(Func<string, IReadOnlyList<Fact>> factsOf)
{
    private readonly Dictionary<string, Kin> _kin = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _linked = new(StringComparer.Ordinal);

    /// <summary>By outage, the tickets that are linked to it.</summary>
    public IEnumerable<KeyValuePair<string, HashSet<string>>> Linked => _linked;

    /// <summary>The merges that a ticket takes part in.</summary>
    public TicketMerges MergesOf(string ticket) => _kin.TryGetValue(ticket, out var kin) ? kin.Joined : TicketMerges.None;

    /// <summary>Takes in what the facts of a ticket say now.</summary>
    /// <param name="ticket">The ticket.</param>
    /// <param name="facts">All its facts, in order.</param>
    /// <param name="now">Later facts do not count yet; in ticks.</param>
    /// <returns>The other tickets that inherit otherwise than before.</returns>
    public IReadOnlyCollection<string> Update(string ticket, IReadOnlyList<Fact> facts, long now)
    {
        List<Fact> merges = [], links = [];
        foreach (var fact in facts)
        {
            if (fact.Data is FactData.TicketMerged && fact.Time.ToUnixTimeTicks() <= now)
                merges.Add(fact);
            else if (fact.Data is FactData.TicketLinked && fact.Time.ToUnixTimeTicks() <= now)
                links.Add(fact);
        }

        if (!_kin.TryGetValue(ticket, out var kin))
        {
            if (merges.Count == 0 && links.Count == 0)
                return [];
            _kin.Add(ticket, kin = new Kin());
        }

        Link(ticket, kin, links);
        var reportedAt = ReportedAt(facts, now);
        if (reportedAt == kin.ReportedAt && merges.SequenceEqual(kin.Merges))
        {
            DropIfAlone(ticket, kin);
            return [];
        }

        var family = new SortedSet<string>(StringComparer.Ordinal);
        Gather(ticket, family);
        foreach (var fact in kin.Merges)
            _kin[IntoOf(fact)].NamedBy.Remove(ticket);
        (kin.Merges, kin.ReportedAt) = (merges, reportedAt);
        foreach (var fact in merges)
        {
            if (!_kin.TryGetValue(IntoOf(fact), out var other))
                _kin.Add(IntoOf(fact), other = new Kin { ReportedAt = ReportedAt(factsOf(IntoOf(fact)), now) });
            other.NamedBy.Add(ticket);
        }

        Gather(ticket, family);
        return Join(ticket, family);
    }

    private static string IntoOf(Fact merge) => ((FactData.TicketMerged)merge.Data).Into;

    private static long? ReportedAt(IReadOnlyList<Fact> facts, long now) => TicketStory.ReportOf(facts)?.Time.ToUnixTimeTicks() is { } at && at <= now ? at : null;

    private void Link(string ticket, Kin kin, List<Fact> links)
    {
        var outages = links.Select(f => ((FactData.TicketLinked)f.Data).Outage).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in kin.Outages.Except(outages))
        {
            if (_linked[gone].Remove(ticket) && _linked[gone].Count == 0)
                _linked.Remove(gone);
        }

        foreach (var outage in outages)
        {
            if (!_linked.TryGetValue(outage, out var tickets))
                _linked.Add(outage, tickets = new HashSet<string>(StringComparer.Ordinal));
            tickets.Add(ticket);
        }

        kin.Outages = outages;
    }

    /// <summary>All tickets that merges tie to one, itself included.</summary>
    private void Gather(string ticket, SortedSet<string> family)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { ticket };
        var open = new Stack<string>(seen);
        while (open.TryPop(out var one))
        {
            family.Add(one);
            foreach (var next in _kin[one].Merges.Select(IntoOf).Concat(_kin[one].NamedBy))
            {
                if (seen.Add(next))
                    open.Push(next);
            }
        }
    }

    /// <summary>Follows the merges of a family anew.</summary>
    private List<string> Join(string ticket, SortedSet<string> family)
    {
        var joined = TicketMerges.Of(family.SelectMany(t => _kin[t].Merges), t => _kin[t].ReportedAt);
        var others = new List<string>();
        foreach (var one in family)
        {
            var kin = _kin[one];
            var before = kin.Joined;
            kin.Joined = joined;
            if (one != ticket && !(before.Into(one).SequenceEqual(joined.Into(one)) && kin.Merges.TrueForAll(m => before.IsCircular(m) == joined.IsCircular(m))))
                others.Add(one);
            DropIfAlone(one, kin);
        }

        return others;
    }

    private void DropIfAlone(string ticket, Kin kin)
    {
        if (kin.Merges.Count == 0 && kin.NamedBy.Count == 0 && kin.Outages.Count == 0)
            _kin.Remove(ticket);
    }

    private sealed class Kin
    {
        public List<Fact> Merges { get; set; } = [];

        public HashSet<string> NamedBy { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Outages { get; set; } = [];

        public long? ReportedAt { get; set; }

        public TicketMerges Joined { get; set; } = TicketMerges.None;
    }
}
