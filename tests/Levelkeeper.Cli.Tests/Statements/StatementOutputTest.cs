using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Levelkeeper.Reports.Pdf;

namespace Levelkeeper.Cli.Tests.Statements;

/// <summary>A statement in every form in which it is written.</summary>
public sealed partial class StatementOutputTest : IDisposable
{
    private readonly KontorStatement _kontor = new();

    public void Dispose() => _kontor.Dispose();

    [Theory]
    [InlineData("en")]
    [InlineData("pl")]
    [InlineData("ru")]
    [InlineData("ar")]
    public async Task The_document_says_in_every_language_what_was_approved(string language) => Verify(await _kontor.March("--output", "text", "--language", language), $"kontor-march.{language}");

    [Fact]
    public async Task The_amounts_are_those_worked_out_by_hand()
    {
        using var statement = JsonDocument.Parse(await _kontor.March());
        var payable = statement.RootElement.GetProperty("payable");
        payable.GetProperty("by-provider").GetString().ShouldBe("957.74");
        payable.GetProperty("by-customer").GetString().ShouldBe("9.37");
        Lines(statement).ShouldBe(
        [
            ("uptime-credit/2026-03", "200.00"),
            ("lost-time/2026-03", "0.00"),
            ("repair-fine/2026-03/T-1", "307.74"),
            ("repair-fine/2026-03/T-2", "0.00"),
            ("adjustment/uptime-credit/2026-01/2026-03", "500.00"),
            ("waiver/uptime-credit/2026-03/37", "-100.00"),
            ("goodwill/Easter", "50.00"),
            ("late/INV-2026-2/2026-03", "9.37"),
        ]);
    }

    [Fact]
    public async Task What_a_corrected_fact_makes_owed_for_an_issued_period_is_an_adjustment_though_that_statement_had_no_such_line()
    {
        using var statement = JsonDocument.Parse(await _kontor.March());
        var line = statement.RootElement.GetProperty("lines").EnumerateArray().Single(l => l.GetProperty("kind").GetString() == "adjustment");
        (line.GetProperty("adjusts").GetString(), line.GetProperty("before").GetString(), line.GetProperty("standing").GetString()).ShouldBe(("2026-01", "0.00", "payable"));
    }

    [Fact]
    public async Task Once_adjusted_it_is_not_adjusted_again()
    {
        await _kontor.March("--to", "march.json");
        var (_, output, _) = await _kontor.Run.Levelkeeper("statement", "-a", "kontor.yaml", "-f", "kontor.jsonl", "-p", "2026-04", "--as-of", "2026-05-08", "--issued", "january.json", "march.json");
        using var statement = JsonDocument.Parse(output);
        Lines(statement).ShouldNotContain(l => l.Id.StartsWith("adjustment/", StringComparison.Ordinal));
    }

    /// <summary>Nothing is unknown here, so that the most which the evidence allows is what is paid: the cap limits both.</summary>
    [Fact]
    public async Task A_cap_does_not_make_evidence_uncertain()
    {
        (await _kontor.March()).ShouldNotContain("at-most");
        (await _kontor.March("--output", "text")).ShouldNotContain("The evidence allows");
    }

