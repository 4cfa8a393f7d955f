using System.CommandLine;
using System.Text.Json;
using Levelkeeper.Cli.Host;
using Levelkeeper.Cli.Output;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Signatures;
using Levelkeeper.Reports.Forms;
using Levelkeeper.Reports.Json;

namespace Levelkeeper.Cli.Commands;

/// <summary><c>levelkeeper verify</c>: whether the signatures hold over the agreement as it is now.</summary>
internal sealed class VerifyCommand : Verb
{
    private readonly Argument<string> _file = new("FILE") { Description = "The agreement; its signatures are beside it." };
    private readonly Option<OutputFormat> _output = Inputs.Output();

    public VerifyCommand(Terminal terminal)
        : base(terminal, "verify", "Check the signatures under an agreement as it is now, and whether both sides have signed. Exits with 1 when they have not, or a signature is not genuine.",
            "levelkeeper verify agreement.yaml",
            "levelkeeper verify agreement.yaml --output json")
    {
        Add(_file);
        Add(_output);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        if (Signing.Read(parsed.GetValue(_file)!, Terminal, diagnostics) is not { } signing)
            return Finish(diagnostics);
        var verification = Verification.Of(signing.Agreement, signing.Content, signing.Signatures);
        if (parsed.GetValue(_output) == OutputFormat.Json)
            JsonText.Write(Terminal.Output, json => Write(json, signing, verification));
        else
            Write(signing, verification);
        return Finish(diagnostics, !verification.Holds);
    }

    private void Write(Signing signing, Verification verification)
    {
        Terminal.Output.WriteLine($"{signing.Name}: {signing.Content.Hash}");
        foreach (var (signature, verdict, differences) in verification.Signatures)
        {
            Terminal.Output.WriteLine($"{(verdict == SignatureVerdict.Holds ? "✓" : "✗")} {Shown(signature.Name)} for the {Word(signature.By)}, {NumberForm.Iso(signature.At)}: {Words(verdict)}");
            Terminal.Output.WriteLine($"    key {PublicKey.Parse(signature.Key)?.Fingerprint ?? "unreadable"}");
            if (verdict == SignatureVerdict.OtherContent && differences is null)
                Terminal.Output.WriteLine("    what was signed is not recorded");
            foreach (var difference in differences ?? [])
                Terminal.Output.WriteLine($"    {difference.Path}: {(difference.IsLaterDefault ? "spelled out since then, and held before:" : $"signed {(difference.Signed is { } signed ? Shown(signed) : "without it")}; now")} {(difference.Now is { } now ? Shown(now) : "not there")}");
        }

        foreach (var paper in verification.OnPaper)
            Terminal.Output.WriteLine($"✓ {paper.Name} for the {Word(paper.By)}, {NodaTime.Text.LocalDatePattern.Iso.Format(paper.On)}: on paper, by the record in the agreement{(paper.Reference.Length > 0 ? $" ({paper.Reference})" : "")}; nothing here can check it");
        foreach (var side in verification.Missing)
            Terminal.Output.WriteLine($"✗ The {Word(side)} has not signed this agreement as it is.");
        if (verification.Missing.IsEmpty)
            Terminal.Output.WriteLine(signing.Agreement.Customer is null ? "The provider has signed." : "Both sides have signed.");
    }

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
                _ => throw new InvalidOperationException("Unknown verdict."),
            });
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
            json.WriteString("on", NodaTime.Text.LocalDatePattern.Iso.Format(p.On));
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
        _ => throw new InvalidOperationException("Unknown verdict."),
    };

    private static string Word(PartyRole side) => side == PartyRole.Customer ? "customer" : "provider";
}
