using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Connectors.Csv;

/// <summary>The catalogue of what can be wrong with an import: <c>LK24xx</c> in the map, <c>LK25xx</c> in the table.</summary>
public static class CsvDiagnostics
{
    /// <summary>LK2401: the map is not YAML.</summary>
    public static Diagnostic NotYaml(Place place, string detail) => Error("LK2401", place, $"The map is not YAML: {Diagnostic.Quote(detail, 200)}.");

    /// <summary>LK2402: the map uses a feature of YAML that serves to exhaust its reader.</summary>
    public static Diagnostic NotAllowed(Place place, string what) => Error("LK2402", place, $"A map may not have {what}.", "write it out");

    /// <summary>LK2403: an unknown key.</summary>
    public static Diagnostic UnknownKey(Place place, string key, string? suggestion) =>
        Error("LK2403", place, $"There is no key {Diagnostic.Quote(key)} here.", suggestion is null ? null : $"did you mean '{suggestion}'?");

    /// <summary>LK2404: a key that must be there is not.</summary>
    public static Diagnostic KeyMissing(Place place, string key) => Error("LK2404", place, $"The key '{key}' is missing.");

    /// <summary>LK2405: a value that does not fit its key.</summary>
    public static Diagnostic WrongValue(Place place, string key, string expected) => Error("LK2405", place, $"'{key}' must be {expected}.");

    /// <summary>LK2406: a template that cannot be read.</summary>
    public static Diagnostic BadTemplate(Place place, string text) =>
        Error("LK2406", place, $"The template {Diagnostic.Quote(text)} has a brace without its partner.", "a column is {name}; a brace itself is {{ or }}");

    /// <summary>LK2407: a name that is not defined.</summary>
    public static Diagnostic Undefined(Place place, string what, string name, string? suggestion) =>
        Error("LK2407", place, $"There is no {what} {Diagnostic.Quote(name)}.", suggestion is null ? null : $"did you mean '{suggestion}'?");

    /// <summary>LK2501: no header.</summary>
    public static Diagnostic Empty(Place place) => Error("LK2501", place, "The file is empty: not even a header.");

    /// <summary>LK2502: a column that the map uses is not in the header.</summary>
    public static Diagnostic ColumnMissing(Place place, string column, string? suggestion) =>
        Error("LK2502", place, $"The map uses the column {Diagnostic.Quote(column)}, which the header does not have.", suggestion is null ? "is the delimiter right?" : $"did you mean '{suggestion}'?");

    /// <summary>LK2503: a column that the map uses is there twice.</summary>
    public static Diagnostic ColumnTwice(Place place, string column) => Error("LK2503", place, $"The header has the column {Diagnostic.Quote(column)} more than once.", "rename one of them");

    /// <summary>LK2504: a row with more or fewer fields than the header.</summary>
    public static Diagnostic FieldCount(Place place, int found, int expected) => Error("LK2504", place, $"The row has {found} fields; the header has {expected}.");

    /// <summary>LK2505: a quoted field that does not end, or does not end at a delimiter.</summary>
    public static Diagnostic BrokenQuote(Place place) =>
        Error("LK2505", place, "A quoted field is not closed, or text follows its closing quote.", "a quote inside a quoted field is written twice; reading went on with the next line");

    /// <summary>LK2506: a row that is too long.</summary>
    public static Diagnostic RowTooLong(Place place, int limit) => Error("LK2506", place, $"The row is longer than {limit:N0} characters; it was skipped.");

    /// <summary>LK2507: characters that the encoding does not have.</summary>
    public static Diagnostic WrongEncoding(Place place, string encoding) =>
        Error("LK2507", place, $"The row is not in {encoding}.", "name the file's encoding in the map, e.g. 'encoding: windows-1252'");

    /// <summary>LK2508: a time in none of the formats.</summary>
    public static Diagnostic NotATime(Place place, string text) => Error("LK2508", place, $"{Diagnostic.Quote(text)} is a time in none of the map's formats.");

    /// <summary>LK2509: a local time that the zone has twice.</summary>
    public static Diagnostic AmbiguousTime(Place place, string text, string zone) =>
        Error("LK2509", place, $"{Diagnostic.Quote(text)} is there twice in {zone}, before and after the clocks went back.", "say 'ambiguous: earlier' or 'later' in the map");

    /// <summary>LK2510: a local time that the zone does not have.</summary>
    public static Diagnostic SkippedTime(Place place, string text, string zone) =>
        Error("LK2510", place, $"{Diagnostic.Quote(text)} does not exist in {zone}: the clocks went forward over it.", "say 'skipped: earlier' or 'later' in the map");

    /// <summary>LK2511: a value that a table of the map does not have.</summary>
    public static Diagnostic ValueNotMapped(Place place, string table, string text) =>
        Error("LK2511", place, $"The table '{table}' of the map does not have {Diagnostic.Quote(text)}.", "add it, or '*' for all others");

    /// <summary>LK2512: a value of another kind than the map says.</summary>
    public static Diagnostic WrongKind(Place place, string text, string kind) => Error("LK2512", place, $"{Diagnostic.Quote(text)} is not {kind}.");

    /// <summary>LK2513: a local time that had to be settled.</summary>
    public static Diagnostic TimeSettled(Place place, string text, string zone, string how) =>
        Note("LK2513", place, $"{Diagnostic.Quote(text)} is ambiguous or skipped in {zone}; the {how} instant was taken, as the map says.");

    private static Diagnostic Error(string code, Place place, string message, string? hint = null) => new(code, Severity.Error, place, message, hint);

    private static Diagnostic Note(string code, Place place, string message, string? hint = null) => new(code, Severity.Note, place, message, hint);
}
