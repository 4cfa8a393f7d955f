using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.ErrorBudgets;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Core.Tests.ErrorBudgets;

public sealed class ErrorBudgetTests
{
    private static readonly Rational ThreeNines = Rational.FromPercent(99.9m);

    [Fact]
    public void A_month_of_thirty_days_allows_43_min_12_s_at_99_9_percent() => new ErrorBudget(ThreeNines, 30 * 86_400, 0).Allowed.ShouldBe(43 * 60 + 12);

    [Fact]
    public void An_overdrawn_budget_is_negative_and_not_clamped()
    {
        var budget = new ErrorBudget(ThreeNines, 1_000_000, 1_500);
        budget.Remaining.ShouldBe(-500);
        budget.ShareLeft.ShouldBe(new Rational(-1, 2));
        budget.ShareUsed.ShouldBe(new Rational(3, 2));
    }

    [Fact]
    public void A_target_of_100_percent_has_a_budget_of_zero_and_nothing_divides_by_it()
    {
        var unused = new ErrorBudget(1, 1000, 0);
        unused.Allowed.ShouldBe(0);
        unused.ShareLeft.ShouldBe(1);
        new ErrorBudget(1, 1000, 1).ShareLeft.ShouldBeNull();
        BurnRate.Of(1, 1000, 1).ShouldBeNull();
        BudgetStatusRule.Default.Next(null, new ErrorBudget(1, 1000, 1).ShareLeft).ShouldBe(BudgetStatus.Exhausted);
    }

