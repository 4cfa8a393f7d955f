using System.Text.Json;
using Levelkeeper.Storage;

namespace Levelkeeper.Server.Tests.Statements;

/// <summary>March 2026 of an agreement, from its proposal to the dispute about its statement, by those whose work each step is.</summary>
public sealed class MonthTests : IAsyncLifetime
{
    private const string Agreement = "/api/v1/agreements/site";

    private readonly Dictionary<string, string> _tokens = new(StringComparer.Ordinal);
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(prepare: async store =>
    {
        await Make(store, "maria", "manager");
        await Make(store, "lena", "legal");
        await Make(store, "sven", "signatory");
        await Make(store, "fred", "finance");
        await Make(store, "probe", "operator");
        await Make(store, "klaus", "customer signatory", "Klient");
    });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task An_agreement_is_proposed_signed_judged_closed_issued_and_disputed()
    {
        // Proposed, and signed by each side; nobody signs for the other.
        (await Send("maria", "PUT", Agreement, SiteAgreement.Text("site", "Klient"), "application/yaml")).Status.ShouldBe(200);
        (await Send("klaus", "POST", $"{Agreement}/revisions/1/comments", """{"clause":"objectives.uptime","text":"why not 99.95?"}""")).Status.ShouldBe(200);
        (await Send("maria", "POST", $"{Agreement}/revisions/1/activation", "{}")).Code.ShouldBe("LK6114");
        (await Send("maria", "POST", $"{Agreement}/revisions/1/signatures", "{}")).Status.ShouldBe(403);
        (await Send("klaus", "POST", $"{Agreement}/revisions/1/signatures", """{"side":"provider"}""")).Status.ShouldBe(403);
        (await Send("klaus", "POST", $"{Agreement}/revisions/1/signatures", "{}")).Status.ShouldBe(200);
        (await Send("sven", "POST", $"{Agreement}/revisions/1/signatures", "{}")).Status.ShouldBe(200);
        var active = (await Send("maria", "POST", $"{Agreement}/revisions/1/activation", "{}")).Json;
        active.GetProperty("in-force").GetInt32().ShouldBe(1);
        active.GetProperty("revisions")[0].GetProperty("signatures").EnumerateArray().Select(s => s.GetProperty("side").GetString()).ShouldBe(["customer", "provider"]);

        // Six hours down of the 743 of March: 737/743 = 99.19 %.
        await Facts(SiteAgreement.State("1", "up", "2026-01-01T00:00:00Z"), SiteAgreement.State("2", "down", "2026-03-10T00:00:00Z"), SiteAgreement.State("3", "up", "2026-03-10T06:00:00Z"));
        _server.Time.Advance(TimeSpan.FromDays(34));
        var uptime = await Uptime();
        uptime.GetProperty("verdict").GetString().ShouldBe("breached");
        uptime.GetProperty("level").GetProperty("exact").GetString().ShouldBe("737/743");
        (await Get("klaus", $"{Agreement}/outages?period=2026-03")).Json[0].GetProperty("counted-seconds").GetDecimal().ShouldBe(6 * 3600);

        // The provider claims a storm; only the customer's word decides.
        const string claim = """{"name":"storm","start":"2026-03-10T00:00:00Z","end":"2026-03-10T02:00:00Z","cause":"force-majeure","service":"site","reason":"a storm","evidence":"https://example.org/storm"}""";
        (await Send("maria", "POST", $"{Agreement}/exclusions", claim)).Status.ShouldBe(200);
        (await Ids(await Get("fred", $"{Agreement}/statements/2026-03/checklist"))).ShouldBe(["pending-exclusion:storm", "unexplained-breach:uptime"]);
        (await Send("klaus", "POST", $"{Agreement}/exclusions/storm/rejection", """{"service":"site","reason":"the sun shone"}""")).Status.ShouldBe(200);
        (await Get("klaus", $"{Agreement}/exclusions?period=2026-03")).Json[0].GetProperty("status").GetString().ShouldBe("rejected");
        (await Send("maria", "POST", $"{Agreement}/breaches/uptime/comments", """{"period":"2026-03","cause":"disk","owner":"ann","comment":"a disk broke"}""")).Status.ShouldBe(200);
        (await Ids(await Get("fred", $"{Agreement}/statements/2026-03/checklist"))).ShouldBeEmpty();

        // Before it is issued the customer sees none; then it is, for good. A tenth of 1,000.00.
        (await Get("klaus", $"{Agreement}/statements/2026-03")).Status.ShouldBe(404);
        (await Send("maria", "POST", $"{Agreement}/statements/2026-03/issue", "")).Status.ShouldBe(403);
        (await Send("fred", "POST", $"{Agreement}/statements/2026-03/issue", "")).Json.GetProperty("state").GetString().ShouldBe("issued");
        (await Send("fred", "POST", $"{Agreement}/statements/2026-03/issue", "")).Code.ShouldBe("LK6114");
        var issued = await Get("klaus", $"{Agreement}/statements/2026-03");
        issued.Json.GetProperty("payable").GetProperty("by-provider").GetString().ShouldBe("100.00");
        foreach (var (form, type, holds) in new[] { ("html", "text/html", "100.00"), ("text", "text/plain", "100.00"), ("csv", "text/csv", "100.00") })
        {
            var printed = await Get("klaus", $"{Agreement}/statements/2026-03?form={form}");
            (printed.Status, printed.Type).ShouldBe((200, type));
            printed.Text.ShouldContain(holds);
        }

        (await Get("klaus", $"{Agreement}/statements/2026-03?form=text&language=pl")).Text.ShouldContain("100,00");

        // A fact that comes later changes nothing of it; the next month adjusts. Down for two hours less, the month was missed all the same.
        await Facts(SiteAgreement.State("4", "up", "2026-03-10T04:00:00Z"));
        (await Get("klaus", $"{Agreement}/statements/2026-03")).Text.ShouldBe(issued.Text);
        (await Get("klaus", $"{Agreement}/statements/2026-03?form=html")).Status.ShouldBe(200);
        (await Uptime()).GetProperty("level").GetProperty("exact").GetString().ShouldBe("739/743");
        var then = await Get("klaus", $"{Agreement}/evaluation?period=2026-03&known=3");
        then.Json.GetProperty("evaluations")[0].GetProperty("objectives").EnumerateArray().Single(o => o.GetProperty("objective").GetString() == "uptime").GetProperty("level").GetProperty("exact").GetString().ShouldBe("737/743");

        // The customer contests the line; it waits until it is settled.
        (await Send("klaus", "POST", $"{Agreement}/statements/disputes", """{"remedy":"credit","period":"2026-03","dispute":"D-1","reason":"it was worse"}""")).Status.ShouldBe(200);
        (await Send("fred", "POST", $"{Agreement}/statements/disputes/D-1/settlement", """{"amount":150.00,"reason":"agreed on the phone"}""")).Status.ShouldBe(200);
        _server.Time.Advance(TimeSpan.FromDays(30));
        (await Get("fred", $"{Agreement}/statements/2026-04")).Json.GetProperty("lines").EnumerateArray().Select(l => (l.GetProperty("kind").GetString(), l.GetProperty("payable").GetString())).ShouldBe([("settlement", "50.00")]);
    }

