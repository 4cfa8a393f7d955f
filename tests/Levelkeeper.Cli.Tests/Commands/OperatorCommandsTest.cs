using System.Text.Json;
using Levelkeeper.Storage.Sql;

namespace Levelkeeper.Cli.Tests.Commands;

/// <summary>A month closed, a ticket worked on and people managed by commands alone, on a store without a server.</summary>
public sealed class OperatorCommandsTest : IDisposable
{
    private const string Site = """
        levelkeeper: v1
        id: site
        title: The site of Klient
        parties: { provider: { name: Firma }, customer: { name: Klient } }
        zone: Europe/Warsaw
        currency: EUR
        term: { from: 2025-09-01, length: 12 months }
        services:
          site: { title: The site, fee: 1000.00 per month }
        exclusions:
          force-majeure: { decided-by: customer }
        objectives:
          uptime: { measure: availability, of: site, target: at least 99.9 %, per: month, degraded: up, excluding: force-majeure }
          reaction: { measure: time to respond, of: tickets of site, within: 4 h, target: at least 90 % of at least 1 tickets, per: month }
        remedies:
          credit: { when: uptime is missed, claim: not needed, credit: { of: fee of site, tiers: [ { below: 99.9 %, pay: 10 % } ] } }
        statement: { approved-by: two people }
        """;

    private readonly CommandRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_code_by_which_somebody_sets_their_password_is_shown_once_and_only_its_hash_is_kept()
    {
        await Done("user", "add", "anna", "--role", "manager");
        var code = (await Done("user", "set-up", "anna")).Trim().Split('\n')[^1].Trim();
        // 256 bits in base 64 without padding.
        code.Length.ShouldBe(43);
        await using (var store = await Levelkeeper.Storage.Store.OpenAsync(new SqliteDatabase(Path.Combine(_run.Folder, "data")), CommandRun.Clock))
        {
            (await store.Accounts.FindSetUpCodeAsync(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(code)), CommandRun.Clock, TestContext.Current.CancellationToken)).ShouldBe("anna");
            (await store.Audit.ReadAsync(0, 100, cancel: TestContext.Current.CancellationToken)).ShouldNotContain(a => a.Action.Detail.Contains(code));
        }

