using NodaTime;

namespace Levelkeeper.Core.Clocks;

/// <summary>Pending wake-up instants of many entries, one each: a hierarchical timing wheel of four levels of 256 slots, one second to the slot at the bottom.</summary>
/// <remarks>Insert, move and cancel cost a few array writes; 20 bytes an entry. Entries are small dense integers. Not thread-safe.</remarks>
internal sealed class DeadlineWheel
{
    private const int Slots = 256;
    private const int Levels = 4;

    private readonly int[] _heads = new int[Slots * Levels];
    private readonly int[] _counts = new int[Levels];
    private long[] _wakes;
    private int[] _next;
    private int[] _previous;
    private short[] _slots;
    private long _second;

    public DeadlineWheel(long start, int capacity)
    {
        _second = Second(start);
        _wakes = new long[capacity];
        _next = new int[capacity];
        _previous = new int[capacity];
        _slots = new short[capacity];
        Array.Fill(_heads, -1);
        Array.Fill(_slots, (short)-1);
    }

    /// <summary>Bytes held by the arrays.</summary>
    public long Bytes => _wakes.LongLength * 8 + _next.LongLength * 4 + _previous.LongLength * 4 + _slots.LongLength * 2 + _heads.Length * 4;

    /// <summary>Makes room for entries below a number.</summary>
    public void Grow(int capacity)
    {
        var before = _slots.Length;
        Array.Resize(ref _wakes, capacity);
        Array.Resize(ref _next, capacity);
        Array.Resize(ref _previous, capacity);
        Array.Resize(ref _slots, capacity);
        Array.Fill(_slots, (short)-1, before, capacity - before);
    }

    /// <summary>Sets when an entry wakes, in place of what was set before; <see cref="long.MaxValue"/> for never.</summary>
    public void Schedule(int entry, long wake)
    {
        if (_slots[entry] >= 0)
        {
            if (_wakes[entry] == wake)
                return;
            Unlink(entry);
        }

        if (wake == long.MaxValue)
            return;
        _wakes[entry] = wake;
        Link(entry);
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
            var next = _next[entry];
            if (_wakes[entry] < before)
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
            var next = _next[entry];
            Unlink(entry);
            Link(entry);
            entry = next;
        }
    }

    private void Link(int entry)
    {
        var second = Math.Max(Second(_wakes[entry]), _second);
        var ahead = second - _second;
        var level = ahead < 1L << 8 ? 0 : ahead < 1L << 16 ? 1 : ahead < 1L << 24 ? 2 : 3;

        // Farther than the wheel reaches (136 years): as far as it goes, and on from there.
        second = Math.Min(second, _second + (1L << 32) - (1L << 24));
        var slot = level * Slots + (int)(second >> 8 * level & (Slots - 1));
        _slots[entry] = (short)slot;
        _previous[entry] = -1;
        _next[entry] = _heads[slot];
        if (_heads[slot] >= 0)
            _previous[_heads[slot]] = entry;
        _heads[slot] = entry;
        _counts[level]++;
    }

    private void Unlink(int entry)
    {
        int slot = _slots[entry];
        if (_previous[entry] >= 0)
            _next[_previous[entry]] = _next[entry];
        else
            _heads[slot] = _next[entry];
        if (_next[entry] >= 0)
            _previous[_next[entry]] = _previous[entry];
        _slots[entry] = -1;
        _counts[slot / Slots]--;
    }
}
