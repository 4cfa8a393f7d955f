using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Escalations;
using NodaTime;

namespace Levelkeeper.Language.Lint;

/// <summary>Escalations that reach nobody.</summary>
internal static class PeopleLint
{
    public static void Check(Agreement agreement, DiagnosticBag diagnostics)
    {
        foreach (var step in agreement.Escalations)
        {
            foreach (var person in step.Tell.Select(name => agreement.People.FirstOrDefault(p => p.Key == name)).OfType<Person>())
            {
                Unreached(agreement, step, person, diagnostics);
                foreach (var way in step.By.Where(w => Address(person, w) is { Length: 0 }))
                    diagnostics.Warning("LK1731", step.Clause.Place, $"{person.Name} is to be told by {Words(way)}, but has no such address.", $"add it under 'people: {{ {person.Key}: … }}', or tell by another way");
            }
        }
    }

    /// <summary>The step can come at any hour, its person is reached in some, and nobody stands in.</summary>
    private static void Unreached(Agreement agreement, EscalationStep step, Person person, DiagnosticBag diagnostics)
    {
        if (person is not { Hours: { } hours, StandsIn: null } || !agreement.Calendars.TryGetValue(hours, out var reached))
            return;
        if (step.InHoursOf is { } waits && agreement.Calendars.TryGetValue(waits, out var sent) && Covers(reached, sent, agreement))
            return;
        if (CalendarsOf(agreement, step.Of).Any(runs => !Covers(reached, runs, agreement)))
            diagnostics.Warning("LK1730", step.Clause.Place, $"'{step.Of}' can go wrong at an hour in which {person.Name} is not reached ('{hours}'), and nobody stands in.", $"name somebody under 'stands-in', or send the step 'in-hours-of: {hours}'");
    }

    private static IEnumerable<BusinessCalendar> CalendarsOf(Agreement agreement, string of)
    {
        var clock = agreement.Objectives.FirstOrDefault(o => o.Name == of)?.Indicator is Indicator.Clock { Definition: var measured } ? measured : agreement.Clocks.FirstOrDefault(c => c.Name == of);
        if (clock is not null)
            return clock.Calendars.Values.Append(clock.Calendar);
        var service = agreement.Objectives.FirstOrDefault(o => o.Name == of)?.Service is { } name ? agreement.Service(name) : null;
        return [service?.OperatingHours is { } operating && agreement.Calendars.TryGetValue(operating, out var open) ? open : BusinessCalendar.Always];
    }

    /// <summary>Whether one calendar is open whenever the other is, over the first four weeks of the term.</summary>
    private static bool Covers(BusinessCalendar outer, BusinessCalendar inner, Agreement agreement)
    {
        var start = agreement.Zone.AtStartOfDay(agreement.Term.From).ToInstant();
        var end = start + Duration.FromDays(28);
        var open = outer.OpenIntervals(start, end);
        return inner.OpenIntervals(start, end).All(wanted => open.Any(o => o.Start <= wanted.Start && o.End >= wanted.End));
    }

    private static string Address(Person person, EscalationWay way) => way switch
    {
        EscalationWay.Email => person.Email,
        EscalationWay.Phone => person.Phone,
        EscalationWay.Chat => person.Chat,
        // A webhook belongs to the installation, not to a person.
        EscalationWay.Webhook => "webhook",
        _ => throw new ArgumentOutOfRangeException(nameof(way), way, "Unknown way."),
    };

    private static string Words(EscalationWay way) => way switch
    {
        EscalationWay.Email => "e-mail",
        EscalationWay.Phone => "telephone",
        EscalationWay.Chat => "chat",
        EscalationWay.Webhook => "webhook",
        _ => throw new ArgumentOutOfRangeException(nameof(way), way, "Unknown way."),
    };
}
