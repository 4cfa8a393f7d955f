using NodaTime;

namespace Levelkeeper.Benchmarks.Calendars;

/// <summary>The calendar rows of the performance table, each with its baseline from the same run. Single-threaded, random instants.</summary>
internal static class CalendarFigures
{
    private const string LoopName = "a NodaTime loop over days";

    /// <summary>Measures every row.</summary>
    public static IEnumerable<Figure> Measure()
    {
        var scenario = new CalendarScenario();
        Check(scenario);
        yield return Compare<Between, BetweenByLoop>(scenario, "open time between two instants a year apart, one calendar", 256, Target.Times(1000));
        yield return Compare<Add, AddByLoop>(scenario, "instant after 40 open hours, one calendar", 4096, Target.Times(40));
        yield return Compare<AddMany, AddByLoop>(scenario, "instant after 40 open hours, 200 calendars", 4096, Target.AtLeast(10e6, "≥ 10 M/s"));
        yield return Compare<BetweenMany, BetweenByLoop>(scenario, "open time between two instants a year apart, 200 calendars", 256, Target.AtLeast(10e6, "≥ 10 M/s"));
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

    private static Figure Compare<TQuestion, TBaseline>(CalendarScenario scenario, string name, int baselineQuestions, Target target)
        where TQuestion : struct, IQuestion
        where TBaseline : struct, IQuestion
    {
        var (ours, loop) = ProcessorTime.Best(
            CalendarScenario.Questions, () => Ask<TQuestion>(scenario, CalendarScenario.Questions), baselineQuestions, () => Ask<TBaseline>(scenario, baselineQuestions));
        return new Figure(name, 1 / ours, "/s", 1 / loop, LoopName, target);
    }

    private static long Ask<TQuestion>(CalendarScenario scenario, int questions)
        where TQuestion : struct, IQuestion
    {
        var sum = 0L;
        for (var i = 0; i < questions; i++)
            sum += TQuestion.Ask(scenario, i);
        return sum;
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
