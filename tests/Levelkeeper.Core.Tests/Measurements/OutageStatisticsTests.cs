using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;
using static Levelkeeper.Core.Tests.Measurements.Facts;

namespace Levelkeeper.Core.Tests.Measurements;

public sealed class OutageStatisticsTests
{
    private static TickInterval Outage(int day, int hour, int hours) => TickInterval.Between(At(day, hour), At(day, hour + hours));

    private static Rational Hours(long hours) => hours * NodaConstants.TicksPerHour;

    private static MeasuredValue Measure(OutageIndicator indicator, params TickInterval[] outages)
    {
        var result = OutageStatistics.Of(indicator, outages, October);
        result.Explanation.ShouldAddUp();
        return result.Value;
    }

    [Fact]
    public void Two_outages_of_one_and_three_hours()
    {
        TickInterval[] outages = [Outage(20, 0, 3), Outage(10, 0, 1)];
        Measure(OutageIndicator.MeanTimeToRestore, outages).Number().ShouldBe(Hours(2));
        Measure(OutageIndicator.MeanTimeBetweenFailures, outages).Number().ShouldBe(Hours(370)); // (744 - 4) / 2
        Measure(OutageIndicator.NumberOfOutages, outages).Number().ShouldBe(2);
        Measure(OutageIndicator.LongestOutage, outages).Number().ShouldBe(Hours(3));
    }

    [Fact]
    public void Overlapping_outages_are_one() =>
        Measure(OutageIndicator.NumberOfOutages, Outage(10, 0, 3), Outage(10, 2, 3), Outage(10, 5, 1)).Number().ShouldBe(1);

    [Fact]
    public void An_outage_across_the_edge_is_restored_in_the_later_period_and_fails_in_the_earlier()
    {
        TickInterval[] outages = [Outage(0, 20, 10), Outage(31, 20, 10)]; // 6 of 10 hours in October; 4 of 10 hours in October.
        Measure(OutageIndicator.MeanTimeToRestore, outages).Number().ShouldBe(Hours(10));
        Measure(OutageIndicator.NumberOfOutages, outages).Number().ShouldBe(1);
        Measure(OutageIndicator.MeanTimeBetweenFailures, outages).Number().ShouldBe(Hours(734));
        Measure(OutageIndicator.LongestOutage, outages).Number().ShouldBe(Hours(10));
        Measure(OutageIndicator.LongestOutage, outages[1]).Number().ShouldBe(Hours(4));
    }

    [Fact]
    public void An_outage_restored_before_the_period_or_at_its_very_end_is_not_restored_in_it()
    {
        Measure(OutageIndicator.MeanTimeToRestore, Outage(-5, 0, 7), Outage(31, 20, 4)).ShouldBeNoActivity();
        Measure(OutageIndicator.MeanTimeToRestore, Outage(-5, 0, 7), Outage(0, 20, 4), Outage(31, 20, 4)).Number().ShouldBe(Hours(4));
    }

    [Fact]
    public void Without_outages_there_is_no_mean_but_none_is_a_number()
    {
        Measure(OutageIndicator.MeanTimeToRestore).ShouldBeNoActivity();
        Measure(OutageIndicator.MeanTimeBetweenFailures).ShouldBeNoActivity();
        Measure(OutageIndicator.NumberOfOutages).Number().ShouldBe(0);
        Measure(OutageIndicator.LongestOutage).Number().ShouldBe(0);
    }

    [Fact]
    public void Only_agreed_time_counts_between_failures()
    {
        var agreed = IntervalSet.Of(TickInterval.Between(At(10), At(11)), TickInterval.Between(At(32), At(33)));
        var result = OutageStatistics.Of(OutageIndicator.MeanTimeBetweenFailures, [Outage(10, 22, 4)], October, agreed);
        result.Value.Number().ShouldBe(Hours(22));
        OutageStatistics.Of(OutageIndicator.MeanTimeBetweenFailures, [Outage(10, 22, 4)], October, IntervalSet.Empty).Value.ShouldBeNoActivity();
    }

    [Fact]
    public void The_outages_of_the_days_add_up_to_the_month() => Prop.ForAll(Arb.From(Gen.Choose(-100, 900).Two().ArrayOf()), pairs =>
    {
        TickInterval[] outages = [.. pairs.Select(pair => TickInterval.Between(At(1, pair.Item1), At(1, pair.Item1 + Math.Abs(pair.Item2 % 40) + 1)))];
        var days = Enumerable.Range(1, 31).Select(day => OutageStatistics.Of(OutageIndicator.NumberOfOutages, outages, TickInterval.Between(At(day), At(day + 1))).Value.Number());
        days.Aggregate(Rational.Zero, (sum, day) => sum + day).ShouldBe(Measure(OutageIndicator.NumberOfOutages, outages).Number());
    }).Check(Seeds.Config());
}
