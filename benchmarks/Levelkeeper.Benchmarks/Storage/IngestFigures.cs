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
    private const int Million = Windows.Million;
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
            var rows = await RowsInSqliteAsync(Path.Combine(folder, "rows.db"));
            File.Delete(Path.Combine(folder, "rows.db"));
            var before = Memory();
            await using var store = await Store.OpenAsync(new SqliteDatabase(Path.Combine(folder, "store")), SentFacts.Now);
            var cache = Path.Combine(folder, "cache");
            var sent = new SentFacts();
            await using (var queue = new FactLogQueue(await FactLogWriter.TakeAsync(store, cache), () => SentFacts.Now))
            {
                var peak = 0L;
                var log = await AppendAsync(queue, sent, 10 * Million, () => peak = Math.Max(peak, Memory()));
                yield return new Figure(Sent + ", SQLite, the second million", log[1], "facts/s", rows[1], "a row for each fact, a unique index on its key; the second million", Target.AtLeast(40e3, "≥ 40 k/s"));
                yield return new Figure("the same, the tenth million", log[9], "facts/s", log[1], "the second million", new Target("≥ 40 k/s, within 20 %", f => f.Value >= 40e3 && f.Ratio >= 0.8));
                yield return new Figure("the same, the slowest 200,000 of the tenth million", log.Slowest[9], "facts/s", rows.Slowest[1], "the slowest of the rows' second million", null);
                yield return new Figure($"the same, {Callers} callers at once, the eleventh million", await AppendAtOnceAsync(queue, sent, Million), "facts/s", log[9], "one caller", Target.AtLeast(150e3, "≥ 150 k/s"));
                yield return new Figure("the same, 200,000 facts sent again as they were sent first", await AppendAgainAsync(queue, 200_000), "facts/s", log[9], "new ones", null);
                yield return new Figure("memory of the process with eleven million facts in the log", peak / 1e6, "MB", before / 1e6, "before the log", null);
            }

            yield return await TakingAsync(store, cache, "taking over a log of eleven million facts, with its cache");
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
        await using var source = NpgsqlDataSource.Create(connection);
        await ExecuteAsync(source, $"CREATE SCHEMA {Schema}");
        var cache = Directory.CreateTempSubdirectory("levelkeeper-figures-").FullName;
        try
        {
            var rows = await RowsInPostgresAsync(source);
            await using var store = await Store.OpenAsync(new PostgresDatabase(connection.ToString()), SentFacts.Now);
            var sent = new SentFacts();
            await using var queue = new FactLogQueue(await FactLogWriter.TakeAsync(store, cache), () => SentFacts.Now);
            var log = await AppendAsync(queue, sent, 2 * Million, () => { });
            yield return new Figure(Sent + ", PostgreSQL, the second million", log[1], "facts/s", rows[1], "INSERT … SELECT unnest … ON CONFLICT DO NOTHING into rows with a unique index; the second million", Target.AtLeast(50e3, "≥ 50 k/s"));
            yield return new Figure("the same, the slowest 200,000", log.Slowest[1], "facts/s", rows.Slowest[1], "the slowest of the rows'", null);
            yield return new Figure($"the same, {Callers} callers at once, the third million", await AppendAtOnceAsync(queue, sent, Million), "facts/s", log[1], "one caller", Target.AtLeast(120e3, "≥ 120 k/s"));
        }
        finally
        {
            await ExecuteAsync(source, $"DROP SCHEMA {Schema} CASCADE");
            Directory.Delete(cache, recursive: true);
        }
    }

    /// <summary>One caller: the next batch is sent when the one before is acknowledged.</summary>
    private static async Task<Windows> AppendAsync(FactLogQueue queue, SentFacts sent, int facts, Action afterWindow)
    {
        var duplicates = 0L;
        var windows = await RunAsync(sent, facts, async (numbers, texts) =>
        {
            var outcomes = await queue.AppendAsync([.. numbers.Zip(texts, SentFacts.Entry)]);
            duplicates += outcomes.LongCount(o => o.Outcome == AppendOutcome.Duplicate);
        }, afterWindow);
        return duplicates == SentFacts.RepeatedOf(facts) ? windows : throw new InvalidOperationException($"{duplicates} duplicates were found.");
    }

    private static async Task<double> AppendAtOnceAsync(FactLogQueue queue, SentFacts sent, int facts)
    {
        // Texts are made before, so that the callers do not wait for them.
        var batches = Enumerable.Range(0, facts / SentFacts.Batch).Select(_ => sent.Next()).Select(n => (Numbers: n, Texts: Array.ConvertAll(n, SentFacts.Text))).ToArray();
        var next = -1;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < batches.Length; i = Interlocked.Increment(ref next))
                await queue.AppendAsync([.. batches[i].Numbers.Zip(batches[i].Texts, SentFacts.Entry)]);
        })));
        return facts / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

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

    private static async Task<Windows> RowsInSqliteAsync(string file)
    {
        await using var connection = new SqliteConnection($"Data Source={file}");
        await connection.OpenAsync();
        await using (var schema = connection.CreateCommand())
        {
            schema.CommandText = """
                PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
                CREATE TABLE fact (sequence INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, digest BLOB NOT NULL, recorded INTEGER NOT NULL, body BLOB NOT NULL)
                """;
            await schema.ExecuteNonQueryAsync();
        }

        await using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO fact (key, digest, recorded, body) VALUES ($key, $digest, $recorded, $body) ON CONFLICT DO NOTHING";
        var (key, digest, recorded, body) = (insert.Parameters.Add("$key", SqliteType.Blob), insert.Parameters.Add("$digest", SqliteType.Blob), insert.Parameters.Add("$recorded", SqliteType.Integer), insert.Parameters.Add("$body", SqliteType.Blob));
        var duplicates = 0L;
        var windows = await RunAsync(new SentFacts(), 2 * Million, async (numbers, texts) =>
        {
            await using var transaction = connection.BeginTransaction();
            insert.Transaction = transaction;
            for (var i = 0; i < numbers.Length; i++)
            {
                var fact = SentFacts.Entry(numbers[i], texts[i]).Fact;
                (key.Value, digest.Value, recorded.Value, body.Value) = (Bytes(fact.Key.High, fact.Key.Low), Bytes(fact.Digest.High, fact.Digest.Low), (long)i, texts[i]);
                duplicates += 1 - insert.ExecuteNonQuery();
            }

            await transaction.CommitAsync();
        }, () => { });
        return duplicates == SentFacts.RepeatedOf(2 * Million) ? windows : throw new InvalidOperationException($"{duplicates} duplicates were found.");
    }

    private static async Task<Windows> RowsInPostgresAsync(NpgsqlDataSource source)
    {
        await ExecuteAsync(source, "CREATE TABLE fact (sequence BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key BYTEA NOT NULL UNIQUE, digest BYTEA NOT NULL, recorded BIGINT NOT NULL, body BYTEA NOT NULL)");
        await using var connection = await source.OpenConnectionAsync();
        await using var insert = new NpgsqlCommand("INSERT INTO fact (key, digest, recorded, body) SELECT * FROM unnest($1, $2, $3, $4) ON CONFLICT DO NOTHING", connection);
        for (var i = 0; i < 4; i++)
            insert.Parameters.Add(new NpgsqlParameter());
        var written = 0L;
        var windows = await RunAsync(new SentFacts(), 2 * Million, async (numbers, texts) =>
        {
            var facts = numbers.Zip(texts, SentFacts.Entry).Select(e => e.Fact).ToArray();
            insert.Parameters[0].Value = Array.ConvertAll(facts, f => Bytes(f.Key.High, f.Key.Low));
            insert.Parameters[1].Value = Array.ConvertAll(facts, f => Bytes(f.Digest.High, f.Digest.Low));
            insert.Parameters[2].Value = Array.ConvertAll(numbers, n => (long)n);
            insert.Parameters[3].Value = texts;
            written += await insert.ExecuteNonQueryAsync();
        }, () => { });
        return written == 2 * Million - SentFacts.RepeatedOf(2 * Million) ? windows : throw new InvalidOperationException($"{written} rows were written.");
    }

    private static async Task<Windows> RunAsync(SentFacts sent, int facts, Func<int[], byte[][], Task> append, Action afterWindow)
    {
        var (windows, used) = (new Windows(), TimeSpan.Zero);
        for (var done = SentFacts.Batch; done <= facts; done += SentFacts.Batch)
        {
            var numbers = sent.Next();
            var texts = Array.ConvertAll(numbers, SentFacts.Text);
            var started = Stopwatch.GetTimestamp();
            await append(numbers, texts);
            used += Stopwatch.GetElapsedTime(started);
            if (done % Windows.Size != 0)
                continue;
            windows.Add(used);
            used = TimeSpan.Zero;
            afterWindow();
        }

        return windows;
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

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
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
