using Levelkeeper.Runtime.Access;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Levelkeeper.Server.Metrics;

/// <summary>Figures for Prometheus.</summary>
internal static class MetricsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/metrics", Metrics).Needs(Permission.ReadAudit).Produces<string>(StatusCodes.Status200OK, "text/plain").WithName("metrics").WithTags("health").WithSummary("Figures for Prometheus").WithDescription("Prometheus' text format, version 0.0.4.").Refuses();

    private static async Task<IResult> Metrics(IEnumerable<IMetricSource> sources, CancellationToken cancel)
    {
        var text = new MetricsText();
        foreach (var source in sources)
            await source.WriteAsync(text, cancel);
        return TypedResults.Text(text.ToString(), "text/plain; version=0.0.4; charset=utf-8");
    }
}
