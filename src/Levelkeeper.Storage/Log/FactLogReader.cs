using System.Buffers.Binary;
using System.Data;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Levelkeeper.Core.Facts;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Storage.Log;

/// <summary>A partition of the log, for reading; any number at once, beside the one that writes.</summary>
public sealed class FactLogReader
{
    private const string Columns = "last, epoch, recorded, chain, entries, bodies";

    private readonly Store _store;
    private readonly int _partition;

    internal FactLogReader(Store store, int partition) => (_store, _partition) = (store, partition);

    /// <summary>Where the log stands.</summary>
    public async Task<LogHead> HeadAsync(CancellationToken cancel = default)
    {
        await using var session = await _store.Database.ReadAsync(cancel);
        return await HeadAsync(session, _store, _partition, cancel);
    }

    /// <summary>What was appended, in order, segment by segment.</summary>
    /// <param name="after">From the segment on that holds the entry after this sequence number; 0 for the beginning. The first segment may begin earlier.</param>
    /// <param name="through">Up to the segment that holds this one.</param>
    /// <param name="cancel">Stops.</param>
    public IAsyncEnumerable<LogSegment> SegmentsAsync(long after = 0, long through = long.MaxValue, CancellationToken cancel = default) => SegmentsAsync(after, through, passing: false, cancel);

    /// <summary>The same for whoever is done with each segment before the next: all texts are read into the same memory.</summary>
    /// <remarks>A year's log has a hundred thousand segments, whose arrays are so large that each would have the garbage collector look at everything.</remarks>
    /// <param name="after">As of <see cref="SegmentsAsync(long, long, CancellationToken)"/>.</param>
    /// <param name="through">Likewise.</param>
    /// <param name="cancel">Stops.</param>
    public IAsyncEnumerable<LogSegment> PassingSegmentsAsync(long after = 0, long through = long.MaxValue, CancellationToken cancel = default) => SegmentsAsync(after, through, passing: true, cancel);

    /// <summary>Some entries, in order, each with the segment that holds it. All texts are read into the same memory, so that each entry is to be done with before the next.</summary>
    /// <param name="sequences">Which, ascending; those that are not there are passed over.</param>
    /// <param name="cancel">Stops.</param>
    public async IAsyncEnumerable<(LogSegment Segment, int Entry)> EntriesAsync(IReadOnlyCollection<long> sequences, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        if (sequences.Count == 0)
            yield break;
        await using var session = await _store.Database.ReadAsync(cancel);
        var bodies = Array.Empty<byte>();
        LogSegment? segment = null;
        foreach (var sequence in sequences)
        {
            if (segment is null || sequence > segment.Last)
                segment = await session.FirstAsync($"SELECT {Columns} FROM log_segment WHERE partition = @p0 AND last >= @p1 ORDER BY last LIMIT 1", r => Read(r, ref bodies), cancel, _partition, sequence);
            if (segment is null)
                yield break;
            if (sequence >= segment.First)
                yield return (segment, (int)(sequence - segment.First));
        }
    }

    /// <summary>Where the fact of an identity stands; null when there is none. For who has no index: reads keys and no texts, the latest first.</summary>
    /// <param name="key">The identity.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<long?> PlaceOfAsync(FactKey key, CancellationToken cancel = default)
    {
        var sought = new byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(sought, key.High);
        BinaryPrimitives.WriteUInt64BigEndian(sought.AsSpan(8), key.Low);
        await using var session = await _store.Database.ReadAsync(cancel);
        await using var command = session.Command("SELECT last, entries FROM log_segment WHERE partition = @p0 ORDER BY last DESC", _partition);
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancel);
        var entries = Array.Empty<byte>();
        while (await reader.ReadAsync(cancel))
        {
            var last = reader.GetInt64(0);
            var length = _store.Database.ReadBytes(reader, 1, ref entries);
            for (var end = length; end >= LogSegment.EntrySize; end -= LogSegment.EntrySize)
            {
                var entry = entries.AsSpan(end - LogSegment.EntrySize, LogSegment.EntrySize);
                if (entry.StartsWith(sought) && !LogSegment.IsConflict(entry))
                    return last - (length - end) / LogSegment.EntrySize;
            }
        }

