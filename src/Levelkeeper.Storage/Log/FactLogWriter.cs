using Levelkeeper.Core.Facts;
using Levelkeeper.Storage.Keys;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Storage.Log;

/// <summary>The owner of a partition of the log: the only one that appends to it.</summary>
/// <remarks>
/// A commit advances (epoch, sequence, chain) by compare-and-set in the transaction that writes the segment, so an owner that was paused, replaced and woken cannot commit.
/// After a failure of which nobody knows whether it took effect, the head tells. One caller at a time: see <see cref="FactLogQueue"/> for many.
/// </remarks>
public sealed class FactLogWriter : IAsyncDisposable
{
    private const string Advance =
        "UPDATE log_head SET sequence = @p4, recorded = @p5, chain = @p6 WHERE partition = @p0 AND epoch = @p1 AND sequence = @p2 AND chain = @p3";

    // Both go to the database together; where the head was not advanced there is nothing to insert.
    private const string Insert = """
        INSERT INTO log_segment (partition, last, epoch, recorded, chain, entries, bodies) SELECT @p0, @p1, @p2, @p3, @p4, @p5, @p6
        WHERE EXISTS (SELECT 1 FROM log_head WHERE partition = @p0 AND epoch = @p2 AND sequence = @p1 AND chain = @p4)
        """;

    private readonly Store _store;
    private readonly int _partition;
    private readonly IAsyncDisposable _ownership;
    private readonly KeyIndex _keys;
    private readonly KeyIndex _entities;
    private readonly LogSegment.Builder _builder = new();

    // Of the append that is under way: the first of each identity, and of each other content under it by its key as a conflict.
    private readonly Dictionary<FactKey, StampedFact> _inBatch = [];
    private KeyEntry[] _indexed = [];
    private Commit? _doubt;
    private bool _fenced;

    private FactLogWriter(Store store, int partition, IAsyncDisposable ownership, LogHead head, KeyIndex keys, KeyIndex entities) =>
        (_store, _partition, _ownership, Head, _keys, _entities) = (store, partition, ownership, head, keys, entities);

    /// <summary>Where the log stands after the last commit.</summary>
    public LogHead Head { get; private set; }

    /// <summary>Is called after each commit, in the order of the log, before the one who appended learns of it; also for a commit of which it turns out later that it took effect.</summary>
    public Action<CommittedFacts>? Committed { get; set; }

    /// <summary>Takes a partition over: whoever had it can commit no more.</summary>
    /// <param name="store">The store.</param>
    /// <param name="cacheFolder">Where the index of keys is kept: a cache, made anew from the log when it is not there.</param>
    /// <param name="partition">Which partition.</param>
    /// <param name="takeOver">Take it even from a process that still runs and holds it; it learns so at its next commit.</param>
    /// <param name="cache">How much of the index is held in memory, and who is told when its files are bad or cannot be written; null for the defaults, and nobody.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StoreInUseException">Another process owns it, and <paramref name="takeOver"/> was not asked for.</exception>
    /// <exception cref="InvalidDataException">The log does not end where its head says: something is missing, and what was appended could be appended again.</exception>
    public static async Task<FactLogWriter> TakeAsync(
        Store store, string cacheFolder, int partition = 0, bool takeOver = false, KeyIndexOptions? cache = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        var ownership = takeOver ? NoOwnership.Instance : await store.Database.OwnAsync(partition, cancel);
        KeyIndex? keys = null, entities = null;
        try
        {
            var head = await store.Database.WriteAsync(session => NextEpochAsync(session, store, partition, cancel), cancel);
            var log = store.Log(partition);
            keys = await KeyIndex.OpenAsync(cacheFolder, $"facts-{partition}", Identity(store), MarkAtAsync, cache);
            entities = await KeyIndex.OpenAsync(cacheFolder, $"entities-{partition}", Identity(store), MarkAtAsync, cache);
            var writer = new FactLogWriter(store, partition, ownership, head, keys, entities);
            await foreach (var segment in log.PassingSegmentsAsync(Math.Min(keys.Added, entities.Added), cancel: cancel))
                writer.Index(segment);
            return Math.Min(keys.Added, entities.Added) == head.Sequence
                ? writer
                : throw new InvalidDataException($"The log ends at entry {keys.Added}, but its head says {head.Sequence}: verify the store, and restore it from a copy.");

            async ValueTask<UInt128?> MarkAtAsync(long sequence) =>
                await log.SegmentOfAsync(sequence, cancel) is { } segment && segment.Last == sequence ? segment.Chain.Mark : null;
        }
        catch
        {
            keys?.Dispose();
            entities?.Dispose();
            await ownership.DisposeAsync();
            throw;
        }
    }

