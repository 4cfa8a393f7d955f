using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using static Levelkeeper.Core.Tests.Evaluation.Shop;

namespace Levelkeeper.Core.Tests.Evaluation;

public sealed class LevelJudgeTests
{
    private static readonly EvaluatedPeriod Over = new("x", default, false);
    private static readonly EvaluatedPeriod Running = new("x", default, true);

    [Theory]
    // At least 10 is known, nothing bounds it from above.
    [InlineData(10, null, LevelComparison.AtLeast, 10, Verdict.Met)]
    [InlineData(10, null, LevelComparison.AtLeast, 11, Verdict.InsufficientEvidence)]
    [InlineData(10, null, LevelComparison.AtMost, 9, Verdict.Breached)]
    [InlineData(10, null, LevelComparison.AtMost, 10, Verdict.InsufficientEvidence)]
    // At most 10 is known, nothing bounds it from below.
    [InlineData(null, 10, LevelComparison.AtMost, 10, Verdict.Met)]
    [InlineData(null, 10, LevelComparison.AtMost, 9, Verdict.InsufficientEvidence)]
    [InlineData(null, 10, LevelComparison.AtLeast, 11, Verdict.Breached)]
    [InlineData(null, 10, LevelComparison.AtLeast, 10, Verdict.InsufficientEvidence)]
    [InlineData(null, 10, LevelComparison.MoreThan, 10, Verdict.Breached)]
    [InlineData(null, null, LevelComparison.AtLeast, 10, Verdict.InsufficientEvidence)]
    public void A_side_without_a_bound_decides_nothing(int? low, int? high, LevelComparison comparison, int bound, Verdict verdict) =>
        Judge(Against(comparison, bound), new MeasuredValue.Band(Number(low), Number(high)), Over, Growth.None).ShouldBe(verdict);

    [Theory]
    [InlineData(3, Verdict.InsufficientEvidence)]
    [InlineData(4, Verdict.Met)]
    public void The_smallest_volume_itself_is_enough(int volume, Verdict verdict) =>
        LevelJudge.Judge(Against(LevelComparison.AtLeast, 1) with { SmallestVolume = 4 }, Exact(1), volume, Over, 1, Growth.None).ShouldBe(verdict);

    [Theory]
    [InlineData(15, Verdict.Met)] // half of 30 in half of the time
    [InlineData(14, Verdict.AtRisk)]
    public void Exactly_on_pace_is_on_pace(int reached, Verdict verdict) => Judge(Against(LevelComparison.AtLeast, 30), Exact(reached), Running, Growth.Count).ShouldBe(verdict);

    [Fact]
    public void A_peak_has_no_pace_what_is_not_reached_is_at_risk() => Judge(Against(LevelComparison.AtLeast, 30), Exact(29), Running, Growth.Peak).ShouldBe(Verdict.AtRisk);

    [Theory]
    [InlineData(0, 0, Verdict.Met)] // nothing is allowed and nothing happened
    [InlineData(0, 1, Verdict.Breached)]
    [InlineData(10, 7, Verdict.Met)]
    [InlineData(10, 8, Verdict.AtRisk)]
    [InlineData(10, 11, Verdict.Breached)]
    public void A_ceiling_on_what_only_grows_is_at_risk_once_a_fifth_or_less_is_left(int bound, int used, Verdict verdict)
    {
        Judge(Against(LevelComparison.AtMost, bound), Exact(used), Running, Growth.Count).ShouldBe(verdict);
        Judge(Against(LevelComparison.AtMost, bound), Exact(used), Running, Growth.Peak).ShouldBe(verdict);
    }

    [Fact]
    public void What_goes_up_and_down_is_never_lost_before_its_period_ends()
    {
        Judge(Against(LevelComparison.AtMost, 10), Exact(11), Running, Growth.None).ShouldBe(Verdict.AtRisk);
        Judge(Against(LevelComparison.AtMost, 10), Exact(10), Running, Growth.None).ShouldBe(Verdict.Met);
    }

    [Fact]
    public void Only_shares_and_what_only_grows_below_a_ceiling_have_a_budget()
    {
        // An average of 9 of at most 10 leaves no budget of 1: the next value may be anything.
        Budget(LevelComparison.AtMost, 10, Exact(9), Growth.None).ShouldBeNull();
        Budget(LevelComparison.AtLeast, 10, Exact(9), Growth.Count).ShouldBeNull();
        Budget(LevelComparison.AtMost, 10, new MeasuredValue.Band(Number(1), Number(2)), Growth.Count).ShouldBeNull();
        // 6 of 10 in half the time burn at 1.2; a peak does not burn, and of nothing allowed there is no rate.
        Budget(LevelComparison.AtMost, 10, Exact(6), Growth.Count).ShouldBe(new BudgetReading(QuantityUnit.Number, 10, 6, 4, new Rational(6, 5)));
        Budget(LevelComparison.AtMost, 10, Exact(6), Growth.Peak).ShouldBe(new BudgetReading(QuantityUnit.Number, 10, 6, 4, null));
        Budget(LevelComparison.AtMost, 0, Exact(6), Growth.Count).ShouldBe(new BudgetReading(QuantityUnit.Number, 0, 6, -6, null));
        LevelJudge.Budget(new LevelTarget(LevelComparison.AtMost, 10), Exact(6), 1, 0, Growth.Count)!.BurnRate.ShouldBeNull();
    }

    private static Objective Against(LevelComparison comparison, int bound) => Objective(Values(new Aggregation.Maximum())).WithTarget(comparison, bound);

    private static Verdict Judge(Objective objective, MeasuredValue value, EvaluatedPeriod period, Growth growth) => LevelJudge.Judge(objective, value, 1, period, new Rational(1, 2), growth);

    private static BudgetReading? Budget(LevelComparison comparison, int bound, MeasuredValue value, Growth growth) =>
        LevelJudge.Budget(new LevelTarget(comparison, bound), value, 1, new Rational(1, 2), growth);

    private static MeasuredValue.Exact Exact(int value) => new(Number(value)!.Value);

    private static Quantity? Number(int? value) => value is { } number ? new Quantity(number, QuantityUnit.Number) : null;
}
