using System.Text;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Formatting;

/// <summary>
/// Writes an agreement's file in its canonical form: keys in the order of the vocabulary, two blanks a level, quotes only where they are needed, empty lines between
/// sections. Comments stay with the line or the key that they stood with. What the file says does not change.
/// </summary>
/// <remarks>
/// Names (of services, objectives, priorities) and lists keep their order. Braces and brackets are kept where they fit on a line; what does not fit, or has comments
/// inside, is written below each other. Formatting what is formatted changes nothing.
/// </remarks>
public static class AgreementFormat
{
    /// <summary>The longest line that braces and brackets are kept on, in characters.</summary>
    public const int LongestLine = 120;

    /// <summary>Formats a file.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="file">Its name, for places.</param>
    /// <param name="diagnostics">Takes why it cannot be read as YAML; clauses are not looked at.</param>
    /// <returns>The canonical text with a final line break; null when the file cannot be read.</returns>
    public static string? Format(string text, string file, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (CommentedFile.Read(text, file, diagnostics) is not { } read)
            return null;
        var written = read.Write();
        Verify(CommentedFile.Lines(text), read.Root, written);
        return written;
    }

    /// <summary>The canonical text of a document with its comments.</summary>
    internal static string Write(YamlNode.Mapping root, Remarks remarks) => new Writer(remarks).Document(root);

    /// <summary>A formatter that loses something must never write a file.</summary>
    private static void Verify(string text, YamlNode.Mapping root, string written)
    {
        var diagnostics = new DiagnosticBag();
        if (YamlReader.Read(written, "", diagnostics) is not { } again || diagnostics.HasErrors || !IsSame(root, again) || Remarks.Count(text) != Remarks.Count(written))
            throw new InvalidOperationException("The formatted text does not say what the file says; the file is left as it is.");
    }

    /// <summary>Whether two documents say the same, in whatever order of keys.</summary>
    internal static bool IsSame(YamlNode one, YamlNode other) => (one, other) switch
    {
        (YamlNode.Scalar a, YamlNode.Scalar b) => a.Text == b.Text && (a.Quoted == b.Quoted || !YamlText.NeedsQuotes(a)),
        (YamlNode.Sequence a, YamlNode.Sequence b) => a.Items.Length == b.Items.Length && a.Items.Zip(b.Items).All(p => IsSame(p.First, p.Second)),
        (YamlNode.Mapping a, YamlNode.Mapping b) => a.Entries.Length == b.Entries.Length && a.Entries.All(e => b.Find(e.Key) is { } there && IsSame(e.Value, there.Value)),
        _ => false,
    };

    private sealed class Writer(Remarks remarks)
    {
        private readonly StringBuilder _text = new();

        public string Document(YamlNode.Mapping root)
        {
            foreach (var line in remarks.Head)
                _text.Append(line).Append('\n');
            var entries = Ordered(root, new ValueShape.Keys(AgreementVocabulary.Agreement)).ToList();
            var wasSection = remarks.Head.Length > 0;
            for (var i = 0; i < entries.Count; i++)
            {
                var (entry, shape) = entries[i];
                // Lines of one key each stand together; a section stands alone.
                var isSection = !IsOneLine(entry, shape, 0) || entry.Value is YamlNode.Scalar scalar && YamlText.Literal(scalar, 2) is not null || remarks.Above(entry).Count > 0;
                if (_text.Length > 0 && (wasSection || isSection))
                    _text.Append('\n');
                wasSection = isSection;
                Entry(entry, shape, 0);
            }

            var below = remarks.Below(root).Concat(remarks.Behind(root)).ToList();
            if (below.Count > 0)
                _text.Append('\n');
            Lines(below, 0);
            return _text.ToString();
        }

        /// <summary>The entries in the order of the vocabulary where it has one; what it does not know comes last, in its own order.</summary>
        private static IEnumerable<(YamlEntry Entry, ValueShape? Shape)> Ordered(YamlNode.Mapping mapping, ValueShape? shape)
        {
            switch (MappingShape(shape))
            {
                case ValueShape.Keys keys:
                    var members = keys.Section.Members;
                    return mapping.Entries
                        .Select(e => (Entry: e, At: members.IndexOf(members.FirstOrDefault(k => k.Name == e.Key)!)))
                        .OrderBy(e => e.At < 0 ? int.MaxValue : e.At)
                        .Select(e => (e.Entry, e.At < 0 ? null : members[e.At].Shape));
                case ValueShape.MapOf map:
                    return mapping.Entries.Select(e => (e, (ValueShape?)map.Value));
                default:
                    return mapping.Entries.Select(e => (e, (ValueShape?)null));
            }
        }

        private static ValueShape? MappingShape(ValueShape? shape) => shape switch
        {
            ValueShape.Keys or ValueShape.MapOf => shape,
            // A list of one may be written as its item.
            ValueShape.ListOf list => MappingShape(list.Item),
            ValueShape.Either either => either.Shapes.Select(MappingShape).FirstOrDefault(s => s is not null),
            _ => null,
        };

        private static ValueShape? ItemShape(ValueShape? shape) => shape switch
        {
            ValueShape.ListOf list => list.Item,
            ValueShape.Either either => either.Shapes.Select(ItemShape).FirstOrDefault(s => s is not null),
            _ => null,
        };

        private void Lines(IEnumerable<string> lines, int indent)
        {
            foreach (var line in lines)
                _text.Append(' ', line.Length == 0 ? 0 : indent).Append(line).Append('\n');
        }

