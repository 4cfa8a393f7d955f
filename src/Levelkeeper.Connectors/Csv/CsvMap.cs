using System.Collections.Immutable;
using System.Text;
using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Connectors.Csv;

/// <summary>How the rows of a table become facts. docs/import-csv.md describes the file that it is read from.</summary>
public sealed class CsvMap
{
    internal CsvMap(string file, string source, char delimiter, Encoding? encoding, CsvTimes times, ImmutableDictionary<string, ImmutableDictionary<string, string>> tables, ImmutableArray<FactRule> facts)
    {
        File = file;
        Source = source;
        Delimiter = delimiter;
        Encoding = encoding;
        Times = times;
        Tables = tables;
        Facts = facts;
    }

    /// <summary>The map's own file.</summary>
    public string File { get; }

    /// <summary>The CloudEvents <c>source</c> of every fact.</summary>
    public string Source { get; }

    internal char Delimiter { get; }

    /// <summary>Null: UTF-8, in which bytes that are not are an error of their row.</summary>
    internal Encoding? Encoding { get; }

    internal CsvTimes Times { get; }

    internal ImmutableDictionary<string, ImmutableDictionary<string, string>> Tables { get; }

    internal ImmutableArray<FactRule> Facts { get; }

    /// <summary>Reads a map. Every mistake is reported with its line and column; null when there is one.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="file">The name that diagnostics carry.</param>
    /// <param name="diagnostics">What is wrong goes here.</param>
    public static CsvMap? Read(string text, string file, DiagnosticBag diagnostics) => new CsvMapReader(file, diagnostics).Read(text);

    /// <summary>The templates of the whole map, to find the columns that it uses.</summary>
    internal IEnumerable<CsvTemplate> Templates => Facts.SelectMany(static rule => rule.Templates);

    /// <summary>One fact that a row may give.</summary>
    internal sealed record FactRule(
        string Type, CsvTemplate Time, CsvTemplate? Recorded, ImmutableArray<KeyValuePair<string, CsvTemplate>> Attributes, ImmutableArray<Condition> When,
        ImmutableArray<KeyValuePair<string, CsvTemplate>> Labels,
        ImmutableArray<Member> Data)
    {
        internal IEnumerable<CsvTemplate> Templates => [Time, .. Recorded is null ? [] : (CsvTemplate[])[Recorded], .. Attributes.Select(static pair => pair.Value), .. Labels.Select(static pair => pair.Value), .. Data.SelectMany(static member => member.Templates)];
    }

    /// <summary>What a column must be for a fact to follow from the row: present or absent, or one of some values, or (Not) none of them.</summary>
    internal sealed record Condition(string Column, Place Place, bool? Present, ImmutableHashSet<string> OneOf, bool Not)
    {
        internal bool Holds(string value) => Present is { } present ? value.Length > 0 == present : OneOf.Contains(value) != Not;
    }

    /// <summary>One member of a fact's data: a value, or an object of members. The unit is that of a length of time; of a list, what separates its parts.</summary>
    internal sealed record Member(string Name, CsvTemplate? Value, MemberKind Kind, string Unit, ImmutableArray<Member> Members)
    {
        internal IEnumerable<CsvTemplate> Templates => Value is { } value ? [value] : Members.SelectMany(static member => member.Templates);
    }

    /// <summary>How a text becomes JSON.</summary>
    internal enum MemberKind
    {
        Text,
        Number,
        Boolean,
        Time,
        Duration,
        List,
    }
}
