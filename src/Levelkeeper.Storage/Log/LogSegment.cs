using System.Buffers.Binary;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Storage.Log;

/// <summary>What one commit appended: a row of the store.</summary>
/// <remarks>
/// The index has 53 bytes an entry: key (16), digest (16), entity (16), length of the body (4), what it is (1), numbers big-endian. The chain covers it. An erased body is
/// zeros: lengths, keys and digests stay.
/// </remarks>
public sealed class LogSegment
{
    internal const int EntrySize = 53;

    private readonly byte[] _index;
    private readonly byte[] _bodies;
    private readonly int[] _starts;

    // The array of bodies may be longer than they are: it may have been used before.
    internal LogSegment(int partition, long last, long epoch, long firstRecordedTicks, ChainHash chain, byte[] index, byte[] bodies, int bodiesLength)
    {
        if (index.Length % EntrySize != 0)
            throw new InvalidDataException($"The index of the segment that ends at {last} has {index.Length} bytes, which is not a multiple of {EntrySize}.");
        (Partition, Last, Epoch, FirstRecordedTicks, Chain, _index, _bodies) = (partition, last, epoch, firstRecordedTicks, chain, index, bodies);
        Count = index.Length / EntrySize;
        _starts = new int[Count + 1];
        for (var i = 0; i < Count; i++)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(index.AsSpan(i * EntrySize + 48));
            if (length < 1 || length > bodiesLength - _starts[i])
                throw new InvalidDataException($"The bodies of the segment that ends at {last} are not as long as its index says.");
            _starts[i + 1] = _starts[i] + length;
        }
    }

    /// <summary>The partition of the log.</summary>
    public int Partition { get; }

    /// <summary>How many entries it has, at least one.</summary>
    public int Count { get; }

    /// <summary>The first entry's sequence number.</summary>
    public long First => Last - Count + 1;

    /// <summary>The last entry's sequence number.</summary>
    public long Last { get; }

    /// <summary>The epoch of the owner that wrote it.</summary>
    public long Epoch { get; }

    /// <summary>What the log up to and with this segment hashes to, as it was written.</summary>
    public ChainHash Chain { get; }

    internal long FirstRecordedTicks { get; }

    internal byte[] Entries => _index;

    internal byte[] Bodies => _bodies;

    /// <summary>When an entry was appended: each a tick after the one before.</summary>
    /// <param name="i">From 0.</param>
    public Instant RecordedOf(int i) => Instant.FromUnixTimeTicks(FirstRecordedTicks + i);

    /// <summary>The identity of an entry.</summary>
    public FactKey KeyOf(int i) => ReadKey(i * EntrySize);

    /// <summary>The digest of an entry's text.</summary>
    public FactDigest DigestOf(int i) => ReadKey(i * EntrySize + 16) is var (high, low) ? new FactDigest(high, low) : default;

    /// <summary>The entity that an entry is about: see <see cref="LogEntry.EntityOf"/>.</summary>
    public FactKey EntityOf(int i) => ReadKey(i * EntrySize + 32);

    /// <summary>True when an entry was set aside because its identity was taken by another content.</summary>
    public bool IsConflict(int i) => IsConflict(_index.AsSpan(i * EntrySize, EntrySize));

    internal static bool IsConflict(ReadOnlySpan<byte> entry) => entry[52] == 1;

    /// <summary>An entry's text in canonical form; empty when it was erased.</summary>
    public ReadOnlyMemory<byte> BodyOf(int i) => IsErased(i) ? default : _bodies.AsMemory(_starts[i].._starts[i + 1]);

    /// <summary>True when the text was erased: what rests on it can no longer be recomputed.</summary>
    public bool IsErased(int i) => _bodies[_starts[i]] == 0;

    /// <summary>What the chain should be after it, given what it was before.</summary>
    internal ChainHash ChainAfter(ChainHash before) => before.Next(Partition, First, Count, Epoch, FirstRecordedTicks, _index);

    /// <summary>The bodies with one of them erased.</summary>
    internal byte[] BodiesWithout(IEnumerable<int> erased)
    {
        var bodies = _bodies[.._starts[Count]];
        foreach (var i in erased)
            bodies.AsSpan(_starts[i].._starts[i + 1]).Clear();
        return bodies;
    }

    private FactKey ReadKey(int offset) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(_index.AsSpan(offset)), BinaryPrimitives.ReadUInt64BigEndian(_index.AsSpan(offset + 8)));

    /// <summary>Gathers the entries of a commit, and of the next one: what it makes is of exactly the right size, and made once.</summary>
    /// <remarks>Arrays of a commit are mostly above 85,000 bytes: each that grows is one more for which the garbage collector looks at everything sooner.</remarks>
    internal sealed class Builder
    {
        private readonly List<LogEntry> _entries = [];
        private byte[] _index = [];
        private int _bodies;

        public int Count => _entries.Count;

        /// <summary>Begins anew.</summary>
        public void Clear()
        {
            _entries.Clear();
            _bodies = 0;
        }

        public void Add(LogEntry entry, FactKey entity, bool conflict)
        {
            if (entry.Body.IsEmpty || entry.Body.Span[0] == 0)
                throw new ArgumentException("An entry has a text.", nameof(entry));
            _bodies = checked(_bodies + entry.Body.Length);
            var start = Count * EntrySize;
            if (_index.Length < start + EntrySize)
                Array.Resize(ref _index, Math.Max(64 * EntrySize, _index.Length * 2));
            var row = _index.AsSpan(start, EntrySize);
            Write(row, entry.Fact.Key.High, entry.Fact.Key.Low);
            Write(row[16..], entry.Fact.Digest.High, entry.Fact.Digest.Low);
            Write(row[32..], entity.High, entity.Low);
            BinaryPrimitives.WriteInt32BigEndian(row[48..], entry.Body.Length);
            row[52] = conflict ? (byte)1 : (byte)0;
            _entries.Add(entry);
        }

        public LogSegment Build(int partition, LogHead before, long firstRecordedTicks)
        {
            var index = _index[..(Count * EntrySize)];
            var bodies = GC.AllocateUninitializedArray<byte>(_bodies);
            var end = 0;
            foreach (var entry in _entries)
            {
                entry.Body.Span.CopyTo(bodies.AsSpan(end));
                end += entry.Body.Length;
            }

            var chain = before.Chain.Next(partition, before.Sequence + 1, Count, before.Epoch, firstRecordedTicks, index);
            return new LogSegment(partition, before.Sequence + Count, before.Epoch, firstRecordedTicks, chain, index, bodies, bodies.Length);
        }

        private static void Write(Span<byte> to, ulong high, ulong low)
        {
            BinaryPrimitives.WriteUInt64BigEndian(to, high);
            BinaryPrimitives.WriteUInt64BigEndian(to[8..], low);
        }
    }
}
