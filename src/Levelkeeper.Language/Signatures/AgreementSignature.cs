using System.Text;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Language.Contract;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Language.Signatures;

/// <summary>A signature under an agreement: who signed what for which side, and when they said that they did.</summary>
/// <param name="By">The side.</param>
/// <param name="Name">Who signed.</param>
/// <param name="At">When, by the signer's own clock.</param>
/// <param name="Hash">The hash of what was signed; see <see cref="SignedContent"/>.</param>
/// <param name="Key">The public key, as <see cref="PublicKey"/> writes it.</param>
/// <param name="Signature">Base64 of the signature over <see cref="Statement"/>; empty before it is made.</param>
public sealed record AgreementSignature(PartyRole By, string Name, Instant At, string Hash, string Key, string Signature)
{
    /// <summary>The name of the form of a statement.</summary>
    public const string Form = "levelkeeper signature 1";

    /// <summary>Everything that the signature says, in canonical form; these bytes (UTF-8) are signed, so that none of it can be changed or taken to another agreement.</summary>
    public string Statement => CanonicalText.Of(CanonicalText.Object(
        ("at", CanonicalText.Text(InstantPattern.ExtendedIso.Format(At))),
        ("by", CanonicalText.Text(Word(By))),
        ("form", CanonicalText.Text(Form)),
        ("hash", CanonicalText.Text(Hash)),
        ("key", CanonicalText.Text(Key)),
        ("name", CanonicalText.Text(Name))));

    /// <summary>Whether the holder of the key signed exactly this.</summary>
    public bool IsGenuine
    {
        get
        {
            Span<byte> signature = stackalloc byte[64];
            return PublicKey.Parse(Key) is { } key
                && Convert.TryFromBase64String(Signature, signature, out var length) && length == signature.Length
                && key.Verifies(Encoding.UTF8.GetBytes(Statement), signature);
        }
    }

    /// <summary>Signs.</summary>
    /// <param name="content">What.</param>
    /// <param name="by">For which side.</param>
    /// <param name="name">Who signs.</param>
    /// <param name="at">When.</param>
    /// <param name="key">With which key.</param>
    public static AgreementSignature Of(SignedContent content, PartyRole by, string name, Instant at, SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(key);
        var unsigned = new AgreementSignature(by, name, at, content.Hash, key.Public.ToString(), "");
        return unsigned with { Signature = Convert.ToBase64String(key.Sign(Encoding.UTF8.GetBytes(unsigned.Statement))) };
    }

    internal static string Word(PartyRole side) => side switch
    {
        PartyRole.Provider => "provider",
        PartyRole.Customer => "customer",
        _ => throw new ArgumentOutOfRangeException(nameof(side), side, "Only the two sides sign."),
    };
}
