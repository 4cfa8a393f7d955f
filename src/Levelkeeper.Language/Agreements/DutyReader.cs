using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Duties;
using Levelkeeper.Language.Calendars;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Language.Agreements;

/// <summary>Reads recurring duties.</summary>
internal static class DutyReader
{
    private static readonly Dictionary<string, PartyRole> Roles = new(StringComparer.Ordinal) { ["provider"] = PartyRole.Provider, ["customer"] = PartyRole.Customer };
    private static readonly Dictionary<string, bool> Evidence = new(StringComparer.Ordinal) { ["required"] = true, ["not required"] = false };
    private static readonly Dictionary<string, bool> Late = new(StringComparer.Ordinal) { ["does not count"] = false, ["counts"] = true };

    /// <summary>What is due once is still that when it comes late: no later occurrence takes its place.</summary>
    private static readonly Duration EverAfter = Duration.FromDays(365_250);

    public static ImmutableArray<DutyDefinition> Read(SectionReader agreementReader, Agreement agreement)
    {
        var result = ImmutableArray.CreateBuilder<DutyDefinition>();
        foreach (var (entry, path) in agreementReader.Named("duties"))
        {
            if (SectionReader.Open(entry.Value, AgreementVocabulary.Duty, path, agreementReader.Diagnostics) is not { } duty || duty.Text("every") is not { } every)
                continue;
            if (RecurrenceForm.Parse(every) is not { } recurrence)
            {
                duty.Error("LK1407", "every", $"'{path}.every' does not say how often: {Diagnostic.Quote(every)}.", "write 'day', '2 days', 'week on fri', 'month on 15', 'month on last business day', 'quarter on last day', 'year on 1', 'once on 2026-03-01'");
                continue;
            }

            if (recurrence is DutyRecurrence.Once { On: var on } && (on < agreement.Term.From || on >= agreement.Term.Until))
                duty.Error("LK1415", "every", $"'{path}.every' is due on {on:uuuu-MM-dd}, which is not in the term.", "name a date from the first day of the term to its last");
            duty.CheckShape("description");
            var of = duty.Word("of", Roles) ?? PartyRole.Provider;
            result.Add(new DutyDefinition(duty.Text("title") ?? entry.Key, of, new DutyRule
            {
                Duty = entry.Key,
                Recurrence = recurrence,
                At = TimeOfDay(duty),
                Zone = agreement.Zone,
                From = agreement.Term.From,
                Until = agreement.Term.Until,
                Grace = duty.Elapsed("grace") ?? (recurrence is DutyRecurrence.Once ? EverAfter : Duration.Zero),
                Window = duty.Elapsed("not-before", Duration.FromSeconds(1)),
                LateCounts = duty.Word("late", Late) ?? false,
                EvidenceRequired = duty.Word("evidence", Evidence) ?? false,
                IsWorkingDay = WorkingDays(duty, agreement),
                Clauses = [new Clause(path, entry.Place)],
            })
            {
                Delays = Delays(duty, of),
            });
        }

        return result.DrainToImmutable();
    }

    /// <summary>The objectives that lateness delays; none where it excuses nothing.</summary>
    private static ImmutableArray<string> Delays(SectionReader duty, PartyRole of)
    {
        var excuses = duty.Word("when-late", Excuses) ?? false;
        if (excuses && of == PartyRole.Provider)
            duty.Error("LK1412", "when-late", $"'{duty.Path}' is a duty of the provider; only the customer's lateness excuses.", "say 'of: customer', or remove 'when-late'");
        else if (excuses && !duty.Has("delays") && !duty.IsNotSeen("delays"))
            duty.Error("LK1412", "when-late", $"'{duty.Path}' says that lateness excuses, and not what it delays.", "name the objectives, for example 'delays: [resolution]'");
        else if (!excuses && duty.Has("delays") && !duty.IsNotSeen("when-late"))
            duty.Error("LK1412", "delays", $"'{duty.PathOf("delays")}' decides nothing: lateness excuses nothing.", "say 'when-late: excuses what it delays', or remove 'delays'");
        return excuses ? duty.Texts("delays") : [];
    }

    /// <summary>Reports duties that delay what is not there, or what has no time that could stand still.</summary>
    public static void CheckDelays(SectionReader agreementReader, Agreement agreement)
    {
        foreach (var (entry, _) in agreementReader.Named("duties"))
        {
            // Which of them cannot be read has been reported; an agreement that cannot be used delays nothing.
            if (agreement.Duties.FirstOrDefault(d => d.Rule.Duty == entry.Key) is not { Delays.IsEmpty: false } duty || entry.Value is not YamlNode.Mapping { } mapping || mapping.Find("delays")?.Value is not { } delays)
                continue;
            foreach (var name in duty.Delays)
            {
                var objective = agreement.Objectives.FirstOrDefault(o => o.Name == name);
                if (objective?.Indicator is Indicator.Availability or Indicator.Outages or Indicator.Clock { Definition.Party: Core.Clocks.ClockParty.Provider })
                    continue;
                if (objective is not null)
                    agreementReader.Diagnostics.Error("LK1413", delays.Place, $"Lateness cannot delay '{name}': it measures no time limit of the provider and no downtime.", "name objectives on clocks, availability or outages");
                else if (!IsStated(agreementReader, name))
                    agreementReader.Diagnostics.Error("LK1413", delays.Place, $"There is no objective {Diagnostic.Quote(name)} that lateness could delay.", Suggestion.Closest(name, agreement.Objectives.Select(o => o.Name)) is { } near ? $"did you mean '{near}'?" : "name an objective of the agreement");
            }
        }
    }

    /// <summary>Whether the objective stands there, even if it could not be read.</summary>
    private static bool IsStated(SectionReader agreementReader, string objective) => agreementReader.Node("objectives") is YamlNode.Mapping objectives && objectives.Find(objective) is not null;

    private static readonly Dictionary<string, bool> Excuses = new(StringComparer.Ordinal) { ["nothing more"] = false, ["excuses what it delays"] = true };

    private static LocalTime TimeOfDay(SectionReader duty)
    {
        // The end of the day is its last tick: done at that instant is still in time.
        var endOfDay = LocalTime.Midnight.PlusTicks(-1);
        if (duty.Text("at") is not { } text)
            return endOfDay;
        var parsed = LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(text);
        if (parsed.Success)
            return parsed.Value;
        duty.Error("LK1408", "at", $"'{duty.PathOf("at")}' is not a time of day: {Diagnostic.Quote(text)}.", "for example 22:00");
        return endOfDay;
    }

    private static Func<LocalDate, bool>? WorkingDays(SectionReader duty, Agreement agreement)
    {
        if (duty.Text("calendar") is not { } name)
            return null;
        if (agreement.Calendars.TryGetValue(name, out var calendar))
            return calendar.IsBusinessDay;
        duty.Error("LK1302", "calendar", $"There is no calendar {Diagnostic.Quote(name)}.", $"there are {string.Join(", ", agreement.Calendars.Keys)}");
        return null;
    }
}
