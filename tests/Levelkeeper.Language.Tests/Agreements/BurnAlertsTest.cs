using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.ErrorBudgets;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Language.Grammar;
using NodaTime;

namespace Levelkeeper.Language.Tests.Agreements;

public class BurnAlertsTest
{
    private static readonly BurnRateAlert Fast = new(Rational.From(14.4m), Duration.FromHours(1), Duration.FromMinutes(5));
    private static readonly BurnRateAlert Slow = new(1, Duration.FromDays(3), Duration.FromHours(6));

    private static Objective Uptime(string lines) => Sample.Good(Sample.Uptime("degraded: up\n" + lines)).Objectives.Single();

    [Fact]
    public void What_is_not_written_is_the_edition_s_alerts() => Uptime("per: month").BurnAlerts.ShouldBeNull();

    [Fact]
    public void None_is_none() => Uptime("burn-alerts: none").BurnAlerts!.Value.ShouldBeEmpty();

    [Fact]
    public void Alerts_are_a_rate_and_two_windows() =>
        Uptime("burn-alerts: [14.4 x over 1 h and 5 min, 1 x over 3 days and 6 h]").BurnAlerts!.Value.ShouldBe([Fast, Slow]);

    [Fact]
    public void One_alert_needs_no_list() => Uptime("burn-alerts: 14.4 x over 1 h and 5 min").BurnAlerts!.Value.ShouldBe([Fast]);

    [Theory]
    [InlineData("14.4 x over 1 h")]
    [InlineData("14.4 over 1 h and 5 min")]
    [InlineData("0 x over 1 h and 5 min")]
    [InlineData("-2 x over 1 h and 5 min")]
    [InlineData("fast x over 1 h and 5 min")]
    [InlineData("14.4 x over 1 h and 1 h")]
    [InlineData("14.4 x over 5 min and 1 h")]
    [InlineData("14.4 x over 1 month and 1 h")]
    [InlineData("14.4 x over 2 business days and 1 h")]
    [InlineData("1 x over 1 h and 0 min")]
    [InlineData(" and  over ")]
    [InlineData("")]
    public void Anything_else_is_no_alert(string text)
    {
        var (alert, problem) = BurnAlertForm.Parse(text);
        alert.ShouldBeNull();
        problem.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void None_beside_an_alert_is_a_slip() =>
        Sample.Read(Sample.Uptime("degraded: up\nburn-alerts: [none, 14.4 x over 1 h and 5 min]")).Diagnostics.Select(d => d.Code).ShouldBe(["LK1518"]);

    [Theory]
    [InlineData("measure: availability\ndegraded: up\ntarget: at least 100 %")]
    [InlineData("measure: sum of leads\ntarget: at least 10 leads")]
    [InlineData("measure: share of requests\ntarget: at most 5 %")]
    public void Where_nothing_can_burn_alerts_decide_nothing(string lines) =>
        Sample.Read(Sample.Objective(lines + "\nburn-alerts: 14.4 x over 1 h and 5 min")).Diagnostics.Select(d => d.Code).ShouldBe(["LK1519"]);

    [Fact]
    public void A_smallest_number_of_requests_is_one_for_requests_and_an_error_for_time()
    {
        Sample.Good(Sample.Objective("measure: share of requests\ntarget: at least 99.9 % of at least 500 requests")).Objectives.Single().SmallestVolume.ShouldBe(500);
        Sample.Read(Sample.Objective("measure: availability\ndegraded: up\ntarget: at least 99.9 % of at least 500 requests")).Diagnostics.Select(d => d.Code).ShouldBe(["LK1520"]);
    }
}
