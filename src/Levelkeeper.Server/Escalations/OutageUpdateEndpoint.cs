using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Runtime.Assertions;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.Agreements;
using Levelkeeper.Server.Facts;
using Levelkeeper.Server.OpenApi;
using Levelkeeper.Server.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Levelkeeper.Server.Escalations;

/// <summary>That those concerned were told how an outage stands: the next update is due anew from then on.</summary>
internal static class OutageUpdateEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/agreements/{id}/outages/updates", Update).WithTags("results").Needs(Permission.WorkTickets).WithName("record-outage-update").WithSummary("Record that those concerned were told how an outage stands")
            .WithDescription("A fact 'outage.updated'. Levelkeeper does not tell them itself.").Refuses(ProblemKind.NotFound, ProblemKind.CannotBeUsed, ProblemKind.Changed, ProblemKind.QueueFull, ProblemKind.StoreAway);

    private static async Task<Ok<RecordedFact>> Update(HttpContext context, VisibleAgreements visible, RecordedFacts facts, string id, OutageUpdateForm form, CancellationToken cancel)
    {
        var viewer = context.Viewer();
        var agreement = (await visible.FindAsync(viewer, id, null, cancel)).Versions.Latest;
        if (agreement.Service(form.Service) is not { } service || (form.Component is { } component && !service.Components.Contains(component)))
            throw new ProblemException(ProblemKind.CannotBeUsed, $"The agreement has no service {Diagnostic.Quote(form.Service)}{(form.Component is null ? "" : $" with a component {Diagnostic.Quote(form.Component)}")}.", string.Join(", ", agreement.Services.Select(s => s.Name)));
        return TypedResults.Ok(await facts.AppendAsync(viewer, OutageFacts.Update(id, form.Service, form.Component, form.Note), form.Key, cancel));
    }
}

/// <summary>An update on an outage.</summary>
/// <param name="Service">The service.</param>
/// <param name="Component">The component that is down; none for the service as a whole.</param>
/// <param name="Note">What was told.</param>
/// <param name="Key">The same when the request is sent again.</param>
public sealed record OutageUpdateForm(string Service, string? Component = null, string? Note = null, string? Key = null);