    /// <summary>Appends facts, durably and each once.</summary>
    /// <param name="entries">In order of arrival; an identity may be there more than once.</param>
    /// <param name="now">When they became known. Moved on to one tick after the last fact's, where it is not later than that.</param>
    /// <param name="cancel">Gives up before the commit, never in it.</param>
    /// <returns>What became of each, once it is durable.</returns>
    /// <exception cref="LogFencedException">Another owner took the partition over.</exception>
    public async Task<Appended> AppendAsync(IReadOnlyList<LogEntry> entries, Instant now, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        while (true)
        {
            if (_fenced)
                throw Fenced();
            await SettleAsync(cancel);
            var (outcomes, commit) = await SortOutAsync(entries, now, cancel);
            if (commit is null || await TryCommitAsync(commit, cancel))
                return new Appended(outcomes, Head);
        }
    }

    /// <summary>Tells new facts, duplicates and conflicts apart, and makes the segment of what is to be written; null when nothing is.</summary>
    private async Task<(AppendedEntry[] Outcomes, Commit? Commit)> SortOutAsync(IReadOnlyList<LogEntry> entries, Instant now, CancellationToken cancel)
    {
        var (places, log) = await FindAsync(entries, cancel);
        try
        {
            return SortOut(entries, now, places, log);
        }
        finally
        {
            _builder.Clear();
            _inBatch.Clear();
        }
    }

    private (AppendedEntry[] Outcomes, Commit? Commit) SortOut(IReadOnlyList<LogEntry> entries, Instant now, Place[] places, Dictionary<long, KnownEntry> log)
    {
        var first = Head.Sequence == 0 ? now.ToUnixTimeTicks() : Math.Max(now.ToUnixTimeTicks(), Head.Recorded.ToUnixTimeTicks() + 1);
        var outcomes = new AppendedEntry[entries.Count];
        var (facts, conflicts) = (new List<StampedFact>(entries.Count), new List<StampedFact>());
        for (var i = 0; i < entries.Count; i++)
        {
            var fact = entries[i].Fact;
            var known = KnownInBatch(fact, Known(fact, places[i], log));
            if (known is { Outcome: AppendOutcome.Duplicate } duplicate)
            {
                outcomes[i] = duplicate;
                continue;
            }

            var conflict = known is not null;
            var stamped = new StampedFact(fact, Head.Sequence + _builder.Count + 1, Instant.FromUnixTimeTicks(first + _builder.Count));
            _inBatch[conflict ? ConflictKey(fact.Key, fact.Digest) : fact.Key] = stamped;
            (conflict ? conflicts : facts).Add(stamped);
            outcomes[i] = new AppendedEntry(conflict ? AppendOutcome.Conflict : AppendOutcome.Appended, stamped.LogSequence, stamped.Recorded);
            _builder.Add(entries[i], LogEntry.EntityOf(fact.Subject), conflict);
        }

        if (_builder.Count == 0)
            return (outcomes, null);
        var segment = _builder.Build(_partition, Head, first);
        var after = Head with { Sequence = segment.Last, Recorded = segment.RecordedOf(segment.Count - 1), Chain = segment.Chain };
        return (outcomes, new Commit(segment, after, new CommittedFacts(facts, conflicts)));
    }

    /// <summary>What is known of a fact once those before it in the same append count too.</summary>
    private AppendedEntry? KnownInBatch(Fact fact, AppendedEntry? known)
    {
        if (known is null && _inBatch.TryGetValue(fact.Key, out var first) && first.Fact.Key == fact.Key)
            known = first.Fact.Digest == fact.Digest ? DuplicateOf(first) : new AppendedEntry(AppendOutcome.Conflict, 0, default);
        return known is { Outcome: AppendOutcome.Conflict } && _inBatch.TryGetValue(ConflictKey(fact.Key, fact.Digest), out var same) && same.Fact.Key == fact.Key && same.Fact.Digest == fact.Digest
            ? DuplicateOf(same)
            : known;
    }

    private static AppendedEntry DuplicateOf(StampedFact stamped) => new(AppendOutcome.Duplicate, stamped.LogSequence, stamped.Recorded);

