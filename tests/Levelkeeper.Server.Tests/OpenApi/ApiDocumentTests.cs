using System.Text.Json;
using System.Text.RegularExpressions;
using Levelkeeper.Server.Tests.SignIn;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Outbox;

namespace Levelkeeper.Server.Tests.OpenApi;

/// <summary>docs/openapi.json is what the program serves. That every answer of every test is as it says, <see cref="DescribedAnswers"/> sees to.</summary>
public sealed partial class ApiDocumentTests
{
    private const string Site = "/api/v1/agreements/site";
    private const string Revision = $"{Site}/revisions/1";
    private const string March = $"{Site}/statements/2026-03";
    private const string Claim = """{"name":"NAME","start":"2026-03-10T00:00:00Z","end":"2026-03-10T02:00:00Z","cause":"force-majeure","service":"site","reason":"a storm"}""";
    private const string Line = """{"remedy":"credit","period":"2026-03","amount":150.00,"dispute":"D-1","reason":"it was worse","approved-by":"ann"}""";

    /// <summary>Steps of two months with one agreement: who, what, where, with which body. Together they drive every operation.</summary>
    private static readonly (string Who, string Method, string Path, string? Body)[] Story =
    [
        ("maria", "GET", "/", null), ("maria", "GET", "/healthz", null), ("maria", "GET", "/readyz", null), ("maria", "GET", "/metrics", null), ("maria", "GET", "/api/v1/me", null),
        ("maria", "POST", "/api/v1/agreements/lint", SiteAgreement.Text("site", "Klient")),
        ("maria", "PUT", "/api/v1/files/notes.txt", "Notes."), ("maria", "GET", "/api/v1/files", null), ("maria", "GET", "/api/v1/files/notes.txt", null),
        ("maria", "PUT", Site, SiteAgreement.Text("site", "Klient")), ("maria", "GET", "/api/v1/agreements", null), ("klaus", "POST", $"{Revision}/comments", """{"text":"why?"}"""),
        ("lena", "POST", $"{Revision}/review", """{"text":"fine"}"""), ("klaus", "POST", $"{Revision}/signatures", "{}"), ("sven", "POST", $"{Revision}/signatures", "{}"),
        ("maria", "POST", $"{Revision}/activation", "{}"), ("maria", "PUT", "/api/v1/agreements/other", SiteAgreement.Text("other", "Klient")),
        ("maria", "POST", "/api/v1/agreements/other/revisions/1/withdrawal", """{"text":"a mistake"}"""),
        ("klaus", "GET", Site, null), ("klaus", "GET", $"{Site}/source", null), ("klaus", "GET", $"{Site}/effective", null), ("klaus", "GET", $"{Site}/contract", null), ("klaus", "GET", $"{Site}/comparison?first=1&second=1", null),
        ("maria", "POST", "/api/v1/facts", SiteAgreement.State("1", "up", "2026-01-01T00:00:00Z")), ("maria", "POST", "/api/v1/facts", SiteAgreement.State("2", "down", "2026-03-10T00:00:00Z")),
        ("maria", "POST", "/api/v1/facts", SiteAgreement.State("3", "up", "2026-03-10T06:00:00Z")), ("maria", "GET", "/api/v1/facts", null), ("maria", "GET", "/api/v1/facts/conflicts", null),
        ("klaus", "POST", "/api/v1/tickets", """{"agreement":"site","service":"site","key":"k1"}"""), ("klaus", "GET", "/api/v1/tickets/TICKET", null),
        ("maria", "POST", "/api/v1/tickets/TICKET/acknowledgement", "{}"), ("maria", "POST", "/api/v1/tickets/TICKET/assignment", """{"to":"ann"}"""), ("maria", "POST", "/api/v1/tickets/TICKET/replies", "{}"),
        ("maria", "POST", "/api/v1/tickets/TICKET/status", """{"status":"in-progress"}"""), ("maria", "POST", "/api/v1/tickets/TICKET/priority", """{"priority":"P1","reason":"corrected"}"""),
        ("maria", "POST", "/api/v1/tickets/TICKET/workaround", "{}"), ("maria", "POST", "/api/v1/tickets/TICKET/resolution", "{}"), ("klaus", "POST", "/api/v1/tickets/TICKET/reopening", "{}"),
        ("maria", "POST", "/api/v1/tickets/TICKET/closure", "{}"), ("klaus", "POST", "/api/v1/tickets/TICKET/rating", """{"score":4}"""),
        ("klaus", "GET", "/api/v1/clocks", null), ("klaus", "GET", $"{Site}/clocks", null), ("maria", "GET", "/api/v1/unmatched", null),
        ("maria", "LATER", "34", null),
        ("klaus", "GET", $"{Site}/evaluation?period=2026-03", null), ("klaus", "GET", $"{Site}/explanations/uptime?period=2026-03", null), ("klaus", "GET", $"{Site}/outages?period=2026-03", null),
        ("maria", "POST", $"{Site}/exclusions", Claim.Replace("NAME", "storm", StringComparison.Ordinal)), ("klaus", "POST", $"{Site}/exclusions/storm/rejection", """{"service":"site","reason":"the sun shone"}"""),
        ("maria", "POST", $"{Site}/exclusions", Claim.Replace("NAME", "flood", StringComparison.Ordinal)), ("klaus", "POST", $"{Site}/exclusions/flood/approval", """{"service":"site"}"""), ("klaus", "GET", $"{Site}/exclusions", null),
        ("fred", "GET", $"{March}/checklist", null), ("fred", "POST", $"{March}/draft", null), ("fred", "POST", $"{March}/waivers", """{"point":"unexplained-breach:uptime","reason":"known"}"""),
        ("maria", "POST", $"{Site}/simulation?from=2026-01-01&to=2026-03-01", SiteAgreement.Text("site", "Klient", target: "99")), ("klaus", "GET", $"{Site}/forecast", null), ("klaus", "GET", "/api/v1/search?q=site", null), ("klaus", "GET", $"{Site}/breaches?period=2026-02", null),
        ("klaus", "GET", $"{Site}/calendars", null), ("klaus", "GET", $"{Site}/versions", null), ("klaus", "GET", $"{Site}/calendars/always", null), ("klaus", "GET", $"{Site}/calendars/always/due?from=2026-03-02T09:00:00Z&seconds=60", null),
        ("maria", "POST", $"{Site}/breaches/uptime/comments", """{"period":"2026-03","cause":"disk","owner":"ann","comment":"a disk broke"}"""),
        ("fred", "POST", $"{March}/issue", null), ("klaus", "GET", March, null), ("klaus", "GET", $"{Site}/statements", null),
        ("klaus", "POST", $"{Site}/statements/claims", Line), ("klaus", "POST", $"{Site}/statements/disputes", Line), ("fred", "POST", $"{Site}/statements/disputes/D-1/settlement", """{"amount":150.00,"reason":"agreed"}"""),
        ("klaus", "POST", $"{Site}/statements/acceptances", Line), ("fred", "POST", $"{Site}/statements/payments", Line), ("klaus", "POST", $"{Site}/statements/amounts-waived", Line),
        ("olga", "PUT", "/api/v1/accounts/new", """{"roles":["agent"]}"""), ("olga", "GET", "/api/v1/accounts", null), ("olga", "POST", "/api/v1/tokens", """{"account":"new","scopes":["read"]}"""),
        ("olga", "GET", "/api/v1/tokens", null), ("olga", "DELETE", "/api/v1/tokens/TOKEN", null), ("olga", "GET", "/api/v1/audit", null), ("olga", "GET", "/api/v1/doctor", null), ("olga", "GET", "/api/v1/outbox", null), ("olga", "POST", "/api/v1/outbox/dead", null),
        ("olga", "POST", "/api/v1/accounts/new/set-up", null), ("olga", "DELETE", "/api/v1/accounts/new/sessions", null),
        ("sina", "GET", "/api/v1/me/sessions", null), ("sina", "DELETE", "/api/v1/me/sessions/SESSION", null), ("sina", "POST", "/api/v1/me/password", $$"""{"current":"{{Browser.Password}}","new":"rower w deszczu"}"""),
        ("sina", "DELETE", "/api/v1/me/sessions", null),
        ("maria", "POST", $"{Site}/outages/updates", """{"service":"site","note":"a disk is being changed"}"""),
        ("maria", "POST", $"{Site}/acknowledgements", """{"thread":"site/objective/uptime/2026-03"}"""),
        ("klaus", "GET", "/api/v1/events", null), ("maria", "POST", $"{Revision}/end", """{"text":"over"}"""),
    ];

