using Levelkeeper.Runtime.Access;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.Agreements;
using Levelkeeper.Server.OpenApi;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Requests;
using Levelkeeper.Storage.Outbox;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using NodaTime.Text;

namespace Levelkeeper.Server.Audit;

/// <summary>Who did what, and what was told to whom.</summary>
internal static class AuditEndpoints
{
    private const int MostListed = 1_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/audit", List).WithTags("audit").Needs(Permission.ReadAudit).WithName("list-audit").WithSummary("Every action of a person, in order").Refuses(ProblemKind.BadParameter, ProblemKind.StoreAway);
        var outbox = routes.MapGroup("/outbox").WithTags("audit");
        outbox.MapGet("", Outbox).Needs(Permission.ReadAudit).WithName("list-outbox").WithSummary("Messages that wait, went out, are in doubt or were given up")
            .WithDescription("'state': waiting, sending, delivered, doubtful or dead; all without it. Those made last come first; 'after': only those that come after this message, by its id.").Refuses(ProblemKind.BadParameter, ProblemKind.StoreAway);
        outbox.MapPost("/{*id}", SendAgain).Needs(Permission.ManageStore).WithName("send-again").WithSummary("Send a message again that was given up, or of which nobody knows whether it went out").Refuses(ProblemKind.NotFound, ProblemKind.StoreAway);
    }

    private static async Task<Ok<IReadOnlyList<ActionForm>>> List(VisibleAgreements visible, CancellationToken cancel, long after = 0, int limit = 100, string? about = null)
    {
        Check(limit);
        return TypedResults.Ok<IReadOnlyList<ActionForm>>(
            [.. (await visible.Open.Store.Audit.ReadAsync(after, limit, about, cancel)).Select(e => new ActionForm(e.Number, InstantPattern.ExtendedIso.Format(e.Action.At), e.Action.Actor, e.Action.Verb, e.Action.Object, e.Action.Detail))]);
    }

    private static async Task<Ok<IReadOnlyList<MessageForm>>> Outbox(VisibleAgreements visible, CancellationToken cancel, string? state = null, int limit = 100, string? after = null)
    {
        Check(limit);
        var wanted = state is null ? (OutgoingState?)null
            : Enum.GetValues<OutgoingState>().Cast<OutgoingState?>().FirstOrDefault(s => Word(s!.Value) == state) ?? throw new ProblemException(ProblemKind.BadParameter, "'state' is waiting, sending, delivered, doubtful or dead.");
        return TypedResults.Ok<IReadOnlyList<MessageForm>>(
            [.. (await visible.Open.Store.Outbox.ListAsync(wanted, limit, after: after, cancel: cancel)).Select(m => new MessageForm(m.Id, m.Channel, m.Thread, Word(m.State), m.Attempts, InstantPattern.ExtendedIso.Format(m.Due), InstantPattern.ExtendedIso.Format(m.Made), m.Note))]);
    }

    private static async Task<NoContent> SendAgain(HttpContext context, VisibleAgreements visible, string id, CancellationToken cancel)
    {
        var by = Acts.By(context);
        return await visible.Open.Store.Outbox.SendAgainAsync(id, by, by.At, cancel) ? TypedResults.NoContent() : throw new ProblemException(ProblemKind.NotFound, "There is no message of this id that was given up or is in doubt.");
    }

    private static void Check(int limit)
    {
        if (limit is < 1 or > MostListed)
            throw new ProblemException(ProblemKind.BadParameter, $"'limit' is from 1 to {MostListed}.");
    }

    private static string Word(OutgoingState state) => state.ToString().ToLowerInvariant();
}

/// <summary>Something that somebody did.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Verb">What.</param>
/// <param name="Object">To what.</param>
/// <param name="Detail">With which particulars.</param>
public sealed record ActionForm(long Number, string At, string Actor, string Verb, string Object, string Detail);

/// <summary>A message.</summary>
/// <param name="Id">By which the receiver knows it again.</param>
/// <param name="Channel">By which way it goes.</param>
/// <param name="Thread">What it belongs to.</param>
/// <param name="State"><c>waiting</c>, <c>sending</c>, <c>delivered</c>, <c>doubtful</c>, <c>dead</c>.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Due">Not before then.</param>
/// <param name="Made">When it was written.</param>
/// <param name="Note">What went wrong last, or the receiver's reference.</param>
public sealed record MessageForm(string Id, string Channel, string Thread, string State, int Attempts, string Due, string Made, string Note);
