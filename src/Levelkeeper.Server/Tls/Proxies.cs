using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;

namespace Levelkeeper.Server.Tls;

/// <summary>Reverse proxies before the server: what they say of a request is believed, and nobody else says it.</summary>
internal static class Proxies
{
    public static void Use(IApplicationBuilder app, ServerSettings settings)
    {
        // Who the connection is with, before what a proxy says takes its place.
        app.Use(static (HttpContext context, RequestDelegate next) =>
        {
            context.Features.Set(new Hop(context.Connection.RemoteIpAddress));
            return next(context);
        });
        if (settings.Proxies.IsEmpty)
            return;
        // One proxy is believed, for one step: what stands further left in the header anybody could have written.
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = 1 };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in settings.Proxies)
            options.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(options);
    }

    /// <summary>Whether a request came by TLS, or by plain HTTP from this machine or a named proxy.</summary>
    public static bool MayCome(HttpContext context, ServerSettings settings) => context.Request.IsHttps || MayComePlainly(context.Features.Get<Hop>()?.Address, settings);

    /// <summary>Whether a machine may come by plain HTTP: this one, and the named proxies.</summary>
    public static bool MayComePlainly(IPAddress? address, ServerSettings settings)
    {
        // Without an address it came by a socket of this machine.
        if (address is null)
            return true;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return IPAddress.IsLoopback(plain) || settings.Proxies.Any(p => p.Contains(plain));
    }

    private sealed record Hop(IPAddress? Address);
}
