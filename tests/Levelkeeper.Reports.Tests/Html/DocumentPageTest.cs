using AngleSharp.Html.Parser;
using Levelkeeper.Reports.Html;
using Levelkeeper.Text.Documents;
using Levelkeeper.Text.Languages;

namespace Levelkeeper.Reports.Tests.Html;

public class DocumentPageTest
{
    private static AngleSharp.Html.Dom.IHtmlDocument Page(string text, TextLanguage language) => new HtmlParser().ParseDocument(DocumentPage.Write(new Document(
        language, text, text, [new DocumentSection("1", text, [new DocumentBlock.Clause("1.1", text, text, text), new DocumentBlock.Paragraph(text), new DocumentBlock.Table("1.2", text, [text], [[text]])], [])], text)));

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"><img src=x onerror=alert(1)>")]
    [InlineData("</title></style></body>")]
    [InlineData("a & b' \" < >")]
    public void Foreign_text_stays_text(string text)
    {
        var page = Page(text, TextLanguage.English);
        page.QuerySelectorAll("script, img").ShouldBeEmpty();
        page.Title.ShouldBe(text);
        page.QuerySelector(".clause p")!.TextContent.ShouldBe($"{text} {text}");
        page.QuerySelector(".clause")!.GetAttribute("data-clause").ShouldBe(text);
        page.QuerySelectorAll("td, th").Select(c => c.TextContent).ShouldBe([text, text]);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"><img src=x onerror=alert(1)>")]
    public void Foreign_text_stays_text_in_figures_names_and_totals(string text)
    {
        var page = new HtmlParser().ParseDocument(DocumentPage.Write(new Document(
            TextLanguage.Arabic, text, text,
            [new DocumentSection("1", text, [new DocumentBlock.Figures([new Figure(text, text, text, true)]), new DocumentBlock.Pairs([(text, text)]), new DocumentBlock.Table("", text, [text, text, text], [[text, text, text]]) { Totals = [[text, text, text]], Numeric = [2] }], [])], text) { Kind = DocumentKind.Statement }));
        page.QuerySelectorAll("script, img").ShouldBeEmpty();
        page.QuerySelectorAll("dt, dd, caption, th, td").Select(e => e.TextContent.Replace(" " + text, "", StringComparison.Ordinal)).ShouldAllBe(t => t == text);
        page.QuerySelectorAll("td").Select(e => e.GetAttribute("data-label")).Distinct().ShouldBe([text]);
        page.QuerySelectorAll("tfoot td").Length.ShouldBe(3);
        page.QuerySelectorAll("td.end").Length.ShouldBe(2);
        page.Body!.ClassName.ShouldBe("statement");
    }

    [Fact]
    public void Isolates_become_elements_and_the_page_has_its_direction()
    {
        var page = Page($"الاسم: {Isolate.Foreign("Acme (UK)", TextLanguage.Arabic)}، {Isolate.Signs("08:00–18:00", TextLanguage.Arabic)}", TextLanguage.Arabic);
        page.DocumentElement.GetAttribute("dir").ShouldBe("rtl");
        page.QuerySelectorAll(".clause p > bdi").Select(b => (b.TextContent, b.GetAttribute("dir"))).ShouldBe([("Acme (UK)", null), ("08:00–18:00", "ltr")]);
        page.QuerySelector(".clause p")!.TextContent.ShouldNotContain('\u2068');
    }

    [Fact]
    public void Each_link_of_the_contents_leads_to_its_chapter()
    {
        var page = Page("x", TextLanguage.Polish);
        page.QuerySelectorAll("nav a").Select(a => page.GetElementById(a.GetAttribute("href")![1..])).ShouldAllBe(s => s != null && s.LocalName == "section");
    }
}
