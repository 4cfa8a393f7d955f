using System.Text.Json;
using System.Text.RegularExpressions;

namespace Levelkeeper.Server.Tests.OpenApi;

/// <summary>docs/openapi.json is what the program serves, and each operation in it answers as it says.</summary>
public sealed partial class ApiDocumentTests
{
    private static readonly string Page = RepositoryRoot.File("docs", "openapi.json");

    /// <summary>How each operation is driven: by a request that succeeds, and ones that fail.</summary>
    private static readonly Dictionary<string, Func<RunningServer, string, Task<Answer>>[]> Drives = new(StringComparer.Ordinal)
    {
        ["health"] = [static (s, t) => s.GetAsync("/healthz")],
        ["ready"] = [static (s, t) => s.GetAsync("/readyz")],
        ["metrics"] = [static (s, t) => s.GetAsync("/metrics", t), static (s, t) => s.GetAsync("/metrics")],
        ["append-facts"] =
        [
            static (s, t) => s.PostAsync(Events.Closed("a"), token: t),
            static (s, t) => s.PostAsync(Events.Closed("a")),
            static (s, t) => s.PostAsync("{}", token: t),
            static (s, t) => s.PostAsync("", "text/plain", t),
            static (s, t) => s.PostAsync(new string(' ', 20_000), token: t),
        ],
        ["list-facts"] = [static (s, t) => s.GetAsync("/api/v1/facts", t), static (s, t) => s.GetAsync("/api/v1/facts"), static (s, t) => s.GetAsync("/api/v1/facts?limit=0", t)],
        ["list-conflicts"] = [static (s, t) => s.GetAsync("/api/v1/facts/conflicts", t), static (s, t) => s.GetAsync("/api/v1/facts/conflicts"), static (s, t) => s.GetAsync("/api/v1/facts/conflicts?after=-1", t)],
    };

