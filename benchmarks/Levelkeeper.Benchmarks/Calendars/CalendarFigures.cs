using System.Diagnostics;
using NodaTime;

namespace Levelkeeper.Benchmarks.Calendars;

/// <summary>The calendar rows of the performance table, each with its baseline from the same run. Single-threaded, random instants, about ten seconds.</summary>
public static class CalendarFigures
{
    private const int Rounds = 21;

    private static long _sink;

    /// <summary>Measures and writes the rows.</summary>
    public static IReadOnlyList<Figure> Run(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var scenario = new CalendarScenario();
        Check(scenario);
        Figure[] figures =
        [
            Compare<Between, BetweenByLoop>(scenario, "open time between two instants a year apart, one calendar", 256, "≥ 1,000 x a NodaTime loop over days", static (_, ratio) => ratio >= 1000),
            Compare<Add, AddByLoop>(scenario, "instant after 40 open hours, one calendar", 4096, "≥ 40 x the loop", static (_, ratio) => ratio >= 40),
            Compare<AddMany, AddByLoop>(scenario, "instant after 40 open hours, 200 calendars", 4096, "≥ 10 M/s", static (rate, _) => rate >= 10e6),
            Compare<BetweenMany, BetweenByLoop>(scenario, "open time between two instants a year apart, 200 calendars", 256, "≥ 10 M/s", static (rate, _) => rate >= 10e6),
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

    /// <summary>Medians of rounds that take turns, so that a busy machine slows both; a warm-up comes before.</summary>
    private static Figure Compare<TQuestion, TBaseline>(CalendarScenario scenario, string name, int baselineQuestions, string target, Func<double, double, bool> met)
        where TQuestion : struct, IQuestion
        where TBaseline : struct, IQuestion
    {
        var rates = new List<double>();
        var baselines = new List<double>();
        for (var round = -5; round < Rounds; round++)
        {
            var rate = Rate<TQuestion>(scenario, CalendarScenario.Questions);
            var baseline = Rate<TBaseline>(scenario, baselineQuestions);
            if (round < 0)
                continue;
            rates.Add(rate);
            baselines.Add(baseline);
        }

        var (figure, loop) = (Median(rates), Median(baselines));
        return new Figure(name, figure, "/s", loop, target, met(figure, figure / loop));
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static double Rate<TQuestion>(CalendarScenario scenario, int questions)
        where TQuestion : struct, IQuestion
    {
        var (count, sum) = (0L, 0L);
        var watch = Stopwatch.StartNew();
        do
        {
            for (var i = 0; i < questions; i++)
                sum += TQuestion.Ask(scenario, i);
            count += questions;
        }
        while (watch.ElapsedMilliseconds < 30);
        _sink += sum;
        return count / watch.Elapsed.TotalSeconds;
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
