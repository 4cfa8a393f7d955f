using System.Text.Json;
using Levelkeeper.Server.Tests.Escalations;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Server.Tests.Clocks;

/// <summary>The two nights of the year in which local time is changed, on the running server.</summary>
public sealed class SummerTimeTests
{
    // Reported half an hour after midnight, of a desk that is open all night, with three hours to answer: three hours, whatever the clock on the wall says. On 29 March 02:00 is 03:00, so it is due at 04:30 of
    // summer time, 02:30 UTC; on 25 October 03:00 is 02:00 again, so it is due at 02:30 of winter time, 01:30 UTC.
    [Theory]
    [InlineData("2026-03-28T23:30:00Z", "2026-03-29T02:30:00Z")]
    [InlineData("2026-10-24T22:30:00Z", "2026-10-25T01:30:00Z")]
    public async Task A_deadline_over_the_change_comes_after_as_much_time_as_on_any_night(string reported, string due)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await RunningServer.StartAsync(change: s => s with { Channels = receiver.Channels }, start: Of(reported).ToDateTimeOffset());
        await InForceAsync(server, """
            calendars: { nights: { weekly: { mon-sun: 22:00-06:00 } } }
            objectives:
              reaction: { measure: time to respond, of: tickets of site, within: 3 h, calendar: nights, target: at least 90 % of at least 1 tickets, per: month }
            escalation: { reaction: [ { at: 30 min before due, tell: anna, by: webhook }, { at: breach, tell: anna, by: webhook } ] }
            """);
        (await server.PostAsync($$$"""{"specversion":"1.0","id":"1","source":"desk","type":"levelkeeper.ticket.reported.v1","subject":"T-1","time":"{{{reported}}}","data":{"service":"site","customer":"Klient"}}""")).Status.ShouldBe(202);
        (await ClockAsync(server)).GetProperty("due").GetString().ShouldBe(due);

        await WebhookReceiver.UntilAsync(server, () => receiver.Got.Count == 2, TimeSpan.FromSeconds(20));
        var times = receiver.Got.Select(g => Of(g.GetProperty("time").GetString()!)).ToList();
        // Within a turn or two of the time of the test, a minute at most.
        (times[0] - (Of(due) - Duration.FromMinutes(30))).ShouldBeInRange(Duration.Zero, Duration.FromMinutes(1));
        (times[1] - Of(due)).ShouldBeInRange(Duration.Zero, Duration.FromMinutes(1));
        await HealthyAsync(server);
    }

    // The day of 29 March has 23 hours, that of 25 October 25. Of 90 % of the day 2 h 18 min may be lost, or 2 h 30 min: the outage from midnight on loses the day after just so long.
    [Theory]
    [InlineData("2026-03-28T23:00:00Z", "2026-03-29T01:18:00Z")]
    [InlineData("2026-10-24T22:00:00Z", "2026-10-25T00:30:00Z")]
    public async Task A_day_with_an_hour_less_or_more_is_lost_by_as_much_of_it(string midnight, string lost)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await RunningServer.StartAsync(change: s => s with { Channels = receiver.Channels }, start: Of(midnight).ToDateTimeOffset());
        await InForceAsync(server, """
            objectives:
              uptime: { measure: availability, of: site, target: at least 90 %, per: day, degraded: up }
            escalation: { uptime: [ { at: breach, tell: anna, by: webhook } ] }
            """);
        (await server.PostAsync(SiteAgreement.State("1", "up", "2026-01-01T00:00:00Z"))).Status.ShouldBe(202);
        (await server.PostAsync(SiteAgreement.State("2", "down", midnight))).Status.ShouldBe(202);
        await WebhookReceiver.UntilAsync(server, () => receiver.Got.Count == 1, TimeSpan.FromSeconds(20));
        (Of(receiver.Got[0].GetProperty("time").GetString()!) - Of(lost)).ShouldBeInRange(Duration.Zero, Duration.FromMinutes(1));
        await HealthyAsync(server);
    }

    private static Instant Of(string text) => InstantPattern.ExtendedIso.Parse(text).Value;

    private static async Task<JsonElement> ClockAsync(RunningServer server) => (await server.GetAsync("/api/v1/agreements/site/clocks")).Json.GetProperty("clocks").EnumerateArray().Single();

    private static async Task HealthyAsync(RunningServer server)
    {
        var doctor = await server.GetAsync("/api/v1/doctor");
        doctor.Json.GetProperty("healthy").GetBoolean().ShouldBeTrue(doctor.Text);
    }

    private static async Task InForceAsync(RunningServer server, string rest)
    {
        var text = $$"""
            levelkeeper: v1
            id: site
            title: The site
            parties: { provider: { name: Firma }, customer: { name: Klient } }
            zone: Europe/Warsaw
            term: { from: 2026-01-01, length: 12 months }
            services: { site: { title: The site } }
            people: { anna: { name: Anna, email: anna@example.org } }
            {{rest}}
            """;
        var proposed = await server.SendAsync("PUT", "/api/v1/agreements/site", text, null, "application/yaml");
        proposed.Status.ShouldBe(200, proposed.Text);
        (await server.SendAsync("POST", "/api/v1/agreements/site/revisions/1/activation", """{"text":"on paper"}""", null)).Status.ShouldBe(200);
    }
}
