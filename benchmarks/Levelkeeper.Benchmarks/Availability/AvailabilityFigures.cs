using System.Diagnostics;
using System.Globalization;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Benchmarks.Availability;

/// <summary>A measured figure beside its baseline of the same run.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The measured value.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Baseline">The baseline in the same unit.</param>
/// <param name="BaselineName">What the baseline is.</param>
/// <param name="Ratio">Baseline / value: how many times faster.</param>
/// <param name="Target">What was aimed for.</param>
/// <param name="Met">Whether it was reached.</param>
internal sealed record AvailabilityFigure(string Name, double Value, string Unit, double Baseline, string BaselineName, double Ratio, string Target, bool Met);

/// <summary>The rows on availability: one object with 10,000 state changes and 50 exclusions in a year, and a statement of a year of one-minute samples.</summary>
internal static class AvailabilityFigures
{
    private static readonly Instant Start = Instant.FromUtc(2025, 1, 1, 0, 0);
    private static readonly Instant End = Instant.FromUtc(2026, 1, 1, 0, 0);

    /// <summary>Measures and prints both rows.</summary>
    /// <remarks>
    /// The first baseline is the same question as SQL with window functions over stored events in PostgreSQL, when <c>psql</c> reaches one (PGHOST is set); otherwise a loop over
    /// the events that looks up the exclusions row by row.
    /// </remarks>
    public static IReadOnlyList<AvailabilityFigure> Run(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        AvailabilityFigure[] figures = [OneObject(output), Statement(output)];
        foreach (var figure in figures)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{figure.Name}: {figure.Value:0.0} {figure.Unit}; {figure.BaselineName}: {figure.Baseline:0} {figure.Unit}; {figure.Ratio:0.0} x; target {figure.Target}: {(figure.Met ? "met" : "missed")}"));
        }

        return figures;
    }

    private static AvailabilityFigure OneObject(TextWriter output)
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
        var ours = Best(() => AvailabilityEvaluator.Evaluate(policy, input).Level!.Value.Sign, 400);
        var fromFacts = Best(() => AvailabilityEvaluator.Evaluate(policy, input with { Timeline = ComponentTimeline.Build(facts, policy) }).Level!.Value.Sign, 40);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  (the same with its timeline built anew from 10,000 facts: {fromFacts:0.0} µs)"));
        var result = AvailabilityEvaluator.Evaluate(policy, input);
        var month = TickInterval.Between(Start + Duration.FromDays(90), Start + Duration.FromDays(120));
        var window = Best(() => { var up = 0L; for (var i = 0; i < 1000; i++) up += result.Window(month).Up; return up; }, 100);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  (any window of an evaluated year: {window:0} ns)"));

        var (baseline, stated, name) = PostgresBaseline.Measure(times, states, exclusions, seconds) is { } measured
            ? (measured.Microseconds, measured.Level, "window functions in PostgreSQL")
            : Naive(times, states, exclusions, seconds);
        if (Math.Abs(stated - level.ToDouble()) > 1e-9)
            throw new InvalidOperationException($"The baseline says {stated}, the engine {level.ToDouble()}.");
        return new AvailabilityFigure("availability of one object, 10,000 state changes, 50 exclusions", ours, "µs", baseline, name, baseline / ours, "≤ 1/100 of the baseline", baseline / ours >= 100);
    }

    private static (double Microseconds, double Level, string Name) Naive(long[] times, ServiceState[] states, (long From, long To, string Name)[] exclusions, long seconds)
    {
        var level = Level();
        return (Best(() => (long)(Level() * 1000), 20), level, "loop over rows, each exclusion looked up (no PostgreSQL was reached)");

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

    private static AvailabilityFigure Statement(TextWriter output)
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
        var ours = Best(() => series.State(months, share).LatencyPercentile!.Value, 60) / 1000;
        var sorted = Best(() => { var copy = (uint[])latencies.Clone(); Array.Sort(copy); return copy[(int)Math.Ceiling(count * 0.99) - 1]; }, 5) / 1000;
        var check = latencies.Order().ElementAt((int)Math.Ceiling(count * 0.99) - 1);
        if (check != statement.LatencyPercentile || statement.Parts.Length != 12)
            throw new InvalidOperationException("The statement is wrong.");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  (longest outage of the samples: {statement.LongestOutage.Length / NodaConstants.TicksPerMinute} min)"));
        return new AvailabilityFigure("statement of 525,600 samples: availability, 12 months, longest outage, p99", ours, "ms", sorted, "sorting alone, for the p99", sorted / ours, "≤ 5 ms", ours <= 5);
    }

    /// <summary>The best of several runs after warming up, in microseconds: the least disturbed one.</summary>
    private static double Best(Func<long> work, int runs)
    {
        var sink = 0L;
        for (var warm = Stopwatch.StartNew(); warm.ElapsedMilliseconds < 1200;)
            sink += work();
        var best = double.MaxValue;
        for (var i = 0; i < runs; i++)
        {
            var from = Stopwatch.GetTimestamp();
            sink += work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(from).TotalMicroseconds);
        }

        GC.KeepAlive(sink);
        return best;
    }
}
