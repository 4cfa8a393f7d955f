using System.Globalization;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Reports.Forms;

namespace Levelkeeper.Reports.Html;

/// <summary>The tree behind a result as nested disclosures: the title and value of each node, and inside how it follows.</summary>
internal static class ExplanationTree
{
    private const int MostParts = 100;
    private const int MostFacts = 5;

    public static void Write(Markup page, Explanation root, TimeForm times)
    {
        page.Line($"<ul class=\"tree\">");
        Node(page, root, times, 0, []);
        page.Line($"</ul>");
    }

    private static void Node(Markup page, Explanation node, TimeForm times, int depth, List<Explanation> shown)
    {
        page.Raw("<li>");
        if (node.Parts.Length > 0 && shown.Exists(node.ShowsTheSameAs))
        {
            Head(page, node, times);
            page.Line($"<p class=\"quiet\">as above</p>");
        }
        else if (node.Parts.Length > 0)
        {
            shown.Add(node);
            page.Raw(depth == 0 ? "<details open>" : "<details>");
            page.Raw("<summary>");
            Head(page, node, times);
            page.Raw("</summary>\n");
            Remarks(page, node, times);
            page.Raw("<ul>\n");
            foreach (var part in node.Parts.Take(MostParts))
                Node(page, part, times, depth + 1, shown);
            if (node.Parts.Length > MostParts)
                page.Line($"<li class=\"quiet\">and {(node.Parts.Length - MostParts).ToString(CultureInfo.InvariantCulture)} more</li>");
            page.Raw("</ul></details>");
        }
        else
        {
            Head(page, node, times);
            Remarks(page, node, times);
        }

        page.Raw("</li>\n");
    }

    private static void Head(Markup page, Explanation node, TimeForm times)
    {
        var formula = FormulaForm.Of(node, times);
        page.Line($"<span class=\"title\">{times.InText(node.Title)}</span> <span class=\"number\">{FormulaForm.Value(node, times)}{(formula.Length > 0 ? " = " + formula : "")}</span>");
    }

    private static void Remarks(Markup page, Explanation node, TimeForm times)
    {
        if (node.During is { } during)
            page.Line($"<p class=\"quiet\">{times.Span(during)}</p>");
        if (node.Remark.Length > 0)
            page.Line($"<p>{times.InText(node.Remark)}</p>");
        if (node.Clauses.Length > 0)
            page.Line($"<p class=\"quiet\">Clause: {string.Join("; ", node.Clauses)}</p>");
        if (FactsForm.Of(node, MostFacts, times) is { Length: > 0 } facts)
            page.Line($"<p class=\"quiet\">{facts}</p>");
    }
}
