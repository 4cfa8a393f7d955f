using System.CommandLine;
using System.Text;
using Levelkeeper.Cli.Bundles;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Reports.Html;
using Levelkeeper.Reports.Statements;
using Levelkeeper.Text.Documents;
using Levelkeeper.Text.Languages;

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

/// <summary><c>levelkeeper statement</c>: a period's results and what follows from them.</summary>
internal sealed class StatementCommand : Verb
{
    private readonly StatementOptions _inputs = new();
    private readonly Option<StatementFormat> _output = new("--output", "-o") { Description = "JSON for programs, a page, a PDF (needs Chromium), a workbook, a table, or plain text.", DefaultValueFactory = _ => StatementFormat.Json };
    private readonly Option<string> _language = new("--language", "-l") { Description = "en, pl, ru or ar; JSON and CSV are the same in all.", DefaultValueFactory = _ => "en", HelpName = "LANGUAGE" };
    private readonly Option<string?> _to = new("--to") { Description = "The file to write. Default: standard output.", HelpName = "FILE" };

    public StatementCommand(Terminal terminal)
        : base(terminal, "statement", "Make the statement of a period: results, amounts with every step to them, rights, adjustments of earlier statements.",
            "levelkeeper statement -a agreement.yaml -f facts.jsonl --period 2026-03 --as-of 2026-04-10 --to march.json",
            "levelkeeper statement -a agreement.yaml -f facts.jsonl --period 2026-04 --as-of 2026-05-11 --issued march.json",
            "levelkeeper statement -a agreement.yaml -f facts.jsonl --period 2026-03 --output pdf --language pl --to march.pdf")
    {
        _language.AcceptOnlyFromAmong([.. TextLanguage.All.Select(l => l.Code)]);
        foreach (var option in _inputs.All.Append(_output).Append(_language).Append(_to))
            Add(option);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        var (output, to) = (parsed.GetValue(_output), parsed.GetValue(_to));
        var printer = output == StatementFormat.Pdf ? PdfOutput.Printer(to, Terminal, diagnostics) : null;
        if (output == StatementFormat.Xlsx && to is null)
            diagnostics.Error("LK5063", new Place("--output"), "A workbook needs a file.", "add --to march.xlsx");
        if (!_inputs.Reads(to, parsed, Terminal, diagnostics) && !diagnostics.HasErrors && StatementInputs.Read(parsed, _inputs, Terminal, Inputs.Folder(Terminal), diagnostics, token) is { } inputs && inputs.Make(diagnostics) is { } made)
        {
            if (printer is not null)
                PdfOutput.Write(printer, DocumentPage.Write(Document()), to!, Terminal, diagnostics, token);
            else if (Bytes() is var bytes && to is not null)
                OutputFile.WriteBytes(to, Terminal, diagnostics, bytes);
            else
                Terminal.Output.Write(Encoding.UTF8.GetString(bytes));

            TextLanguage Language() => TextLanguage.Of(parsed.GetValue(_language)!)!;

            Document Document() => StatementDocument.Of(made.Statement, made.Provenance, Language());

            byte[] Bytes() => output switch
            {
                StatementFormat.Json => made.ToJson(),
                StatementFormat.Html or StatementFormat.Pdf => Encoding.UTF8.GetBytes(DocumentPage.Write(Document())),
                StatementFormat.Text => Encoding.UTF8.GetBytes(PlainText.Write(Document())),
                StatementFormat.Csv => Encoding.UTF8.GetBytes(StatementCsv.Write(made.Statement)),
                StatementFormat.Xlsx => StatementWorkbook.Write(made.Statement, made.Provenance, Language()),
                _ => throw new InvalidOperationException("Unknown format."),
            };
        }

        return Finish(diagnostics);
    }
}
