using System.Globalization;
using System.Text;
using System.Text.Json;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Statements;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Reports.Statements;
using NodaTime;

namespace Levelkeeper.Benchmarks.Statements;

/// <summary>Evaluated results into statements.</summary>
internal static class StatementFigures
{
    private const int Agreements = 10_000;
    private const int Months = 12;

    // So many have facts of their own; the 10,000 go round them.
    private const int Different = 200;

    private static readonly StatementProvenance s_provenance = new(new string('a', 64), "v1", "TZDB", new string('b', 64), 1);

    /// <summary>Measures every row.</summary>
    public static IEnumerable<Figure> Measure()
    {
        var versions = AgreementReader.ReadVersions(Text, "agreement.yaml", new DiagnosticBag()) ?? throw new InvalidOperationException("The agreement cannot be read.");
        var evaluated = Enumerable.Range(0, Different).Select(i => Evaluated(versions, i)).ToArray();
        var months = new PeriodCalendar(new PeriodRule.Calendar(CalendarUnit.Month), versions.Latest.Zone).Touching(versions.TermTime).ToArray();
        var started = ProcessorTime.Now;
        var (statements, bytes, owed) = Run();
        var ours = (ProcessorTime.Now - started).TotalSeconds / statements;
        if (statements != Agreements * Months || owed == 0)
            throw new InvalidOperationException($"{statements} statements, {owed} lines owed.");

        // The baseline writes as many bytes of JSON and reckons nothing.
        started = ProcessorTime.Now;
        var copied = Copy(bytes / statements, statements);
        var baseline = (ProcessorTime.Now - started).TotalSeconds / statements;
        yield return new Figure(
            string.Create(CultureInfo.InvariantCulture, $"10,000 agreements x 12 months of evaluated results into statements (JSON, {bytes / statements:N0} bytes each)"),
            1 / ours, "statements/s", 1 / baseline, $"Utf8JsonWriter writing as many bytes of strings ({copied / statements:N0} each)", null);

        (long Statements, long Bytes, long Owed) Run()
        {
            using var memory = new MemoryStream();
            using var json = new Utf8JsonWriter(memory);
            var (count, written, lines) = (0L, 0L, 0L);
            for (var i = 0; i < Agreements; i++)
            {
                var (facts, evaluation) = evaluated[i % Different];
                foreach (var statement in StatementMaker.Make(versions, facts, evaluation, months))
                {
                    memory.SetLength(0);
                    json.Reset();
                    StatementJson.Write(json, statement, s_provenance);
                    json.Flush();
                    written += memory.Length;
                    lines += statement.Lines.Count(l => l.Payable.Sign > 0);
                    count++;
                }
            }

            return (count, written, lines);
        }
    }

    private static long Copy(long length, long times)
    {
        using var memory = new MemoryStream();
        using var json = new Utf8JsonWriter(memory);
        var written = 0L;
        for (var i = 0L; i < times; i++)
        {
            memory.SetLength(0);
            json.Reset();
            json.WriteStartObject();
            for (var done = 0L; done < length; done += 22)
                json.WriteString("abcdefgh", "ijklmnop");
            json.WriteEndObject();
            json.Flush();
            written += memory.Length;
        }

        return written;
    }

    private static (EffectiveFacts Facts, AgreementEvaluation Evaluation) Evaluated(AgreementVersions versions, int number)
    {
        var text = new StringBuilder();
        var id = 0;
        Event("service.up", "2025-12-31T00:00:00Z", "shop", """{"service":"shop"}""");
        for (var month = 1; month <= Months; month++)
        {
            var day = 1 + (number * 7 + month * 3) % 27;
            var at = string.Create(CultureInfo.InvariantCulture, $"2026-{month:00}-{day:00}");
            // Some months have an outage of up to three hours, and every month a ticket that now and then is late.
            if ((number + month) % 3 == 0)
            {
                Event("service.down", $"{at}T08:00:00Z", "shop", """{"service":"shop"}""");
                Event("service.up", string.Create(CultureInfo.InvariantCulture, $"{at}T{8 + (number + month) % 4:00}:59:00Z"), "shop", """{"service":"shop"}""");
            }

            var ticket = string.Create(CultureInfo.InvariantCulture, $"T-{month}");
            Event("ticket.reported", $"{at}T09:00:00Z", ticket, """{"service":"shop","priority":"P1"}""");
            Event("ticket.resolved", string.Create(CultureInfo.InvariantCulture, $"{at}T{10 + (number * 5 + month) % 8:00}:00:00Z"), ticket, "{}");
        }

        var diagnostics = new DiagnosticBag();
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text.ToString()));
        var log = FactFiles.Log(CloudEventReader.Read(stream, "facts.jsonl", diagnostics), null, diagnostics);
        if (diagnostics.HasErrors)
            throw new InvalidOperationException(string.Join('\n', diagnostics.Take(3)));
        var asOf = Instant.FromUtc(2027, 1, 11, 0, 0);
        var facts = log.Effective(asOf);
        return (facts, Evaluator.Evaluate(versions, facts, Instant.FromUnixTimeTicks(versions.TermTime.Start), Instant.FromUnixTimeTicks(versions.TermTime.End), asOf));

        void Event(string type, string time, string subject, string data) => text.Append(CultureInfo.InvariantCulture, $$"""
            {"specversion":"1.0","id":"{{++id}}","source":"m","type":"levelkeeper.{{type}}.v1","subject":"{{subject}}","time":"{{time}}","data":{{data}}}

            """);
    }

    private const string Text = """
        levelkeeper: v1
        id: acme
        title: Hosting
        parties:
          provider: { name: Hostly }
          customer: { name: Acme }
        term: { from: 2026-01-01, length: 12 months }
        zone: Europe/Warsaw
        currency: PLN
        services:
          shop: { title: Online shop, fee: 4000.00 per month }
        objectives:
          uptime: { measure: availability, of: shop, target: at least 99.9 % }
          repair: { measure: time to resolve, of: tickets of shop, within: 4 h, target: at least 95 % }
        remedies:
          uptime-credit:
            when: uptime is missed
            credit:
              tiers:
                - { from: 99.0 %, below: 99.9 %, pay: 10 % }
                - { below: 99.0 %, pay: 25 % }
              cap-per-12-months: 50 %
          repair-fine:
            when: repair is missed
            fine: { pay: 50.00 per started hour, reckoned-for: each event, cap-per-event: 500.00 }
          way-out:
            when: uptime is missed in 3 of 6 months
            entitles: customer to terminate without fee, notice 30 days
        """;
}
