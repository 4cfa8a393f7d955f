using System.CommandLine;
using Levelkeeper.Cli.Host;
using Levelkeeper.Cli.Operators;
using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Cli.Commands;

/// <summary>How a statement is written.</summary>
internal enum StatementFormat
{
    /// <summary>For programs; what is kept, and what later statements are made with.</summary>
    Json,

    /// <summary>One self-contained page.</summary>
    Html,

    /// <summary>By a Chromium on this machine.</summary>
    Pdf,

    /// <summary>A workbook.</summary>
    Xlsx,

    /// <summary>A row for each line.</summary>
    Csv,

    /// <summary>Plain text.</summary>
    Text,
}

/// <summary><c>levelkeeper statement</c>: a period's results and what follows from them, from files; and the statements of a store.</summary>
internal sealed class StatementCommand : Verb
{
    private readonly StatementOptions _inputs = new();
    private readonly StatementWriting _writing = new();

    public StatementCommand(Terminal terminal)
        : base(terminal, "statement", "Make the statement of a period: results, amounts with every step to them, rights, adjustments of earlier statements. From files; the commands below are about the statements of a store.",
            "levelkeeper statement -a agreement.yaml -f facts.jsonl --period 2026-03 --as-of 2026-04-10 --to march.json",
            "levelkeeper statement -a agreement.yaml -f facts.jsonl --period 2026-04 --as-of 2026-05-11 --issued march.json",
            "levelkeeper statement -a agreement.yaml -f facts.jsonl --period 2026-03 --output pdf --language pl --to march.pdf")
    {
        foreach (var option in _inputs.All.Concat(_writing.Options))
            Add(option);
        foreach (var verb in StatementCommands.Verbs(terminal))
            Add(verb);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        var printer = _writing.Printer(parsed, Terminal, diagnostics);
        if (!_inputs.Reads(_writing.To(parsed), parsed, Terminal, diagnostics) && !diagnostics.HasErrors && StatementInputs.Read(parsed, _inputs, Terminal, Inputs.Folder(Terminal), diagnostics, token) is { } inputs && inputs.Make(diagnostics) is { } made)
            _writing.Write(made, parsed, printer, Terminal, diagnostics, token);
        return Finish(diagnostics);
    }
}
