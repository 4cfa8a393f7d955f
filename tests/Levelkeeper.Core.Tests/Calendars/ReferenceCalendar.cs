using Levelkeeper.Core.Calendars;
using NodaTime;
using NodaTime.TimeZones;

namespace Levelkeeper.Core.Tests.Calendars;

/// <summary>
/// The slow reading of a definition, minute by minute: no table, no index, no interval arithmetic. For definitions whose times are whole minutes, and
/// instants in the years from 1980 on, when offsets are.
/// </summary>
internal sealed class ReferenceCalendar
{
    private const int MinutesPerDay = 24 * 60;

    private static readonly ZoneLocalMappingResolver Opening =
        Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnStartOfIntervalAfter);

    private static readonly ZoneLocalMappingResolver Closing =
        Resolvers.CreateMappingResolver(Resolvers.ReturnLater, Resolvers.ReturnStartOfIntervalAfter);

    private readonly CalendarDefinition _definition;
    private readonly Instant _from;
    private readonly bool[] _open;

    public ReferenceCalendar(CalendarDefinition definition, Instant from, Instant to)
    {
        _definition = definition;
        _from = from;
        _open = new bool[(int)(to - from).TotalMinutes];
        var last = to.InZone(definition.Zone).Date.PlusDays(3);
        for (var date = from.InZone(definition.Zone).Date.PlusDays(-3); date <= last; date = date.PlusDays(1))
            Mark(date);
    }

    public bool IsOpen(Instant at) => _open[Minute(at)];

    public Duration Between(Instant start, Instant end)
    {
        var minutes = 0;
        for (var i = Minute(start); i < Minute(end); i++)
            minutes += _open[i] ? 1 : 0;
        return Duration.FromMinutes(minutes);
    }

    public Instant? Add(Instant start, Duration open)
    {
        var left = open.TotalMinutes;
        for (var i = Minute(start); i < _open.Length; i++)
        {
            if (left == 0)
                return At(i);
            left -= _open[i] ? 1 : 0;
        }

        return null;
    }

    public Instant? Subtract(Instant end, Duration open)
    {
        var left = open.TotalMinutes;
        for (var i = Minute(end); i >= 0; i--)
        {
            if (left == 0)
                return At(i);
            left -= i > 0 && _open[i - 1] ? 1 : 0;
        }

        return null;
    }

    public Instant? NextOpening(Instant at)
    {
        for (var i = Minute(at); i < _open.Length; i++)
        {
            if (_open[i])
                return At(i);
        }

        return null;
    }

    public Instant? PreviousClosing(Instant at)
    {
        for (var i = Minute(at); i > 0; i--)
        {
            if (_open[i - 1])
                return At(i);
        }

        return null;
    }

    private Instant At(int minute) => _from + Duration.FromMinutes(minute);

    private int Minute(Instant at) => (int)(at - _from).TotalMinutes;

    private void Mark(LocalDate date)
    {
        // The wall-clock minutes of this date and the next that its windows open, less those that any break closes.
        var local = new bool[2 * MinutesPerDay];
        var version = _definition.VersionOn(date);
        foreach (var window in Windows(date))
            Array.Fill(local, true, Minutes(window.StartTicks), Minutes(window.EndTicks - window.StartTicks));
        foreach (var day in new[] { -1, 0, 1 })
        {
            foreach (var pause in Breaks(date.PlusDays(day)))
            {
                for (var m = Minutes(pause.StartTicks); m < Minutes(pause.EndTicks); m++)
                {
                    if (m + day * MinutesPerDay is >= 0 and < 2 * MinutesPerDay and var at)
                        local[at] = false;
                }
            }
        }

        for (var start = 0; start < local.Length; start++)
        {
            if (!local[start] || (start > 0 && local[start - 1]))
                continue;
            var end = start;
            while (end < local.Length && local[end])
                end++;
            var opens = date.AtMidnight().PlusMinutes(start).InZone(_definition.Zone, Opening).ToInstant();
            var closes = date.AtMidnight().PlusMinutes(end).InZone(_definition.Zone, Closing).ToInstant();
            for (var at = opens; at < closes; at += Duration.FromMinutes(1))
            {
                if (at >= _from && Minute(at) < _open.Length && !version.Closures.Contains(at.ToUnixTimeTicks()))
                    _open[Minute(at)] = true;
            }
        }
    }

    private IEnumerable<DayWindow> Windows(LocalDate date)
    {
        var version = _definition.VersionOn(date);
        if (version.Overrides.TryGetValue(date, out var dated) && dated.Hours is { } hours)
            return hours;
        if (version.ClosedDates.Contains(date))
            return [];
        if (version.Holidays is { } holidays)
        {
            if (holidays.HolidayOn(date) is not null)
                return [];
            if (holidays.IsMovedWorkingDay(date) && version.Hours[date.DayOfWeek].IsEmpty)
                return version.Hours[IsoDayOfWeek.Monday];
        }

        return version.Hours[date.DayOfWeek];
    }

    private IEnumerable<DayWindow> Breaks(LocalDate date)
    {
        var version = _definition.VersionOn(date);
        var weekly = version.Overrides.TryGetValue(date, out var dated) && dated.WithoutBreaks ? [] : version.Breaks[date.DayOfWeek];
        return version.DatedBreaks.TryGetValue(date, out var own) ? weekly.Concat(own) : weekly;
    }

    private static int Minutes(long ticks) => (int)(ticks / NodaConstants.TicksPerMinute);
}
