using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.ErrorBudgets;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using NodaTime;
using static Levelkeeper.Core.Tests.Evaluation.Shop;

namespace Levelkeeper.Core.Tests.Evaluation;

public sealed class BurnAlertTests
{
    private static readonly Objective NinetyNine = Objective(TimeUp());
    private static readonly Instant Noon = At(10, 12);

    // Up since January, so that the records cover every window.
    private static readonly Fact Long = State(At(-50), ServiceState.Up);

    [Fact]
    public void The_default_alerts_are_those_of_30_days_scaled_to_the_month()
    {
        var alerts = March(NinetyNine, [Long], asOf: Noon).BurnAlerts;
        alerts.Select(a => a.Alert).ShouldBe(
        [
            new BurnRateAlert(Rational.From(14.4m) * 31 / 30, Duration.FromHours(1), Duration.FromMinutes(5)),
            new BurnRateAlert(new Rational(6 * 31, 30), Duration.FromHours(6), Duration.FromMinutes(30)),
            new BurnRateAlert(new Rational(31, 30), Duration.FromDays(3), Duration.FromHours(6)),
        ]);
        alerts.ShouldAllBe(a => a.IsComplete && !a.Fires && a.LongRate == 0);
    }

    [Fact]
    public void An_hour_of_downtime_that_lasts_burns_in_every_window()
    {
        var alerts = March(NinetyNine, [Long, State(Noon - Duration.FromHours(1), ServiceState.Down)], asOf: Noon).BurnAlerts;
        alerts.ShouldAllBe(a => a.Fires);
        // All of an hour, a sixth of six hours, a 72nd of three days, each over the 1 % that may be lost.
        alerts.Select(a => a.LongRate).ShouldBe([100, new Rational(100, 6), new Rational(100, 72)]);
    }

    [Fact]
    public void What_is_over_shows_in_the_long_window_and_does_not_alarm() =>
        March(NinetyNine, [Long, .. Outage(At(10, 11), Duration.FromMinutes(50))], asOf: Noon).BurnAlerts.Select(a => a.Fires).ShouldBe([false, true, true]);

    [Fact]
    public void Exactly_at_the_factor_is_quiet_and_a_tick_more_fires()
    {
        var ten = NinetyNine with { BurnAlerts = [new BurnRateAlert(10, Duration.FromHours(1), Duration.FromMinutes(30))] };
        March(ten, [Long, .. Outages(Duration.Zero)], asOf: Noon).BurnAlerts.Single().ShouldSatisfyAllConditions(
            a => (a.LongRate, a.ShortRate).ShouldBe((10, 10)),
            a => a.Fires.ShouldBeFalse());
        March(ten, [Long, .. Outages(Duration.FromTicks(1))], asOf: Noon).BurnAlerts.Single().Fires.ShouldBeTrue();

        // 3 of the last 30 minutes, 6 of the last 60.
        IEnumerable<Fact> Outages(Duration more) => [.. Outage(At(10, 11, 10), Duration.FromMinutes(3)), .. Outage(At(10, 11, 40), Duration.FromMinutes(3) + more)];
    }

    [Fact]
    public void An_alert_waits_until_the_records_cover_its_long_window()
    {
        var young = March(NinetyNine, [State(At(10, 11, 30), ServiceState.Down)], asOf: Noon).BurnAlerts[0];
        (young.IsComplete, young.Fires).ShouldBe((false, false));
        young.LongRate.ShouldBe(50);
        March(NinetyNine, [State(At(10, 11), ServiceState.Down)], asOf: Noon).BurnAlerts[0].Fires.ShouldBeTrue();
        March(NinetyNine, [], asOf: Noon).BurnAlerts.ShouldAllBe(a => !a.IsComplete);
    }

    [Fact]
    public void Time_without_data_burns_nothing() =>
        March(NinetyNine, [Long, State(At(9), ServiceState.Unknown)], asOf: Noon).BurnAlerts.ShouldAllBe(a => a.LongRate == 0 && !a.Fires);

