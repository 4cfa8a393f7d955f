using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Reports.Forms;

namespace Levelkeeper.Reports.Html;

/// <summary>The outages of a period on a line of time, as inline SVG. The table of outages says the same in words.</summary>
internal static class OutageTimeline
{
    private const int Width = 1000;
    private const int MostMarks = 1000;

    public static void Write(Markup page, ObjectiveEvaluation objective, TimeForm times)
    {
        var period = objective.Period.Span;
        if (period.IsEmpty)
            return;
        page.Line($"<svg class=\"timeline\" role=\"img\" viewBox=\"0 0 {Width} 30\" preserveAspectRatio=\"none\" aria-label=\"{EvaluationPage.Count(objective.Outages.Length, "outage")} in {times.InText(objective.Period.Label)}\"><rect class=\"up\" x=\"0\" y=\"6\" width=\"{Width}\" height=\"18\"/>");
        foreach (var outage in objective.Outages.Take(MostMarks))
        {
            var inside = outage.Span.Intersect(period);
            var start = new Rational((inside.Start - period.Start) * (System.Numerics.BigInteger)Width, period.Length);
            var width = new Rational(inside.Length * (System.Numerics.BigInteger)Width, period.Length);
            var shown = width < 3 ? 3 : width;
            var place = start + shown > Width ? Width - shown : start;
            // An excused outage is lower as well as paler: colour is not the only sign.
            var excused = outage.Counted == 0;
            page.Line($"<rect class=\"{(excused ? "excused" : "down")}\" x=\"{place.ToString(2, Rounding.Down)}\" y=\"{(excused ? "15" : "0")}\" width=\"{shown.ToString(2, Rounding.Down)}\" height=\"{(excused ? "9" : "30")}\"><title>{times.At(outage.Span.StartInstant)}, {NumberForm.Duration(outage.Span.Length)}{(excused ? ", not counted" : "")}</title></rect>");
        }

        page.Line($"</svg>");
    }
}