    [Fact]
    public async Task A_fault_is_reported_worked_on_and_rated_by_the_light_desk()
    {
        await _server.PutInForceAsync("site", "Klient", _tokens["maria"]);
        var reported = await Send("klaus", "POST", "/api/v1/tickets", """{"agreement":"site","service":"site","key":"k1"}""");
        reported.Status.ShouldBe(201);
        var ticket = reported.Json.GetProperty("ticket").GetString();
        _server.Time.Advance(TimeSpan.FromHours(1));
        // Sent again, it is the same ticket, reported at the same time.
        (await Send("klaus", "POST", "/api/v1/tickets", """{"agreement":"site","service":"site","key":"k1"}""")).Json.GetProperty("ticket").GetString().ShouldBe(ticket);

        var clock = (await Get("klaus", $"{Agreement}/clocks")).Json.GetProperty("clocks").EnumerateArray().Single();
        (clock.GetProperty("due").GetString(), clock.GetProperty("verdict").GetString(), clock.GetProperty("spent").GetString()).ShouldBe(("2026-03-02T16:00:00Z", "running", "PT1H"));
        (await Send("klaus", "POST", $"/api/v1/tickets/{ticket}/acknowledgement", "{}")).Status.ShouldBe(403);
        (await Send("maria", "POST", $"/api/v1/tickets/{ticket}/replies", "{}")).Status.ShouldBe(200);
        (await Get("klaus", "/api/v1/clocks?verdict=met")).Json.GetProperty("clocks").GetArrayLength().ShouldBe(1);
        (await Send("maria", "POST", $"/api/v1/tickets/{ticket}/resolution", """{"first-contact":true}""")).Status.ShouldBe(200);
        (await Send("klaus", "POST", $"/api/v1/tickets/{ticket}/rating", """{"score":4}""")).Status.ShouldBe(200);
        (await Get("klaus", $"/api/v1/tickets/{ticket}")).Json.EnumerateArray().Select(f => f.GetProperty("event").GetProperty("type").GetString()!.Split('.')[2]).ShouldBe(["reported", "replied", "resolved", "rated"]);
    }

