namespace Levelkeeper.Server.Tests.Exclusions;

/// <summary>Claims with their evidence, decisions with theirs, and what was said about breaches.</summary>
public sealed class ExclusionTests : IAsyncLifetime
{
    private const string Site = "/api/v1/agreements/site";

    private RunningServer _server = null!;
    private string _manager = "";
    private string _klient = "";

    public async ValueTask InitializeAsync()
    {
        var probe = "";
        _server = await RunningServer.StartAsync(prepare: async store =>
        {
            _manager = await SiteAgreement.TokenAsync(store, "maria", "manager");
            probe = await SiteAgreement.TokenAsync(store, "probe", "operator");
            _klient = await SiteAgreement.TokenAsync(store, "klient", "customer", "Klient");
        });
        await _server.PutInForceAsync("site", "Klient", _manager);
        var facts = Events.Batch(SiteAgreement.State("1", "up", "2026-01-01T00:00:00Z"), SiteAgreement.State("2", "down", "2026-02-10T10:00:00Z"), SiteAgreement.State("3", "up", "2026-02-10T12:00:00Z"));
        (await _server.PostAsync(facts, "application/cloudevents-batch+json", probe)).Status.ShouldBe(202);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_claim_and_its_decision_are_shown_with_who_why_and_what_shows_it()
    {
        const string Claim = """{"name":"flood","service":"site","start":"2026-02-10T10:00:00Z","end":"2026-02-10T12:00:00Z","cause":"force-majeure","reason":"a flood","evidence":"https://example.org/gauge"}""";
        (await _server.SendAsync("POST", $"{Site}/exclusions", Claim, _manager)).Status.ShouldBe(200);
        var pending = await OnlyAsync();
        (pending.GetProperty("status").GetString(), pending.GetProperty("claimed-by").GetString(), pending.GetProperty("evidence").GetString()).ShouldBe(("pending", "provider", "https://example.org/gauge"));
        pending.TryGetProperty("decision-evidence", out _).ShouldBeFalse();

        var without = await _server.SendAsync("POST", $"{Site}/exclusions/flood/rejection", """{"service":"site"}""", _klient);
        (without.Status, without.Code).ShouldBe((422, "LK6114"));
        (await OnlyAsync()).GetProperty("status").GetString().ShouldBe("pending");
        (await _server.SendAsync("POST", $"{Site}/exclusions/flood/rejection", """{"service":"site","reason":"the gauge was dry","evidence":"https://example.org/photo"}""", _klient)).Status.ShouldBe(200);
        var rejected = await OnlyAsync();
        (rejected.GetProperty("status").GetString(), rejected.GetProperty("decided-by").GetString(), rejected.GetProperty("reason").GetString(), rejected.GetProperty("decision-evidence").GetString())
            .ShouldBe(("rejected", "customer", "the gauge was dry", "https://example.org/photo"));
        rejected.GetProperty("evidence").GetString().ShouldBe("https://example.org/gauge");

        async Task<System.Text.Json.JsonElement> OnlyAsync() => (await _server.GetAsync($"{Site}/exclusions?period=2026-02", _klient)).Json.EnumerateArray().Single();
    }

    [Fact]
    public async Task A_breach_is_listed_with_what_was_said_about_it()
    {
        // 672 hours may lose 40 min 19.2 s: they were lost at 10:40:19.2.
        var silent = (await _server.GetAsync($"{Site}/breaches?period=2026-02", _klient)).Json.EnumerateArray().Single();
        (silent.GetProperty("objective").GetString(), silent.GetProperty("lost-at").GetString()).ShouldBe(("uptime", "2026-02-10T10:40:19.2Z"));
        silent.GetProperty("comments").GetArrayLength().ShouldBe(0);
        (await _server.SendAsync("POST", $"{Site}/breaches/uptime/comments", """{"period":"2026-02","cause":"disk","owner":"ann","comment":"a disk broke"}""", _manager)).Status.ShouldBe(200);
        var said = (await _server.GetAsync($"{Site}/breaches?period=2026-02", _klient)).Json.EnumerateArray().Single().GetProperty("comments").EnumerateArray().Single();
        (said.GetProperty("cause").GetString(), said.GetProperty("owner").GetString(), said.GetProperty("comment").GetString()).ShouldBe(("disk", "ann", "a disk broke"));
        (await _server.GetAsync($"{Site}/breaches?period=2026-01", _klient)).Json.GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Clocks_and_facts_that_nobody_takes_in_are_read_in_pages()
    {
        var tickets = Enumerable.Range(1, 5).Select(i => $$$"""{"specversion":"1.0","id":"t{{{i}}}","source":"desk","type":"levelkeeper.ticket.reported.v1","subject":"T-{{{i}}}","time":"2026-03-02T0{{{i}}}:00:00Z","data":{"service":"site","customer":"Klient"}}""");
        var strays = Enumerable.Range(1, 5).Select(i => $$"""{"specversion":"1.0","id":"s{{i}}","source":"desk","type":"levelkeeper.service.up.v1","subject":"stray-{{i}}","time":"2026-03-02T01:00:00Z"}""");
        (await _server.SendAsync("POST", "/api/v1/facts", Events.Batch(tickets.Concat(strays)), await SiteAgreement.TokenAsync(_server.Open().Store, "desk", "operator"), "application/cloudevents-batch+json")).Status.ShouldBe(202);

        (await TicketsAsync("limit=2")).ShouldBe(["T-1", "T-2"]);
        (await TicketsAsync("limit=2&skip=2")).ShouldBe(["T-3", "T-4"]);
        (await TicketsAsync("limit=2&skip=4")).ShouldBe(["T-5"]);
        (await _server.GetAsync($"{Site}/clocks?skip=-1", _manager)).Code.ShouldBe("LK6108");
        var last = (await _server.GetAsync("/api/v1/unmatched?limit=2", _manager)).Json.EnumerateArray().ToList();
        last.Select(u => u.GetProperty("subject").GetString()).ShouldBe(["stray-4", "stray-5"]);
        (await _server.GetAsync($"/api/v1/unmatched?limit=2&before={last[0].GetProperty("sequence")}", _manager)).Json.EnumerateArray().Select(u => u.GetProperty("subject").GetString()).ShouldBe(["stray-2", "stray-3"]);

        async Task<IEnumerable<string?>> TicketsAsync(string query) => (await _server.GetAsync($"/api/v1/clocks?{query}", _manager)).Json.GetProperty("clocks").EnumerateArray().Select(c => c.GetProperty("ticket").GetString());
    }
}
