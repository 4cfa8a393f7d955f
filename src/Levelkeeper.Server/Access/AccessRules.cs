using Levelkeeper.Runtime.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Levelkeeper.Server.Access;

/// <summary>What an endpoint asks of its caller. One that says nothing is served to nobody.</summary>
/// <param name="Permission">What the caller must be allowed; null where that does not decide.</param>
/// <param name="Callers">Who may call.</param>
internal sealed record AccessRule(Permission? Permission, Callers Callers = Callers.Permitted);

/// <summary>Who may call an endpoint.</summary>
internal enum Callers
{
    /// <summary>Who has the permission.</summary>
    Permitted,

    /// <summary>Who has signed in, for what is about their own account; no token.</summary>
    SignedIn,

    /// <summary>Whoever is about to sign in; so often in a minute from one address.</summary>
    Strangers,

    /// <summary>Anyone.</summary>
    Anyone,
}

/// <summary>Says who may call an endpoint, and who called.</summary>
internal static class AccessRules
{
    /// <summary>Only those who may do this may call.</summary>
    public static T Needs<T>(this T endpoint, Permission permission)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new AccessRule(permission));

    /// <summary>Anyone may call, also without a token.</summary>
    public static T ForAnyone<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new AccessRule(null, Callers.Anyone));

    /// <summary>Anyone may call who is about to sign in, not too often.</summary>
    public static T ForStrangers<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new AccessRule(null, Callers.Strangers));

    /// <summary>Only who has signed in may call, about their own account.</summary>
    public static T ForSignedIn<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new AccessRule(null, Callers.SignedIn));

    /// <summary>Who calls; only where the endpoint is not for anyone.</summary>
    public static Viewer Viewer(this HttpContext context) => Caller.Of(context).Viewer;
}
