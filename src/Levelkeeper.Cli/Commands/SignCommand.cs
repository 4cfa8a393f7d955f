using System.CommandLine;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Signatures;

namespace Levelkeeper.Cli.Commands;

/// <summary><c>levelkeeper sign</c>: signs an agreement for one side.</summary>
internal sealed class SignCommand : Verb
{
    private readonly Argument<string> _file = new("FILE") { Description = "The agreement." };
    private readonly Option<string> _key = new("--key") { Description = "The file of the private key.", HelpName = "FILE", Required = true };
    private readonly Option<string> _by = new("--by") { Description = "For which side.", HelpName = "provider|customer", Required = true };
    private readonly Option<string> _name = new("--name") { Description = "Who signs.", HelpName = "NAME", Required = true };
    private readonly Option<string?> _at = new("--at") { Description = "When: 2025-11-01, 2025-11-01T12:00 (in the agreement's zone) or 2025-11-01T12:00:00Z. Default: now.", HelpName = "TIME" };

    public SignCommand(Terminal terminal)
        : base(terminal, "sign", "Sign an agreement for one side: adds a signature over its hash to FILE.signatures.json.",
            "levelkeeper sign agreement.yaml --key provider.key.pem --by provider --name 'J. Kowalska'")
    {
        _by.AcceptOnlyFromAmong("provider", "customer");
        Add(_file);
        foreach (var option in new Option[] { _key, _by, _name, _at })
            Add(option);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        if (Signing.Read(parsed.GetValue(_file)!, Terminal, diagnostics) is not { } signing)
            return Finish(diagnostics);
        var zone = signing.Agreement.Zone;
        if ((parsed.GetValue(_at) is { } text ? Inputs.Time("--at", text, zone, diagnostics) : Terminal.Clock()) is not { } at)
            return Finish(diagnostics);
        var review = signing.Agreement.LegalReview;
        if (review.IsMissing(at.InZone(zone).Date))
        {
            diagnostics.Error("LK5111", review.Clause.Place, "The agreement cannot be signed before the lawyers' review that it requires.", "record it: legal-review: { required: yes, by: …, on: … }");
            return Finish(diagnostics);
        }

        if (ReadKey(parsed.GetValue(_key)!, diagnostics) is not { } key)
            return Finish(diagnostics);
        using (key)
        {
            var signature = AgreementSignature.Of(signing.Content, parsed.GetValue(_by) == "customer" ? PartyRole.Customer : PartyRole.Provider, parsed.GetValue(_name)!, at, key);
            var file = Signing.FileOf(signing.Name);
            if (OutputFile.Write(file, Terminal, diagnostics, writer => writer.Write(signing.Signatures.Add(signature, signing.Content).Write())))
                Terminal.Output.WriteLine($"Signed by {signature.Name} for the {parsed.GetValue(_by)}; the signature is in {file}.");
        }

        return Finish(diagnostics);
    }

    private SigningKey? ReadKey(string argument, DiagnosticBag diagnostics)
    {
        var found = InputFile.Find([argument], Terminal, diagnostics);
        return found.Count == 1 && found[0].ReadText(diagnostics) is { } pem ? SigningKey.Read(pem, found[0].Name, diagnostics) : null;
    }
}
