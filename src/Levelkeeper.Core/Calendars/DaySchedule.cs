using System.Collections.Immutable;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Calendars;

/// <summary>What a definition gives for one date: the open spans, as instants, of the windows that start on it.</summary>
/// <remarks>
/// Breaks are taken away on the wall clock, before its times become instants, so that "09-17 with a break 12-13" and "09-12, 13-17" are the same calendar
/// also when the clocks change. Where the calendar takes the place of one in another zone, dates do not lie end to end: there the instant parts them, and the
/// date around it has what is left of both.
/// </remarks>
/// <param name="definition">What it says.</param>
/// <param name="before">What held in another zone before; null for nothing.</param>
/// <param name="from">The instant from which on the definition holds, in ticks; without anything before it, it holds always.</param>
internal sealed class DaySchedule(CalendarDefinition definition, DaySchedule? before = null, long from = long.MinValue)
{
    private readonly bool _hasBreaks = definition.Versions.Any(static v => !v.Breaks.IsEmpty || !v.DatedBreaks.IsEmpty);

    public CalendarDefinition Definition => definition;

    /// <summary>The zone whose wall clock holds at a tick.</summary>
    public DateTimeZone ZoneAt(long tick) => before is null || tick >= from ? definition.Zone : before.ZoneAt(tick);

    /// <summary>The zone in which a time of day on a date is meant.</summary>
    public DateTimeZone ZoneOn(LocalDate date) =>
        before is null || date >= Instant.FromUnixTimeTicks(from).InZone(definition.Zone).Date ? definition.Zone : before.ZoneOn(date);

    /// <summary>The same with another definition of its zone.</summary>
    public DaySchedule With(CalendarDefinition other) => new(other, before, from);

    /// <summary>Adds the spans of the windows that start on the date, in order of their starts; they may overlap each other and those of other dates.</summary>
    public void AddOpenSpans(LocalDate date, List<TickInterval> spans)
    {
        if (before is null)
        {
            AddOwnSpans(date, spans);
            return;
        }

        var first = spans.Count;
        before.AddOpenSpans(date, spans);
        Clip(spans, first, new TickInterval(long.MinValue, from));
        first = spans.Count;
        AddOwnSpans(date, spans);
        Clip(spans, first, new TickInterval(from, long.MaxValue));
    }

    private static void Clip(List<TickInterval> spans, int first, TickInterval to)
    {
        for (var i = spans.Count - 1; i >= first; i--)
        {
            spans[i] = spans[i].Intersect(to);
            if (spans[i].IsEmpty)
                spans.RemoveAt(i);
        }
    }

    private void AddOwnSpans(LocalDate date, List<TickInterval> spans)
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