        private void Entry(YamlEntry entry, ValueShape? shape, int indent)
        {
            Lines(Above(entry), indent);
            _text.Append(' ', indent);
            KeyAndValue(entry, shape, indent);
        }

        /// <summary>What stands above a part; of several comments behind it, only one can stay there.</summary>
        private IEnumerable<string> Above(object part) => remarks.Above(part).Concat(remarks.Behind(part).Skip(1));

        private void KeyAndValue(YamlEntry entry, ValueShape? shape, int indent)
        {
            _text.Append(YamlText.Quoted(entry.Key)).Append(':');
            Value(entry.Value, shape, indent, remarks.Behind(entry), IsOneLine(entry, shape, indent));
        }

        private bool IsOneLine(YamlEntry entry, ValueShape? shape, int indent) => FitsBehind(entry.Value, shape, indent + YamlText.Quoted(entry.Key).Length + 2);

        private bool FitsBehind(YamlNode value, ValueShape? shape, int column) =>
            value is YamlNode.Scalar || (InBraces(value) && !remarks.IsWithin(value) && OneLine(value, shape, false) is { } line && (column + line.Length <= LongestLine || IsEmpty(value)));

        private static bool InBraces(YamlNode value) => value is YamlNode.Mapping { InBraces: true } or YamlNode.Sequence { InBrackets: true };

        private static bool IsEmpty(YamlNode value) => value is YamlNode.Mapping { Entries.IsEmpty: true } or YamlNode.Sequence { Items.IsEmpty: true };

        /// <summary>The value behind a colon or a dash, and what follows on the lines below.</summary>
        private void Value(YamlNode value, ValueShape? shape, int indent, IReadOnlyList<string> behind, bool oneLine)
        {
            if (value is YamlNode.Scalar scalar && YamlText.Literal(scalar, indent + 2) is { } literal)
            {
                // A comment can stand behind the sign of a literal.
                _text.Append(' ').Append(literal.Sign);
                Behind(behind);
                _text.Append(literal.Lines);
                return;
            }

            if (oneLine)
            {
                if (OneLine(value, shape, false) is { Length: > 0 } line)
                    _text.Append(' ').Append(line);
                Behind(behind);
                return;
            }

            Behind(behind);
            if (value is YamlNode.Mapping mapping)
                Mapping(mapping, shape, indent + 2, false);
            else
                Sequence((YamlNode.Sequence)value, shape, indent + 2);
        }

        private void Behind(IReadOnlyList<string> behind)
        {
            foreach (var remark in behind.Take(1))
                _text.Append("  ").Append(remark);
            _text.Append('\n');
        }

        private void Mapping(YamlNode.Mapping mapping, ValueShape? shape, int indent, bool firstBehindDash)
        {
            var first = true;
            foreach (var (entry, inner) in Ordered(mapping, shape))
            {
                if (!first && remarks.IsAfterBlank(entry))
                    _text.Append('\n');
                if (first && firstBehindDash)
                    KeyAndValue(entry, inner, indent);
                else
                    Entry(entry, inner, indent);
                first = false;
            }

            Lines(remarks.Below(mapping), indent);
        }

        private void Sequence(YamlNode.Sequence list, ValueShape? shape, int indent)
        {
            var itemShape = ItemShape(shape);
            for (var i = 0; i < list.Items.Length; i++)
            {
                var item = list.Items[i];
                if (i > 0 && remarks.IsAfterBlank(item))
                    _text.Append('\n');
                Lines(Above(item), indent);
                if (FitsBehind(item, itemShape, indent + 2))
                {
                    _text.Append(' ', indent).Append('-');
                    Value(item, itemShape, indent, remarks.Behind(item), true);
                }
                else if (item is YamlNode.Mapping mapping)
                {
                    // The first key stands behind the dash, so what belongs above it stands above the dash.
                    Lines(remarks.Behind(item).Take(1), indent);
                    Lines(Above(Ordered(mapping, itemShape).First().Entry), indent);
                    _text.Append(' ', indent).Append("- ");
                    Mapping(mapping, itemShape, indent + 2, true);
                }
                else
                {
                    _text.Append(' ', indent).Append('-');
                    Value(item, itemShape, indent, remarks.Behind(item), false);
                }
            }

            Lines(remarks.Below(list), indent);
        }

        /// <summary>A value on one line.</summary>
        private static string OneLine(YamlNode value, ValueShape? shape, bool inBraces) => value switch
        {
            YamlNode.Scalar scalar => YamlText.Scalar(scalar, inBraces),
            YamlNode.Sequence { Items.IsEmpty: true } => "[]",
            YamlNode.Sequence list => $"[{string.Join(", ", list.Items.Select(i => OneLine(i, ItemShape(shape), true)))}]",
            YamlNode.Mapping { Entries.IsEmpty: true } => "{}",
            YamlNode.Mapping mapping => $"{{ {string.Join(", ", Ordered(mapping, shape).Select(e => Pair(e.Entry, e.Shape)))} }}",
            _ => throw new InvalidOperationException("The cases of a YAML node are closed."),
        };

        private static string Pair(YamlEntry entry, ValueShape? shape)
        {
            var value = OneLine(entry.Value, shape, true);
            return $"{YamlText.Scalar(new YamlNode.Scalar(entry.Key, entry.Key.Length == 0, entry.Place), true)}:{(value.Length == 0 ? "" : " ")}{value}";
        }
    }
}
