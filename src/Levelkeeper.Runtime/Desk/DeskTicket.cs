using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Runtime.Live;
using NodaTime;

namespace Levelkeeper.Runtime.Desk;

/// <summary>How a ticket stands, for a list.</summary>
/// <param name="Agreement">The agreement that takes it in.</param>
/// <param name="Ticket">Its name.</param>
/// <param name="Service">Its service.</param>
/// <param name="Reported">When it was reported; null where its report is not known.</param>
/// <param name="Priority">Its priority now; empty for none.</param>
/// <param name="Stage"><c>open</c>, <c>resolved</c>, <c>closed</c>, <c>cancelled</c> or <c>merged</c>.</param>
/// <param name="Last">When something happened to it last.</param>
public sealed record DeskTicket(string Agreement, string Ticket, string Service, Instant? Reported, string Priority, string Stage, Instant Last)
{
    /// <summary>Whether somebody is still to do something.</summary>
    public bool IsOpen => Stage == "open";

    /// <summary>The tickets of an agreement that belong to it now, by name.</summary>
    /// <param name="agreement">The agreement, in force.</param>
    /// <param name="facts">The facts that it might take in.</param>
    /// <param name="now">Now.</param>
    public static IEnumerable<DeskTicket> Of(RegisteredAgreement agreement, FactSet facts, Instant now)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        ArgumentNullException.ThrowIfNull(facts);
        return new FactMatcher(agreement.Versions.Latest).Match(facts.Effective(now)).Tickets.Where(t => t.LeftAt is null).Select(t => Of(agreement.Id, t));
    }

    /// <summary>The agreement that takes a ticket in; null for none.</summary>
    /// <param name="live">All agreements, current.</param>
    /// <param name="agreements">Those that may be asked, in order.</param>
    /// <param name="ticket">The ticket.</param>
    public static RegisteredAgreement? Owner(LiveAgreements live, IEnumerable<RegisteredAgreement> agreements, string ticket)
    {
        ArgumentNullException.ThrowIfNull(live);
        ArgumentNullException.ThrowIfNull(agreements);
        foreach (var agreement in agreements)
        {
            var own = live.FactsAbout(agreement.Id, ticket);
            // Whose it is, the matching of the agreement says, as it does for results.
            if (own.Count > 0 && agreement.Versions.All.Any(v => new FactMatcher(v.Agreement).Match(own.Effective(Instant.MaxValue)).Tickets.Any(t => t.Ticket == ticket)))
                return agreement;
        }

        return null;
    }

    private static DeskTicket Of(string agreement, MatchedTicket ticket)
    {
        var (stage, priority, reported) = ("open", "", (Instant?)null);
        foreach (var fact in ticket.Facts.Select(f => f.Fact))
        {
            (stage, priority, reported) = fact.Data switch
            {
                FactData.TicketReported report => ("open", report.Priority.Length > 0 ? report.Priority : priority, reported ?? fact.Time),
                FactData.TicketPriority changed => (stage, changed.Priority, reported),
                FactData.TicketResolved => ("resolved", priority, reported),
                FactData.TicketReopened => ("open", priority, reported),
                FactData.TicketClosed => ("closed", priority, reported),
                FactData.TicketCancelled => ("cancelled", priority, reported),
                FactData.TicketMerged => ("merged", priority, reported),
                _ => (stage, priority, reported),
            };
        }

        return new DeskTicket(agreement, ticket.Ticket, ticket.Service, reported, priority, stage, ticket.Facts[^1].Fact.Time);
    }
}
