using System.Collections.Immutable;
using System.Text;
using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Connectors.Csv;

/// <summary>A text with columns in it: <c>{case_id}/reported</c>; <c>{status|table}</c> looks the value up in a table of the map.</summary>
internal sealed record CsvTemplate(string Text, Place Place, ImmutableArray<CsvTemplate.Part> Parts)
{
    /// <summary>True when no column is in it.</summary>
    internal bool IsConstant => Parts.All(static part => part.Column is null);

    /// <summary>A piece of text, or a column with the table that its value is looked up in (null: taken as it is).</summary>
    internal sealed record Part(string Literal, string? Column, string? Table);

    internal static CsvTemplate? Parse(string text, Place place, DiagnosticBag diagnostics)
    {
        var parts = ImmutableArray.CreateBuilder<Part>();
        var literal = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is not ('{' or '}'))
            {
                literal.Append(text[i]);
            }
            else if (i + 1 < text.Length && text[i + 1] == text[i])
            {
                literal.Append(text[i++]);
            }
            else
            {
                var close = text.IndexOf('}', i);
                if (text[i] == '}' || close <= i + 1)
                {
                    diagnostics.Add(CsvDiagnostics.BadTemplate(place, text));
                    return null;
                }

                if (literal.Length > 0)
                    parts.Add(new Part(literal.ToString(), null, null));
                literal.Clear();
                var name = text[(i + 1)..close];
                var bar = name.LastIndexOf('|');
                parts.Add(new Part("", bar < 0 ? name : name[..bar], bar < 0 ? null : name[(bar + 1)..]));
                i = close;
            }
        }

        if (literal.Length > 0)
            parts.Add(new Part(literal.ToString(), null, null));
        return new CsvTemplate(text, place, parts.DrainToImmutable());
    }

    /// <summary>The text for a row; null when a value is in no table, which is reported. A template of columns that are all empty is empty as a whole.</summary>
    internal string? Fill(CsvRow row)
    {
        if (Parts is [{ Column: null } only])
            return only.Literal;
        if (Parts is [{ Column: { } single } part])
            return Look(row, single, part.Table);
        var text = new StringBuilder();
        var anything = Parts.IsEmpty;
        foreach (var each in Parts)
        {
            if (each.Column is not { } column)
            {
                text.Append(each.Literal);
                continue;
            }

            if (Look(row, column, each.Table) is not { } value)
                return null;
            anything |= value.Length > 0;
            text.Append(value);
        }

        return anything ? text.ToString() : "";
    }

    private static string? Look(CsvRow row, string column, string? table)
    {
        var value = row[column];
        if (table is null)
            return value;
        var entries = row.Map.Tables[table];
        if (entries.TryGetValue(value, out var found) || entries.TryGetValue("*", out found))
            return found;
        row.Diagnostics.Add(CsvDiagnostics.ValueNotMapped(row.Place, table, value));
        return null;
    }
}

/// <summary>One row with what is needed to fill templates from it.</summary>
internal sealed record CsvRow(CsvMap Map, IReadOnlyDictionary<string, int> Columns, IReadOnlyList<string> Fields, Place Place, DiagnosticBag Diagnostics)
{
    /// <summary>The column's value without blanks around it.</summary>
    internal string this[string column] => Fields[Columns[column]].Trim();
}
