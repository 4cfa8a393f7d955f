using System.Text.Json;

namespace Levelkeeper.Cli.Tests.Commands;

/// <summary>Maintenance counts only when it was announced, that is recorded, with the agreed notice.</summary>
public sealed class RecordedTimeTest : IDisposable
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
        services:
          shop: { title: Shop }
        maintenance:
          shop: { notice: 48 h }
        objectives:
          uptime:
            measure: availability
            of: shop
            per: month
            target: at least 99.9 %
            degraded: down
            fresh-for: 744 h
            excluding: [ maintenance ]
        """;

    private readonly CommandRun _run = new();

    public RecordedTimeTest() => _run.Write("agreement.yaml", Agreement);

    public void Dispose() => _run.Dispose();

    // Down on 10 October 02:00-04:00, which is the window of the maintenance.
    private static string Facts(string announced) => $$$"""
        {"specversion":"1.0","id":"1","source":"monitor","type":"levelkeeper.service.up.v1","subject":"shop","time":"2025-09-30T00:00:00Z","data":{"service":"shop"}}
        {"specversion":"1.0","id":"2","source":"monitor","type":"levelkeeper.service.down.v1","subject":"shop","time":"2025-10-10T02:00:00Z","data":{"service":"shop"}}
        {"specversion":"1.0","id":"3","source":"monitor","type":"levelkeeper.service.up.v1","subject":"shop","time":"2025-10-10T04:00:00Z","data":{"service":"shop"}}
        {"specversion":"1.0","id":"4","source":"desk","type":"levelkeeper.maintenance.announced.v1","subject":"shop",{{{announced}}},"data":{"service":"shop","maintenance":"M-1","start":"2025-10-10T02:00:00Z","end":"2025-10-10T04:00:00Z"}}
        """;

    private async Task<(string Verdict, string Error)> Evaluate(string announced, params string[] more)
    {
        _run.Write("facts.jsonl", Facts(announced));
        var (code, output, error) = await _run.Levelkeeper(["evaluate", "-a", "agreement.yaml", "-f", "facts.jsonl", "-p", "2025-10", "-o", "json", .. more]);
        code.ShouldBe(0, error);
        using var json = JsonDocument.Parse(output);
        return (json.RootElement.GetProperty("evaluations")[0].GetProperty("objectives")[0].GetProperty("verdict").GetString()!, error);
    }

    [Theory]
    [InlineData("\"time\":\"2025-10-08T02:00:00Z\"", "met")] // 48 h before: exactly the notice.
    [InlineData("\"time\":\"2025-10-08T02:00:01Z\"", "breached")]
    [InlineData("\"time\":\"2025-10-08T02:00:00Z\",\"recordedtime\":\"2025-10-08T02:00:00Z\"", "met")]
    [InlineData("\"time\":\"2025-10-01T00:00:00Z\",\"recordedtime\":\"2025-10-08T02:00:00.0000001Z\"", "breached")]
    [InlineData("\"time\":\"2025-10-01T00:00:00Z\",\"recordedtime\":\"2025-10-11T00:00:00Z\"", "breached")] // Announced in the past.
    public async Task Notice_is_reckoned_from_when_the_announcement_was_recorded(string announced, string verdict) =>
        (await Evaluate(announced)).Verdict.ShouldBe(verdict);

    [Fact]
    public async Task As_read_an_announcement_that_does_not_say_when_it_was_recorded_comes_too_late() =>
        (await Evaluate("\"time\":\"2025-10-01T00:00:00Z\"", "--recorded", "as-read")).Verdict.ShouldBe("breached");

    [Fact]
    public async Task As_read_an_announcement_that_says_it_keeps_its_time() =>
        (await Evaluate("\"time\":\"2025-10-01T00:00:00Z\",\"recordedtime\":\"2025-10-01T00:00:00Z\"", "--recorded", "as-read")).Verdict.ShouldBe("met");

    [Fact]
    public async Task As_happened_is_what_holds_without_a_word()
    {
        (await Evaluate("\"time\":\"2025-10-01T00:00:00Z\"")).Verdict.ShouldBe("met");
        (await Evaluate("\"time\":\"2025-10-01T00:00:00Z\"", "--recorded", "as-happened")).Verdict.ShouldBe("met");
    }

    [Fact]
    public async Task An_announcement_that_was_recorded_before_it_was_made_gains_nothing()
    {
        var (verdict, error) = await Evaluate("\"time\":\"2025-10-09T00:00:00Z\",\"recordedtime\":\"2025-10-01T00:00:00Z\"");
        verdict.ShouldBe("breached");
        error.ShouldContain("facts.jsonl:4: warning LK2056");
    }

    [Fact]
    public async Task Another_word_is_bad_input()
    {
        var (code, _, error) = await _run.Levelkeeper("evaluate", "-a", "agreement.yaml", "-f", "facts.jsonl", "--recorded", "yesterday");
        code.ShouldBe(2);
        error.ShouldContain("as-happened or as-read");
    }

    [Fact]
    public async Task A_table_carries_it_in_the_column_that_its_map_names()
    {
        _run.Write("map.yaml", """
            levelkeeper-map: v1
            source: desk
            defaults: { recorded: "{entered}", service: shop, subject: shop }
            facts:
              - type: maintenance.announced
                id: "{nr}"
                time: "{announced}"
                data: { maintenance: "{nr}", start: { from: "{start}", as: time }, end: { from: "{end}", as: time } }
            """);
        _run.Write("plan.csv", "nr,announced,entered,start,end\n1,2025-10-01T00:00:00Z,2025-10-11T00:00:00Z,2025-10-10T02:00:00Z,2025-10-10T04:00:00Z\n2,2025-10-01T00:00:00Z,,2025-10-10T02:00:00Z,2025-10-10T04:00:00Z\n");
        var (code, output, error) = await _run.Levelkeeper("import", "csv", "--map", "map.yaml", "plan.csv");
        code.ShouldBe(0, error);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldContain("\"recordedtime\":\"2025-10-11T00:00:00Z\"");
        lines[1].ShouldNotContain("recordedtime");
    }
}
