using System.Collections.Immutable;
using System.Net;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Storage.Sql;

namespace Levelkeeper.Server;

/// <summary>What a server is started with. <see cref="Settings.SettingsReader"/> reads it from a file and the environment; docs/operations.md lists it.</summary>
public sealed record ServerSettings
{
    /// <summary>Where everything is kept. Is disposed of with the server.</summary>
    public required Database Database { get; init; }

    /// <summary>The folder of caches; all in it can be made anew from the store.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>The addresses that it listens at, as <c>http://127.0.0.1:8400</c>; port 0 takes any that is free.</summary>
    public IReadOnlyList<string> Urls { get; init; } = ["http://127.0.0.1:8400"];

    /// <summary>The reverse proxies before it. What they say of a request (X-Forwarded-For, X-Forwarded-Proto) is believed, and only they and this machine itself may come by plain HTTP.</summary>
    public ImmutableArray<IPNetwork> Proxies { get; init; } = [];

    /// <summary>A file with a certificate (PEM) for addresses that begin with https; null for none.</summary>
    public string? Certificate { get; init; }

    /// <summary>A file with its private key (PEM).</summary>
    public string? CertificateKey { get; init; }

    /// <summary>How much of one event is read before it is refused.</summary>
    public CloudEventLimits Events { get; init; } = CloudEventLimits.Default;

    /// <summary>The longest body of a request in bytes, from 1 KiB; what is longer goes as a stream of lines. So much is held in memory for each request on its way.</summary>
    public int RequestBytes { get; init; } = 8 << 20;

    /// <summary>How many bytes of bodies may be on their way at a time, of all requests together; not less than one body may have. Bodies of up to 16 KiB and streams of lines are not counted.</summary>
    public long BodiesBytes { get; init; } = 256 << 20;

    /// <summary>The longest stream of lines in bytes. It is never held as a whole.</summary>
    public long StreamBytes { get; init; } = 4L << 30;

    /// <summary>How long a request may take, streams apart, from a second.</summary>
    public TimeSpan RequestTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stream of lines may take.</summary>
    public TimeSpan StreamTime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How many facts may wait for their commit before senders are told to come again.</summary>
    public int QueuedFacts { get; init; } = 1 << 17;

    /// <summary>How many connections may be open at a time.</summary>
    public int Connections { get; init; } = 2_000;

    /// <summary>How many requests a second a token, or an account that has signed in, may make, on average; ten seconds' worth at once.</summary>
    public int RequestsPerSecond { get; init; } = 1_000;

    /// <summary>How many requests without a valid token, or to sign in, an address may make in a minute.</summary>
    public int StrangersPerMinute { get; init; } = 60;

    /// <summary>How long nothing may come by a session before it is over, from a minute.</summary>
    public TimeSpan SessionIdle { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a session lasts at most, whatever comes by it.</summary>
    public TimeSpan SessionTime { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Where traces are sent, by OTLP over HTTP, as <c>http://collector:4318</c>; null for nowhere.</summary>
    public Uri? TracesTo { get; init; }

    /// <summary>An identity provider by which people may sign in.</summary>
    public SignIn.ProviderSettings Provider { get; init; } = new();

    /// <summary>By which ways people are told.</summary>
    public Notifications.ChannelSettings Channels { get; init; } = new();

    /// <summary>What does not fit together, for whoever wrote it; empty where all does.</summary>
    public IEnumerable<string> Problems()
    {
        if (BodiesBytes < RequestBytes)
            yield return "'bodies-bytes' is less than 'request-bytes': the longest body could never be read.";
        foreach (var url in Proxies.IsEmpty ? Urls.Where(static u => u.StartsWith("http:", StringComparison.OrdinalIgnoreCase) && !IsLoopback(u)) : [])
            yield return $"'{url}' is plain HTTP where other machines can reach it: name a 'certificate' and begin the address with https, or name the reverse proxy before it in 'proxies'.";
        if (Certificate is null && Urls.FirstOrDefault(static u => u.StartsWith("https:", StringComparison.OrdinalIgnoreCase)) is { } bare)
            yield return $"'{bare}' needs a 'certificate'.";
        if (Certificate is not null && Tls.ServerCertificate.ProblemOf(Certificate, CertificateKey) is { } problem)
            yield return $"'certificate': {problem}";
        foreach (var other in Channels.Problems().Concat(Provider.Problems()))
            yield return other;
    }

    /// <summary>Whether all addresses are this machine's own.</summary>
    internal bool IsOnLoopback => Urls.All(IsLoopback);

    private static bool IsLoopback(string url) =>
        url.Contains("://unix:", StringComparison.Ordinal)
        || (Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Host == "localhost" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address))));
}
