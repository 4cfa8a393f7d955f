using System.Reflection;
using Levelkeeper.Text.Documents;
using Levelkeeper.Text.Languages;

namespace Levelkeeper.Reports.Html;

/// <summary>One page of HTML for a document, for the screen and for paper: nothing is loaded from elsewhere, and equal documents give equal pages.</summary>
public static class DocumentPage
{
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
        page.Line($"<title>{document.Title}</title>");
        page.Raw($"<style>\n{s_style}</style></head>\n<body><main>\n");
        page.Line($"<header><h1><bdi>{document.Title}</bdi></h1>");
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
                page.Line($"<table id=\"c{table.Number}\">");
                page.Line($"<caption><span class=\"number\">{table.Number}</span> ");
                Inline(page, "", table.Caption, "</caption>\n<thead><tr>");
                foreach (var column in table.Columns)
                    Inline(page, "<th scope=\"col\">", column, "</th>");
                page.Raw("</tr></thead><tbody>\n");
                foreach (var row in table.Rows)
                {
                    page.Raw("<tr>");
                    foreach (var cell in row)
                        Inline(page, "<td>", cell, "</td>");
                    page.Raw("</tr>\n");
                }

                page.Raw("</tbody></table>\n");
                break;
            default:
                throw new InvalidOperationException("The blocks of a document are closed.");
        }
    }

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
