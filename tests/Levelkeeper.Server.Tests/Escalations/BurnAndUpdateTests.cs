using System.Text.Json;
using NodaTime;

namespace Levelkeeper.Server.Tests.Escalations;

/// <summary>Alerts, projections and updates that are due, told by the real server as its time passes: nothing is sent to it meanwhile.</summary>
public sealed class BurnAndUpdateTests : IAsyncLifetime
{
    private WebhookReceiver _receiver = null!;
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await WebhookReceiver.StartAsync();
        _server = await RunningServer.StartAsync(change: s => s with { Channels = _receiver.Channels });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task An_outage_that_lasts_fires_the_alert_and_then_is_projected_to_miss()
    {
        // Ten times the even rate of one percent over an hour are six minutes.
        await InForceAsync("uptime: [ { at: burn alert, tell: anna, by: webhook }, { at: projected breach, tell: jan, by: webhook } ]");
        (await _server.PostAsync(SiteAgreement.State("1", "up", "2026-01-01T00:00:00Z"))).Status.ShouldBe(202);
        // At noon of the 6th 133 hours of March have passed in Warsaw: a tenth of it, and more.
        _server.Time.Advance(TimeSpan.FromDays(4));
        (await _server.PostAsync(SiteAgreement.State("2", "down", "2026-03-06T12:00:00Z"))).Status.ShouldBe(202);
        await WebhookReceiver.UntilAsync(_server, () => _receiver.Got.Count == 1, TimeSpan.FromSeconds(10));
        Told(0).ShouldBe(("Anna", "burnAlert"));
        // A minute at most after it began to fire, and what time passes here while a request is answered.
        (Minutes(0) - 4 * 1440).ShouldBeInRange(6, 8);

        // Of 133 hours and what is lost after them a hundredth is lost after 133/99 hours: 80 min 36 s. The target itself is lost after 7 h 26 min.
        await WebhookReceiver.UntilAsync(_server, () => _receiver.Got.Count == 2, TimeSpan.FromSeconds(20));
        Told(1).ShouldBe(("Jan", "projectedBreach"));
        (Minutes(1) - 4 * 1440).ShouldBeInRange(80.6, 83);
    }

    [Fact]
    public async Task An_update_is_asked_for_missed_given_and_asked_for_again()
    {
        await InForceAsync("uptime: [ { at: 5 min before update, tell: anna, by: webhook }, { at: missed update, tell: jan, by: webhook } ]");
        (await _server.PostAsync(SiteAgreement.State("1", "up", "2026-01-01T00:00:00Z"))).Status.ShouldBe(202);
        (await _server.PostAsync(SiteAgreement.State("2", "down", "2026-03-02T12:00:00Z"))).Status.ShouldBe(202);
        await WebhookReceiver.UntilAsync(_server, () => _receiver.Got.Count == 2, TimeSpan.FromSeconds(10));
        (Told(0), Told(1)).ShouldBe((("Anna", "beforeUpdate"), ("Jan", "afterMissedUpdate")));
        Minutes(0).ShouldBeInRange(25, 26);
        Minutes(1).ShouldBeInRange(30, 31);
        _receiver.Got[0].GetProperty("data").GetProperty("due").GetString().ShouldBe("2026-03-02T12:30:00Z");
        _receiver.Got[0].GetProperty("data").GetProperty("about").GetProperty("kind").GetString().ShouldBe("outage");

        (await _server.SendAsync("POST", "/api/v1/agreements/site/outages/updates", """{"service":"nowhere"}""", null)).Status.ShouldBe(422);
        (await _server.SendAsync("POST", "/api/v1/agreements/site/outages/updates", """{"service":"site","note":"a disk is being changed"}""", null)).Status.ShouldBe(200);
        var given = _server.Time.GetUtcNow() - RunningServer.Noon.ToDateTimeOffset();
        await WebhookReceiver.UntilAsync(_server, () => _receiver.Got.Count == 3, TimeSpan.FromSeconds(10));
        Told(2).ShouldBe(("Anna", "beforeUpdate"));
        (Since(2) - given).ShouldBeInRange(TimeSpan.FromMinutes(25), TimeSpan.FromMinutes(26));
        // The outage is over: nobody waits for news.
        var now = Instant.FromDateTimeOffset(_server.Time.GetUtcNow());
        (await _server.PostAsync(SiteAgreement.State("3", "up", NodaTime.Text.InstantPattern.ExtendedIso.Format(now)))).Status.ShouldBe(202);
        var turns = 0;
        await WebhookReceiver.UntilAsync(_server, () => ++turns > 60, TimeSpan.FromMinutes(1));
        _receiver.Got.Count.ShouldBe(3);
    }

    private async Task InForceAsync(string steps)
    {
        var text = SiteAgreement.Text("site", "Klient", target: "99").Replace("degraded: up,", "degraded: up, burn-alerts: 10 x over 1 h and 5 min,", StringComparison.Ordinal) + $$"""

            support: { updates: 30 min }
            people:
              anna: { name: Anna, email: anna@example.org }
              jan: { name: Jan, email: jan@example.org }
            escalation:
              {{steps}}
            """;
        (await _server.SendAsync("PUT", "/api/v1/agreements/site", text, null, "application/yaml")).Status.ShouldBe(200);
        (await _server.SendAsync("POST", "/api/v1/agreements/site/revisions/1/activation", """{"text":"on paper"}""", null)).Status.ShouldBe(200);
    }

    private (string? Name, string At) Told(int index)
    {
        var data = _receiver.Got[index].GetProperty("data");
        return (data.GetProperty("recipient").GetProperty("name").GetString(), data.GetProperty("at").EnumerateObject().Single().Name);
    }

    /// <summary>How long after noon of the 2nd it was decided.</summary>
    private double Minutes(int index) => Since(index).TotalMinutes;

    private TimeSpan Since(int index) => _receiver.Got[index].GetProperty("time").GetDateTimeOffset() - RunningServer.Noon.ToDateTimeOffset();
}
