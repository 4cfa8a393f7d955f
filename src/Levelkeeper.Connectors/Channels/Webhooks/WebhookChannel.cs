using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Connectors.Channels.Outgoing;

namespace Levelkeeper.Connectors.Channels.Webhooks;

/// <summary>Where and how a webhook is called.</summary>
public sealed record WebhookSettings
{
    /// <summary>The address. It is treated as a secret: many hold a key.</summary>
    public required Secret Target { get; init; }

    /// <summary>The signing secrets, at least one; with several, for a time of change, each signs.</summary>
    public required ImmutableArray<Secret> Secrets { get; init; }

    /// <summary>The source of the events.</summary>
    public Uri Source { get; init; } = new("urn:levelkeeper");

    /// <summary>What is wrong with the settings, for whoever wrote them; empty where nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (!Uri.TryCreate(Target.Reveal(), UriKind.Absolute, out _))
            yield return "The webhook's target is not an address.";
        if (Secrets.IsDefaultOrEmpty)
            yield return "A webhook needs a secret to sign with.";
        else if (Secrets.Any(secret => !WebhookSignature.TryRead(secret, out _)))
            yield return "A webhook's secret is 'whsec_' and 24 to 64 bytes in base64.";
    }
}

/// <summary>Tells programs: posts each notification as a signed CloudEvent.</summary>
/// <remarks>
/// Signed as Standard Webhooks say, with the notification's key as <c>webhook-id</c> and as <c>Idempotency-Key</c> (a string of RFC 9651).
/// Sent again, the body is the same and the timestamp is that of the new attempt. Thread-safe.
/// </remarks>
public sealed class WebhookChannel : IChannel
{
    private readonly OutgoingRequests _requests;
    private readonly Uri _target;
    private readonly Uri _source;
    private readonly ImmutableArray<WebhookSignature> _signatures;

    /// <summary>A channel to a webhook.</summary>
    /// <param name="settings">Where and how.</param>
    /// <param name="requests">What posts; the channel does not dispose of it.</param>
    /// <exception cref="ArgumentException">The settings have problems.</exception>
    public WebhookChannel(WebhookSettings settings, OutgoingRequests requests)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(requests);
        if (settings.Problems().FirstOrDefault() is { } problem)
            throw new ArgumentException(problem, nameof(settings));
        (_requests, _source, _target) = (requests, settings.Source, new Uri(settings.Target.Reveal()));
        _signatures = [.. settings.Secrets.Select(secret => WebhookSignature.TryRead(secret, out var signature) ? signature : throw new InvalidOperationException("Problems were looked for."))];
    }

    /// <inheritdoc/>
    public Task<Delivery> SendAsync(Message message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
        var body = NotificationEvent.Write(message, _source);
        var key = message.Notification.Key;
        var now = _requests.Now.ToUnixTimeSeconds();
        (string Name, string Value)[] headers =
        [
            ("webhook-id", key),
            ("webhook-timestamp", now.ToString(CultureInfo.InvariantCulture)),
            ("webhook-signature", string.Join(' ', _signatures.Select(signature => signature.Sign(key, now, body)))),
            ("Idempotency-Key", $"\"{key}\""),
        ];
        return _requests.PostAsync(_target, NotificationEvent.ContentType, headers, body, key, cancellation);
    }
}
