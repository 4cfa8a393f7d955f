using System.CommandLine;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Contract;
using Levelkeeper.Reports.Html;
using Levelkeeper.Text.Documents;
using Levelkeeper.Text.Languages;

namespace Levelkeeper.Cli.Commands;

/// <summary>How a contract is printed.</summary>
internal enum ContractFormat
{
    /// <summary>One self-contained page.</summary>
    Html,

    /// <summary>By a Chromium on this machine.</summary>
    Pdf,

    /// <summary>Plain text.</summary>
    Text,
}

/// <summary><c>levelkeeper render</c>: an agreement as a contract that people read.</summary>
internal sealed class RenderCommand : Verb
{
    private readonly Argument<string> _file = new("FILE") { Description = "The agreement; '-' for standard input." };
    private readonly Option<string> _language = new("--language", "-l") { Description = "en, pl, ru or ar.", DefaultValueFactory = _ => "en", HelpName = "LANGUAGE" };
    private readonly Option<ContractFormat> _output = new("--output", "-o") { Description = "A page, a PDF (needs Chromium), or plain text.", HelpName = "html|pdf|text", DefaultValueFactory = _ => ContractFormat.Html };
    private readonly Option<string?> _to = new("--to") { Description = "The file to write. Default: standard output.", HelpName = "FILE" };
    private readonly Option<string?> _on = Inputs.On();

    public RenderCommand(Terminal terminal)
        : base(terminal, "render", "Print an agreement as a contract that people read: every clause and every default as a numbered sentence.",
            "levelkeeper render acme.yaml --to acme.html",
            "levelkeeper render acme.yaml --language pl --output pdf --to acme.pdf")
    {
        _language.AcceptOnlyFromAmong([.. TextLanguage.All.Select(l => l.Code)]);
        foreach (var symbol in new Option[] { _language, _output, _to, _on })
            Add(symbol);
        Add(_file);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        var on = Inputs.Date("--on", parsed.GetValue(_on), diagnostics);
        var (output, to) = (parsed.GetValue(_output), parsed.GetValue(_to));
        var printer = output == ContractFormat.Pdf ? PdfOutput.Printer(to, Terminal, diagnostics) : null;
        var file = InputFile.One(parsed.GetValue(_file)!, Terminal, diagnostics);
        if (file is not null)
            OutputFile.IsInput(to, [file.Name], Terminal, diagnostics);
        // What cannot be read as an agreement is not printed as one.
        var folder = Inputs.Folder(Terminal);
        if (diagnostics.HasErrors || file?.ReadText(diagnostics) is not { } agreement
            || Engine.Contract(agreement, file.Name, on, folder, TextLanguage.Of(parsed.GetValue(_language)!)!, diagnostics) is not { } document)
            return Finish(diagnostics);
        if (printer is not null)
            PdfOutput.Write(printer, DocumentPage.Write(document), to!, Terminal, diagnostics, token);
        else
            Written(output == ContractFormat.Text ? PlainText.Write(document) : DocumentPage.Write(document), to, diagnostics);
        return Finish(diagnostics);
    }

    private void Written(string text, string? to, DiagnosticBag diagnostics)
    {
        if (to is null)
            Terminal.Output.Write(text);
        else
            OutputFile.Write(to, Terminal, diagnostics, writer => writer.Write(text));
    }
}
