using System.Globalization;

namespace Levelkeeper.Server.Tests.Busy;

/// <summary>When memory counts as flat: the line of least squares through the heap of each hour, after those in which it fills, may rise by a tenth of their mean in 24 hours at most.</summary>
/// <remarks>
/// A server that kept as much as a hundred bytes of each fact would keep 1.4 GB of the day's 14.4 million, several times what it needs for the tickets that are open. What may grow is what the month's results are made
/// of: some hundred bytes of each ticket that is closed, and ten bits of each fact in the filters by which it is known again. The line is taken, and not the last hour against the first, because a single hour may be
/// measured while something is being merged. The heap is what is left after a full collection: what the process holds of the system besides depends on when the collector gives it back.
/// </remarks>
/// <param name="PerDay">By how many bytes the line rises in 24 hours.</param>
/// <param name="Mean">The mean, in bytes.</param>
internal sealed record FlatMemory(double PerDay, double Mean)
{
    private const double Most = 0.10;

    public bool IsFlat => PerDay <= Most * Mean;

    /// <summary>Of hours of which those after the filling ones count; there are three at least.</summary>
    public static FlatMemory Of(IEnumerable<BusyHour> hours)
    {
        var counted = hours.Where(h => h.Hour > BusyScale.FillingHours).ToList();
        var (hour, heap) = (counted.Average(h => (double)h.Hour), counted.Average(h => (double)h.Heap));
        var slope = counted.Sum(h => (h.Hour - hour) * (h.Heap - heap)) / counted.Sum(h => (h.Hour - hour) * (h.Hour - hour));
        return new FlatMemory(slope * 24, heap);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{PerDay / (1 << 20):f1} MiB in 24 hours at a mean of {Mean / (1 << 20):f1} MiB: {PerDay / Mean:p1}");
}
