using System.Globalization;
using System.Text;
using System.Text.Json;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Connectors.Csv;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Language.Agreements;
using NodaTime;

namespace Levelkeeper.Benchmarks.Facts;

/// <summary>Facts on their way in: CloudEvents parsed, and a sample of real records from its file to its results.</summary>
internal static class FactFigures
{
    private const int Events = 20_000;

    /// <summary>Measures every row.</summary>
    public static IEnumerable<Figure> Measure()
    {
        yield return CloudEvents();
        yield return Boston();
    }

    /// <summary>Parsing, checking and digesting events of tickets and probes, against parsing the same lines as JSON with nothing looked at.</summary>
    private static Figure CloudEvents()
    {
        var text = Lines();
        var lines = Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Encoding.UTF8.GetBytes).ToArray();
        if (Parse() != Events)
            throw new InvalidOperationException("Not every event was read.");
        var (ours, json) = ProcessorTime.Best(Events, Parse, Events, ParseJson, 5);
        return new Figure("CloudEvents to facts: parsed, checked, digested", 1 / ours, "facts/s", 1 / json, "JsonDocument.Parse of the same lines", null);

        long Parse()
        {
            var diagnostics = new DiagnosticBag();
            var count = CloudEventReader.Read(new MemoryStream(text, writable: false), "events", diagnostics).LongCount();
            return diagnostics.Count == 0 ? count : throw new InvalidOperationException(diagnostics.First().ToString());
        }

        long ParseJson()
        {
            var properties = 0L;
            foreach (var line in lines)
            {
                using var document = JsonDocument.Parse(line);
                properties += document.RootElement.GetPropertyCount();
            }

            return properties;
        }
    }

    private static byte[] Lines()
    {
        var random = new Random(3);
        var start = Instant.FromUtc(2025, 1, 1, 0, 0);
        var text = new StringBuilder();
        for (var i = 0; i < Events; i++)
        {
            var time = start + Duration.FromSeconds(random.Next(31_536_000));
            var (type, subject, data) = (i % 4) switch
            {
                0 => ("ticket.reported", "INC-" + i.ToString(CultureInfo.InvariantCulture), """{"priority":"P2","status":"new","by":"customer"}"""),
                1 => ("ticket.status", "INC-" + i.ToString(CultureInfo.InvariantCulture), """{"status":"waiting"}"""),
                2 => ("ticket.replied", "INC-" + i.ToString(CultureInfo.InvariantCulture), """{"by":"provider","public":true}"""),
                _ => ("probe.result", "shop", """{"good":true,"latency":"110 ms"}"""),
            };
            text.Append(CultureInfo.InvariantCulture, $$"""{"specversion":"1.0","id":"e{{i}}","source":"desk","type":"levelkeeper.{{type}}.v1","subject":"{{subject}}","time":"{{time}}","data":{{data}}}""").Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Boston's 311 requests: table, map and agreement read, facts made, put in order and evaluated with explanations.</summary>
    private static Figure Boston()
    {
        var folder = Path.Combine(Root(), "samples", "boston-311");
        var agreementText = File.ReadAllText(Path.Combine(folder, "agreement.yaml"));
        var mapText = File.ReadAllText(Path.Combine(folder, "map.yaml"));
        var table = File.ReadAllBytes(Path.Combine(folder, "requests.csv"));
        var asOf = Instant.FromUtc(2026, 2, 11, 5, 0);
        var facts = 0;
        Evaluate();
        var (whole, import) = ProcessorTime.Best(facts, () => Evaluate().Objectives.Length, facts, () => Import().Count, 5);
        return new Figure("Boston 311 from its file to its results, explanations included", 1 / whole, "facts/s", 1 / import, "the import of the file alone", null);

        FactLog Import()
        {
            var diagnostics = new DiagnosticBag();
            var map = CsvMap.Read(mapText, "map.yaml", diagnostics) ?? throw new InvalidOperationException(string.Join('\n', diagnostics));
            var read = new List<Fact>();
            CsvImport.Run(map, new MemoryStream(table, writable: false), "requests.csv", read.Add, null, diagnostics);
            var log = new FactLog();
            foreach (var fact in read.OrderBy(f => f.Time))
                log.Append(fact, fact.Time);
            return log;
        }

        AgreementEvaluation Evaluate()
        {
            var diagnostics = new DiagnosticBag();
            Agreement agreement = AgreementReader.Read(agreementText, "agreement.yaml", diagnostics) ?? throw new InvalidOperationException(string.Join('\n', diagnostics));
            var set = Import().ToSet();
            facts = set.Count;
            return Evaluator.Evaluate(agreement, set.Effective(asOf), Instant.FromUtc(2025, 8, 1, 4, 0), asOf, asOf);
        }
    }

    private static string Root()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Levelkeeper.slnx")))
                return folder;
        }

        throw new InvalidOperationException("The samples were not found: run this from the repository.");
    }
}
