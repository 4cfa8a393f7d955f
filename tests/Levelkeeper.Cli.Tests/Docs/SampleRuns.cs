using System.Text;
using System.Text.RegularExpressions;
using Levelkeeper.Cli.Tests.Commands;
using Levelkeeper.Connectors.Calendars;
using Levelkeeper.Connectors.Calendars.ICalendar;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Connectors.Csv;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Language.Reconciliations;
using NodaTime;

namespace Levelkeeper.Cli.Tests.Docs;

/// <summary>Runs the samples of a page, each kind by what reads it.</summary>
internal sealed partial class SampleRuns(MarkdownBlock[] page)
{
    /// <summary>The kinds; <c>*</c> stands for broken or sound.</summary>
    public static readonly string[] Kinds = ["json * fact", "yaml * map", "csv *", "json * question", "ics *", "yaml * plan", "console *"];

    private static readonly Instant AsOf = Instant.FromUtc(2026, 6, 1, 0, 0);

    /// <summary>The codes that a sample gives, in order.</summary>
    public async Task<IEnumerable<string>> Codes(MarkdownBlock sample)
    {
        var diagnostics = new DiagnosticBag();
        var words = sample.Info.Split(' ');
        switch (words[0], words.ElementAtOrDefault(2))
        {
            case ("json", "fact"):
                Facts(Encoding.UTF8.GetBytes(sample.Text), diagnostics);
                break;
            case ("json", "question"):
                return Question(sample.Text);
            case ("yaml", "map"):
                CsvMap.Read(sample.Text, "map.yaml", diagnostics);
                break;
            case ("csv", null):
                Table(Map(sample.Heading), Encoding.UTF8.GetBytes(sample.Text), diagnostics);
                break;
            case ("ics", null):
                ICalendarReader.Read(new StringReader(sample.Text), "holidays.ics", new ICalendarOptions { Zone = DateTimeZone.Utc }, diagnostics);
                break;
            case ("yaml", "plan"):
                ReconciliationReader.Read(sample.Text, "reconcile.yaml", diagnostics);
                break;
            case ("console", null):
                return await Command(sample.Text);
            default:
                throw new InvalidOperationException($"No reader for '{sample.Info}'.");
        }

        return diagnostics.Select(static d => d.Code);
    }

    /// <summary>Facts as a command reads them from a file, and as they then count.</summary>
    public static void Facts(byte[] text, DiagnosticBag diagnostics) =>
        FactFiles.Log(CloudEventReader.Read(new MemoryStream(text), "facts.jsonl", diagnostics).ToList(), null, diagnostics).Effective(AsOf).Report(diagnostics);

    public static void Table(string map, byte[] csv, DiagnosticBag diagnostics)
    {
        if (CsvMap.Read(map, "map.yaml", diagnostics) is { } read)
            CsvImport.Run(read, new MemoryStream(csv), "table.csv", static _ => { }, null, diagnostics);
    }

    /// <summary>The map of the section, or else that of the page.</summary>
    public string Map(string heading) => page.FirstOrDefault(b => b.Info == "yaml with map" && b.Heading == heading)?.Text ?? page.Single(static b => b.Info == "yaml sample map").Text;

    private static string[] Question(string text)
    {
        var output = new StringWriter();
        CalendarBatch.Run(new StringReader(text), output);
        return CodesIn(output.ToString());
    }

    private async Task<string[]> Command(string text)
    {
        using var run = new CommandRun();
        foreach (var file in page.Where(static b => b.Info.Split(' ') is [_, "file", _]))
            run.Write(file.Info.Split(' ')[2], file.Text);
        var errors = new StringBuilder();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var (_, _, error) = await run.Levelkeeper([.. Word().Matches(line).Select(static m => m.Value.Trim('\''))]);
            errors.AppendLine(error);
        }

        return CodesIn(errors.ToString());
    }

    public static string[] CodesIn(string text) => [.. Code().Matches(text).Select(static m => m.Value)];

    [GeneratedRegex(@"'[^']*'|\S+")]
    private static partial Regex Word();

    [GeneratedRegex(@"LK\d{4}")]
    private static partial Regex Code();
}
