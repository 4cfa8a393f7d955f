using System.CommandLine;
using System.Text;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Reports.Html;
using Levelkeeper.Reports.Statements;
using Levelkeeper.Server.Statements;
using Levelkeeper.Text.Documents;
using Levelkeeper.Text.Languages;

namespace Levelkeeper.Cli.Commands;

/// <summary>How statements are written, for every verb that writes one: the options, and what they come to.</summary>
internal sealed class StatementWriting
{
    private readonly Option<StatementFormat> _output = new("--output", "-o") { Description = "JSON for programs, a page, a PDF (needs Chromium), a workbook, a table, or plain text.", DefaultValueFactory = _ => StatementFormat.Json };
    private readonly Option<string> _language = new("--language", "-l") { Description = "en, pl, ru or ar; JSON and CSV are the same in all.", DefaultValueFactory = _ => "en", HelpName = "LANGUAGE" };
    private readonly Option<string?> _to = new("--to") { Description = "The file to write. Default: standard output.", HelpName = "FILE" };

    public StatementWriting() => _language.AcceptOnlyFromAmong([.. TextLanguage.All.Select(l => l.Code)]);

    /// <summary>The options, for a command's help.</summary>
    public IEnumerable<Option> Options => [_output, _language, _to];

    /// <summary>The file; null for standard output.</summary>
    public string? To(ParseResult parsed) => parsed.GetValue(_to);

    /// <summary>The format.</summary>
    public StatementFormat Format(ParseResult parsed) => parsed.GetValue(_output);

    /// <summary>What prints PDF files, where one is asked for; what is missing for the format is reported.</summary>
    public string? Printer(ParseResult parsed, Terminal terminal, DiagnosticBag diagnostics)
    {
        if (Format(parsed) == StatementFormat.Xlsx && To(parsed) is null)
            diagnostics.Error("LK5063", new Place("--output"), "A workbook needs a file.", "add --to march.xlsx");
        return Format(parsed) == StatementFormat.Pdf ? PdfOutput.Printer(To(parsed), terminal, diagnostics) : null;
    }

    /// <summary>Writes a statement.</summary>
    public void Write(MadeStatement made, ParseResult parsed, string? printer, Terminal terminal, DiagnosticBag diagnostics, CancellationToken token)
    {
        if (printer is not null)
            PdfOutput.Write(printer, DocumentPage.Write(Document()), To(parsed)!, terminal, diagnostics, token);
        else
            Write(Bytes(), parsed, terminal, diagnostics);

        TextLanguage Language() => TextLanguage.Of(parsed.GetValue(_language)!)!;

        Document Document() => StatementDocument.Of(made.Statement, made.Provenance, Language());

        byte[] Bytes() => Format(parsed) switch
        {
            StatementFormat.Json => made.ToJson(),
            StatementFormat.Html or StatementFormat.Pdf => Encoding.UTF8.GetBytes(DocumentPage.Write(Document())),
            StatementFormat.Text => Encoding.UTF8.GetBytes(PlainText.Write(Document())),
            StatementFormat.Csv => Encoding.UTF8.GetBytes(StatementCsv.Write(made.Statement)),
            StatementFormat.Xlsx => StatementWorkbook.Write(made.Statement, made.Provenance, Language()),
            _ => throw new InvalidOperationException("Unknown format."),
        };
    }

    /// <summary>Writes a statement's JSON as it was kept.</summary>
    public void Write(byte[] bytes, ParseResult parsed, Terminal terminal, DiagnosticBag diagnostics)
    {
        if (To(parsed) is { } to)
            OutputFile.WriteBytes(to, terminal, diagnostics, bytes);
        else
            terminal.Output.Write(Encoding.UTF8.GetString(bytes));
    }
}
