using System.Collections.Immutable;
using Levelkeeper.Core.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Levelkeeper.Language.Yaml;

/// <summary>Reads one YAML document into nodes with places, within bounds that a hostile file cannot exceed.</summary>
/// <remarks>
/// Anchors, aliases, tags and merge keys are refused: a contract says each thing where it stands, and a document that grows by
/// expansion ("billion laughs") has no way in.
/// </remarks>
public static class YamlReader
{
    /// <summary>The largest document, in UTF-16 units.</summary>
    public const int MaxLength = 2 * 1024 * 1024;

    /// <summary>The deepest nesting.</summary>
    public const int MaxDepth = 32;

    /// <summary>The most nodes.</summary>
    public const int MaxNodes = 100_000;

    /// <summary>The root of the document, or null when it cannot be read; what is wrong is in <paramref name="diagnostics"/>.</summary>
    public static YamlNode? Read(string text, string file, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (text.Length > MaxLength)
        {
            diagnostics.Error("LK1001", new Place(file), $"The file has {text.Length} characters; at most {MaxLength} are read.", "remove what is not an agreement");
            return null;
        }

        // A byte order mark is no part of the text.
        if (text.StartsWith('\uFEFF'))
            text = text[1..];
        if (HiddenCharacters.First(text) is { } at)
        {
            var line = 1 + text.AsSpan(0, at).Count('\n');
            diagnostics.Error("LK1009", new Place(file, line, at - text.AsSpan(0, at).LastIndexOf('\n')), Hidden(text, at), Mend);
            return null;
        }

        var reader = new Builder(file, diagnostics);
        var parser = new Parser(new StringReader(text));
        try
        {
            return reader.Document(parser);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // The parser has faults of its own: a line break in a plain text of a list in brackets, for one, ends in an exception without a place.
            var near = parser.Current?.End ?? Mark.Empty;
            diagnostics.Error("LK1002", new Place(file, (int)near.Line, (int)near.Column), "This is not YAML: it cannot be read from here on.", "look at the brackets and quotes after this place");
            return null;
        }
        catch (YamlException e)
        {
            var place = new Place(file, (int)Math.Min(e.Start.Line, int.MaxValue), (int)Math.Min(e.Start.Column, int.MaxValue));
            diagnostics.Error("LK1002", place, $"This is not YAML: {e.InnerException?.Message ?? e.Message}", "look at the indentation, the quotes and the brackets on this line and the one above");
            return null;
        }
        catch (TooMuchException e)
        {
            diagnostics.Error("LK1003", e.Place, e.Message);
            return null;
        }
    }

    private const string Mend = "remove it: nobody sees it, or it shows the text in another order than it is read";

    private static string Hidden(string text, int at) => $"The character {HiddenCharacters.NameAt(text, at)} cannot stand in an agreement.";

    private sealed class TooMuchException(string message, Place place) : Exception(message)
    {
        public Place Place { get; } = place;
    }

    private sealed class Builder(string file, DiagnosticBag diagnostics)
    {
        private int _nodes;

        public YamlNode? Document(Parser parser)
        {
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
            {
                diagnostics.Error("LK1004", new Place(file, 1, 1), "The file is empty.", "start with 'levelkeeper: v1'");
                return null;
            }

            parser.Consume<DocumentStart>();
            var root = Node(parser, 0);
            parser.Consume<DocumentEnd>();
            if (parser.Accept<DocumentStart>(out var second))
                diagnostics.Error("LK1005", At(second.Start), "A second document starts here; it is not read.", "one file holds one agreement");
            return root;
        }

        private Place At(Mark mark) => new(file, (int)mark.Line, (int)mark.Column);

        private YamlNode Node(Parser parser, int depth)
        {
            var place = At(parser.Current?.Start ?? Mark.Empty);
            if (++_nodes > MaxNodes)
                throw new TooMuchException($"The file has more than {MaxNodes} values.", place);
            if (depth > MaxDepth)
                throw new TooMuchException($"The file is nested deeper than {MaxDepth} levels.", place);

            if (parser.Current is NodeEvent { Anchor.IsEmpty: false })
                diagnostics.Error("LK1006", place, "Anchors (&name) are not used in agreements.", "say it in full where it is needed");
            if (parser.Current is NodeEvent { Tag.IsEmpty: false } tagged && !tagged.Tag.IsNonSpecific)
                diagnostics.Error("LK1006", place, "Tags (!name) are not used in agreements.", "remove the tag");

            if (parser.TryConsume<Scalar>(out var scalar))
            {
                // What the file hides behind an escape ("\u202E") is hidden all the same.
                if (HiddenCharacters.First(scalar.Value) is { } at)
                    diagnostics.Error("LK1009", place, Hidden(scalar.Value, at), Mend);
                return new YamlNode.Scalar(scalar.Value, scalar.Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted, place);
            }

            if (parser.TryConsume<AnchorAlias>(out var alias))
            {
                diagnostics.Error("LK1006", place, $"Aliases (*{alias.Value}) are not used in agreements.", "say it in full where it is needed");
                return new YamlNode.Scalar("", false, place);
            }

            if (parser.TryConsume<SequenceStart>(out var list))
            {
                var items = ImmutableArray.CreateBuilder<YamlNode>();
                while (!parser.TryConsume<SequenceEnd>(out _))
                    items.Add(Node(parser, depth + 1));
                return new YamlNode.Sequence(items.DrainToImmutable(), place) { InBrackets = list.Style == SequenceStyle.Flow };
            }

            var start = parser.Consume<MappingStart>();
            var entries = ImmutableArray.CreateBuilder<YamlEntry>();
            var places = new Dictionary<string, Place>(StringComparer.Ordinal);
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var key = Node(parser, depth + 1);
                var value = Node(parser, depth + 1);
                if (key is not YamlNode.Scalar { Text: var name })
                {
                    diagnostics.Error("LK1007", key.Place, $"A key must be a text; this is {key.Kind}.");
                }
                else if (name.AsSpan().ContainsAny('\n', '\r', '\t'))
                {
                    diagnostics.Error("LK1007", key.Place, $"The key {Diagnostic.Quote(name)} is a text of several lines or has a tab in it.", "a key is one line");
                }
                else if (!places.TryAdd(name, key.Place))
                {
                    diagnostics.Error("LK1008", key.Place, $"The key {Diagnostic.Quote(name)} stands here a second time; the first is on line {places[name].Line}.", "keep one");
                }
                else
                {
                    entries.Add(new YamlEntry(name, key.Place, value));
                }
            }

            return new YamlNode.Mapping(entries.DrainToImmutable(), place) { InBraces = start.Style == MappingStyle.Flow };
        }
    }
}
