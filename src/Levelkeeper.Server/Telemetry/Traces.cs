using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Levelkeeper.Server.Telemetry;

/// <summary>OpenTelemetry traces: of each request, and within it of what takes time.</summary>
internal static class Traces
{
    /// <summary>The spans of our own.</summary>
    public static readonly ActivitySource Source = new("Levelkeeper");

    /// <summary>Sends spans to a collector, by OTLP over HTTP, until it is disposed of.</summary>
    /// <param name="to">Where the collector listens; its path for traces is added.</param>
    public static TracerProvider SendTo(Uri to) => Sdk.CreateTracerProviderBuilder()
        .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("levelkeeper", serviceVersion: typeof(Traces).Assembly.GetName().Version?.ToString(3), autoGenerateServiceInstanceId: false))
        .AddSource(Source.Name)
        .AddSource("Microsoft.AspNetCore")
        .AddOtlpExporter(options =>
        {
            options.Protocol = OtlpExportProtocol.HttpProtobuf;
            options.Endpoint = new Uri(to, to.AbsolutePath.TrimEnd('/') + "/v1/traces");
        })
        .Build();

    /// <summary>Names the framework's span of a request by what was asked for, by the conventions of OpenTelemetry.</summary>
    public static async Task Name(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        finally
        {
            if (Activity.Current is { IsAllDataRequested: true } span)
            {
                var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
                span.DisplayName = $"{context.Request.Method} {route}";
                span.SetTag("http.request.method", context.Request.Method).SetTag("http.route", route).SetTag("http.response.status_code", context.Response.StatusCode);
                if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
                    span.SetStatus(ActivityStatusCode.Error);
            }
        }
    }
}
