using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Calendars;

/// <summary>
/// The open spans of a stretch of years, with the open time before each, so that open time up to an instant and the instant of an open time are one
/// look-up each. Immutable.
/// </summary>
/// <remarks>
/// A span needs 16 bytes: its length is the difference of two neighbouring sums. Two indexes, one by time and one by open time, cut both axes into equal
/// buckets of a power of two and lead to the last span that starts at or before a bucket's beginning. Buckets are so small that usually one span at most
/// starts in each, so that one step without a branch ends the look-up; where hours are very uneven more steps remain, then a binary search.
/// </remarks>
internal sealed class OpenTimeTable
{
    private const int StepsBeforeSearch = 6;

    // Later than any instant, and far enough from the largest number that differences with instants do not overflow.
    private const long EndOfTime = long.MaxValue / 2;

    private readonly record struct Entry(long Start, long OpenBefore);

    // Entry 0 is an empty span at the beginning, the last one an empty span at the end of time, so that no look-up needs a bounds case.
    private readonly Entry[] _entries;
    private readonly int[] _byTime;
    private readonly int[] _byOpenTime;
    private readonly int _timeShift;
    private readonly int _openTimeShift;

    private OpenTimeTable(long from, long to, Entry[] entries)
    {
        From = from;
        To = to;
        _entries = entries;
        OpenTime = entries[^1].OpenBefore;
        _timeShift = Shift(entries, to - from, static (in Entry e) => e.Start);
        _byTime = Index(entries, _timeShift, to - from, (in Entry e) => e.Start - from);
        _openTimeShift = Shift(entries, OpenTime, static (in Entry e) => e.OpenBefore);
        _byOpenTime = Index(entries, _openTimeShift, OpenTime, static (in Entry e) => e.OpenBefore);
    }

    private delegate long Axis(in Entry entry);

    /// <summary>Covers no instant.</summary>
    public static OpenTimeTable Nothing { get; } = new(1, 0, [new Entry(0, 0), new Entry(EndOfTime, 0)]);

    /// <summary>First tick covered.</summary>
    public long From { get; }

    /// <summary>Last tick covered; open spans are cut here.</summary>
    public long To { get; }

    /// <summary>All open time covered, in ticks.</summary>
    public long OpenTime { get; }

    public bool IsEmpty => To < From;

