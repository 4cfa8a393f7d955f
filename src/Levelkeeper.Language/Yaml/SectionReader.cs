using Levelkeeper.Core.Time;
using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Matching;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Vocabulary;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Language.Yaml;

/// <summary>Reads a mapping by the keys of its <see cref="Section"/>: unknown and missing keys are reported with a suggestion, wrong values with their place.</summary>
/// <remarks>Every method returns null (or an empty list) after reporting, so that one pass finds all that is wrong.</remarks>
internal sealed class SectionReader
{
    /// <summary>For so many unknown keys of one mapping the nearest known one is looked for.</summary>
    private const int MostSuggestions = 50;

    private readonly YamlNode.Mapping _mapping;
    private readonly Section _section;
    private readonly DiagnosticBag _diagnostics;

    private SectionReader(YamlNode.Mapping mapping, Section section, string path, DiagnosticBag diagnostics)
    {
        (_mapping, _section, _diagnostics, Path) = (mapping, section, diagnostics, path);
    }

    /// <summary>The path of this mapping from the root, with dots.</summary>
    public string Path { get; }

    public Place Place => _mapping.Place;

    public DiagnosticBag Diagnostics => _diagnostics;

    /// <summary>Opens a mapping and reports the keys that the section does not know, and those that it lacks.</summary>
    /// <param name="node">The mapping.</param>
    /// <param name="section">What it is.</param>
    /// <param name="path">Its path from the root.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    /// <param name="inPart">True when it states only a part of the section, so that it lacks nothing.</param>
    public static SectionReader? Open(YamlNode node, Section section, string path, DiagnosticBag diagnostics, bool inPart = false)
    {
        if (node is not YamlNode.Mapping mapping)
        {
            diagnostics.Error("LK1101", node.Place, $"{Name(path, section)} must be a mapping of keys; this is {node.Kind}.", $"its keys are {string.Join(", ", section.Members.Take(6).Select(k => k.Name))}…");
            return null;
        }

        var unknown = 0;
        foreach (var entry in mapping.Entries)
        {
            if (section.Find(entry.Key) is null)
            {
                // Whoever has this many unknown keys did not misspell them; looking for what was meant would only cost time.
                var near = ++unknown > MostSuggestions ? null : Suggestion.Closest(entry.Key, section.Members.Select(k => k.Name));
                diagnostics.Error("LK1102", entry.Place, $"{Name(path, section)} has no key {Diagnostic.Quote(entry.Key)}.",
                    near is null ? $"the keys are {string.Join(", ", section.Members.Select(k => k.Name))}" : $"did you mean '{near}'?");
            }
        }

        foreach (var key in section.Members)
        {
            if (key.Required && !inPart && mapping.Find(key.Name) is null && SetAside(mapping, key.Name) is null)
                diagnostics.Error("LK1103", mapping.Place, $"{Name(path, section)} lacks the key '{key.Name}': {key.Summary}", Example(key));
        }

        return new SectionReader(mapping, section, path, diagnostics);
    }

    private static string Name(string path, Section section) => path.Length == 0 ? $"The {section.Name}" : $"'{path}'";

    private static string? Example(Key key) => key.Shape is ValueShape.Text { Examples: [var first, ..] } ? $"for example '{key.Name}: {first}'" : null;

    public YamlNode? Node(string key)
    {
        if (_section.Find(key) is null)
            throw new InvalidOperationException($"The section '{_section.Name}' does not describe the key '{key}'.");
        return _mapping.Find(key)?.Value;
    }

    public ValueShape ShapeOf(string key) =>
        _section.Find(key)?.Shape ?? throw new InvalidOperationException($"The section '{_section.Name}' does not describe the key '{key}'.");

    /// <summary>The place of a key's value; of the section when the key is absent.</summary>
    public Place PlaceOf(string key) => (Node(key) ?? SetAside(_mapping, key)?.Value)?.Place ?? Place;

    public bool Has(string key) => Node(key) is not null;

    /// <summary>Whether the key's decision was not seen: it has no value, and no default holds.</summary>
    public bool IsNotSeen(string key) => SetAside(_mapping, key) is not null;

