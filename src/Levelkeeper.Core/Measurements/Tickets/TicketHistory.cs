using System.Collections.Immutable;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Core.Measurements.Tickets;

/// <summary>The facts of one ticket, in their order.</summary>
/// <param name="Ticket">The ticket's name.</param>
/// <param name="Facts">Effective facts, sorted by <see cref="Fact.CompareWithinEntity"/>.</param>
public sealed record TicketHistory(string Ticket, IReadOnlyList<Fact> Facts)
{
    /// <summary>Groups facts by their subject, tickets in ordinal order of their names, facts in <see cref="Fact.CompareWithinEntity"/> order; facts may come in any order.</summary>
    public static ImmutableArray<TicketHistory> BySubject(IEnumerable<Fact> facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return
        [
            .. facts.GroupBy(fact => fact.Subject)
                .OrderBy(ticket => ticket.Key, StringComparer.Ordinal)
                .Select(ticket => new TicketHistory(ticket.Key, [.. ticket.Order(Comparer<Fact>.Create(Fact.CompareWithinEntity))])),
        ];
    }
}
