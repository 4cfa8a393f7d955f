using System.Diagnostics.CodeAnalysis;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Storage.Keys;

/// <summary>The latest entries, in memory: a hash table whose chains link the entries of one key in the order in which they came.</summary>
internal sealed class KeyTable
{
    private KeyEntry[] _entries;
    private int[] _next;
    private int[] _lastOfFirst;
    private int[] _slots;

    /// <summary>An empty table with room for so many entries, rounded up to a power of two; it grows when that is too little.</summary>
    public KeyTable(int capacity)
    {
        Allocate((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, capacity)));
    }

    /// <summary>How many entries it holds.</summary>
    public int Count { get; private set; }

    /// <summary>How many different keys it holds.</summary>
    public int Keys { get; private set; }

    /// <summary>The first sequence number that it covers, with an entry or without.</summary>
    public required long First { get; init; }

    /// <summary>The last sequence number that it covers; before <see cref="First"/> while it covers none.</summary>
    public required long Last { get; set; }

    /// <summary>What the log is up to the last sequence number.</summary>
    public UInt128 Mark { get; set; }

    /// <summary>Adds an entry whose sequence number is not before those added.</summary>
    public void Add(KeyEntry entry)
    {
        if (Count == _entries.Length)
            Grow();
        var index = Count++;
        _entries[index] = entry;
        ref var slot = ref Slot(entry.Key);
        if (slot == 0)
        {
            slot = index + 1;
            Keys++;
            _lastOfFirst[index] = index;
            return;
        }

        ref var last = ref _lastOfFirst[slot - 1];
        _next[last] = index + 1;
        last = index;
    }

    /// <summary>The first sequence number of a key.</summary>
    public bool TryFind(FactKey key, out long sequence)
    {
        var link = Slot(key);
        sequence = link == 0 ? 0 : _entries[link - 1].Sequence;
        return link != 0;
    }

    /// <summary>Every sequence number of a key, ascending.</summary>
    public void FindAll(FactKey key, ICollection<long> into)
    {
        for (var link = Slot(key); link != 0; link = _next[link - 1])
            into.Add(_entries[link - 1].Sequence);
    }

    /// <summary>A sorted copy of the entries.</summary>
    public KeyEntry[] Sorted()
    {
        var sorted = _entries.AsSpan(0, Count).ToArray();
        sorted.AsSpan().Sort();
        return sorted;
    }

    /// <summary>Holds 0 or 1 + the index of the first entry of the key.</summary>
    private ref int Slot(FactKey key)
    {
        // The keys are digests: their own bits spread them, and half of the slots stay free.
        var mask = _slots.Length - 1;
        for (var at = (int)key.Low & mask; ; at = (at + 1) & mask)
        {
            ref var slot = ref _slots[at];
            if (slot == 0 || _entries[slot - 1].Key == key)
                return ref slot;
        }
    }

    private void Grow()
    {
        var (entries, next, lastOfFirst, slots) = (_entries, _next, _lastOfFirst, _slots);
        Allocate(checked(entries.Length * 2));
        entries.CopyTo(_entries, 0);
        next.CopyTo(_next, 0);
        lastOfFirst.CopyTo(_lastOfFirst, 0);
        foreach (var first in slots)
        {
            if (first != 0)
                Slot(_entries[first - 1].Key) = first;
        }
    }

    [MemberNotNull(nameof(_entries), nameof(_next), nameof(_lastOfFirst), nameof(_slots))]
    private void Allocate(int capacity)
    {
        _entries = new KeyEntry[capacity];
        _next = new int[capacity];
        _lastOfFirst = new int[capacity];
        _slots = new int[checked(capacity * 2)];
    }
}
