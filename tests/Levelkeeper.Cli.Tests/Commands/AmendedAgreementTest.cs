using System.Text.Json.Nodes;

namespace Levelkeeper.Cli.Tests.Commands;

/// <summary>An agreement that is amended within October 2025: every command takes the version in force.</summary>
public sealed class AmendedAgreementTest : IDisposable
{
    private const string Agreement = """
        levelkeeper: v1
        id: shop-sla
        title: Web shop
        kind: commitment
        parties:
          provider: { name: Hostly }
        term: { from: 2025-01-01 }
        zone: UTC
        calendars:
          office: { weekly: { mon-fri: 09:00-17:00 } }
        services:
          shop: { title: Shop }
        objectives:
          uptime: { measure: availability, of: shop, target: at least 99 % }
          solution: { measure: time to resolve, of: tickets of shop, within: 4 h, calendar: office, target: every ticket }
        amendments:
          - from: 2025-10-20
            changes:
              objectives: { uptime: { target: at least 99.9 % } }
              calendars: { office: { weekly: { mon-fri: 08:00-12:00 } } }
        """;

    // Two hours down on the 5th: of the 456 h before the amendment, which are 19 days. The ticket is of Friday 17th, 16:00.
    private const string Facts = """
        {"specversion":"1.0","id":"1","source":"monitor","type":"levelkeeper.service.up.v1","subject":"shop","time":"2025-09-30T00:00:00Z","service":"shop","data":{}}
        {"specversion":"1.0","id":"2","source":"monitor","type":"levelkeeper.service.down.v1","subject":"shop","time":"2025-10-05T10:00:00Z","service":"shop","data":{}}
        {"specversion":"1.0","id":"3","source":"monitor","type":"levelkeeper.service.up.v1","subject":"shop","time":"2025-10-05T12:00:00Z","service":"shop","data":{}}
        {"specversion":"1.0","id":"4","source":"desk","type":"levelkeeper.ticket.reported.v1","subject":"T-1","time":"2025-10-17T16:00:00Z","data":{"service":"shop","priority":"P1"}}
        """;

    private readonly CommandRun _run = new();

    public AmendedAgreementTest()
    {
        _run.Write("agreement.yaml", Agreement);
        _run.Write("facts.jsonl", Facts);
    }

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_month_that_an_amendment_cuts_has_a_result_for_each_part()
    {
        var (code, output, error) = await _run.Levelkeeper("evaluate", "-a", "agreement.yaml", "-f", "facts.jsonl", "-p", "2025-10", "-o", "json");
        (code, error).ShouldBe((0, ""));
        var uptime = JsonNode.Parse(output)!["evaluations"]![0]!["objectives"]!.AsArray().Where(o => o!["objective"]!.GetValue<string>() == "uptime").ToList();
        uptime.Select(o => (o!["period"]!["version"]!.GetValue<string>(), o["verdict"]!.GetValue<string>(), o["level"]!["exact"]!.GetValue<string>()))
            .ShouldBe([("2025-01-01", "met", "227/228"), ("2025-10-20", "met", "1")]);
    }

    [Fact]
    public async Task An_explanation_names_the_version_that_counts()
    {
        var (_, output, _) = await _run.Levelkeeper("explain", "-a", "agreement.yaml", "-f", "facts.jsonl", "-p", "2025-10", "--objective", "uptime");
        output.ShouldContain("the version in force from 2025-10-20");
        output.ShouldContain("Target: at least 99 %.");
        output.ShouldContain("Target: at least 99.9 %.");
    }

    [Fact]
    public async Task A_clock_that_runs_over_the_amendment_has_the_hours_of_each_day()
    {
        // An hour on Friday up to 17:00, and three on Monday from 08:00.
        var (_, output, _) = await _run.Levelkeeper("clocks", "-a", "agreement.yaml", "-f", "facts.jsonl", "--as-of", "2025-10-18", "-o", "json");
        JsonNode.Parse(output)!["clocks"]!.AsArray().ShouldHaveSingleItem()!["due"]!.GetValue<string>().ShouldBe("2025-10-20T11:00:00Z");
    }

    [Fact]
    public async Task A_figure_of_theirs_at_an_instant_is_compared_with_the_version_in_force_then()
    {
        _run.Write("theirs.csv", "at,level\n2025-10-20T00:00:00Z,99.56\n2025-11-01T00:00:00Z,100.00\n");
        var (code, output, error) = await _run.Levelkeeper("reconcile", "-a", "agreement.yaml", "-f", "facts.jsonl", "--against", "theirs.csv", "--objective", "uptime", "--percent", "level", "--at", "at", "-o", "json");
        (code, error).ShouldBe((0, ""));
        JsonNode.Parse(output)!["comparisons"]![0]!.ToJsonString().ShouldContain("\"compared\":2,\"agreeing\":2");
    }

    [Fact]
    public async Task Lint_checks_every_version_and_tells_what_they_share_once()
    {
        _run.Write("agreement.yaml", Agreement.Replace("at least 99 %", "at least 199 %", StringComparison.Ordinal).Replace("within: 4 h", "within: soon", StringComparison.Ordinal));
        var (code, output, error) = await _run.Levelkeeper("lint", "agreement.yaml");
        code.ShouldBe(2);
        // The target of the first version alone; and of both, once, that 'soon' is no time.
        output.ShouldContain("agreement.yaml: 2 errors");
        error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l[l.IndexOf("LK", StringComparison.Ordinal)..][..6]).ShouldBe(["LK1502", "LK1107"]);
    }
}