    [Theory]
    [InlineData("json")]
    [InlineData("html")]
    [InlineData("text")]
    [InlineData("csv")]
    [InlineData("xlsx")]
    public async Task Equal_inputs_give_equal_bytes_wherever_and_whenever_it_runs(string form)
    {
        await _kontor.March("--output", form, "--to", "one");
        var culture = CultureInfo.CurrentCulture;
        try
        {
            var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (other.NumberFormat.NumberDecimalSeparator, other.NumberFormat.NegativeSign, other.DateTimeFormat.DateSeparator) = (",", "~", ".");
            CultureInfo.CurrentCulture = other;
            await _kontor.March("--output", form, "--to", "two");
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        Bytes("two").ShouldBe(Bytes("one"));
        Bytes("one").Length.ShouldBeGreaterThan(1_000);
    }

    /// <summary>Facts of one instant are recorded one after the other, in the order of the file, so the root over them tells of that order; nothing else does.</summary>
    [Fact]
    public async Task The_order_of_the_facts_changes_nothing_but_their_root()
    {
        var before = await Lines();
        _kontor.Run.Write("kontor.jsonl", string.Join('\n', _kontor.Run.Read("kontor.jsonl").TrimEnd('\n').Split('\n').Reverse()) + "\n");
        var after = await Lines();
        after.Except(before).Select(l => l.Trim().Split(':')[0]).ShouldBe(["Made of", "Root over all facts"]);

        async Task<string[]> Lines() => (await _kontor.March("--output", "text")).Split('\n');
    }

    [Theory]
    [InlineData("en", "ltr", "The provider pays", "EUR\u00A0957.74")]
    [InlineData("pl", "ltr", "Płaci dostawca", "957,74\u00A0EUR")]
    [InlineData("ru", "ltr", "Платит исполнитель", "957,74\u00A0EUR")]
    [InlineData("ar", "rtl", "يدفع مقدم الخدمة", "957.74\u00A0EUR")]
    public async Task The_page_begins_with_what_is_to_be_paid(string language, string direction, string label, string amount)
    {
        var page = await _kontor.March("--output", "html", "--language", language);
        page.ShouldContain($"<html lang=\"{language}\" dir=\"{direction}\">");
        var figures = page[page.IndexOf("class=\"figures\"", StringComparison.Ordinal)..];
        figures.IndexOf(label, StringComparison.Ordinal).ShouldBeInRange(0, 200);
        System.Net.WebUtility.HtmlDecode(figures[..400]).ShouldContain(amount);
        page.ShouldNotContain("<script");
        page.ShouldNotContain("href=\"http");
    }

    [Fact]
    public async Task A_table_has_a_row_for_each_line_and_no_formula()
    {
        _kontor.Run.Write("kontor.jsonl", _kontor.Run.Read("kontor.jsonl").Replace("a slow week", "=HYPERLINK(\\\"http://example.org\\\";1),\\nsorry", StringComparison.Ordinal));
        var rows = Csv(await _kontor.March("--output", "csv"));
        rows.Count.ShouldBe(9);
        rows.ShouldAllBe(r => r.Count == rows[0].Count);
        rows.Single(r => r[2] == "goodwill/Easter")[^1].ShouldBe("'=HYPERLINK(\"http://example.org\";1),\nsorry");
        // A number below nothing is no formula.
        rows.Single(r => r[3] == "waiver")[15].ShouldBe("-100.00");
    }

    [Fact]
    public async Task A_PDF_holds_the_amounts()
    {
        if (PdfPrinter.Find() is null)
            Assert.Skip("No Chromium is installed.");
        await _kontor.March("--output", "pdf", "--to", "march.pdf");
        Encoding.ASCII.GetString(Bytes("march.pdf"), 0, 5).ShouldBe("%PDF-");
        if (Text(Path.Combine(_kontor.Run.Folder, "march.pdf")) is not { } text)
        {
            Assert.Skip("No pdftotext is installed.");
            return;
        }

        foreach (var amount in new[] { "957.74", "9.37", "307.74", "−100.00", "8.48" })
            text.ShouldContain(amount);
    }

    [Fact]
    public async Task What_needs_a_file_says_so()
    {
        var (code, _, error) = await _kontor.Run.Levelkeeper("statement", "-a", "kontor.yaml", "-f", "kontor.jsonl", "-p", "2026-03", "--as-of", "2026-04-08", "--output", "xlsx");
        code.ShouldBe(2);
        error.ShouldContain("LK5063");
    }

    [Fact]
    public async Task Before_its_period_is_over_a_statement_is_interim_and_nothing_of_it_is_payable_that_only_the_end_decides()
    {
        var (_, output, _) = await _kontor.Run.Levelkeeper("statement", "-a", "kontor.yaml", "-f", "kontor.jsonl", "-p", "2026-03", "--as-of", "2026-03-28", "-o", "text");
        output.ShouldContain("State: interim");
        output.ShouldContain("The period still runs; if it ended now, this would be owed");
        output.ShouldContain("missed (so far)");
    }

    private byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(_kontor.Run.Folder, name));

    private static List<(string Id, string Payable)> Lines(JsonDocument statement) =>
        [.. statement.RootElement.GetProperty("lines").EnumerateArray().Select(l => (l.GetProperty("id").GetString()!, l.GetProperty("payable").GetString()!))];

    private static string? Text(string pdf)
    {
        try
        {
            using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("pdftotext") { ArgumentList = { "-layout", pdf, "-" }, UseShellExecute = false, RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8 })!;
            return process.StandardOutput.ReadToEnd();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Reads RFC 4180.</summary>
    internal static List<List<string>> Csv(string text)
    {
        var rows = new List<List<string>> { new() };
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"' when quoted && i + 1 < text.Length && text[i + 1] == '"':
                    cell.Append(text[i++]);
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case ',' when !quoted:
                    rows[^1].Add(cell.ToString());
                    cell.Clear();
                    break;
                case '\r' when !quoted && text[i + 1] == '\n':
                    rows[^1].Add(cell.ToString());
                    cell.Clear();
                    rows.Add([]);
                    i++;
                    break;
                default:
                    cell.Append(text[i]);
                    break;
            }
        }

        rows.RemoveAt(rows.Count - 1);
        return rows;
    }

    /// <summary>Compares with the text that a person has read, hashes and the time zones' version apart; a difference is kept beside it as <c>.received.txt</c>.</summary>
    private static void Verify(string output, string name, [CallerFilePath] string test = "")
    {
        output = Versions().Replace(output, "#");
        var beside = Path.Combine(Path.GetDirectoryName(test)!, name);
        if (File.Exists($"{beside}.approved.txt") && File.ReadAllText($"{beside}.approved.txt") == output)
        {
            File.Delete($"{beside}.received.txt");
            return;
        }

        File.WriteAllText($"{beside}.received.txt", output);
        Assert.Fail($"{name}.received.txt differs from the approved text, or has not been approved yet.");
    }

    [System.Text.RegularExpressions.GeneratedRegex("[0-9a-f]{64}|[0-9a-f]{12}(?=…)|TZDB: [^\u2069\n]*")]
    private static partial System.Text.RegularExpressions.Regex Versions();
}
