using Levelkeeper.Core.Time;
using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Matching;
using Levelkeeper.Core.Rosters;
using Levelkeeper.Language.Calendars;
using Levelkeeper.Language.Clocks;
using Levelkeeper.Language.Contract;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Levels;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;
using NodaTime;

namespace Levelkeeper.Language.Agreements;

/// <summary>Reads an agreement file. Everything that is wrong is reported in one pass, each with its line and column.</summary>
public static class AgreementReader
{
    private static readonly Dictionary<string, AgreementKind> Kinds = new(StringComparer.Ordinal)
    {
        ["customer"] = AgreementKind.Customer,
        ["internal"] = AgreementKind.Internal,
        ["supplier"] = AgreementKind.Supplier,
        ["commitment"] = AgreementKind.Commitment,
        ["corporate"] = AgreementKind.Corporate,
    };

    /// <summary>The most calendars of one agreement: each is a table of some centuries.</summary>
    private const int MostCalendars = 200;

    private static readonly Dictionary<string, bool> Editions = new(StringComparer.Ordinal) { ["v1"] = true };

    private static readonly Dictionary<string, AmendmentPolicy> Amendments = new(StringComparer.Ordinal)
    {
        ["keeps its target"] = AmendmentPolicy.KeepsTarget,
        ["takes the new target"] = AmendmentPolicy.TakesNewTarget,
    };

    private static readonly Dictionary<string, LeavingPolicy> Leavings = new(StringComparer.Ordinal)
    {
        ["is cancelled"] = LeavingPolicy.CancelsClocks,
        ["runs on"] = LeavingPolicy.ClocksRunOn,
    };

    private static readonly Dictionary<string, PartialMembership> Memberships = new(StringComparer.Ordinal)
    {
        ["in proportion"] = PartialMembership.Prorated,
        ["whole target"] = PartialMembership.FullTarget,
        ["whole periods only"] = PartialMembership.WholePeriodOnly,
    };

