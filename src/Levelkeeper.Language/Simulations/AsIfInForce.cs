using System.Collections.Immutable;
using Levelkeeper.Language.Yaml;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Language.Simulations;

/// <summary>An agreement as it would be had it been in force over some of the past.</summary>
public static class AsIfInForce
{
    private static readonly ImmutableHashSet<string> s_term = ["from", "until", "length"];

    /// <summary>The effective agreement with another term: what it promises from go-live on, it promises from the first day, and unless wanted nothing is in grace.</summary>
    /// <param name="effective">The agreement with levels, plan and amendments laid over each other.</param>
    /// <param name="from">The first day.</param>
    /// <param name="until">The first day after.</param>
    /// <param name="withGrace">Whether a grace is counted from the first day; else none is.</param>
    public static YamlNode.Mapping Over(YamlNode.Mapping effective, LocalDate from, LocalDate until, bool withGrace)
    {
        ArgumentNullException.ThrowIfNull(effective);
        return Change(effective, entry => entry.Key switch
        {
            "term" when entry.Value is YamlNode.Mapping term => entry with
            {
                Value = term with
                {
                    Entries = [Date("from", from, term), Date("until", until.PlusDays(-1), term), .. term.Entries.Where(e => !s_term.Contains(e.Key))],
                },
            },
            "services" => entry with { Value = Each(entry.Value, service => Without(service, "go-live")) },
            "remedies" when !withGrace => entry with { Value = Each(entry.Value, remedy => Without(remedy, "grace")) },
            _ => entry,
        });
    }

    private static YamlEntry Date(string key, LocalDate date, YamlNode.Mapping term) => new(key, term.Place, new YamlNode.Scalar(LocalDatePattern.Iso.Format(date), false, term.Place));

    private static YamlNode Each(YamlNode node, Func<YamlNode.Mapping, YamlNode> change) =>
        node is YamlNode.Mapping map ? Change(map, e => e.Value is YamlNode.Mapping inner ? e with { Value = change(inner) } : e) : node;

    private static YamlNode.Mapping Without(YamlNode.Mapping map, string key) => map with { Entries = [.. map.Entries.Where(e => e.Key != key)] };

    private static YamlNode.Mapping Change(YamlNode.Mapping map, Func<YamlEntry, YamlEntry> change) => map with { Entries = [.. map.Entries.Select(change)] };
}
