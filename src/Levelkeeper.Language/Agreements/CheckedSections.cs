using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Agreements;

/// <summary>Sections whose shapes are checked in one go, before a reader takes from them what it needs.</summary>
internal static class CheckedSections
{
    /// <summary>The section under a key, its shape reported on; the reader that comes back reports forms no second time.</summary>
    public static SectionReader? Checked(this SectionReader reader, string key, Section section)
    {
        if (reader.Node(key) is not { } node)
            return null;
        ShapeCheck.Check(new ValueShape.Keys(section), node, reader.PathOf(key), reader.Diagnostics);
        return Quiet(node, section, reader.PathOf(key));
    }

    /// <summary>The named sections under a key, likewise.</summary>
    public static IEnumerable<(YamlEntry Entry, SectionReader Section)> CheckedNamed(this SectionReader reader, string key, Section section)
    {
        foreach (var (entry, path) in reader.Named(key))
        {
            ShapeCheck.Check(new ValueShape.Keys(section), entry.Value, path, reader.Diagnostics);
            if (Quiet(entry.Value, section, path) is { } inner)
                yield return (entry, inner);
        }
    }

    /// <summary>The sections of a list under a key, likewise.</summary>
    public static IEnumerable<SectionReader> CheckedList(this SectionReader reader, string key, Section section)
    {
        var items = reader.Node(key) switch
        {
            null => [],
            YamlNode.Sequence sequence => sequence.Items.Select((item, i) => (Item: item, Path: $"{reader.PathOf(key)}[{i}]")),
            var one => [(one, reader.PathOf(key))],
        };
        foreach (var (item, path) in items)
        {
            ShapeCheck.Check(new ValueShape.Keys(section), item, path, reader.Diagnostics);
            if (Quiet(item, section, path) is { } inner)
                yield return inner;
        }
    }

    /// <summary>Checks a value that nothing but its shape decides.</summary>
    public static void CheckShape(this SectionReader reader, string key)
    {
        if (reader.Node(key) is { } node)
            ShapeCheck.Check(reader.ShapeOf(key), node, reader.PathOf(key), reader.Diagnostics);
    }

    /// <summary>A reader of a part that was checked: what it reports has been reported.</summary>
    private static SectionReader? Quiet(YamlNode node, Section section, string path) => SectionReader.Open(node, section, path, new DiagnosticBag(), inPart: true);
}