    /// <summary>Reads an agreement from YAML text, with the levels above it and its amendments.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="file">The file's name, for places.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    /// <param name="folder">Reads the files that the agreement names; null refuses them.</param>
    /// <param name="on">The date whose version is read; null for all amendments in force.</param>
    /// <returns>The agreement; null when there was an error.</returns>
    public static Agreement? Read(string text, string file, DiagnosticBag diagnostics, AgreementFolder? folder = null, LocalDate? on = null)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        return LevelReader.Read(text, file, folder?.Levels, diagnostics) is { } levels ? Read(levels.Effective(on, diagnostics), diagnostics, folder?.Calendars) : null;
    }

    /// <summary>Reads an effective agreement: one whose levels are laid over each other.</summary>
    /// <param name="effective">Its document.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    /// <param name="calendarFiles">Reads the iCalendar files that it names; null refuses them.</param>
    /// <returns>The agreement; null when there was an error.</returns>
    public static Agreement? Read(YamlNode.Mapping effective, DiagnosticBag diagnostics, CalendarFiles? calendarFiles = null) =>
        Read(effective, diagnostics, calendarFiles, new Dictionary<string, BusinessCalendar>(StringComparer.Ordinal));

    /// <summary>Reads an agreement with its amendments: which version is in force from when. Everything that is wrong with any version is reported, once.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="file">Its name as the user gave it, for places.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    /// <param name="folder">Reads the files that the agreement names; null refuses them.</param>
    /// <returns>The versions; null when there was an error in any.</returns>
    public static AgreementVersions? ReadVersions(string text, string file, DiagnosticBag diagnostics, AgreementFolder? folder = null)
    {
        return LevelReader.Read(text, file, folder?.Levels, diagnostics) is { } levels ? ReadVersions(levels, diagnostics, folder) : null;
    }

    /// <summary>As the other, of levels that were read already.</summary>
    public static AgreementVersions? ReadVersions(LevelReader levels, DiagnosticBag diagnostics, AgreementFolder? folder = null)
    {
        ArgumentNullException.ThrowIfNull(levels);
        ArgumentNullException.ThrowIfNull(diagnostics);
        return VersionReader.Read(levels, diagnostics, folder?.Calendars);
    }

    /// <summary>As the other; calendars that say the same as one that was read before are the same one.</summary>
    internal static Agreement? Read(YamlNode.Mapping effective, DiagnosticBag diagnostics, CalendarFiles? calendarFiles, Dictionary<string, BusinessCalendar> known)
    {
        ArgumentNullException.ThrowIfNull(effective);
        ArgumentNullException.ThrowIfNull(diagnostics);
        (effective, var notSeen) = NotSeen.SetAside(AgreementVocabulary.Agreement, effective, diagnostics);
        // A corporate agreement is there for others to extend: what it leaves open, they state.
        var isCorporate = effective.Find("kind")?.Value is YamlNode.Scalar { Text: "corporate" };
        if (SectionReader.Open(effective, AgreementVocabulary.Agreement, "", diagnostics, inPart: isCorporate) is not { } reader)
            return null;

        reader.Word("levelkeeper", Editions);
        var zone = Zone(reader);
        var (provider, customer) = Parties(reader);
        var kind = reader.Word("kind", Kinds) ?? AgreementKind.Customer;
        if (customer is null && kind is not (AgreementKind.Commitment or AgreementKind.Corporate) && reader.Node("parties") is YamlNode.Mapping sides && sides.Find("customer") is null)
            reader.Error("LK1401", "parties", "The agreement names no customer.", "name one, or say 'kind: commitment' for a one-sided commitment");

        var calendars = Calendars(reader, zone, calendarFiles, known);
        var services = Services(reader, calendars);
        var clockReader = new ClockReader(calendars);
        var draft = new Agreement
        {
            Id = reader.Text("id") ?? "",
            Title = reader.Text("title") ?? "",
            Kind = kind,
            Provider = provider ?? new Party(PartyRole.Provider, "", "", []),
            Customer = customer,
            Term = TermOf(reader) ?? new Term(new LocalDate(2000, 1, 1), null),
            Zone = zone,
            Calendars = calendars,
            CalendarClauses = reader.Named("calendars").ToImmutableSortedDictionary(c => c.Entry.Key, c => new Clause(c.Path, c.Entry.Place), StringComparer.Ordinal),
            Services = services,
            Clocks = Clocks(reader, clockReader),
            TicketPolicies = Tickets(reader),
            Rosters = Rosters(reader),
            MatchRules = MatchRules(reader, services),
            Assertions = Assertions(reader),
            Objectives = [],
        };
        draft = draft with { Duties = DutyReader.Read(reader, draft) };
        draft = draft with { Objectives = Objectives(reader, draft, clockReader, MaintenanceReader.Read(reader, draft)) };
        DutyReader.CheckDelays(reader, draft);
        draft = Dependents.Marked(ContractReader.Read(reader, draft), notSeen);
        return diagnostics.HasErrors ? null : draft;
    }

    private static DateTimeZone Zone(SectionReader reader)
    {
        if (reader.Text("zone") is not { } id)
            return DateTimeZone.Utc;
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(id) is { } zone)
            return zone;
        CalendarReader.UnknownZone(reader, "zone", id);
        return DateTimeZone.Utc;
    }

    private static Term? TermOf(SectionReader reader)
    {
        if (reader.Section("term", TermClauses.Term) is not { } term || term.Date("from") is not { } from)
            return null;
        var until = term.Date("until")?.PlusDays(1);
        if (term.Has("length"))
        {
            if (until is not null)
                term.Error("LK1402", "length", "The term's end is said twice: by 'until' and by 'length'.", "keep one");
            else if (term.Time("length") is TimeAmount.CalendarUnits length)
                until = from.PlusMonths(length.Months).PlusDays(length.Days);
            else
                term.Error("LK1403", "length", "A term's length is in days, months or years.", "for example '12 months'");
        }

        if (until is { } end && end <= from)
        {
            term.Error("LK1404", "until", $"The term ends before it starts on {from}.");
            return null;
        }

        return new Term(from, until) { Clause = term.Whole(), Renewal = RenewalOf(term), Termination = TerminationOf(term), PriceLock = term.Time("price-lock") };
    }

    private static Renewal? RenewalOf(SectionReader term)
    {
        if (term.Node("renewal") is not YamlNode.Mapping)
        {
            term.CheckShape("renewal");
            return null;
        }

        if (term.Checked("renewal", TermClauses.Renewal) is not { } renewal)
            return null;
        var automatic = renewal.Time("automatic");
        if (automatic is null)
            return null;
        return new Renewal(automatic, renewal.Time("notice"), renewal.Has("times") ? renewal.Count("times", 1, 1_000) : null);
    }

    private static EarlyTermination? TerminationOf(SectionReader term)
    {
        if (term.Node("termination") is not YamlNode.Mapping)
        {
            term.CheckShape("termination");
            return null;
        }

        if (term.Checked("termination", TermClauses.Termination) is not { } section || section.Time("notice") is not { } notice)
            return null;
        return new EarlyTermination(
            section.Text("by") switch { "customer" => PartyRole.Customer, "provider" => PartyRole.Provider, _ => null },
            notice,
            section.Date("not-before"),
            section.Text("fee") is { } fee ? MoneyForm.ParseCap(fee).Cap : null);
    }

    private static (Party? Provider, Party? Customer) Parties(SectionReader reader)
    {
        return reader.Section("parties", PartyClauses.Parties) is { } parties
            ? (Of(parties, "provider", PartyRole.Provider), Of(parties, "customer", PartyRole.Customer))
            : (null, null);

        static Party? Of(SectionReader parties, string key, PartyRole role) =>
            parties.Section(key, PartyClauses.Party) is { } party && party.Text("name") is { } name
                ? new Party(role, name, party.Text("contact") ?? "", party.Texts("also-called"))
                {
                    Address = party.Text("address") ?? "",
                    PostCode = party.Text("post-code") ?? "",
                    City = party.Text("city") ?? "",
                    Country = party.Text("country") ?? "",
                    Registration = party.Text("registration") ?? "",
                    VatId = party.Text("vat-id") ?? "",
                    Endpoint = party.Text("endpoint") ?? "",
                }
                : null;
    }

    private static ImmutableSortedDictionary<string, BusinessCalendar> Calendars(SectionReader reader, DateTimeZone zone, CalendarFiles? calendarFiles, Dictionary<string, BusinessCalendar> known)
    {
        var result = ImmutableSortedDictionary.CreateBuilder<string, BusinessCalendar>(StringComparer.Ordinal);
        var always = Known(CalendarReader.Always, () => BusinessCalendar.AlwaysIn(zone))!;
        result[CalendarReader.Always] = always;
        var entries = reader.Named("calendars").ToList();
        if (entries.Count > MostCalendars)
            reader.Error("LK1003", "calendars", $"There are {entries.Count} calendars; at most {MostCalendars} are read.");
        foreach (var (entry, path) in entries.Take(MostCalendars))
        {
            // One that could not be read is reported; its name stays known to the clauses that use it.
            result[entry.Key] = Known(CanonicalText.Of(entry.Value), () => CalendarReader.Read(entry.Value, path, zone, calendarFiles, reader.Diagnostics)) ?? always;
        }

        return result.ToImmutable();

        BusinessCalendar? Known(string says, Func<BusinessCalendar?> read)
        {
            var key = $"{zone.Id}\n{says}";
            if (!known.TryGetValue(key, out var calendar) && read() is { } made)
                known[key] = calendar = made;
            return calendar;
        }
    }

    /// <summary>What is said of a service and only its shape decides.</summary>
    private static readonly ImmutableArray<string> ServiceTexts =
        ["description", "features", "delivery", "processing-times", "capacity", "technologies", "prerequisites", "depends-on", "team", "fee"];

    private static ImmutableArray<Service> Services(SectionReader reader, ImmutableSortedDictionary<string, BusinessCalendar> calendars)
    {
        var result = ImmutableArray.CreateBuilder<Service>();
        foreach (var (entry, path) in reader.Named("services"))
        {
            if (SectionReader.Open(entry.Value, AgreementVocabulary.Service, path, reader.Diagnostics) is not { } service)
                continue;
            var hours = service.Text("hours");
            if (hours is not null && !calendars.ContainsKey(hours))
                service.Error("LK1302", "hours", $"There is no calendar {Diagnostic.Quote(hours)}.", $"there are {string.Join(", ", calendars.Keys)}");
            foreach (var key in ServiceTexts)
                service.CheckShape(key);
            result.Add(new Service
            {
                Name = entry.Key,
                Title = service.Text("title") ?? entry.Key,
                EssentialFunctions = service.Texts("essential"),
                Components = service.Texts("components"),
                OperatingHours = hours,
                GoLive = service.Date("go-live"),
                DependsOn = service.Texts("depends-on"),
                Fee = service.Text("fee") is { } fee ? MoneyForm.ParseFee(fee).Fee : null,
                Clause = new Clause(path, entry.Place),
            });
        }

        return result.DrainToImmutable();
    }

    private static ImmutableArray<ClockDefinition> Clocks(SectionReader reader, ClockReader clockReader)
    {
        var result = new List<ClockDefinition>();
        var rules = new List<LatenessRule>();
        foreach (var (entry, path) in reader.Named("clocks"))
        {
            if (SectionReader.Open(entry.Value, AgreementVocabulary.Clock, path, reader.Diagnostics) is not { } section)
                continue;
            var (clock, lateness) = clockReader.Read(entry, section);
            if (clock is null)
                continue;
            result.Add(clock);
            if (lateness == LatenessEffect.Nothing)
                continue;
            if (clock.Party == ClockParty.Customer)
                rules.Add(new LatenessRule(clock.Name, lateness));
            else
                section.Error("LK1305", "lateness", $"The clock '{clock.Name}' is the provider's; only the lateness of the customer acts on other clocks.", "say 'on: customer', or remove 'lateness'");
        }

        clockReader.CustomerLateness = [.. rules];
        return [.. result.Select(c => c.Party == ClockParty.Provider ? c with { Lateness = clockReader.CustomerLateness } : c)];
    }

    private static TicketPolicies Tickets(SectionReader reader) =>
        reader.Section("tickets", AgreementVocabulary.Tickets) is { } tickets
            ? new TicketPolicies
            {
                ResolvedStatuses = tickets.Texts("resolved-statuses"),
                PriorityAfterWorkaround = tickets.Text("after-workaround"),
                Amendment = tickets.Word("when-amended", Amendments) ?? AmendmentPolicy.KeepsTarget,
                Leaving = tickets.Word("when-left", Leavings) ?? LeavingPolicy.CancelsClocks,
                Clauses = [tickets.Whole()],
            }
            : TicketPolicies.Default;

    private static ImmutableArray<RosterDefinition> Rosters(SectionReader reader)
    {
        var result = ImmutableArray.CreateBuilder<RosterDefinition>();
        foreach (var (entry, path) in reader.Named("rosters"))
        {
            if (SectionReader.Open(entry.Value, AgreementVocabulary.Roster, path, reader.Diagnostics) is { } roster)
                result.Add(new RosterDefinition(entry.Key, roster.Texts("members"), roster.Word("joined-late", Memberships) ?? PartialMembership.Prorated, new Clause(path, entry.Place)));
        }

        return result.DrainToImmutable();
    }

    private static ImmutableArray<MatchRule> MatchRules(SectionReader reader, ImmutableArray<Service> services)
    {
        var result = ImmutableArray.CreateBuilder<MatchRule>();
        foreach (var (node, path) in Items(reader, "matching"))
        {
            if (SectionReader.Open(node, AgreementVocabulary.Match, path, reader.Diagnostics) is not { } rule)
                continue;
            var conditions = rule.Globs("when");
            if (rule.Text("service") is not { } name)
                continue;
            var service = services.FirstOrDefault(s => s.Name == name);
            if (service is null)
                rule.Error("LK1405", "service", $"There is no service {Diagnostic.Quote(name)}.", services.IsEmpty ? null : $"there are {string.Join(", ", services.Select(s => s.Name))}");
            else if (rule.Text("component") is { } component && !service.Components.Contains(component))
                rule.Error("LK1406", "component", $"The service '{name}' has no component {Diagnostic.Quote(component)}.", "list it under 'components'");
            else
                result.Add(new MatchRule(conditions, name, rule.Text("component") ?? "", new Clause(path, node.Place)));
        }

        return result.DrainToImmutable();
    }

    private static ImmutableArray<Assertion> Assertions(SectionReader reader)
    {
        var result = ImmutableArray.CreateBuilder<Assertion>();
        foreach (var (node, path) in Items(reader, "assertions"))
        {
            if (SectionReader.Open(node, AgreementVocabulary.Assertion, path, reader.Diagnostics) is { } assertion && assertion.Text("source") is { } source)
            {
                var prevails = assertion.YesNo("prevails") ?? false;
                if (prevails && source.Contains('*', StringComparison.Ordinal))
                    assertion.Error("LK1409", "source", $"The source whose word prevails must be named in full; {Diagnostic.Quote(source)} stands for several.", "name it, or remove 'prevails'");
                result.Add(new Assertion(new Glob(source), [.. assertion.Texts("may").Select(t => new Glob(t))], prevails, new Clause(path, node.Place)));
            }
        }

        return result.DrainToImmutable();
    }

    private static IEnumerable<(YamlNode Node, string Path)> Items(SectionReader reader, string key) => reader.Node(key) switch
    {
        null => [],
        YamlNode.Sequence sequence => sequence.Items.Select((item, i) => (item, $"{key}[{i}]")),
        var one => [(one, key)],
    };

    private static ImmutableArray<Objective> Objectives(SectionReader reader, Agreement draft, ClockReader clockReader, IReadOnlyDictionary<string, ServiceMaintenance> maintenance)
    {
        var result = ImmutableArray.CreateBuilder<Objective>();
        foreach (var (entry, path) in reader.Named("objectives"))
        {
            if (SectionReader.Open(entry.Value, AgreementVocabulary.Objective, path, reader.Diagnostics) is { } section
                && new ObjectiveReader(draft, maintenance, section, clockReader).Read(entry) is { } objective)
                result.Add(objective);
        }

        return result.DrainToImmutable();
    }
}
