using System.Globalization;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Benchmarks.Availability;

/// <summary>The rows on availability: one object with 10,000 state changes and 50 exclusions in a year, and a statement of a year of one-minute samples.</summary>
internal static class AvailabilityFigures
{
    private static readonly Instant Start = Instant.FromUtc(2025, 1, 1, 0, 0);
    private static readonly Instant End = Instant.FromUtc(2026, 1, 1, 0, 0);

    /// <summary>Measures every row.</summary>
    /// <remarks>
    /// The baseline of one object is SQL in a PostgreSQL when one is reached (PGHOST is set; PGPORT, PGUSER and the others as <c>psql</c> reads them); otherwise a loop over
    /// the events that looks up the exclusions row by row.
    /// </remarks>
    public static IEnumerable<Figure> Measure()
    {
        foreach (var figure in OneObject())
            yield return figure;
        yield return Statement();
    }

    private static IEnumerable<Figure> OneObject()
    {
        var random = new Random(42);
        var seconds = (long)(End - Start).TotalSeconds;
        var times = Enumerable.Range(0, 10_000).Select(_ => random.NextInt64(seconds)).Distinct().Order().ToArray();
        var states = times.Select((_, i) => i % 2 == 0 ? ServiceState.Down : ServiceState.Up).ToArray();
        var facts = times.Select((t, i) => new Fact
        {
            Source = "monitor",
            Id = i.ToString(CultureInfo.InvariantCulture),
            Type = "test",
            Time = Start + Duration.FromSeconds(t),
            Data = FactData.StateChanged.To(states[i]),
            Digest = default,
        }).ToArray();
        var policy = AvailabilityPolicy.Default with { Initial = InitialState.Up, ExcusingCauses = ["force-majeure"] };
        var exclusions = Enumerable.Range(0, 50).Select(i =>
        {
            var from = random.NextInt64(seconds - 90_000);
            return (From: from, To: from + random.NextInt64(90_000), Name: i.ToString("D2", CultureInfo.InvariantCulture));
        }).OrderBy(e => e.From).ToArray();
        var timeline = ComponentTimeline.Build(facts, policy);
        var input = new AvailabilityInput
        {
            Timeline = timeline,
            Period = TickInterval.Between(Start, End),
            AsOf = End,
            Exclusions = [.. exclusions.Select(e => new Exclusion(e.Name, "force-majeure", TickInterval.Between(Start + Duration.FromSeconds(e.From), Start + Duration.FromSeconds(e.To)), ExclusionStatus.Approved, null, null))],
        };
        var level = AvailabilityEvaluator.Evaluate(policy, input).Level!.Value;
        var result = AvailabilityEvaluator.Evaluate(policy, input);
        var month = TickInterval.Between(Start + Duration.FromDays(90), Start + Duration.FromDays(120));
        var ours = Best(() => AvailabilityEvaluator.Evaluate(policy, input).Level!.Value.Sign);
        var fromFacts = Best(() => AvailabilityEvaluator.Evaluate(policy, input with { Timeline = ComponentTimeline.Build(facts, policy) }).Level!.Value.Sign);
        var window = Best(() => result.Window(month).Up);

        const string name = "availability of one object, a year of 10,000 state changes and 50 exclusions";
        var baselines = PostgresBaseline.Measure(times, states, exclusions, seconds);
        // The target is a ratio to PostgreSQL's time: without one the row only informs.
        var judged = baselines.Count > 0;
        if (!judged)
            baselines = [Naive(times, states, exclusions, seconds)];
        foreach (var baseline in baselines)
        {
            if (Math.Abs(baseline.Level - level.ToDouble()) > 1e-9)
                throw new InvalidOperationException($"The baseline says {baseline.Level}, the engine {level.ToDouble()}.");
        }

        yield return new Figure(name, ours, "µs", baselines[0].Microseconds, baselines[0].Name, judged ? Target.Times(100) : null);
        foreach (var other in baselines.Skip(1))
            yield return new Figure(name, ours, "µs", other.Microseconds, other.Name, null);
        yield return new Figure(name + ", its timeline built from facts first", fromFacts, "µs", baselines[0].Microseconds, baselines[0].Name, null);
        yield return new Figure("any window of an evaluated year", window, "µs", ours, "evaluating the year", null);
    }

    private static Baseline Naive(long[] times, ServiceState[] states, (long From, long To, string Name)[] exclusions, long seconds)
    {
        var level = Level();
        return new Baseline(Best(() => (long)(Level() * 1000)), level, "a loop over rows, each exclusion looked up (no PostgreSQL was reached)");

        double Level()
        {
            var down = 0L;
            for (var i = 0; i < times.Length; i++)
            {
                if (states[i] != ServiceState.Down)
                    continue;
                var to = i + 1 < times.Length ? times[i + 1] : seconds;
                for (var position = times[i]; position < to;)
                {
                    var covering = exclusions.Where(e => e.From <= position && e.To > position).Select(e => e.To).DefaultIfEmpty(-1).Max();
                    var next = covering >= 0 ? Math.Min(to, covering) : exclusions.Where(e => e.From > position).Select(e => e.From).Append(to).Min();
                    next = Math.Min(next, to);
                    if (covering < 0)
                        down += next - position;
                    position = next;
                }
            }

            return 1 - (double)down / seconds;
        }
    }

    private static Figure Statement()
    {
        const int count = 525_600;
        var random = new Random(7);
        var losses = new ushort[count];
        var latencies = new uint[count];
        for (var i = 0; i < count; i++)
        {
            losses[i] = random.Next(200) == 0 ? SampleSeries.FullLoss : random.Next(50) == 0 ? (ushort)random.Next(10_000) : (ushort)0;
            latencies[i] = (uint)(20_000 * Math.Exp(random.NextDouble() * 3));
        }

        losses.AsSpan(300_000, 95).Fill(SampleSeries.FullLoss);
        var series = new SampleSeries(Start, Duration.FromMinutes(1), losses, latencies);
        var months = Enumerable.Range(2, 11).Select(m => Instant.FromUtc(2025, m, 1, 0, 0)).ToArray();
        var share = new Rational(99, 100);
        var statement = series.State(months, share);
        var check = latencies.Order().ElementAt((int)Math.Ceiling(count * 0.99) - 1);
        if (check != statement.LatencyPercentile || statement.Parts.Length != 12)
            throw new InvalidOperationException("The statement is wrong.");
        var ours = Best(() => series.State(months, share).LatencyPercentile!.Value) / 1000;
        var sorted = Best(() => { var copy = (uint[])latencies.Clone(); Array.Sort(copy); return copy[(int)Math.Ceiling(count * 0.99) - 1]; }, 5) / 1000;
        return new Figure("statement of 525,600 samples from memory: availability, 12 months, longest outage, p99", ours, "ms", sorted, "sorting them, for the p99 alone", Target.AtMost(5, "≤ 5 ms"));
    }

    /// <summary>Microseconds of a call.</summary>
    private static double Best(Func<long> work, int rounds = 25) => ProcessorTime.Best(1, work, rounds) * 1e6;
}
