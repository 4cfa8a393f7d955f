namespace Levelkeeper.Core.Clocks;

/// <summary>Finds a ticket's place by its key: a table of places with open addressing; the keys stay with the tickets.</summary>
/// <remarks>
/// Half of a key's hash stands beside the place, so that other tickets are looked at only when 32 bits agree. At most half full: 16 to 32 bytes a ticket.
/// Keys are expected to be spread, as digests are. Not thread-safe.
/// </remarks>
internal sealed class TicketIndex
{
    // The upper half of the hash, then the place plus one; 0 is free. A ticket stands at the place that its hash begins with, or in the next free one after it.
    private ulong[] _entries;
    private int _shift;

    public TicketIndex(int capacity)
    {
        _entries = [];
        Resize(capacity);
    }

    public int Count { get; private set; }

    public long Bytes => _entries.LongLength * sizeof(ulong);

    /// <summary>The place of a key; -1 when it is not in the index.</summary>
    public int Find(UInt128 key, ReadOnlySpan<LiveTicket> tickets)
    {
        var position = PositionOf(key, tickets);
        return position < 0 ? -1 : PlaceAt(position);
    }

    /// <summary>Adds a key that is not in the index.</summary>
    public void Add(UInt128 key, int place)
    {
        if (2 * (Count + 1) > _entries.Length)
            Resize(_entries.Length);
        Put((ulong)HashOf(key) << 32 | (uint)(place + 1));
        Count++;
    }

    /// <summary>Takes a key out.</summary>
    /// <returns>The place that it had; -1 when it is not in the index.</returns>
    public int Remove(UInt128 key, ReadOnlySpan<LiveTicket> tickets)
    {
        var free = PositionOf(key, tickets);
        if (free < 0)
            return -1;
        var place = PlaceAt(free);

        // Whoever stands behind and would be found no more moves into the gap.
        var mask = _entries.Length - 1;
        for (var i = (free + 1) & mask; _entries[i] != 0; i = (i + 1) & mask)
        {
            var home = HomeOf(_entries[i]);
            if (((i - home) & mask) < ((i - free) & mask))
                continue;
            _entries[free] = _entries[i];
            free = i;
        }

        _entries[free] = 0;
        Count--;
        return place;
    }

    private static uint HashOf(UInt128 key)
    {
        var high = Math.BigMul((ulong)key ^ 0x9E3779B97F4A7C15, (ulong)(key >> 64) ^ 0xD1B54A32D192ED03, out var low);
        return (uint)(((high ^ low) * 0x9E3779B97F4A7C15) >> 32);
    }

    private int PlaceAt(int position) => (int)(uint)_entries[position] - 1;

    private int HomeOf(ulong entry) => (int)(entry >> _shift);

    private int PositionOf(UInt128 key, ReadOnlySpan<LiveTicket> tickets)
    {
        var entries = _entries;
        var hash = HashOf(key);
        for (var i = HomeOf((ulong)hash << 32); ; i++)
        {
            i &= entries.Length - 1;
            var entry = entries[i];
            if (entry == 0)
                return -1;
            if (entry >> 32 == hash && tickets[(int)(uint)entry - 1].Key == key)
                return i;
        }
    }

    private void Put(ulong entry)
    {
        var i = HomeOf(entry);
        while (_entries[i] != 0)
            i = (i + 1) & (_entries.Length - 1);
        _entries[i] = entry;
    }

    /// <summary>Makes room for this many keys.</summary>
    private void Resize(int capacity)
    {
        const int Least = 16;
        var before = _entries;
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(Least, checked(2 * capacity)));
        _entries = new ulong[size];
        _shift = 64 - System.Numerics.BitOperations.Log2((uint)size);
        foreach (var entry in before)
        {
            if (entry != 0)
                Put(entry);
        }
    }
}