    [Fact]
    public async Task The_document_in_docs_is_what_the_program_makes()
    {
        await using var server = await RunningServer.StartAsync();
        var made = (await server.GetAsync("/openapi/v1.json")).Text.ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("LEVELKEEPER_APPROVE") == "1")
            await File.WriteAllTextAsync(DescribedApi.Page, made);

        (await File.ReadAllTextAsync(DescribedApi.Page)).ShouldBe(made);
        JsonElement.Parse(made).GetProperty("openapi").GetString().ShouldStartWith("3.1.");
    }

    [Fact]
    public async Task Every_operation_succeeds_in_a_story_and_answers_as_the_document_says()
    {
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var server = await RunningServer.StartAsync(prepare: async store =>
        {
            foreach (var (name, roles, parties) in new[] { ("maria", "manager operator", ""), ("lena", "legal", ""), ("sven", "signatory", ""), ("fred", "finance", ""), ("olga", "operator", ""), ("klaus", "customer signatory", "Klient") })
                tokens[name] = await SiteAgreement.TokenAsync(store, name, roles, parties.Length > 0 ? [parties] : []);
            await Browser.AccountAsync(store, "sina", "agent");
            await GiveUpAMessageAsync(store);
        });
        var (ticket, token, session, failed) = ("", "", "", new List<string>());
        foreach (var (who, method, path, body) in Story)
        {
            if (method == "LATER")
            {
                server.Time.Advance(TimeSpan.FromDays(int.Parse(path)));
                continue;
            }

            using var request = new HttpRequestMessage(new HttpMethod(method), path.Replace("TICKET", ticket, StringComparison.Ordinal).Replace("TOKEN", token, StringComparison.Ordinal).Replace("SESSION", session, StringComparison.Ordinal));
            if (tokens.TryGetValue(who, out var bearer))
                request.Headers.Authorization = new("Bearer", bearer);
            // What is about one's own account is done by a session; each step by one of its own.
            foreach (var (name, value) in bearer is null ? await Browser.SessionAsync(server, who) : [])
                request.Headers.Add(name, value);
            if (body is not null)
                request.Content = new StringContent(body, System.Text.Encoding.UTF8, body[0] != '{' ? path.Contains("/files/", StringComparison.Ordinal) ? "text/plain" : "application/yaml" : path == "/api/v1/facts" ? "application/cloudevents+json" : "application/json");
            using var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            if (path.EndsWith("/events", StringComparison.Ordinal))
                continue;
            var answer = await Answer.OfAsync(response);
            if (answer.Status >= 300)
                failed.Add($"{who}: {method} {request.RequestUri}: {answer.Text}");
            ticket = path == "/api/v1/tickets" ? answer.Json.GetProperty("ticket").GetString()! : ticket;
            session = path == "/api/v1/me/sessions" && method == "GET" ? (await server.Open().Store.Sessions.OfAccountAsync(who, RunningServer.Noon))[0].Id : session;
            token = path == "/api/v1/tokens" && method == "POST" ? TokenId().Match(answer.Text).Value : token;
        }

        failed.ShouldBeEmpty(server.Log);
        DescribedApi.Ids.Except(server.Answers.Succeeded).ShouldBeEmpty("operations that the story leaves out");
    }

    [Fact]
    public async Task Every_code_that_an_operation_may_answer_with_is_in_the_diagnostics()
    {
        var known = (await File.ReadAllTextAsync(RepositoryRoot.File("docs", "diagnostics.md"))).Split('\n').Where(static l => l.StartsWith("### LK", StringComparison.Ordinal)).Select(static l => l[4..10]).ToHashSet();
        Code().Matches(await File.ReadAllTextAsync(DescribedApi.Page)).Select(static m => m.Value).Where(c => !known.Contains(c)).ShouldBeEmpty();
    }

    /// <summary>A message that was given up, for somebody to send again.</summary>
    private static async Task GiveUpAMessageAsync(Store store)
    {
        var now = RunningServer.Noon;
        await store.Outbox.DecideAsync("d", [], now, [new Outgoing { Id = "dead", Decision = "d", Channel = "mail", Thread = "t", Content = "{}"u8.ToArray(), Due = now, Made = now }]);
        var taken = (await store.Outbox.TakeAsync(now, NodaTime.Duration.FromMinutes(1), 1)).ShouldHaveSingleItem();
        (await store.Outbox.SettleAsync(taken, new Attempt(OutgoingState.Dead, now, "nobody there"))).ShouldBeTrue();
    }

    [GeneratedRegex(@"LK\d{4}(?=:)")]
    private static partial Regex Code();

    [GeneratedRegex("(?<=lk_)[0-9a-f]{12}")]
    private static partial Regex TokenId();
}
