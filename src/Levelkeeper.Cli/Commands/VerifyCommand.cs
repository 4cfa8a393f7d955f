using System.CommandLine;
using System.Text.Json;
using Levelkeeper.Cli.Bundles;
using Levelkeeper.Cli.Host;
using Levelkeeper.Cli.Output;
using Levelkeeper.Cli.Stores;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Signatures;
using Levelkeeper.Reports.Forms;
using Levelkeeper.Reports.Json;

namespace Levelkeeper.Cli.Commands;

/// <summary><c>levelkeeper verify</c>: whether the signatures hold over the agreement as it is now.</summary>
internal sealed class VerifyCommand : Verb
{
    private readonly Argument<string> _file = new("FILE") { Description = "The agreement, whose signatures are beside it; or a bundle (.zip)." };
    private readonly Option<string?> _keys = new("--keys") { Description = "Your key ring: whose keys you know, and which are revoked. Signatures by others then do not count.", HelpName = "KEYS.yaml" };
    private readonly Option<OutputFormat> _output = Inputs.Output();

    public VerifyCommand(Terminal terminal)
        : base(terminal, "verify", "Check the signatures under an agreement as it is now, and whether both sides have signed; or recompute the statement of a bundle from what lies in it. Exits with 1 when something does not hold.",
            "levelkeeper verify agreement.yaml",
            "levelkeeper verify agreement.yaml --keys keys.yaml",
            "levelkeeper verify agreement.yaml --output json",
            "levelkeeper verify march.zip")
    {
        Add(new VerifyLogCommand(terminal));
        Add(_file);
        Add(_keys);
        Add(_output);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        if (parsed.GetValue(_file)!.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
            return VerifyBundle(parsed.GetValue(_file)!, parsed.GetValue(_output), diagnostics);
        if (Signing.Read(parsed.GetValue(_file)!, Terminal, diagnostics) is not { } signing)
            return Finish(diagnostics);
        var ring = parsed.GetValue(_keys) is { } keys ? Ring(keys, diagnostics) : null;
        // Without the ring that was asked for, a key that is revoked would count.
        if (diagnostics.HasErrors)
            return Finish(diagnostics);
        var verification = Verification.Of(signing.Agreement, signing.Content, signing.Signatures, ring);
        if (parsed.GetValue(_output) == OutputFormat.Json)
            JsonText.Write(Terminal.Output, json => Write(json, signing, verification));
        else
            Write(signing, verification);
        return Finish(diagnostics, !verification.Holds);
    }

    private KeyRing? Ring(string argument, DiagnosticBag diagnostics) =>
        InputFile.One(argument, Terminal, diagnostics) is { } file && file.ReadText(diagnostics) is { } text ? KeyRing.Read(text, file.Name, diagnostics) : null;

    /// <summary>Recomputes the statement of a bundle.</summary>
    private int VerifyBundle(string name, OutputFormat output, DiagnosticBag diagnostics)
    {
        if (InputFile.Find([name], Terminal, diagnostics).FirstOrDefault() is not { } file)
            return Finish(diagnostics);
        using var stream = file.Open();
        // A bag of its own: that a file was changed must not keep the rest from being recomputed.
        var own = new DiagnosticBag();
        var differences = StatementBundle.Read(stream, name, diagnostics) is { } bundle ? BundleVerification.Of(bundle, name, own) : null;
        foreach (var diagnostic in own)
            diagnostics.Add(diagnostic);
        if (output == OutputFormat.Json)
        {
            JsonText.Write(Terminal.Output, json =>
            {
                json.WriteStartObject();
                json.WriteBoolean("holds", differences is { Count: 0 } && !diagnostics.HasErrors);
                json.Array("differences", differences ?? [], d =>
                {
                    json.WriteString("path", d.Path);
                    json.WriteString("stated", d.Was);
                    json.WriteString("recomputed", d.Is);
                });
                json.WriteEndObject();
            });
        }
        else if (differences is { Count: 0 } && !diagnostics.HasErrors)
        {
            Terminal.Output.WriteLine($"✓ {name}: recomputed from the agreement and the facts in it, the statement is the same to the last byte.");
        }
        else
        {
            foreach (var (path, was, now) in differences ?? [])
                Terminal.Output.WriteLine($"✗ {path}: the statement says {was}; what it was made of gives {now}");
        }

        return Finish(diagnostics, differences is not { Count: 0 });
    }

    private void Write(Signing signing, Verification verification)
    {
        Terminal.Say($"{signing.Name}: {signing.Content.Hash}");
        foreach (var (signature, verdict, differences, key) in verification.Signatures)
        {
            Terminal.Say($"{(verdict == SignatureVerdict.Holds ? "✓" : "✗")} {Shown(signature.Name)} for the {Word(signature.By)}, {NumberForm.Iso(signature.At)}: {Words(verdict)}");
            Terminal.Say($"    key {PublicKey.Parse(signature.Key)?.Fingerprint ?? "unreadable"}{(key is null ? "" : $" of {key.Holder} for the {Word(key.By)}")}");
            if (key?.Revoked is { } revoked)
                Terminal.Say($"    revoked from {Date(revoked)} on{(key.Reason.Length > 0 ? $" ({key.Reason})" : "")}{(verdict == SignatureVerdict.Holds ? "; that this was signed before is the signer's word" : "")}");
            if (verdict == SignatureVerdict.OtherContent && differences is null)
                Terminal.Say("    what was signed is not recorded");
            foreach (var difference in (differences ?? []).Take(MostDifferences))
                Terminal.Say($"    {difference.Path}: {(difference.IsLaterDefault ? "spelled out since then, and held before:" : $"signed {(difference.Signed is { } signed ? Shown(signed) : "without it")}; now")} {(difference.Now is { } now ? Shown(now) : "not there")}");
            if (differences is { Length: > MostDifferences and var all })
                Terminal.Say($"    … and {all - MostDifferences} more; '--output json' lists them all");
        }

        foreach (var paper in verification.OnPaper)
            Terminal.Say($"✓ {paper.Name} for the {Word(paper.By)}, {Date(paper.On)}: on paper, by the record in the agreement{(paper.Reference.Length > 0 ? $" ({paper.Reference})" : "")}; nothing here can check it");
        foreach (var side in verification.Missing)
            Terminal.Say($"✗ The {Word(side)} has not signed this agreement as it is.");
        if (verification.Missing.IsEmpty)
            Terminal.Say(signing.Agreement.Customer is null ? "The provider has signed." : "Both sides have signed.");
    }

    /// <summary>So many are shown of one signature: an agreement that was rewritten differs in everything.</summary>
    private const int MostDifferences = 50;

    private static string Date(NodaTime.LocalDate date) => NodaTime.Text.LocalDatePattern.Iso.Format(date);

    private static void Write(Utf8JsonWriter json, Signing signing, Verification verification)
    {
        json.WriteStartObject();
        json.WriteString("agreement", signing.Agreement.Id);
        json.WriteString("hash", signing.Content.Hash);
        json.WriteBoolean("holds", verification.Holds);
        json.Array("signatures", verification.Signatures, s =>
        {
            json.WriteString("by", Word(s.Signature.By));
            json.WriteString("name", s.Signature.Name);
            json.Instant("at", s.Signature.At);
            json.WriteString("fingerprint", PublicKey.Parse(s.Signature.Key)?.Fingerprint);
            json.WriteString("verdict", s.Verdict switch
            {
                SignatureVerdict.Holds => "holds",
                SignatureVerdict.OtherContent => "other-content",
                SignatureVerdict.NotGenuine => "not-genuine",
                SignatureVerdict.SharedKey => "shared-key",
                SignatureVerdict.UnknownKey => "unknown-key",
                SignatureVerdict.RevokedKey => "revoked-key",
                _ => throw new InvalidOperationException("Unknown verdict."),
            });
            json.WriteString("holder", s.Key?.Holder);
            json.WriteString("revoked", s.Key?.Revoked is { } revoked ? Date(revoked) : null);
            json.Array("differences", s.Differences ?? [], d =>
            {
                json.WriteString("path", d.Path);
                json.WriteString("signed", d.Signed);
                json.WriteString("now", d.Now);
            });
        });
        json.Array("on-paper", verification.OnPaper, p =>
        {
            json.WriteString("by", Word(p.By));
            json.WriteString("name", p.Name);
            json.WriteString("on", Date(p.On));
            json.WriteString("reference", p.Reference);
        });
        json.WriteStartArray("missing");
        foreach (var side in verification.Missing)
            json.WriteStringValue(Word(side));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>What somebody else wrote: it must not steer the terminal or flood it.</summary>
    private static string Shown(string text) => Diagnostic.Quote(text, 200);

    private static string Words(SignatureVerdict verdict) => verdict switch
    {
        SignatureVerdict.Holds => "holds",
        SignatureVerdict.OtherContent => "does not hold: something else was signed",
        SignatureVerdict.NotGenuine => "not genuine: it was changed after it was made, or made with another key",
        SignatureVerdict.SharedKey => "does not count: the same key signs for both sides",
        SignatureVerdict.UnknownKey => "does not count: the key ring knows no such key for this side",
        SignatureVerdict.RevokedKey => "does not count: by the key ring its key did not hold on that day",
        _ => throw new InvalidOperationException("Unknown verdict."),
    };

    private static string Word(PartyRole side) => side == PartyRole.Customer ? "customer" : "provider";
}
