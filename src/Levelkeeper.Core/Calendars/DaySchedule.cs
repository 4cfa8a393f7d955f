using System.Collections.Immutable;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Calendars;

/// <summary>What a definition gives for one date: the open spans, as instants, of the windows that start on it.</summary>
/// <remarks>
/// Breaks are taken away on the wall clock, before its times become instants, so that "09-17 with a break 12-13" and "09-12, 13-17" are the same calendar
/// also when the clocks change.
/// </remarks>
internal sealed class DaySchedule(CalendarDefinition definition)
{
    private readonly bool _hasBreaks = definition.Versions.Any(static v => !v.Breaks.IsEmpty || !v.DatedBreaks.IsEmpty);

    public CalendarDefinition Definition => definition;

    /// <summary>Adds the spans of the windows that start on the date, in order of their starts; they may overlap each other and those of other dates.</summary>
    public void AddOpenSpans(LocalDate date, List<TickInterval> spans)
    {
        var version = definition.VersionOn(date);
        var windows = WindowsOn(date, version);
        if (windows.IsEmpty)
            return;
        var first = spans.Count;
        if (_hasBreaks)
        {
            foreach (var local in WithoutBreaks(date, windows))
                AddSpan(date, local.Start, local.End, spans);
        }
        else
        {
            foreach (var window in windows)
                AddSpan(date, window.StartTicks, window.EndTicks, spans);
        }

        if (!version.Closures.IsEmpty && spans.Count > first)
        {
            var left = IntervalSet.Of(spans.Skip(first)).Except(version.Closures);
            spans.RemoveRange(first, spans.Count - first);
            spans.AddRange(left);
        }
    }

    /// <summary>The open spans of one date as a set.</summary>
    public IntervalSet OpenSpans(LocalDate date)
    {
        var spans = new List<TickInterval>();
        AddOpenSpans(date, spans);
        return IntervalSet.Of(spans);
    }

    private static ImmutableArray<DayWindow> WindowsOn(LocalDate date, CalendarVersion version)
    {
        if (version.OverrideOn(date)?.Hours is { } hours)
            return hours;
        if (version.IsHoliday(date))
            return [];
        var weekly = version.Hours[date.DayOfWeek];
        if (version.Holidays?.IsMovedWorkingDay(date) != true || version.MovedWorkingDayHours is { IsEmpty: true })
            return weekly;
        return version.MovedWorkingDayHours ?? (weekly.IsEmpty ? version.Hours[IsoDayOfWeek.Monday] : weekly);
    }

    /// <summary>Wall-clock spans counted from the date's midnight, less the breaks that start on the day before, on it, and on the day after.</summary>
    private IntervalSet WithoutBreaks(LocalDate date, ImmutableArray<DayWindow> windows)
    {
        var open = IntervalSet.Of(windows.Select(static w => new TickInterval(w.StartTicks, w.EndTicks)));
        var breaks = new List<TickInterval>();
        for (var day = -1; day <= 1; day++)
        {
            var on = date.PlusDays(day);
            var version = definition.VersionOn(on);
            var shift = day * NodaConstants.TicksPerDay;
            if (version.OverrideOn(on) is not { WithoutBreaks: true })
                breaks.AddRange(version.Breaks[on.DayOfWeek].Select(w => new TickInterval(w.StartTicks + shift, w.EndTicks + shift)));
            if (version.DatedBreaks.TryGetValue(on, out var dated))
                breaks.AddRange(dated.Select(w => new TickInterval(w.StartTicks + shift, w.EndTicks + shift)));
        }

        return open.Except(IntervalSet.Of(breaks));
    }

    private void AddSpan(LocalDate date, long startTicks, long endTicks, List<TickInterval> spans)
    {
        // A gap moves an edge to its end, an overlap widens the window; a window that lies in a gap is left empty and dropped.
        var midnight = date.AtMidnight();
        var start = WallClock.Resolve(midnight.PlusTicks(startTicks), definition.Zone).ToUnixTimeTicks();
        var end = WallClock.ResolveLater(midnight.PlusTicks(endTicks), definition.Zone).ToUnixTimeTicks();
        if (end > start)
            spans.Add(new TickInterval(start, end));
    }
}
