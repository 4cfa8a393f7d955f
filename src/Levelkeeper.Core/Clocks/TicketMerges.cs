using Levelkeeper.Core.Facts;

namespace Levelkeeper.Core.Clocks;

/// <summary>A start that a ticket inherits.</summary>
/// <param name="By">The fact by which the other ticket was merged into it.</param>
/// <param name="Start">The earliest report among what was merged, in ticks.</param>
/// <param name="At">From when it counts: the merge, or the later report of the inheriting ticket.</param>
internal readonly record struct InheritedStart(Fact By, long Start, long At);

/// <summary>Which tickets survive which merges, and the starts that they inherit.</summary>
/// <remarks>
/// Merges count in the order of facts. What was merged into a ticket before is handed on with it; a merge into a ticket that was merged away itself goes to
/// the one that survived. A merge into itself, or back along a chain, leaves no survivor: it merges nothing, so that no clock is lost in a circle.
/// </remarks>
internal sealed class TicketMerges
{
    private readonly Dictionary<string, List<InheritedStart>> _inherited = new(StringComparer.Ordinal);
    private readonly HashSet<FactKey> _circular = [];

    private TicketMerges()
    {
    }

    public static TicketMerges None { get; } = new();

    /// <summary>Follows the merges of some tickets.</summary>
    /// <param name="merges">All facts that merge one of them into another; in any order.</param>
    /// <param name="reportedAt">When a ticket was reported, in ticks; null when that is not known.</param>
    public static TicketMerges Of(IEnumerable<Fact> merges, Func<string, long?> reportedAt)
    {
        var result = new TicketMerges();
        var survivors = new Dictionary<string, string>(StringComparer.Ordinal);
        var earliest = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var fact in merges.Order(Comparer<Fact>.Create(Fact.CompareWithinEntity)))
        {
            var into = ((FactData.TicketMerged)fact.Data).Into;
            while (survivors.TryGetValue(into, out var next))
                into = next;
            if (into == fact.Subject)
            {
                result._circular.Add(fact.Key);
                continue;
            }

            // No circle can close: the survivor is in no chain, and is not this ticket.
            survivors[fact.Subject] = into;
            if (Start(fact.Subject) is not { } start)
                continue;
            var at = fact.Time.ToUnixTimeTicks();
            if (!result._inherited.TryGetValue(into, out var inherited))
                result._inherited.Add(into, inherited = []);
            inherited.Add(new InheritedStart(fact, start, Math.Max(at, reportedAt(into) ?? at)));
            earliest[into] = Math.Min(start, Start(into) ?? start);
        }

        return result;

        long? Start(string ticket) => earliest.TryGetValue(ticket, out var known) ? known : reportedAt(ticket);
    }

    /// <summary>What a ticket inherits, in the order of the merges.</summary>
    public IReadOnlyList<InheritedStart> Into(string ticket) => _inherited.TryGetValue(ticket, out var inherited) ? inherited : [];

    /// <summary>Whether a merge leaves no survivor.</summary>
    public bool IsCircular(Fact merge) => _circular.Contains(merge.Key);
}
