using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Core.Measurements.Tickets;

/// <summary>What is measured over tickets. A closed choice.</summary>
public abstract record TicketIndicator
{
    private TicketIndicator()
    {
    }

    /// <summary>Tickets resolved in the first contact / tickets resolved.</summary>
    /// <param name="Evidence">Who decides that it was the first contact.</param>
    public sealed record FirstContactResolution(FirstContactEvidence Evidence = FirstContactEvidence.StatedElseDerived) : TicketIndicator;

    /// <summary>Tickets escalated at least once / tickets.</summary>
    public sealed record EscalationRate : TicketIndicator;

    /// <summary>Tickets that came by a self-service channel / tickets. One that does not say its channel widens the result to a band.</summary>
    /// <param name="Channels">The channels that are self-service, as the source names them; compared ordinally.</param>
    public sealed record SelfServiceShare(ImmutableArray<string> Channels) : TicketIndicator;

    /// <summary>Tickets reopened at least once / tickets resolved.</summary>
    public sealed record ReopenRate : TicketIndicator;

    /// <summary>How many tickets were resolved; each counts once, by its first resolution.</summary>
    public sealed record Resolved : TicketIndicator;

    /// <summary>How many tickets were reported.</summary>
    public sealed record Reported : TicketIndicator;

    /// <summary>The mean of score / best score over the tickets rated; a ticket's last rating in the period counts.</summary>
    public sealed record Satisfaction : TicketIndicator;

    /// <summary>The share of the tickets rated whose score / best score is at least a limit; a ticket's last rating in the period counts.</summary>
    /// <param name="Limit">Score / best score, 0 to 1, inclusive.</param>
    public sealed record SatisfiedShare(Rational Limit) : TicketIndicator;

    /// <summary>The mean number of public replies that persons of the provider wrote.</summary>
    public sealed record MeanReplies : TicketIndicator;
}

/// <summary>Who decides that a ticket was resolved in the first contact.</summary>
public enum FirstContactEvidence
{
    /// <summary>The source, where it says so; else <see cref="Derived"/>.</summary>
    StatedElseDerived,

    /// <summary>Only the source; a ticket on which it is silent is left out.</summary>
    Stated,

    /// <summary>
    /// The ticket's history, whatever the source says: by the first resolution it was not escalated, not given to another person or team after
    /// the first, and had at most one public reply by a person of the provider; and it was not reopened before it was judged.
    /// </summary>
    Derived,
}

/// <summary>The instant that says to which period a ticket belongs.</summary>
public enum TicketPeriod
{
    /// <summary>When the customer reported it.</summary>
    Reported,

    /// <summary>When it was first resolved; so each ticket counts in one period only.</summary>
    Resolved,

    /// <summary>When it was rated; for satisfaction only.</summary>
    Rated,
}

/// <summary>How an indicator's number is made of tickets.</summary>
public sealed record TicketRule
{
    /// <summary>What is measured.</summary>
    public required TicketIndicator Indicator { get; init; }

    /// <summary>
    /// To which period a ticket belongs; null for the default: <see cref="TicketPeriod.Reported"/> for the number of tickets reported and for
    /// self-service, <see cref="TicketPeriod.Rated"/> for satisfaction (which allows no other), <see cref="TicketPeriod.Resolved"/> for the rest.
    /// </summary>
    public TicketPeriod? Period { get; init; }

    /// <summary>
    /// How long after that instant a ticket is judged: it then belongs to the period that this later instant lies in, and what happens after it is
    /// not looked at. Null: it is judged by what happened before the period's end. Either way a closed period never changes as time goes on.
    /// </summary>
    public Duration? SettlesAfter { get; init; }

    /// <summary>Whether a ticket that was closed and never resolved counts as resolved when it was closed.</summary>
    public bool ClosedCountsAsResolved { get; init; }

    /// <summary>What a number of tickets is when there is none.</summary>
    public NothingMeasured Nothing { get; init; } = NothingMeasured.NoActivity;

    /// <summary>The clauses that say all this, for the explanation.</summary>
    public ImmutableArray<Clause> Clauses { get; init; } = [];

    /// <summary>The instant in effect: the rule's own or the indicator's default.</summary>
    public TicketPeriod EffectivePeriod => Indicator switch
    {
        TicketIndicator.Satisfaction or TicketIndicator.SatisfiedShare => TicketPeriod.Rated,
        TicketIndicator.Reported or TicketIndicator.SelfServiceShare => Period ?? TicketPeriod.Reported,
        _ => Period ?? TicketPeriod.Resolved,
    };
}
