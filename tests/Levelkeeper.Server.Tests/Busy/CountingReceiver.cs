using System.Net;
using Levelkeeper.Connectors.Channels;
using Levelkeeper.Server.Notifications;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Levelkeeper.Server.Tests.Busy;

/// <summary>Gets webhooks and keeps nothing of them.</summary>
internal sealed class CountingReceiver : IAsyncDisposable
{
    private WebApplication _app = null!;
    private long _got;

    /// <summary>How many it got.</summary>
    public long Got => Volatile.Read(ref _got);

    /// <summary>The settings by which a server reaches it.</summary>
    public ChannelSettings Channels => new()
    {
        WebhookTo = new Secret($"{_app.Urls.Single()}/hook"), WebhookSecrets = [new Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")], OutgoingNetworks = [IPNetwork.Parse("127.0.0.0/8")],
    };

    public static async Task<CountingReceiver> StartAsync()
    {
        var receiver = new CountingReceiver();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        receiver._app = builder.Build();
        receiver._app.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            Interlocked.Increment(ref receiver._got);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        });
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
