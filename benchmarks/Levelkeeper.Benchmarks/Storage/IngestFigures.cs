using System.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Log;
using Levelkeeper.Storage.Sql;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Levelkeeper.Benchmarks.Storage;

/// <summary>Facts into a store, durably and each once: from the text of an event in memory to the acknowledgement after its commit.</summary>
/// <remarks>
/// Wall time, because the disk and work in the background count too. Digests, keys, the chain and the indexes of keys and entities are in it; reading the JSON is not (see
/// "CloudEvents to facts"). The baseline is what one writes first: a row for each fact with a unique index on its 16-byte key, as many in a transaction, as durable, and the
/// same digests.
/// </remarks>
internal static class IngestFigures
{
    private const int Callers = 8;
    private const string Sent = "durable ingest, batches of 500 facts (1 % sent before), each acknowledged after its commit";

    /// <summary>Ten million facts into SQLite.</summary>
    public static IEnumerable<Figure> Measure() => MeasureAsync().ToBlockingEnumerable();

    /// <summary>Two million facts into a PostgreSQL, in a schema that is removed again; nothing where none is reached (PGHOST is not set).</summary>
    public static IEnumerable<Figure> MeasurePostgres() => MeasurePostgresAsync().ToBlockingEnumerable();

    private static async IAsyncEnumerable<Figure> MeasureAsync()
    {
        var folder = Directory.CreateTempSubdirectory("levelkeeper-figures-").FullName;
        try
        {
            await using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "rows.db")}");
            var rows = await RowsInSqliteAsync(connection);
            var before = Memory();
            await using var store = await Store.OpenAsync(new SqliteDatabase(Path.Combine(folder, "store")), SentFacts.Now);
            var cache = Path.Combine(folder, "cache");
            await using (var queue = new FactLogQueue(await FactLogWriter.TakeAsync(store, cache), () => SentFacts.Now))
            {
                var sent = new SentFacts();
                var log = Log(queue, sent: sent);
                await Lane.RunAsync(2, rows, log);
                yield return new Figure(Sent + ", SQLite, the second million", log.Windows[1], "facts/s", rows.Windows[1], "a row for each fact, a unique index on its key; the second million, taking turns", Target.AtLeast(40e3, "≥ 40 k/s"));
                yield return new Figure("the same, the fastest 200,000 of the second million", log.Windows.Fastest[1], "facts/s", rows.Windows.Fastest[1], "the fastest of the rows'", null);
                await Lane.RunAsync(8, log);
                var memory = Memory();
                yield return new Figure("the same, the tenth million", log.Windows[9], "facts/s", log.Windows[1], "the second million", new Target("≥ 40 k/s, within 20 %", f => f.Value >= 40e3 && f.Ratio >= 0.8));
                yield return new Figure("the same, the fastest 200,000 of the tenth million", log.Windows.Fastest[9], "facts/s", log.Windows.Fastest[1], "the fastest of the second million", Target.AtLeast(150e3, "≥ 150 k/s"));
                yield return new Figure("the same, processor time of 1,000 facts in the tenth million", 1e9 / log.Processor[9], "µs", 1e9 / log.Processor[1], "in the second million", new Target("within 20 %", f => f.Ratio >= 0.8));
                yield return new Figure("memory of the process with ten million facts in the log", memory / 1e6, "MB", before / 1e6, "before the log", null);
                var atOnce = Log(queue, Callers, sent);
                await Lane.RunAsync(1, atOnce, log);
                yield return new Figure($"the same ingest, {Callers} callers at once, the fastest 200,000 of the twelfth million", atOnce.Windows.Fastest[0], "facts/s", log.Windows.Fastest[10], "one caller, taking turns", Target.AtLeast(150e3, "≥ 150 k/s"));
                yield return new Figure("200,000 facts sent again as they were sent first", await AppendAgainAsync(queue, Windows.Size), "facts/s", log.Windows[10], "new ones", null);
            }

            yield return await TakingAsync(store, cache, "taking over a log of twelve million facts, with its cache");
            Directory.Delete(cache, recursive: true);
            yield return await TakingAsync(store, cache, "the same without: the indexes made anew from the log");
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async IAsyncEnumerable<Figure> MeasurePostgresAsync()
    {
        if (Environment.GetEnvironmentVariable("PGHOST") is not { Length: > 0 } host)
        {
            await Console.Error.WriteLineAsync("No PostgreSQL is named (PGHOST): its rows are left out.");
            yield break;
        }

        const string Schema = "levelkeeper_figures";
        var connection = new NpgsqlConnectionStringBuilder { Host = host, Database = Environment.GetEnvironmentVariable("PGDATABASE") ?? "postgres", SearchPath = Schema };
        if (int.TryParse(Environment.GetEnvironmentVariable("PGPORT"), out var port))
            connection.Port = port;
        await using var rowsConnection = new NpgsqlConnection(connection.ToString());
        await rowsConnection.OpenAsync();
        await ExecuteAsync(rowsConnection, $"CREATE SCHEMA {Schema}");
        var cache = Directory.CreateTempSubdirectory("levelkeeper-figures-").FullName;
        try
        {
            var rows = await RowsInPostgresAsync(rowsConnection);
            await using var store = await Store.OpenAsync(new PostgresDatabase(connection.ToString()), SentFacts.Now);
            await using var queue = new FactLogQueue(await FactLogWriter.TakeAsync(store, cache), () => SentFacts.Now);
            var sent = new SentFacts();
            var log = Log(queue, sent: sent);
            await Lane.RunAsync(2, rows, log);
            const string Rows = "INSERT … SELECT unnest … ON CONFLICT DO NOTHING into rows with a unique index; the second million, taking turns";
            yield return new Figure(Sent + ", PostgreSQL, the second million", log.Windows[1], "facts/s", rows.Windows[1], Rows, Target.AtLeast(50e3, "≥ 50 k/s"));
            yield return new Figure("the same, the fastest 200,000 of the second million", log.Windows.Fastest[1], "facts/s", rows.Windows.Fastest[1], "the fastest of the rows'", null);
            var atOnce = Log(queue, Callers, sent);
            await Lane.RunAsync(1, atOnce, log);
            yield return new Figure($"the same, {Callers} callers at once, the fastest 200,000 of the fourth million", atOnce.Windows.Fastest[0], "facts/s", log.Windows.Fastest[2], "one caller, taking turns", Target.AtLeast(120e3, "≥ 120 k/s"));
        }
        finally
        {
            await ExecuteAsync(rowsConnection, $"DROP SCHEMA {Schema} CASCADE");
            Directory.Delete(cache, recursive: true);
        }
    }

