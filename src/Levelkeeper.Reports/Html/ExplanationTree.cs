using System.Globalization;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Reports.Forms;

namespace Levelkeeper.Reports.Html;

/// <summary>The tree behind a result as nested disclosures: the title and value of each node, and inside how it follows.</summary>
internal static class ExplanationTree
{
    private const int MostParts = 100;
    private const int MostFacts = 5;

    public static void Write(Markup page, Explanation root)
    {
        page.Line($"<ul class=\"tree\">");
        Node(page, root, 0);
        page.Line($"</ul>");
    }

    private static void Node(Markup page, Explanation node, int depth)
    {
        page.Raw("<li>");
        if (node.Parts.Length > 0)
        {
            page.Raw(depth == 0 ? "<details open>" : "<details>");
            page.Raw("<summary>");
            Head(page, node);
            page.Raw("</summary>\n");
            Remarks(page, node);
            page.Raw("<ul>\n");
            foreach (var part in node.Parts.Take(MostParts))
                Node(page, part, depth + 1);
            if (node.Parts.Length > MostParts)
                page.Line($"<li class=\"quiet\">and {(node.Parts.Length - MostParts).ToString(CultureInfo.InvariantCulture)} more</li>");
            page.Raw("</ul></details>");
        }
        else
        {
            Head(page, node);
            Remarks(page, node);
        }

        page.Raw("</li>\n");
    }

    private static void Head(Markup page, Explanation node)
    {
        var formula = FormulaForm.Of(node);
        page.Line($"<span class=\"title\">{node.Title}</span> <span class=\"number\">{FormulaForm.Value(node)}{(formula.Length > 0 ? " = " + formula : "")}</span>");
    }

    private static void Remarks(Markup page, Explanation node)
    {
        if (node.During is { } during)
            page.Line($"<p class=\"quiet\">{NumberForm.Instant(during.StartInstant)} to {NumberForm.Instant(during.EndInstant)}</p>");
        if (node.Remark.Length > 0)
            page.Line($"<p>{node.Remark}</p>");
        if (node.Clauses.Length > 0)
            page.Line($"<p class=\"quiet\">Clause: {string.Join("; ", node.Clauses)}</p>");
        if (FactsForm.Of(node, MostFacts) is { Length: > 0 } facts)
            page.Line($"<p class=\"quiet\">{facts}</p>");
    }
}
