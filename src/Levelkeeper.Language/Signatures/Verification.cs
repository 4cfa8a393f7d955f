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
}

/// <summary>A signature with what came of checking it.</summary>
/// <param name="Signature">The signature.</param>
/// <param name="Verdict">What it is worth.</param>
/// <param name="Differences">What has changed since; null when what was signed is not recorded, empty when nothing has.</param>
public sealed record CheckedSignature(AgreementSignature Signature, SignatureVerdict Verdict, ImmutableArray<ContentDifference>? Differences);

/// <summary>The signatures under an agreement as it is now.</summary>
public sealed record Verification
{
    /// <summary>The signatures in their order.</summary>
    public required ImmutableArray<CheckedSignature> Signatures { get; init; }

    /// <summary>The recorded signatures on paper; they count, and nothing can check them.</summary>
    public required ImmutableArray<PaperSignature> OnPaper { get; init; }

    /// <summary>The sides that must sign and have not.</summary>
    public required ImmutableArray<PartyRole> Missing { get; init; }

    /// <summary>True when every side that must has signed the agreement as it is, and no signature was tampered with. One over an older content that its side has replaced does no harm.</summary>
    public bool Holds => Missing.IsEmpty && Signatures.All(s => s.Verdict != SignatureVerdict.NotGenuine);

    /// <summary>Checks signatures.</summary>
    /// <param name="agreement">The agreement.</param>
    /// <param name="content">What of it is signed.</param>
    /// <param name="file">The signatures.</param>
    public static Verification Of(Agreement agreement, SignedContent content, SignatureFile file)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(file);
        var signatures = file.Signatures.Select(s => Check(s, content, file)).ToImmutableArray();
        var signed = signatures.Where(s => s.Verdict == SignatureVerdict.Holds).Select(s => s.Signature.By).Concat(agreement.PaperSignatures.Select(p => p.By)).ToHashSet();
        ImmutableArray<PartyRole> sides = agreement.Customer is null ? [PartyRole.Provider] : [PartyRole.Provider, PartyRole.Customer];
        return new Verification { Signatures = signatures, OnPaper = agreement.PaperSignatures, Missing = [.. sides.Where(s => !signed.Contains(s))] };
    }

    private static CheckedSignature Check(AgreementSignature signature, SignedContent content, SignatureFile file)
    {
        if (!signature.IsGenuine)
            return new CheckedSignature(signature, SignatureVerdict.NotGenuine, null);
        if (signature.Hash == content.Hash)
            return new CheckedSignature(signature, SignatureVerdict.Holds, []);
        // The record of what was signed is believed only where its hash is the one that was signed.
        if (!file.Contents.TryGetValue(signature.Hash, out var signed) || new SignedContent(signed).Hash != signature.Hash)
            return new CheckedSignature(signature, SignatureVerdict.OtherContent, null);
        var differences = ContentDifference.Between(signed, content.Canonical);
        return new CheckedSignature(signature, differences.All(d => d.IsLaterDefault) ? SignatureVerdict.Holds : SignatureVerdict.OtherContent, differences);
    }
}
