using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Escalations;
using Levelkeeper.Core.Support;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;
using NodaTime;

namespace Levelkeeper.Language.Support;

/// <summary>Reads people, support and escalation.</summary>
internal sealed class SupportReader(SectionReader root, Agreement agreement)
{
    private static readonly Dictionary<string, EscalationWay> Ways = new(StringComparer.Ordinal)
    {
        ["email"] = EscalationWay.Email,
        ["phone"] = EscalationWay.Phone,
        ["chat"] = EscalationWay.Chat,
        ["webhook"] = EscalationWay.Webhook,
    };

    public ImmutableArray<Person> People()
    {
        var sections = root.CheckedNamed("people", PartyClauses.Person).ToList();
        var names = sections.Select(s => s.Entry.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var (entry, person) in sections)
        {
            Calendar(person, "hours");
            if (person.Text("stands-in") is not { } other)
                continue;
            if (!names.Contains(other))
                Unknown(person.PlaceOf("stands-in"), other, names);
            else if (other == entry.Key)
                root.Diagnostics.Error("LK1451", person.PlaceOf("stands-in"), $"'{other}' cannot stand in for itself.", "name somebody else");
        }

        return
        [
            .. sections.Select(s => new Person(
                s.Entry.Key, s.Section.Text("name") ?? s.Entry.Key, s.Section.Text("of") == "customer" ? PartyRole.Customer : PartyRole.Provider,
                s.Section.Text("email") ?? "", s.Section.Text("phone") ?? "", s.Section.Text("chat") ?? "", s.Section.Text("hours"), s.Section.Text("stands-in"),
                new Clause(s.Section.Path, s.Entry.Place))
            {
                Language = s.Section.Text("language") ?? agreement.Language,
            }),
        ];
    }

    public SupportTerms Support()
    {
        if (root.Checked("support", SupportClauses.Support) is not { } support)
            return SupportTerms.None;
        var channels = new List<SupportChannel>();
        foreach (var (entry, path) in support.Named("channels"))
        {
            if (SectionReader.Open(entry.Value, SupportClauses.Channel, path, new DiagnosticBag()) is not { } channel)
                continue;
            Calendar(channel, "hours");
            channels.Add(new SupportChannel(entry.Key, channel.Text("hours"), channel.Texts("plans"), new Clause(path, entry.Place)));
        }

        var priorities = support.Named("priorities").Select(p => p.Entry.Key).ToImmutableArray();
        var matrix = ImmutableDictionary.CreateBuilder<(string Impact, string Urgency), string>();
        foreach (var (impact, path) in support.Named("matrix"))
        {
            foreach (var urgency in impact.Value is YamlNode.Mapping row ? row.Entries : [])
            {
                var priority = urgency.Value is YamlNode.Scalar { Text: var text } ? text : "";
                if (!priorities.IsEmpty && !priorities.Contains(priority))
                    root.Diagnostics.Error("LK1452", urgency.Value.Place, $"'{path}.{urgency.Key}' is no priority of the agreement: {Diagnostic.Quote(priority)}.", $"there are {string.Join(", ", priorities)}");
                matrix[(impact.Key, urgency.Key)] = priority;
            }
        }

        return new SupportTerms { Channels = [.. channels], Priorities = priorities, Matrix = matrix.ToImmutable(), Updates = Updates(support) };
    }

    private static ImmutableSortedDictionary<string, Duration> Updates(SectionReader support)
    {
        var updates = ImmutableSortedDictionary.CreateBuilder<string, Duration>(StringComparer.Ordinal);
        if (support.Node("updates") is YamlNode.Scalar)
        {
            if (support.Elapsed("updates") is { } every)
                updates["else"] = every;
            return updates.ToImmutable();
        }

        foreach (var (entry, path) in support.Named("updates"))
        {
            if (support.TimeOf(entry.Value, path) is Core.Time.TimeAmount.Elapsed rhythm)
                updates[entry.Key] = rhythm.Duration;
        }

        return updates.ToImmutable();
    }

