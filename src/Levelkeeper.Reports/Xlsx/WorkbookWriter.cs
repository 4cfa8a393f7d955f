using System.Globalization;
using System.IO.Compression;
using System.Xml;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Prices;
using NodaTime;
using Spread = DocumentFormat.OpenXml.Spreadsheet;

namespace Levelkeeper.Reports.Xlsx;

/// <summary>Writes workbooks as Office Open XML (ECMA-376). Equal sheets give equal bytes.</summary>
internal static class WorkbookWriter
{
    /// <summary>A cell of Excel holds no more (Microsoft, "Excel specifications and limits").</summary>
    private const int LongestText = 32_767;

    /// <summary>The date format's own numbers begin here (ECMA-376 part 1, 18.8.30).</summary>
    private const uint FirstOwnFormat = 164;

    /// <summary>Decimals of a share that are kept: eight of its percentage.</summary>
    private const int SharePlaces = 10;

    /// <summary>Decimals of a number of days: finer than a microsecond.</summary>
    private const int DayPlaces = 12;

    private const int Letters = 26;

    private static readonly LocalDateTime s_dayZero = new(1899, 12, 30, 0, 0);

    // The zip format has no earlier time.
    private static readonly DateTimeOffset s_stamp = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private enum Style : uint
    {
        Plain,
        Heading,
        Money,
        Share,
        Time,
        Length,
        Total,
        TotalMoney,
        TotalLength,
    }

    /// <summary>The workbook.</summary>
    /// <param name="sheets">Its sheets, in order.</param>
    /// <param name="currency">The ISO 4217 code of its amounts; empty for none.</param>
    /// <param name="rightToLeft">Whether the sheets run from right to left.</param>
    public static byte[] Write(IReadOnlyList<Sheet> sheets, string currency, bool rightToLeft)
    {
        using var stream = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(stream, SpreadsheetDocumentType.Workbook))
        {
            var book = document.AddWorkbookPart();
            document.ChangeIdOfPart(book, "book");
            book.AddNewPart<WorkbookStylesPart>("styles").Stylesheet = Styles(currency);
            var list = new Sheets();
            for (var i = 0; i < sheets.Count; i++)
            {
                var id = $"sheet{(i + 1).ToString(CultureInfo.InvariantCulture)}";
                book.AddNewPart<WorksheetPart>(id).Worksheet = Worksheet(sheets[i], rightToLeft);
                list.AppendChild(new Spread.Sheet { Id = id, SheetId = (uint)i + 1, Name = sheets[i].Name });
            }

            book.Workbook = new Workbook(list);
        }