    private static YamlEntry? SetAside(YamlNode.Mapping mapping, string key)
    {
        foreach (var entry in mapping.NotSeen)
        {
            if (entry.Key == key)
                return entry;
        }

        return null;
    }

    public string PathOf(string key) => Path.Length == 0 ? key : $"{Path}.{key}";

    /// <summary>The clause of a key: where it stands, or that the default holds.</summary>
    public Clause Clause(string key) => new(PathOf(key), _mapping.Find(key)?.Place ?? SetAside(_mapping, key)?.Value.Place ?? Place.None);

    /// <summary>The clause of this mapping as a whole.</summary>
    public Clause Whole() => new(Path, Place);

    public void Error(string code, string key, string message, string? hint = null) =>
        _diagnostics.Error(code, Node(key)?.Place ?? Place, message, hint);

    public void Warning(string code, string key, string message, string? hint = null) =>
        _diagnostics.Warning(code, Node(key)?.Place ?? Place, message, hint);

    public string? Text(string key) => Node(key) is { } node ? TextOf(node, PathOf(key)) : null;

    public string? TextOf(YamlNode node, string path)
    {
        if (node is YamlNode.Scalar scalar)
        {
            if (scalar.Text.Length == 0 && !scalar.Quoted)
            {
                _diagnostics.Error("LK1104", node.Place, $"'{path}' has no value.", "write the value after the colon, or remove the key");
                return null;
            }

            return scalar.Text;
        }

        _diagnostics.Error("LK1105", node.Place, $"'{path}' must be a text; this is {node.Kind}.");
        return null;
    }

    /// <summary>A list of texts; a single text is a list of one.</summary>
    public ImmutableArray<string> Texts(string key) => Node(key) is { } node ? TextsOf(node, PathOf(key)) : [];

    public ImmutableArray<string> TextsOf(YamlNode node, string path)
    {
        if (node is not YamlNode.Sequence sequence)
            return TextOf(node, path) is { } one ? [one] : [];
        return [.. sequence.Items.Select(i => TextOf(i, path)).OfType<string>()];
    }

    public T? Word<T>(string key, IReadOnlyDictionary<string, T> words)
        where T : struct
    {
        if (Text(key) is not { } text)
            return null;
        if (words.TryGetValue(text, out var value))
            return value;
        var near = Suggestion.Closest(text, words.Keys);
        Error("LK1106", key, $"'{PathOf(key)}' cannot be {Diagnostic.Quote(text)}.", (near is null ? "" : $"did you mean '{near}'? ") + $"it is one of: {string.Join(", ", words.Keys)}");
        return null;
    }

    public TimeAmount? Time(string key) => Node(key) is { } node ? TimeOf(node, PathOf(key)) : null;

    public TimeAmount? TimeOf(YamlNode node, string path)
    {
        if (TextOf(node, path) is not { } text)
            return null;
        var (amount, problem) = TimeAmountForm.Parse(text);
        if (amount is null)
            _diagnostics.Error("LK1107", node.Place, $"'{path}' is not a length of time: {Diagnostic.Quote(text)}: {problem}.", "for example '30 min', '72 h', '2 business days', '1 month'");
        return amount;
    }

    /// <summary>A length of elapsed time, for keys where business days and months make no sense.</summary>
    public Duration? Elapsed(string key)
    {
        switch (Time(key))
        {
            case null:
                return null;
            case TimeAmount.Elapsed elapsed:
                return elapsed.Duration;
            case TimeAmount.CalendarUnits { Months: 0 } days:
                Error("LK1108", key, $"'{PathOf(key)}' is elapsed time; a day has 23, 24 or 25 hours.", $"write '{days.Days * 24} h'");
                return null;
            default:
                Error("LK1108", key, $"'{PathOf(key)}' is elapsed time; give it in hours, minutes or seconds.");
                return null;
        }
    }

    /// <summary>The first and the last year of dates in agreements: those that calendars reckon with.</summary>
    private const int FirstYear = 1900;
    private const int LastYear = 2198;