    public static OpenTimeTable Build(DaySchedule schedule, LocalDate from, LocalDate to)
    {
        var fromTick = from.AtMidnight().InUtc().ToInstant().ToUnixTimeTicks();
        var toTick = to.AtMidnight().InUtc().ToInstant().ToUnixTimeTicks();
        var spans = new List<TickInterval>();

        // Two days more at each end: a zone is up to 14 hours from UTC, and a window may reach a day on.
        for (var date = from.PlusDays(-3); date <= to.PlusDays(2); date = date.PlusDays(1))
            schedule.AddOpenSpans(date, spans);
        var open = IntervalSet.Of(spans).Intersect(new TickInterval(fromTick, toTick));
        var entries = new Entry[open.Count + 2];
        entries[0] = new Entry(fromTick, 0);
        var total = 0L;
        for (var i = 0; i < open.Count; i++)
        {
            entries[i + 1] = new Entry(open[i].Start, total);
            total += open[i].Length;
        }

        entries[^1] = new Entry(EndOfTime, total);
        return new OpenTimeTable(fromTick, toTick, entries);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Covers(long tick) => tick >= From && tick <= To;

    /// <summary>Open ticks in <c>[From, tick)</c>. The tick must be covered.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long OpenBefore(long tick)
    {
        ref var entry = ref Entries(At(tick));
        var all = Unsafe.Add(ref entry, 1).OpenBefore - entry.OpenBefore;

        // The smaller of the time since the span's start and its length, without a branch: whether a tick is in or out of hours cannot be predicted.
        var over = tick - entry.Start - all;
        return entry.OpenBefore + all + (over & (over >> 63));
    }

    public bool IsOpen(long tick)
    {
        var i = At(tick);
        return tick - _entries[i].Start < Length(i);
    }

    /// <summary>The earliest tick before which there is this much open time: the end of a span, never its start. Null when it is not in the table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryEarliest(long open, out long tick)
    {
        if (open <= 0 || open > OpenTime)
        {
            tick = 0;
            return false;
        }

        // The last span with less open time before it than asked for.
        ref var entry = ref Entries(AtOpen(open - 1));
        tick = entry.Start + (open - entry.OpenBefore);
        return true;
    }

    /// <summary>The latest tick before which there is this much open time: inside a span or at its start, never its end.</summary>
    public bool TryLatest(long open, out long tick)
    {
        if (open < 0 || open >= OpenTime)
        {
            tick = 0;
            return false;
        }

        ref var entry = ref Entries(AtOpen(open));
        tick = entry.Start + (open - entry.OpenBefore);
        return true;
    }

    /// <summary>The tick itself when it is open, else the start of the next span.</summary>
    public bool TryNextOpening(long tick, out long opening)
    {
        var i = At(tick);
        opening = tick - _entries[i].Start < Length(i) ? tick : _entries[i + 1].Start;
        return opening != EndOfTime;
    }

    /// <summary>The tick itself when the time just before it is open, else the end of the span before.</summary>
    public bool TryPreviousClosing(long tick, out long closing)
    {
        var i = At(tick);
        if (_entries[i].Start == tick && i > 0)
            i--;
        closing = Math.Min(tick, _entries[i].Start + Length(i));
        return i > 0;
    }

    public IEnumerable<TickInterval> Spans(long start, long end)
    {
        for (var i = At(start); i < _entries.Length - 1 && _entries[i].Start < end; i++)
        {
            var from = Math.Max(start, _entries[i].Start);
            var to = Math.Min(end, _entries[i].Start + Length(i));
            if (to > from)
                yield return new TickInterval(from, to);
        }
    }

    private long Length(int i) => _entries[i + 1].OpenBefore - _entries[i].OpenBefore;

    // Without checks of array bounds: a covered tick, and open time below the total, always fall into the indexes, and both lead below the last entry.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Entry Entries(int i) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_entries), i);

    /// <summary>The last entry that starts at or before the tick.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int At(long tick)
    {
        Debug.Assert(Covers(tick));
        var i = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_byTime), (int)((tick - From) >> _timeShift));
        i += IsAtMost(Entries(i + 1).Start, tick);
        return Entries(i + 1).Start <= tick ? SearchTime(i + 1, tick) : i;
    }

    /// <summary>The last entry with at most this much open time before it, which must be less than the total.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int AtOpen(long open)
    {
        Debug.Assert(open >= 0 && open < OpenTime);
        var i = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_byOpenTime), (int)(open >> _openTimeShift));
        i += IsAtMost(Entries(i + 1).OpenBefore, open);
        return Entries(i + 1).OpenBefore <= open ? SearchOpen(i + 1, open) : i;
    }

    /// <summary>1 when the first is at most the second, else 0, without a branch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int IsAtMost(long first, long second) => (int)((ulong)(first - second - 1) >> 63);

    private int SearchTime(int low, long tick)
    {
        for (var steps = 0; steps < StepsBeforeSearch; steps++, low++)
        {
            if (_entries[low + 1].Start > tick)
                return low;
        }

        var high = _entries.Length - 1;
        while (high - low > 1)
        {
            var middle = (low + high) >>> 1;
            if (_entries[middle].Start <= tick)
                low = middle;
            else
                high = middle;
        }

        return low;
    }

    private int SearchOpen(int low, long open)
    {
        for (var steps = 0; steps < StepsBeforeSearch; steps++, low++)
        {
            if (_entries[low + 1].OpenBefore > open)
                return low;
        }

        var high = _entries.Length - 1;
        while (high - low > 1)
        {
            var middle = (low + high) >>> 1;
            if (_entries[middle].OpenBefore <= open)
                low = middle;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>The bucket size as a power of two: at most the shortest step between two spans, but not so small that there are many buckets per span.</summary>
    private static int Shift(Entry[] entries, long length, Axis axis)
    {
        const int MostBucketsPerSpan = 4;
        var shortest = Math.Max(1, length);
        for (var i = 1; i + 2 < entries.Length; i++)
            shortest = Math.Min(shortest, axis(entries[i + 1]) - axis(entries[i]));
        var average = length / Math.Max(1, entries.Length - 2);
        return BitOperations.Log2((ulong)Math.Max(1, Math.Max(shortest, average / MostBucketsPerSpan)));
    }

    private static int[] Index(Entry[] entries, int shift, long length, Axis axis)
    {
        var index = new int[(Math.Max(0, length) >> shift) + 1];
        var i = 0;
        for (var bucket = 0; bucket < index.Length; bucket++)
        {
            var start = (long)bucket << shift;
            while (i + 2 < entries.Length && axis(entries[i + 1]) <= start)
                i++;
            index[bucket] = i;
        }

        return index;
    }
}