    [Fact]
    public void A_window_reaches_back_over_the_start_of_the_period()
    {
        // Down since eight in the evening of the last day of February; it is one o'clock on the first of March.
        var alerts = March(NinetyNine, [Long, State(At(0, 20), ServiceState.Down)], asOf: At(1, 1)).BurnAlerts;
        alerts.Select(a => a.LongRate).ShouldBe([100, new Rational(500, 6), new Rational(500, 72)]);
        alerts.ShouldAllBe(a => a.Fires);
    }

    [Fact]
    public void Outside_the_agreed_hours_no_rate_is_defined_and_nothing_fires()
    {
        var result = March(NinetyNine, [Long, State(At(10, 18), ServiceState.Down)], asOf: At(10, 22), with: a => a with { Services = [Service("web") with { OperatingHours = "office" }] });
        (result.BurnAlerts[0].LongRate, result.BurnAlerts[0].Fires).ShouldBe((null, false));
    }

    [Fact]
    public void A_period_that_is_over_an_objective_of_100_percent_and_an_agreement_that_wants_none_have_none()
    {
        March(NinetyNine, [Long]).BurnAlerts.ShouldBeEmpty();
        March(Objective(TimeUp(), percent: 100), [Long], asOf: Noon).BurnAlerts.ShouldBeEmpty();
        March(NinetyNine with { BurnAlerts = ImmutableArray<BurnRateAlert>.Empty }, [Long], asOf: Noon).BurnAlerts.ShouldBeEmpty();
    }

    [Fact]
    public void Requests_burn_by_how_many_fail()
    {
        Fact Window(Instant from, Instant to, int good) => Fact($"w{from}", to, new FactData.Aggregated("requests", from, good, 100, null, []));
        Fact[] windows = [Window(At(10, 8), At(10, 11), 100), Window(At(10, 11), At(10, 11, 55), 100), Window(At(10, 11, 55), Noon, 40)];
        // 60 of 200 in the last hour, 60 of 100 in the last five minutes, each over 1 %.
        var requests = March(Objective(new Indicator.Requests("requests", new RequestMethod.Ratio())), windows, asOf: Noon).BurnAlerts;
        (requests[0].LongRate, requests[0].ShortRate, requests[0].Fires).ShouldBe((30, 60, true));
        // The records do not reach back six hours.
        (requests[1].IsComplete, requests[1].Fires).ShouldBe((false, false));
        var shares = March(Objective(Values(new Aggregation.Share(), "requests")), windows, asOf: Noon).BurnAlerts;
        (shares[0].LongRate, shares[0].ShortRate, shares[0].Fires).ShouldBe((30, 60, true));
    }

    [Fact]
    public void The_explanation_says_what_is_left_of_the_budget_how_fast_it_burns_and_what_fires()
    {
        var result = March(NinetyNine, [Long, State(Noon - Duration.FromHours(1), ServiceState.Down)], asOf: Noon);
        var parts = result.Explanation.Parts;
        var budget = parts.Single(p => p.Title == "error budget").Parts;
        // 1 % of 744 hours less one hour.
        budget.Single(p => p.Title == "error budget left").Value.ShouldBe(new Quantity(new Rational(644, 100) * NodaConstants.TicksPerHour, QuantityUnit.Ticks));
        // One hour of 228 over 1 %.
        budget.Single(p => p.Title == "burn rate").Value.ShouldBe(new Quantity(new Rational(100, 228), QuantityUnit.Number));
        var alerts = parts.Single(p => p.Title == "burn-rate alerts: firing").Parts;
        alerts.Select(a => a.Title).ShouldBe(["14.88 x over 1 h and 5 min: fires", "6.2 x over 6 h and 30 min: fires", "1.03 x over 3 d and 6 h: fires"]);
    }
}
