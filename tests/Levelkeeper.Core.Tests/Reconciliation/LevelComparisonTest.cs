using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Reconciliation;
using NodaTime;

namespace Levelkeeper.Core.Tests.Reconciliation;

public class LevelComparisonTest
{
    private static readonly long s_day = NodaConstants.TicksPerDay;

    private static LevelComparison Down(long minutes, decimal theirs, long agreed, params long[] outages) => new()
    {
        Ours = 1 - new Rational(minutes * NodaConstants.TicksPerMinute, agreed),
        Theirs = Rational.FromPercent(theirs),
        Places = 2,
        AgreedTime = agreed,
        Outages = [.. outages.Select(o => o * NodaConstants.TicksPerMinute)],
    };

    [Theory]
    [InlineData(9, "99.38", true)] // 1 - 9/1440 = 99.375 %, half goes up
    [InlineData(9, "99.37", false)]
    [InlineData(0, "100.00", true)]
    public void Levels_are_compared_at_their_places(long minutes, string theirs, bool agrees) =>
        Down(minutes, decimal.Parse(theirs, System.Globalization.CultureInfo.InvariantCulture), s_day, minutes).Compare().Agrees.ShouldBe(agrees);

    [Fact]
    public void Rounding_the_other_way_is_rounding() => Down(9, 99.37m, s_day, 9).Compare().Reason.ShouldBe(DifferenceReason.Rounding);

    [Fact]
    public void Another_length_of_the_month_is_a_calendar()
    {
        // 300 min in 31 days: 1 - 300/44640 = 99.328 %; divided by 28 days: 1 - 300/40320 = 99.256 %.
        var finding = Down(300, 99.26m, 31 * s_day, 300).Compare();
        finding.ShouldBe(new Finding(DifferenceReason.Calendar, "they divide by 28 days"));
    }

    [Fact]
    public void Short_outages_left_out_are_named_with_their_length()
    {
        // 10 + 60 min of a day: ours 1 - 70/1440 = 95.14 %; without the first 1 - 60/1440 = 95.83 %.
        var finding = Down(70, 95.83m, s_day, 10, 60).Compare();
        finding.ShouldBe(new Finding(DifferenceReason.ShortOutages, "they leave out outages below 11 min"));
    }

    [Fact]
    public void Within_our_bounds_is_no_data()
    {
        var comparison = Down(0, 97.00m, s_day) with { Ours = null, Lowest = new Rational(95, 100), Highest = new Rational(99, 100) };
        comparison.Compare().Reason.ShouldBe(DifferenceReason.NoData);
    }

    [Fact]
    public void Without_a_level_there_is_no_result() =>
        (Down(0, 97.00m, s_day) with { Ours = null }).Compare().Reason.ShouldBe(DifferenceReason.NoResult);

    [Fact]
    public void What_no_rule_gives_was_moved_by_hand() => Down(9, 42.42m, s_day, 9).Compare().Reason.ShouldBe(DifferenceReason.MovedByHand);

    [Fact]
    public void A_summary_counts_by_reason()
    {
        var summary = ReconciliationSummary.Of([Finding.Agreement, new(DifferenceReason.Rounding), new(DifferenceReason.Zone), new(DifferenceReason.Rounding)]);
        (summary.Compared, summary.Agreeing).ShouldBe((4, 1));
        summary.Differences.ShouldBe([(DifferenceReason.Zone, 1), (DifferenceReason.Rounding, 2)]);
    }
}
