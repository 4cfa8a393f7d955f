using System.Diagnostics;
using NodaTime;

namespace Levelkeeper.Benchmarks.Calendars;

/// <summary>The calendar rows of the performance table, each with its baseline from the same run. Single-threaded, random instants, about ten seconds.</summary>
public static class CalendarFigures
{
    private const int Rounds = 9;

    /// <summary>Measures and writes the rows.</summary>
    public static IReadOnlyList<Figure> Run(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var scenario = new CalendarScenario();
        Check(scenario);
        var between = Rate<Between>(scenario, CalendarScenario.Questions);
        var betweenLoop = Rate<BetweenByLoop>(scenario, 512);
        var add = Rate<Add>(scenario, CalendarScenario.Questions);
        var addLoop = Rate<AddByLoop>(scenario, 8192);
        var addMany = Rate<AddMany>(scenario, CalendarScenario.Questions);
        var betweenMany = Rate<BetweenMany>(scenario, CalendarScenario.Questions);
        Figure[] figures =
        [
            new("open time between two instants a year apart, one calendar", between, "/s", betweenLoop, "≥ 1,000 x a NodaTime loop over days", between >= 1000 * betweenLoop),
            new("instant after 40 open hours, one calendar", add, "/s", addLoop, "≥ 40 x the loop", add >= 40 * addLoop),
            new("instant after 40 open hours, 200 calendars", addMany, "/s", addLoop, "≥ 10 M/s", addMany >= 10e6),
            new("open time between two instants a year apart, 200 calendars", betweenMany, "/s", betweenLoop, "≥ 10 M/s", betweenMany >= 10e6),
        ];
        foreach (var figure in figures)
            output.WriteLine(figure);
        return figures;
    }

    private static Instant At(long ticks) => Instant.FromUnixTimeTicks(ticks);

    // A fast wrong answer is no figure: the loop and the calendar must agree before they are timed.
    private static void Check(CalendarScenario scenario)
    {
        for (var i = 0; i < 200; i++)
        {
            var (start, end) = (scenario.Starts[i], scenario.Ends[i]);
            if (scenario.One.Between(start, end) != scenario.Loop.Between(At(start), At(end)).BclCompatibleTicks
                || scenario.One.Add(start, CalendarScenario.FortyHours) != scenario.Loop.Add(At(start), Duration.FromTicks(CalendarScenario.FortyHours)).ToUnixTimeTicks())
            {
                throw new InvalidOperationException($"The loop and the calendar differ from {At(start)}.");
            }
        }
    }

    // A type argument instead of a delegate, so that the call is compiled into the loop and not timed with it.
    private interface IQuestion
    {
        static abstract long Ask(CalendarScenario s, int i);
    }

    /// <summary>Median rate of several rounds, after a warm-up of two.</summary>
    private static double Rate<TQuestion>(CalendarScenario scenario, int questions)
        where TQuestion : struct, IQuestion
    {
        var rates = new List<double>();
        var sink = 0L;
        for (var round = -2; round < Rounds; round++)
        {
            var count = 0L;
            var watch = Stopwatch.StartNew();
            do
            {
                for (var i = 0; i < questions; i++)
                    sink += TQuestion.Ask(scenario, i);
                count += questions;
            }
            while (watch.ElapsedMilliseconds < 120);
            if (round >= 0)
                rates.Add(count / watch.Elapsed.TotalSeconds);
        }

        GC.KeepAlive(sink);
        rates.Sort();
        return rates[rates.Count / 2];
    }

    private readonly struct Between : IQuestion
    {
        public static long Ask(CalendarScenario s, int i) => s.One.Between(s.Starts[i], s.Ends[i]);
    }

    private readonly struct BetweenByLoop : IQuestion
    {
        public static long Ask(CalendarScenario s, int i) => s.Loop.Between(At(s.Starts[i]), At(s.Ends[i])).BclCompatibleTicks;
    }

    private readonly struct Add : IQuestion
    {
        public static long Ask(CalendarScenario s, int i) => s.One.Add(s.Starts[i], CalendarScenario.FortyHours);
    }

    private readonly struct AddByLoop : IQuestion
    {
        public static long Ask(CalendarScenario s, int i) => s.Loop.Add(At(s.Starts[i]), Duration.FromTicks(CalendarScenario.FortyHours)).ToUnixTimeTicks();
    }

    private readonly struct AddMany : IQuestion
    {
        public static long Ask(CalendarScenario s, int i) => s.Many[s.Which[i]].Add(s.Starts[i], CalendarScenario.FortyHours);
    }

    private readonly struct BetweenMany : IQuestion
    {
        public static long Ask(CalendarScenario s, int i) => s.Many[s.Which[i]].Between(s.Starts[i], s.Ends[i]);
    }
}
