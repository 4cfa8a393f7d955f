using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Explanations;

namespace Levelkeeper.Language.Lint;

/// <summary>What an agreement says that can be read, and is probably not what its parties mean. Only warnings and notes.</summary>
public static class AgreementLint
{
    private static readonly ImmutableArray<string> SupplierWords = ["supplier", "vendor", "third party", "third-party", "subcontractor", "manufacturer", "carrier"];

    /// <summary>Runs every rule.</summary>
    /// <param name="agreement">An agreement that was read without errors.</param>
    /// <param name="diagnostics">Takes the findings, each with the place of its clause.</param>
    /// <param name="suppliers">The supplier agreements behind it, by the supplier's name; those that are not given are not looked into.</param>
    public static void Check(Agreement agreement, DiagnosticBag diagnostics, IReadOnlyDictionary<string, Agreement>? suppliers = null)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        ArgumentNullException.ThrowIfNull(diagnostics);
        foreach (var objective in agreement.Objectives)
        {
            FewTickets(objective, diagnostics);
            DegradedUndecided(agreement, objective, diagnostics);
            Everything(objective, diagnostics);
        }

        foreach (var (name, calendar) in agreement.Calendars)
            HolidaysUnknown(agreement, name, calendar, diagnostics);
        PausedForSuppliers(agreement, diagnostics);
        MeasurementLint.Check(agreement, diagnostics);
        TierLint.Check(agreement, diagnostics);
        RemedyLint.Check(agreement, diagnostics);
        PeopleLint.Check(agreement, diagnostics);
        TermLint.Check(agreement, diagnostics);
        HalfKnown(agreement, diagnostics);
        DependencyLint.Check(agreement, suppliers ?? ImmutableDictionary<string, Agreement>.Empty, diagnostics);
    }

    /// <summary>What was not seen, with what is not computed for the lack of it.</summary>
    private static void HalfKnown(Agreement agreement, DiagnosticBag diagnostics)
    {
        foreach (var clause in agreement.NotSeen)
        {
            var without = agreement.Objectives.Where(o => o.NotSeen.Contains(clause)).Select(o => $"'{o.Name}'")
                .Concat(agreement.Remedies.Where(r => r.NotSeen.Contains(clause)).Select(r => $"'{r.Name}'")).ToList();
            diagnostics.Note("LK1736", clause.Place, $"'{clause.Path}' was not seen{(without.Count == 0 ? "." : $": {string.Join(", ", without)} {(without.Count == 1 ? "is" : "are")} not computed.")}", "read it in the contract, or on the provider's page, and say it");
        }
    }

    private static void FewTickets(Objective objective, DiagnosticBag diagnostics)
    {
        var shareOfTickets = objective.TargetUnit == QuantityUnit.Share
            && objective.Indicator is Indicator.Clock { Statistic: ClockStatistic.ShareInTime } or Indicator.Tickets;
        if (shareOfTickets && objective.TargetUnit == QuantityUnit.Share && objective.SmallestVolume == 0 && objective.Target.Bound != 1 && objective.Target.Bound.Sign != 0)
        {
            diagnostics.Warning("LK1701", objective.TargetClause.Place, $"'{objective.TargetClause.Path}' names no smallest number of tickets: with five tickets one miss is 80 %.",
                $"write '{objective.TargetText} of at least 20 tickets'");
        }
    }

    private static void DegradedUndecided(Agreement agreement, Objective objective, DiagnosticBag diagnostics)
    {
        if (objective.Indicator is Indicator.Availability { Policy: { } policy }
            && agreement.Service(objective.Service) is { EssentialFunctions.IsEmpty: true }
            && policy.ClauseOf(nameof(AvailabilityPolicy.Degraded)).IsDefault
            && !objective.NotSeen.Any(c => c.Path == objective.Clause.Path + ".measure"))
        {
            diagnostics.Warning("LK1702", objective.Clause.Place, $"'{objective.Clause.Path}' does not say what degraded time is, and the service names no essential functions: no degradation ever counts.",
                "name them under the service's 'essential', or say 'degraded: shown apart', 'down', 'up' or a weight");
        }
    }

    private static void Everything(Objective objective, DiagnosticBag diagnostics)
    {
        if (objective.IsTargetSeen && objective.Indicator is Indicator.Availability or Indicator.Requests && objective.TargetUnit == QuantityUnit.Share && objective.Target is { Comparison: LevelComparison.AtLeast } target && target.Bound == 1)
            diagnostics.Note("LK1706", objective.TargetClause.Place, $"'{objective.TargetClause.Path}' is 100 %: there is no error budget, and one failed second is a breach.", "a target below 100 % leaves room for what no one can rule out");
    }

    private static void HolidaysUnknown(Agreement agreement, string name, BusinessCalendar calendar, DiagnosticBag diagnostics)
    {
        if (calendar.Definition is not { } definition || agreement.Term.Until is not { } end)
            return;
        var last = end.PlusDays(-1);
        foreach (var version in definition.Versions)
        {
            if (version.Holidays is { } holidays && (agreement.Term.From.Year < holidays.FirstYear || last.Year > holidays.LastYear))
            {
                diagnostics.Warning("LK1704", PlaceOf(agreement, name), $"The calendar '{name}' takes the public holidays of {holidays.Code}, which are known for {holidays.FirstYear} to {holidays.LastYear}; the term is {agreement.Term.From} to {last}.",
                    "list the other years' dates under 'dates', or shorten the term");
                return;
            }
        }
    }

    private static Place PlaceOf(Agreement agreement, string calendar) =>
        agreement.CalendarClauses.TryGetValue(calendar, out var clause) ? clause.Place : Place.None;

    private static void PausedForSuppliers(Agreement agreement, DiagnosticBag diagnostics)
    {
        var clocks = agreement.Clocks.Concat(agreement.Objectives.Select(o => o.Indicator).OfType<Indicator.Clock>().Select(c => c.Definition));
        var said = new HashSet<(string Status, Place Place)>();
        foreach (var clock in clocks)
        {
            foreach (var status in Statuses(clock.Pause))
            {
                var clause = clock.Clauses.LastOrDefault(c => c.Path.EndsWith(".pauses", StringComparison.Ordinal)) ?? clock.Clauses.FirstOrDefault();
                if (clause is not null && SupplierWords.Any(w => status.Contains(w, StringComparison.OrdinalIgnoreCase)) && said.Add((status, clause.Place)))
                {
                    diagnostics.Warning("LK1705", clause.Place, $"The clock '{clock.Name}' pauses while the ticket is {Diagnostic.Quote(status)}: the customer then waits for your supplier at its own cost.",
                        "pause for the customer only, and hold the supplier to an agreement of its own");
                }
            }
        }
    }

    private static IEnumerable<string> Statuses(TicketCondition condition) => condition switch
    {
        TicketCondition.StatusIs status => status.Statuses,
        TicketCondition.Any any => any.Parts.SelectMany(Statuses),
        TicketCondition.All all => all.Parts.SelectMany(Statuses),
        _ => [],
    };
}