        await Refused("LK6088", "user", "set-up", "nobody");
        await Done("user", "disable", "anna");
        await Refused("LK6088", "user", "set-up", "anna");
    }

    [Fact]
    public async Task A_month_is_closed_by_those_whose_work_each_step_is()
    {
        await InForce();
        await Done("user", "add", "maria", "--role", "manager");
        await Done("user", "add", "fred", "--role", "finance");
        await Done("user", "add", "klaus", "--role", "customer", "signatory", "--party", "Klient");
        await Done("user", "add", "other", "--role", "customer", "--party", "Somebody else");

        await Done("exclusion", "claim", "site", "storm", "--start", "2025-10-10", "--end", "2025-10-10T02:00", "--cause", "force-majeure", "--service", "site", "--reason", "a storm", "--evidence", "https://example.org/storm", "--as", "maria");
        (await Json("exclusion", "list", "site", "--period", "2025-10", "--as", "klaus")).GetProperty("exclusions")[0].GetProperty("status").GetString().ShouldBe("pending");
        await Refused("LK6082", "exclusion", "list", "site", "--as", "other");
        await Refused("LK6081", "exclusion", "reject", "site", "storm", "--service", "site", "--reason", "no", "--as", "fred");
        await Done("exclusion", "reject", "site", "storm", "--service", "site", "--reason", "the sun shone", "--as", "klaus");
        (await Json("exclusion", "list", "site", "--period", "2025-10", "--as", "klaus")).GetProperty("exclusions")[0].GetProperty("status").GetString().ShouldBe("rejected");

        (await Points("fred")).ShouldBe(["unexplained-breach:uptime"]);
        await Refused("LK6081", "statement", "checklist", "site", "2025-10", "--as", "klaus");
        await Refused("LK6312", "statement", "issue", "site", "2025-10", "--as", "fred");
        await Done("statement", "draft", "site", "2025-10", "--as", "fred");
        await Done("statement", "waive", "site", "2025-10", "unexplained-breach:uptime", "--reason", "the customer knows", "--as", "maria");
        await Refused("LK6313", "statement", "issue", "site", "2025-10", "--as", "fred");
        await Done("user", "add", "frida", "--role", "finance");
        await Refused("LK6085", "statement", "show", "site", "2025-10", "--as", "klaus");
        await Done("statement", "issue", "site", "2025-10", "--as", "frida");

        // 6 hours down of the 745 of October, which has one more in Warsaw: 739/745 = 99.19 %; a tenth of 1,000.00.
        (await Done("statement", "show", "site", "2025-10", "--output", "text", "--as", "klaus")).ShouldContain("100.00 (net of tax)");
        (await Json("statement", "list", "site", "--as", "klaus")).GetProperty("statements")[0].GetProperty("issued-by").GetString().ShouldBe("frida");
        await Done("statement", "dispute", "site", "--dispute", "D-1", "--remedy", "credit", "--period", "2025-10", "--reason", "it was worse", "--as", "klaus");
        await Done("statement", "settle", "site", "--dispute", "D-1", "--amount", "150.00", "--as", "fred");
        await Done("statement", "pay", "site", "--remedy", "credit", "--period", "2025-10", "--amount", "150.00", "--as", "fred");

        // Who did what is in the audit trail.
        await using var store = await Levelkeeper.Storage.Store.OpenAsync(new SqliteDatabase(Path.Combine(_run.Folder, "data")), CommandRun.Clock);
        var acts = (await store.Audit.ReadAsync(0, 100, cancel: TestContext.Current.CancellationToken)).Select(static e => (e.Action.Actor, e.Action.Verb)).ToList();
        acts.ShouldContain(("klaus", "asserted"));
        acts.ShouldContain(("frida", "issued"));
        (await store.Audit.VerifyAsync(TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    [Fact]
    public async Task A_fault_is_reported_worked_on_and_rated()
    {
        await InForce();
        await Done("user", "add", "anna", "--role", "agent");
        await Done("user", "add", "klaus", "--role", "customer", "--party", "Klient");
        var ticket = (await Done("ticket", "report", "site", "--service", "site", "--key", "k1", "--at", "2025-11-02T09:00", "--as", "klaus")).Split('\n')[0];
        // Given again, it is the same ticket, once.
        (await Done("ticket", "report", "site", "--service", "site", "--key", "k1", "--at", "2025-11-02T09:00", "--as", "klaus")).ShouldContain("was recorded before");
        await Refused("LK6081", "ticket", "acknowledge", ticket, "--as", "klaus");
        await Done("ticket", "acknowledge", ticket, "--as", "anna");
        await Done("ticket", "reply", ticket, "--as", "anna");
        (await Json("ticket", "list", "--as", "klaus")).GetProperty("tickets")[0].GetProperty("reported").GetString().ShouldBe("2025-11-02T08:00:00Z");
        await Done("ticket", "workaround", ticket, "--as", "anna");
        await Done("ticket", "resolve", ticket, "--first-contact", "--as", "anna");
        (await Json("ticket", "list", "--as", "klaus")).GetProperty("tickets").GetArrayLength().ShouldBe(0);
        await Done("ticket", "reopen", ticket, "--as", "klaus");
        (await Json("ticket", "list", "--as", "klaus")).GetProperty("tickets").GetArrayLength().ShouldBe(1);
        await Done("ticket", "resolve", ticket, "--as", "anna");
        await Done("ticket", "rate", ticket, "--score", "4", "--as", "klaus");
        (await Json("ticket", "show", ticket, "--as", "klaus")).GetProperty("facts").EnumerateArray().Select(static f => f.GetProperty("event").GetProperty("type").GetString()!.Split('.')[2])
            .ShouldBe(["reported", "acknowledged", "replied", "workaround", "resolved", "reopened", "resolved", "rated"]);
        await Refused("LK6087", "ticket", "show", "T-9", "--as", "klaus");
    }

    [Fact]
    public async Task Roles_and_parties_are_given_and_taken_and_who_is_disabled_acts_no_more()
    {
        await Done("user", "add", "anna", "--role", "agent", "--display", "Anna N.", "--language", "pl");
        await Refused("LK6122", "user", "add", "Ann a");
        await Refused("LK6122", "user", "change", "anna", "--language", "de");
        await Done("user", "role", "anna", "--add", "manager", "finance", "--remove", "agent");
        await Done("user", "party", "anna", "--add", "Firma");
        var anna = (await Json("user", "show", "anna"));
        anna.GetProperty("roles").EnumerateArray().Select(static r => r.GetString()).ShouldBe(["manager", "finance"]);
        anna.GetProperty("parties")[0].GetString().ShouldBe("Firma");
        anna.GetProperty("may").EnumerateArray().Select(static r => r.GetString()).ShouldContain("issue-statements");
        await Done("ticket", "list", "--as", "anna");
        await Done("user", "disable", "anna");
        await Refused("LK6080", "ticket", "list", "--as", "anna");
        await Refused("LK6080", "user", "list", "--as", "anna");
        await Done("user", "enable", "anna");
        await Done("ticket", "list", "--as", "anna");
        // Who manages no accounts does not do it by name either.
        await Refused("LK6081", "user", "add", "ben", "--as", "anna");
    }

    [Fact]
    public async Task Old_facts_go_where_nothing_needs_them_and_what_rested_on_them_says_so()
    {
        // Of an agreement without remedies, two years of which are over: the clock is 3 November 2025.
        _run.Write("own.yaml", Site.Replace("id: site", "id: own", StringComparison.Ordinal).Replace("2025-09-01, length: 12 months", "2023-01-01", StringComparison.Ordinal).Split("remedies:")[0]);
        _run.Write("facts.jsonl", string.Join('\n', new[] { ("1", "service.up", "site", "2023-01-01"), ("2", "ticket.reported", "T-1", "2023-02-01"), ("3", "ticket.resolved", "T-1", "2023-02-02"), ("4", "ticket.reported", "T-2", "2023-02-03") }
            .Select(static f => $$$"""{"specversion":"1.0","id":"{{{f.Item1}}}","source":"desk","type":"levelkeeper.{{{f.Item2}}}.v1","subject":"{{{f.Item3}}}","time":"{{{f.Item4}}}T00:00:00Z","data":{"agreement":"own","service":"site"}}""")));
        await Done("agreement", "propose", "own.yaml");
        await Done("agreement", "activate", "own", "--unsigned", "paper");
        await Done("facts", "import", "--facts", "facts.jsonl");
        await Done("statement", "draft", "own", "2023-02");
        await Done("statement", "waive", "own", "2023-02", "unexplained-breach:reaction", "--reason", "long ago");
        await Done("statement", "issue", "own", "2023-02");
        // They are recorded today, so nothing is old yet.
        (await Json("facts", "retain", "--older-than", "1 year")).GetProperty("texts").GetInt32().ShouldBe(0);

        _run.Now = CommandRun.Clock + NodaTime.Duration.FromDays(400);
        var plan = await Json("facts", "retain", "--older-than", "1 year");
        (plan.GetProperty("texts").GetInt32(), plan.GetProperty("done").GetBoolean()).ShouldBe((2, false));
        // The other ticket is open, and the state still holds.
        plan.GetProperty("agreements")[0].GetProperty("kept").GetInt32().ShouldBe(2);
        await Done("statement", "show", "own", "2023-02", "--output", "text");

        await Done("facts", "retain", "--older-than", "1 year", "--apply");
        (await Done("verify", "log")).ShouldContain("2 erased");
        (await Done("facts", "import", "--facts", "facts.jsonl")).ShouldContain("0 appended, 4 were there already");
        await Done("statement", "show", "own", "2023-02", "--output", "json");
        await Refused("LK6086", "statement", "show", "own", "2023-02", "--output", "text");
        await Refused("LK6314", "statement", "draft", "own", "2023-03");
        await Refused("LK6314", "exclusion", "list", "own", "--period", "2023-02");
        await Done("statement", "draft", "own", "2026-11");
        (await Json("facts", "retain", "--older-than", "1 year")).GetProperty("texts").GetInt32().ShouldBe(0);
    }

    private async Task InForce()
    {
        _run.Write("site.yaml", Site);
        _run.Write("facts.jsonl", string.Join('\n', new[] { ("up", "2025-09-01T00:00:00Z"), ("down", "2025-10-10T00:00:00Z"), ("up", "2025-10-10T06:00:00Z") }
            .Select(static (s, i) => $$$"""{"specversion":"1.0","id":"{{{i}}}","source":"probe","type":"levelkeeper.service.{{{s.Item1}}}.v1","subject":"site","time":"{{{s.Item2}}}","data":{"customer":"Klient"}}""")));
        await Done("agreement", "propose", "site.yaml");
        await Done("agreement", "activate", "site", "--unsigned", "paper");
        await Done("facts", "import", "--facts", "facts.jsonl");
    }

    private async Task<string> Done(params string[] arguments)
    {
        var (code, output, error) = await _run.Levelkeeper(arguments);
        code.ShouldBe(0, $"{string.Join(' ', arguments)}: {error}");
        return output;
    }

    private async Task Refused(string diagnostic, params string[] arguments)
    {
        var (code, _, error) = await _run.Levelkeeper(arguments);
        code.ShouldBe(2, string.Join(' ', arguments));
        error.ShouldContain(diagnostic);
    }

    private async Task<JsonElement> Json(params string[] arguments) => JsonElement.Parse(await Done([.. arguments, "--output", "json"]));

    private async Task<IEnumerable<string?>> Points(string who) => [.. (await Json("statement", "checklist", "site", "2025-10", "--as", who)).GetProperty("checklist").EnumerateArray().Select(static p => p.GetProperty("id").GetString())];
}
