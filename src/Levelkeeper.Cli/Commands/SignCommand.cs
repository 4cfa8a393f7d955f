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
    private readonly Passwords _passwords = new();

    public SignCommand(Terminal terminal)
        : base(terminal, "sign", "Sign an agreement for one side: adds a signature over its hash to FILE.signatures.json. Read first what you sign: levelkeeper render FILE.",
            "levelkeeper sign agreement.yaml --key provider.key.pem --by provider --name 'J. Kowalska'",
            "levelkeeper sign agreement.yaml --key customer.key.pem --password-env KEY_PASSWORD --by customer --name 'A. Nowak'")
    {
        _by.AcceptOnlyFromAmong("provider", "customer");
        Add(_file);
        foreach (var option in new Option[] { _key, _by, _name, _at }.Concat(_passwords.Options))
            Add(option);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        if (Signing.Read(parsed.GetValue(_file)!, Terminal, diagnostics) is not { } signing)
            return Finish(diagnostics);
        var (zone, now, name) = (signing.Agreement.Zone, Terminal.Clock(), parsed.GetValue(_name)!.Trim());
        if ((parsed.GetValue(_at) is { } text ? Inputs.Time("--at", text, zone, diagnostics) : now) is not { } at)
            return Finish(diagnostics);
        if (name.Length == 0 || PlainLine.Of(name) != name)
            diagnostics.Error("LK5119", new Place("--name"), "A signature needs the name of a person, in letters that everybody sees.", "for example --name 'J. Kowalska'");
        if (new[] { signing.Agreement.Provider.Name, signing.Agreement.Customer?.Name }.FirstOrDefault(n => n?.StartsWith("YOUR ", StringComparison.Ordinal) == true) is { } placeholder)
            diagnostics.Error("LK5119", new Place(signing.Name), $"{Diagnostic.Quote(placeholder)} stands in the agreement as in its template: nobody is bound.", "name the party");
        if (signing.Agreement.Customer is null && parsed.GetValue(_by) == "customer")
            diagnostics.Error("LK5119", new Place("--by"), "This agreement has no customer: it is a commitment of the provider alone.", "--by provider");
        if (at > now)
            diagnostics.Error("LK5119", new Place("--at"), "Nobody can sign at a time that has not come.", "leave out --at to sign now");
        var review = signing.Agreement.LegalReview;
        if (review.IsMissing(at.InZone(zone).Date))
            diagnostics.Error("LK5111", review.Clause.Place, "The agreement cannot be signed before the lawyers' review that it requires.", "record it: legal-review: { required: yes, by: …, on: … }");
        if (diagnostics.HasErrors || ReadKey(parsed, diagnostics) is not { } key)
            return Finish(diagnostics);
        using (key)
        {
            var side = parsed.GetValue(_by) == "customer" ? PartyRole.Customer : PartyRole.Provider;
            if (signing.Signatures.Signatures.Any(s => s.By != side && s.Key == key.Public.ToString()))
            {
                diagnostics.Error("LK5119", new Place("--key"), "This key has signed for the other side; one holder cannot be both.", "each side makes a key of its own: levelkeeper key new");
                return Finish(diagnostics);
            }

            var signature = AgreementSignature.Of(signing.Content, side, name, at, key);
            var file = Signing.FileOf(signing.Name);
            if (OutputFile.Write(file, Terminal, diagnostics, writer => writer.Write(signing.Signatures.Add(signature, signing.Content).Write())))
            {
                Terminal.Say($"Signed by {name} for the {parsed.GetValue(_by)}, with the key {key.Public.Fingerprint}:");
                Terminal.Say($"    {signing.Agreement.Title} ({signing.Agreement.Id}), between {signing.Agreement.Provider.Name} and {signing.Agreement.Customer?.Name ?? "its customers"}");
                Terminal.Say($"    {signing.Content.Hash}");
                Terminal.Say($"The signature is in {file}.");
            }
        }

        return Finish(diagnostics);
    }

    private SigningKey? ReadKey(ParseResult parsed, DiagnosticBag diagnostics)
    {
        if (InputFile.One(parsed.GetValue(_key)!, Terminal, diagnostics) is not { } file || file.ReadText(diagnostics) is not { } pem)
            return null;
        var password = SigningKey.NeedsPassword(pem) ? _passwords.Read(parsed, [$"Password of {PlainLine.Of(file.Name)}: "], Terminal, diagnostics) : null;
        if (diagnostics.HasErrors || SigningKey.Read(pem, password, file.Name, diagnostics) is not { } key)
            return null;
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        if (!OperatingSystem.IsWindows() && file.Name != InputFile.StandardInput && (File.GetUnixFileMode(Path.Combine(Terminal.Folder, file.Name)) & others) != 0)
            diagnostics.Warning("LK5117", new Place(file.Name), "Others on this machine can read this private key, and then sign in your name.", "chmod 600, or make a new key if somebody may have read it");
        return key;
    }
}
