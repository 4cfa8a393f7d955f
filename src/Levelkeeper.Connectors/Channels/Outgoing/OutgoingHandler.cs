using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Levelkeeper.Connectors.Channels.Outgoing;

/// <summary>Sends requests to judged addresses only. No redirect is followed, no proxy, cookie or credential of this host is used, and every request has a connection of its own.</summary>
public sealed class OutgoingHandler : DelegatingHandler
{
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(15);

    private readonly OutgoingAddresses _addresses;

    /// <summary>For requests whose targets others name, as the documents of an identity provider do.</summary>
    /// <param name="addresses">Where they may go.</param>
    /// <param name="authorities">The authorities that certificates may come from; none for those of the system.</param>
    public OutgoingHandler(OutgoingAddresses addresses, X509Certificate2Collection? authorities = null)
        : base(New(addresses, authorities)) => _addresses = addresses;

    /// <inheritdoc/>
    /// <exception cref="HttpRequestException">The target may not be reached.</exception>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.RequestUri is { } target && _addresses.Problem(target) is { } problem ? throw new HttpRequestException(problem) : base.SendAsync(request, cancellationToken);
    }

    internal static SocketsHttpHandler New(OutgoingAddresses addresses, X509Certificate2Collection? authorities, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (authorities is { Count: > 0 })
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities);
        }

        return new SocketsHttpHandler
        {
            ConnectCallback = new OutgoingConnections(addresses, resolve).ConnectAsync,
            ConnectTimeout = ConnectTime,
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = OutgoingRequests.LongestAnswer,
            // A connection that is used again may be found dead after the body was sent: that would be a doubt for nothing.
            PooledConnectionLifetime = TimeSpan.Zero,
            ActivityHeadersPropagator = null,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy },
        };
    }
}
