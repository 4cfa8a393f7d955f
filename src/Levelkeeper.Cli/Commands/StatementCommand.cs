using System.CommandLine;
using Levelkeeper.Cli.Bundles;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Cli.Commands;

/// <summary><c>levelkeeper statement</c>: a period's results and what follows from them.</summary>
internal sealed class StatementCommand : Verb
{
    private readonly StatementOptions _inputs = new();
    private readonly Option<string?> _to = new("--to") { Description = "The file to write. Default: standard output.", HelpName = "FILE" };

    public StatementCommand(Terminal terminal)
        : base(terminal, "statement", "Make the statement of a period: results, amounts with every step to them, rights, adjustments of earlier statements.",
            "levelkeeper statement -a agreement.yaml -f facts.jsonl --period 2026-03 --as-of 2026-04-10 --to march.json",
            "levelkeeper statement -a agreement.yaml -f facts.jsonl --period 2026-04 --as-of 2026-05-11 --issued march.json")
    {
        foreach (var option in _inputs.All.Append(_to))
            Add(option);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        if (StatementInputs.Read(parsed, _inputs, Terminal, Inputs.Folder(Terminal), diagnostics, token) is { } inputs && inputs.Make(diagnostics) is { } made)
        {
            if (parsed.GetValue(_to) is { } to)
                OutputFile.WriteBytes(to, Terminal, diagnostics, made.ToJson());
            else
                Terminal.Output.Write(System.Text.Encoding.UTF8.GetString(made.ToJson()));
        }

        return Finish(diagnostics);
    }
}
