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

    private const string Amended = "amendments:\n  - { from: 2026-07-01, title: Half a year, changes: { objectives: { requests: { target: at least 99.95 % } } } }\n  - { from: 2027-01-01, changes: { objectives: { requests: { target: at least 99.99 % } } } }\n";

    [Theory]
    [InlineData("en", "which is what signatures sign (SHA-256): ")]
    [InlineData("pl", "który strony podpisują (SHA-256): ")]
    [InlineData("ru", "который подписывают стороны (SHA-256): ")]
    [InlineData("ar", "وهي ما يوقّع عليه الطرفان (SHA-256): \u2068")]
    public async Task The_contract_names_the_hash_that_is_signed(string language, string sentence)
    {
        var (_, hash, _) = await _run.Levelkeeper("hash", "tour.yaml");
        (await _run.Levelkeeper("render", "tour.yaml", "--language", language, "--output", "text")).Output.ShouldContain(sentence + hash[..64]);
    }

    [Theory]
    [InlineData("2026-06-30", "Version in force from: 1 January 2026|Last day of this version: 30 June 2026", "Amendment")]
    [InlineData("2026-07-01", "Version in force from: 1 July 2026|Last day of this version: 31 December 2026|Amendment in force from: 1 July 2026 (“Half a year”)", "1 January 2027")]
    [InlineData(null, "Version in force from: 1 January 2027|Amendment in force from: 1 July 2026 (“Half a year”)|Amendment in force from: 1 January 2027\n", "Last day of this version")]
    public async Task A_contract_with_amendments_says_which_version_it_is(string? on, string sentences, string notSaid)
    {
        _run.Write("amended.yaml", _run.Read("tour.yaml") + Amended);
        var (_, output, _) = await _run.Levelkeeper(["render", "amended.yaml", "--output", "text", .. on is null ? Array.Empty<string>() : ["--on", on]]);
        foreach (var sentence in sentences.Split('|'))
            output.ShouldContain(sentence);
        output.ShouldNotContain(notSaid);
        // The hash is of all versions, whichever is printed.
        output.ShouldContain((await _run.Levelkeeper("hash", "amended.yaml")).Output[..64]);
    }

    [Fact]
    public async Task A_contract_without_amendments_names_no_version() =>
        (await _run.Levelkeeper("render", "tour.yaml", "--output", "text")).Output.ShouldNotContain("Version in force");

    [Fact]
    public async Task A_text_of_several_lines_cannot_look_like_the_clauses_after_it()
    {
        _run.Write("lines.yaml", _run.Read("tour.yaml").Replace("title: The web shop", "title: The web shop\n    description: |\n      A shop.”\n\n        5.1.9 It is always up.", StringComparison.Ordinal));
        var (_, output, _) = await _run.Levelkeeper("render", "lines.yaml", "--output", "text");
        output.ShouldContain("Description: “A shop.”");
        output.Split('\n').ShouldNotContain(line => line.TrimStart().StartsWith("5.1.9 It is always up", StringComparison.Ordinal));
    }
}
