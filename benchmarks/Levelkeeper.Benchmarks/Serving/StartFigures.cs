using System.Globalization;
using System.Text;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Documents;
using Levelkeeper.Storage.Log;
using Levelkeeper.Storage.Sql;
using Microsoft.Data.Sqlite;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Benchmarks.Serving;

/// <summary>The real program, started on a store with half a million open tickets, two clocks on each: with the log alone, and with what it wrote down when it ended.</summary>
internal static class StartFigures
{
    private const int Customers = 100;
    private const int TicketsEach = 5_000;
    private const int Batch = 500;

    /// <summary>Measures every row.</summary>
    public static IEnumerable<Figure> Measure()
    {
        var folder = Directory.CreateTempSubdirectory("levelkeeper-figures-").FullName;
        try
        {
            FillAsync(folder).GetAwaiter().GetResult();
            SqliteConnection.ClearAllPools();
            double fromLog, bytes;
            using (var server = ServedProgram.Levelkeeper(folder))
            {
                (fromLog, bytes) = (server.UntilReady.TotalSeconds, server.WorkingSet);
                server.End();
            }

            if (!File.Exists(Path.Combine(folder, "cache", "live-0.snapshot")))
                throw new InvalidOperationException("Nothing was written down.");
            var fromSnapshot = double.MaxValue;
            for (var i = 0; i < 2; i++)
            {
                using var server = ServedProgram.Levelkeeper(folder);
                fromSnapshot = Math.Min(fromSnapshot, server.UntilReady.TotalSeconds);
                server.End();
            }

            const string baseline = "from the log alone, 1.5 M facts";
            yield return new Figure("from the start of the program to ready, with 1 M open clocks in 100 agreements", fromSnapshot, "s", fromLog, baseline, Target.AtMost(10, "in seconds"));
            yield return new Figure("the same: memory of the program at that time, from the log alone", bytes / 1e6, "MB", bytes / 1e6, "the same", null);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task FillAsync(string folder)
    {
        var now = Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
        await using var store = await Store.OpenAsync(new SqliteDatabase(folder), now);
        var (register, by) = (new AgreementRegister(store), new Act("bench", now));
        for (var i = 0; i < Customers; i++)
        {
            var proposed = await register.ProposeAsync(null, 0, Agreement(i, now), 0, by);
            var active = await register.ActivateAsync($"agreement-{i}", 1, "for a benchmark", 0, by);
            if (active.Agreement is null)
                throw new InvalidOperationException(string.Join(Environment.NewLine, proposed.Diagnostics.Concat(active.Diagnostics)));
        }

        await using var writer = await FactLogWriter.TakeAsync(store, Path.Combine(folder, "cache"));
        var events = new CloudEventReader("bench", new DiagnosticBag());
        for (var step = 0; step < 3; step++)
        {
            foreach (var tickets in Enumerable.Range(0, Customers * TicketsEach).Chunk(Batch))
                await writer.AppendAsync([.. tickets.Select(t => Entry(events, Text(t, step, now)))], now);
        }
    }

    private static LogEntry Entry(CloudEventReader events, byte[] text) => new(events.ReadOne(text) ?? throw new InvalidOperationException("It is no event."), text);

    private static string Agreement(int customer, Instant now) => string.Create(CultureInfo.InvariantCulture, $$"""
        levelkeeper: v1
        id: agreement-{{customer}}
        title: Agreement {{customer}}
        parties: { provider: { name: Provider }, customer: { name: Customer {{customer}} } }
        zone: Europe/Warsaw
        term: { from: {{LocalDatePattern.Iso.Format(now.InUtc().Date.PlusDays(-30))}}, length: 12 months }
        services: { hosting: { title: Hosting } }
        objectives:
          reaction: { measure: time to respond, of: tickets of hosting, within: 40 h, target: at least 90 %, per: month }
          fix: { measure: time to resolve, of: tickets of hosting, within: 80 h, target: at least 80 %, per: month }
        """);

    /// <summary>In canonical form: reported, assigned, answered by the customer; all within the hour.</summary>
    private static byte[] Text(int ticket, int step, Instant now)
    {
        var (type, data) = step switch
        {
            0 => ("reported", string.Create(CultureInfo.InvariantCulture, $$"""{"by":"customer","customer":"Customer {{ticket % Customers}}","priority":"high","service":"hosting"}""")),
            1 => ("assigned", """{"to":"anna"}"""),
            _ => ("replied", """{"by":"customer"}"""),
        };
        var at = InstantPattern.ExtendedIso.Format(now - Duration.FromMinutes(60 - 10 * step) + Duration.FromMilliseconds(ticket % 500_000));
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"data":{{data}},"id":"{{step}}-{{ticket}}","source":"desk","specversion":"1.0","subject":"T-{{ticket}}","time":"{{at}}","type":"levelkeeper.ticket.{{type}}.v1"}"""));
    }
}
