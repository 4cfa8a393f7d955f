using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
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
        PeriodCalendar? per = null;
        if (section.Text("allowance-per") is { } text)
        {
            var (rule, problem) = PeriodForm.Parse(text, agreement.Term);
            // A rolling allowance would have no instant at which it is full again.
            if (rule is not (PeriodRule.Calendar or PeriodRule.OwnMonths))
                section.Error("LK1503", "allowance-per", $"This is no period of an allowance: {Diagnostic.Quote(text)}.", problem ?? "write month, quarter, year…");
            else
                per = new PeriodCalendar(rule, agreement.Zone);
        }

        return new MaintenancePolicy(
            section.Word("counts", Treatments) ?? MaintenanceTreatment.LeavesBoth,
            section.Elapsed("notice") ?? Duration.Zero,
            section.Elapsed("allowance"),
            per);
    }
}
