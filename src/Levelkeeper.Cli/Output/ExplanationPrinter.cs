using System.Globalization;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Reports.Forms;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Levelkeeper.Cli.Output;

// 'Text' alone is the product's own namespace here.
using Text = Spectre.Console.Text;

/// <summary>The tree behind results, as a service manager reads it.</summary>
internal static class ExplanationPrinter
{
    private const int MostFacts = 3;
    private const int MostParts = 50;
    private const int MostSetAside = 10;
    private static readonly Style s_quiet = new(Color.Grey);
    private static readonly Style s_bold = new(decoration: Decoration.Bold);

    public static void Write(Terminal terminal, AgreementEvaluation evaluation, int depth)
    {
        var console = terminal.Drawing();
        var times = new TimeForm(evaluation.Zone);
        foreach (var objective in evaluation.Objectives)
        {
            console.Write(new Text($"{Colour.Safe(objective.Title)}{(objective.Member.Length > 0 ? $" for {Colour.Safe(objective.Member)}" : "")}, {Colour.Safe(times.InText(objective.Period.Label))}{(objective.Period.Running ? " (interim)" : "")}\n", s_bold));
            console.Write(new Paragraph($"{LevelForm.Show(objective)}, target {Colour.Safe(objective.Target)}: ").Append($"{VerdictForm.Mark(objective.Verdict)} {VerdictForm.Word(objective.Verdict)}", Colour.Of(VerdictForm.Tone(objective.Verdict))).Append($"\n{Colour.Safe(objective.Clause.ToString())}\n", s_quiet));
            if (objective.IfPendingApproved != objective.Verdict)
                console.Write(new Text($"Would be {VerdictForm.Word(objective.IfPendingApproved)} if the exclusions that wait for a decision were approved.\n"));
            var tree = new Tree(Label(objective.Explanation, times)).Guide(TreeGuide.Line);
            Parts(tree, objective.Explanation, times, depth, []);
            console.Write(tree);
            terminal.Output.WriteLine();
        }

        SetAside(console, terminal, times, "Facts of no service of this agreement", evaluation.Unmatched);
        SetAside(console, terminal, times, "Facts left out", evaluation.LeftOut);
    }

    private static void Parts(IHasTreeNodes parent, Explanation node, TimeForm times, int depth, List<Explanation> shown)
    {
        if (node.Parts.Length > 0 && shown.Exists(node.ShowsTheSameAs))
        {
            parent.AddNode(new Text("as above", s_quiet));
            return;
        }

        if (node.Parts.Length > 0)
            shown.Add(node);
        if (node.Parts.Length > 0 && depth <= 1)
        {
            parent.AddNode(new Text(string.Create(CultureInfo.InvariantCulture, $"… {node.Parts.Length:N0} below (--depth)"), s_quiet));
            return;
        }

        foreach (var part in node.Parts.Take(MostParts))
            Parts(parent.AddNode(Label(part, times)), part, times, depth - 1, shown);
        if (node.Parts.Length > MostParts)
            parent.AddNode(new Text(string.Create(CultureInfo.InvariantCulture, $"and {node.Parts.Length - MostParts:N0} more (--output json has all)"), s_quiet));
    }

    private static IRenderable Label(Explanation node, TimeForm times)
    {
        var formula = FormulaForm.Of(node, times);
        var value = FormulaForm.Value(node, times);
        var label = new Paragraph(Colour.Safe(times.InText(node.Title)) + (value.Length > 0 ? ": " : ""));
        label.Append(value, s_bold);
        if (formula.Length > 0)
            label.Append(" = " + formula);
        if (node.During is { } during)
            label.Append($"\n{times.Span(during)}", s_quiet);
        if (node.Remark.Length > 0)
            label.Append("\n" + Colour.Safe(times.InText(node.Remark)));
        if (node.Clauses.Length > 0)
            label.Append("\nClause: " + Colour.Safe(string.Join("; ", node.Clauses)), s_quiet);
        if (FactsForm.Of(node, MostFacts, times) is { Length: > 0 } facts)
            label.Append("\n" + Colour.Safe(facts), s_quiet);
        return label;
    }

    private static void SetAside(IAnsiConsole console, Terminal terminal, TimeForm times, string title, IReadOnlyList<SetAsideFact> facts)
    {
        if (facts.Count == 0)
            return;
        console.Write(new Text(string.Create(CultureInfo.InvariantCulture, $"{title}: {facts.Count:N0}\n"), s_bold));
        foreach (var (fact, reason) in facts.Take(MostSetAside))
            console.Write(new Text($"  {Colour.Safe(fact.Type)} of {Colour.Safe(fact.Subject)} at {times.At(fact.Time)} ({Colour.Safe(fact.Place.ToString())}): {Colour.Safe(reason)}\n"));
        if (facts.Count > MostSetAside)
            console.Write(new Text(string.Create(CultureInfo.InvariantCulture, $"  and {facts.Count - MostSetAside:N0} more (--output json has all)\n"), s_quiet));
        terminal.Output.WriteLine();
    }
}
