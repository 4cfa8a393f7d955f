using System.Globalization;
using System.Reflection;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Reports.Forms;

namespace Levelkeeper.Reports.Html;

/// <summary>One page of HTML for the evaluations of one or several agreements: nothing is loaded from elsewhere, and equal evaluations give equal pages.</summary>
/// <remarks>
/// Bounded, so that a page of a long history stays readable: an objective's periods are opened in full when they are not met or among its latest
/// <see cref="LatestPeriods"/>; the others are in the table. Lists of facts and of parts are cut with their number named.
/// </remarks>
public static class EvaluationPage
{
    /// <summary>How many of the latest periods of an objective are opened in full even when they are met.</summary>
    public const int LatestPeriods = 14;

    private const int MostSetAside = 100;
    private static readonly string s_style = Style();

    /// <summary>The page, as UTF-8 text with line feeds.</summary>
    /// <param name="evaluations">In the order in which they are to be read.</param>
    public static string Write(IReadOnlyList<AgreementEvaluation> evaluations)
    {
        ArgumentNullException.ThrowIfNull(evaluations);
        var page = new Markup();
        var title = evaluations.Count == 1 ? evaluations[0].Title : "Service levels";
        page.Line($"<!DOCTYPE html>");
        page.Line($"<html lang=\"en\"><head><meta charset=\"utf-8\">");
        page.Line($"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        page.Line($"<meta name=\"color-scheme\" content=\"light dark\">");
        page.Line($"<title>{title}</title>");
        page.Raw($"<style>\n{s_style}</style></head>\n<body><main>\n");
        if (evaluations.Count != 1)
            page.Line($"<h1>{title}</h1>");
        for (var i = 0; i < evaluations.Count; i++)
            Agreement(page, evaluations[i], i, evaluations.Count == 1 ? "h1" : "h2");
        page.Line($"</main><footer><p>Percentages and lengths of time are rounded down, so that a miss never reads as met. Times are on the wall clock of the agreement's zone, with their offset from UTC. An interim result is of a period that has not ended.</p></footer></body></html>");
        return page.ToString();
    }

    private static void Agreement(Markup page, AgreementEvaluation evaluation, int index, string heading)
    {
        var times = new TimeForm(evaluation.Zone);
        page.Line($"<article><header>");
        page.Raw($"<{heading}>");
        page.Line($"{evaluation.Title}");
        page.Raw($"</{heading}>\n");
        page.Line($"<p class=\"quiet\">Agreement <code>{evaluation.Agreement}</code>, as of <time datetime=\"{NumberForm.Iso(evaluation.AsOf)}\">{times.At(evaluation.AsOf)}</time>, from {Count(evaluation.MatchedFacts, "fact")}.</p>");
        page.Line($"</header>");
        Summary(page, evaluation);
        var groups = evaluation.Objectives.GroupBy(o => (o.Objective, o.Service, o.Member))
            .Select((group, i) => Opened([.. group], $"r{index}-{i}")).ToArray();
        ResultTable.Write(page, times, groups);
        foreach (var objective in groups)
            Objective(page, objective, times);
        SetAside(page, times, "Facts of no service of this agreement", evaluation.Unmatched);
        SetAside(page, times, "Facts left out", evaluation.LeftOut);
        page.Line($"</article>");
    }

    /// <summary>Gives an id to the results that are opened in full; the others have an empty one.</summary>
    private static (ObjectiveEvaluation Objective, string Id)[] Opened(ObjectiveEvaluation[] periods, string objective) =>
        [.. periods.Select((p, i) => (p, p.Verdict is Verdict.Met or Verdict.NoActivity or Verdict.Excused && i < periods.Length - LatestPeriods ? "" : $"{objective}-{i}"))];

    private static void Summary(Markup page, AgreementEvaluation evaluation)
    {
        if (evaluation.Objectives.IsEmpty)
        {
            page.Line($"<p>No objective has a period in this span.</p>");
            return;
        }

        page.Line($"<ul class=\"summary\" aria-label=\"Results by verdict\">");
        foreach (var verdict in VerdictForm.ByUrgency)
        {
            var count = evaluation.Objectives.Count(o => o.Verdict == verdict);
            if (count > 0)
                page.Line($"<li class=\"{ToneClass(verdict)}\"><strong>{count}</strong> <span>{VerdictForm.Mark(verdict)} {VerdictForm.Word(verdict)}</span></li>");
        }

        page.Line($"</ul>");
    }

    private static void Objective(Markup page, (ObjectiveEvaluation Objective, string Id)[] results, TimeForm times)
    {
        var first = results[0].Objective;
        page.Line($"<section><h3>{first.Title}</h3>");
        page.Line($"<p class=\"quiet\"><code>{first.Objective}</code>{(first.Service.Length > 0 ? " of " + first.Service : "")}{(first.Member.Length > 0 ? " for " + first.Member : "")}: {first.Target}. Stated at {first.Clause.ToString()}.</p>");
        foreach (var (objective, id) in results.Where(r => r.Id.Length > 0))
            ResultDetails.Write(page, objective, times, id);
        var left = results.Count(r => r.Id.Length == 0);
        if (left > 0)
            page.Line($"<p class=\"quiet\">{Count(left, "earlier period")} without a miss: see the table; <code>levelkeeper explain</code> opens each.</p>");
        page.Line($"</section>");
    }

    private static void SetAside(Markup page, TimeForm times, string title, IReadOnlyList<SetAsideFact> facts)
    {
        if (facts.Count == 0)
            return;
        page.Line($"<section><details><summary><h3>{title} ({facts.Count})</h3></summary><div class=\"scroll\"><table><caption class=\"hidden\">{title}</caption>");
        page.Line($"<thead><tr><th scope=\"col\">Time</th><th scope=\"col\">Type</th><th scope=\"col\">Subject</th><th scope=\"col\">Read from</th><th scope=\"col\">Why</th></tr></thead><tbody>");
        foreach (var (fact, reason) in facts.Take(MostSetAside))
            page.Line($"<tr><td class=\"number\">{times.At(fact.Time)}</td><td>{fact.Type}</td><td>{fact.Subject}</td><td>{PlaceOf(fact)}</td><td>{times.InText(reason)}</td></tr>");
        page.Line($"</tbody></table></div>");
        if (facts.Count > MostSetAside)
            page.Line($"<p class=\"quiet\">and {Count(facts.Count - MostSetAside, "more fact").Replace("more facts", "more")}.</p>");
        page.Line($"</details></section>");
    }

    internal static string PlaceOf(Fact fact) => fact.Place.File.Length == 0 ? $"{fact.Source} {fact.Id}" : $"{fact.Place.File}:{fact.Place.Line}";

    internal static string Count(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");

    internal static string ToneClass(Verdict verdict) => VerdictForm.Tone(verdict) switch
    {
        Tone.Good => "good",
        Tone.Bad => "bad",
        Tone.Warning => "warning",
        Tone.Quiet => "unclear",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
    };

    private static string Style()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Levelkeeper.Reports.Html.page.css")
            ?? throw new InvalidOperationException("The style sheet is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