    /// <summary>The sequence numbers of an entity's entries, ascending.</summary>
    public IReadOnlyList<long> OfEntity(string subject)
    {
        var sequences = new List<long>();
        _entities.FindAll(LogEntry.EntityOf(subject), sequences);
        return sequences;
    }

    /// <summary>The sequence number of the entry that stands under an identity; null when none does.</summary>
    public long? PlaceOf(FactKey key) => _keys.TryFind(key, out var place) ? place : null;

    /// <summary>Waits until the indexes have nothing left to write: for tests whose every run must be the same.</summary>
    internal void WaitForIndexes()
    {
        _keys.WaitForBackground();
        _entities.WaitForBackground();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _keys.Dispose();
        _entities.Dispose();
        await _ownership.DisposeAsync();
    }

    private static async Task<LogHead> NextEpochAsync(Session session, Store store, int partition, CancellationToken cancel)
    {
        if (await session.ExecuteAsync("UPDATE log_head SET epoch = epoch + 1 WHERE partition = @p0", cancel, partition) == 0)
        {
            await session.ExecuteAsync(
                "INSERT INTO log_head (partition, epoch, sequence, recorded, chain) VALUES (@p0, 1, 0, 0, @p1)", cancel, partition, ChainHash.Beginning(store.Id, partition).ToArray());
        }

        return await FactLogReader.HeadAsync(session, store, partition, cancel);
    }

    private static UInt128 Identity(Store store) => System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(store.Incarnation.ToByteArray());

    /// <summary>Finds where the index has the identities and contents of entries, and reads what the log has there.</summary>
    private async Task<(Place[] Places, Dictionary<long, KnownEntry> Log)> FindAsync(IReadOnlyList<LogEntry> entries, CancellationToken cancel)
    {
        var (places, sequences) = (new Place[entries.Count], new HashSet<long>());
        for (var i = 0; i < places.Length; i++)
        {
            var fact = entries[i].Fact;
            if (!_keys.TryFind(fact.Key, out var first))
                continue;
            _keys.TryFind(ConflictKey(fact.Key, fact.Digest), out var conflict);
            places[i] = new Place(first, conflict);
            sequences.Add(first);
            if (conflict != 0)
                sequences.Add(conflict);
        }

        return (places, await KnownEntries.ReadAsync(_store.Database, _partition, sequences, cancel));
    }

    /// <summary>What the log has under a key: a duplicate, or (as an outcome without a place) a conflict; null when the key is new.</summary>
    private static AppendedEntry? Known(Fact fact, Place place, Dictionary<long, KnownEntry> log)
    {
        if (place.First == 0)
            return null;
        var first = log[place.First];
        if (first.Key != fact.Key)
            throw new InvalidDataException($"The index of keys does not fit the log at entry {place.First}: remove the cache folder and start again.");
        if (first.Digest == fact.Digest)
            return new AppendedEntry(AppendOutcome.Duplicate, place.First, first.Recorded);
        return place.Conflict != 0 && log[place.Conflict] is var conflict && conflict.Key == fact.Key && conflict.Digest == fact.Digest
            ? new AppendedEntry(AppendOutcome.Duplicate, place.Conflict, conflict.Recorded)
            : new AppendedEntry(AppendOutcome.Conflict, 0, default);
    }

    /// <summary>Under which key a conflict is found: that of its identity with its content, so that a sender that says ever new things under one identity costs no more than others.</summary>
    private static FactKey ConflictKey(FactKey key, FactDigest digest) => new(key.High ^ digest.High, key.Low ^ digest.Low);

    /// <summary>Commits a segment; false when the log had moved on by a commit of our own of which we did not know whether it took effect.</summary>
    private async Task<bool> TryCommitAsync(Commit commit, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var (segment, after) = (commit.Segment, commit.After);
        (string, object?[])[] statements =
        [
            (Advance, [_partition, Head.Epoch, Head.Sequence, Head.Chain.ToArray(), after.Sequence, after.Recorded.ToUnixTimeTicks(), after.Chain.ToArray()]),
            (Insert, [_partition, segment.Last, segment.Epoch, segment.FirstRecordedTicks, segment.Chain.ToArray(), segment.Entries, segment.Bodies]),
        ];
        bool advanced;
        try
        {
            advanced = _doubt is null ? await CommitFirstAsync(commit, statements, cancel) : await CommitAfterDoubtAsync(commit, statements, cancel);
        }
        catch (Exception)
        {
            var ours = ReferenceEquals(_doubt, commit);
            if (await TrySettleAsync())
                return ours;
            throw;
        }

        if (advanced)
        {
            Complete(commit);
            return true;
        }

        if (await SettleAsync(cancel))
            return false;
        _fenced = true;
        throw Fenced();
    }

