using System.Globalization;
using System.Text;

namespace Levelkeeper.Language.Yaml;

/// <summary>Writes nodes as YAML that reads back as the same nodes: block style, two blanks a level, short lists of plain texts in brackets.</summary>
public static class YamlText
{
    /// <summary>The longest list that stands on one line, in characters.</summary>
    private const int LongestLine = 100;

    /// <summary>Writes a document.</summary>
    /// <param name="root">The document.</param>
    /// <param name="remark">What is written behind a value, by its path; null or empty for nothing.</param>
    public static string Write(YamlNode.Mapping root, Func<string, YamlNode, string?>? remark = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        var text = new StringBuilder();
        Mapping(root, 0, "", text, remark);
        return text.ToString();
    }

    private static void Mapping(YamlNode.Mapping mapping, int depth, string path, StringBuilder text, Func<string, YamlNode, string?>? remark)
    {
        foreach (var entry in mapping.Entries)
        {
            text.Append(' ', depth * 2).Append(Quoted(entry.Key)).Append(':');
            Value(entry.Value, depth, path.Length == 0 ? entry.Key : $"{path}.{entry.Key}", text, remark);
        }
    }

    private static void Value(YamlNode value, int depth, string path, StringBuilder text, Func<string, YamlNode, string?>? remark)
    {
        if (OneLine(value) is { } line)
        {
            text.Append(' ').Append(line);
            if (remark?.Invoke(path, value) is { Length: > 0 } words)
                text.Append("  # ").Append(words);
            text.Append('\n');
            return;
        }

        text.Append('\n');
        if (value is YamlNode.Mapping mapping)
        {
            Mapping(mapping, depth + 1, path, text, remark);
            return;
        }

        var items = ((YamlNode.Sequence)value).Items;
        for (var i = 0; i < items.Length; i++)
        {
            text.Append(' ', (depth + 1) * 2).Append('-');
            if (items[i] is YamlNode.Mapping { Entries: [var first, .. var rest] })
            {
                // The first key stands behind the dash, the others below it.
                text.Append(' ').Append(Quoted(first.Key)).Append(':');
                Value(first.Value, depth + 2, $"{path}[{i}].{first.Key}", text, remark);
                Mapping(new YamlNode.Mapping([.. rest], items[i].Place), depth + 2, $"{path}[{i}]", text, remark);
            }
            else
            {
                Value(items[i], depth + 1, $"{path}[{i}]", text, remark);
            }
        }
    }

    private static string? OneLine(YamlNode value)
    {
        switch (value)
        {
            case YamlNode.Scalar scalar:
                return scalar.Quoted ? DoubleQuoted(scalar.Text) : Quoted(scalar.Text);
            case YamlNode.Mapping { Entries.IsEmpty: true }:
                return "{}";
            case YamlNode.Sequence { Items: var items } when items.All(i => i is YamlNode.Scalar):
                var line = $"[{string.Join(", ", items.Cast<YamlNode.Scalar>().Select(s => InBrackets(s)))}]";
                return line.Length <= LongestLine ? line : null;
            default:
                return null;
        }
    }

    private static string InBrackets(YamlNode.Scalar scalar) =>
        scalar.Quoted || scalar.Text.AsSpan().ContainsAny("[]{},") ? DoubleQuoted(scalar.Text) : Quoted(scalar.Text);

    /// <summary>A text as it stands on one line: in quotes where they are needed, and where they were and another reader of YAML would take it for a number or a truth.</summary>
    /// <param name="scalar">The text; an empty one without quotes is no value and stays none.</param>
    /// <param name="inBraces">Whether it stands in braces or brackets.</param>
    internal static string Scalar(YamlNode.Scalar scalar, bool inBraces)
    {
        if (scalar is { Text.Length: 0, Quoted: false })
            return "";
        return NeedsQuotes(scalar) ? DoubleQuoted(scalar.Text) : inBraces ? InBrackets(scalar with { Quoted = false }) : Quoted(scalar.Text);
    }

    /// <summary>Whether the quotes that it stood in say something.</summary>
    internal static bool NeedsQuotes(YamlNode.Scalar scalar) => scalar.Quoted && (scalar.Text.Length == 0 || scalar.Text is "removed" or "~" || LooksLikeAnother(scalar.Text));

    /// <summary>Numbers, truths and nothing, as other readers know them.</summary>
    private static bool LooksLikeAnother(string text) =>
        text.ToUpperInvariant() is "NULL" or "TRUE" or "FALSE" or "YES" or "NO" or "ON" or "OFF" or "Y" or "N"
        || (text.Any(char.IsAsciiDigit) && text.All(c => char.IsAsciiDigit(c) || c is '+' or '-' or '.' or '_' or ':' or 'e' or 'E' or 'x' or 'o'));

    /// <summary>A text of several lines as a literal: its sign, and its lines with a line break each; null where it has one line or a literal cannot hold it.</summary>
    internal static (string Sign, string Lines)? Literal(YamlNode.Scalar scalar, int indent)
    {
        var body = scalar.Text.EndsWith('\n') ? scalar.Text[..^1] : scalar.Text;
        if (!scalar.Text.Contains('\n', StringComparison.Ordinal) || body.Length == 0 || body[0] is ' ' or '\n' || body[^1] == '\n' || body.Any(c => c != '\n' && char.IsControl(c)))
            return null;
        var lines = body.Split('\n');
        if (lines.Any(l => l.EndsWith(' ') || l.Any(c => c is '\u2028' or '\u2029' or '\uFEFF')))
            return null;
        var text = new StringBuilder();
        foreach (var line in lines)
            text.Append(' ', line.Length == 0 ? 0 : indent).Append(line).Append('\n');
        return (body.Length < scalar.Text.Length ? "|" : "|-", text.ToString());
    }

    /// <summary>The text as it can stand in a document, in quotes only where it would be read as something else without them.</summary>
    public static string Quoted(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var plain = text.Length > 0
            && !char.IsWhiteSpace(text[0]) && !char.IsWhiteSpace(text[^1])
            && !"-?:,[]{}#&*!|>'\"%@`~".Contains(text[0], StringComparison.Ordinal)
            && !text.Contains(": ", StringComparison.Ordinal) && !text.Contains(" #", StringComparison.Ordinal) && !text.EndsWith(':')
            && !text.Any(char.IsControl);
        // A sign followed by more than a blank begins a plain text: -5, ?x.
        plain |= text.Length > 1 && text[0] is '-' or '?' && !char.IsWhiteSpace(text[1]) && !text.Contains(": ", StringComparison.Ordinal) && !text.Contains(" #", StringComparison.Ordinal) && !text.EndsWith(':') && !text.Any(char.IsControl) && !char.IsWhiteSpace(text[^1]) && !text.StartsWith("---", StringComparison.Ordinal);
        return plain ? text : DoubleQuoted(text);
    }

    private static string DoubleQuoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
        {
            quoted.Append(letter switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when char.IsControl(letter) || letter is '\u2028' or '\u2029' => "\\u" + ((int)letter).ToString("x4", CultureInfo.InvariantCulture),
                _ => letter.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
