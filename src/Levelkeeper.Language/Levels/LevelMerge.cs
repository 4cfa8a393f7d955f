using System.Collections.Immutable;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Levels;

/// <summary>Lays a lower level over an upper one, clause by clause: what the lower states stands, the rest is inherited with its place.</summary>
/// <remarks>
/// Sections and named entries are merged key by key. A list, and a mapping whose names say one thing together (weekly hours), is one clause: it is stated anew
/// as a whole. The value <c>removed</c> takes away what the upper level says.
/// </remarks>
internal static class LevelMerge
{
    /// <summary>The value that takes an inherited clause away.</summary>
    public const string Removed = "removed";

    /// <summary>The merged section: the upper level's order first, then what the lower adds.</summary>
    public static YamlNode.Mapping Merge(Section section, YamlNode.Mapping upper, YamlNode.Mapping lower, string path, DiagnosticBag diagnostics) =>
        Keyed(upper, lower, name => section.Find(name)?.Shape, path, diagnostics);

    private static readonly YamlNode.Mapping Nothing = new([], Place.None);

    private static YamlNode.Mapping Keyed(YamlNode.Mapping upper, YamlNode.Mapping lower, Func<string, ValueShape?> shapeOf, string path, DiagnosticBag diagnostics)
    {
        // Under nothing all is added: most of an agreement, so no table is made for it.
        var stated = upper.Entries.IsEmpty ? null : lower.Entries.ToDictionary(e => e.Key, StringComparer.Ordinal);
        var merged = ImmutableArray.CreateBuilder<YamlEntry>(upper.Entries.Length + lower.Entries.Length);
        foreach (var inherited in upper.Entries)
        {
            if (!stated!.Remove(inherited.Key, out var own))
                merged.Add(inherited);
            else if (!IsRemoved(own.Value))
                merged.Add(own with { Value = Value(shapeOf(own.Key), inherited.Value, own.Value, $"{path}{own.Key}.", diagnostics) });
        }

        foreach (var added in lower.Entries)
        {
            if (stated is not null && !stated.ContainsKey(added.Key))
                continue;
            if (IsRemoved(added.Value))
                diagnostics.Error("LK1805", added.Value.Place, $"'{path}{added.Key}' is removed, but no upper level states it.", "remove the line");
            else
                merged.Add(added with { Value = Value(shapeOf(added.Key), Nothing, added.Value, $"{path}{added.Key}.", diagnostics) });
        }

        return new YamlNode.Mapping(merged.DrainToImmutable(), lower.Place);
    }

    private static YamlNode Value(ValueShape? shape, YamlNode upper, YamlNode lower, string path, DiagnosticBag diagnostics)
    {
        if (upper is not YamlNode.Mapping above || lower is not YamlNode.Mapping below)
            return lower;
        return Mergeable(shape) switch
        {
            ValueShape.Keys keys => Merge(keys.Section, above, below, path, diagnostics),
            ValueShape.MapOf map => Keyed(above, below, _ => map.Value, path, diagnostics),
            _ => lower,
        };
    }

    /// <summary>The shape by which two mappings are merged; null when the lower one stands as it is.</summary>
    private static ValueShape? Mergeable(ValueShape? shape) => shape switch
    {
        ValueShape.Keys => shape,
        ValueShape.MapOf { OneClause: false } => shape,
        ValueShape.Either either => either.Shapes.Select(Mergeable).FirstOrDefault(s => s is not null),
        _ => null,
    };

    private static bool IsRemoved(YamlNode node) => node is YamlNode.Scalar { Quoted: false, Text: Removed };
}
