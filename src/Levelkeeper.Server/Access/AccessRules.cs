using Levelkeeper.Runtime.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Levelkeeper.Server.Access;

/// <summary>What an endpoint asks of its caller. One that says nothing is served to nobody.</summary>
/// <param name="Permission">What the caller must be allowed; null where anyone may call.</param>
internal sealed record AccessRule(Permission? Permission);

/// <summary>Says who may call an endpoint, and who called.</summary>
internal static class AccessRules
{
    /// <summary>Only those who may do this may call.</summary>
    public static T Needs<T>(this T endpoint, Permission permission)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new AccessRule(permission));

    /// <summary>Anyone may call, also without a token.</summary>
    public static T ForAnyone<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new AccessRule(null));

    /// <summary>Who calls; only where the endpoint needs a permission.</summary>
    public static Viewer Viewer(this HttpContext context) => context.Features.Get<Viewer>() ?? throw new InvalidOperationException("Only endpoints that need a permission know who calls.");
}
