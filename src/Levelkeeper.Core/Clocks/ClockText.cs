using System.Globalization;

namespace Levelkeeper.Core.Clocks;

/// <summary>Lengths of time in explanations.</summary>
internal static class ClockText
{
    /// <summary><c>3 h 20 min</c>, <c>45 s</c>: whole units, with what is below a second as a decimal; never rounded.</summary>
    public static string Length(long ticks)
    {
        if (ticks < 0)
            return "-" + Length(-ticks);
        var parts = new List<string>(3);
        var hours = ticks / 36_000_000_000;
        var minutes = ticks / 600_000_000 % 60;
        var seconds = ticks % 600_000_000;
        if (hours > 0)
            parts.Add(hours.ToString(CultureInfo.InvariantCulture) + " h");
        if (minutes > 0)
            parts.Add(minutes.ToString(CultureInfo.InvariantCulture) + " min");
        if (seconds > 0 || parts.Count == 0)
            parts.Add((seconds / 10_000_000m).ToString("0.#######", CultureInfo.InvariantCulture) + " s");
        return string.Join(' ', parts);
    }
}
