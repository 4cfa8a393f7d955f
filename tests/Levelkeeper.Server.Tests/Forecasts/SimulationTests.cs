using System.Text.Json;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Requests;

namespace Levelkeeper.Server.Tests.Forecasts;

/// <summary>What a draft would have come to, and the chance of what is to come, over HTTP.</summary>
public sealed class SimulationTests : IAsyncLifetime
{
    private const string Span = "/api/v1/agreements/site/simulation?from=2026-01-01&to=2026-03-01";

    private RunningServer _server = null!;
    private string _manager = "";
    private string _klient = "";
    private string _other = "";

    public async ValueTask InitializeAsync()
    {
        var probe = "";
        _server = await RunningServer.StartAsync(prepare: async store =>
        {
            _manager = await SiteAgreement.TokenAsync(store, "maria", "manager");
            probe = await SiteAgreement.TokenAsync(store, "probe", "operator");
            _klient = await SiteAgreement.TokenAsync(store, "klient", "customer", "Klient");
            _other = await SiteAgreement.TokenAsync(store, "other", "manager", "Elsewhere");
        });
        await _server.PutInForceAsync("site", "Klient", _manager);
        // Two of the 744 hours of January: 99.73 %.
        var facts = Events.Batch(SiteAgreement.State("1", "up", "2026-01-01T00:00:00Z"), SiteAgreement.State("2", "down", "2026-01-10T10:00:00Z"), SiteAgreement.State("3", "up", "2026-01-10T12:00:00Z"));
        (await _server.PostAsync(facts, "application/cloudevents-batch+json", probe)).Status.ShouldBe(202);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_draft_stands_beside_the_agreement_in_force_month_by_month()
    {
        var answer = await SimulateAsync(Span, SiteAgreement.Text("site", "Klient", target: "99"), _manager);
        answer.Status.ShouldBe(200, answer.Text);
        var simulations = answer.Json.GetProperty("simulations").EnumerateArray().ToDictionary(s => s.GetProperty("of").GetString()!, s => s);

        Months(simulations["proposed"]).ShouldBe(["2026-01 0.00 met", "2026-02 0.00 met"]);
        // Below 99.9 % a tenth of 1,000.00 is paid.
        Months(simulations["in force"]).ShouldBe(["2026-01 100.00 breached", "2026-02 0.00 met"]);
        (await _server.GetAsync("/api/v1/agreements/site", _manager)).Json.GetProperty("latest").GetInt32().ShouldBe(1);

        static IEnumerable<string> Months(JsonElement simulation) => simulation.GetProperty("months").EnumerateArray().Select(m =>
            $"{m.GetProperty("month")} {m.GetProperty("by-provider")} {m.GetProperty("results").EnumerateArray().Single(r => r.GetProperty("objective").GetString() == "uptime").GetProperty("verdict")}");
    }

    [Fact]
    public async Task A_draft_of_another_customer_takes_none_of_the_facts_in()
    {
        var simulation = (await SimulateAsync(Span, SiteAgreement.Text("site", "Elsewhere"), _manager)).Json.GetProperty("simulations")[0];
        simulation.GetProperty("months")[0].GetProperty("results").EnumerateArray().Single(r => r.GetProperty("objective").GetString() == "uptime").GetProperty("verdict").GetString().ShouldBe("insufficient-evidence");
    }

    [Fact]
    public async Task What_is_wrong_with_a_draft_is_told_with_its_place()
    {
        var answer = await SimulateAsync(Span, SiteAgreement.Text("site", "Klient", target: "990"), _manager);
        answer.Status.ShouldBe(422);
        answer.Code.ShouldBe("LK6114");
        answer.Json.GetProperty("problems").EnumerateArray().ShouldContain(p => p.GetProperty("line").GetInt32() > 1);
    }

    [Theory]
    [InlineData("from=2026-01-01&to=2026-01-01", 400, "LK6108")]
    [InlineData("from=2026-01-01&to=2026-03-03", 400, "LK6108")] // today, the 2nd, is the last first day after
    [InlineData("from=2022-12-31&to=2026-01-01", 422, "LK6160")]
    [InlineData("from=January&to=2026-01-01", 400, "LK6108")]
    public async Task A_span_has_passed_and_is_not_too_long(string span, int status, string code)
    {
        var answer = await SimulateAsync($"/api/v1/agreements/site/simulation?{span}", SiteAgreement.Text("site", "Klient"), _manager);
        (answer.Status, answer.Code).ShouldBe((status, code));
    }

    [Fact]
    public async Task Only_who_may_propose_simulates_and_only_over_facts_that_they_may_know_of()
    {
        (await SimulateAsync(Span, SiteAgreement.Text("site", "Klient"), _klient)).Status.ShouldBe(403);
        (await SimulateAsync(Span, SiteAgreement.Text("site", "Klient"), _other)).Status.ShouldBe(404);
        (await _server.GetAsync("/api/v1/agreements/site/forecast", _other)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Chances_are_told_for_the_period_that_runs_and_the_next_with_their_record()
    {
        var answer = await _server.GetAsync("/api/v1/agreements/site/forecast?since=2026-01-01", _klient);
        answer.Status.ShouldBe(200, answer.Text);
        var running = answer.Json.GetProperty("running").EnumerateArray().Single(c => c.GetProperty("objective").GetString() == "uptime");
        var next = answer.Json.GetProperty("next").EnumerateArray().Single(c => c.GetProperty("objective").GetString() == "uptime");

        (running.GetProperty("period").GetString(), next.GetProperty("period").GetString()).ShouldBe(("2026-03", "2026-04"));
        // 60 days are over in Warsaw; two lost hours of one of them are too much whenever they are drawn: of nine weeks, in more than four draws.
        running.GetProperty("method").GetString().ShouldBe("weeks");
        running.GetProperty("history").GetInt32().ShouldBe(60);
        decimal.Parse(running.GetProperty("chance").GetString()!, System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(0.2m, 0.6m);
        running.GetProperty("verdict").GetString().ShouldBe("met");
        // February alone has enough days before it to be a trial.
        var record = answer.Json.GetProperty("record-next").EnumerateArray().Single(c => c.GetProperty("objective").GetString() == "uptime");
        record.GetProperty("periods").GetInt32().ShouldBe(1);
        record.GetProperty("missed-share").GetString().ShouldBe("0.0000");
        (await _server.GetAsync("/api/v1/agreements/site/forecast?as-of=2025-01-01T00:00:00Z", _klient)).Code.ShouldBe("LK6108");
        (await _server.GetAsync("/api/v1/agreements/site/forecast?since=2019-01-01", _klient)).Code.ShouldBe("LK6160");
    }

    [Fact]
    public async Task Of_what_is_lost_already_no_chance_is_told()
    {
        var running = (await _server.GetAsync("/api/v1/agreements/site/forecast?since=2026-01-01&as-of=2026-01-31T12:00:00Z", _klient)).Json.GetProperty("running").EnumerateArray().Single(c => c.GetProperty("objective").GetString() == "uptime");
        running.GetProperty("verdict").GetString().ShouldBe("breached");
        running.TryGetProperty("chance", out var chance).ShouldBeTrue();
        chance.ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Work_that_takes_longer_than_a_request_may_is_given_up()
    {
        var time = new ManualTime(RunningServer.Noon.ToDateTimeOffset());
        using var work = new BoundedWork(_server.Server.Services.GetService(typeof(ServerSettings)) as ServerSettings ?? throw new InvalidOperationException(), time);
        var begun = new TaskCompletionSource();
        var running = work.RunAsync(
            token =>
            {
                begun.SetResult();
                token.WaitHandle.WaitOne();
                token.ThrowIfCancellationRequested();
                return 0;
            },
            TestContext.Current.CancellationToken);
        await begun.Task;
        time.Advance(TimeSpan.FromSeconds(31));
        (await Should.ThrowAsync<ProblemException>(running)).Problem.Code.ShouldBe("LK6160");
    }

    [Fact]
    public async Task Who_goes_away_ends_the_work_that_was_done_for_them()
    {
        using var work = new BoundedWork(_server.Server.Services.GetService(typeof(ServerSettings)) as ServerSettings ?? throw new InvalidOperationException(), new ManualTime(RunningServer.Noon.ToDateTimeOffset()));
        using var gone = new CancellationTokenSource();
        var running = work.RunAsync(
            token =>
            {
                gone.Cancel();
                token.ThrowIfCancellationRequested();
                return 0;
            },
            gone.Token);
        await Should.ThrowAsync<OperationCanceledException>(running);
        (await work.RunAsync(_ => 7, CancellationToken.None)).ShouldBe(7);
    }

    private Task<Answer> SimulateAsync(string path, string draft, string token) => _server.SendAsync("POST", path, draft, token, "application/yaml");
}
