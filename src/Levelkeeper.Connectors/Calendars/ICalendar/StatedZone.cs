using System.Collections.Immutable;
using NodaTime;
using NodaTime.TimeZones;

namespace Levelkeeper.Connectors.Calendars.ICalendar;

/// <summary>A time zone by the onsets that a VTIMEZONE states: from each one on, an offset holds until the next.</summary>
internal sealed class StatedZone : DateTimeZone
{
    private readonly ImmutableArray<ZoneInterval> _intervals;

    /// <param name="id">Its TZID.</param>
    /// <param name="before">The offset before the first onset.</param>
    /// <param name="onsets">Each offset's first instant; of two at one instant the later in the list holds.</param>
    public StatedZone(string id, Offset before, IEnumerable<(Instant At, Offset Offset)> onsets)
        : this(id, Intervals(id, before, onsets))
    {
    }

    private StatedZone(string id, ImmutableArray<ZoneInterval> intervals)
        : base(id, intervals.Length == 1, intervals.Min(static i => i.WallOffset), intervals.Max(static i => i.WallOffset)) =>
        _intervals = intervals;

    /// <inheritdoc/>
    public override ZoneInterval GetZoneInterval(Instant instant)
    {
        var (low, high) = (0, _intervals.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_intervals[middle].Start <= instant)
                low = middle;
            else
                high = middle - 1;
        }

        return _intervals[low];
    }

    private static ImmutableArray<ZoneInterval> Intervals(string id, Offset before, IEnumerable<(Instant At, Offset Offset)> onsets)
    {
        var intervals = ImmutableArray.CreateBuilder<ZoneInterval>();
        Instant? start = null;
        var offset = before;
        foreach (var onset in onsets.OrderBy(static o => o.At))
        {
            if (onset.Offset == offset)
                continue;
            if (start != onset.At)
                intervals.Add(new ZoneInterval(id, start, onset.At, offset, Offset.Zero));
            (start, offset) = (onset.At, onset.Offset);
        }

        intervals.Add(new ZoneInterval(id, start, null, offset, Offset.Zero));
        return intervals.ToImmutable();
    }
}
