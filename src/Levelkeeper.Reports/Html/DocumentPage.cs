using System.Collections.Immutable;
using System.Reflection;
using Levelkeeper.Text.Documents;
using Levelkeeper.Text.Languages;

namespace Levelkeeper.Reports.Html;

/// <summary>One page of HTML for a document, for the screen and for paper: nothing is loaded from elsewhere, and equal documents give equal pages.</summary>
public static class DocumentPage
{
    /// <summary>How many columns fit on a narrow screen.</summary>
    private const int NarrowColumns = 2;

    /// <summary>A table of more rows may be cut between pages.</summary>
    private const int LongTable = 15;

    /// <summary>A cell of so few letters is not cut into lines: a date, a label, a verdict.</summary>
    private const int ShortCell = 14;

    private static readonly string s_style = Style();

    /// <summary>The page, as UTF-8 text with line feeds.</summary>
    public static string Write(Document document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var page = new Markup();
        page.Line($"<!DOCTYPE html>");
        page.Line($"<html lang=\"{document.Language.Code}\" dir=\"{(document.Language.IsRightToLeft ? "rtl" : "ltr")}\"><head><meta charset=\"utf-8\">");
        page.Line($"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">");
        page.Line($"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        page.Line($"<title>{Plain(document.Title)}</title>");
        page.Raw($"<style>\n{s_style}</style></head>\n<body class=\"{document.Kind.ToString().ToLowerInvariant()}\"><main>\n");
        Inline(page, "<header><h1><bdi>", document.Title, "</bdi></h1>\n");
        Inline(page, "<p class=\"subtitle\">", document.Subtitle, "</p></header>\n");
        Inline(page, "<nav><h2>", document.Contents, "</h2><ol>\n");
        foreach (var section in document.Sections)
        {
            page.Line($"<li><a href=\"#c{section.Number}\"><span class=\"number\">{section.Number}</span> ");
            Inline(page, "", section.Heading, "</a></li>\n");
        }

        page.Raw("</ol></nav>\n");
        foreach (var section in document.Sections)
            Section(page, section, 2);
        page.Raw("</main></body></html>\n");
        return page.ToString();
    }

    private static void Section(Markup page, DocumentSection section, int level)
    {
        page.Line($"<section id=\"c{section.Number}\">");
        page.Raw($"<h{level}>");
        page.Line($"<span class=\"number\">{section.Number}</span> ");
        Inline(page, "", section.Heading, $"</h{level}>\n");
        foreach (var block in section.Blocks)
            Block(page, block);
        foreach (var part in section.Sections)
            Section(page, part, Math.Min(level + 1, 6));
        page.Raw("</section>\n");
    }

    private static void Block(Markup page, DocumentBlock block)
    {
        switch (block)
        {
            case DocumentBlock.Clause clause:
                page.Line($"<div class=\"clause\" id=\"c{clause.Number}\" data-clause=\"{clause.Source}\"><span class=\"number\">{clause.Number}</span>");
                Inline(page, "<p>", clause.Text, "");
                if (clause.Note.Length > 0)
                    Inline(page, " <span class=\"note\">", clause.Note, "</span>");
                page.Raw("</p></div>\n");
                break;
            case DocumentBlock.Paragraph paragraph:
                Inline(page, "<p>", paragraph.Text, "</p>\n");
                break;
            case DocumentBlock.Table table:
                Table(page, table);
                break;
            case DocumentBlock.Pairs pairs:
                page.Raw("<dl class=\"pairs\">\n");
                foreach (var (name, value) in pairs.Rows)
                {
                    Inline(page, "<div><dt>", name, "</dt>");
                    Inline(page, "<dd>", value, "</dd></div>\n");
                }

                page.Raw("</dl>\n");
                break;
            case DocumentBlock.Figures figures:
                page.Raw("<dl class=\"figures\">\n");
                foreach (var figure in figures.Items)
                {
                    Inline(page, figure.Weighs ? "<div class=\"weighs\"><dt>" : "<div><dt>", figure.Label, "</dt>");
                    Inline(page, "<dd>", figure.Value, "");
                    Inline(page, " <small>", figure.Note, "</small></dd></div>\n");
                }

                page.Raw("</dl>\n");
                break;
            default:
                throw new InvalidOperationException("The blocks of a document are closed.");
        }
    }

    private static void Table(Markup page, DocumentBlock.Table table)
    {
        page.Raw((table.Columns.Length > NarrowColumns, table.Rows.Length > LongTable) switch
        {
            (true, true) => "<table class=\"wide long\"",
            (true, false) => "<table class=\"wide\"",
            (false, true) => "<table class=\"long\"",
            (false, false) => "<table",
        });
        if (table.Number.Length > 0)
        {
            page.Raw(" id=\"c");
            page.Text(table.Number);
            page.Raw("\"");
        }

        page.Raw(">\n");
        if (table.Caption.Length > 0)
        {
            page.Raw("<caption>");
            if (table.Number.Length > 0)
                page.Line($"<span class=\"number\">{table.Number}</span> ");
            Inline(page, "", table.Caption, "</caption>\n");
        }

        page.Raw("<thead><tr>");
        for (var i = 0; i < table.Columns.Length; i++)
            Inline(page, $"<th scope=\"col\"{Align(i)}>", table.Columns[i], "</th>");
        page.Raw("</tr></thead><tbody>\n");
        Rows(table.Rows);
        page.Raw("</tbody>");
        if (!table.Totals.IsEmpty)
        {
            page.Raw("<tfoot>\n");
            Rows(table.Totals);
            page.Raw("</tfoot>");
        }

        page.Raw("</table>\n");

        void Rows(ImmutableArray<ImmutableArray<string>> rows)
        {
            foreach (var row in rows)
            {
                page.Raw("<tr>");
                for (var i = 0; i < row.Length; i++)
                {
                    // On a narrow screen each cell stands under the other, with its heading before it.
                    page.Raw($"<td{(Align(i) is { Length: > 0 } align ? align : row[i].Length <= ShortCell ? " class=\"short\"" : "")} data-label=\"");
                    page.Text(Plain(table.Columns[i]));
                    Inline(page, "\">", row[i], "</td>");
                }

                page.Raw("</tr>\n");
            }
        }

        string Align(int column) => table.Numeric.Contains(column) ? " class=\"end\"" : "";
    }

    private static string Plain(string text) => string.Concat(text.Where(c => c is not (Isolate.FirstStrong or Isolate.LeftToRight or Isolate.End)));

    /// <summary>Text between our own markup; its isolates become elements, which screen readers and older programs know better.</summary>
    private static void Inline(Markup page, string before, string text, string after)
    {
        page.Raw(before);
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] is not (Isolate.FirstStrong or Isolate.LeftToRight or Isolate.End))
                continue;
            page.Text(text[start..i]);
            start = i + 1;
            if (i < text.Length)
                page.Raw(text[i] switch { Isolate.FirstStrong => "<bdi>", Isolate.LeftToRight => "<bdi dir=\"ltr\">", _ => "</bdi>" });
        }

        page.Raw(after);
    }

    private static string Style()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("Levelkeeper.Reports.Html.document.css")!);
        return reader.ReadToEnd();
    }
}
