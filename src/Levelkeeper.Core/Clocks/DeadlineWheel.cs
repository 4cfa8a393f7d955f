using NodaTime;

namespace Levelkeeper.Core.Clocks;

/// <summary>Pending wake-up instants of many entries, one each: a hierarchical timing wheel of four levels of 256 slots, one second to the slot at the bottom.</summary>
/// <remarks>Insert, move and cancel cost a few array writes; 24 bytes an entry. Entries are small dense integers. Not thread-safe.</remarks>
internal sealed class DeadlineWheel
{
    private const int Slots = 256;
    private const int Levels = 4;

    private readonly int[] _heads = new int[Slots * Levels];
    private readonly int[] _counts = new int[Levels];
    private Entry[] _entries;
    private long _second;

    public DeadlineWheel(long start, int capacity)
    {
        _second = Second(start);
        _entries = new Entry[capacity];
        Array.Fill(_heads, -1);
    }

    /// <summary>Bytes held by the arrays.</summary>
    public long Bytes => _entries.LongLength * 24 + _heads.Length * 4;

    /// <summary>Makes room for entries below a number.</summary>
    public void Grow(int capacity) => Array.Resize(ref _entries, capacity);

    /// <summary>Sees to it that an entry wakes no later than this. One that is set to wake before stays so: whoever is woken looks at what is due anyway, and
    /// deadlines that only move on are moved once instead of every time.</summary>
    public void WakeBy(int entry, long wake)
    {
        ref var e = ref _entries[entry];
        if (wake == long.MaxValue || (e.Slot > 0 && e.Wake <= wake))
            return;
        if (e.Slot > 0)
            Unlink(entry);
        e.Wake = wake;
        Link(entry);
    }

    /// <summary>Takes an entry out.</summary>
    public void Cancel(int entry)
    {
        if (_entries[entry].Slot > 0)
            Unlink(entry);
    }

    /// <summary>Takes out every entry that wakes before an instant.</summary>
    /// <param name="now">Ticks; entries that wake at it or later stay.</param>
    /// <param name="due">Receives them, second by second; within a second in no order.</param>
    public void TakeBefore(long now, List<int> due)
    {
        var last = Second(now);
        while (_second < last)
        {
            TakeSlot((int)(_second & (Slots - 1)), long.MaxValue, due);

            // With nothing in the lower levels, jump to where the next slot above is spread out.
            _second = _counts[0] > 0 ? _second + 1
                : _counts[1] > 0 ? Math.Min(last, (_second | 0xFF) + 1)
                : _counts[2] > 0 ? Math.Min(last, (_second | 0xFFFF) + 1)
                : Math.Min(last, (_second | 0xFFFFFF) + 1);
            for (var level = Levels - 1; level > 0; level--)
            {
                if ((_second & ((1L << 8 * level) - 1)) == 0)
                    Spread(level * Slots + (int)(_second >> 8 * level & (Slots - 1)));
            }
        }

        TakeSlot((int)(_second & (Slots - 1)), now, due);
    }

    private static long Second(long ticks) => Math.DivRem(ticks, NodaConstants.TicksPerSecond) is var (quotient, rest) && rest < 0 ? quotient - 1 : quotient;

    private void TakeSlot(int slot, long before, List<int> due)
    {
        for (var entry = _heads[slot]; entry >= 0;)
        {
            var next = _entries[entry].Next;
            if (_entries[entry].Wake < before)
            {
                Unlink(entry);
                due.Add(entry);
            }

            entry = next;
        }
    }

    private void Spread(int slot)
    {
        var entry = _heads[slot];
        while (entry >= 0)
        {
            var next = _entries[entry].Next;
            Unlink(entry);
            Link(entry);
            entry = next;
        }
    }

    private void Link(int entry)
    {
        ref var e = ref _entries[entry];
        var second = Math.Max(Second(e.Wake), _second);
        var ahead = second - _second;
        var level = ahead < 1L << 8 ? 0 : ahead < 1L << 16 ? 1 : ahead < 1L << 24 ? 2 : 3;

        // Farther than the wheel reaches (136 years): as far as it goes, and on from there.
        second = Math.Min(second, _second + (1L << 32) - (1L << 24));
        var slot = level * Slots + (int)(second >> 8 * level & (Slots - 1));
        e.Slot = slot + 1;
        e.Previous = -1;
        e.Next = _heads[slot];
        if (e.Next >= 0)
            _entries[e.Next].Previous = entry;
        _heads[slot] = entry;
        _counts[level]++;
    }

    private void Unlink(int entry)
    {
        ref var e = ref _entries[entry];
        var slot = e.Slot - 1;
        if (e.Previous >= 0)
            _entries[e.Previous].Next = e.Next;
        else
            _heads[slot] = e.Next;
        if (e.Next >= 0)
            _entries[e.Next].Previous = e.Previous;
        e.Slot = 0;
        _counts[slot / Slots]--;
    }

    /// <summary>A member of a slot's list. A slot of 0 means that it is in none; else the number is one more than the slot's.</summary>
    private struct Entry
    {
        public long Wake;
        public int Next;
        public int Previous;
        public int Slot;
    }
}
