using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Diagnostics;
using NodaTime;

namespace Levelkeeper.Language.Lint;

/// <summary>Notices that cannot be given, evidence that lapses, holidays that may move.</summary>
internal static class TermLint
{
    public static void Check(Agreement agreement, DiagnosticBag diagnostics)
    {
        Notices(agreement, diagnostics);
        Evidence(agreement, diagnostics);
        foreach (var (name, calendar) in agreement.Calendars)
            EstimatedHolidays(agreement, name, calendar, diagnostics);
    }

    private static void Notices(Agreement agreement, DiagnosticBag diagnostics)
    {
        if (agreement.Term is not { Until: { } until, Clause: { } clause })
            return;
        var days = Period.DaysBetween(agreement.Term.From, until);
        if (agreement.Term.Renewal?.Notice is { } renewal && RoughLength.InDays(renewal) >= days)
            diagnostics.Warning("LK1732", clause.Place, $"Notice of {renewal} against renewal cannot be given: the term has {days} days.", "shorten the notice");
        if (agreement.Term.Termination?.Notice is { } termination && RoughLength.InDays(termination) >= days)
            diagnostics.Warning("LK1732", clause.Place, $"Ending the agreement early takes a notice of {termination}, and the term has {days} days: it cannot be ended early.", "shorten the notice, or say 'termination: only for cause'");
    }

    private static void Evidence(Agreement agreement, DiagnosticBag diagnostics)
    {
        foreach (var commitment in agreement.Commitments.Where(c => c.ValidUntil is not null))
        {
            var last = commitment.ValidUntil!.Value;
            if (last < agreement.Term.From)
                diagnostics.Warning("LK1733", commitment.Clause.Place, $"The evidence of '{commitment.Name}' lapsed on {last}, before the agreement begins.", "ask for evidence that is in force");
            else if (!commitment.IsRenewed && agreement.Term.Until is { } until && last < until.PlusDays(-1))
                diagnostics.Warning("LK1734", commitment.Clause.Place, $"The evidence of '{commitment.Name}' lapses on {last}, within the term, and nothing says how often it is renewed.", "say 'renewed-every: 12 months'");
        }
    }

    private static void EstimatedHolidays(Agreement agreement, string name, BusinessCalendar calendar, DiagnosticBag diagnostics)
    {
        if (calendar.Definition is not { } definition)
            return;
        // Without an end the first year shows what kind of holidays these are.
        var until = agreement.Term.Until ?? agreement.Term.From.PlusYears(1);
        var estimated = definition.Versions.Select(v => v.Holidays).OfType<Core.Calendars.Holidays.HolidayCalendar>()
            .SelectMany(h => h.Holidays).Where(h => h.Estimated && h.Date >= agreement.Term.From && h.Date < until).Select(h => h.Date).Distinct().Order().ToList();
        if (estimated.Count > 0)
            diagnostics.Note("LK1735", agreement.CalendarClauses.TryGetValue(name, out var clause) ? clause.Place : Place.None, $"{estimated.Count} holidays of the calendar '{name}' are estimated and can move by a day; the first is {estimated[0]}.", "once the date is known, state it under 'dates'");
    }
}
