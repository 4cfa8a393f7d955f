using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Periods;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;
using NodaTime;

namespace Levelkeeper.Language.Agreements;

/// <summary>The planned maintenance of a service, with its place.</summary>
internal sealed record ServiceMaintenance(MaintenancePolicy Policy, Clause Clause);

/// <summary>Reads the section <c>maintenance</c>, once for all objectives of a service.</summary>
internal static class MaintenanceReader
{
    private static readonly Dictionary<string, MaintenanceTreatment> Treatments = new(StringComparer.Ordinal)
    {
        ["neither"] = MaintenanceTreatment.LeavesBoth,
        ["only downtime leaves"] = MaintenanceTreatment.DowntimeLeavesBoth,
        ["as up"] = MaintenanceTreatment.CountsAsUp,
    };

    public static IReadOnlyDictionary<string, ServiceMaintenance> Read(SectionReader root, Agreement agreement)
    {
        var result = new Dictionary<string, ServiceMaintenance>(StringComparer.Ordinal);
        foreach (var (entry, path) in root.Named("maintenance"))
        {
            if (agreement.Service(entry.Key) is null)
            {
                var near = Suggestion.Closest(entry.Key, agreement.Services.Select(s => s.Name));
                root.Diagnostics.Error("LK1405", entry.Place, $"There is no service {Diagnostic.Quote(entry.Key)}.", near is null ? null : $"did you mean '{near}'?");
            }

            if (SectionReader.Open(entry.Value, AgreementVocabulary.Maintenance, path, root.Diagnostics) is { } section)
                result[entry.Key] = new ServiceMaintenance(Policy(section, agreement), new Clause(path, entry.Place));
        }

        return result;
    }

    private static MaintenancePolicy Policy(SectionReader section, Agreement agreement)
    {
        section.CheckShape("allowance");
        section.CheckShape("window");
        var allowance = section.Text("allowance") is { } text ? TimeInPeriodForm.Parse(text).Amount : null;
        var per = section.Text("allowance-per");
        if (allowance is { Per: { Length: > 0 } named })
        {
            if (per is not null)
                section.Error("LK1411", "allowance-per", "The period of the allowance is said twice.", "keep 'allowance: 4 h per month', or 'allowance-per: month'");
            per = named;
        }

        return new MaintenancePolicy(
            section.Word("counts", Treatments) ?? MaintenanceTreatment.LeavesBoth,
            section.Elapsed("notice") ?? Duration.Zero,
            allowance?.Length,
            per is null ? null : AllowancePeriod(section, per, agreement),
            Times(section, agreement));
    }

    private static PeriodCalendar? AllowancePeriod(SectionReader section, string text, Agreement agreement)
    {
        var (rule, problem) = PeriodForm.Parse(text, agreement.Term);
        // A rolling allowance would have no instant at which it is full again.
        if (rule is PeriodRule.Calendar or PeriodRule.OwnMonths)
            return new PeriodCalendar(rule, agreement.Zone);
        section.Error("LK1503", section.Has("allowance-per") ? "allowance-per" : "allowance", $"This is no period of an allowance: {Diagnostic.Quote(text)}.", problem ?? "write month, quarter, year…");
        return null;
    }

    /// <summary>The times of the week that are set aside for maintenance, as a calendar.</summary>
    private static BusinessCalendar? Times(SectionReader section, Agreement agreement)
    {
        var times = section.Texts("window").Select(t => MaintenanceTimeForm.Parse(t).Time).OfType<(Weekdays Days, DayWindow Window)>().ToList();
        if (times.Count == 0)
            return null;
        var days = Enumerable.Range(1, 7).Select(d => (IsoDayOfWeek)d).ToDictionary(d => d, d => times.Where(t => t.Days.Has(d)).Select(t => t.Window).ToImmutableArray());
        return new BusinessCalendar(new CalendarDefinition(agreement.Zone, new CalendarVersion { Hours = new WeeklyHours(days) }));
    }
}
