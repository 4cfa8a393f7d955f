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

    /// <summary>Reads a key from PEM: <c>PRIVATE KEY</c> (PKCS #8) or <c>EC PRIVATE KEY</c> (SEC 1), without a password.</summary>
    /// <param name="pem">The text of the file.</param>
    /// <param name="file">Its name, for places.</param>
    /// <param name="diagnostics">Takes <c>LK5110</c> when it is no such key; what the file says is not repeated.</param>
    /// <returns>Null when it is no such key.</returns>
    public static SigningKey? Read(string pem, string file, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            // Only who holds the private half can sign; a public key in PEM reads as well.
            if (PublicKey.IsP256(key) && key.ExportParameters(includePrivateParameters: true).D is not null)
                return new SigningKey(key);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            // Told below, for every reason alike.
        }

        key.Dispose();
        diagnostics.Error("LK5110", new Place(file), "This is no private key of ECDSA P-256 in PEM, without a password.", "make one: levelkeeper key new --to FILE");
        return null;
    }

    /// <summary>The key as PEM (PKCS #8): a secret.</summary>
    public string ToPem() => _key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>The public half, by which anybody can check signatures.</summary>
    public PublicKey Public => new(_key.ExportSubjectPublicKeyInfo());

    /// <summary>Signs bytes: 64 bytes, r and s side by side (IEEE P1363), over their SHA-256.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data) => _key.SignData(data.ToArray(), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
