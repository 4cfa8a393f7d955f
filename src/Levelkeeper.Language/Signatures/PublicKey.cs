using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Levelkeeper.Language.Signatures;

/// <summary>A public key of ECDSA P-256.</summary>
public sealed class PublicKey
{
    private readonly ImmutableArray<byte> _info;

    internal PublicKey(byte[] info) => _info = [.. info];

    /// <summary>Reads a key exactly as <see cref="ToString"/> writes it; null when it is none of this curve. A key in another encoding would have another fingerprint.</summary>
    public static PublicKey? Parse(string text)
    {
        try
        {
            var info = Convert.FromBase64String(text);
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(info, out var read);
            return read == info.Length && IsP256(key) && new PublicKey(key.ExportSubjectPublicKeyInfo()) is var same && same.ToString() == text ? same : null;
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The first 16 bytes of SHA-256 over the key in hexadecimal digits: short enough to read out to the other side.</summary>
    public string Fingerprint => Grouped(Convert.ToHexStringLower(SHA256.HashData(_info.AsSpan())[..Bytes]));

    private const int Bytes = 16;

    private static string Grouped(string digits) => string.Join(' ', digits.Chunk(4).Select(c => new string(c)));

    /// <summary>A fingerprint as people write it, with or without blanks, as <see cref="Fingerprint"/> writes it; null when it is none.</summary>
    public static string? FingerprintOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var digits = string.Concat(text.Where(c => c != ' ')).ToLowerInvariant();
        return digits.Length == 2 * Bytes && digits.All(char.IsAsciiHexDigit) ? Grouped(digits) : null;
    }

    /// <summary>Whether the holder of the private half signed these bytes.</summary>
    public bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_info.AsSpan(), out _);
        return key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>The key as base64 of its SubjectPublicKeyInfo (RFC 5480).</summary>
    public override string ToString() => Convert.ToBase64String(_info.AsSpan());

    internal static bool IsP256(ECDsa key) => key.ExportParameters(includePrivateParameters: false).Curve is { IsNamed: true, Oid: { } oid } && (oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value || oid.FriendlyName == ECCurve.NamedCurves.nistP256.Oid.FriendlyName);
}
