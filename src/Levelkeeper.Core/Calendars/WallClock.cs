using NodaTime;
using NodaTime.TimeZones;

namespace Levelkeeper.Core.Calendars;

/// <summary>Calendar units in a zone: "1 day" and "1 month" keep the wall-clock time, whatever the day's length; "24 h" is elapsed time and needs only <c>+</c>.</summary>
public static class WallClock
{
    /// <summary>
    /// The instant with the same wall-clock time a number of days, weeks, months or years later (or earlier, when negative). A day that the month does
    /// not have becomes its last (31 January + 1 month = 28 or 29 February). A time in a spring-forward gap moves to the end of the gap, one in
    /// an autumn overlap is the earlier of the two. Adding nothing gives the start itself.
    /// </summary>
    /// <exception cref="ArgumentException">The period has hours or smaller units: those are elapsed time.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The result is outside the range of <see cref="Instant"/>.</exception>
    public static Instant Add(Instant start, Period period, DateTimeZone zone)
    {
        ArgumentNullException.ThrowIfNull(period);
        ArgumentNullException.ThrowIfNull(zone);
        if (period.HasTimeComponent)
            throw new ArgumentException("Hours and smaller units are elapsed time; add them as a Duration.", nameof(period));
        var local = start.InZone(zone).LocalDateTime;
        LocalDateTime moved;
        try
        {
            moved = local + period;
        }
        catch (OverflowException e)
        {
            throw new ArgumentOutOfRangeException(nameof(period), e.Message);
        }

        return moved == local ? start : Resolve(moved, zone);
    }

    /// <summary>The instant of a wall-clock time: a time in a gap is the end of the gap, one in an overlap the earlier of the two.</summary>
    public static Instant Resolve(LocalDateTime local, DateTimeZone zone) => At(local, zone, static m => m.First());

    /// <summary>The same, but an overlap gives the later of the two: the edge at which something closes.</summary>
    internal static Instant ResolveLater(LocalDateTime local, DateTimeZone zone) => At(local, zone, static m => m.Last());

    private static Instant At(LocalDateTime local, DateTimeZone zone, Func<ZoneLocalMapping, ZonedDateTime> choose)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var mapping = zone.MapLocal(local);
        return mapping.Count == 0 ? mapping.LateInterval.Start : choose(mapping).ToInstant();
    }
}
