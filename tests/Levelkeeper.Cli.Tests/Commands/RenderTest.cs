using System.Text;
using Levelkeeper.Cli.Tests.Design;
using Levelkeeper.Reports.Pdf;

namespace Levelkeeper.Cli.Tests.Commands;

/// <summary>The agreement as a contract, from the command line.</summary>
public sealed class RenderTest : IDisposable
{
    private readonly CommandRun _run = new();

    public RenderTest() => _run.Write("tour.yaml", File.ReadAllText(RepositoryRoot.File("samples/tour/agreement.yaml")));

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("en", "ltr", "Target: at least 75%")]
    [InlineData("pl", "ltr", "Cel: co najmniej 75%")]
    [InlineData("ru", "ltr", "Целевое значение: не менее чем 75")]
    [InlineData("ar", "rtl", "الهدف: 75% على الأقل")]
    public async Task A_contract_is_a_page_in_the_language_asked_for(string language, string direction, string target)
    {
        var (code, output, error) = await _run.Levelkeeper("render", "tour.yaml", "--language", language);
        (code, error).ShouldBe((0, ""));
        output.ShouldContain($"<html lang=\"{language}\" dir=\"{direction}\">");
        output.ShouldContain(target);
        output.ShouldNotContain("<script");
        output.ShouldNotContain("href=\"http");
    }

    [Fact]
    public async Task A_contract_is_plain_text_in_a_file()
    {
        (await _run.Levelkeeper("render", "tour.yaml", "--output", "text", "--to", "contract.txt")).Code.ShouldBe(0);
        _run.Read("contract.txt").ShouldStartWith("Hosting of the Acme shop\n");
    }

    [Fact]
    public async Task An_agreement_with_errors_is_not_printed_as_a_contract()
    {
        _run.Write("broken.yaml", _run.Read("tour.yaml").Replace("at least 99.9 %", "nearly always", StringComparison.Ordinal));
        var (code, output, error) = await _run.Levelkeeper("render", "broken.yaml");
        (code, output).ShouldBe((2, ""));
        error.ShouldContain("nearly always");
    }

    [Fact]
    public async Task Where_nothing_prints_PDF_the_command_says_so_and_offers_HTML()
    {
        using var run = new CommandRun { Path = _run.Folder };
        run.Write("tour.yaml", _run.Read("tour.yaml"));
        var (code, _, error) = await run.Levelkeeper("render", "tour.yaml", "--output", "pdf", "--to", "tour.pdf");
        code.ShouldBe(2);
        error.ShouldContain("LK5090");
        error.ShouldContain("--output html");
        File.Exists(Path.Combine(run.Folder, "tour.pdf")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_contract_is_a_PDF_where_Chromium_is_installed()
    {
        if (PdfPrinter.Find() is null)
            Assert.Skip("No Chromium is installed.");
        var (code, _, error) = await _run.Levelkeeper("render", "tour.yaml", "--language", "ar", "--output", "pdf", "--to", "tour.pdf");
        (code, error).ShouldBe((0, ""));
        var pdf = File.ReadAllBytes(Path.Combine(_run.Folder, "tour.pdf"));
        Encoding.ASCII.GetString(pdf, 0, 5).ShouldBe("%PDF-");
        pdf.Length.ShouldBeGreaterThan(20_000);
    }
}
