using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Levelkeeper.Core.Facts;
using Levelkeeper.Storage.Keys;
using Microsoft.Data.Sqlite;

namespace Levelkeeper.Benchmarks.Storage;

/// <summary>Deduplication for ever: batches of 500 keys are looked up and the new ones added, up to ten million.</summary>
/// <remarks>
/// Rates are wall time, because work in the background and the disk count too. What a log must store besides is left out on both sides. The index need not make each batch
/// durable, because the log has; so the fair baseline is a table with <c>synchronous=OFF</c>. The one with <c>FULL</c> is what a log pays that lets the database deduplicate.
/// </remarks>
internal static class KeyFigures
{
    private const int Batch = 500;
    private const int Window = Windows.Size;
    private const int Million = Windows.Million;

    /// <summary>One key in a hundred was added before.</summary>
    private const int Repeated = 100;

    /// <summary>Measures every row.</summary>
    public static IEnumerable<Figure> Measure()
    {
        var folder = Directory.CreateTempSubdirectory("levelkeeper-figures-").FullName;
        try
        {
            var table = Table(Path.Combine(folder, "table.db"), synchronous: "FULL");
            var lazy = Table(Path.Combine(folder, "lazy.db"), synchronous: "OFF");
            var before = Memory();
            var index = Index(Path.Combine(folder, "keys"), out var memory);
            yield return new Figure("keys looked up and added in batches of 500 (1 % found), the second million", index[1], "keys/s", table[1], "a unique index in SQLite, synchronous=FULL, the second million", null);
            yield return new Figure("the same, the slowest 200,000 of the second million", index.Slowest[1], "keys/s", table.Slowest[1], "the slowest of the table's", null);
            yield return new Figure("the same, the second million", index[1], "keys/s", lazy[1], "the same table with synchronous=OFF", Target.Times(3));
            yield return new Figure("the same, the tenth million", index[9], "keys/s", index[1], "the second million", new Target("within 20 %", f => f.Ratio >= 0.8));
            yield return new Figure("the same, the slowest 200,000 of the tenth million", index.Slowest[9], "keys/s", index[1], "the second million", null);
            yield return new Figure("memory of the process with ten million keys", memory / 1e6, "MB", before / 1e6, "before the index", Target.AtMost(330, "≤ 330 MB"));
            yield return Opening(Path.Combine(folder, "keys"));
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Windows Index(string folder, out long memory)
    {
        using var index = KeyIndex.OpenAsync(folder, "facts", 1, AnyMark).GetAwaiter().GetResult();
        var added = new List<KeyEntry>(Batch);
        var head = 0L;
        var found = 0L;
        var peak = 0L;
        var rates = Run(10 * Million, batch =>
        {
            added.Clear();
            foreach (var key in batch)
            {
                if (index.TryFind(key, out _))
                    found++;
                else
                    added.Add(new KeyEntry(key, ++head));
            }

            index.Add(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(added), head, 1);
        }, () => peak = Math.Max(peak, Memory()));
        ShouldBe(found, 10 * Million);
        memory = peak;
        return rates;
    }

    private static ValueTask<UInt128?> AnyMark(long sequence) => ValueTask.FromResult<UInt128?>(1);

    private static Windows Table(string file, string synchronous)
    {
        using var connection = new SqliteConnection($"Data Source={file}");
        connection.Open();
        Execute($"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; CREATE TABLE keys (sequence INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE)");
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO keys (key) VALUES ($key) ON CONFLICT DO NOTHING";
        var bytes = new byte[16];
        var parameter = insert.Parameters.Add("$key", SqliteType.Blob, 16);
        parameter.Value = bytes;
        insert.Prepare();
        var found = 0L;
        var rates = Run(2 * Million, batch =>
        {
            using var transaction = connection.BeginTransaction();
            insert.Transaction = transaction;
            foreach (var key in batch)
            {
                BinaryPrimitives.WriteUInt64BigEndian(bytes, key.High);
                BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), key.Low);
                found += 1 - insert.ExecuteNonQuery();
            }

            transaction.Commit();
        }, () => { });
        ShouldBe(found, 2 * Million);
        return rates;

        void Execute(string text)
        {
            using var command = connection.CreateCommand();
            command.CommandText = text;
            command.ExecuteNonQuery();
        }
    }

    /// <summary>Opening reads and checks every byte.</summary>
    private static Figure Opening(string folder)
    {
        var started = Stopwatch.GetTimestamp();
        using var index = KeyIndex.OpenAsync(folder, "facts", 1, AnyMark).GetAwaiter().GetResult();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var bytes = new DirectoryInfo(folder).EnumerateFiles().Sum(f => f.Length);
        return new Figure(string.Create(CultureInfo.InvariantCulture, $"the files of {index.Through:N0} keys opened and checked ({bytes / 1e6:N0} MB)"), seconds * 1e3, "ms", Sha256(), "SHA-256 of as many bytes", null);

        double Sha256()
        {
            var buffer = new byte[1 << 20];
            var begun = Stopwatch.GetTimestamp();
            using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
            for (var done = 0L; done < bytes; done += buffer.Length)
                hash.AppendData(buffer);
            hash.GetHashAndReset();
            return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        }
    }

    /// <summary>The keys of numbers that count up, but each hundredth is that of an earlier number; made between the measured batches.</summary>
    private static Windows Run(int keys, Action<FactKey[]> add, Action afterWindow)
    {
        var random = new Random(17);
        var batch = new FactKey[Batch];
        var rates = new Windows();
        var next = 0;
        var used = TimeSpan.Zero;
        for (var done = 0; done < keys;)
        {
            // Of an earlier batch: what comes twice within one is for the log to see, and the index is told of a batch as a whole.
            var earlier = next;
            for (var i = 0; i < Batch; i++, done++)
                batch[i] = KeyOf(earlier > 0 && done % Repeated == Repeated - 1 ? random.Next(earlier) : next++);
            var started = Stopwatch.GetTimestamp();
            add(batch);
            used += Stopwatch.GetElapsedTime(started);
            if (done % Window != 0)
                continue;
            rates.Add(used);
            used = TimeSpan.Zero;
            afterWindow();
        }

        return rates;
    }

    /// <summary>Spread like the start of a digest, but made in no time (the finalizer of SplitMix64), so that the background has no more of the processor than beside a log.</summary>
    private static FactKey KeyOf(int number)
    {
        return new FactKey(Mix((ulong)number * 2 + 1), Mix((ulong)number * 2 + 2));

        static ulong Mix(ulong value)
        {
            value *= 0x9E3779B97F4A7C15;
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }

    private static long Memory()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private static void ShouldBe(long found, int keys)
    {
        var repeated = (keys - Batch) / Repeated;
        if (found != repeated)
            throw new InvalidOperationException($"{found} of {repeated} repeated keys were found.");
    }
}
