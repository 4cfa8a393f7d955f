using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Vocabulary;

/// <summary>Checks a part of an agreement against its shapes alone: keys, words, and the forms of texts. What refers to other clauses is checked by its reader.</summary>
internal static class ShapeCheck
{
    /// <summary>Reports everything about a value that does not fit its shape.</summary>
    /// <returns>Whether it fits.</returns>
    public static bool Check(ValueShape shape, YamlNode node, string path, DiagnosticBag diagnostics)
    {
        var before = diagnostics.Count + diagnostics.Dropped;
        switch (shape)
        {
            case ValueShape.Text text:
                if (Text(node, path, diagnostics) is { } written && text.Problem?.Invoke(written) is { } problem)
                    diagnostics.Error("LK1410", node.Place, $"'{path}' is not {text.Form}: {Diagnostic.Quote(written)}: {problem}.", text.Examples is [var first, ..] ? $"for example '{first}'" : null);
                break;
            case ValueShape.OneOf words:
                if (Text(node, path, diagnostics) is { } word && !words.Words.Contains(word))
                {
                    var near = Suggestion.Closest(word, words.Words);
                    diagnostics.Error("LK1106", node.Place, $"'{path}' cannot be {Diagnostic.Quote(word)}.", (near is null ? "" : $"did you mean '{near}'? ") + $"it is one of: {string.Join(", ", words.Words)}");
                }

                break;
            case ValueShape.ListOf list when node is YamlNode.Sequence sequence:
                for (var i = 0; i < sequence.Items.Length; i++)
                    Check(list.Item, sequence.Items[i], $"{path}[{i}]", diagnostics);
                break;
            case ValueShape.ListOf list:
                Check(list.Item, node, path, diagnostics);
                break;
            case ValueShape.MapOf map when node is YamlNode.Mapping mapping:
                foreach (var entry in mapping.Entries)
                    Check(map.Value, entry.Value, $"{path}.{entry.Key}", diagnostics);
                break;
            case ValueShape.MapOf:
                diagnostics.Error("LK1111", node.Place, $"'{path}' must give names, each with its value; this is {node.Kind}.");
                break;
            case ValueShape.Keys keys:
                Section(keys, node, path, diagnostics);
                break;
            case ValueShape.Either either:
                OneOfSeveral(either, node, path, diagnostics);
                break;
            default:
                throw new InvalidOperationException("The shapes of a value are closed.");
        }

        return diagnostics.Count + diagnostics.Dropped == before;
    }

    private static void Section(ValueShape.Keys keys, YamlNode node, string path, DiagnosticBag diagnostics)
    {
        if (SectionReader.Open(node, keys.Section, path, diagnostics, keys.InPart) is null)
            return;
        foreach (var entry in ((YamlNode.Mapping)node).Entries)
        {
            if (keys.Section.Find(entry.Key) is { } key)
                Check(key.Shape, entry.Value, path.Length == 0 ? entry.Key : $"{path}.{entry.Key}", diagnostics);
        }
    }

    /// <summary>Fits when one shape does; else what is wrong is said of the shape that is meant, by what the node is.</summary>
    private static void OneOfSeveral(ValueShape.Either either, YamlNode node, string path, DiagnosticBag diagnostics)
    {
        var meant = either.Shapes.Where(s => IsMeant(s, node)).DefaultIfEmpty(either.Shapes[^1]).ToList();
        DiagnosticBag? last = null;
        foreach (var shape in meant)
        {
            last = new DiagnosticBag();
            if (Check(shape, node, path, last))
                return;
        }

        foreach (var diagnostic in last!)
            diagnostics.Add(diagnostic);
    }

    private static bool IsMeant(ValueShape shape, YamlNode node) => shape switch
    {
        ValueShape.Keys or ValueShape.MapOf => node is YamlNode.Mapping,
        ValueShape.Text or ValueShape.OneOf => node is YamlNode.Scalar,
        ValueShape.ListOf list => node is YamlNode.Sequence || IsMeant(list.Item, node),
        ValueShape.Either either => either.Shapes.Any(s => IsMeant(s, node)),
        _ => throw new InvalidOperationException("The shapes of a value are closed."),
    };

    private static string? Text(YamlNode node, string path, DiagnosticBag diagnostics)
    {
        if (node is not YamlNode.Scalar scalar)
        {
            diagnostics.Error("LK1105", node.Place, $"'{path}' must be a text; this is {node.Kind}.");
            return null;
        }

        if (scalar.Text.Length > 0 || scalar.Quoted)
            return scalar.Text;
        diagnostics.Error("LK1104", node.Place, $"'{path}' has no value.", "write the value after the colon, or remove the key");
        return null;
    }
}
