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

    // What is reported when the agreement's term is over, by the clock, is not under it.
    [Theory]
    [InlineData(1, "T-1 T-2 T-3")]
    [InlineData(-1, "T-1 T-2 T-3")]
    [InlineData(87_660, "T-1 T-3")]
    [InlineData(-87_660, "T-1 T-2 T-3")]
    public async Task Facts_are_stamped_in_order_results_are_as_of_the_clock_and_everybody_is_told_once(int hours, string told)
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

        // Six hours later every ticket has waited for more than four.
        var turns = 0;
        await WebhookReceiver.UntilAsync(_server, () => ++turns > 36, TimeSpan.FromMinutes(10));
        await HealthyAsync();
        (await _server.GetAsync("/api/v1/outbox")).Json.EnumerateArray().Select(m => m.GetProperty("thread").GetString()!).Order(StringComparer.Ordinal).ShouldBe(told.Split(' ').Select(t => $"site/ticket/{t}"));

        var recorded = (await _server.GetAsync("/api/v1/facts")).Json.GetProperty("facts").EnumerateArray().Select(f => InstantPattern.ExtendedIso.Parse(f.GetProperty("recorded").GetString()!).Value).ToList();
        recorded.ShouldBe(recorded.Distinct().Order());
        recorded.Count.ShouldBe(_facts);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_a_little_is_waited_for()
    {
        await InForceAsync();
        await ReportAsync("T-1");
        await HealthyAsync();
        _server.Time.SetClock(TimeSpan.FromSeconds(-30));
        await HealthyAsync();
        await ReportAsync("T-2");
        await HealthyAsync();
        _server.Log.ShouldNotContain("was set back");
        _server.Time.SetClock(TimeSpan.FromSeconds(-31));
        await HealthyAsync();
        _server.Log.ShouldContain("was set back to 2026-03-02T11:58:59Z");
    }

    [Fact]
    public async Task A_token_that_has_expired_by_a_clock_that_was_wrong_is_good_again_when_the_clock_is_right()
    {
        var token = (await RunningServer.TokenAsync(_server.Open().Store, days: 365)).Reveal();
        (await _server.GetAsync("/api/v1/me", token)).Status.ShouldBe(200);
        _server.Time.SetClock(TimeSpan.FromDays(3_652));
        (await _server.GetAsync("/api/v1/me", token)).Status.ShouldBe(401);
        _server.Time.SetClock(TimeSpan.FromDays(-3_652));
        (await _server.GetAsync("/api/v1/me", token)).Status.ShouldBe(200);
        _server.Time.SetClock(TimeSpan.FromDays(-3_652));
        (await _server.GetAsync("/api/v1/me", token)).Status.ShouldBe(200);
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
