using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Contract;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Agreements;

/// <summary>All clauses on which an objective's results depend, as one text: two versions with the same text give the same results, and need no cut between them.</summary>
/// <remarks>
/// Errs on the side of a cut: a calendar, clock, roster, duty or exclusion belongs to it when its name stands anywhere in what belongs to it already. The end of the
/// term does not belong to it, because a longer term leaves what was promised before as it was; its start does, because periods may be counted from it. Where facts belong,
/// and who may assert them, does not either: each fact belongs where the version in force at its time says, with a cut or without.
/// </remarks>
internal static class ObjectiveBasis
{
    /// <summary>Sections that say what holds for everything, and what all tickets do.</summary>
    private static readonly ImmutableArray<string> OfAll = ["levelkeeper", "zone", "tickets"];

    /// <summary>What of a service is measured by.</summary>
    private static readonly ImmutableArray<string> OfService = ["hours", "essential", "components", "go-live"];

    private static readonly ImmutableArray<string> Named = ["calendars", "clocks", "rosters", "duties", "exclusions"];

    public static string Of(YamlNode.Mapping effective, Agreement agreement, Objective objective)
    {
        var parts = new List<(string Key, YamlNode Value)>();
        foreach (var key in OfAll)
            Take(key, effective.Find(key)?.Value);
        Take("term", (effective.Find("term")?.Value as YamlNode.Mapping)?.Find("from")?.Value);
        Take("objective", Entry(effective.Find("objectives")?.Value, objective.Name));
        foreach (var service in agreement.Services.Where(s => objective.Service.Length == 0 || s.Name == objective.Service))
        {
            Take($"services.{service.Name}", Only(Entry(effective.Find("services")?.Value, service.Name), OfService));
            Take($"maintenance.{service.Name}", Entry(effective.Find("maintenance")?.Value, service.Name));
        }

        // Whose word stands where sources differ is a decision on availability, though it is written beside who may assert what.
        if (objective.Indicator is Indicator.Availability or Indicator.Outages && agreement.Assertions.Any(a => a.Prevails))
            Take("prevails", new YamlNode.Sequence([.. agreement.Assertions.Where(a => a.Prevails).Select(a => new YamlNode.Scalar(a.Source.Pattern, Quoted: true, Place.None))], Place.None));
        var always = Implied(objective).Concat(agreement.Delaying(objective.Name).Select(d => $"duties.{d.Rule.Duty}")).ToHashSet(StringComparer.Ordinal);
        for (var taken = -1; taken != parts.Count;)
        {
            taken = parts.Count;
            foreach (var section in Named)
            {
                foreach (var entry in (effective.Find(section)?.Value as YamlNode.Mapping)?.Entries ?? [])
                {
                    var key = $"{section}.{entry.Key}";
                    if (!parts.Exists(p => p.Key == key) && (always.Contains(key) || parts.Exists(p => Mentions(p.Value, entry.Key))))
                        parts.Add((key, entry.Value));
                }
            }
        }

        return CanonicalText.Of(CanonicalText.Object(parts));

        void Take(string key, YamlNode? value)
        {
            if (value is not null)
                parts.Add((key, value));
        }
    }

    /// <summary>What belongs to it though nothing names it: the clock behind "time to respond", and the customer's clocks whose lateness acts on it.</summary>
    private static IEnumerable<string> Implied(Objective objective) => objective.Indicator switch
    {
        Indicator.Clock clock => [$"clocks.{clock.Definition.Name}", .. clock.Definition.Lateness.Select(l => $"clocks.{l.Clock}")],
        Indicator.Duty duty => [$"duties.{duty.Rule.Duty}"],
        Indicator.Values or Indicator.Availability or Indicator.Outages or Indicator.Requests when objective.EachOf.Length > 0 => [$"rosters.{objective.EachOf}"],
        Indicator.Values or Indicator.Availability or Indicator.Outages or Indicator.Requests or Indicator.Tickets => [],
        _ => throw new InvalidOperationException("The cases of an indicator are closed."),
    };

    private static YamlNode? Entry(YamlNode? node, string key) => (node as YamlNode.Mapping)?.Find(key)?.Value;

    private static YamlNode.Mapping? Only(YamlNode? node, ImmutableArray<string> keys) =>
        node is YamlNode.Mapping mapping ? new YamlNode.Mapping([.. mapping.Entries.Where(e => keys.Contains(e.Key))], Place.None) : null;

    private static bool Mentions(YamlNode node, string name) => node switch
    {
        YamlNode.Scalar scalar => scalar.Text.Contains(name, StringComparison.Ordinal),
        YamlNode.Sequence sequence => sequence.Items.Any(i => Mentions(i, name)),
        YamlNode.Mapping mapping => mapping.Entries.Any(e => e.Key.Contains(name, StringComparison.Ordinal) || Mentions(e.Value, name)),
        _ => throw new InvalidOperationException("The cases of a YAML node are closed."),
    };
}
