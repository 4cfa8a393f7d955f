using System.Globalization;
using NodaTime;

namespace Levelkeeper.Core.Time;

/// <summary>A length of time as an agreement states it: elapsed (<c>30 min</c>, <c>72 h</c>), business days, or calendar units (<c>1 day</c>, <c>12 months</c>).</summary>
/// <remarks>The three do not mix: <c>24 h</c> is elapsed time, <c>1 day</c> keeps the wall-clock time, <c>1 business day</c> skips closed days. A closed set of cases.</remarks>
public abstract record TimeAmount
{
    private TimeAmount()
    {
    }

    /// <summary>Elapsed (or open) time; never negative.</summary>
    public sealed record Elapsed(Duration Duration) : TimeAmount;

    /// <summary>Business days of a calendar; at least one.</summary>
    public sealed record BusinessDays(int Count) : TimeAmount;

    /// <summary>Calendar days and months in a zone, keeping the wall-clock time; at least one of the two is positive.</summary>
    public sealed record CalendarUnits(int Months, int Days) : TimeAmount;

    /// <summary>As the agreement would write it.</summary>
    public sealed override string ToString() => this switch
    {
        Elapsed e => DurationText(e.Duration),
        BusinessDays b => b.Count == 1 ? "1 business day" : $"{b.Count} business days",
        CalendarUnits c => string.Join(' ', new[] { c.Months > 0 ? $"{c.Months} month{(c.Months == 1 ? "" : "s")}" : "", c.Days > 0 ? $"{c.Days} day{(c.Days == 1 ? "" : "s")}" : "" }.Where(p => p.Length > 0)),
        _ => throw new InvalidOperationException("The cases of a length of time are closed."),
    };

    private static string DurationText(Duration duration)
    {
        var ticks = (long)duration.BclCompatibleTicks;
        var parts = new List<string>();
        foreach (var (unit, size) in new[] { ("h", 36_000_000_000L), ("min", 600_000_000L), ("s", 10_000_000L) })
        {
            if (ticks >= size)
            {
                parts.Add($"{ticks / size} {unit}");
                ticks %= size;
            }
        }

        if (ticks > 0)
            parts.Add(((decimal)ticks / 10_000).ToString("0.####", CultureInfo.InvariantCulture) + " ms");
        return parts.Count == 0 ? "0 s" : string.Join(' ', parts);
    }
}
