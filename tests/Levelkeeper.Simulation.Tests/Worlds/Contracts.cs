using System.Collections.Immutable;
using System.Text;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Language.Agreements;
using NodaTime;

namespace Levelkeeper.Simulation.Tests.Worlds;

/// <summary>The agreements of every world. None has a rule about when something became known: so the order of arrival must not matter.</summary>
internal static class Contracts
{
    private const string Common = """
        zone: Europe/Warsaw
        term: { from: 2026-03-01, length: 12 months }
        calendars:
          office: { weekly: { mon-fri: 09:00-17:00 } }

        """;

    /// <summary>By id.</summary>
    public static ImmutableSortedDictionary<string, AgreementVersions> All { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
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
        ["leads"] = "parties: { provider: { name: Sales }, customer: { name: Third } }\n" + Common + """
            services: { selling: { title: Selling } }
            objectives:
              leads: { measure: sum of leads, target: at least 5, per: month }
            """,
    }.ToImmutableSortedDictionary(a => a.Key, a => Read(a.Key, a.Value), StringComparer.Ordinal);

    /// <summary>What an agreement comes to at an instant, in words that differ when anything that counts does.</summary>
    public static string Evaluated(AgreementVersions versions, FactSet facts, Instant asOf)
    {
        var (effective, words) = (facts.Effective(asOf), new StringBuilder());
        foreach (var c in Evaluator.Clocks(versions, effective, asOf).OrderBy(c => $"{c.Ticket}/{c.Clock}/{c.Cycle}", StringComparer.Ordinal))
            words.Append(FormattableString.Invariant($"{c.Ticket}/{c.Clock}/{c.Cycle}: {c.Verdict}, {c.StartedAt}, due {c.Due}, decided {c.DecidedAt}, spent {c.Spent}\n"));
        foreach (var o in Evaluator.Evaluate(versions, effective, asOf, asOf.PlusTicks(1), asOf).Objectives.SelectMany(o => o.Members.Prepend(o)))
        {
            words.Append(FormattableString.Invariant($"{o.Objective}/{o.Period.Label}/{o.Member}: {o.Verdict}, {o.Lowest?.Value}..{o.Highest?.Value} of {o.Volume}, lost {o.LostAt}, outages "));
            words.AppendJoin(' ', o.Outages.Select(s => s.Span)).Append('\n');
        }

        return words.ToString();
    }

    private static AgreementVersions Read(string id, string rest)
    {
        var diagnostics = new DiagnosticBag();
        return AgreementReader.ReadVersions($"levelkeeper: v1\nid: {id}\ntitle: {id}\n{rest}", $"{id}.yaml", diagnostics)
            ?? throw new InvalidOperationException(string.Join(Environment.NewLine, diagnostics));
    }
}
