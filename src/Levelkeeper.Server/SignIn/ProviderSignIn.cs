using System.Security.Claims;
using Levelkeeper.Connectors.Channels.Outgoing;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Stores;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Levelkeeper.Server.SignIn;

/// <summary>People sign in by an identity provider: OpenID Connect, code flow with PKCE, state and nonce, by ASP.NET Core's handler. Who they are here an account says; the provider gives nobody a role.</summary>
internal static class ProviderSignIn
{
    private const string Scheme = "provider";
    private const string Own = "session";
    private const string Return = "/sign-in/provider/return";

    /// <summary>Asymmetric signatures only: what the client's secret or no key at all could have signed proves nothing.</summary>
    private static readonly string[] s_algorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512];

    public static void Add(IServiceCollection services, ProviderSettings provider, TimeProvider time)
    {
        if (provider.Authority is not { } authority)
            return;
        services.AddTransient<OwnSessions>();
        services.AddAuthentication(static options =>
        {
            options.AddScheme<OwnSessions>(Own, null);
            options.DefaultScheme = Own;
        }).AddOpenIdConnect(Scheme, provider.Name, options => Configure(options, authority, provider, time));
    }

    public static void Map(IEndpointRouteBuilder routes, ProviderSettings provider)
    {
        if (provider.Authority is null)
            return;
        var pages = routes.MapGroup("").ExcludeFromDescription();
        pages.MapGet("/sign-in/provider", BeginAsync).ForStrangers();
        pages.MapGet(Return, ReturnAsync).ForStrangers();
    }

    private static async Task BeginAsync(HttpContext context, ServedStore served, ILogger<SignInDesk> log, string? to = null)
    {
        if (served.Open is null)
            throw new ProblemException(ProblemKind.StoreAway, $"Not ready: {served.State}.");
        // Nobody is signed in because a page of another site led them here: they see our page first.
        if (context.Request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin" or "none"))
        {
            context.Response.Redirect($"/sign-in?to={Uri.EscapeDataString(SignInEndpoints.Within(to))}");
            return;
        }

        try
        {
            await context.ChallengeAsync(Scheme, new AuthenticationProperties { RedirectUri = SignInEndpoints.Within(to) });
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException or HttpRequestException or OpenIdConnectProtocolException)
        {
            ServerLog.ProviderFailed(log, Reason(exception));
            context.Response.Redirect("/sign-in?failed=provider");
        }
    }

    /// <summary>Where the provider sends people back to; the handler does all there is.</summary>
    private static async Task ReturnAsync(HttpContext context, ServedStore served, IAuthenticationHandlerProvider handlers)
    {
        if (served.Open is null)
            throw new ProblemException(ProblemKind.StoreAway, $"Not ready: {served.State}.");
        if (await handlers.GetHandlerAsync(context, Scheme) is not IAuthenticationRequestHandler handler || !await handler.HandleRequestAsync())
            context.Response.Redirect("/sign-in?failed=provider");
    }

    private static void Configure(OpenIdConnectOptions options, Uri authority, ProviderSettings provider, TimeProvider time)
    {
        options.Authority = Issuer(authority);
        options.ClientId = provider.Client;
        options.ClientSecret = provider.Secret?.Reveal();
        options.CallbackPath = Return;
        options.ResponseType = OpenIdConnectResponseType.Code;
        // By the address, so that cookies that no other site can send along come back with it.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.SaveTokens = false;
        options.MapInboundClaims = false;
        options.DisableTelemetry = true;
        options.GetClaimsFromUserInfoEndpoint = provider.Claim != "sub";
        options.RequireHttpsMetadata = provider.Networks.IsEmpty;
        options.BackchannelHttpHandler = new OutgoingHandler(provider.Addresses(), provider.Authorities);
        options.BackchannelTimeout = TimeSpan.FromSeconds(15);
        options.Scope.Clear();
        foreach (var scope in provider.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            options.Scope.Add(scope);
        foreach (var cookie in (CookieBuilder[])[options.CorrelationCookie, options.NonceCookie])
            (cookie.SameSite, cookie.SecurePolicy, cookie.HttpOnly) = (SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest, true);
        // The handler drops it unless told not to: an account names people by issuer and claim.
        options.ClaimActions.Remove("iss");
        // What the userinfo endpoint says besides.
        options.ClaimActions.MapUniqueJsonKey(provider.Claim, provider.Claim);
        options.ClaimActions.MapUniqueJsonKey("email_verified", "email_verified");
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAlgorithms = s_algorithms,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ClockSkew = TimeSpan.FromMinutes(1),
            // Exactly the one that the settings name, whatever its own documents say.
            IssuerValidator = (issuer, _, _) => issuer == Issuer(authority) ? issuer : throw new SecurityTokenInvalidIssuerException("The token is of another issuer."),
            LifetimeValidator = (notBefore, expires, _, parameters) => IsAlive(notBefore, expires, time.GetUtcNow().UtcDateTime, parameters.ClockSkew),
            NameClaimType = provider.Claim,
        };
        options.Events = new OpenIdConnectEvents { OnTokenValidated = Signed, OnTicketReceived = context => ReceivedAsync(context, provider), OnRemoteFailure = Failed };
    }

    /// <summary>Its address as it was written, but for the slash that an address without a path gets.</summary>
    private static string Issuer(Uri authority) => authority.AbsolutePath == "/" && !authority.OriginalString.EndsWith('/') ? authority.GetLeftPart(UriPartial.Authority) : authority.OriginalString;

    private static bool IsAlive(DateTime? notBefore, DateTime? expires, DateTime now, TimeSpan skew) => expires is { } end && now < end + skew && !(notBefore > now + skew);

    /// <summary>The handler takes an unsigned token where it got it from the provider itself, as the protocol allows; here what proves who somebody is is signed.</summary>
    private static Task Signed(TokenValidatedContext context)
    {
        if (!s_algorithms.Contains(context.SecurityToken.SignatureAlgorithm, StringComparer.Ordinal))
            context.Fail(new SecurityTokenInvalidSignatureException("The token is not signed."));
        return Task.CompletedTask;
    }

    /// <summary>The provider has proved who somebody is: the account that names them is signed in.</summary>
    private static async Task ReceivedAsync(TicketReceivedContext context, ProviderSettings provider)
    {
        context.HandleResponse();
        var (http, person) = (context.HttpContext, context.Principal ?? new ClaimsPrincipal());
        var services = http.RequestServices;
        var (store, desk) = (services.GetRequiredService<ServedStore>().Open!.Store, services.GetRequiredService<SignInDesk>());
        var account = NameOf(person, provider) is { } name && person.FindFirst("iss")?.Value is { } issuer ? await store.Accounts.FindExternalAsync(ProviderSettings.ExternalId(issuer, name), http.RequestAborted) : null;
        http.Response.Redirect(account is { IsDisabled: false } && await desk.BeginAsync(http, account, "provider") ? SignInEndpoints.Within(context.ReturnUri) : "/sign-in?failed=unknown");
    }

    /// <summary>What the claim says; null where it says nothing, or an address that nobody has proved to be theirs.</summary>
    private static string? NameOf(ClaimsPrincipal person, ProviderSettings provider) =>
        provider.Claim == "email" && !string.Equals(person.FindFirst("email_verified")?.Value, "true", StringComparison.OrdinalIgnoreCase) ? null : person.FindFirst(provider.Claim)?.Value is { Length: > 0 } name ? name : null;

    private static Task Failed(RemoteFailureContext context)
    {
        context.HandleResponse();
        ServerLog.ProviderFailed(context.HttpContext.RequestServices.GetRequiredService<ILogger<SignInDesk>>(), Reason(context.Failure));
        context.Response.Redirect("/sign-in?failed=provider");
        return Task.CompletedTask;
    }

    /// <summary>The kinds of what went wrong and the library's codes: texts of tokens and answers stay out of the log.</summary>
    private static string Reason(Exception? failure)
    {
        var reasons = new List<string>();
        for (; failure is not null && reasons.Count < 5; failure = failure.InnerException)
            reasons.Add($"{failure.GetType().Name}{(failure.Message.StartsWith("IDX", StringComparison.Ordinal) ? $" {failure.Message.Split(':')[0]}" : failure is HttpRequestException or IOException ? $" {failure.Message}" : "")}");
        return string.Join(", ", reasons);
    }
}
