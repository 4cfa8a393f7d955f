using System.Runtime.CompilerServices;
using System.Text;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Runtime.Live;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Runtime.Tests.Live;

/// <summary>Agreements that get in each other's way, and facts about them: same services for several customers, a rule about sources, a roster each member of which is observed, an amendment.</summary>
internal static class LiveWorld
{
    private const string Common = """
        zone: Europe/Warsaw
        term: { from: 2026-03-01, length: 12 months }
        calendars:
          office: { weekly: { mon-fri: 09:00-17:00 } }

        """;

    public static Dictionary<string, AgreementVersions> Agreements { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["klient"] = "parties: { provider: { name: Firma }, customer: { name: Klient } }\n" + Common + """
            services: { site: { title: Site, components: [web, db] }, desk: { title: Desk } }
            objectives:
              uptime: { measure: availability, of: site, target: at least 99.9 %, per: month, combine: all }
              reaction: { measure: time to respond, of: tickets of site, within: 4 h, calendar: office, target: at least 90 %, per: month }
              fix: { measure: time to resolve, of: tickets of desk, within: 2 h, target: at least 50 %, per: week }
            amendments:
              - { from: 2026-03-10, title: Faster, changes: { objectives: { reaction: { within: 2 h } } } }
            """,
        ["other"] = Other("1 h"),
        ["ruled"] = "parties: { provider: { name: Firma }, customer: { name: Third } }\n" + Common + """
            services: { box: { title: Box } }
            matching:
              - { when: { source: probe, subject: 'box-*' }, service: box }
            objectives:
              uptime: { measure: availability, of: box, target: at least 99.5 %, per: month }
            """,
        ["leads"] = "parties: { provider: { name: Sales }, customer: { name: Third } }\n" + Common + """
            services: { selling: { title: Selling } }
            objectives:
              leads: { measure: sum of leads, target: at least 5, per: month }
            """,
        // What goes from one to another: lateness with a duty, recoveries of outages, pauses that end by themselves, windows that slide, averages over tickets.
        ["tied"] = "parties: { provider: { name: Firma }, customer: { name: Klient } }\n" + Common + """
            services: { site: { title: Site, components: [web, db] }, desk: { title: Desk } }
            clocks:
              fix: { like: resolve, stop: [resolved, service recovered], pauses: waiting, longest-pause: 3 h }
            duties:
              access: { title: Access, of: customer, every: week on mon, at: 10:00, when-late: excuses what it delays, delays: [fix, uptime] }
            objectives:
              uptime: { measure: availability, of: site, target: at least 99.9 %, per: rolling 2 days }
              fix: { measure: time to fix, of: tickets of site, within: 6 h, target: at least 80 %, per: rolling 30 days }
              mean: { measure: average time to resolve, of: tickets of desk, calendar: office, target: at most 3 h, per: week }
              reopened: { measure: reopen rate, of: tickets of site, target: at most 10 %, per: month }
            """,
        ["stores"] = "parties: { provider: { name: Firma }, customer: { name: Other } }\n" + Common + """
            services: { till: { title: Tills } }
            rosters: { stores: { members: [north, south] } }
            objectives:
              uptime: { measure: availability, of: till, each: member of stores, target: at least 99 %, per: week }
            """,
    }.ToDictionary(a => a.Key, a => Read(a.Key, a.Value), StringComparer.Ordinal);

    /// <summary>The samples that come with facts.</summary>
    public static IReadOnlyList<(string Name, AgreementVersions Versions, List<Fact> Facts)> Samples { get; } =
        [.. Directory.GetDirectories(Folder()).Order(StringComparer.Ordinal).Where(f => File.Exists(Path.Combine(f, "facts.jsonl"))).Select(Sample)];

    /// <summary>The agreement with the other customer, after both found that an hour was too short.</summary>
    public static AgreementVersions Slower { get; } = Read("other", Other("3 h"));

    /// <summary>An agreement on what probes tell: two availabilities that grow stale after different times, outages, a budget of which people are told.</summary>
    public static AgreementVersions Probed { get; } = Read("probed", "parties: { provider: { name: Firma }, customer: { name: Klient } }\n" + Common + """
        services: { site: { title: Site, components: [web, db] } }
        people: { anna: { name: Anna } }
        objectives:
          uptime: { measure: availability, of: site, target: at least 99 %, per: day, combine: all, fresh-for: 10 min, confirmed-after: 2 checks }
          lasting: { measure: availability, of: site, target: at least 97 %, per: month, combine: any, confirmed-after: 1 check }
          half: { measure: availability, of: site, target: at least 50 %, per: rolling 1 day, combine: any, fresh-for: 10 min }
          outages: { measure: number of outages, of: site, target: at most 3, per: week, fresh-for: 25 min }
        escalation:
          uptime: [ { at: 50 % of budget, tell: anna } ]
        """);

