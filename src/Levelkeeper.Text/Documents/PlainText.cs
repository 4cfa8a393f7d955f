using System.Text;

namespace Levelkeeper.Text.Documents;

/// <summary>Prints a document as plain text, one block a line.</summary>
public static class PlainText
{
    /// <summary>The text; lines end with a line feed.</summary>
    public static string Write(Document document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var text = new StringBuilder();
        text.Append(Line(document.Title)).Append('\n').Append(Line(document.Subtitle)).Append('\n');
        foreach (var section in document.Sections)
            Write(section, text, 0);
        return text.ToString();
    }

    private static void Write(DocumentSection section, StringBuilder text, int depth)
    {
        text.Append('\n').Append(section.Number).Append(' ').Append(Line(section.Heading)).Append('\n');
        foreach (var block in section.Blocks)
        {
            switch (block)
            {
                case DocumentBlock.Clause clause:
                    text.Append("  ").Append(clause.Number).Append(' ').Append(Line(clause.Text));
                    if (clause.Note.Length > 0)
                        text.Append(" [").Append(clause.Note).Append(']');
                    text.Append('\n');
                    break;
                case DocumentBlock.Paragraph paragraph:
                    text.Append("  ").Append(Line(paragraph.Text)).Append('\n');
                    break;
                case DocumentBlock.Table table:
                    if (table.Number.Length + table.Caption.Length > 0)
                        text.Append("  ").Append(table.Number).Append(table.Number.Length > 0 ? " " : "").Append(Line(table.Caption)).Append('\n');
                    foreach (var row in table.Rows.Prepend(table.Columns).Concat(table.Totals))
                        text.Append("      ").AppendJoin(" | ", row.Select(Line)).Append('\n');
                    break;
                case DocumentBlock.Pairs pairs:
                    foreach (var (name, value) in pairs.Rows)
                        text.Append("  ").Append(Line(name)).Append(": ").Append(Line(value)).Append('\n');
                    break;
                case DocumentBlock.Figures figures:
                    foreach (var figure in figures.Items)
                        text.Append("  ").Append(Line(figure.Label)).Append(": ").Append(Line(figure.Value)).Append(figure.Note.Length > 0 ? $" ({Line(figure.Note)})" : "").Append('\n');
                    break;
                default:
                    throw new InvalidOperationException("The blocks of a document are closed.");
            }
        }

        foreach (var part in section.Sections)
            Write(part, text, depth + 1);
    }

    /// <summary>A text of several lines on one: a quoted description must not be able to look like clauses that follow it.</summary>
    private static string Line(string text) => text.AsSpan().ContainsAny('\n', '\r') ? text.TrimEnd().ReplaceLineEndings(" ") : text;
}