    [Fact]
    public async Task A_deadline_is_breached_at_its_instant_without_any_fact()
    {
        await _server.PutInForceAsync("site", "Klient", _tokens["maria"]);
        await Send("klaus", "POST", "/api/v1/tickets", """{"agreement":"site","service":"site"}""");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events");
        request.Headers.Authorization = new("Bearer", _tokens["klaus"]);
        using var response = await _server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        await lines.ReadLineAsync(TestContext.Current.CancellationToken);
        // Nobody asks and no fact comes: only time passes, until the line is there.
        _server.Time.Advance(TimeSpan.FromHours(5));
        var line = lines.ReadLineAsync(TestContext.Current.CancellationToken).AsTask();
        var heard = "";
        while (!heard.Contains("\"now\":\"breached\"", StringComparison.Ordinal))
        {
            var timer = _server.Time.NextTimer;
            _server.Time.Advance(TimeSpan.FromSeconds(1));
            if (await Task.WhenAny(line, timer) != line)
                continue;
            heard += await line;
            line = lines.ReadLineAsync(TestContext.Current.CancellationToken).AsTask();
        }

        JsonElement.Parse(heard[heard.LastIndexOf('{')..]).GetProperty("at").GetString().ShouldBe("2026-03-02T16:00:00Z");
    }

    [Fact]
    public async Task A_step_of_an_escalation_goes_to_the_outbox_at_its_time_and_what_cannot_be_sent_is_seen()
    {
        var text = SiteAgreement.Text("site", "Klient") + """

            people:
              anna: { name: Anna, email: anna@example.org }
            escalation:
              reaction: [ { at: 50 % of clock, tell: anna } ]
            """;
        (await Send("maria", "PUT", Agreement, text, "application/yaml")).Status.ShouldBe(200);
        (await Send("maria", "POST", $"{Agreement}/revisions/1/activation", """{"text":"on paper"}""")).Status.ShouldBe(200);
        var ticket = (await Send("klaus", "POST", "/api/v1/tickets", """{"agreement":"site","service":"site"}""")).Json.GetProperty("ticket").GetString();

        var outbox = await Get("probe", "/api/v1/outbox");
        _server.Time.Advance(TimeSpan.FromMinutes(119));
        (await Get("probe", "/api/v1/outbox")).Json.GetArrayLength().ShouldBe(0);
        while (outbox.Json.GetArrayLength() == 0 || outbox.Json[0].GetProperty("state").GetString() != "dead")
        {
            _server.Time.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
            outbox = await Get("probe", "/api/v1/outbox");
        }

        var message = outbox.Json.EnumerateArray().Single();
        message.GetProperty("thread").GetString().ShouldBe($"site/ticket/{ticket}");
        message.GetProperty("note").GetString().ShouldBe("No channel 'email' is set up.");
        (await Send("probe", "POST", $"/api/v1/outbox/{message.GetProperty("id").GetString()}", "")).Status.ShouldBe(204);
    }

    private async Task Make(Store store, string name, string roles, params string[] parties) => _tokens[name] = await SiteAgreement.TokenAsync(store, name, roles, parties);

    private Task<Answer> Send(string who, string method, string path, string body, string type = "application/json") => _server.SendAsync(method, path, body, _tokens[who], type);

    private Task<Answer> Get(string who, string path) => _server.GetAsync(path, _tokens[who]);

    private async Task Facts(params string[] events) => (await _server.PostAsync(Events.Lines(events), "application/x-ndjson", _tokens["probe"])).Status.ShouldBe(202);

    private async Task<JsonElement> Uptime() =>
        (await Get("klaus", $"{Agreement}/evaluation?period=2026-03")).Json.GetProperty("evaluations")[0].GetProperty("objectives").EnumerateArray().Single(o => o.GetProperty("objective").GetString() == "uptime");

    private static Task<IEnumerable<string?>> Ids(Answer answer) => Task.FromResult<IEnumerable<string?>>([.. answer.Json.GetProperty("checklist").EnumerateArray().Select(p => p.GetProperty("id").GetString())]);
}