    /// <summary>The other operations, in an order in which one makes what the next needs: operation, method, address, body; by the provider's people or by the customer.</summary>
    private static readonly (string Operation, string Who, string Method, string Path, string? Body)[] Script =
    [
        ("who-am-i", "all", "GET", "/me", null),
        ("put-account", "all", "PUT", "/accounts/zoe", """{"roles":["agent"],"email":"zoe@example.org"}"""),
        ("put-account", "all", "PUT", "/accounts/zoe", """{"roles":["king"],"version":1}"""),
        ("put-account", "all", "PUT", "/accounts/zoe", """{"roles":["agent"],"version":7}"""),
        ("list-accounts", "all", "GET", "/accounts", null),
        ("create-token", "all", "POST", "/tokens", """{"account":"zoe","scopes":["read"]}"""),
        ("create-token", "all", "POST", "/tokens", """{"account":"nobody","scopes":[]}"""),
        ("list-tokens", "all", "GET", "/tokens?account=zoe", null),
        ("revoke-token", "all", "DELETE", "/tokens/{token}", null),
        ("revoke-token", "all", "DELETE", "/tokens/{token}", null),
        ("put-file", "all", "PUT", "/files/holidays/pl.ics", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
        ("put-file", "all", "PUT", "/files/holidays/pl.ics", "again"),
        ("get-file", "all", "GET", "/files/holidays/pl.ics", null),
        ("get-file", "all", "GET", "/files/none.ics", null),
        ("list-files", "all", "GET", "/files", null),
        ("lint-agreement", "all", "POST", "/agreements/lint", "levelkeeper: v1"),
        ("propose-agreement", "all", "PUT", "/agreements/site", SiteAgreement.Text("site", "Klient", "99.5")),
        ("propose-agreement", "all", "PUT", "/agreements/site", SiteAgreement.Text("site", "Klient")),
        ("propose-agreement", "all", "PUT", "/agreements/site?from=1", "nonsense"),
        ("withdraw-agreement", "all", "POST", "/agreements/site/revisions/1/withdrawal", """{"text":"mistaken"}"""),
        ("propose-agreement", "all", "PUT", "/agreements/site?from=1", SiteAgreement.Text("site", "Klient")),
        ("comment-agreement", "customer", "POST", "/agreements/site/revisions/2/comments", """{"clause":"objectives.uptime","text":"why?"}"""),
        ("review-agreement", "all", "POST", "/agreements/site/revisions/2/review", """{"text":"fine"}"""),
        ("sign-agreement", "customer", "POST", "/agreements/site/revisions/2/signatures", "{}"),
        ("sign-agreement", "all", "POST", "/agreements/site/revisions/2/signatures", "{}"),
        ("sign-agreement", "all", "POST", "/agreements/site/revisions/9/signatures", "{}"),
        ("activate-agreement", "all", "POST", "/agreements/site/revisions/2/activation", "{}"),
        ("activate-agreement", "all", "POST", "/agreements/site/revisions/2/activation", "{}"),
        ("list-agreements", "customer", "GET", "/agreements", null),
        ("list-agreements", "customer", "GET", "/agreements?limit=0", null),
        ("get-agreement", "customer", "GET", "/agreements/site", null),
        ("get-agreement", "customer", "GET", "/agreements/none", null),
        ("get-agreement-source", "customer", "GET", "/agreements/site/source", null),
        ("get-effective-agreement", "customer", "GET", "/agreements/site/effective?on=2026-02-01", null),
        ("get-effective-agreement", "customer", "GET", "/agreements/site/effective?on=yesterday", null),
        ("get-contract", "customer", "GET", "/agreements/site/contract?language=ar", null),
        ("get-contract", "customer", "GET", "/agreements/site/contract?form=text&language=ru", null),
        ("get-contract", "customer", "GET", "/agreements/site/contract?language=xx", null),
        ("compare-revisions", "customer", "GET", "/agreements/site/comparison?first=1&second=2", null),
        ("evaluate", "customer", "GET", "/agreements/site/evaluation", null),
        ("evaluate", "customer", "GET", "/agreements/site/evaluation?period=soon", null),
        ("explain", "customer", "GET", "/agreements/site/explanations/uptime?period=2026-02", null),
        ("explain", "customer", "GET", "/agreements/site/explanations/none", null),
        ("list-outages", "customer", "GET", "/agreements/site/outages?period=2026-02", null),
        ("report-ticket", "customer", "POST", "/tickets", """{"agreement":"site","service":"site"}"""),
        ("report-ticket", "customer", "POST", "/tickets", """{"agreement":"site","service":"none"}"""),
        ("report-ticket", "customer", "POST", "/tickets", "{}"),
        ("list-clocks", "customer", "GET", "/agreements/site/clocks", null),
        ("list-clocks", "customer", "GET", "/agreements/site/clocks?verdict=happy", null),
        ("list-all-clocks", "customer", "GET", "/clocks", null),
        ("get-ticket", "customer", "GET", "/tickets/{ticket}", null),
        ("acknowledge-ticket", "all", "POST", "/tickets/{ticket}/acknowledgement", "{}"),
        ("assign-ticket", "all", "POST", "/tickets/{ticket}/assignment", """{"to":"ann"}"""),
        ("set-ticket-status", "all", "POST", "/tickets/{ticket}/status", """{"status":"open"}"""),
        ("set-ticket-status", "all", "POST", "/tickets/{ticket}/status", "{}"),
        ("set-ticket-priority", "all", "POST", "/tickets/{ticket}/priority", """{"priority":"high"}"""),
        ("reply-to-ticket", "all", "POST", "/tickets/{ticket}/replies", "{}"),
        ("work-around-ticket", "all", "POST", "/tickets/{ticket}/workaround", "{}"),
        ("resolve-ticket", "all", "POST", "/tickets/{ticket}/resolution", "{}"),
        ("reopen-ticket", "customer", "POST", "/tickets/{ticket}/reopening", "{}"),
        ("close-ticket", "all", "POST", "/tickets/{ticket}/closure", "{}"),
        ("rate-ticket", "customer", "POST", "/tickets/{ticket}/rating", """{"score":5}"""),
        ("rate-ticket", "customer", "POST", "/tickets/none/rating", """{"score":5}"""),
        ("claim-exclusion", "all", "POST", "/agreements/site/exclusions", """{"name":"storm","start":"2026-02-10T00:00:00Z","end":"2026-02-10T02:00:00Z","cause":"force-majeure","service":"site"}"""),
        ("approve-exclusion", "customer", "POST", "/agreements/site/exclusions/storm/approval", """{"service":"site"}"""),
        ("reject-exclusion", "customer", "POST", "/agreements/site/exclusions/flood/rejection", """{"service":"site","reason":"no flood"}"""),
        ("list-exclusions", "customer", "GET", "/agreements/site/exclusions?period=2026-02", null),
        ("comment-breach", "all", "POST", "/agreements/site/breaches/uptime/comments", """{"period":"2026-02","cause":"disk","comment":"a disk broke"}"""),
        ("list-unmatched", "all", "GET", "/unmatched", null),
        ("get-checklist", "all", "GET", "/agreements/site/statements/2026-02/checklist", null),
        ("draft-statement", "all", "POST", "/agreements/site/statements/2026-02/draft", null),
        ("waive-point", "all", "POST", "/agreements/site/statements/2026-02/waivers", """{"point":"gap-in-evidence:uptime/2026-02","reason":"not watched yet"}"""),
        ("waive-point", "all", "POST", "/agreements/site/statements/2026-02/waivers", """{"point":"none","reason":"r"}"""),
        ("issue-statement", "all", "POST", "/agreements/site/statements/2026-02/issue", null),
        ("issue-statement", "all", "POST", "/agreements/site/statements/2026-02/issue", null),
        ("list-statements", "customer", "GET", "/agreements/site/statements", null),
        ("get-statement", "customer", "GET", "/agreements/site/statements/2026-02", null),
        ("get-statement", "customer", "GET", "/agreements/site/statements/2026-02?form=html&language=ar", null),
        ("get-statement", "customer", "GET", "/agreements/site/statements/2026-02?form=xlsx", null),
        ("get-statement", "customer", "GET", "/agreements/site/statements/2026-01", null),
        ("claim-line", "customer", "POST", "/agreements/site/statements/claims", """{"remedy":"credit","period":"2026-02"}"""),
        ("open-dispute", "customer", "POST", "/agreements/site/statements/disputes", """{"remedy":"credit","period":"2026-02","dispute":"D-1","reason":"more"}"""),
        ("settle-dispute", "all", "POST", "/agreements/site/statements/disputes/D-1/settlement", """{"amount":10.5}"""),
        ("accept-adjustment", "customer", "POST", "/agreements/site/statements/acceptances", """{"remedy":"credit","period":"2026-02"}"""),
        ("record-payment", "all", "POST", "/agreements/site/statements/payments", """{"remedy":"credit","period":"2026-02","amount":10.5}"""),
        ("waive-amount", "customer", "POST", "/agreements/site/statements/amounts-waived", """{"remedy":"credit","period":"2026-02","reason":"small","approved-by":"C. Head"}"""),
        ("waive-amount", "customer", "POST", "/agreements/site/statements/amounts-waived", """{"remedy":"credit","period":"2026-02"}"""),
        ("list-audit", "all", "GET", "/audit?limit=5", null),
        ("list-audit", "customer", "GET", "/audit", null),
        ("list-outbox", "all", "GET", "/outbox?state=dead", null),
        ("list-outbox", "all", "GET", "/outbox?state=lost", null),
        ("send-again", "all", "POST", "/outbox/none", null),
        ("end-agreement", "all", "POST", "/agreements/site/revisions/2/end", """{"text":"over"}"""),
    ];

    public static TheoryData<string> Operations => [.. Drives.Keys];

    /// <summary>Operations that no plain request drives: what they send does not end; tested on its own.</summary>
    private static readonly string[] Endless = ["listen"];

    [Fact]
    public async Task Every_operation_is_driven() =>
        OperationsOf(JsonElement.Parse(await File.ReadAllTextAsync(Page))).Select(static o => o.GetProperty("operationId").GetString()!).Except(Drives.Keys).Except(Script.Select(static s => s.Operation)).Except(Endless).ShouldBeEmpty();

    [Fact]
    public async Task Operations_that_need_each_other_answer_as_the_document_says()
    {
        var document = JsonElement.Parse(await File.ReadAllTextAsync(Page));
        var operations = OperationsOf(document).ToDictionary(static o => o.GetProperty("operationId").GetString()!, StringComparer.Ordinal);
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var server = await RunningServer.StartAsync(prepare: async store =>
        {
            tokens["all"] = await SiteAgreement.TokenAsync(store, "all", "operator manager agent legal finance signatory");
            tokens["customer"] = await SiteAgreement.TokenAsync(store, "klaus", "customer signatory", "Klient");
        });
        var (ticket, token, succeeded, wrong) = ("", "", new HashSet<string>(StringComparer.Ordinal), new List<string>());
        foreach (var (operation, who, method, path, body) in Script)
        {
            var type = path.StartsWith("/files", StringComparison.Ordinal) ? "text/plain" : operation is "propose-agreement" or "lint-agreement" ? "application/yaml" : "application/json";
            var answer = await server.SendAsync(method, "/api/v1" + path.Replace("{ticket}", ticket, StringComparison.Ordinal).Replace("{token}", token, StringComparison.Ordinal), body, tokens[who], type);
            wrong.AddRange(Check(operation, operations[operation].GetProperty("responses"), answer, document));
            if (answer.Status >= 300)
                continue;
            succeeded.Add(operation);
            ticket = operation == "report-ticket" ? answer.Json.GetProperty("ticket").GetString()! : ticket;
            token = operation == "create-token" ? answer.Json.GetProperty("token").GetProperty("id").GetString()! : token;
        }

        wrong.ShouldBeEmpty(server.Log);
        // Nothing is told to anybody here, so nothing can be sent again: tested on its own.
        Script.Select(static s => s.Operation).Except(succeeded).ShouldBe(["send-again"]);
    }

    private static IEnumerable<string> Check(string operation, JsonElement responses, Answer answer, JsonElement document)
    {
        if (!responses.TryGetProperty($"{answer.Status}", out var described))
            return [$"{operation} answered {answer.Status}: {answer.Text[..Math.Min(answer.Text.Length, 300)]}"];
        if (answer.Type is null)
            return [];
        if (!described.TryGetProperty("content", out var contents) || !contents.TryGetProperty(answer.Type, out var content))
            return [$"{operation} answered {answer.Status} with {answer.Type}"];
        return content.TryGetProperty("schema", out var schema) && answer.Type.EndsWith("json", StringComparison.Ordinal) ? Mismatches(answer.Json, schema, document, "$").Select(m => $"{operation}: {m}") : [];
    }

    [Fact]
    public async Task The_document_in_docs_is_what_the_program_makes()
    {
        await using var server = await RunningServer.StartAsync();
        var made = (await server.GetAsync("/openapi/v1.json")).Text.ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("LEVELKEEPER_APPROVE") == "1")
            await File.WriteAllTextAsync(Page, made);

        (await File.ReadAllTextAsync(Page)).ShouldBe(made);
        JsonElement.Parse(made).GetProperty("openapi").GetString().ShouldStartWith("3.1.");
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Each_operation_answers_as_the_document_says(string id)
    {
        var document = JsonElement.Parse(await File.ReadAllTextAsync(Page));
        var responses = OperationsOf(document).Single(o => o.GetProperty("operationId").GetString() == id).GetProperty("responses");
        var token = "";
        await using var server = await RunningServer.StartAsync(prepare: async store => token = (await RunningServer.TokenAsync(store)).Reveal(), change: static s => s with { RequestBytes = 10_000 });
        Drives.ShouldContainKey(id);
        var good = 0;
        foreach (var drive in Drives[id])
        {
            var answer = await drive(server, token);
            good += answer.Status < 300 ? 1 : 0;
            Check(id, responses, answer, document).ShouldBeEmpty();
        }

        good.ShouldBe(1, "one request of each operation succeeds");
    }

    [Fact]
    public async Task Every_code_that_an_operation_may_answer_with_is_in_the_diagnostics()
    {
        var known = (await File.ReadAllTextAsync(RepositoryRoot.File("docs", "diagnostics.md"))).Split('\n').Where(static l => l.StartsWith("### LK", StringComparison.Ordinal)).Select(static l => l[4..10]).ToHashSet();
        Code().Matches(await File.ReadAllTextAsync(Page)).Select(static m => m.Value).Where(c => !known.Contains(c)).ShouldBeEmpty();
    }

    private static IEnumerable<JsonElement> OperationsOf(JsonElement document) =>
        document.GetProperty("paths").EnumerateObject().SelectMany(static p => p.Value.EnumerateObject()).Where(static m => m.Value.ValueKind == JsonValueKind.Object && m.Value.TryGetProperty("operationId", out _)).Select(static m => m.Value);

    /// <summary>Where a value is not what a schema says: as much of JSON Schema as the document uses.</summary>
    private static IEnumerable<string> Mismatches(JsonElement value, JsonElement schema, JsonElement document, string at)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            var target = reference.GetString()!.Split('/').Skip(1).Aggregate(document, static (e, name) => e.GetProperty(name));
            return Mismatches(value, target, document, at);
        }