    private static Lane Log(FactLogQueue queue, int callers = 1, SentFacts? sent = null) => new(
        callers, async (numbers, texts) => (await queue.AppendAsync([.. numbers.Zip(texts, SentFacts.Entry)])).Count(o => o.Outcome == AppendOutcome.Duplicate), sent);

    private static async Task<double> AppendAgainAsync(FactLogQueue queue, int facts)
    {
        var again = new SentFacts();
        var (used, duplicates) = (TimeSpan.Zero, 0L);
        for (var done = 0; done < facts; done += SentFacts.Batch)
        {
            var numbers = again.Next();
            var texts = Array.ConvertAll(numbers, SentFacts.Text);
            var started = Stopwatch.GetTimestamp();
            duplicates += (await queue.AppendAsync([.. numbers.Zip(texts, SentFacts.Entry)])).LongCount(o => o.Outcome == AppendOutcome.Duplicate);
            used += Stopwatch.GetElapsedTime(started);
        }

        return duplicates == facts ? facts / used.TotalSeconds : throw new InvalidOperationException($"Of {facts} facts sent again {duplicates} were found.");
    }

    private static async Task<Lane> RowsInSqliteAsync(SqliteConnection connection)
    {
        await connection.OpenAsync();
        await using (var schema = connection.CreateCommand())
        {
            schema.CommandText = """
                PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
                CREATE TABLE fact (sequence INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, digest BLOB NOT NULL, recorded INTEGER NOT NULL, body BLOB NOT NULL)
                """;
            await schema.ExecuteNonQueryAsync();
        }

        var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO fact (key, digest, recorded, body) VALUES ($key, $digest, $recorded, $body) ON CONFLICT DO NOTHING";
        var (key, digest, recorded, body) = (insert.Parameters.Add("$key", SqliteType.Blob), insert.Parameters.Add("$digest", SqliteType.Blob), insert.Parameters.Add("$recorded", SqliteType.Integer), insert.Parameters.Add("$body", SqliteType.Blob));
        return new Lane(1, async (numbers, texts) =>
        {
            var found = 0;
            await using var transaction = connection.BeginTransaction();
            insert.Transaction = transaction;
            for (var i = 0; i < numbers.Length; i++)
            {
                var fact = SentFacts.Entry(numbers[i], texts[i]).Fact;
                (key.Value, digest.Value, recorded.Value, body.Value) = (Bytes(fact.Key.High, fact.Key.Low), Bytes(fact.Digest.High, fact.Digest.Low), (long)i, texts[i]);
                found += 1 - insert.ExecuteNonQuery();
            }

            await transaction.CommitAsync();
            return found;
        });
    }

    private static async Task<Lane> RowsInPostgresAsync(NpgsqlConnection connection)
    {
        await ExecuteAsync(connection, "CREATE TABLE fact (sequence BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key BYTEA NOT NULL UNIQUE, digest BYTEA NOT NULL, recorded BIGINT NOT NULL, body BYTEA NOT NULL)");
        var insert = new NpgsqlCommand("INSERT INTO fact (key, digest, recorded, body) SELECT * FROM unnest($1, $2, $3, $4) ON CONFLICT DO NOTHING", connection);
        for (var i = 0; i < 4; i++)
            insert.Parameters.Add(new NpgsqlParameter());
        return new Lane(1, async (numbers, texts) =>
        {
            var facts = numbers.Zip(texts, SentFacts.Entry).Select(e => e.Fact).ToArray();
            insert.Parameters[0].Value = Array.ConvertAll(facts, f => Bytes(f.Key.High, f.Key.Low));
            insert.Parameters[1].Value = Array.ConvertAll(facts, f => Bytes(f.Digest.High, f.Digest.Low));
            insert.Parameters[2].Value = Array.ConvertAll(numbers, n => (long)n);
            insert.Parameters[3].Value = texts;
            return numbers.Length - await insert.ExecuteNonQueryAsync();
        });
    }

    private static async Task<Figure> TakingAsync(Store store, string cache, string name)
    {
        var started = Stopwatch.GetTimestamp();
        await using (await FactLogWriter.TakeAsync(store, cache))
        {
        }

        var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        started = Stopwatch.GetTimestamp();
        await foreach (var segment in store.Log().SegmentsAsync())
            _ = segment.Last;
        return new Figure(name, took, "ms", Stopwatch.GetElapsedTime(started).TotalMilliseconds, "reading every segment", null);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static byte[] Bytes(ulong high, ulong low)
    {
        var bytes = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, high);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), low);
        return bytes;
    }

    private static long Memory()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
