using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Levelkeeper.Connectors.Channels;
using Levelkeeper.Server.Notifications;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Levelkeeper.Server.Tests.Escalations;

/// <summary>Somebody who gets webhooks.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, JsonElement> _got = new(StringComparer.Ordinal);
    private WebApplication _app = null!;

    /// <summary>What was got, each message once, in the order of the time as of which each is true.</summary>
    public IReadOnlyList<JsonElement> Got => [.. _got.Values.OrderBy(g => g.GetProperty("time").GetString(), StringComparer.Ordinal)];

    /// <summary>The settings by which a server reaches it.</summary>
    public ChannelSettings Channels => new()
    {
        WebhookTo = new Secret($"{_app.Urls.Single()}/hook"), WebhookSecrets = [new Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")], OutgoingNetworks = [IPNetwork.Parse("127.0.0.0/8")],
    };

    public static async Task<WebhookReceiver> StartAsync()
    {
        var receiver = new WebhookReceiver();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        receiver._app = builder.Build();
        receiver._app.Run(async context =>
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body);
            receiver._got[context.Request.Headers["webhook-id"].ToString()] = body.RootElement.Clone();
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        });
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Lets a server's time pass until something holds, and the server work in between.</summary>
    public static async Task UntilAsync(RunningServer server, Func<bool> holds, TimeSpan step, string? token = null)
    {
        for (var i = 0; !holds(); i++)
        {
            i.ShouldBeLessThan(5_000, server.Log);
            server.Time.Advance(step);
            await server.GetAsync("/api/v1/outbox", token);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
