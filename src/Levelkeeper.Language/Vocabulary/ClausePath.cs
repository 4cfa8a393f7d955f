using System.Collections.Immutable;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Vocabulary;

/// <summary>The path of a clause: keys and names joined by dots, such as <c>objectives.uptime.target</c>.</summary>
internal static class ClausePath
{
    /// <summary>The parts of a path that follows a section; null when it names no clause of it.</summary>
    /// <param name="path">The path.</param>
    /// <param name="section">The section that it starts from.</param>
    /// <param name="stated">What that section states: a name of it may have dots.</param>
    /// <param name="intoLists">Whether it may lead into a list: <c>tiers[0].pay</c>.</param>
    public static ImmutableArray<string>? Split(string path, Section section, YamlNode? stated, bool intoLists)
    {
        var parts = ImmutableArray.CreateBuilder<string>();
        ImmutableArray<ValueShape> shapes = [new ValueShape.Keys(section)];
        while (path.Length > 0)
        {
            var part = Named(path, stated) ?? path.Split('.')[0];
            // A place in a list belongs to the key before it.
            var name = intoLists ? part.Split('[')[0] : part;
            shapes = [.. shapes.SelectMany(s => Inside(s, name, intoLists))];
            if (name.Length == 0 || shapes.IsEmpty)
                return null;
            parts.Add(part);
            stated = (stated as YamlNode.Mapping)?.Find(part)?.Value;
            if (path.Length == part.Length)
                return parts.DrainToImmutable();
            path = path[(part.Length + 1)..];
        }

        return null;
    }

    /// <summary>The longest name of a mapping that a path begins with.</summary>
    private static string? Named(string path, YamlNode? stated) => (stated as YamlNode.Mapping)?.Entries
        .Select(e => e.Key)
        .Where(k => path.StartsWith(k, StringComparison.Ordinal) && (path.Length == k.Length || path[k.Length] == '.'))
        .MaxBy(k => k.Length);

    private static ImmutableArray<ValueShape> Inside(ValueShape shape, string name, bool intoLists) => shape switch
    {
        ValueShape.Keys keys => keys.Section.Find(name) is { } key ? [key.Shape] : [],
        ValueShape.MapOf map => [map.Value],
        ValueShape.ListOf list => intoLists ? Inside(list.Item, name, true) : [],
        ValueShape.Either either => [.. either.Shapes.SelectMany(s => Inside(s, name, intoLists))],
        ValueShape.Text or ValueShape.OneOf => [],
        _ => throw new InvalidOperationException("The shapes of a value are closed."),
    };
}
