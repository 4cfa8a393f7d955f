using System.CommandLine;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Cli.Commands;

/// <summary><c>levelkeeper hash</c>: the hash of what of an agreement is signed.</summary>
internal sealed class HashCommand : Verb
{
    private readonly Argument<string> _file = new("FILE") { Description = "The agreement; '-' for standard input." };
    private readonly Option<bool> _canonical = new("--canonical") { Description = "Print what is hashed instead: the expanded agreement as canonical JSON (RFC 8785)." };

    public HashCommand(Terminal terminal)
        : base(terminal, "hash", "Print the hash of an agreement: SHA-256 over all its clauses, levels, versions, defaults and holidays, whatever the layout.",
            "levelkeeper hash agreement.yaml",
            "levelkeeper hash agreement.yaml --canonical | sha256sum")
    {
        Add(_file);
        Add(_canonical);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        var file = InputFile.One(parsed.GetValue(_file)!, Terminal, diagnostics);
        if (file?.ReadText(diagnostics) is { } text && Engine.Signed(text, file.Name, Inputs.Folder(Terminal), diagnostics) is { } content)
        {
            if (parsed.GetValue(_canonical))
                Terminal.Output.Write(content.Canonical);
            else
                Terminal.Say($"{content.Hash}  {file.Name}");
        }

        return Finish(diagnostics);
    }
}
