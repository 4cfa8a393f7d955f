using BenchmarkDotNet.Attributes;
using NodaTime;

namespace Levelkeeper.Benchmarks.Calendars;

/// <summary>The same questions under BenchmarkDotNet, with allocations. In process: building a project for each job takes longer here than measuring.</summary>
[MemoryDiagnoser]
[WarmupCount(2)]
[IterationCount(5)]
[InProcess]
public class CalendarBenchmarks
{
    private readonly CalendarScenario _scenario = new();
    private int _next;

    private int Next => _next = (_next + 1) & (CalendarScenario.Questions - 1);

    [Benchmark]
    public long Between_a_year()
    {
        var i = Next;
        return _scenario.One.Between(_scenario.Starts[i], _scenario.Ends[i]);
    }

    [Benchmark]
    public Duration Between_a_year_by_a_loop_over_days()
    {
        var i = Next;
        return _scenario.Loop.Between(Instant.FromUnixTimeTicks(_scenario.Starts[i]), Instant.FromUnixTimeTicks(_scenario.Ends[i]));
    }

    [Benchmark]
    public long Add_40_hours() => _scenario.One.Add(_scenario.Starts[Next], CalendarScenario.FortyHours);

    [Benchmark]
    public Instant Add_40_hours_by_a_loop_over_days() =>
        _scenario.Loop.Add(Instant.FromUnixTimeTicks(_scenario.Starts[Next]), Duration.FromTicks(CalendarScenario.FortyHours));

    [Benchmark]
    public long Add_40_hours_over_200_calendars()
    {
        var i = Next;
        return _scenario.Many[_scenario.Which[i]].Add(_scenario.Starts[i], CalendarScenario.FortyHours);
    }
}
