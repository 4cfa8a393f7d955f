using System.Collections.Immutable;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Tests.Explanations;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Tests.Measurements;

/// <summary>Short ways to write facts and to read results.</summary>
internal static class Facts
{
    /// <summary>October 2025, UTC.</summary>
    public static TickInterval October { get; } = TickInterval.Between(Instant.FromUtc(2025, 10, 1, 0, 0), Instant.FromUtc(2025, 11, 1, 0, 0));

    /// <summary>An hour of October 2025; day 1 to 31, or beyond into the neighbours.</summary>
    public static Instant At(int day, int hour = 0, int minute = 0) =>
        Instant.FromUtc(2025, 10, 1, 0, 0) + Duration.FromDays(day - 1) + Duration.FromHours(hour) + Duration.FromMinutes(minute);

    public static Fact Fact(Instant time, FactData data, string id, string subject = "", string source = "test") =>
        new() { Source = source, Id = id, Type = "test", Subject = subject, Time = time, Data = data, Digest = default };

    /// <summary>The facts in their order, with ids by position.</summary>
    public static IReadOnlyList<Fact> Log(params IEnumerable<(Instant Time, FactData Data)> facts) =>
        Sorted(facts.Select((fact, index) => Fact(fact.Time, fact.Data, $"{index:d6}")));

    public static IReadOnlyList<Fact> Sorted(IEnumerable<Fact> facts) => [.. facts.Order(Comparer<Fact>.Create(Core.Facts.Fact.CompareWithinEntity))];

    public static FactData Measured(decimal value, string member = "", decimal? of = null) => new FactData.Measured("m", value, member, of);

    public static FactData Check(int milliseconds, string location = "") => new FactData.Probed(true, Duration.FromMilliseconds(milliseconds), location, "");

    public static FactData Failed() => new FactData.Probed(false, null, "", "");

    public static FactData Window(Instant start, decimal? good = null, decimal? total = null, decimal? sum = null, params (decimal? UpTo, long Count)[] histogram) =>
        new FactData.Aggregated("m", start, good, total, sum, [.. histogram.Select(bucket => new HistogramBucket(bucket.UpTo, bucket.Count))]);

    /// <summary>The exact value; fails when there is none.</summary>
    public static Rational Number(this MeasuredValue value) => value.ShouldBeOfType<MeasuredValue.Exact>().Value.Value;

    /// <summary>The ends of a band; an exact value is a band without width.</summary>
    public static (Rational? Low, Rational? High) Ends(this MeasuredValue value) => value switch
    {
        MeasuredValue.Exact exact => (exact.Value.Value, exact.Value.Value),
        MeasuredValue.Band band => (band.Low?.Value, band.High?.Value),
        _ => throw new InvalidOperationException("No activity has no ends."),
    };

    public static void ShouldBeNoActivity(this MeasuredValue value) => value.ShouldBeOfType<MeasuredValue.NoActivity>();

    public static void ShouldAddUp(this Explanation explanation) => ExplanationArithmetic.Check(explanation).ShouldBeEmpty();

    /// <summary>Measures October and checks that the explanation adds up and ends in the value.</summary>
    public static MeasurementResult Measure(Aggregation aggregation, IReadOnlyList<Fact> facts, ValueUnit? unit = null, Func<MeasurementRule, MeasurementRule>? with = null)
    {
        var rule = new MeasurementRule { Aggregation = aggregation, Unit = unit ?? ValueUnit.Plain("things") };
        var result = Measurement.Of(with is null ? rule : with(rule), facts, October);
        result.Explanation.ShouldAddUp();
        if (result.Value is MeasuredValue.Exact exact)
            result.Explanation.Value.ShouldBe(exact.Value);
        return result;
    }

    public static ValueUnit Milliseconds { get; } = ValueUnit.Time("ms", Duration.FromMilliseconds(1));
}