    public ImmutableArray<EscalationStep> Escalations()
    {
        var steps = ImmutableArray.CreateBuilder<EscalationStep>();
        var people = agreement.People.Select(p => p.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var (entry, path) in root.Named("escalation"))
        {
            var objective = agreement.Objectives.FirstOrDefault(o => o.Name == entry.Key);
            var isClock = objective?.Indicator is Indicator.Clock || agreement.Clocks.Any(c => c.Name == entry.Key);
            if (objective is null && !isClock)
            {
                var known = agreement.Objectives.Select(o => o.Name).Concat(agreement.Clocks.Select(c => c.Name)).ToList();
                var near = Suggestion.Closest(entry.Key, known);
                root.Diagnostics.Error("LK1453", entry.Place, $"There is no objective and no clock {Diagnostic.Quote(entry.Key)}.", near is null ? $"there are {string.Join(", ", known)}" : $"did you mean '{near}'?");
            }

            var items = entry.Value is YamlNode.Sequence list ? list.Items : [entry.Value];
            for (var i = 0; i < items.Length; i++)
            {
                var at = $"{path}[{i}]";
                ShapeCheck.Check(new ValueShape.Keys(SupportClauses.Step), items[i], at, root.Diagnostics);
                if (SectionReader.Open(items[i], SupportClauses.Step, at, new DiagnosticBag()) is not { } step || step.Text("at") is not { } text || EscalationPointForm.Parse(text).Point is not { } point)
                    continue;
                if (point is EscalationPoint.OfClock or EscalationPoint.BeforeDue && !isClock && objective is not null)
                    root.Diagnostics.Error("LK1454", step.PlaceOf("at"), $"'{entry.Key}' runs no clock, so {Diagnostic.Quote(text)} never comes.", "say '80 % of budget', 'breach' or '1 h after breach'");
                if (NeverComes(point, entry.Key, objective) is var (why, hint))
                    root.Diagnostics.Error("LK1454", step.PlaceOf("at"), $"{why}, so {Diagnostic.Quote(text)} never comes.", hint);
                foreach (var name in step.Texts("tell").Where(n => !people.Contains(n)))
                    Unknown(step.PlaceOf("tell"), name, people);
                Calendar(step, "in-hours-of");
                steps.Add(new EscalationStep(
                    entry.Key, point, step.Texts("tell"), step.Has("by") ? [.. step.Texts("by").Where(Ways.ContainsKey).Select(w => Ways[w])] : [EscalationWay.Email],
                    step.Elapsed("repeat"), step.Text("in-hours-of"), step.Whole()));
            }
        }

        return steps.DrainToImmutable();
    }

    /// <summary>Why a point that is an objective's own, or an outage's, never comes; null where it does. Of what is not known other diagnostics tell.</summary>
    private (string Why, string Hint)? NeverComes(EscalationPoint point, string of, Objective? objective)
    {
        if (point is EscalationPoint.OfBurn or EscalationPoint.OfProjection or EscalationPoint.BeforeUpdate or EscalationPoint.AfterMissedUpdate && objective is null && agreement.Clocks.Any(c => c.Name == of))
            return ($"'{of}' is a clock", "name the objective");
        return (point, objective) switch
        {
            (_, null) => null,
            (EscalationPoint.OfBurn, { HasBurnRate: false }) => ($"the error budget of '{of}' burns at no rate", "only shares of availability, requests and events have alerts; say '80 % of budget' or 'projected breach'"),
            (EscalationPoint.OfBurn, { BurnAlerts: { IsEmpty: true } }) => ($"'{of}' has no burn alerts", "leave out its 'burn-alerts: none'"),
            (EscalationPoint.BeforeUpdate or EscalationPoint.AfterMissedUpdate, { Indicator: not (Indicator.Availability or Indicator.Outages) }) => ($"'{of}' measures no outages", "name an objective that does"),
            (EscalationPoint.BeforeUpdate or EscalationPoint.AfterMissedUpdate, _) when !agreement.Support.Updates.ContainsKey("else") => ("the agreement promises no updates during an outage", "say 'support: { updates: 30 min }', or add 'else' to the updates by priority"),
            (EscalationPoint.BeforeUpdate { Length: var early }, _) when early >= agreement.Support.Updates["else"] => ("an update is due sooner after the one before", "warn later"),
            _ => null,
        };
    }

    private void Calendar(SectionReader section, string key)
    {
        if (section.Text(key) is { } name && !agreement.Calendars.ContainsKey(name))
            root.Diagnostics.Error("LK1302", section.PlaceOf(key), $"There is no calendar {Diagnostic.Quote(name)}.", $"there are {string.Join(", ", agreement.Calendars.Keys)}");
    }

    private void Unknown(Place place, string name, IReadOnlyCollection<string> people)
    {
        var near = Suggestion.Closest(name, people);
        root.Diagnostics.Error("LK1450", place, $"There is nobody called {Diagnostic.Quote(name)}.", near is not null ? $"did you mean '{near}'?" : people.Count == 0 ? "name them under 'people'" : $"there are {string.Join(", ", people)}");
    }
}
