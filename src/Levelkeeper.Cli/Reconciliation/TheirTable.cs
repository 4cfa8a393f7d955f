using System.Globalization;
using System.Text.Json;
using Levelkeeper.Cli.Host;
using Levelkeeper.Connectors.Csv;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Reconciliations;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Cli.Reconciliation;

/// <summary>A row of somebody else's figures.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Columns">Column to text.</param>
internal sealed record TheirRow(Place Place, IReadOnlyDictionary<string, string> Columns)
{
    /// <summary>The text of a column; empty when there is none.</summary>
    public string this[string column] => Columns.GetValueOrDefault(column, "");

    /// <summary>A template with columns in braces, filled in.</summary>
    public string Fill(string template)
    {
        var text = new System.Text.StringBuilder();
        for (var at = 0; at < template.Length;)
        {
            var open = template.IndexOf('{', at);
            var close = open < 0 ? -1 : template.IndexOf('}', open);
            if (close < 0)
                return text.Append(template, at, template.Length - at).ToString();
            text.Append(template, at, open - at).Append(this[template[(open + 1)..close]]);
            at = close + 1;
        }

        return text.ToString();
    }
}

/// <summary>Reads tables of somebody else's figures: CSV with a header, or JSON lines with an object each. Bad rows are reported and left out.</summary>
internal static class TheirTable
{
    public static List<TheirRow> Read(InputFile file, ReconciliationPlan plan, DiagnosticBag diagnostics)
    {
        try
        {
            using var reader = new StreamReader(file.Open());
            var rows = (file.Name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? Csv(reader, file.Name, diagnostics) : JsonLines(reader, file.Name, diagnostics)).ToList();
            Complain(rows, plan, file.Name, diagnostics);
            return [.. rows.Where(r => plan.Only.All(o => o.Values.Any(v => v == "*" ? r[o.Column].Length > 0 : v == r[o.Column])))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            diagnostics.Error("LK5002", new Place(file.Name), $"This file cannot be read: {e.Message}");
            return [];
        }
    }

    private static IEnumerable<TheirRow> Csv(TextReader reader, string file, DiagnosticBag diagnostics)
    {
        var csv = new CsvRecordReader(reader, ',', CsvImport.LongestRow);
        var outcome = csv.Read();
        if (outcome != CsvRecordReader.Outcome.Record)
            yield break;
        var header = csv.Fields.ToArray();
        while ((outcome = csv.Read()) != CsvRecordReader.Outcome.End)
        {
            var place = new Place(file, csv.Line);
            if (outcome != CsvRecordReader.Outcome.Record)
                diagnostics.Error("LK5051", place, outcome == CsvRecordReader.Outcome.TooLong ? "This row is too long." : "The quotes of this row are broken.", "the row was left out");
            else if (csv.Fields.Count != header.Length)
                diagnostics.Error("LK5051", place, $"This row has {csv.Fields.Count} fields; the header has {header.Length}.", "the row was left out");
            else
                yield return new TheirRow(place, header.Zip(csv.Fields).DistinctBy(p => p.First).ToDictionary(p => p.First, p => p.Second));
        }
    }

    private static IEnumerable<TheirRow> JsonLines(TextReader reader, string file, DiagnosticBag diagnostics)
    {
        var line = 0;
        while (reader.ReadLine() is { } text)
        {
            line++;
            if (string.IsNullOrWhiteSpace(text))
                continue;
            TheirRow? row = null;
            try
            {
                using var json = JsonDocument.Parse(text);
                if (json.RootElement.ValueKind == JsonValueKind.Object)
                {
                    var columns = new Dictionary<string, string>();
                    foreach (var member in json.RootElement.EnumerateObject())
                        columns[member.Name] = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText();
                    row = new TheirRow(new Place(file, line), columns);
                }
            }
            catch (JsonException)
            {
                // Reported below.
            }

            if (row is null)
                diagnostics.Error("LK5052", new Place(file, line), "This line is not a JSON object.", "it was left out");
            else
                yield return row;
        }
    }

    private static void Complain(List<TheirRow> rows, ReconciliationPlan plan, string file, DiagnosticBag diagnostics)
    {
        if (rows.Count == 0)
        {
            diagnostics.Error("LK5053", new Place(file), "There is no row to compare with.");
            return;
        }

        var asked = plan.Comparisons.Select(c => c.Column)
            .Concat(plan.Only.Select(o => o.Column))
            .Concat(plan.Comparisons.OfType<PlannedComparison.Percent>().SelectMany(p => new[] { p.At, p.Period }).Where(c => c.Length > 0))
            .Distinct();
        foreach (var column in asked.Where(c => !rows.Exists(r => r.Columns.ContainsKey(c))))
            diagnostics.Error("LK5054", new Place(file), $"There is no column {Diagnostic.Quote(column)}.", $"there are {string.Join(", ", rows[0].Columns.Keys)}");
    }
}

/// <summary>Reads times as a table writes them.</summary>
internal sealed class TheirTimes(WrittenTime written, DateTimeZone zone)
{
    private static readonly LocalDateTimePattern[] s_iso =
    [
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss;FFFFFFFFF"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd' 'HH:mm:ss;FFFFFFFFF"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd' 'HH:mm"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd"),
    ];

    private readonly LocalDateTimePattern[] _local = written.Formats.Length == 0 ? s_iso : [.. written.Formats.Select(LocalDateTimePattern.CreateWithInvariantCulture)];

    /// <summary>The zone whose wall clock is shown.</summary>
    public DateTimeZone Zone { get; } = written.Zone ?? zone;

    /// <summary>The instant, floored to a tick; null when the text is no time.</summary>
    public Instant? Read(string text)
    {
        var plain = written.Strip.Length > 0 && text.EndsWith(written.Strip, StringComparison.Ordinal) ? text[..^written.Strip.Length].TrimEnd() : text;
        if (written.Formats.Length == 0 && OffsetDateTimePattern.ExtendedIso.Parse(plain.Replace(' ', 'T')) is { Success: true } offset)
            return Instant.FromUnixTimeTicks(offset.Value.ToInstant().ToUnixTimeTicks());
        foreach (var pattern in _local)
        {
            if (pattern.Parse(plain) is { Success: true } local)
                return Instant.FromUnixTimeTicks(local.Value.InZoneLeniently(Zone).ToInstant().ToUnixTimeTicks());
        }

        return null;
    }
}
