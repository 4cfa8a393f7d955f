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

        bool Fires(BurnSample overLong, BurnSample overShort) => alert.Fires(w => w == alert.Long ? overLong : overShort, ThreeNines);
    }
}
