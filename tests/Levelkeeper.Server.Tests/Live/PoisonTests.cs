using System.Globalization;
using Levelkeeper.Server.Live;
using Levelkeeper.Storage.Sql;
using Microsoft.Extensions.DependencyInjection;

namespace Levelkeeper.Server.Tests.Live;

/// <summary>Facts that are kept and that no evaluation has expected: the server lives, also when it starts with them, and the facts after them count.</summary>
public sealed class PoisonTests : IDisposable
{
    private const string Agreement = """
        levelkeeper: v1
        id: poisoned
        title: What is poisoned
        parties: { provider: { name: Firma }, customer: { name: Klient } }
        zone: Europe/Warsaw
        currency: EUR
        term: { from: 2026-01-01, length: 12 months }
        calendars:
          office: { weekly: { mon-fri: 09:00-17:00 } }
        services:
          site: { title: The site, components: [web, db], fee: 1000.00 per month }
          desk: { title: Desk }
        objectives:
          uptime: { measure: availability, of: site, target: at least 99.9 %, per: month, combine: all }
          good: { measure: share of requests, of: site, target: at least 99 %, per: month }
          fast: { measure: p95 of latency, of: site, target: at most 200 ms, per: month }
          mean: { measure: mean of latency, of: site, target: at most 200 ms, per: month }
          sold: { measure: sum of leads, target: at least 5, per: month }
          reaction: { measure: time to respond, of: tickets of desk, within: 4 h, calendar: office, target: at least 90 %, per: month }
          fix: { measure: time to resolve, of: tickets of desk, within: 8 h, target: at least 90 %, per: month }
          again: { measure: reopen rate, of: tickets of desk, target: at most 10 %, per: month }
          joy: { measure: satisfaction, of: tickets of desk, target: at least 80 %, per: month }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("levelkeeper-poison-").FullName;

    private SqliteDatabase Database() => new(Path.Combine(_folder, "data"));

    [Fact]
    public async Task What_is_extreme_contrary_or_circular_is_evaluated_as_the_log_says_and_a_server_starts_with_it()
    {
        await using (var server = await RunningServer.StartAsync(Database))
        {
            await PutInForceAsync(server);
            foreach (var (name, lines) in Extremes())
            {
                var answer = await server.PostAsync(string.Join('\n', lines), "application/x-ndjson");
                answer.Status.ShouldBe(202, $"{name}: {answer.Text}");
                (await server.GetAsync("/metrics")).Status.ShouldBe(200, name);
                (await HealthyAsync(server)).ShouldBeTrue($"{name}: {server.Log}");
            }

            server.Log.ShouldNotContain("could not");
        }

        await using var again = await RunningServer.StartAsync(Database);
        (await HealthyAsync(again)).ShouldBeTrue();
        again.Log.ShouldNotContain("could not");
    }

    [Fact]
    public async Task A_fact_on_which_live_evaluation_fails_is_passed_over_and_told_and_those_beside_it_count()
    {
        await using (var server = await RunningServer.StartAsync(Database, built: Poison))
        {
            await PutInForceAsync(server);
            (await server.PostAsync(string.Join('\n', Fact("a", "service.down", "site", "2026-03-01T10:00:00Z"), Ticket("poison", "reported", "T-1", 1), Ticket("b", "reported", "T-2", 2), Fact("c", "service.up", "site", "2026-03-01T11:00:00Z")), "application/x-ndjson")).Json.GetProperty("appended").GetInt64().ShouldBe(4);
            await CheckAsync(server);
        }

        // Nor does it keep the server from starting.
        await using (var server = await RunningServer.StartAsync(Database, built: Poison))
            await CheckAsync(server);
        // A build that can evaluate it finds it in the log.
        await using (var server = await RunningServer.StartAsync(Database))
            (await HealthyAsync(server)).ShouldBeTrue();

        static void Poison(LevelkeeperServer server) =>
            server.Services.GetRequiredService<LiveService>().TakingIn = f => _ = f.Fact.Id == "poison" ? throw new InvalidOperationException("poisoned") : f;

        static async Task CheckAsync(RunningServer server)
        {
            // The doctor evaluates without poison: what it finds is the poisoned ticket and what rests on it, and nothing of the others.
            var report = (await server.GetAsync("/api/v1/doctor")).Json;
            report.GetProperty("head").GetInt64().ShouldBe(4);
            report.GetProperty("healthy").GetBoolean().ShouldBeFalse();
            var subjects = report.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("subject").GetString()!).ToArray();
            subjects.ShouldContain(s => s.Contains("T-1", StringComparison.Ordinal));
            subjects.ShouldNotContain(s => s.Contains("T-2", StringComparison.Ordinal));
            subjects.ShouldNotContain(s => s.Contains("uptime", StringComparison.Ordinal));
            server.Log.ShouldContain("Entry 2 of the log could not be taken into live evaluation");
            server.Log.ShouldNotContain("Entry 3 of");
        }
    }

    [Fact]
    public async Task An_evaluation_that_fails_at_every_turn_keeps_no_fact_from_being_kept_and_no_server_from_starting()
    {
        await using var server = await RunningServer.StartAsync(Database, built: s => s.Services.GetRequiredService<LiveService>().Advancing = () => throw new InvalidOperationException("poisoned"));
        await PutInForceAsync(server);
        (await server.PostAsync(Fact("a", "service.down", "site", "2026-03-01T10:00:00Z"))).Status.ShouldBe(202);
        server.Log.ShouldContain("could not be brought up to date");
        (await server.GetAsync("/api/v1/facts")).Json.GetProperty("facts").GetArrayLength().ShouldBe(1);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task PutInForceAsync(RunningServer server)
    {
        (await server.SendAsync("PUT", "/api/v1/agreements/poisoned", Agreement, null, "application/yaml")).Status.ShouldBe(200);
        (await server.SendAsync("POST", "/api/v1/agreements/poisoned/revisions/1/activation", """{"text":"signed on paper"}""", null)).Status.ShouldBe(200);
    }

    private static async Task<bool> HealthyAsync(RunningServer server) => (await server.GetAsync("/api/v1/doctor")).Json.GetProperty("healthy").GetBoolean();

    private static IEnumerable<(string Name, string[] Lines)> Extremes()
    {
        yield return ("earliest", [Fact("e1", "service.down", "site", "1900-01-01T00:00:00Z"), Fact("e1t", "ticket.reported", "T-E", "1900-01-01T00:00:00Z", ",\"service\":\"desk\"")]);
        yield return ("edges", [.. new[] { "0001-01-01T00:00:00Z", "1899-12-31T23:59:59.9999999Z", "1950-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2099-12-31T23:59:59.9999999Z", "2149-12-31T23:59:59.9999999Z", "2199-12-31T23:59:59.9999999Z", "2200-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z" }
            .SelectMany((t, i) => new[] { Fact($"edge{i}", "service.up", "site", t), Fact($"edge-t{i}", "ticket.reported", $"T-E{i}", t, ",\"service\":\"desk\""), Fact($"edge-w{i}", "service.down", "web", t) })]);
        yield return ("merges in cycles", [Ticket("m1", "reported", "M-1", 1), Ticket("m2", "reported", "M-2", 2), Ticket("m3", "merged", "M-1", 3, ",\"into\":\"M-2\""), Ticket("m4", "merged", "M-2", 4, ",\"into\":\"M-1\""), Ticket("m5", "merged", "M-1", 5, ",\"into\":\"M-1\"")]);
        yield return ("merge chain", [.. Enumerable.Range(0, 200).SelectMany(i => new[] { Ticket($"mc{i}", "reported", $"C-{i}", 1), Ticket($"mc{i}m", "merged", $"C-{i}", 2, $",\"into\":\"C-{i + 1}\"") })]);
        yield return ("merge chain closes", [Ticket("mclose", "merged", "C-200", 3, ",\"into\":\"C-0\"")]);
        yield return ("corrections chain", [Fact("c0", "service.down", "site", "2026-02-03T00:00:00Z"), .. Enumerable.Range(1, 1_000).Select(i => Fact($"c{i}", "fact.corrected", "site", "2026-02-03T00:00:01Z", $",\"source\":\"probe\",\"id\":\"c{i - 1}\",\"reason\":\"x\",\"time\":\"2026-02-03T00:00:00Z\""))]);
        yield return ("retraction chain", [Fact("rc0", "service.up", "site", "2026-02-03T01:00:00Z"), .. Enumerable.Range(1, 1_000).Select(i => Fact($"rc{i}", "fact.retracted", "site", "2026-02-03T01:00:01Z", $",\"source\":\"probe\",\"id\":\"rc{i - 1}\",\"reason\":\"x\""))]);
        yield return ("cycle of corrections", [Fact("y1", "fact.corrected", "site", "2026-02-03T00:00:01Z", ",\"source\":\"probe\",\"id\":\"y2\",\"reason\":\"x\""), Fact("y2", "fact.corrected", "site", "2026-02-03T00:00:01Z", ",\"source\":\"probe\",\"id\":\"y1\",\"reason\":\"x\""), Fact("y3", "fact.retracted", "site", "2026-02-03T00:00:01Z", ",\"source\":\"probe\",\"id\":\"y3\",\"reason\":\"x\""), Fact("y4", "fact.corrected", "site", "2026-02-03T00:00:01Z", ",\"source\":\"probe\",\"id\":\"y4\",\"reason\":\"x\",\"time\":\"2199-01-01T00:00:00Z\"")]);
        var nested = "\"type\":\"levelkeeper.service.up.v1\",\"data\":{}";
        for (var i = 0; i < 60; i++)
            nested = $"\"type\":\"levelkeeper.fact.corrected.v1\",\"data\":{{\"source\":\"probe\",\"id\":\"c0\",\"reason\":\"x\",{nested}}}";
        yield return ("nested corrections", [Fact("n1", "fact.corrected", "site", "2026-02-03T00:00:01Z", $",\"source\":\"probe\",\"id\":\"c0\",\"reason\":\"x\",{nested}")]);
        foreach (var big in new[] { "\"79228162514264337593543950335\"", "\"-79228162514264337593543950335\"", "\"0.0000000000000000000000000001\"", "\"9999999999999999999999999999\"", "\"7922816251426433759354395033.5\"" })
        {
            var id = big.Trim('"');
            yield return ("big " + id, [
                Fact($"l{id}", "measurement.window", "site", "2026-02-03T00:05:00Z", $",\"metric\":\"latency\",\"start\":\"2026-02-03T00:00:00Z\",\"sum\":{big},\"total\":10"),
                Fact($"l2{id}", "measurement.window", "site", "2026-02-03T00:10:00Z", $",\"metric\":\"latency\",\"start\":\"2026-02-03T00:05:00Z\",\"sum\":{big},\"total\":10"),
                Fact($"g{id}", "measurement.window", "site", "2026-02-03T00:05:00Z", $",\"metric\":\"requests\",\"start\":\"2026-02-03T00:00:00Z\",\"good\":{big},\"total\":{big}"),
                Fact($"g2{id}", "measurement.window", "site", "2026-02-03T00:10:00Z", $",\"metric\":\"requests\",\"start\":\"2026-02-03T00:05:00Z\",\"good\":{big},\"total\":{big}"),
                Fact($"g3{id}", "measurement.window", "site", "2026-02-03T00:15:00Z", $",\"metric\":\"requests\",\"start\":\"2026-02-03T00:10:00Z\",\"good\":0,\"total\":\"0.0000000000000000000000000001\""),
                Fact($"s{id}", "business.measured", "selling", "2026-02-03T00:05:00Z", $",\"metric\":\"leads\",\"value\":{big}"),
                Fact($"s2{id}", "business.measured", "selling", "2026-02-03T00:06:00Z", $",\"metric\":\"leads\",\"value\":{big}"),
                Fact($"h{id}", "measurement.window", "site", "2026-02-03T00:05:00Z", $",\"metric\":\"latency\",\"start\":\"2026-02-03T00:00:00Z\",\"histogram\":[{{\"up-to\":{big},\"count\":9223372036854775807}},{{\"count\":9223372036854775807}}]"),
                Fact($"h2{id}", "measurement.window", "site", "2026-02-03T00:10:00Z", $",\"metric\":\"latency\",\"start\":\"2026-02-03T00:05:00Z\",\"histogram\":[{{\"up-to\":{big},\"count\":9223372036854775807}},{{\"count\":9223372036854775807}}]"),
                Fact($"q{id}", "measurement.sampled", "site", "2026-02-03T00:05:00Z", $",\"metric\":\"latency\",\"value\":{big}"),
                Fact($"q2{id}", "measurement.sample", "site", "2026-02-03T00:06:00Z", $",\"metric\":\"latency\",\"value\":{big}"),
                Ticket($"t{id}", "reported", $"B-{id}", 1), Ticket($"tr{id}", "rated", $"B-{id}", 2, $",\"score\":{big},\"best\":{big}"),
            ]);
        }

        yield return ("windows of ages", [Fact("w1", "measurement.window", "site", "2199-12-31T00:00:00Z", ",\"metric\":\"requests\",\"start\":\"1900-01-01T00:00:00Z\",\"good\":1,\"total\":2"), Fact("w2", "measurement.window", "site", "2026-02-28T00:00:00Z", ",\"metric\":\"latency\",\"start\":\"1900-01-01T00:00:00Z\",\"sum\":1,\"total\":2")]);
        yield return ("odd stories", [Ticket("o1", "reopened", "O-1", 1), Ticket("o2", "resolved", "O-1", 2), Ticket("o3", "reported", "O-1", 3), Ticket("o4", "reported", "O-1", 4), Ticket("o5", "cancelled", "O-1", 4), Ticket("o6", "closed", "O-2", 4), Ticket("o7", "deadline-pinned", "O-1", 5, ",\"clock\":\"respond\",\"due\":\"2199-12-31T23:59:59Z\",\"consent\":\"x\""), Ticket("o8", "deadline-pinned", "O-1", 5, ",\"clock\":\"resolve\",\"due\":\"1900-01-01T00:00:00Z\",\"consent\":\"x\""), Ticket("o9", "linked", "O-1", 6, ",\"outage\":\"O-1\"")]);
        yield return ("odd texts", [Fact("\\u0000", "service.down", "site", "2026-02-05T00:00:00Z"), Fact("z1", "service.down", new string('x', 60_000), "2026-02-05T00:00:00Z"), Fact("z2", "service.down", "site/..//\\ud83d\\ude00", "2026-02-05T00:00:00Z"), Fact("z3", "ticket.reported", "\\ud83d\\ude00/a/b", "2026-02-05T00:00:00Z", ",\"service\":\"desk\"")]);
    }

    private static string Ticket(string id, string what, string ticket, int minute, string more = "") =>
        Fact(id, "ticket." + what, ticket, $"2026-02-04T10:{minute.ToString("D2", CultureInfo.InvariantCulture)}:00Z", ",\"service\":\"desk\"" + more);

    private static string Fact(string id, string type, string subject, string time, string more = "") => Raw(id, type, subject, time, "\"customer\":\"Klient\"" + more);

    private static string Raw(string id, string type, string subject, string time, string data, string attributes = "") =>
        $$$"""{"specversion":"1.0","id":"{{{id}}}","source":"probe","type":"levelkeeper.{{{type}}}.v1","subject":"{{{subject}}}",{{{attributes}}}"time":"{{{time}}}","data":{{{"{"}}}{{{data}}}{{{"}"}}}}""";
}
