using System.Diagnostics;
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
}
