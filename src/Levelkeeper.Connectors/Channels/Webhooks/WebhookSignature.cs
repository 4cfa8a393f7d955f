using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Levelkeeper.Connectors.Channels.Webhooks;

/// <summary>Signs what a webhook sends as Standard Webhooks 1.0 says: HMAC-SHA256 over id, timestamp and body, joined by full stops.</summary>
public sealed class WebhookSignature
{
    private const string Prefix = "whsec_";

    private readonly byte[] _key;

    private WebhookSignature(byte[] key) => _key = key;

    /// <summary>Reads a signing secret: <c>whsec_</c> and 24 to 64 bytes in base64.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="signature">What signs with it; null where it is no secret.</param>
    public static bool TryRead(Secret secret, [NotNullWhen(true)] out WebhookSignature? signature)
    {
        ArgumentNullException.ThrowIfNull(secret);
        signature = null;
        var text = secret.Reveal();
        var key = new byte[64];
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || !Convert.TryFromBase64String(text[Prefix.Length..], key, out var length) || length < 24)
            return false;
        signature = new WebhookSignature(key[..length]);
        return true;
    }

    /// <summary>The signature of a message: <c>v1,</c> and base64.</summary>
    /// <param name="id">The message's id, without a full stop.</param>
    /// <param name="timestamp">Seconds since 1970.</param>
    /// <param name="body">The body as it is sent.</param>
    public string Sign(string id, long timestamp, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")), .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(_key, signed));
    }
}