        return Settled(stream);
    }

    /// <summary>The same package with its parts in order and without the time at which they were written.</summary>
    private static byte[] Settled(MemoryStream package)
    {
        package.Position = 0;
        using var result = new MemoryStream();
        using (var from = new ZipArchive(package, ZipArchiveMode.Read))
        using (var to = new ZipArchive(result, ZipArchiveMode.Create, leaveOpen: true))
        {
            // The list of contents comes first: some readers look for it there.
            foreach (var part in from.Entries.OrderBy(e => e.FullName != "[Content_Types].xml").ThenBy(e => e.FullName, StringComparer.Ordinal))
            {
                var entry = to.CreateEntry(part.FullName);
                entry.LastWriteTime = s_stamp;
                using var source = part.Open();
                using var target = entry.Open();
                source.CopyTo(target);
            }
        }

        return result.ToArray();
    }

    private static Worksheet Worksheet(Sheet sheet, bool rightToLeft)
    {
        var columns = new Columns();
        for (var i = 0; i < sheet.Columns.Count; i++)
            columns.AppendChild(new Column { Min = (uint)i + 1, Max = (uint)i + 1, Width = sheet.Columns[i].Width, CustomWidth = true });
        var data = new SheetData();
        Add(sheet.Columns.Select(c => Text(c.Heading, Style.Heading)));
        foreach (var row in sheet.Rows)
            Add(row.Select(c => Cell(c, total: false)));
        foreach (var row in sheet.Totals)
            Add(row.Select(c => Cell(c, total: true)));
        var view = new SheetView(new Pane { VerticalSplit = 1, TopLeftCell = "A2", ActivePane = PaneValues.BottomLeft, State = PaneStateValues.Frozen }) { WorkbookViewId = 0 };
        if (rightToLeft)
            view.RightToLeft = true;
        return new Worksheet(new SheetViews(view), columns, data);

        void Add(IEnumerable<Cell> cells)
        {
            var number = (uint)data.ChildElements.Count + 1;
            var row = new Row { RowIndex = number };
            foreach (var cell in cells)
            {
                cell.CellReference = Column(row.ChildElements.Count) + number.ToString(CultureInfo.InvariantCulture);
                row.AppendChild(cell);
            }

            data.AppendChild(row);
        }
    }

    /// <summary>The letters of a column, counted from 0.</summary>
    private static string Column(int number) => (number >= Letters ? Column(number / Letters - 1) : "") + (char)('A' + number % Letters);

    private static Cell Cell(SheetCell cell, bool total) => cell switch
    {
        SheetCell.Empty => new Cell { StyleIndex = (uint)(total ? Style.Total : Style.Plain) },
        SheetCell.Words words => Text(words.Text, total ? Style.Total : Style.Plain),
        SheetCell.Number number => Numeric(number.Value, DayPlaces, total ? Style.Total : Style.Plain),
        SheetCell.Money money => Numeric(money.Amount, DayPlaces, total ? Style.TotalMoney : Style.Money),
        SheetCell.Share share => Numeric(share.Value, SharePlaces, Style.Share),
        SheetCell.Time time => Numeric(Days(time.At), DayPlaces, Style.Time),
        SheetCell.Length length => Numeric(length.Ticks / NodaConstants.TicksPerDay, DayPlaces, total ? Style.TotalLength : Style.Length),
        _ => throw new InvalidOperationException("The cases of a cell are closed."),
    };

    private static Rational Days(LocalDateTime at)
    {
        var length = NodaTime.Period.Between(s_dayZero, at, PeriodUnits.Ticks);
        return new Rational(length.Ticks, NodaConstants.TicksPerDay);
    }

    private static Cell Numeric(Rational value, int places, Style style)
    {
        var text = value.ToString(places, Rounding.Down);
        return new Cell { CellValue = new CellValue(text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text), DataType = CellValues.Number, StyleIndex = (uint)style };
    }

    /// <summary>An inline string: it is text by its type, so that nothing in it is taken for a formula.</summary>
    private static Cell Text(string text, Style style) => new(new InlineString(new Spread.Text(Readable(text)) { Space = SpaceProcessingModeValues.Preserve })) { DataType = CellValues.InlineString, StyleIndex = (uint)style };

    /// <summary>Without what XML cannot hold, and no longer than a cell.</summary>
    private static string Readable(string text)
    {
        var kept = new System.Text.StringBuilder(text.Length);
        for (var i = 0; i < text.Length && kept.Length < LongestText - 1; i++)
        {
            if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
                kept.Append(text[i]).Append(text[++i]);
            else if (XmlConvert.IsXmlChar(text[i]))
                kept.Append(text[i]);
        }

        return kept.ToString();
    }

    private static Stylesheet Styles(string currency)
    {
        const uint Money = FirstOwnFormat, Share = FirstOwnFormat + 1, Time = FirstOwnFormat + 2, Length = FirstOwnFormat + 3;
        var decimals = Currencies.MinorDigits(currency);
        var number = "#,##0" + (decimals > 0 ? "." + new string('0', decimals) : "");
        var formats = new NumberingFormats(
            new NumberingFormat { NumberFormatId = Money, FormatCode = currency.Length > 0 ? $"{number}\\ \"{currency}\"" : number },
            new NumberingFormat { NumberFormatId = Share, FormatCode = "0.00######%" },
            new NumberingFormat { NumberFormatId = Time, FormatCode = "yyyy\\-mm\\-dd\\ hh:mm:ss" },
            new NumberingFormat { NumberFormatId = Length, FormatCode = "[h]:mm:ss" }) { Count = 4 };
        var fonts = new Fonts(new Font(), new Font(new Bold())) { Count = 2 };
        var fills = new Fills(new Fill(new PatternFill { PatternType = PatternValues.None }), new Fill(new PatternFill { PatternType = PatternValues.Gray125 })) { Count = 2 };
        var borders = new Borders(new Border(), new Border(new BottomBorder { Style = BorderStyleValues.Thin }), new Border(new TopBorder { Style = BorderStyleValues.Thin })) { Count = 3 };
        var cells = new CellFormats(
            Format(0, 0, 0), Format(0, 1, 1), Format(Money, 0, 0), Format(Share, 0, 0), Format(Time, 0, 0), Format(Length, 0, 0), Format(0, 1, 2), Format(Money, 1, 2), Format(Length, 1, 2)) { Count = 9 };
        return new Stylesheet(formats, fonts, fills, borders, new CellStyleFormats(new CellFormat()) { Count = 1 }, cells);

        static CellFormat Format(uint number, uint font, uint border) => new() { NumberFormatId = number, FontId = font, FillId = 0, BorderId = border, FormatId = 0, ApplyNumberFormat = number > 0, ApplyFont = font > 0, ApplyBorder = border > 0 };
    }
}
