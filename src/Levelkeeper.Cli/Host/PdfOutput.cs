using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Reports.Pdf;

namespace Levelkeeper.Cli.Host;

/// <summary>Prints pages as PDF files, for every command that can.</summary>
internal static class PdfOutput
{
    /// <summary>The program that prints; null after reporting that there is none, or no file to write.</summary>
    public static string? Printer(string? to, Terminal terminal, DiagnosticBag diagnostics)
    {
        if (to is null)
            diagnostics.Error("LK5063", new Place("--output"), "A PDF needs a file.", "add --to acme.pdf");
        var printer = PdfPrinter.Find(terminal.Path);
        if (printer is null)
            diagnostics.Error("LK5090", new Place("--output"), "No Chromium is installed, and it prints the PDF.", "on Debian: apt install chromium fonts-noto-core; or write --output html and print that page from a browser");
        return printer;
    }

    /// <summary>Prints a page into a file.</summary>
    public static void Write(string printer, string page, string to, Terminal terminal, DiagnosticBag diagnostics, CancellationToken token)
    {
        var (pdf, problem) = PdfPrinter.Print(printer, page, token);
        if (pdf is null)
            diagnostics.Error("LK5091", new Place("--output"), $"The PDF could not be printed: {problem}.", "write --output html and print that page from a browser");
        else
            OutputFile.WriteBytes(to, terminal, diagnostics, pdf);
    }
}
