using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.Agreements;
using Levelkeeper.Server.OpenApi;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Levelkeeper.Server.Escalations;

/// <summary>Somebody takes on what people are told of, and the chain stops. A ticket is taken on at the desk, or by a fact of the help desk; an objective here.</summary>
internal static class AcknowledgementEndpoints
{
    private const int LongestThread = 1_000;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/agreements/{id}/acknowledgements", Acknowledge).WithTags("results").Needs(Permission.WorkTickets).WithName("acknowledge").WithSummary("Take on what people are told of: its escalation stops")
            .WithDescription("The thread is that of the message, as in the outbox.").Refuses(ProblemKind.NotFound, ProblemKind.CannotBeUsed, ProblemKind.StoreAway);

    private static async Task<NoContent> Acknowledge(HttpContext context, VisibleAgreements visible, string id, AcknowledgementForm form, CancellationToken cancel)
    {
        var agreement = await visible.FindAsync(context.Viewer(), id, null, cancel);
        // Every thread begins with the agreement that it is of, so that nobody stops what another customer is told of.
        if (!form.Thread.StartsWith($"{agreement.Id}/", StringComparison.Ordinal) || form.Thread.Length > LongestThread)
            throw new ProblemException(ProblemKind.CannotBeUsed, $"{Diagnostic.Quote(form.Thread)} is no thread of this agreement.");
        await visible.Open.Store.Outbox.AcknowledgeAsync(form.Thread, Acts.By(context), CancellationToken.None);
        return TypedResults.NoContent();
    }
}

/// <summary>What is taken on.</summary>
/// <param name="Thread">The thread of the messages.</param>
public sealed record AcknowledgementForm(string Thread);
