using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Levelkeeper.Server.Tests.Health;

/// <summary>Traces go to a collector, when one is named.</summary>
public sealed class TraceTests
{
    [Fact]
    public async Task Spans_of_a_request_reach_the_collector_by_OTLP_over_HTTP()
    {
        // A collector that keeps what it is sent.
        var (path, body) = ("", "");
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var collector = builder.Build();
        collector.Run(async context =>
        {
            using var memory = new MemoryStream();
            await context.Request.Body.CopyToAsync(memory);
            (path, body) = (context.Request.Path, body + Encoding.Latin1.GetString(memory.ToArray()));
            context.Response.ContentType = "application/x-protobuf";
        });
        await collector.StartAsync(TestContext.Current.CancellationToken);

        var server = await RunningServer.StartAsync(change: s => s with { TracesTo = new Uri(collector.Urls.First()) });
        (await server.PostAsync(Events.Closed("a"))).Status.ShouldBe(202);
        (await server.SendAsync("PUT", "/api/v1/agreements/site", SiteAgreement.Text("site", "Klient") + "\npeople: { anna: { name: Anna, email: anna@example.org } }\nescalation: { uptime: [ { at: 50 % of budget, tell: anna } ] }\n", null, "application/yaml")).Status.ShouldBe(200);
        (await server.SendAsync("POST", "/api/v1/agreements/site/revisions/1/activation", """{"text":"on paper"}""", null)).Status.ShouldBe(200);
        (await server.PostAsync(Events.Batch(SiteAgreement.State("1", "up", "2026-01-01T00:00:00Z"), SiteAgreement.State("2", "down", "2026-03-02T06:00:00Z")), "application/cloudevents-batch+json")).Status.ShouldBe(202);
        while (!(await server.GetAsync("/api/v1/outbox?state=dead")).Text.Contains("No channel", StringComparison.Ordinal))
            server.Time.Advance(TimeSpan.FromSeconds(1));
        // Stopping sends what is left.
        await server.DisposeAsync();

        path.ShouldBe("/v1/traces");
        body.ShouldContain("levelkeeper");
        body.ShouldContain("append facts");
        body.ShouldContain("POST /api/v1/facts");
        body.ShouldContain("http.response.status_code");
        body.ShouldContain("decide escalations");
        body.ShouldContain("send message");
        body.ShouldContain("levelkeeper.outcome");
        body.ShouldNotContain("anna");
    }
}