    /// <summary>Where no other commit is in doubt this one may be from the start, so all of it can go to the database at once.</summary>
    private async Task<bool> CommitFirstAsync(Commit commit, (string, object?[])[] statements, CancellationToken cancel)
    {
        _doubt = commit;
        if ((await _store.Database.CommitEachAsync(cancel, statements))[0] == 1)
            return true;
        _doubt = null;
        return false;
    }

    /// <summary>Where one is in doubt, that ours advances the head shows that the other is not in the log and will not be: only then ours may take its place.</summary>
    private async Task<bool> CommitAfterDoubtAsync(Commit commit, (string, object?[])[] statements, CancellationToken cancel)
    {
        await using var session = await _store.Database.BeginAsync(cancel);
        if ((await session.ExecuteEachAsync(cancel, statements))[0] != 1)
            return false;
        _doubt = commit;
        await _store.Database.CommitAsync(session, CancellationToken.None);
        return true;
    }

    /// <summary>Finds out whether the commit in doubt took effect: true when it did.</summary>
    private async Task<bool> SettleAsync(CancellationToken cancel)
    {
        if (_doubt is not { } doubt)
            return false;
        var log = _store.Log(_partition);
        var head = await log.HeadAsync(cancel);
        // Not yet: the database may still be at it. Then our next commit waits for it there, finds the log moved on, and asks again.
        if (head == Head)
            return false;
        // It took effect also when another owner has taken the log over since and gone on from it.
        if (head == doubt.After || await log.SegmentOfAsync(doubt.Segment.Last, cancel) is { } there && there.Chain == doubt.Segment.Chain)
        {
            Complete(doubt);
            return true;
        }

        _fenced = true;
        throw Fenced();
    }

    private async Task<bool> TrySettleAsync()
    {
        try
        {
            return await SettleAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is System.Data.Common.DbException or IOException or TimeoutException)
        {
            return false;
        }
    }

    private void Complete(Commit commit)
    {
        // Until the index knows it, it stays in doubt: the next append comes here again.
        Index(commit.Segment);
        Head = commit.After;
        _doubt = null;
        Committed?.Invoke(commit.Facts);
    }

    private void Index(LogSegment segment)
    {
        if (_indexed.Length < segment.Count)
            _indexed = new KeyEntry[Math.Max(segment.Count, _indexed.Length * 2)];
        var indexed = _indexed.AsSpan(0, segment.Count);
        for (var i = 0; i < indexed.Length; i++)
            indexed[i] = new KeyEntry(segment.IsConflict(i) ? ConflictKey(segment.KeyOf(i), segment.DigestOf(i)) : segment.KeyOf(i), segment.First + i);
        _keys.Add(indexed, segment.Last, segment.Chain.Mark);
        for (var i = 0; i < indexed.Length; i++)
            indexed[i] = new KeyEntry(segment.EntityOf(i), segment.First + i);
        _entities.Add(indexed, segment.Last, segment.Chain.Mark);
    }

    private static LogFencedException Fenced() => new("Another owner has taken the log over.");

    /// <summary>Where the index has an identity, and where a conflict of this content under it; 0 for nowhere.</summary>
    private readonly record struct Place(long First, long Conflict);

    /// <summary>A segment on its way into the store.</summary>
    private sealed record Commit(LogSegment Segment, LogHead After, CommittedFacts Facts);

    private sealed class NoOwnership : IAsyncDisposable
    {
        public static NoOwnership Instance { get; } = new();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>What became of the entries of an append.</summary>
/// <param name="Outcomes">Of each entry, in the order given.</param>
/// <param name="Head">Where the log stands after it.</param>
public sealed record Appended(AppendedEntry[] Outcomes, LogHead Head);

/// <summary>Facts that a commit made durable.</summary>
/// <param name="Facts">Those that stand, in the order of the log.</param>
/// <param name="Conflicts">Those that were set aside because their identity was taken, in the order of the log.</param>
public sealed record CommittedFacts(IReadOnlyList<StampedFact> Facts, IReadOnlyList<StampedFact> Conflicts);
