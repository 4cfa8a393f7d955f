using NodaTime;

namespace Levelkeeper.Core.Clocks;

/// <summary>Pending wake-up instants of many tickets, one each: a hierarchical timing wheel of four levels of 256 slots, one second to the slot at the bottom.</summary>
/// <remarks>Insert, move and cancel cost a few writes. The lists run through the tickets' own records, which whoever sets a timer has just read. Not thread-safe.</remarks>
internal sealed class DeadlineWheel
{
    private const int Slots = 256;
    private const int Levels = 4;

    private readonly int[] _heads = new int[Slots * Levels];
    private readonly int[] _counts = new int[Levels];
    private long _second;

    public DeadlineWheel(long start)
    {
        _second = Second(start);
        Array.Fill(_heads, -1);
    }

    /// <summary>Sees to it that an entry wakes no later than this. One that is set to wake before stays so: whoever is woken looks at what is due anyway, and
    /// deadlines that only move on are moved once instead of every time.</summary>
    public void WakeBy(Span<LiveTicket> tickets, int entry, long wake)
    {
        ref var e = ref tickets[entry].Timer;
        if (wake == long.MaxValue || (e.Slot > 0 && e.Wake <= wake))
            return;
        if (e.Slot > 0)
            Unlink(tickets, entry);
        e.Wake = wake;
        Link(tickets, entry);
    }

    /// <summary>Takes an entry out.</summary>
    public void Cancel(Span<LiveTicket> tickets, int entry)
    {
        if (tickets[entry].Timer.Slot > 0)
            Unlink(tickets, entry);
    }

    /// <summary>Takes out every entry that wakes before an instant.</summary>
    /// <param name="tickets">All tickets.</param>
    /// <param name="now">Ticks; entries that wake at it or later stay.</param>
    /// <param name="due">Receives them, second by second; within a second in no order.</param>
    public void TakeBefore(Span<LiveTicket> tickets, long now, List<int> due)
    {
        var last = Second(now);
        while (_second < last)
        {
            TakeSlot(tickets, (int)(_second & (Slots - 1)), long.MaxValue, due);

            // With nothing in the lower levels, jump to where the next slot above is spread out.
            _second = _counts[0] > 0 ? _second + 1
                : _counts[1] > 0 ? Math.Min(last, (_second | 0xFF) + 1)
                : _counts[2] > 0 ? Math.Min(last, (_second | 0xFFFF) + 1)
                : Math.Min(last, (_second | 0xFFFFFF) + 1);
            for (var level = Levels - 1; level > 0; level--)
            {
                if ((_second & ((1L << 8 * level) - 1)) == 0)
                    Spread(tickets, level * Slots + (int)(_second >> 8 * level & (Slots - 1)));
            }
        }

        TakeSlot(tickets, (int)(_second & (Slots - 1)), now, due);
    }

    private static long Second(long ticks) => Math.DivRem(ticks, NodaConstants.TicksPerSecond) is var (quotient, rest) && rest < 0 ? quotient - 1 : quotient;

    private void TakeSlot(Span<LiveTicket> tickets, int slot, long before, List<int> due)
    {
        for (var entry = _heads[slot]; entry >= 0;)
        {
            var next = tickets[entry].Timer.Next;
            if (tickets[entry].Timer.Wake < before)
            {
                Unlink(tickets, entry);
                due.Add(entry);
            }

            entry = next;
        }
    }

    private void Spread(Span<LiveTicket> tickets, int slot)
    {
        var entry = _heads[slot];
        while (entry >= 0)
        {
            var next = tickets[entry].Timer.Next;
            Unlink(tickets, entry);
            Link(tickets, entry);
            entry = next;
        }
    }

    private void Link(Span<LiveTicket> tickets, int entry)
    {
        ref var e = ref tickets[entry].Timer;
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
            tickets[e.Next].Timer.Previous = entry;
        _heads[slot] = entry;
        _counts[level]++;
    }

    private void Unlink(Span<LiveTicket> tickets, int entry)
    {
        ref var e = ref tickets[entry].Timer;
        var slot = e.Slot - 1;
        if (e.Previous >= 0)
            tickets[e.Previous].Timer.Next = e.Next;
        else
            _heads[slot] = e.Next;
        if (e.Next >= 0)
            tickets[e.Next].Timer.Previous = e.Previous;
        e.Slot = 0;
        _counts[slot / Slots]--;
    }
}
