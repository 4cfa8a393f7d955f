using System.Numerics;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Storage.Keys;

/// <summary>What is kept in memory of each block of a run: its first key, which tells where to look, and its checksum (CRC-32C), because a bit that flips under a look-up would hide a key.</summary>
internal sealed class RunBlocks(long count)
{
    /// <summary>How many entries a block has; 6 KiB.</summary>
    public const int Entries = 256;

    private readonly FactKey[] _firsts = new FactKey[(count + Entries - 1) / Entries];
    private readonly uint[] _sums = new uint[(count + Entries - 1) / Entries];
    private long _added;

    /// <summary>How many there are.</summary>
    public int Count => _firsts.Length;

    /// <summary>Adds the next entry of the run.</summary>
    public void Add(KeyEntry entry)
    {
        var block = _added / Entries;
        if (_added++ % Entries == 0)
            _firsts[block] = entry.Key;
        _sums[block] = Sum(_sums[block], entry);
    }

    /// <summary>The first key of a block.</summary>
    public FactKey FirstOf(int block) => _firsts[block];

    /// <summary>How many blocks begin with a smaller key.</summary>
    public int Before(FactKey key)
    {
        var (from, to) = (0, _firsts.Length);
        while (from < to)
        {
            var middle = from + (to - from) / 2;
            if (_firsts[middle].CompareTo(key) < 0)
                from = middle + 1;
            else
                to = middle;
        }

        return from;
    }

    /// <summary>True when a block was read as it was added.</summary>
    public bool Holds(int block, ReadOnlySpan<KeyEntry> entries)
    {
        var sum = 0u;
        foreach (ref readonly var entry in entries)
            sum = Sum(sum, entry);
        return sum == _sums[block];
    }

    private static uint Sum(uint sum, in KeyEntry entry) =>
        BitOperations.Crc32C(BitOperations.Crc32C(BitOperations.Crc32C(sum, entry.Key.High), entry.Key.Low), (ulong)entry.Sequence);
}
