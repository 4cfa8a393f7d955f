using System.CommandLine;
using Levelkeeper.Cli.Bundles;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Cli.Commands;

/// <summary><c>levelkeeper bundle</c>: a statement with all that it was made of, in one file that anybody can verify.</summary>
internal sealed class BundleCommand : Verb
{
    private readonly StatementOptions _inputs = new();
    private readonly Option<string> _to = new("--to") { Description = "The file to write.", HelpName = "FILE.zip", Required = true };

    public BundleCommand(Terminal terminal)
        : base(terminal, "bundle", "Write a statement with all that it was made of into one file, which 'levelkeeper verify' recomputes on any machine without a network.",
            "levelkeeper bundle -a agreement.yaml -f facts.jsonl --period 2026-03 --as-of 2026-04-10 --to march.zip",
            "levelkeeper verify march.zip")
    {
        foreach (var option in _inputs.All.Append(_to))
            Add(option);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        var read = new RecordingFolder(Terminal);
        if (!_inputs.Reads(parsed.GetValue(_to), parsed, Terminal, diagnostics) && StatementInputs.Read(parsed, _inputs, Terminal, read.Folder, diagnostics, token) is { } inputs && inputs.Make(diagnostics) is { } made)
        {
            var names = RecordingFolder.Under(StatementBundle.AgreementFolder, read.Read.Keys.Append(inputs.File).Distinct(StringComparer.Ordinal));
            var files = new Dictionary<string, byte[]>(StringComparer.Ordinal)
            {
                [names[inputs.File]] = System.Text.Encoding.UTF8.GetBytes(inputs.Text),
                [StatementBundle.FactsName] = StatementBundle.Facts(inputs.Facts),
                [StatementBundle.StatementName] = made.ToJson(),
            };
            foreach (var (name, bytes) in read.Read)
                files[names[name]] = bytes;
            foreach (var (_, bytes, statement) in inputs.Issued)
                files[$"{StatementBundle.IssuedFolder}{statement.Label}-{statement.Digest[..12]}.json"] = bytes;
            var bundle = new StatementBundle(names[inputs.File], inputs.Period.Label, inputs.AsOf, inputs.RecordedOtherwise, files);
            OutputFile.WriteBytes(parsed.GetValue(_to)!, Terminal, diagnostics, bundle.ToBytes());
        }

        return Finish(diagnostics);
    }
}
