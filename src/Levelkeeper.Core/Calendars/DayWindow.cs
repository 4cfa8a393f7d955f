using System.Globalization;
using Levelkeeper.Core.Diagnostics;
using NodaTime;

namespace Levelkeeper.Core.Calendars;

/// <summary>A span of wall-clock time on a day, <c>[start, end)</c>: opening hours or a break. It belongs to the day on which it starts.</summary>
/// <remarks>
/// Ends at the latest at 24:00 of the next day, and may pass midnight (22:00-06:00). Never empty. Equality is by both edges.
/// <c>default</c> is not a valid window.
/// </remarks>
public readonly record struct DayWindow
{
    private DayWindow(long start, long end)
    {
        StartTicks = start;
        EndTicks = end;
    }

    /// <summary>00:00-24:00.</summary>
    public static DayWindow WholeDay { get; } = new(0, NodaConstants.TicksPerDay);

    /// <summary>Opening edge: ticks of 100 ns on the wall clock since the midnight that begins the day; 0 to just under 24 h.</summary>
    public long StartTicks { get; }

    /// <summary>Closing edge, counted from the same midnight: above <see cref="StartTicks"/>; above 24 h when the window passes midnight.</summary>
    public long EndTicks { get; }

    /// <summary>True when the window ends after 24:00 of the day on which it starts.</summary>
    public bool PassesMidnight => EndTicks > NodaConstants.TicksPerDay;

    /// <summary>The window between two times of day. An end at or before the start is on the next day; midnight as an end is 24:00.</summary>
    /// <exception cref="ArgumentException">Both are equal and not midnight, which could mean an empty window or a whole day.</exception>
    public static DayWindow Of(LocalTime start, LocalTime end)
    {
        if (start == end && start != LocalTime.Midnight)
            throw new ArgumentException($"A window from {start} to {end} could be empty or a whole day.", nameof(end));
        return new DayWindow(start.TickOfDay, end > start ? end.TickOfDay : end.TickOfDay + NodaConstants.TicksPerDay);
    }

    /// <summary>Reads two times of the form <c>HH:mm</c> or <c>HH:mm:ss</c>; the end may be <c>24:00</c>, or before the start (next day).</summary>
    /// <param name="start">The opening edge, 00:00 to 23:59:59.</param>
    /// <param name="end">The closing edge, 00:00 to 24:00.</param>
    /// <param name="place">Where the text stands.</param>
    /// <param name="diagnostics">Takes LK3001 (not a time of day) and LK3002 (start and end are equal).</param>
    /// <returns>Null when a diagnostic was reported.</returns>
    public static DayWindow? Parse(string? start, string? end, Place place, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        var from = ParseTime(start, allow24: false);
        var to = ParseTime(end, allow24: true);
        if (from is null)
            diagnostics.Error("LK3001", place, $"{Diagnostic.Quote(start)} is not a time of day at which a window can start.", "write HH:mm, 00:00 to 23:59");
        if (to is null)
            diagnostics.Error("LK3001", place, $"{Diagnostic.Quote(end)} is not a time of day at which a window can end.", "write HH:mm, 00:00 to 24:00");
        if (from is null || to is null)
            return null;
        if (from == to)
        {
            diagnostics.Error("LK3002", place, $"A window from {start} to {end} could be empty or a whole day.", "write 00:00 to 24:00 for a whole day, or leave an empty window out");
            return null;
        }

        return new DayWindow(from.Value, to > from ? to.Value : to.Value + NodaConstants.TicksPerDay);
    }

    /// <summary><c>22:00-06:00</c>; an end at midnight is written 24:00.</summary>
    public override string ToString() => $"{Format(StartTicks)}-{Format(PassesMidnight ? EndTicks - NodaConstants.TicksPerDay : EndTicks)}";

    private static string Format(long ticks)
    {
        var time = new TimeSpan(ticks);
        var hours = (int)time.TotalHours;
        return time.Seconds == 0 && ticks % NodaConstants.TicksPerSecond == 0
            ? $"{hours:00}:{time.Minutes:00}"
            : $"{hours:00}:{time.Minutes:00}:{time.Seconds:00}";
    }

    private static long? ParseTime(string? text, bool allow24)
    {
        if (text is null || text.Length is not (5 or 8))
            return null;
        int hour, minute, second = 0;
        if (!Two(text, 0, out hour) || text[2] != ':' || !Two(text, 3, out minute))
            return null;
        if (text.Length == 8 && (text[5] != ':' || !Two(text, 6, out second)))
            return null;
        if (minute > 59 || second > 59)
            return null;
        if (hour > 23 && !(allow24 && hour == 24 && minute == 0 && second == 0))
            return null;
        return (hour * 3600L + minute * 60 + second) * NodaConstants.TicksPerSecond;

        static bool Two(string text, int at, out int value) =>
            int.TryParse(text.AsSpan(at, 2), NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
