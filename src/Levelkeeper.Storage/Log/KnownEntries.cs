using System.Buffers.Binary;
using Levelkeeper.Core.Facts;
using Levelkeeper.Storage.Sql;

namespace Levelkeeper.Storage.Log;

/// <summary>Looks up what the log has at sequence numbers, without the texts: for one append, in one session.</summary>
/// <remarks>
/// Facts that are sent again now and then lie far apart: of each only its own bytes are read. A batch that is sent again lies together: from its second entry on the whole index of the
/// segment is read, and serves the others.
/// </remarks>
internal sealed class KnownEntries(Store store, int partition) : IAsyncDisposable
{
    private const string Segment = "FROM log_segment WHERE partition = @p0 AND last >= @p1 ORDER BY last LIMIT 1";
    private const string OneEntry =
        $"SELECT last, recorded, length(entries), substr(entries, CAST(length(entries) - (last - @p1 + 1) * 53 + 1 AS INTEGER), 53) {Segment}";

    private Session? _session;
    private long _first = 1;
    private long _last;
    private long _recorded;
    private byte[]? _entries;

    /// <summary>The key, the digest and the time of an entry.</summary>
    /// <exception cref="InvalidDataException">The log has no such entry.</exception>
    public async ValueTask<KnownEntry> AtAsync(long sequence, CancellationToken cancel)
    {
        if (sequence < _first || sequence > _last)
            return await ReadAsync(sequence, cancel);
        if (_entries is null)
        {
            var session = await SessionAsync(cancel);
            _entries = await session.FirstAsync($"SELECT entries {Segment}", r => r.GetFieldValue<byte[]>(0), cancel, partition, sequence) ?? [];
        }

        var at = (sequence - _first) * LogSegment.EntrySize;
        return at + LogSegment.EntrySize <= _entries.Length ? Entry(sequence, _entries.AsSpan((int)at, LogSegment.EntrySize)) : throw Missing(sequence);
    }

    public ValueTask DisposeAsync() => _session?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<KnownEntry> ReadAsync(long sequence, CancellationToken cancel)
    {
        var session = await SessionAsync(cancel);
        var (last, recorded, length, entry) = await session.FirstAsync(
            OneEntry, r => (r.GetInt64(0), r.GetInt64(1), r.GetInt32(2), r.GetFieldValue<byte[]>(3)), cancel, partition, sequence);
        if (entry is not { Length: LogSegment.EntrySize } || sequence <= last - length / LogSegment.EntrySize)
            throw Missing(sequence);
        (_first, _last, _recorded, _entries) = (last - length / LogSegment.EntrySize + 1, last, recorded, null);
        return Entry(sequence, entry);
    }

    private async ValueTask<Session> SessionAsync(CancellationToken cancel) => _session ??= await store.Database.ReadAsync(cancel);

    private KnownEntry Entry(long sequence, ReadOnlySpan<byte> entry) => new(
        new FactKey(BinaryPrimitives.ReadUInt64BigEndian(entry), BinaryPrimitives.ReadUInt64BigEndian(entry[8..])),
        new FactDigest(BinaryPrimitives.ReadUInt64BigEndian(entry[16..]), BinaryPrimitives.ReadUInt64BigEndian(entry[24..])),
        NodaTime.Instant.FromUnixTimeTicks(_recorded + sequence - _first));

    private static InvalidDataException Missing(long sequence) => new($"The log has no entry {sequence}, but it had one: verify the store, and restore it from a copy.");
}

/// <summary>An entry of the log without its text.</summary>
internal readonly record struct KnownEntry(FactKey Key, FactDigest Digest, NodaTime.Instant Recorded);
