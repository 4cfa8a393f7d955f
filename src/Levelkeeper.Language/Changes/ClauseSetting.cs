using System.Collections.Immutable;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Changes;

/// <summary>A clause and the value that it is to have, as people write it: <c>objectives.uptime.target=at least 99.9 %</c>.</summary>
/// <param name="Path">Keys joined by dots.</param>
/// <param name="Value">A text, or a list or mapping in brackets or braces.</param>
/// <param name="Place">Where it was said.</param>
public sealed record ClauseSetting(string Path, string Value, Place Place)
{
    /// <summary>Reads <c>path=value</c>.</summary>
    /// <returns>Null after reporting what is wrong.</returns>
    public static ClauseSetting? Read(string text, Place place, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (text.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
            return new ClauseSetting(text[..equals].Trim(), text[(equals + 1)..].Trim(), place);
        diagnostics.Error("LK5081", place, $"{Diagnostic.Quote(text)} does not say which clause gets which value.", "write 'objectives.uptime.target=at least 99.9 %'");
        return null;
    }

    /// <summary>The value as a node: braces and brackets are YAML, everything else is the text itself.</summary>
    internal YamlNode? Node(DiagnosticBag diagnostics)
    {
        if (Value.Length == 0 || Value[0] is not ('[' or '{' or '"'))
            return new YamlNode.Scalar(Value, Value.Length == 0, Place);
        var own = new DiagnosticBag();
        if (YamlReader.Read(Value, Place.File, own) is { } node && !own.HasErrors)
            return node;
        diagnostics.Error("LK5083", Place, $"The value of '{Path}' cannot be read: {Diagnostic.Quote(Value)}.", "lists are '[a, b]', mappings '{ a: b }'");
        return null;
    }

    /// <summary>The parts of its path under a section; null after reporting that it names no clause.</summary>
    internal ImmutableArray<string>? Parts(Section section, YamlNode? stated, DiagnosticBag diagnostics)
    {
        if (ClausePath.Split(Path, section, stated, intoLists: false) is { } parts)
            return parts;
        diagnostics.Error("LK5082", Place, $"{Diagnostic.Quote(Path)} is the path of no clause{(section.Name == "agreement" ? "" : " that can change")}.", "write the keys with dots between them, such as 'objectives.uptime.target'; a list is stated as a whole");
        return null;
    }
}
