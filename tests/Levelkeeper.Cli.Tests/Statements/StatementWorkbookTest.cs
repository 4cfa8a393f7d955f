using System.Globalization;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;

namespace Levelkeeper.Cli.Tests.Statements;

/// <summary>The workbook, read back.</summary>
public sealed class StatementWorkbookTest : IDisposable
{
    private readonly KontorStatement _kontor = new();

    public void Dispose() => _kontor.Dispose();

    [Theory]
    [InlineData("en", "Summary, Lines, Steps, Results, Outages, Tickets")]
    [InlineData("pl", "Podsumowanie, Pozycje, Kroki, Wyniki, Przerwy, Zgłoszenia")]
    [InlineData("ar", "الملخص, البنود, الخطوات, النتائج, الانقطاعات, التذاكر")]
    public async Task It_has_a_sheet_for_each_part_and_is_valid(string language, string sheets)
    {
        using var book = await Book(language);
        string.Join(", ", book.WorkbookPart!.Workbook.Descendants<Sheet>().Select(s => s.Name!.Value)).ShouldBe(sheets);
        new OpenXmlValidator(DocumentFormat.OpenXml.FileFormatVersions.Office2013).Validate(book).Select(e => e.Description).ShouldBeEmpty();
        (Sheet(book, 1).Descendants<SheetView>().Single().RightToLeft?.Value ?? false).ShouldBe(language == "ar");
    }

    [Fact]
    public async Task Amounts_are_numbers_with_the_currency_and_add_up_to_their_totals()
    {
        using var book = await Book("en");
        var rows = Rows(book, 1);
        rows[0].Select(c => c.Text).Take(7).ShouldBe(["Identity", "Line", "Kind", "Owed by", "Computed", "Contested", "Payable"]);
        foreach (var side in new[] { "the provider", "the customer" })
        {
            var own = rows.Skip(1).Where(r => r[3].Text == side).ToList();
            own[..^1].Sum(r => r[6].Number!.Value).ShouldBe(own[^1][6].Number!.Value);
        }

        rows.Where(r => r[0].Text == "Total payable").Select(r => r[6].Number).ShouldBe([957.74m, 9.37m]);
        rows[1][6].Format.ShouldBe("#,##0.00\\ \"EUR\"");
    }

    [Fact]
    public async Task Dates_are_dates_on_the_agreements_wall_clock()
    {
        using var book = await Book("en");
        var outage = Rows(book, 4).Single(r => r[0].Text == "Availability of mail");
        // 5 March 2026, 09:00 to 16:00 in Berlin: 46086 days after 30 December 1899, and 9/24 and 16/24.
        (outage[2].Number, outage[3].Number, outage[4].Number).ShouldBe((46086.375m, 46086.666666666666m, 0.291666666666m));
        (outage[2].Format, outage[4].Format).ShouldBe(("yyyy\\-mm\\-dd\\ hh:mm:ss", "[h]:mm:ss"));
        DateTime.FromOADate(46086.375).ShouldBe(new DateTime(2026, 3, 5, 9, 0, 0));
    }

    [Fact]
    public async Task A_text_that_looks_like_a_formula_stays_text()
    {
        _kontor.Run.Write("kontor.jsonl", _kontor.Run.Read("kontor.jsonl").Replace("a slow week", "=1+1 \\u0007", StringComparison.Ordinal));
        using var book = await Book("en");
        Rows(book, 1).Single(r => r[0].Text == "goodwill/Easter")[12].ShouldBe(new Seen("=1+1 ", null, "General", CellValues.InlineString));
        book.WorkbookPart!.WorksheetParts.SelectMany(s => s.Worksheet.Descendants<CellFormula>()).ShouldBeEmpty();
    }

    private async Task<SpreadsheetDocument> Book(string language)
    {
        await _kontor.March("--output", "xlsx", "--language", language, "--to", "march.xlsx");
        return SpreadsheetDocument.Open(Path.Combine(_kontor.Run.Folder, "march.xlsx"), isEditable: false);
    }

    private sealed record Seen(string Text, decimal? Number, string Format, CellValues? Type);

    private static Worksheet Sheet(SpreadsheetDocument book, int index) =>
        ((WorksheetPart)book.WorkbookPart!.GetPartById(book.WorkbookPart.Workbook.Descendants<Sheet>().ElementAt(index).Id!.Value!)).Worksheet;

    private static List<List<Seen>> Rows(SpreadsheetDocument book, int index)
    {
        var styles = book.WorkbookPart!.WorkbookStylesPart!.Stylesheet;
        var formats = styles.NumberingFormats!.Elements<NumberingFormat>().ToDictionary(f => f.NumberFormatId!.Value, f => f.FormatCode!.Value!);
        return [.. Sheet(book, index).Descendants<Row>().Select(r => r.Elements<Cell>().Select(Read).ToList())];

        Seen Read(Cell cell)
        {
            var number = styles.CellFormats!.Elements<CellFormat>().ElementAt((int)cell.StyleIndex!.Value).NumberFormatId!.Value;
            return new Seen(cell.InlineString?.InnerText ?? "", cell.CellValue is { } value ? decimal.Parse(value.Text, CultureInfo.InvariantCulture) : null, formats.GetValueOrDefault(number, "General"), cell.DataType?.Value);
        }
    }
}
