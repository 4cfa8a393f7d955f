using System.Text.Json;

namespace Levelkeeper.Cli.Tests.Commands;

public sealed class CompareCommandTest : IDisposable
{
    // October 2025 in UTC has 744 h; one hour down is 99.865... %: it misses 99.9 % and meets 99.5 %.
    private const string First = """
        levelkeeper: v1
        id: first
        title: First offer
        parties:
          provider: { name: Hostly }
          customer: { name: Acme }
        term: { from: 2025-01-01 }
        zone: UTC
        services:
          shop: { title: Shop }
        maintenance:
          shop: { notice: 48 h }
        objectives:
          uptime: { measure: availability, target: at least 99.9 %, excluding: maintenance }
        """;

    private const string Facts = """
        {"specversion":"1.0","id":"1","source":"monitor","type":"levelkeeper.service.up.v1","subject":"shop","time":"2025-09-30T00:00:00Z","service":"shop","data":{}}
        {"specversion":"1.0","id":"2","source":"monitor","type":"levelkeeper.service.down.v1","subject":"shop","time":"2025-10-05T10:00:00Z","service":"shop","data":{}}
        {"specversion":"1.0","id":"3","source":"monitor","type":"levelkeeper.service.up.v1","subject":"shop","time":"2025-10-05T11:00:00Z","service":"shop","data":{}}
        """;

    private readonly CommandRun _run = new();

    public CompareCommandTest()
    {
        _run.Write("first.yaml", First);
        _run.Write("second.yaml", First.Replace("99.9 %", "99.5 %", StringComparison.Ordinal).Replace("notice: 48 h", "notice: 72 h", StringComparison.Ordinal));
        _run.Write("facts.jsonl", Facts);
    }

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Two_offers_are_compared_clause_by_clause()
    {
        var (code, output, error) = await _run.Levelkeeper("compare", "first.yaml", "second.yaml");
        (code, error).ShouldBe((0, ""));
        output.ShouldContain("1 better for the customer, 1 better for the provider: as a whole neither can be called the better one");
        output.Split('\n').Single(l => l.Contains("objectives.uptime.target", StringComparison.Ordinal)).ShouldContain("provider");
        output.Split('\n').Single(l => l.Contains("maintenance.shop.notice", StringComparison.Ordinal)).ShouldContain("customer");
        (await _run.Levelkeeper("compare", "first.yaml", "first.yaml")).Output.ShouldContain("The two agreements say the same.");
    }

    [Fact]
    public async Task With_facts_both_verdicts_stand_side_by_side()
    {
        var (code, output, error) = await _run.Levelkeeper("compare", "first.yaml", "second.yaml", "--facts", "facts.jsonl", "--period", "2025-10", "-o", "json");
        (code, error).ShouldBe((0, ""));
        var root = JsonDocument.Parse(output).RootElement;
        root.GetProperty("better-off").GetString().ShouldBe("not-comparable");
        var target = root.GetProperty("differences").EnumerateArray().Single(d => d.GetProperty("path").GetString() == "objectives.uptime.target");
        target.GetProperty("better-off").GetString().ShouldBe("provider");
        target.GetProperty("second").GetProperty("place").GetProperty("line").GetInt32().ShouldBe(14);
        var result = root.GetProperty("results").EnumerateArray().ShouldHaveSingleItem();
        result.GetProperty("first").GetProperty("verdict").GetString().ShouldBe("breached");
        result.GetProperty("second").GetProperty("verdict").GetString().ShouldBe("met");
        result.GetProperty("second").GetProperty("level").GetProperty("exact").GetString().ShouldBe("743/744");
    }

    [Fact]
    public async Task Two_versions_of_one_agreement_are_named_by_their_dates()
    {
        _run.Write("amended.yaml", First + "\namendments:\n  - { from: 2025-07-01, changes: { objectives: { uptime: { target: at least 99.95 % } } } }\n");
        var (code, output, _) = await _run.Levelkeeper("compare", "amended.yaml@2025-06-30", "amended.yaml@2025-07-01");
        code.ShouldBe(0);
        output.ShouldContain("the customer is better off with amended.yaml@2025-07-01");
    }

    [Fact]
    public async Task What_cannot_be_read_is_reported_for_both_and_nothing_is_compared()
    {
        _run.Write("broken.yaml", First.Replace("target: at least", "tarket: at least", StringComparison.Ordinal));
        var (code, output, error) = await _run.Levelkeeper("compare", "broken.yaml", "nowhere.yaml");
        (code, output).ShouldBe((2, ""));
        error.ShouldContain("broken.yaml:14");
        error.ShouldContain("LK5001");
        (await _run.Levelkeeper("compare", "first.yaml", "second.yaml", "--period", "2025-10")).Error.ShouldContain("LK5063");
    }
}
