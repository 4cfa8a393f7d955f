using Levelkeeper.Core.Agreements;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Runtime.Assertions;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.Facts;
using Levelkeeper.Server.OpenApi;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Levelkeeper.Server.Desk;

/// <summary>A light desk for those without one: faults are reported and worked on. It only appends facts.</summary>
internal static class TicketEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var tickets = routes.MapGroup("/tickets").WithTags("desk");
        Writes(tickets.MapPost("", Report), Permission.ReportTickets, "report-ticket", "Report a fault under an agreement");
        tickets.MapGet("/{ticket}", Get).Needs(Permission.ReadAgreements).WithName("get-ticket").WithSummary("What happened to a ticket, in order").Refuses(ProblemKind.NotFound, ProblemKind.StoreAway);
        Act("acknowledgement", Permission.WorkTickets, "acknowledge-ticket", "Somebody takes note; escalations of the ticket stop", static (ticket, _, _) => TicketFacts.Acknowledged(ticket));
        Act("assignment", Permission.WorkTickets, "assign-ticket", "Give it to somebody", static (ticket, form, _) => TicketFacts.Assigned(ticket, form.To, form.Team));
        Act("replies", Permission.ReportTickets, "reply-to-ticket", "Somebody writes", static (ticket, form, side) => TicketFacts.Replied(ticket, side, form.Public ?? true));
        Act("status", Permission.WorkTickets, "set-ticket-status", "A new status: clocks may pause in it", static (ticket, form, _) => TicketFacts.Status(ticket, form.Status));
        Act("priority", Permission.WorkTickets, "set-ticket-priority", "A new priority", static (ticket, form, _) => TicketFacts.Priority(ticket, form.Priority, form.Reason));
        Act("workaround", Permission.WorkTickets, "work-around-ticket", "A workaround is given", static (ticket, _, _) => TicketFacts.WorkedAround(ticket));
        Act("resolution", Permission.WorkTickets, "resolve-ticket", "It is resolved", static (ticket, form, _) => TicketFacts.Resolved(ticket, form.FirstContact));
        Act("reopening", Permission.ReportTickets, "reopen-ticket", "It is opened again", static (ticket, _, _) => TicketFacts.Reopened(ticket));
        Act("closure", Permission.WorkTickets, "close-ticket", "It is closed", static (ticket, _, _) => TicketFacts.Closed(ticket));
        Act("rating", Permission.ReportTickets, "rate-ticket", "The customer's score", static (ticket, form, _) => TicketFacts.Rated(ticket, form.Score ?? 0, form.Best ?? 5));

        void Act(string what, Permission permission, string name, string summary, Func<string, TicketForm, PartyRole, AssertedFact> act) => Writes(
            tickets.MapPost($"/{{ticket}}/{what}", async (HttpContext context, TicketDesk desk, string ticket, TicketForm form, CancellationToken cancel) =>
                TypedResults.Ok(await desk.ActAsync(context.Viewer(), ticket, Queries.Instant("at", form.At), form.Key, side => act(ticket, form, side), cancel))),
            permission, name, summary);

        static void Writes(RouteHandlerBuilder endpoint, Permission permission, string name, string summary) =>
            endpoint.Needs(permission).WithName(name).WithSummary(summary).Refuses(ProblemKind.NotFound, ProblemKind.BadParameter, ProblemKind.CannotBeUsed, ProblemKind.Changed, ProblemKind.QueueFull, ProblemKind.StoreAway);
    }

    private static async Task<Created<TicketReport>> Report(HttpContext context, TicketDesk desk, ReportForm form, CancellationToken cancel)
    {
        var reported = await desk.ReportAsync(context.Viewer(), form, cancel);
        return TypedResults.Created($"/api/v1/tickets/{reported.Ticket}", reported);
    }

    private static Ok<IReadOnlyList<LoggedFact>> Get(HttpContext context, TicketDesk desk, string ticket) => TypedResults.Ok(desk.Read(context.Viewer(), ticket));
}

/// <summary>A fault that is reported.</summary>
/// <param name="Agreement">Under which agreement.</param>
/// <param name="Service">Which service.</param>
/// <param name="Priority">As the agreement names it.</param>
/// <param name="Channel">By which channel: <c>portal</c>, <c>telephone</c>.</param>
/// <param name="At">When the customer reported it; none for now.</param>
/// <param name="Key">The same when the request is sent again.</param>
public sealed record ReportForm(string Agreement, string Service, string? Priority = null, string? Channel = null, string? At = null, string? Key = null);

/// <summary>A ticket that was made.</summary>
/// <param name="Ticket">Its name.</param>
/// <param name="Fact">The fact behind it.</param>
public sealed record TicketReport(string Ticket, RecordedFact Fact);

/// <summary>What happens to a ticket; each operation uses what it needs.</summary>
/// <param name="At">When it happened; none for now.</param>
/// <param name="To">To whom it is given.</param>
/// <param name="Team">To which team.</param>
/// <param name="Status">The new status.</param>
/// <param name="Priority">The new priority.</param>
/// <param name="Reason">Why the priority changes: <c>corrected</c>, <c>impact-changed</c>.</param>
/// <param name="Public">Whether the customer sees the reply.</param>
/// <param name="FirstContact">Whether the first contact resolved it.</param>
/// <param name="Score">The customer's score.</param>
/// <param name="Best">The best that could be given; 5 by default.</param>
/// <param name="Key">The same when the request is sent again.</param>
public sealed record TicketForm(
    string? At = null, string? To = null, string? Team = null, string? Status = null, string? Priority = null, string? Reason = null, bool? Public = null, bool? FirstContact = null, decimal? Score = null, decimal? Best = null, string? Key = null);
