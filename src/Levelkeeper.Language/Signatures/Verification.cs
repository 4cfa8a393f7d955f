using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Language.Contract;

namespace Levelkeeper.Language.Signatures;

/// <summary>What a signature is worth for an agreement as it is now.</summary>
public enum SignatureVerdict
{
    /// <summary>It is genuine, and over this agreement.</summary>
    Holds,

    /// <summary>It is genuine, and over an agreement that said something else.</summary>
    OtherContent,

    /// <summary>What it says was changed after it was made, or it was made with another key.</summary>
    NotGenuine,

    /// <summary>The same key signed for the other side too: one holder cannot be both.</summary>
    SharedKey,

    /// <summary>The key is none that the key ring knows for this side.</summary>
    UnknownKey,

    /// <summary>By the key ring, the key did not count on the day of the signature: it was revoked before, or not yet in use.</summary>
    RevokedKey,
}

/// <summary>A signature with what came of checking it.</summary>
/// <param name="Signature">The signature.</param>
/// <param name="Verdict">What it is worth.</param>
/// <param name="Differences">What has changed since; null when what was signed is not recorded, empty when nothing has.</param>
/// <param name="Key">What the key ring says of its key; null without a ring, and for a key that it does not know.</param>
public sealed record CheckedSignature(AgreementSignature Signature, SignatureVerdict Verdict, ImmutableArray<ContentDifference>? Differences, KnownKey? Key = null);

/// <summary>The signatures under an agreement as it is now.</summary>
public sealed record Verification
{
    /// <summary>The signatures in their order.</summary>
    public required ImmutableArray<CheckedSignature> Signatures { get; init; }

    /// <summary>The recorded signatures on paper; they count, and nothing can check them.</summary>
    public required ImmutableArray<PaperSignature> OnPaper { get; init; }

    /// <summary>The sides that must sign and have not.</summary>
    public required ImmutableArray<PartyRole> Missing { get; init; }

    /// <summary>
    /// True when every side that must has signed the agreement as it is, and no signature was tampered with. One over an older content, or by a key that does not count, does no
    /// harm where its side has signed otherwise.
    /// </summary>
    public bool Holds => Missing.IsEmpty && Signatures.All(s => s.Verdict != SignatureVerdict.NotGenuine);

    /// <summary>Checks signatures.</summary>
    /// <param name="agreement">The agreement.</param>
    /// <param name="content">What of it is signed.</param>
    /// <param name="file">The signatures.</param>
    /// <param name="ring">The keys that are known; null to take any key for its holder's.</param>
    public static Verification Of(Agreement agreement, SignedContent content, SignatureFile file, KeyRing? ring = null)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(file);
        var changes = new Dictionary<string, ImmutableArray<ContentDifference>?>(StringComparer.Ordinal) { [content.Hash] = [] };
        var signatures = file.Signatures.Select(s => Check(s, agreement, ring, Changes)).ToImmutableArray();
        var shared = signatures.Where(s => s.Verdict == SignatureVerdict.Holds).GroupBy(s => s.Signature.Key, StringComparer.Ordinal).Where(g => g.Select(s => s.Signature.By).Distinct().Count() > 1).Select(g => g.Key).ToHashSet(StringComparer.Ordinal);
        signatures = [.. signatures.Select(s => s.Verdict == SignatureVerdict.Holds && shared.Contains(s.Signature.Key) ? s with { Verdict = SignatureVerdict.SharedKey } : s)];
        var signed = signatures.Where(s => s.Verdict == SignatureVerdict.Holds).Select(s => s.Signature.By).Concat(agreement.PaperSignatures.Select(p => p.By)).ToHashSet();
        ImmutableArray<PartyRole> sides = agreement.Customer is null ? [PartyRole.Provider] : [PartyRole.Provider, PartyRole.Customer];
        return new Verification { Signatures = signatures, OnPaper = agreement.PaperSignatures, Missing = [.. sides.Where(s => !signed.Contains(s))] };

        // Many may have signed the same; what has changed since is looked for once.
        ImmutableArray<ContentDifference>? Changes(string hash)
        {
            if (changes.TryGetValue(hash, out var known))
                return known;
            // The record of what was signed is believed only where its hash is the one that was signed.
            var recorded = file.Contents.TryGetValue(hash, out var signed) && new SignedContent(signed).Hash == hash;
            return changes[hash] = recorded ? ContentDifference.Between(signed!, content.Canonical) : null;
        }
    }

    private static CheckedSignature Check(AgreementSignature signature, Agreement agreement, KeyRing? ring, Func<string, ImmutableArray<ContentDifference>?> changes)
    {
        if (!signature.IsGenuine || PublicKey.Parse(signature.Key) is not { } key)
            return new CheckedSignature(signature, SignatureVerdict.NotGenuine, null);
        var (differences, known) = (changes(signature.Hash), ring?.Find(key));
        var verdict = differences?.All(d => d.IsLaterDefault) != true ? SignatureVerdict.OtherContent
            : ring is null ? SignatureVerdict.Holds
            : known is null || known.By != signature.By ? SignatureVerdict.UnknownKey
            : known.CountsOn(signature.At.InZone(agreement.Zone).Date) ? SignatureVerdict.Holds : SignatureVerdict.RevokedKey;
        return new CheckedSignature(signature, verdict, differences, known);
    }
}
