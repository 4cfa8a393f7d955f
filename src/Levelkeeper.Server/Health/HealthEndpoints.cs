using Levelkeeper.Server.Access;
using Levelkeeper.Server.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Levelkeeper.Server.Health;

/// <summary>Whether the server runs, and whether it is ready; for whoever watches it, without a token.</summary>
internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", Health).ForAnyone().WithName("health").WithTags("health").WithSummary("Whether the program runs").WithDescription("Answers as long as the program runs, whatever becomes of the store. Restart it when this does not answer.");
        routes.MapGet("/readyz", Ready).ForAnyone().Produces<HealthReport>(StatusCodes.Status503ServiceUnavailable).WithName("ready").WithTags("health").WithSummary("Whether requests are served").WithDescription("200 once the store is open and this server owns its log; 503 otherwise.");
    }

    private static Ok<HealthReport> Health() => TypedResults.Ok(new HealthReport("running"));

    private static Results<Ok<HealthReport>, JsonHttpResult<HealthReport>> Ready(ServedStore store) =>
        store.Open is not null ? TypedResults.Ok(new HealthReport("ready")) : TypedResults.Json(new HealthReport(store.State), PlainJson.Types.HealthReport, statusCode: StatusCodes.Status503ServiceUnavailable);
}

/// <summary>How the server is.</summary>
/// <param name="State"><c>running</c>, <c>ready</c>, or why it is not ready.</param>
public sealed record HealthReport(string State);