    [Fact]
    public void A_target_above_100_percent_and_negative_amounts_are_reported_at_once()
    {
        var diagnostics = new DiagnosticBag();
        ErrorBudget.Create(Rational.FromPercent(100.5m), -1, 0, diagnostics).ShouldBeNull();
        diagnostics.Select(d => d.Code).ShouldBe(["LK4002", "LK4003"]);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0, 0)]
    [InlineData(1, 5, 5)]
    public void The_edges_of_what_a_budget_may_be_are_inside(int target, int total, int consumed)
    {
        var diagnostics = new DiagnosticBag();
        ErrorBudget.Create(target, total, consumed, diagnostics).ShouldBe(new ErrorBudget(target, total, consumed));
        diagnostics.ShouldBeEmpty();
    }

    [Fact]
    public void A_target_below_zero_and_a_negative_consumption_are_reported()
    {
        var diagnostics = new DiagnosticBag();
        ErrorBudget.Create(Rational.FromPercent(-0.5m), 1, 0, diagnostics).ShouldBeNull();
        ErrorBudget.Create(ThreeNines, 1, -1, diagnostics).ShouldBeNull();
        diagnostics.Select(d => d.Code).ShouldBe(["LK4002", "LK4003"]);
        diagnostics.First().Message.ShouldStartWith("A target of -0.5000 %");
    }

    [Fact]
    public void A_burn_rate_is_not_defined_without_time_without_a_target_or_with_less_than_nothing_lost()
    {
        BurnRate.Of(1, 0, ThreeNines).ShouldBeNull();
        BurnRate.Of(1, 2, 0).ShouldBeNull();
        BurnRate.Of(-1, 2, ThreeNines).ShouldBeNull();
        BurnRate.Of(0, 2, ThreeNines).ShouldBe(0);
    }

    [Fact]
    public void What_is_left_lasts_no_time_when_nothing_is_left_and_for_ever_when_nothing_burns()
    {
        BurnRate.TimeToExhaustion(0, 6, 720).ShouldBe(0);
        BurnRate.TimeToExhaustion(new Rational(-1, 2), 6, 720).ShouldBe(0);
        BurnRate.TimeToExhaustion(new Rational(1, 2), 0, 720).ShouldBeNull();
    }

    [Fact]
    public void Two_percent_of_a_thirty_day_budget_in_an_hour_are_a_rate_of_14_4_and_back()
    {
        BurnRate.ThatUses(new Rational(2, 100), 1, 720).ShouldBe(Rational.From(14.4m));
        BurnRate.BudgetUsed(Rational.From(14.4m), 1, 720).ShouldBe(new Rational(2, 100));
        BurnRateAlert.ForBudgetShare(new Rational(2, 100), Duration.FromHours(1), Duration.FromDays(30)).ShouldBe(BurnRateAlerts.Default.Alerts[0]);
    }

    [Fact]
    public void Windows_scale_with_the_period_to_whole_minutes_and_at_least_one()
    {
        // A week is 7/30 of the period: 60 min become 14, 5 min 1.17, 360 min 84, 30 min 7, 4320 min 1008.
        Minutes(Duration.FromDays(7)).ShouldBe([(14, 1), (84, 7), (1008, 84)]);
        // A day is 1/30: 2 min and 1/6 min; 12 and 1; 144 and 12.
        Minutes(Duration.FromDays(1)).ShouldBe([(2, 1), (12, 1), (144, 12)]);

        static IEnumerable<(double, double)> Minutes(Duration period) => BurnRateAlerts.Default.WithWindowsScaledTo(period).Alerts.Select(a => (a.Long.TotalMinutes, a.Short.TotalMinutes));
    }

    [Theory]
    [InlineData(null, 21, BudgetStatus.Healthy)]
    [InlineData(null, 20, BudgetStatus.AtRisk)]
    [InlineData(BudgetStatus.Healthy, 24, BudgetStatus.Healthy)]
    [InlineData(BudgetStatus.Healthy, 19, BudgetStatus.AtRisk)]
    [InlineData(BudgetStatus.Healthy, 1, BudgetStatus.AtRisk)]
    [InlineData(BudgetStatus.Healthy, 0, BudgetStatus.Exhausted)]
    [InlineData(BudgetStatus.Healthy, -1, BudgetStatus.Exhausted)]
    [InlineData(BudgetStatus.AtRisk, 24, BudgetStatus.AtRisk)]
    [InlineData(BudgetStatus.AtRisk, 25, BudgetStatus.Healthy)]
    [InlineData(BudgetStatus.AtRisk, 1, BudgetStatus.AtRisk)]
    [InlineData(BudgetStatus.Exhausted, 1, BudgetStatus.Exhausted)]
    [InlineData(BudgetStatus.Exhausted, 2, BudgetStatus.AtRisk)]
    [InlineData(BudgetStatus.Exhausted, 24, BudgetStatus.AtRisk)]
    [InlineData(BudgetStatus.Exhausted, 25, BudgetStatus.Healthy)]
    public void A_status_is_left_only_with_a_margin(BudgetStatus? current, int percentLeft, BudgetStatus expected) =>
        BudgetStatusRule.Default.Next(current, new Rational(percentLeft, 100)).ShouldBe(expected);

    [Fact]
    public void A_whole_outage_at_99_9_percent_burns_a_thousand_times_too_fast() => BurnRate.Of(60, 60, ThreeNines).ShouldBe(1000);

    [Fact]
    public void At_six_times_the_rate_half_a_thirty_day_budget_lasts_sixty_hours() => BurnRate.TimeToExhaustion(new Rational(1, 2), 6, 720).ShouldBe(60);

    [Fact]
    public void The_default_alerts_keep_their_share_of_the_budget_in_a_shorter_period() =>
        BurnRateAlerts.Default.ScaledTo(Duration.FromDays(7)).Alerts.Select(a => a.Factor).ShouldBe([Rational.From(3.36m), Rational.From(1.4m), new Rational(7, 30)]);

    [Fact]
    public void An_alert_needs_both_windows_above_its_factor_and_a_full_long_one()
    {
        var alert = BurnRateAlerts.Default.Alerts[0];
        // 1.44 % of the hour is exactly 14.4 x of 0.1 %: not above it.
        Fires(new BurnSample(Rational.From(51.84m), 3600, true), new BurnSample(300, 300, true)).ShouldBeFalse();
        Fires(new BurnSample(Rational.From(51.85m), 3600, true), new BurnSample(300, 300, true)).ShouldBeTrue();
        Fires(new BurnSample(Rational.From(51.85m), 3600, false), new BurnSample(300, 300, true)).ShouldBeFalse();
        Fires(new BurnSample(3600, 3600, true), new BurnSample(0, 300, true)).ShouldBeFalse();
        // So are 4.32 s of the five minutes.
        Fires(new BurnSample(3600, 3600, true), new BurnSample(Rational.From(4.32m), 300, true)).ShouldBeFalse();

        bool Fires(BurnSample overLong, BurnSample overShort) => alert.Fires(w => w == alert.Long ? overLong : overShort, ThreeNines);
    }
}
