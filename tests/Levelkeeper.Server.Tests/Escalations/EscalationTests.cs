using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Levelkeeper.Connectors.Channels;
using Levelkeeper.Connectors.Channels.Webhooks;
using Levelkeeper.Server.Notifications;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Levelkeeper.Server.Tests.Escalations;

/// <summary>From a fact over HTTP to a webhook that a real receiver got, and to the request that stops it.</summary>
public sealed class EscalationTests : IAsyncLifetime
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly ConcurrentQueue<(Dictionary<string, string> Headers, byte[] Body)> _got = [];
    private WebApplication _receiver = null!;
    private RunningServer _server = null!;
    private string _manager = "";
    private string _operator = "";

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _receiver = builder.Build();
        _receiver.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _got.Enqueue((context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray()));
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        });
        await _receiver.StartAsync();
        _server = await RunningServer.StartAsync(
            change: s => s with { Channels = new ChannelSettings { WebhookTo = new Secret($"{_receiver.Urls.Single()}/hook"), WebhookSecrets = [new Secret(Secret)], OutgoingNetworks = [IPNetwork.Parse("127.0.0.0/8")] } },
            prepare: async store =>
            {
                _manager = await SiteAgreement.TokenAsync(store, "maria", "manager agent");
                _operator = await SiteAgreement.TokenAsync(store, "probe", "operator");
            });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task Half_of_a_budget_is_told_by_a_signed_webhook_until_somebody_takes_it_on()
    {
        // 743 hours of March in Warsaw: 44 min 34.8 s may be lost, half of which is 22 min 17.4 s.
        var text = SiteAgreement.Text("site", "Klient") + """

            people:
              anna: { name: Anna, email: anna@example.org }
            escalation:
              uptime: [ { at: 50 % of budget, tell: anna, by: webhook, repeat: 30 min } ]
            """;
        (await _server.SendAsync("PUT", "/api/v1/agreements/site", text, _manager, "application/yaml")).Status.ShouldBe(200);
        (await _server.SendAsync("POST", "/api/v1/agreements/site/revisions/1/activation", """{"text":"on paper"}""", _manager)).Status.ShouldBe(200);
        (await _server.PostAsync(SiteAgreement.State("1", "up", "2026-01-01T00:00:00Z"), token: _operator)).Status.ShouldBe(202);
        (await _server.PostAsync(SiteAgreement.State("2", "down", "2026-03-02T12:00:00Z"), token: _operator)).Status.ShouldBe(202);
        await UntilAsync(_ => _got.Select(g => g.Headers["webhook-id"]).Distinct(StringComparer.Ordinal).Count() >= 2);

        var messages = (await OutboxAsync()).OrderBy(m => m.GetProperty("made").GetString(), StringComparer.Ordinal).ToList();
        string.CompareOrdinal(messages[0].GetProperty("made").GetString(), "2026-03-02T12:22:17.4Z").ShouldBeGreaterThanOrEqualTo(0);
        var (headers, body) = _got.First();
        headers["webhook-id"].ShouldBe(messages[0].GetProperty("id").GetString());
        headers["Idempotency-Key"].ShouldBe($"\"{headers["webhook-id"]}\"");
        WebhookSignature.TryRead(new Secret(Secret), out var signature).ShouldBeTrue();
        headers["webhook-signature"].ShouldBe(signature.Sign(headers["webhook-id"], long.Parse(headers["webhook-timestamp"], System.Globalization.CultureInfo.InvariantCulture), body));
        JsonElement.Parse(body).GetProperty("data").GetProperty("at").GetProperty("budgetShare").GetString().ShouldBe("1/2");
        // The time of the test may outrun a request that is on its way: then it is in doubt, and comes again under its key with the same body.
        _got.GroupBy(g => g.Headers["webhook-id"], StringComparer.Ordinal).ShouldAllBe(g => g.Select(m => Convert.ToHexString(m.Body)).Distinct(StringComparer.Ordinal).Count() == 1);

        var thread = messages[0].GetProperty("thread").GetString()!;
        thread.ShouldBe("site/objective/uptime/2026-03");
        (await _server.SendAsync("POST", "/api/v1/agreements/site/acknowledgements", """{"thread":"other/objective/uptime/2026-03"}""", _manager)).Status.ShouldBe(422);
        (await _server.SendAsync("POST", "/api/v1/agreements/site/acknowledgements", $$"""{"thread":"{{thread}}"}""", _manager)).Status.ShouldBe(204);
        var taken = _server.Time.GetUtcNow();
        var looks = 0;
        await UntilAsync(_ => ++looks > 40, TimeSpan.FromMinutes(10));
        (await OutboxAsync()).ShouldAllBe(m => m.GetProperty("made").GetDateTimeOffset() <= taken);
        (await _server.GetAsync("/api/v1/audit", _operator)).Text.ShouldContain("\"verb\":\"acknowledged\"");
    }

    /// <summary>Lets time pass, and the server work in between.</summary>
    private async Task UntilAsync(Func<int, bool> condition, TimeSpan? step = null)
    {
        for (var i = 0; !condition(i); i++)
        {
            i.ShouldBeLessThan(5_000, _server.Log);
            _server.Time.Advance(step ?? TimeSpan.FromSeconds(5));
            await OutboxAsync();
        }
    }

    private async Task<IReadOnlyList<JsonElement>> OutboxAsync() => [.. (await _server.GetAsync("/api/v1/outbox", _operator)).Json.EnumerateArray()];
}
