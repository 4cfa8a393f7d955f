using System.Buffers.Binary;
using System.Data.Common;
using Levelkeeper.Core.Facts;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Storage.Log;

/// <summary>What the log has at sequence numbers, without the texts.</summary>
internal static class KnownEntries
{
    /// <summary>Up to so many entries each is asked for on its own, all at once; more of them are mostly a batch that is sent again, and lie together.</summary>
    private const int Few = 100;

    private const string SegmentOf = "FROM log_segment WHERE partition = @p0 AND last >= @p1 ORDER BY last LIMIT 1";
    private const string OneEntry = $"SELECT last, recorded, length(entries), substr(entries, CAST(length(entries) - (last - @p1 + 1) * 53 + 1 AS INTEGER), 53) {SegmentOf}";
    private const string AllEntries = $"SELECT last, recorded, length(entries), entries {SegmentOf}";

    /// <summary>Looks them up.</summary>
    /// <param name="database">Where.</param>
    /// <param name="partition">Of which partition.</param>
    /// <param name="sequences">Which; each once.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="InvalidDataException">The log has no such entry.</exception>
    public static async Task<Dictionary<long, KnownEntry>> ReadAsync(Database database, int partition, IReadOnlyCollection<long> sequences, CancellationToken cancel)
    {
        var known = new Dictionary<long, KnownEntry>(sequences.Count);
        if (sequences.Count == 0)
            return known;
        await using var session = await database.ReadAsync(cancel);
        if (sequences.Count <= Few)
        {
            var found = await session.FirstOfEachAsync([.. sequences.Select(s => (OneEntry, (object?[])[partition, s]))], Read, cancel);
            foreach (var (sequence, part) in sequences.Zip(found))
                known.Add(sequence, part is { Bytes.Length: LogSegment.EntrySize } && sequence >= part.First ? part.Entry(sequence, 0) : throw Missing(sequence));
            return known;
        }

        Part? segment = null;
        foreach (var sequence in sequences.Order())
        {
            if (segment is null || sequence > segment.Last)
                segment = await session.FirstAsync(AllEntries, Read, cancel, partition, sequence);
            if (segment is null || sequence < segment.First)
                throw Missing(sequence);
            known.Add(sequence, segment.Entry(sequence, (int)(sequence - segment.First) * LogSegment.EntrySize));
        }

        return known;
    }

    private static Part Read(DbDataReader row) =>
        new(row.GetInt64(0) - row.GetInt32(2) / LogSegment.EntrySize + 1, row.GetInt64(0), row.GetInt64(1), row.GetFieldValue<byte[]>(3));

    private static InvalidDataException Missing(long sequence) => new($"The log has no entry {sequence}, but it had one: verify the store, and restore it from a copy.");

    /// <summary>Some of the index of a segment.</summary>
    private sealed record Part(long First, long Last, long Recorded, byte[] Bytes)
    {
        public KnownEntry Entry(long sequence, int at)
        {
            var entry = Bytes.AsSpan(at, LogSegment.EntrySize);
            return new KnownEntry(
                new FactKey(BinaryPrimitives.ReadUInt64BigEndian(entry), BinaryPrimitives.ReadUInt64BigEndian(entry[8..])),
                new FactDigest(BinaryPrimitives.ReadUInt64BigEndian(entry[16..]), BinaryPrimitives.ReadUInt64BigEndian(entry[24..])),
                Instant.FromUnixTimeTicks(Recorded + sequence - First));
        }
    }
}

/// <summary>An entry of the log without its text.</summary>
internal readonly record struct KnownEntry(FactKey Key, FactDigest Digest, Instant Recorded);
