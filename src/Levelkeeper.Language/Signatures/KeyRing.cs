using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;
using NodaTime;

namespace Levelkeeper.Language.Signatures;

using static Levelkeeper.Language.Vocabulary.Forms;

/// <summary>Whose keys somebody who verifies knows, and until when they count. It is that person's own record: what comes with the signatures could say anything.</summary>
/// <param name="Keys">In the order of the file; a fingerprint stands once.</param>
public sealed record KeyRing(ImmutableArray<KnownKey> Keys)
{
    private static readonly Section s_key = new("key", "A key that is known.",
    [
        new("fingerprint", Text("a fingerprint", "974e fe45 d5fb 1153 aa48 ba98 de0c d1dd"), "The key's fingerprint, as its holder told it.", Required: true),
        new("holder", FreeText, "Who holds it.", Required: true),
        new("side", Words("provider", "customer"), "For which side it signs.", Required: true),
        new("from", Date, "The first day on which it counts.", "it always did"),
        new("revoked", Date, "The first day on which it no longer counts.", "it is not revoked"),
        new("reason", FreeText, "Why it was revoked.", "none"),
    ]);

    private static readonly Section s_ring = new("key ring", "The keys that are known.", [new("keys", List(Of(s_key)), "The keys.", Required: true)]);

    /// <summary>Reads a ring: YAML.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="file">Its name, for places.</param>
    /// <param name="diagnostics">Takes what is wrong with it: the codes of agreements for keys and values, <c>LK5118</c> for fingerprints.</param>
    /// <returns>Null when an error was reported: half a ring would let a revoked key count.</returns>
    public static KeyRing? Read(string text, string file, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        var own = new DiagnosticBag();
        var keys = ImmutableArray.CreateBuilder<KnownKey>();
        if (YamlReader.Read(text, file, own) is { } root && SectionReader.Open(root, s_ring, "", own) is { } ring && ring.Node("keys") is { } stated)
        {
            ImmutableArray<YamlNode> items = stated is YamlNode.Sequence list ? list.Items : [stated];
            for (var i = 0; i < items.Length; i++)
            {
                if (SectionReader.Open(items[i], s_key, $"keys[{i}]", own) is { } reader && Key(reader, keys) is { } key)
                    keys.Add(key);
            }
        }

        foreach (var diagnostic in own)
            diagnostics.Add(diagnostic);
        return own.HasErrors ? null : new KeyRing(keys.ToImmutable());
    }

    /// <summary>The entry of a key; null when it is not known.</summary>
    public KnownKey? Find(PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Keys.FirstOrDefault(k => k.Fingerprint == key.Fingerprint);
    }

    private static KnownKey? Key(SectionReader reader, IEnumerable<KnownKey> before)
    {
        var (stated, holder, side) = (reader.Text("fingerprint"), reader.Text("holder"), reader.Word("side", Sides));
        var (from, revoked, reason) = (reader.Date("from"), reader.Date("revoked"), reader.Text("reason"));
        if (stated is null)
            return null;
        var fingerprint = PublicKey.FingerprintOf(stated);
        if (fingerprint is null)
            reader.Error("LK5118", "fingerprint", $"{Diagnostic.Quote(stated)} is no fingerprint: it has 32 hexadecimal digits.", "copy what 'levelkeeper key new' or 'levelkeeper verify' shows, and compare it with what its holder told you");
        else if (before.Any(k => k.Fingerprint == fingerprint))
            reader.Error("LK5118", "fingerprint", $"The fingerprint {Diagnostic.Quote(stated)} stands here a second time.", "a key belongs to one side");
        return fingerprint is null || holder is null || side is null ? null : new KnownKey(fingerprint, holder, side.Value, from, revoked, reason ?? "");
    }

    private static readonly Dictionary<string, PartyRole> Sides = new(StringComparer.Ordinal) { ["provider"] = PartyRole.Provider, ["customer"] = PartyRole.Customer };
}

/// <summary>A key that is known.</summary>
/// <param name="Fingerprint">As <see cref="PublicKey.Fingerprint"/> writes it.</param>
/// <param name="Holder">Who holds it.</param>
/// <param name="By">For which side it signs.</param>
/// <param name="From">The first day on which it counts; null when it always did.</param>
/// <param name="Revoked">The first day on which it no longer counts; null when it is not revoked.</param>
/// <param name="Reason">Why it was revoked; empty when nobody said.</param>
public sealed record KnownKey(string Fingerprint, string Holder, PartyRole By, LocalDate? From, LocalDate? Revoked, string Reason)
{
    /// <summary>Whether a signature of a day counts. The day is the signer's word: whoever has a stolen key can write an earlier one.</summary>
    public bool CountsOn(LocalDate day) => (From is null || day >= From) && (Revoked is null || day < Revoked);
}