    private static string Other(string within) => "parties: { provider: { name: Firma }, customer: { name: Other } }\n" + Common + $$"""
        services: { site: { title: Site } }
        objectives:
          uptime: { measure: availability, of: site, target: at least 99 %, per: week }
          reaction: { measure: time to respond, of: tickets of site, within: {{within}}, target: every ticket, per: month }
        people: { anna: { name: Anna } }
        escalation:
          uptime: [ { at: 50 % of budget, tell: anna }, { at: 100 % of budget, tell: anna }, { at: projected breach, tell: anna } ]
        """;

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "samples");

    private static (string Name, AgreementVersions Versions, List<Fact> Facts) Sample(string folder)
    {
        var (name, diagnostics) = (Path.GetFileName(folder), new DiagnosticBag());
        var files = FolderReader.Of((file, _, _) => (File.ReadAllText(Path.Combine(folder, file)), file));
        var versions = AgreementReader.ReadVersions(File.ReadAllText(Path.Combine(folder, "agreement.yaml")), "agreement.yaml", diagnostics, files);
        using var lines = File.OpenRead(Path.Combine(folder, "facts.jsonl"));
        var facts = CloudEventReader.Read(lines, "facts.jsonl", diagnostics).ToList();
        return (name, versions ?? throw new InvalidOperationException($"{name}: {string.Join(Environment.NewLine, diagnostics)}"), facts);
    }

    public static AgreementVersions Read(string id, string rest)
    {
        var diagnostics = new DiagnosticBag();
        return AgreementReader.ReadVersions($"levelkeeper: v1\nid: {id}\ntitle: {id}\n{rest}", $"{id}.yaml", diagnostics)
            ?? throw new InvalidOperationException(string.Join(Environment.NewLine, diagnostics));
    }

    public static Fact Fact(string id, string source, string type, string subject, Instant time, string data)
    {
        var about = subject.Length > 0 ? $"\"subject\":\"{subject}\"," : "";
        var text = $$$"""{"specversion":"1.0","id":"{{{id}}}","source":"{{{source}}}","type":"levelkeeper.{{{type}}}.v1","time":"{{{InstantPattern.ExtendedIso.Format(time)}}}",{{{about}}}"data":{{{{data}}}}}""";
        var diagnostics = new DiagnosticBag();
        return new CloudEventReader("test", diagnostics).ReadOne(Encoding.UTF8.GetBytes(text)) ?? throw new InvalidOperationException($"{diagnostics.FirstOrDefault()}: {text}");
    }

    /// <summary>What differs between how an agreement stands live and how the evaluator of everything else reads it from all facts.</summary>
    public static IEnumerable<string> Differences(LiveAgreements live, string id, AgreementVersions versions, FactSet all, Instant now)
    {
        var reading = LiveReading.Of(versions, all, now);
        var (batch, kept) = (reading.States(), live.StatesOf(id)!);
        return batch.Keys.Union(kept.Keys).Where(k => State(batch, k) != State(kept, k)).Select(k => $"{id} {k}: live '{State(kept, k)}', batch '{State(batch, k)}' at {now}").Concat(FigureDifferences(live, id, reading));

        static string State(IReadOnlyDictionary<(LiveChangeKind, string), LiveState> states, (LiveChangeKind, string) key) => states.TryGetValue(key, out var state) ? state.State : "";
    }

    /// <summary>What monitoring is told otherwise than the readings say.</summary>
    private static IEnumerable<string> FigureDifferences(LiveAgreements live, string id, LiveReading reading)
    {
        var figures = live.FiguresAt(reading.AsOf, Duration.Zero, int.MaxValue, (_, _) => throw new InvalidOperationException("Everything was told already.")).Single(f => f.Id == id);
        var expected = reading.Clocks.GroupBy(c => c.Clock).Select(g => new ClockFigures(
            g.Key,
            g.Count(c => c.StoppedAt is null && c.Verdict != ClockVerdict.Cancelled),
            g.Count(c => reading.AtRiskFrom(c) <= reading.AsOf),
            g.Count(c => c.StoppedAt is null && c.Verdict == ClockVerdict.Breached),
            g.Count(c => c.Verdict == ClockVerdict.Breached)));
        foreach (var clock in expected.Except(figures.Clocks))
            yield return $"{id}: not told {clock}, but {figures.Clocks.FirstOrDefault(c => c.Clock == clock.Clock)} at {reading.AsOf}";
        foreach (var results in reading.Evaluation.Objectives.GroupBy(o => o.Objective))
        {
            var result = results.LastOrDefault(o => !o.Period.IsCarriedOver) ?? results.Last();
            var told = figures.Objectives.Single(o => o.Objective == result.Objective);
            var left = result.Budget is { Allowed.Sign: > 0 } budget ? budget.Remaining / budget.Allowed : (Rational?)null;
            if (told.Verdict != result.Verdict || told.Level != result.Level || told.BudgetLeft != left || told.Target?.Value != result.Bound?.Bound)
                yield return $"{id}: {told}, not {result.Verdict} {result.Level} {left} at {reading.AsOf}";
        }
    }
}