        if (schema.TryGetProperty("oneOf", out var choices))
            return choices.EnumerateArray().Any(c => !Mismatches(value, c, document, at).Any()) ? [] : [$"{at}: none of the choices"];
        if (schema.TryGetProperty("type", out var type))
        {
            var kind = value.ValueKind switch { JsonValueKind.Object => "object", JsonValueKind.Array => "array", JsonValueKind.String => "string", JsonValueKind.Number => "integer", JsonValueKind.Null => "null", _ => "boolean" };
            var kinds = (type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(static t => t.GetString()) : [type.GetString()]).ToList();
            if (!kinds.Contains(kind) && !(kind == "integer" && kinds.Contains("number")))
                return [$"{at}: {kind} instead of {type}"];
        }

        var problems = new List<string>();
        if (value.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var properties))
        {
            foreach (var required in schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(static n => n.GetString()!) : [])
            {
                if (!value.TryGetProperty(required, out _))
                    problems.Add($"{at}.{required} is missing");
            }

            foreach (var member in value.EnumerateObject())
                problems.AddRange(properties.TryGetProperty(member.Name, out var inner) ? Mismatches(member.Value, inner, document, $"{at}.{member.Name}") : [$"{at}.{member.Name} is not described"]);
        }

        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
            problems.AddRange(value.EnumerateArray().SelectMany((v, i) => Mismatches(v, items, document, $"{at}[{i}]")));
        return problems;
    }

    [GeneratedRegex(@"LK\d{4}(?=:)")]
    private static partial Regex Code();
}
