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
            duty.CheckShape("when-late");
            result.Add(new DutyDefinition(duty.Text("title") ?? entry.Key, duty.Word("of", Roles) ?? PartyRole.Provider, new DutyRule
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
            }));
        }

        return result.DrainToImmutable();
    }

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
