using System.Collections.Immutable;
using NodaTime;

namespace Levelkeeper.Core.Facts;

public abstract partial record FactData
{
    /// <summary>A ticket was reported. The fact's time is when the customer reported it.</summary>
    /// <param name="Priority">As the agreement names it, e.g. <c>P1</c>; empty when not set.</param>
    /// <param name="Status">The first status; empty when the source has none.</param>
    /// <param name="Channel">How: e-mail, telephone, chat, portal…; empty when not said.</param>
    /// <param name="By">Who reported it.</param>
    /// <param name="Entered">When it was entered into the help desk, where that is later; null when not said.</param>
    public sealed record TicketReported(string Priority, string Status, string Channel, Actor By, Instant? Entered) : FactData;

    /// <summary>Someone took note of the ticket.</summary>
    public sealed record TicketAcknowledged : FactData;

    /// <summary>The ticket was given to a person or team.</summary>
    /// <param name="To">Person; empty when only a team is known.</param>
    /// <param name="Team">Team; empty when not said.</param>
    public sealed record TicketAssigned(string To, string Team) : FactData;

    /// <summary>Someone wrote on the ticket.</summary>
    /// <param name="By">Who.</param>
    /// <param name="Public">Whether the customer sees it.</param>
    /// <param name="Automatic">Whether a machine wrote it.</param>
    public sealed record TicketReplied(Actor By, bool Public, bool Automatic) : FactData;

    /// <summary>The status changed.</summary>
    /// <param name="Status">The new status, as the help desk names it.</param>
    public sealed record TicketStatus(string Status) : FactData;

    /// <summary>The priority changed.</summary>
    /// <param name="Priority">The new one.</param>
    /// <param name="Reason">Why; agreements may let the reason decide from when the new target counts.</param>
    public sealed record TicketPriority(string Priority, PriorityReason Reason) : FactData;

    /// <summary>Other fields of the ticket changed: they take part in conditions and matching.</summary>
    /// <param name="Fields">New values by name; an empty value clears one.</param>
    public sealed record TicketChanged(ImmutableSortedDictionary<string, string> Fields) : FactData
    {
        /// <summary>Same fields and values.</summary>
        public bool Equals(TicketChanged? other) => other is not null && Fields.SequenceEqual(other.Fields);

        /// <summary>A hash that agrees with <see cref="Equals(TicketChanged)"/>.</summary>
        public override int GetHashCode() => Fields.Aggregate(Fields.Count, static (hash, field) => HashCode.Combine(hash, field.Key, field.Value));
    }

    /// <summary>A workaround was given.</summary>
    /// <param name="Restores">The functions that work again; empty means all essential ones.</param>
    public sealed record TicketWorkaround(ImmutableArray<string> Restores) : FactData
    {
        /// <summary>Same functions in the same order.</summary>
        public bool Equals(TicketWorkaround? other) => other is not null && Restores.AsSpan().SequenceEqual(other.Restores.AsSpan());

        /// <summary>A hash that agrees with <see cref="Equals(TicketWorkaround)"/>.</summary>
        public override int GetHashCode() => Restores.IsEmpty ? 0 : HashCode.Combine(Restores.Length, Restores[0]);
    }

    /// <summary>The ticket was resolved.</summary>
    /// <param name="FirstContact">Resolved in the first contact; null when the source does not say.</param>
    public sealed record TicketResolved(bool? FirstContact) : FactData;

    /// <summary>A resolved or closed ticket was opened again.</summary>
    public sealed record TicketReopened : FactData;

    /// <summary>The ticket was merged into another, which inherits the earliest start.</summary>
    /// <param name="Into">The surviving ticket.</param>
    public sealed record TicketMerged(string Into) : FactData;

    /// <summary>The ticket was closed.</summary>
    public sealed record TicketClosed : FactData;

    /// <summary>The ticket was void: a duplicate, spam, withdrawn.</summary>
    /// <param name="Reason">Which.</param>
    /// <param name="AgreedByBoth">Both parties agree that a breach of it does not count either.</param>
    public sealed record TicketCancelled(string Reason, bool AgreedByBoth) : FactData;

    /// <summary>The customer rated the service on this ticket.</summary>
    /// <param name="Score">The score given.</param>
    /// <param name="Best">The best score of the scale.</param>
    public sealed record TicketRated(decimal Score, decimal Best) : FactData;

    /// <summary>The ticket was passed up to a higher tier.</summary>
    /// <param name="Level">The tier it went to.</param>
    public sealed record TicketEscalated(string Level) : FactData;

    /// <summary>A deadline was agreed with the customer; pauses do not move it.</summary>
    /// <param name="Clock">The clock's name.</param>
    /// <param name="Due">The agreed deadline.</param>
    /// <param name="Consent">Who of the customer agreed; required.</param>
    public sealed record TicketDeadlinePinned(string Clock, Instant Due, string Consent) : FactData;

    /// <summary>The ticket belongs to an outage and shares its recovery.</summary>
    /// <param name="Outage">The subject (component) of the outage.</param>
    public sealed record TicketLinked(string Outage) : FactData;
}

/// <summary>Who acted on a ticket.</summary>
public enum Actor : byte
{
    /// <summary>The customer's side.</summary>
    Customer,

    /// <summary>A person on the provider's side.</summary>
    Provider,

    /// <summary>Monitoring, a bot, an automatic answer.</summary>
    System,
}

/// <summary>Why a priority changed.</summary>
public enum PriorityReason : byte
{
    /// <summary>Not said.</summary>
    Unstated,

    /// <summary>It was wrong from the start.</summary>
    Corrected,

    /// <summary>It was right, and the impact changed.</summary>
    ImpactChanged,
}
