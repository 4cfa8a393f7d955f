using System.Globalization;
using System.Text;
using System.Text.Json;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Runtime.Facts;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Log;
using Levelkeeper.Storage.Sql;
using Microsoft.Data.Sqlite;
using NodaTime;

namespace Levelkeeper.Benchmarks.Storage;

/// <summary>Facts back out of a store in SQLite: ticket facts in their order, and the samples of a component for a statement.</summary>
/// <remarks>Processor time. The file is in the memory of the operating system, as after a start that has read it once.</remarks>
internal static class StoreFigures
{
    private const int Facts = 600_000;
    private const int Samples = 525_600;

    /// <summary>Measures every row.</summary>
    public static IEnumerable<Figure> Measure() => MeasureAsync().ToBlockingEnumerable();

    private static async IAsyncEnumerable<Figure> MeasureAsync()
    {
        var folder = Directory.CreateTempSubdirectory("levelkeeper-figures-").FullName;
        try
        {
            await using (var store = await FilledAsync(Path.Combine(folder, "tickets"), Facts, i => (i, SentFacts.Text(i))))
            {
                await using var rows = await RowsAsync(store, Path.Combine(folder, "rows.db"));
                var (entries, read) = ProcessorTime.Best(Facts, () => Entries(store), Facts, () => Rows(rows, parse: false), 5);
                yield return new Figure("entries of the log read from SQLite in their order, key, digest and text of each", 1 / entries, "entries/s", 1 / read, "a row for each fact, read in order", null);
                var (replay, parsed) = ProcessorTime.Best(Facts, () => Replay(store), Facts, () => Rows(rows, parse: true), 5);
                yield return new Figure("replay of ticket facts from SQLite, as facts", 1 / replay, "facts/s", 1 / parsed, "a row for each fact, JsonDocument.Parse of its text", Target.AtLeast(1e6, "≥ 1 M/s"));
            }

            await using (var store = await FilledAsync(Path.Combine(folder, "samples"), Samples, i => (i, Sample(i))))
            {
                var statement = Statement(store);
                if (statement is not { Parts.Length: 12, LatencyPercentile: not null })
                    throw new InvalidOperationException("The statement is wrong.");
                var (ours, entries) = ProcessorTime.Best(1, () => Statement(store).LatencyPercentile!.Value, 1, () => Entries(store), 3);
                yield return new Figure("statement of a year of one-minute samples from SQLite, a fact for each", ours * 1e3, "ms", entries * 1e3, "reading its entries, their texts unread", Target.AtMost(25, "≤ 25 ms"));
            }
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Store> FilledAsync(string folder, int count, Func<int, (int Number, byte[] Text)> make)
    {
        var store = await Store.OpenAsync(new SqliteDatabase(folder), SentFacts.Now);
        await using var writer = await FactLogWriter.TakeAsync(store, Path.Combine(folder, "cache"));
        foreach (var batch in Enumerable.Range(0, count).Select(make).Select(m => SentFacts.Entry(m.Number, m.Text)).Chunk(SentFacts.Batch))
            await writer.AppendAsync(batch, SentFacts.Now);
        return store;
    }

    private static byte[] Sample(int minute) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"data":{"good":{{(minute % 199 == 0 ? "false" : "true")}},"latency":"{{20 + minute * 7919L % 400}} ms"},"id":"p{{minute:d9}}","source":"https://probe.example","specversion":"1.0","subject":"shop","time":"{{(Instant.FromUtc(2025, 1, 1, 0, 0) + Duration.FromMinutes(minute)):uuuu'-'MM'-'dd'T'HH':'mm':'ss'Z'}}","type":"levelkeeper.probe.result.v1"}"""));

    private static long Entries(Store store)
    {
        var sum = 0L;
        foreach (var segment in store.Log().SegmentsAsync().ToBlockingEnumerable())
        {
            for (var i = 0; i < segment.Count; i++)
                sum += (long)segment.KeyOf(i).Low ^ (long)segment.DigestOf(i).Low ^ segment.BodyOf(i).Span[^1];
        }

        return sum;
    }

    private static long Replay(Store store)
    {
        var count = 0L;
        var replay = new LogReplay(store.Log());
        foreach (var committed in replay.ReadAsync().ToBlockingEnumerable())
            count += committed.Facts.Count(f => f.Fact.Data is not FactData.Unknown);
        return count == Facts && replay.Unreadable.IsEmpty ? count : throw new InvalidOperationException($"{count} facts were read back.");
    }

    private static SampleStatement Statement(Store store)
    {
        var losses = new ushort[Samples];
        var latencies = new uint[Samples];
        var at = 0;
        foreach (var fact in new LogReplay(store.Log()).ReadAsync().ToBlockingEnumerable().SelectMany(c => c.Facts))
        {
            var probed = (FactData.Probed)fact.Fact.Data;
            losses[at] = probed.Good ? (ushort)0 : SampleSeries.FullLoss;
            latencies[at++] = (uint)(probed.Latency!.Value.BclCompatibleTicks / 10);
        }

        var months = Enumerable.Range(2, 11).Select(m => Instant.FromUtc(2025, m, 1, 0, 0)).ToArray();
        return new SampleSeries(Instant.FromUtc(2025, 1, 1, 0, 0), Duration.FromMinutes(1), losses, latencies).State(months, new Rational(99, 100));
    }

    private static async Task<SqliteConnection> RowsAsync(Store store, string file)
    {
        var connection = new SqliteConnection($"Data Source={file}");
        await connection.OpenAsync();
        await ExecuteAsync("CREATE TABLE fact (sequence INTEGER PRIMARY KEY, key BLOB NOT NULL, digest BLOB NOT NULL, body BLOB NOT NULL); BEGIN");
        await using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO fact (key, digest, body) VALUES (zeroblob(16), zeroblob(16), $body)";
        var body = insert.Parameters.Add("$body", SqliteType.Blob);
        await foreach (var segment in store.Log().SegmentsAsync())
        {
            for (var i = 0; i < segment.Count; i++)
            {
                body.Value = segment.BodyOf(i).ToArray();
                insert.ExecuteNonQuery();
            }
        }

        await ExecuteAsync("COMMIT");
        return connection;

        async Task ExecuteAsync(string text)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = text;
            await command.ExecuteNonQueryAsync();
        }
    }

    private static long Rows(SqliteConnection connection, bool parse)
    {
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT key, digest, body FROM fact ORDER BY sequence";
        using var reader = select.ExecuteReader();
        var sum = 0L;
        while (reader.Read())
        {
            sum += reader.GetFieldValue<byte[]>(0).Length + reader.GetFieldValue<byte[]>(1).Length;
            var body = reader.GetFieldValue<byte[]>(2);
            if (!parse)
            {
                sum += body[^1];
                continue;
            }

            using var document = JsonDocument.Parse(body);
            sum += document.RootElement.GetProperty("time").GetString()!.Length;
        }

        return sum;
    }
}