        return null;
    }

    /// <summary>The segment that holds an entry; null when there is none.</summary>
    public async Task<LogSegment?> SegmentOfAsync(long sequence, CancellationToken cancel = default)
    {
        await using var session = await _store.Database.ReadAsync(cancel);
        return await SegmentOfAsync(session, _partition, sequence, cancel);
    }

    /// <summary>Recomputes the chain and the digests of all texts, and says what does not hold.</summary>
    /// <returns>What is wrong, in the order of the log; empty when all holds. Where one segment does not follow from another, the rest is checked from there on.</returns>
    public async Task<LogVerification> VerifyAsync(CancellationToken cancel = default)
    {
        var faults = new List<LogFault>();
        var (chain, last, recorded, entries, conflicts, erased) = (ChainHash.Beginning(_store.Id, _partition), 0L, long.MinValue, 0L, 0L, 0L);
        // The head is read first: what is appended meanwhile is not yet vouched for by it.
        var head = await HeadAsync(cancel);
        await using var session = await _store.Database.ReadAsync(cancel);
        await using var command = session.Command($"SELECT {Columns} FROM log_segment WHERE partition = @p0 AND last <= @p1 ORDER BY last", _partition, head.Sequence);
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancel);
        var bodies = Array.Empty<byte>();
        while (await reader.ReadAsync(cancel))
        {
            LogSegment segment;
            try
            {
                segment = Read(reader, ref bodies);
            }
            catch (InvalidDataException exception)
            {
                faults.Add(new LogFault(LogFaultKind.Changed, last + 1, exception.Message));
                continue;
            }

            if (segment.First != last + 1)
                faults.Add(new LogFault(segment.First > last + 1 ? LogFaultKind.Missing : LogFaultKind.Changed, last + 1, $"The segment of entries {segment.First} to {segment.Last} does not follow on entry {last}."));
            if (segment.ChainAfter(chain) != segment.Chain && segment.First == last + 1)
                faults.Add(new LogFault(LogFaultKind.Changed, segment.First, $"The entries {segment.First} to {segment.Last} do not hash to what the chain says: they, or something before them, were changed."));
            if (segment.FirstRecordedTicks <= recorded)
                faults.Add(new LogFault(LogFaultKind.Changed, segment.First, $"Entry {segment.First} was recorded before entry {last}."));
            for (var i = 0; i < segment.Count; i++)
            {
                if (segment.IsConflict(i))
                    conflicts++;
                if (segment.IsErased(i))
                    erased++;
                else if (LogEntry.DigestOf(segment.BodyOf(i).Span) != segment.DigestOf(i))
                    faults.Add(new LogFault(LogFaultKind.Changed, segment.First + i, $"The text of entry {segment.First + i} is not that which was appended."));
            }

            entries += segment.Count;
            (chain, last, recorded) = (segment.Chain, segment.Last, segment.FirstRecordedTicks + segment.Count - 1);
        }

        if (last != head.Sequence || chain != head.Chain)
            faults.Add(new LogFault(last < head.Sequence ? LogFaultKind.Missing : LogFaultKind.Changed, last + 1, $"The log ends at entry {last}, but its head says {head.Sequence}{(last == head.Sequence ? " with another hash" : "")}."));
        return new LogVerification(head, entries, conflicts, erased, faults);
    }

    /// <summary>Erases the texts of entries: what they are about can no longer be read, and what rests on them can no longer be recomputed. Keys, digests and the chain stay.</summary>
    /// <param name="sequences">The entries; those that are not there are passed over.</param>
    /// <param name="cancel">Gives up, with nothing erased.</param>
    /// <returns>How many were erased now.</returns>
    /// <remarks>In PostgreSQL the text is gone from the files only after the table was vacuumed.</remarks>
    public Task<int> EraseAsync(IReadOnlyCollection<long> sequences, CancellationToken cancel = default) =>
        _store.Database.WriteAsync(
            async session =>
            {
                var erased = 0;
                var left = sequences.Order().Distinct().ToList();
                while (left.Count > 0)
                {
                    var segment = await SegmentOfAsync(session, _partition, left[0], cancel);
                    if (segment is null)
                        break;
                    var here = left.FindAll(s => s >= segment.First && s <= segment.Last).ConvertAll(s => (int)(s - segment.First));
                    left.RemoveAll(s => s <= segment.Last);
                    here.RemoveAll(segment.IsErased);
                    if (here.Count == 0)
                        continue;
                    await session.ExecuteAsync("UPDATE log_segment SET bodies = @p2 WHERE partition = @p0 AND last = @p1", cancel, _partition, segment.Last, segment.BodiesWithout(here));
                    erased += here.Count;
                }

                return erased;
            },
            cancel);

    internal static async Task<LogHead> HeadAsync(Session session, Store store, int partition, CancellationToken cancel) =>
        await session.FirstAsync(
            "SELECT epoch, sequence, recorded, chain FROM log_head WHERE partition = @p0",
            r => new LogHead(r.GetInt64(0), r.GetInt64(1), Instant.FromUnixTimeTicks(r.GetInt64(2)), new ChainHash(r.GetFieldValue<byte[]>(3))),
            cancel,
            partition) ?? new LogHead(0, 0, Instant.FromUnixTimeTicks(0), ChainHash.Beginning(store.Id, partition));

    internal static Task<LogSegment?> SegmentOfAsync(Session session, int partition, long sequence, CancellationToken cancel) =>
        session.FirstAsync($"SELECT {Columns} FROM log_segment WHERE partition = @p0 AND last >= @p1 ORDER BY last LIMIT 1", r => Read(r, partition), cancel, partition, sequence);

    private async IAsyncEnumerable<LogSegment> SegmentsAsync(long after, long through, bool passing, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var session = await _store.Database.ReadAsync(cancel);
        await using var command = session.Command($"SELECT {Columns} FROM log_segment WHERE partition = @p0 AND last > @p1 ORDER BY last", _partition, after);
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancel);
        var bodies = Array.Empty<byte>();
        while (await reader.ReadAsync(cancel))
        {
            var segment = passing ? Read(reader, ref bodies) : Read(reader, _partition);
            if (segment.First > through)
                break;
            yield return segment;
        }
    }

    private LogSegment Read(DbDataReader r, ref byte[] bodies)
    {
        var (last, epoch, recorded, chain, entries) = (r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), new ChainHash(r.GetFieldValue<byte[]>(3)), r.GetFieldValue<byte[]>(4));
        var length = _store.Database.ReadBytes(r, 5, ref bodies);
        return new LogSegment(_partition, last, epoch, recorded, chain, entries, bodies, length);
    }

    private static LogSegment Read(DbDataReader r, int partition)
    {
        var (last, epoch, recorded, chain, entries, bodies) = (r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), new ChainHash(r.GetFieldValue<byte[]>(3)), r.GetFieldValue<byte[]>(4), r.GetFieldValue<byte[]>(5));
        return new LogSegment(partition, last, epoch, recorded, chain, entries, bodies, bodies.Length);
    }
}
