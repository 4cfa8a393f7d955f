using System.Security.Cryptography;
using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Language.Signatures;

/// <summary>A private key that signs: ECDSA over the curve P-256 (FIPS 186-5). The key itself is in no message and no text but <see cref="ToPem"/>.</summary>
public sealed class SigningKey : IDisposable
{
    private readonly ECDsa _key;

    private SigningKey(ECDsa key) => _key = key;

    /// <summary>A new key, from the system's source of randomness.</summary>
    public static SigningKey New() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    private const string Encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----";

    /// <summary>PBES2 (RFC 8018): AES-256 under a key that 600,000 rounds of HMAC-SHA-256 make of the password.</summary>
    private static readonly PbeParameters Protection = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 600_000);

    /// <summary>Whether the text of a key's file is of no use without its password.</summary>
    public static bool NeedsPassword(string pem)
    {
        ArgumentNullException.ThrowIfNull(pem);
        return pem.Contains(Encrypted, StringComparison.Ordinal);
    }

    /// <summary>Reads a key from PEM: <c>ENCRYPTED PRIVATE KEY</c> or <c>PRIVATE KEY</c> (PKCS #8), or <c>EC PRIVATE KEY</c> (SEC 1).</summary>
    /// <param name="pem">The text of the file.</param>
    /// <param name="password">The password; used only where <see cref="NeedsPassword"/>.</param>
    /// <param name="file">Its name, for places.</param>
    /// <param name="diagnostics">Takes <c>LK5110</c> when it is no such key, <c>LK5115</c> when the password does not open it; what the file says is not repeated.</param>
    /// <returns>Null when it is no such key.</returns>
    public static SigningKey? Read(string pem, string? password, string file, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        var key = ECDsa.Create();
        try
        {
            if (NeedsPassword(pem))
                key.ImportFromEncryptedPem(pem, password ?? "");
            else
                key.ImportFromPem(pem);
            // Only who holds the private half can sign; a public key in PEM reads as well.
            if (PublicKey.IsP256(key) && key.ExportParameters(includePrivateParameters: true).D is not null)
                return new SigningKey(key);
        }
        catch (CryptographicException) when (NeedsPassword(pem))
        {
            key.Dispose();
            diagnostics.Error("LK5115", new Place(file), "The password does not open this key.");
            return null;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            // Told below, for every reason alike.
        }

        key.Dispose();
        diagnostics.Error("LK5110", new Place(file), "This is no private key of ECDSA P-256 in PEM.", "make one: levelkeeper key new --to FILE");
        return null;
    }

    /// <summary>The key as PEM (PKCS #8): a secret, unless a password protects it.</summary>
    /// <param name="password">The password; null for none.</param>
    public string ToPem(string? password = null) => (password is null ? _key.ExportPkcs8PrivateKeyPem() : _key.ExportEncryptedPkcs8PrivateKeyPem(password, Protection)) + "\n";

    /// <summary>The public half, by which anybody can check signatures.</summary>
    public PublicKey Public => new(_key.ExportSubjectPublicKeyInfo());

    /// <summary>Signs bytes: 64 bytes, r and s side by side (IEEE P1363), over their SHA-256.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data) => _key.SignData(data.ToArray(), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
