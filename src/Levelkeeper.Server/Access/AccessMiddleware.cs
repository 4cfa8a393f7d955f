using System.Net;
using System.Net.Sockets;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Stores;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Levelkeeper.Server.Access;

/// <summary>Lets a request through to its endpoint, or refuses it: who asks, how often, and whether they may.</summary>
internal sealed class AccessMiddleware(RequestDelegate next, ServedStore served, TokenGuard guard, ServerSettings settings, TimeProvider time)
{
    private static readonly Viewer s_anyone = Viewer.Anyone("anyone", "Anyone at this machine");

    private readonly RequestBudget _tokens = new(time, TimeSpan.FromSeconds(1) / settings.RequestsPerSecond, 10 * settings.RequestsPerSecond);
    private readonly RequestBudget _strangers = new(time, TimeSpan.FromMinutes(1) / settings.StrangersPerMinute, settings.StrangersPerMinute);

    public async Task InvokeAsync(HttpContext context)
    {
        // What is no endpoint of ours answers that there is nothing, or not by this method.
        if (context.GetEndpoint() is RouteEndpoint endpoint && endpoint.Metadata.GetMetadata<AccessRule>() is not { Permission: null })
        {
            var rule = endpoint.Metadata.GetMetadata<AccessRule>();
            var viewer = await FindAsync(context);
            if (rule?.Permission is not { } permission || !viewer.May(permission))
                throw new ProblemException(ProblemKind.OutOfScope, $"'{viewer.Name}' may not do this{(rule?.Permission is { } missing ? $" ({missing})" : "")}.", "give the account the role, or the token the scope, that allows it");
            context.Features.Set(viewer);
        }

        await next(context);
    }

    private async ValueTask<Viewer> FindAsync(HttpContext context)
    {
        var open = served.Open ?? throw new ProblemException(ProblemKind.StoreAway, $"Not ready: {served.State}.");
        if (!await guard.HasAccountsAsync(open, context.RequestAborted))
            return Anyone(context);
        var header = context.Request.Headers.Authorization.ToString();
        const string Scheme = "Bearer ";
        if (header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            if (await guard.FindAsync(header[Scheme.Length..].Trim(), open, context.RequestAborted) is not { } viewer)
                throw Stranger(context, "The token is not good: mistyped, expired or taken back.", "Bearer error=\"invalid_token\"");
            if (_tokens.Spend(viewer.Name) is { } wait)
                throw TooMany(context, wait, $"'{viewer.Name}' may make {settings.RequestsPerSecond} requests a second.");
            return viewer;
        }

        throw Stranger(context, "The request has no token.", "Bearer");
    }

    /// <summary>As long as there is no account, whoever is at this machine; not a page of elsewhere in their browser, which would name another host.</summary>
    private Viewer Anyone(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is { } address && !IPAddress.IsLoopback(address))
            throw new ProblemException(ProblemKind.NoToken, "Nobody has an account yet, and the request comes from another machine.");
        var host = context.Request.Host.Host.Trim('[', ']');
        if (!host.Equals("localhost", StringComparison.OrdinalIgnoreCase) && !(IPAddress.TryParse(host, out var named) && IPAddress.IsLoopback(named)))
            throw new ProblemException(ProblemKind.OtherHost, "The request names another host than this machine.");
        return _tokens.Spend("") is { } wait ? throw TooMany(context, wait, $"{settings.RequestsPerSecond} requests a second are served.") : s_anyone;
    }

    private ProblemException Stranger(HttpContext context, string detail, string challenge)
    {
        if (_strangers.Spend(Neighbourhood(context.Connection.RemoteIpAddress)) is { } wait)
            return TooMany(context, wait, "Too many requests without a good token came from this address.");
        context.Response.Headers.WWWAuthenticate = challenge;
        return new ProblemException(ProblemKind.NoToken, detail);
    }

    private static ProblemException TooMany(HttpContext context, TimeSpan wait, string detail)
    {
        context.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new ProblemException(ProblemKind.TooMany, detail);
    }

    /// <summary>An address; of IPv6 the network of one household, which has addresses without end.</summary>
    private static string Neighbourhood(IPAddress? address) =>
        address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address?.ToString() ?? "";
}
