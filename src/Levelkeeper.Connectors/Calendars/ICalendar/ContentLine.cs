using System.Text;
using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Connectors.Calendars.ICalendar;

/// <summary>One property of an iCalendar file after unfolding: <c>NAME;PARAM=value:value</c> (RFC 5545, 3.1).</summary>
internal sealed record ContentLine(string Name, IReadOnlyDictionary<string, string> Parameters, string Value, Place Place)
{
    private const int Longest = 1 << 16;

    public string? Parameter(string name) => Parameters.GetValueOrDefault(name);

    /// <summary>A text value without its escapes (RFC 5545, 3.3.11).</summary>
    public string Text()
    {
        var text = new StringBuilder(Value.Length);
        for (var i = 0; i < Value.Length; i++)
        {
            if (Value[i] != '\\' || i + 1 == Value.Length)
                text.Append(Value[i]);
            else
                text.Append(Value[++i] is 'n' or 'N' ? '\n' : Value[i]);
        }

        return text.ToString();
    }

    public static IEnumerable<ContentLine> Read(TextReader input, string file, int longestText, DiagnosticBag diagnostics)
    {
        var line = new StringBuilder();
        var start = 1;
        foreach (var (text, number) in Lines(input, file, longestText, diagnostics))
        {
            if (text.Length > 0 && text[0] is ' ' or '\t')
            {
                line.Append(text.AsSpan(1));
                continue;
            }

            if (Parse(line.ToString(), new Place(file, start), diagnostics) is { } parsed)
                yield return parsed;
            line.Clear().Append(text);
            start = number;
        }

        if (Parse(line.ToString(), new Place(file, start), diagnostics) is { } last)
            yield return last;
    }

    private static IEnumerable<(string Text, int Number)> Lines(TextReader input, string file, int longestText, DiagnosticBag diagnostics)
    {
        var buffer = new char[8192];
        var line = new StringBuilder();
        var number = 1;
        var left = longestText;
        int read;
        while ((read = input.Read(buffer, 0, Math.Min(buffer.Length, Math.Max(left, 1)))) > 0)
        {
            if (left <= 0)
            {
                diagnostics.Error("LK3202", new Place(file, number), $"The file is longer than {longestText} characters; the rest is left out.");
                yield break;
            }

            left -= read;
            for (var i = 0; i < read; i++)
            {
                if (buffer[i] == '\n')
                {
                    yield return (line.ToString().TrimEnd('\r'), number++);
                    line.Clear();
                }
                else
                {
                    line.Append(buffer[i]);
                }
            }
        }

        if (line.Length > 0)
            yield return (line.ToString(), number);
    }

    private static ContentLine? Parse(string line, Place place, DiagnosticBag diagnostics)
    {
        line = line.TrimStart('\uFEFF');
        if (string.IsNullOrWhiteSpace(line))
            return null;
        if (line.Length > Longest)
        {
            diagnostics.Error("LK3202", place, $"The property is longer than {Longest} characters; it is left out.");
            return null;
        }

        // The first colon outside quotes ends name and parameters.
        var quoted = false;
        var cuts = new List<int>();
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"')
                quoted = !quoted;
            else if (!quoted && line[i] is ';' or ':')
                cuts.Add(i);
            if (!quoted && line[i] == ':')
                break;
        }

        if (cuts.Count == 0 || line[cuts[^1]] != ':' || cuts[0] == 0)
        {
            diagnostics.Error("LK3203", place, $"{Diagnostic.Quote(line)} is not a property.", "NAME:value or NAME;PARAM=value:value");
            return null;
        }

        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i + 1 < cuts.Count; i++)
        {
            var parts = line[(cuts[i] + 1)..cuts[i + 1]].Split('=', 2);
            if (parts.Length == 2)
                parameters[parts[0].Trim()] = parts[1].Trim().Trim('"');
        }

        return new ContentLine(line[..cuts[0]].Trim().ToUpperInvariant(), parameters, line[(cuts[^1] + 1)..].Trim(), place);
    }
}
