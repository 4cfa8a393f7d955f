using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Levelkeeper.Server.Access;

/// <summary>256 random bits in base64url, that whoever holds them shows: a session's cookie, a set-up code. Only their hash is kept.</summary>
public sealed class RandomSecret
{
    private const int Length = 43;

    private readonly string _text;

    private RandomSecret(string text) => _text = text;

    /// <summary>A new one.</summary>
    public static RandomSecret New() => new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));

    /// <summary>Reads one; null when the text is none.</summary>
    public static RandomSecret? Parse(string? text) => text is { Length: Length } && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? new RandomSecret(text) : null;

    /// <summary>What is kept of it: SHA-256, which is enough for 256 random bits.</summary>
    public byte[] Hash() => SHA256.HashData(Encoding.ASCII.GetBytes(_text));

    /// <summary>The text itself. Call it where it is handed over, and nowhere else.</summary>
    public string Reveal() => _text;

    /// <summary>Dots.</summary>
    public override string ToString() => "•••";
}
