using Levelkeeper.Runtime.Access;
using Levelkeeper.Storage.Accounts;
using Microsoft.AspNetCore.Http;

namespace Levelkeeper.Server.Access;

/// <summary>Who calls, and by what.</summary>
/// <param name="Viewer">Who.</param>
/// <param name="Again">Looks again whether it is still so; null when it is not.</param>
internal sealed record Caller(Viewer Viewer, Func<CancellationToken, ValueTask<Viewer?>> Again)
{
    /// <summary>The session; null where they came by a token.</summary>
    public SignedIn? Session { get; init; }

    /// <summary>The secret of the session's cookie.</summary>
    public RandomSecret? Secret { get; init; }

    /// <summary>Who calls; only where the endpoint asks.</summary>
    public static Caller Of(HttpContext context) => context.Features.Get<Caller>() ?? throw new InvalidOperationException("Only endpoints that are not for anyone know who calls.");
}
