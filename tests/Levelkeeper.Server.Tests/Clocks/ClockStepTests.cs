using System.Globalization;
using Levelkeeper.Server.Tests.Escalations;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Server.Tests.Clocks;

/// <summary>The machine's clock is set while the server runs: forward and back, by an hour and by ten years.</summary>
public sealed class ClockStepTests : IAsyncLifetime
{
    private WebhookReceiver _receiver = null!;
    private RunningServer _server = null!;
    private int _facts;

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

    public static TheoryData<double> Steps => [1, -1, 24 * 365.25 * 10, -24 * 365.25 * 10];

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Facts_are_stamped_in_order_results_are_as_of_the_clock_and_nobody_is_told_twice(double hours)
    {
        var step = TimeSpan.FromHours(hours);
        await InForceAsync();
        await SendAsync("service.up", "site", "{}");
        await ReportAsync("T-1");
        await HealthyAsync();

        _server.Time.SetClock(step);
        await ReportAsync("T-2");
        await HealthyAsync();

        _server.Time.SetClock(-step);
        await ReportAsync("T-3");
        await HealthyAsync();

        // Five hours later all three are late by all accounts.
        var turns = 0;
        await WebhookReceiver.UntilAsync(_server, () => ++turns > 40, TimeSpan.FromMinutes(10));
        await HealthyAsync();
        _receiver.Got.Select(g => g.GetProperty("data").GetProperty("about").GetProperty("ticket").GetString()).Distinct(StringComparer.Ordinal).Count().ShouldBe(_receiver.Got.Count);

        var recorded = (await _server.GetAsync("/api/v1/facts")).Json.GetProperty("facts").EnumerateArray().Select(f => InstantPattern.ExtendedIso.Parse(f.GetProperty("recorded").GetString()!).Value).ToList();
        recorded.ShouldBe(recorded.Distinct().Order());
        recorded.Count.ShouldBe(_facts);
    }

    private Instant Now => Instant.FromDateTimeOffset(_server.Time.GetUtcNow());

    private Task ReportAsync(string ticket) => SendAsync("ticket.reported", ticket, """{"service":"site","customer":"Klient"}""");

    private async Task SendAsync(string type, string subject, string data) => (await _server.PostAsync(
        $$"""{"specversion":"1.0","id":"{{(++_facts).ToString(CultureInfo.InvariantCulture)}}","source":"desk","type":"levelkeeper.{{type}}.v1","subject":"{{subject}}","time":"{{InstantPattern.ExtendedIso.Format(Now)}}","data":{{data}}}""")).Status.ShouldBe(202);

    /// <summary>What is kept live stands as the log says, as of the clock.</summary>
    private async Task HealthyAsync()
    {
        var doctor = await _server.GetAsync("/api/v1/doctor");
        doctor.Json.GetProperty("healthy").GetBoolean().ShouldBeTrue($"{Now}: {doctor.Text}");
    }

    private async Task InForceAsync()
    {
        var text = SiteAgreement.Text("site", "Klient") + """

            people:
              anna: { name: Anna, email: anna@example.org }
            escalation:
              reaction: [ { at: breach, tell: anna, by: webhook } ]
            """;
        (await _server.SendAsync("PUT", "/api/v1/agreements/site", text, null, "application/yaml")).Status.ShouldBe(200);
        (await _server.SendAsync("POST", "/api/v1/agreements/site/revisions/1/activation", """{"text":"on paper"}""", null)).Status.ShouldBe(200);
    }
}
