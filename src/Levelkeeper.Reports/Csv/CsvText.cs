namespace Levelkeeper.Reports.Csv;

/// <summary>Tables as comma-separated text by RFC 4180, made so that no spreadsheet takes foreign text for a formula.</summary>
/// <param name="output">Where to. Rows end with CR LF, as the RFC has it.</param>
internal sealed class CsvText(TextWriter output)
{
    private bool _begun;

    /// <summary>A cell of somebody's text.</summary>
    /// <remarks>A text that a spreadsheet would read as a formula gets an apostrophe before it (OWASP, "CSV Injection").</remarks>
    public CsvText Text(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Cell(text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' ? "'" + text : text);
        return this;
    }

    /// <summary>A cell of our own: a number, a date, a word of a closed list.</summary>
    public CsvText Own(string value)
    {
        Cell(value);
        return this;
    }

    /// <summary>Ends the row.</summary>
    public void End()
    {
        output.Write("\r\n");
        _begun = false;
    }

    /// <summary>A row of our own words.</summary>
    public void Row(params ReadOnlySpan<string> cells)
    {
        foreach (var cell in cells)
            Cell(cell);
        End();
    }

    private void Cell(string value)
    {
        if (_begun)
            output.Write(',');
        _begun = true;
        if (value.AsSpan().ContainsAny("\",\r\n"))
        {
            output.Write('"');
            output.Write(value.Replace("\"", "\"\"", StringComparison.Ordinal));
            output.Write('"');
        }
        else
        {
            output.Write(value);
        }
    }
}
