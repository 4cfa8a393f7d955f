using System.Globalization;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Reports.Forms;
using Spectre.Console;

namespace Levelkeeper.Cli.Output;

// 'Text' alone is the product's own namespace here.
using Text = Spectre.Console.Text;

/// <summary>An evaluation for a person: one row for each objective and period, and what to look at below.</summary>
internal static class EvaluationTable
{
    /// <summary>So many periods of one objective are listed one by one; of more, those that are neither breached nor at risk are counted by verdict.</summary>
    private const int MostPeriods = 31;

    /// <summary>Of these the latest are listed whatever they came to.</summary>
    private const int LatestPeriods = 7;

    /// <param name="terminal">Where to.</param>
    /// <param name="evaluation">What.</param>
    /// <param name="all">List every period.</param>
    public static void Write(Terminal terminal, AgreementEvaluation evaluation, bool all)
    {
        var console = terminal.Drawing();
        var times = new TimeForm(evaluation.Zone);
        console.Write(new Text($"{Colour.Safe(evaluation.Title)} ({Colour.Safe(evaluation.Agreement)}), as of {times.At(evaluation.AsOf)}\n", new Style(decoration: Decoration.Bold)));
        var table = new Table().RoundedBorder();
        table.AddColumn("Objective").AddColumn("Period", c => c.NoWrap()).AddColumn("Level", c => c.RightAligned()).AddColumn("Target").AddColumn("Verdict", c => c.NoWrap()).AddColumn("Budget left", c => c.RightAligned());
        foreach (var periods in evaluation.Objectives.GroupBy(o => o.Objective).Select(g => g.ToList()))
        {
            var shown = all || periods.Count <= MostPeriods ? periods : [.. periods.Where((o, i) => o.Verdict is Verdict.Breached or Verdict.AtRisk || i >= periods.Count - LatestPeriods)];
            foreach (var objective in shown)
            {
                Row(table, objective, times, Colour.Safe(objective.Objective));
                foreach (var member in objective.Members)
                    Row(table, member, times, "  " + Colour.Safe(member.Member));
            }

            foreach (var others in periods.Except(shown).GroupBy(o => o.Verdict).OrderBy(g => g.Key))
                table.AddRow(new Text(Colour.Safe(periods[0].Objective)), new Text(string.Create(CultureInfo.InvariantCulture, $"{others.Count():N0} others")), new Text(""), new Text(Colour.Safe(periods[0].Target)), Colour.Of(others.Key), new Text(""));
        }

        if (evaluation.Objectives.IsEmpty)
            console.Write(new Text("No objective has a period in this span.\n"));
        else
            TableOrRecords.Write(console, table);
        console.Write(new Text(Summary(evaluation) + "\n"));
        terminal.Output.WriteLine();
    }

    private static void Row(Table table, ObjectiveEvaluation objective, TimeForm times, string name) => table.AddRow(
        new Text(name),
        new Text(Colour.Safe(times.InText(objective.Period.Label)) + (objective.Period.Running ? " (interim)" : "")),
        new Text(LevelForm.Show(objective)),
        new Text(Colour.Safe(objective.Target)),
        objective.IfPendingApproved == objective.Verdict
            ? Colour.Of(objective.Verdict)
            : new Text($"{VerdictForm.Mark(objective.Verdict)} {VerdictForm.Word(objective.Verdict)} ({VerdictForm.Word(objective.IfPendingApproved)} if approved)", Colour.Of(VerdictForm.Tone(objective.Verdict))),
        objective.Budget is { } budget
            ? new Text(NumberForm.Show(new Quantity(budget.Remaining, budget.Unit)), budget.Remaining.Sign < 0 ? Colour.Of(Tone.Bad) : Style.Plain)
            : new Text(""));

    private static string Summary(AgreementEvaluation evaluation)
    {
        var counts = VerdictForm.ByUrgency
            .Select(v => (Verdict: v, Count: evaluation.Objectives.Count(o => o.Verdict == v)))
            .Where(c => c.Count > 0)
            .Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Count:N0} {VerdictForm.Word(c.Verdict)}"));
        var text = string.Join(", ", counts.Append(string.Create(CultureInfo.InvariantCulture, $"from {evaluation.MatchedFacts:N0} facts")));
        if (evaluation.Unmatched.Length > 0)
            text += string.Create(CultureInfo.InvariantCulture, $"; {evaluation.Unmatched.Length:N0} of no service of this agreement");
        if (evaluation.LeftOut.Length > 0)
            text += string.Create(CultureInfo.InvariantCulture, $"; {evaluation.LeftOut.Length:N0} left out");
        return text;
    }
}
