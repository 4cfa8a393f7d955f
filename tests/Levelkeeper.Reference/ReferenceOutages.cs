using Levelkeeper.Core.Availability;
using NodaTime;

namespace Levelkeeper.Reference;

/// <summary>The rules on whole outages, applied to a row of minutes in place.</summary>
internal static class ReferenceOutages
{
    /// <param name="minutes">Every minute of the small world. An outage in the first has always been, one in the last has not ended.</param>
    /// <param name="policy">The decisions.</param>
    /// <param name="until">The end of the evaluated time: an outage that has not ended is as long as it is by then.</param>
    /// <param name="reports">The minutes in which a customer reported something.</param>
    public static void Apply(ReferenceMinute[] minutes, AvailabilityPolicy policy, int until, IReadOnlyCollection<int> reports)
    {
        MergeFlapping(minutes, Minutes(policy.FlappingGap));
        var shortest = Minutes(policy.ShortestOutage);
        var enough = LongEnough(minutes, policy, until);
        for (var start = 0; start < minutes.Length; start++)
        {
            if (minutes[start].Kind != ReferenceKind.Down)
                continue;
            var end = start;
            while (end < minutes.Length && minutes[end].Kind == ReferenceKind.Down)
                end++;
            var always = start == 0;
            var over = end == minutes.Length ? Math.Max(start, until) : end;
            var counts = !always && !enough(start, over) ? end : policy.FirstMinutesCount || always || policy.ShortestOutageWithin is not null ? start : start + shortest;
            if (policy.DowntimeBegins == DowntimeBegin.CustomerReport)
            {
                var within = reports.Where(r => r >= start && r < end).ToList();
                counts = within.Count > 0 ? Math.Max(counts, within.Min()) : end;
            }

            for (var minute = start; minute < Math.Min(counts, end); minute++)
                minutes[minute] = new ReferenceMinute(ReferenceKind.Disregarded, 0);
            if (policy.OutageUnit > Duration.Zero && counts > 0)
            {
                // Unit after unit from where it begins to count; what is left at its end is no full one.
                while (counts + Minutes(policy.OutageUnit) <= over)
                    counts += Minutes(policy.OutageUnit);
                for (var minute = counts; minute < end; minute++)
                    minutes[minute] = new ReferenceMinute(ReferenceKind.Disregarded, 0);
            }

            start = end;
        }
    }

    /// <summary>Whether an outage from one minute to another is long enough: by itself, or with what else is down in some span that it touches.</summary>
    private static Func<int, int, bool> LongEnough(ReferenceMinute[] minutes, AvailabilityPolicy policy, int until)
    {
        var shortest = Minutes(policy.ShortestOutage);
        if (policy.ShortestOutageWithin is not { } within)
            return (start, end) => IsEnough(end - start);
        // How much is down before each minute. An outage that has not ended lasts until then; what has always been is longer than any span.
        var down = new int[minutes.Length + 1];
        var lastsFrom = minutes.Length;
        while (lastsFrom > 0 && minutes[lastsFrom - 1].Kind == ReferenceKind.Down)
            lastsFrom--;
        for (var minute = 0; minute < minutes.Length; minute++)
            down[minute + 1] = down[minute] + (minutes[minute].Kind == ReferenceKind.Down && (minute < lastsFrom || minute < until) ? 1 : 0);
        return (start, end) => Enumerable.Range(start - Minutes(within) + 1, end - start + Minutes(within) - 1).Any(from => IsEnough(DownBefore(from + Minutes(within)) - DownBefore(from)));

        bool IsEnough(int length) => policy.ShortestOutageIsTooShort ? length > shortest : length >= shortest;

        int DownBefore(int minute) => minute <= 0 ? minutes[0].Kind == ReferenceKind.Down ? minute : 0 : down[Math.Min(minute, minutes.Length)];
    }

    /// <summary>The time between two outages is downtime when it is shorter than the gap and was seen; it weighs as the outage before it, or as it did by itself where that is more.</summary>
    private static void MergeFlapping(ReferenceMinute[] minutes, int gap)
    {
        for (var start = 1; start < minutes.Length; start++)
        {
            if (minutes[start].Kind == ReferenceKind.Down || minutes[start - 1].Kind != ReferenceKind.Down)
                continue;
            var end = start;
            while (end < minutes.Length && minutes[end].Kind is ReferenceKind.Up or ReferenceKind.Degraded)
                end++;
            if (end == minutes.Length || minutes[end].Kind != ReferenceKind.Down || end - start >= gap)
                continue;
            for (var minute = start; minute < end; minute++)
                minutes[minute] = new ReferenceMinute(ReferenceKind.Down, Math.Max(minutes[start - 1].Loss, minutes[minute].Loss));
        }
    }

    private static int Minutes(Duration duration) => (int)duration.TotalMinutes;
}