    /// <summary>A length of elapsed time of at least so much.</summary>
    public Duration? Elapsed(string key, Duration atLeast)
    {
        if (Elapsed(key) is not { } length)
            return null;
        if (length >= atLeast)
            return length;
        Error("LK1113", key, $"'{PathOf(key)}' is too short.", $"it is at least {new TimeAmount.Elapsed(atLeast)}");
        return null;
    }

    public LocalDate? Date(string key) => Node(key) is { } node ? DateOf(node, PathOf(key)) : null;

    public LocalDate? DateOf(YamlNode node, string path)
    {
        if (TextOf(node, path) is not { } text)
            return null;
        if (DateFrom(text) is { } date)
        {
            if (date.Year is >= FirstYear and <= LastYear)
                return date;
            _diagnostics.Error("LK1112", node.Place, $"'{path}' is {date}; agreements are read for the years {FirstYear} to {LastYear}.");
            return null;
        }

        _diagnostics.Error("LK1109", node.Place, $"'{path}' is not a date: {Diagnostic.Quote(text)}.", "dates are written year-month-day, for example 2026-01-31");
        return null;
    }

    public static LocalDate? DateFrom(string text)
    {
        var parsed = LocalDatePattern.Iso.Parse(text);
        return parsed.Success ? parsed.Value : null;
    }

    public int? Count(string key, int smallest, int largest)
    {
        if (Text(key) is not { } text)
            return null;
        if (int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var count) && count >= smallest && count <= largest)
            return count;
        Error("LK1110", key, $"'{PathOf(key)}' must be a whole number from {smallest} to {largest}; this is {Diagnostic.Quote(text)}.");
        return null;
    }

    /// <summary>A whole number with a word after it, such as <c>2 places</c>.</summary>
    public int? Count(string key, string unit, int smallest, int largest)
    {
        if (Text(key) is not { } text)
            return null;
        var words = TimeAmountForm.Words(text);
        if (words.Count == 2 && (words[1] == unit || words[1] == unit + "s") && int.TryParse(words[0], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var count) && count >= smallest && count <= largest)
            return count;
        Error("LK1110", key, $"'{PathOf(key)}' must be a whole number from {smallest} to {largest} with its word; this is {Diagnostic.Quote(text)}.", $"for example '2 {unit}s'");
        return null;
    }

    /// <summary>A percentage as an exact fraction.</summary>
    public Rational? Share(string key)
    {
        if (Text(key) is not { } text)
            return null;
        if (PercentForm.Parse(text) is { } share)
            return share;
        Error("LK1514", key, $"'{PathOf(key)}' is a percentage from 0 % to 100 %; this is {Diagnostic.Quote(text)}.", "for example '20 %'");
        return null;
    }

    public bool? YesNo(string key) => Word(key, YesNoWords);

    private static readonly Dictionary<string, bool> YesNoWords = new(StringComparer.Ordinal) { ["yes"] = true, ["no"] = false, ["true"] = true, ["false"] = false };

    public SectionReader? Section(string key, Section section) => Node(key) is { } node ? Open(node, section, PathOf(key), _diagnostics) : null;

    /// <summary>A mapping from fields to what their texts must fit.</summary>
    public ImmutableArray<(string Field, ImmutableArray<Glob> Fits)> Globs(string key) =>
        [.. Named(key).Select(c => (c.Entry.Key, TextsOf(c.Entry.Value, c.Path).Select(t => new Glob(t)).ToImmutableArray()))];

    /// <summary>The entries of a mapping whose keys are names.</summary>
    public IEnumerable<(YamlEntry Entry, string Path)> Named(string key)
    {
        switch (Node(key))
        {
            case null:
                yield break;
            case YamlNode.Mapping mapping:
                foreach (var entry in mapping.Entries)
                    yield return (entry, $"{PathOf(key)}.{entry.Key}");
                break;
            case var other:
                _diagnostics.Error("LK1111", other.Place, $"'{PathOf(key)}' must give names, each with its keys; this is {other.Kind}.");
                break;
        }
    }
}
