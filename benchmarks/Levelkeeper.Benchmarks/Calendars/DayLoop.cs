using Levelkeeper.Core.Calendars;
using NodaTime;
using NodaTime.TimeZones;

namespace Levelkeeper.Benchmarks.Calendars;

/// <summary>The baseline: what one writes first with NodaTime, a loop over the days with a set of holidays and hours per weekday.</summary>
internal sealed class DayLoop(DateTimeZone zone, WeeklyHours hours, IReadOnlySet<LocalDate> holidays)
{
    public Duration Between(Instant start, Instant end)
    {
        var total = Duration.Zero;
        var last = end.InZone(zone).Date;
        for (var date = start.InZone(zone).Date; date <= last; date = date.PlusDays(1))
        {
            var windows = hours[date.DayOfWeek];
            if (windows.IsEmpty || holidays.Contains(date))
                continue;
            foreach (var window in windows)
            {
                var opens = Instant.Max(start, At(date, window.StartTicks));
                var closes = Instant.Min(end, At(date, window.EndTicks));
                if (closes > opens)
                    total += closes - opens;
            }
        }

        return total;
    }

    public Instant Add(Instant start, Duration open)
    {
        for (var date = start.InZone(zone).Date; ; date = date.PlusDays(1))
        {
            var windows = hours[date.DayOfWeek];
            if (windows.IsEmpty || holidays.Contains(date))
                continue;
            foreach (var window in windows)
            {
                var opens = Instant.Max(start, At(date, window.StartTicks));
                var closes = At(date, window.EndTicks);
                if (closes <= opens)
                    continue;
                if (closes - opens >= open)
                    return opens + open;
                open -= closes - opens;
            }
        }
    }

    private Instant At(LocalDate date, long ticks) =>
        date.At(LocalTime.FromTicksSinceMidnight(ticks)).InZone(zone, Resolvers.LenientResolver).ToInstant();
}
