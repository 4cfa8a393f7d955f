using System.Globalization;
using NodaTime;

namespace Levelkeeper.Core.Periods;

/// <summary>The short form of a duration: <c>2h 11m</c>.</summary>
public static class CompactDuration
{
    private static readonly (long Seconds, char Unit)[] Units = [(86_400, 'd'), (3_600, 'h'), (60, 'm'), (1, 's')];

    /// <summary>The most significant units that are not zero, floored to the last shown; <c>0s</c> for less than a second. A negative one is shown with a minus sign.</summary>
    /// <param name="duration">Any duration.</param>
    /// <param name="units">How many units at most; at least 1.</param>
    public static string Format(Duration duration, int units = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        var ticks = duration.BclCompatibleTicks;
        var left = Math.Abs(ticks) / NodaConstants.TicksPerSecond;
        var parts = new List<string>(units);
        foreach (var (seconds, unit) in Units)
        {
            if (left < seconds || parts.Count == units)
                continue;
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{left / seconds}{unit}"));
            left %= seconds;
        }

        return parts.Count == 0 ? "0s" : (ticks < 0 ? "-" : "") + string.Join(' ', parts);
    }
}
