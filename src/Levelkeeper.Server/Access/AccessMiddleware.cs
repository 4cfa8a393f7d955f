using System.Net;
using System.Net.Sockets;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Stores;
using Levelkeeper.Server.Tls;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Levelkeeper.Server.Access;

/// <summary>Lets a request through to its endpoint, or refuses it: who asks, how often, and whether they may.</summary>
internal sealed class AccessMiddleware(RequestDelegate next, ServedStore served, TokenGuard tokens, SessionGuard sessions, ServerSettings settings, TimeProvider time)
{
    private static readonly Viewer s_anyone = Viewer.Anyone("anyone", "Anyone at this machine");

    private readonly RequestBudget _known = new(time, TimeSpan.FromSeconds(1) / settings.RequestsPerSecond, 10 * settings.RequestsPerSecond);
    private readonly RequestBudget _strangers = new(time, TimeSpan.FromMinutes(1) / settings.StrangersPerMinute, settings.StrangersPerMinute);

    public async Task InvokeAsync(HttpContext context)
    {
        // What is no endpoint of ours answers that there is nothing, or not by this method.
        if (context.GetEndpoint() is RouteEndpoint endpoint)
        {
            var rule = endpoint.Metadata.GetMetadata<AccessRule>() ?? new AccessRule(null);
            if (rule.Callers is not Callers.Anyone && !Proxies.MayCome(context, settings))
                throw new ProblemException(ProblemKind.PlainHttp, "The request came by plain HTTP from a machine that is no named proxy.");
            switch (rule.Callers)
            {
                case Callers.Anyone:
                    break;
                case Callers.Strangers:
                    if (_strangers.Spend(Neighbourhood(context)) is { } wait)
                        throw TooMany(context, wait, "Too many requests to sign in came from this address.");
                    break;
                case Callers.SignedIn or Callers.Permitted:
                    if (await FindAsync(context) is { } caller)
                    {
                        context.Features.Set(caller);
                        ThrowIfNotAllowed(rule, caller);
                        break;
                    }

                    // A person who looks at a page is led to where they sign in.
                    if (!IsForPeople(context.Request))
                        throw Stranger(context, "The request has no token.", "Bearer");
                    context.Response.Redirect($"/sign-in?to={Uri.EscapeDataString(context.Request.Path + context.Request.QueryString)}");
                    return;
                default:
                    throw new ArgumentOutOfRangeException(nameof(context), rule.Callers, "A kind of caller that is not served.");
            }
        }

        await next(context);
    }

    /// <summary>An address; of IPv6 the network of one household, which has addresses without end.</summary>
    public static string Neighbourhood(HttpContext context) => context.Connection.RemoteIpAddress switch
    {
        { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } address => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
        var address => address?.ToString() ?? "",
    };

    private static void ThrowIfNotAllowed(AccessRule rule, Caller caller)
    {
        if (rule.Callers is Callers.SignedIn ? caller.Session is not null : rule.Permission is { } permission && caller.Viewer.May(permission))
            return;
        if (rule.Callers is Callers.SignedIn)
            throw new ProblemException(ProblemKind.OutOfScope, "Only who has signed in may do this, about their own account.", "sign in at /sign-in; no token can do it");
        throw new ProblemException(ProblemKind.OutOfScope, $"'{caller.Viewer.Name}' may not do this{(rule.Permission is { } missing ? $" ({missing})" : "")}.", "give the account the role, or the token the scope, that allows it");
    }

    /// <summary>Who calls; null when nobody says.</summary>
    private async ValueTask<Caller?> FindAsync(HttpContext context)
    {
        var open = served.Open ?? throw new ProblemException(ProblemKind.StoreAway, $"Not ready: {served.State}.");
        if (!await tokens.HasAccountsAsync(open, context.RequestAborted))
            return Anyone(context);
        var header = context.Request.Headers.Authorization.ToString();
        const string Scheme = "Bearer ";
        if (header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            var text = header[Scheme.Length..].Trim();
            if (await tokens.FindAsync(text, open, context.RequestAborted) is not { } viewer)
                throw Stranger(context, "The token is not good: mistyped, expired or taken back.", "Bearer error=\"invalid_token\"");
            if (_known.Spend($"token {TokenSecret.Parse(text)!.Id}") is { } wait)
                throw TooMany(context, wait, $"A token may make {settings.RequestsPerSecond} requests a second.");
            return new Caller(viewer, cancel => tokens.FindAsync(text, open, cancel));
        }

        if (header.Length > 0 || await sessions.FindAsync(context, open) is not { Secret: { } secret } caller)
            return null;
        if (_known.Spend($"account {caller.Viewer.Name}") is { } pause)
            throw TooMany(context, pause, $"'{caller.Viewer.Name}' may make {settings.RequestsPerSecond} requests a second.");
        // The browser sends the cookie along with whatever page makes the request.
        if (!CrossSite.IsSafe(context.Request))
            await CrossSite.ThrowIfNotOursAsync(context, secret);
        return caller;
    }

    /// <summary>As long as there is no account, whoever is at this machine; not a page of elsewhere in their browser, which would name another host.</summary>
    private Caller Anyone(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is { } address && !IPAddress.IsLoopback(address))
            throw new ProblemException(ProblemKind.NoToken, "Nobody has an account yet, and the request comes from another machine.");
        var host = context.Request.Host.Host.Trim('[', ']');
        if (!host.Equals("localhost", StringComparison.OrdinalIgnoreCase) && !(IPAddress.TryParse(host, out var named) && IPAddress.IsLoopback(named)))
            throw new ProblemException(ProblemKind.OtherHost, "The request names another host than this machine.");
        if (!CrossSite.IsSafe(context.Request))
            CrossSite.ThrowIfFromElsewhere(context.Request);
        return _known.Spend("") is { } wait ? throw TooMany(context, wait, $"{settings.RequestsPerSecond} requests a second are served.") : new Caller(s_anyone, static _ => ValueTask.FromResult<Viewer?>(s_anyone));
    }

    private ProblemException Stranger(HttpContext context, string detail, string challenge)
    {
        if (_strangers.Spend(Neighbourhood(context)) is { } wait)
            return TooMany(context, wait, "Too many requests without a good token came from this address.");
        context.Response.Headers.WWWAuthenticate = challenge;
        return new ProblemException(ProblemKind.NoToken, detail);
    }

    private static bool IsForPeople(HttpRequest request) => HttpMethods.IsGet(request.Method) && request.Headers.Authorization.Count == 0 && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static ProblemException TooMany(HttpContext context, TimeSpan wait, string detail)
    {
        context.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new ProblemException(ProblemKind.TooMany, detail);
    }
}
