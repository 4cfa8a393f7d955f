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

    /// <summary>Seconds that work takes which cannot be repeated.</summary>
    public static double Of(Action work)
    {
        var started = Now;
        work();
        return (Now - started).TotalSeconds;
    }

    /// <summary>Seconds for one unit of work.</summary>
    /// <param name="units">How many units one call does.</param>
    /// <param name="work">The work; its result is kept, so that it cannot be optimized away.</param>
    /// <param name="rounds">How many rounds of about 20 ms.</param>
    public static double Best(int units, Func<long> work, int rounds = 25) => Best(units, work, units, null, rounds).Ours;

    /// <summary>The same for a figure and its baseline, whose rounds take turns.</summary>
    public static (double Ours, double Baseline) Best(int units, Func<long> ours, int baselineUnits, Func<long>? baseline, int rounds = 25)
    {
        var calls = WarmUp(ours);
        var baselineCalls = baseline is null ? 0 : WarmUp(baseline);
        var (best, bestBaseline) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < rounds; round++)
        {
            best = Math.Min(best, Repeat(ours, calls) / units);
            if (baseline is not null)
                bestBaseline = Math.Min(bestBaseline, Repeat(baseline, baselineCalls) / baselineUnits);
        }

        return (best, bestBaseline);
    }

    /// <summary>Calls until the compiler has seen enough.</summary>
    /// <returns>How many calls make a round.</returns>
    private static int WarmUp(Func<long> work)
    {
        var started = Now;
        var perCall = double.MaxValue;
        for (var calls = 1; Now - started < _warmUp; calls = Math.Max(1, (int)(_round.TotalSeconds / 4 / perCall)))
            perCall = Math.Max(1e-9, Repeat(work, calls));
        return Math.Max(1, (int)(_round.TotalSeconds / perCall));
    }

    private static double Repeat(Func<long> work, int calls)
    {
        var sum = 0L;
        var started = Now;
        for (var i = 0; i < calls; i++)
            sum += work();
        var used = Now - started;
        _sink += sum;
        return used.TotalSeconds / calls;
    }
}
