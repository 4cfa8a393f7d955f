using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Levelkeeper.Server.Access;

/// <summary>The text of a token: <c>lk_</c>, its public part (12 hexadecimal digits), <c>_</c>, and 256 random bits in base64url. Only the hash of the last is kept.</summary>
/// <param name="Id">The public part.</param>
/// <param name="Secret">The part that nobody else may know.</param>
public sealed record TokenSecret(string Id, string Secret)
{
    private const string Prefix = "lk_";
    private const int IdLength = 12;
    private const int SecretLength = 43;

    /// <summary>A new one.</summary>
    public static TokenSecret New() => new(RandomNumberGenerator.GetHexString(IdLength, lowercase: true), Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));

    /// <summary>Reads the text of a token; null when it is none.</summary>
    public static TokenSecret? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == Prefix.Length + IdLength + 1 + SecretLength && text.StartsWith(Prefix, StringComparison.Ordinal) && text[Prefix.Length + IdLength] == '_'
            ? new TokenSecret(text.Substring(Prefix.Length, IdLength), text[^SecretLength..])
            : null;
    }

    /// <summary>What is kept of the secret: SHA-256, which is enough for 256 random bits.</summary>
    public byte[] Hash() => SHA256.HashData(Encoding.ASCII.GetBytes(Secret));

    /// <summary>The whole text; to be shown once.</summary>
    public string Reveal() => $"{Prefix}{Id}_{Secret}";

    /// <summary>The public part only, so that no secret gets into a log by accident.</summary>
    public override string ToString() => Id;
}
