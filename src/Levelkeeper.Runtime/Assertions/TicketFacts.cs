using System.Text.Json;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Runtime.Assertions;

/// <summary>What happens to a ticket of the light desk, as facts.</summary>
public static class TicketFacts
{
    /// <summary>The name of a new ticket. The same key names the same ticket.</summary>
    public static string NewName(string account, string? key, Instant now) =>
        key is not null ? $"LK-{FactKey.Of(account, key).High:x16}" : $"LK-{Guid.CreateVersion7(DateTimeOffset.UnixEpoch + (now - NodaConstants.UnixEpoch).ToTimeSpan()).ToString("N")[..20]}";

    /// <summary>A fault is reported.</summary>
    public static AssertedFact Reported(string ticket, string agreement, string service, string? priority, string? channel, PartyRole side) => new(FactTypes.TicketReported, ticket, json =>
    {
        json.WriteString("agreement", agreement);
        json.WriteString("service", service);
        AssertedFact.Member(json, "priority", priority);
        AssertedFact.Member(json, "channel", channel);
        json.WriteString("by", AssertedFact.Word(side));
    });

    /// <summary>Somebody takes note.</summary>
    public static AssertedFact Acknowledged(string ticket) => Bare(FactTypes.TicketAcknowledged, ticket);

    /// <summary>It is given to somebody.</summary>
    public static AssertedFact Assigned(string ticket, string? to, string? team) => new(FactTypes.TicketAssigned, ticket, json =>
    {
        AssertedFact.Member(json, "to", to);
        AssertedFact.Member(json, "team", team);
    });

    /// <summary>Somebody writes.</summary>
    public static AssertedFact Replied(string ticket, PartyRole side, bool isPublic) => new(FactTypes.TicketReplied, ticket, json =>
    {
        json.WriteString("by", AssertedFact.Word(side));
        json.WriteBoolean("public", isPublic);
    });

    /// <summary>A new status.</summary>
    public static AssertedFact Status(string ticket, string? status) => new(FactTypes.TicketStatus, ticket, json => AssertedFact.Member(json, "status", status));

    /// <summary>A new priority.</summary>
    public static AssertedFact Priority(string ticket, string? priority, string? reason) => new(FactTypes.TicketPriority, ticket, json =>
    {
        AssertedFact.Member(json, "priority", priority);
        AssertedFact.Member(json, "reason", reason);
    });

    /// <summary>A workaround is given.</summary>
    public static AssertedFact WorkedAround(string ticket) => Bare(FactTypes.TicketWorkaround, ticket);

    /// <summary>It is resolved.</summary>
    public static AssertedFact Resolved(string ticket, bool? firstContact) => new(FactTypes.TicketResolved, ticket, json =>
    {
        if (firstContact is { } first)
            json.WriteBoolean("first-contact", first);
    });

    /// <summary>It is opened again.</summary>
    public static AssertedFact Reopened(string ticket) => Bare(FactTypes.TicketReopened, ticket);

    /// <summary>It is closed.</summary>
    public static AssertedFact Closed(string ticket) => Bare(FactTypes.TicketClosed, ticket);

    /// <summary>The customer's score, of the best that could be given.</summary>
    public static AssertedFact Rated(string ticket, decimal score, decimal best) => new(FactTypes.TicketRated, ticket, json =>
    {
        json.WriteNumber("score", score);
        json.WriteNumber("best", best);
    });

    private static AssertedFact Bare(string type, string ticket) => new(type, ticket, static (Utf8JsonWriter _) => { });
}
