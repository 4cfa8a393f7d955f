using System.Collections.Immutable;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Core.Measurements.Tickets;

/// <summary>What was measured over the tickets of a period, with every ticket that belongs to it.</summary>
public sealed record TicketResult
{
    /// <summary>The number, a band, or no activity.</summary>
    public required MeasuredValue Value { get; init; }

    /// <summary>How many tickets were counted.</summary>
    public required long Volume { get; init; }

    /// <summary>The tickets counted, in ordinal order of their names.</summary>
    public required ImmutableArray<CountedTicket> Tickets { get; init; }

    /// <summary>The tickets that belong to the period and do not count.</summary>
    public required ImmutableArray<LeftOutTicket> LeftOut { get; init; }

    /// <summary>The tree behind the value.</summary>
    public required Explanation Explanation { get; init; }
}

/// <summary>A ticket that counts.</summary>
/// <param name="Ticket">Its name.</param>
/// <param name="At">The instant by which it belongs to the period.</param>
/// <param name="Low">What it adds to the numerator, at least.</param>
/// <param name="High">What it adds at most; the same as <paramref name="Low"/> unless the facts leave it open.</param>
/// <param name="Because">Why that much.</param>
/// <param name="Facts">The facts that decided.</param>
public sealed record CountedTicket(string Ticket, Instant At, Rational Low, Rational High, string Because, ImmutableArray<FactReference> Facts);

/// <summary>A ticket that belongs to the period and does not count.</summary>
/// <param name="Ticket">Its name.</param>
/// <param name="At">The instant by which it belongs to the period.</param>
/// <param name="Reason">Why, as the end of the sentence "left out because…".</param>
public sealed record LeftOutTicket(string Ticket, Instant At, string Reason);
