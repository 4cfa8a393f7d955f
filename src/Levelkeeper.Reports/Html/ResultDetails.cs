using System.Globalization;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Reports.Forms;

namespace Levelkeeper.Reports.Html;

/// <summary>One result opened: its budget, its outages, its members and the tree behind it.</summary>
internal static class ResultDetails
{
    private const int MostOutages = 50;

    public static void Write(Markup page, ObjectiveEvaluation objective, TimeForm times, string id)
    {
        var level = LevelForm.Show(objective);
        page.Line($"<details class=\"result-details\" id=\"{id}\"><summary><span class=\"period\">{times.InText(objective.Period.Label)}{(objective.Period.Running ? " (interim)" : "")}</span> <span class=\"number\">{level}</span> <span class=\"badge {EvaluationPage.ToneClass(objective.Verdict)}\">{VerdictForm.Mark(objective.Verdict)} {VerdictForm.Word(objective.Verdict)}</span></summary><div class=\"body\">");
        page.Line($"<p class=\"quiet\">{times.Span(objective.Period.Span)}{(objective.Volume is { } volume ? ", " + NumberForm.Number(volume) + " counted" : "")}.</p>");
        if (objective.IfPendingApproved != objective.Verdict)
            page.Line($"<p>Would be <strong>{VerdictForm.Word(objective.IfPendingApproved)}</strong> if the exclusions that wait for a decision were approved.</p>");
        if (objective.Budget is { } budget)
            Budget(page, budget);
        if (!objective.Outages.IsDefaultOrEmpty)
        {
            OutageTimeline.Write(page, objective, times);
            Outages(page, objective, times);
        }

        if (!objective.Members.IsDefaultOrEmpty)
            Members(page, objective);
        page.Line($"<h4>How this follows</h4>");
        ExplanationTree.Write(page, objective.Explanation, times);
        page.Line($"</div></details>");
    }

    private static void Budget(Markup page, BudgetReading budget)
    {
        var overdrawn = budget.Remaining.Sign < 0;
        var share = budget.Allowed.Sign > 0 ? budget.Consumed / budget.Allowed : budget.Consumed.Sign > 0 ? Rational.One : Rational.Zero;
        var width = (share > Rational.One ? Rational.One : share) * 100;
        var tone = overdrawn ? "bad" : share >= new Rational(3, 4) ? "warning" : "good";
        var words = overdrawn
            ? $"{Amount(budget, budget.Consumed)} used of {Amount(budget, budget.Allowed)}: {Amount(budget, -budget.Remaining)} too much"
            : $"{Amount(budget, budget.Consumed)} used of {Amount(budget, budget.Allowed)}: {Amount(budget, budget.Remaining)} left";
        page.Line($"<h4>Error budget</h4><div class=\"bar\" aria-hidden=\"true\"><span class=\"{tone}\" style=\"inline-size:{width.ToString(2, Rounding.Down)}%\"></span></div>");
        page.Line($"<p>{words}{(budget.BurnRate is { } rate ? $"; burn rate {NumberForm.Number(rate)}" : "")}.</p>");
    }

    private static string Amount(BudgetReading budget, Rational amount) => NumberForm.Show(new Quantity(amount, budget.Unit));

    private static void Outages(Markup page, ObjectiveEvaluation objective, TimeForm times)
    {
        page.Line($"<div class=\"scroll\"><table><caption>Outages</caption><thead><tr><th scope=\"col\">Began</th><th scope=\"col\">Ended</th><th scope=\"col\">Counted</th><th scope=\"col\">Excused or outside hours</th><th scope=\"col\">Components</th></tr></thead><tbody>");
        foreach (var outage in objective.Outages.Take(MostOutages))
            page.Line($"<tr><td class=\"number\">{times.At(outage.Span.StartInstant)}</td><td class=\"number\">{(outage.Lasting ? "lasts" : times.At(outage.Span.EndInstant))}</td><td class=\"number\">{NumberForm.Duration(outage.Counted)}</td><td class=\"number\">{NumberForm.Duration(outage.Excused)}</td><td>{string.Join(", ", outage.Components)}</td></tr>");
        page.Line($"</tbody></table></div>");
        if (objective.Outages.Length > MostOutages)
            page.Line($"<p class=\"quiet\">and {(objective.Outages.Length - MostOutages).ToString(CultureInfo.InvariantCulture)} more.</p>");
    }

    private static void Members(Markup page, ObjectiveEvaluation objective)
    {
        page.Line($"<div class=\"scroll\"><table><caption>By member</caption><thead><tr><th scope=\"col\">Member</th><th scope=\"col\">Level</th><th scope=\"col\">Verdict</th></tr></thead><tbody>");
        foreach (var member in objective.Members)
            page.Line($"<tr><th scope=\"row\">{member.Member}</th><td class=\"number\">{LevelForm.Show(member)}</td><td><span class=\"badge {EvaluationPage.ToneClass(member.Verdict)}\">{VerdictForm.Mark(member.Verdict)} {VerdictForm.Word(member.Verdict)}</span></td></tr>");
        page.Line($"</tbody></table></div>");
    }
}
