namespace Levelkeeper.Benchmarks;

/// <summary>Measures by the processor time of the process, so that what else runs on the machine takes nothing from a figure but its share of the caches.</summary>
/// <remarks>Time of the runtime's own threads counts against the figure. Of several rounds the best counts: it is the one that was disturbed least.</remarks>
internal static class ProcessorTime
{
    private static readonly TimeSpan _warmUp = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan _round = TimeSpan.FromMilliseconds(20);
    private static long _sink;

    /// <summary>Processor time that the process has used.</summary>
    public static TimeSpan Now => Environment.CpuUsage.TotalTime;

    /// <summary>Seconds for one unit of work.</summary>
    /// <param name="units">How many units one call does.</param>
    /// <param name="work">The work; its result is kept, so that it cannot be optimized away.</param>
    /// <param name="rounds">How many rounds of at least 20 ms.</param>
    public static double Best(int units, Func<long> work, int rounds = 25) => Best(units, work, units, null, rounds).Ours;

    /// <summary>The same for a figure and its baseline, whose rounds take turns.</summary>
    public static (double Ours, double Baseline) Best(int units, Func<long> ours, int baselineUnits, Func<long>? baseline, int rounds = 25)
    {
        var (best, bestBaseline) = (double.MaxValue, double.MaxValue);
        Repeat(ours, _warmUp);
        if (baseline is not null)
            Repeat(baseline, _warmUp);
        for (var round = 0; round < rounds; round++)
        {
            best = Math.Min(best, Repeat(ours, _round) / units);
            if (baseline is not null)
                bestBaseline = Math.Min(bestBaseline, Repeat(baseline, _round) / baselineUnits);
        }

        return (best, bestBaseline);
    }

    private static double Repeat(Func<long> work, TimeSpan atLeast)
    {
        var calls = 0;
        var sum = 0L;
        var started = Now;
        TimeSpan used;
        do
        {
            sum += work();
            calls++;
            used = Now - started;
        }
        while (used < atLeast);
        _sink += sum;
        return used.TotalSeconds / calls;
    }
}
