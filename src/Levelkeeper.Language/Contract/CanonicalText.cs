using System.Collections.Immutable;
using System.Text;
using Levelkeeper.Core.Canonical;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Contract;

/// <summary>Nodes as canonical JSON: what they say, whatever the layout. JSON of RFC 8785 in which every value is a text, a list or an object.</summary>
/// <remarks>
/// Keys in the order of their UTF-16 units; no blanks; quotes, places and comments left out. A list of one item is that item, as it is wherever the language takes
/// one or several. Half of a surrogate pair, which is no text and has no UTF-8, is written as an escape, so that two texts never have one form.
/// </remarks>
public static class CanonicalText
{
    /// <summary>Writes a node.</summary>
    public static string Of(YamlNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        var text = new StringBuilder();
        Write(node, text);
        return text.ToString();
    }

    /// <summary>A text as a node, for forms that are made in code.</summary>
    internal static YamlNode.Scalar Text(string text) => new(text, false, Place.None);

    /// <summary>An object as a node.</summary>
    internal static YamlNode.Mapping Object(params IEnumerable<(string Key, YamlNode Value)> entries) =>
        new([.. entries.Select(e => new YamlEntry(e.Key, Place.None, e.Value))], Place.None);

    private static void Write(YamlNode node, StringBuilder text)
    {
        switch (node)
        {
            case YamlNode.Scalar scalar:
                Write(scalar.Text, text);
                break;
            case YamlNode.Sequence { Items: [var only] }:
                Write(only, text);
                break;
            case YamlNode.Sequence sequence:
                text.Append('[');
                for (var i = 0; i < sequence.Items.Length; i++)
                {
                    if (i > 0)
                        text.Append(',');
                    Write(sequence.Items[i], text);
                }

                text.Append(']');
                break;
            case YamlNode.Mapping mapping:
                text.Append('{');
                var first = true;
                foreach (var entry in mapping.Entries.OrderBy(e => e.Key, StringComparer.Ordinal))
                {
                    if (!first)
                        text.Append(',');
                    first = false;
                    Write(entry.Key, text);
                    text.Append(':');
                    Write(entry.Value, text);
                }

                text.Append('}');
                break;
            default:
                throw new InvalidOperationException("The cases of a YAML node are closed.");
        }
    }

    private static void Write(string value, StringBuilder text)
    {
        text.Append('"');
        for (var i = 0; i < value.Length; i++)
        {
            var letter = value[i];
            if (CanonicalEscape.Of(letter) is { } escape)
                text.Append(escape);
            else if (char.IsHighSurrogate(letter) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
                text.Append(letter).Append(value[++i]);
            else if (char.IsSurrogate(letter))
                text.Append(CanonicalEscape.OfUnit(letter));
            else
                text.Append(letter);
        }

        text.Append('"');
    }
}
