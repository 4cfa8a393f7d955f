using Levelkeeper.Core.Evaluation;
using Levelkeeper.Reports.Forms;

namespace Levelkeeper.Reports.Html;

/// <summary>Objectives by periods: one table for those that share their periods, so that days and months do not mix.</summary>
internal static class ResultTable
{
    /// <summary>More columns than this are turned: the periods become the rows.</summary>
    private const int MostColumns = 12;

    /// <summary>Of more periods than this the misses come first, and all of them behind a line to open.</summary>
    private const int MostOpenPeriods = 31;

    public static void Write(Markup page, TimeForm times, IReadOnlyList<(ObjectiveEvaluation Objective, string Id)[]> objectives)
    {
        // Years before months before days: what sums up comes first.
        foreach (var table in objectives.GroupBy(o => string.Join('\n', o.Select(r => r.Objective.Period.Label))).OrderBy(g => g.First().Length))
        {
            var rows = table.ToArray();
            var periods = rows[0].Select(r => r.Objective.Period).ToArray();
            var span = times.InText(periods.Length == 1 ? periods[0].Label : $"{periods[0].Label} to {periods[^1].Label}");
            if (periods.Length <= MostOpenPeriods)
            {
                Table(page, times, rows, [.. Enumerable.Range(0, periods.Length)], periods.Length == 1 ? $"Results of {span}" : $"Results from {span}");
                continue;
            }

            int[] misses = [.. Enumerable.Range(0, periods.Length).Where(i => rows.Any(r => r[i].Objective.Verdict != Verdict.Met))];
            if (misses.Length > 0)
                Table(page, times, rows, misses, $"Not met, of {periods.Length} periods from {span}");
            else
                page.Line($"<p>All {periods.Length} periods from {span} are met.</p>");
            page.Line($"<details><summary>All {periods.Length} periods</summary>");
            Table(page, times, rows, [.. Enumerable.Range(0, periods.Length)], $"Results from {span}");
            page.Line($"</details>");
        }
    }

    private static void Table(Markup page, TimeForm times, (ObjectiveEvaluation Objective, string Id)[][] all, int[] chosen, string caption)
    {
        (ObjectiveEvaluation Objective, string Id)[][] rows = [.. all.Select(r => chosen.Select(i => r[i]).ToArray())];
        var periods = rows[0].Select(r => r.Objective.Period).ToArray();
        page.Line($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\"><table class=\"results\"><caption>{caption}</caption>");
        if (periods.Length <= MostColumns)
            ByObjective(page, times, rows, periods);
        else
            ByPeriod(page, times, rows, periods);
        page.Line($"</table></div>");
    }

    private static void ByObjective(Markup page, TimeForm times, (ObjectiveEvaluation Objective, string Id)[][] rows, EvaluatedPeriod[] periods)
    {
        page.Line($"<thead><tr><th scope=\"col\">Objective</th><th scope=\"col\">Target</th>");
        foreach (var period in periods)
            page.Line($"<th scope=\"col\">{Label(period, times)}</th>");
        page.Line($"</tr></thead><tbody>");
        foreach (var row in rows)
        {
            page.Line($"<tr><th scope=\"row\">{Name(row[0].Objective)}</th><td>{row[0].Objective.Target}</td>");
            foreach (var (objective, id) in row)
                Cell(page, objective, id);
            page.Line($"</tr>");
        }

        page.Line($"</tbody>");
    }

    private static void ByPeriod(Markup page, TimeForm times, (ObjectiveEvaluation Objective, string Id)[][] rows, EvaluatedPeriod[] periods)
    {
        page.Line($"<thead><tr><th scope=\"col\">Period</th>");
        foreach (var row in rows)
            page.Line($"<th scope=\"col\">{Name(row[0].Objective)}<br><span class=\"quiet\">{row[0].Objective.Target}</span></th>");
        page.Line($"</tr></thead><tbody>");
        for (var i = 0; i < periods.Length; i++)
        {
            page.Line($"<tr><th scope=\"row\">{Label(periods[i], times)}</th>");
            foreach (var row in rows)
                Cell(page, row[i].Objective, row[i].Id);
            page.Line($"</tr>");
        }

        page.Line($"</tbody>");
    }

    private static void Cell(Markup page, ObjectiveEvaluation objective, string id)
    {
        var level = LevelForm.Show(objective);
        var number = level == LevelForm.None ? "" : level;
        var tone = EvaluationPage.ToneClass(objective.Verdict);
        var (mark, word) = (VerdictForm.Mark(objective.Verdict), VerdictForm.Word(objective.Verdict));
        if (id.Length > 0)
            page.Line($"<td><a class=\"result {tone}\" href=\"#{id}\"><span class=\"number\">{number}</span> <span class=\"verdict\">{mark} {word}</span></a></td>");
        else
            page.Line($"<td><span class=\"result {tone}\"><span class=\"number\">{number}</span> <span class=\"verdict\">{mark} {word}</span></span></td>");
    }

    private static string Name(ObjectiveEvaluation objective) => objective.Member.Length == 0 ? objective.Title : $"{objective.Title}: {objective.Member}";

    private static string Label(EvaluatedPeriod period, TimeForm times) => times.InText(period.Label) + (period.Running ? " (interim)" : "");
}
