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
        text.Append(document.Title).Append('\n').Append(document.Subtitle).Append('\n');
        foreach (var section in document.Sections)
            Write(section, text, 0);
        return text.ToString();
    }

    private static void Write(DocumentSection section, StringBuilder text, int depth)
    {
        text.Append('\n').Append(section.Number).Append(' ').Append(section.Heading).Append('\n');
        foreach (var block in section.Blocks)
        {
            switch (block)
            {
                case DocumentBlock.Clause clause:
                    text.Append("  ").Append(clause.Number).Append(' ').Append(clause.Text);
                    if (clause.Note.Length > 0)
                        text.Append(" [").Append(clause.Note).Append(']');
                    text.Append('\n');
                    break;
                case DocumentBlock.Paragraph paragraph:
                    text.Append("  ").Append(paragraph.Text).Append('\n');
                    break;
                case DocumentBlock.Table table:
                    if (table.Number.Length + table.Caption.Length > 0)
                        text.Append("  ").Append(table.Number).Append(table.Number.Length > 0 ? " " : "").Append(table.Caption).Append('\n');
                    foreach (var row in table.Rows.Prepend(table.Columns).Concat(table.Totals))
                        text.Append("      ").AppendJoin(" | ", row).Append('\n');
                    break;
                case DocumentBlock.Pairs pairs:
                    foreach (var (name, value) in pairs.Rows)
                        text.Append("  ").Append(name).Append(": ").Append(value).Append('\n');
                    break;
                case DocumentBlock.Figures figures:
                    foreach (var figure in figures.Items)
                        text.Append("  ").Append(figure.Label).Append(": ").Append(figure.Value).Append(figure.Note.Length > 0 ? $" ({figure.Note})" : "").Append('\n');
                    break;
                default:
                    throw new InvalidOperationException("The blocks of a document are closed.");
            }
        }

        foreach (var part in section.Sections)
            Write(part, text, depth + 1);
    }
}
