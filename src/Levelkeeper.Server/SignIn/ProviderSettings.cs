using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Levelkeeper.Connectors.Channels;
using Levelkeeper.Connectors.Channels.Outgoing;

namespace Levelkeeper.Server.SignIn;

/// <summary>An identity provider (OpenID Connect) by which people may sign in.</summary>
public sealed record ProviderSettings
{
    /// <summary>Its address, which is the issuer of its tokens; null for no provider.</summary>
    public Uri? Authority { get; init; }

    /// <summary>What this installation is called there.</summary>
    public string Client { get; init; } = "";

    /// <summary>The installation's secret there.</summary>
    public Secret? Secret { get; init; }

    /// <summary>Which claim says who somebody is.</summary>
    public string Claim { get; init; } = "sub";

    /// <summary>What people call it; empty for its host.</summary>
    public string Title { get; init; } = "";

    /// <summary>What is asked of it, with blanks between.</summary>
    public string Scopes { get; init; } = "openid";

    /// <summary>Networks in which it may be though they are not public; also by http then.</summary>
    public ImmutableArray<IPNetwork> Networks { get; init; } = [];

    /// <summary>Authorities that its certificates may come from, for tests; null for those of the system.</summary>
    internal X509Certificate2Collection? Authorities { get; init; }

    /// <summary>What people read; null where there is no provider.</summary>
    internal string? Name => Authority is null ? null : Title.Length > 0 ? Title : Authority.Host;

    /// <summary>What does not fit together, for whoever wrote it; empty where all does.</summary>
    public IEnumerable<string> Problems()
    {
        if (Authority is null)
            yield break;
        if (Client.Length == 0)
            yield return "'oidc-authority' needs 'oidc-client': what this installation is called there.";
        if (Secret is null)
            yield return "'oidc-authority' needs 'oidc-secret-file' or 'oidc-secret'.";
        if (!Scopes.Split(' ').Contains("openid"))
            yield return "'oidc-scopes' needs 'openid' among them.";
        if (Addresses().Problem(Authority) is { } problem)
            yield return $"'oidc-authority': {problem} 'oidc-networks' names networks that are not public.";
    }

    /// <summary>Where requests to it may go.</summary>
    internal OutgoingAddresses Addresses() => new() { Allowed = Networks, AllowsHttp = !Networks.IsEmpty, Ports = [443, 8443, .. Authority is null ? [] : (int[])[Authority.Port]] };

    /// <summary>How an account names somebody there: the issuer, a blank and the claim.</summary>
    internal static string ExternalId(string issuer, string claim) => $"{issuer} {claim}";
}
