using System.Text.Json;
using Levelkeeper.Connectors.Calendars;

namespace Levelkeeper.Connectors.Tests.Calendars;

public sealed class CalendarBatchTests
{
    private const string Office = """ "timezone":"Europe/Warsaw","weekly":{"mon":[["09:00","17:00"]],"tue":[["09:00","17:00"]]} """;

    private static (bool Good, string[] Lines) Run(string input)
    {
        var output = new StringWriter();
        var good = CalendarBatch.Run(new StringReader(input), output);
        return (good, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static string Case(string id, string rest) => $$"""{"id":{{id}},{{Office}},{{rest}}}""";

    // 6 January 2025 is a Monday; Warsaw is at +01:00.
    [Theory]
    [InlineData(""" "operation":"add","start":"2025-01-06T08:00:00Z","duration_seconds":28800 """, "\"2025-01-06T16:00:00Z\"")]
    [InlineData(""" "operation":"add","start":"2025-01-06T08:00:00Z","duration_seconds":28800,"boundary":"at_close" """, "\"2025-01-06T16:00:00Z\"")]
    [InlineData(""" "operation":"add","start":"2025-01-06T08:00:00Z","duration_seconds":28800,"boundary":"at_next_open" """, "\"2025-01-07T08:00:00Z\"")]
    [InlineData(""" "operation":"add","start":"2025-01-06T09:00:00+01:00","duration_seconds":0.5 """, "\"2025-01-06T08:00:00.500Z\"")]
    [InlineData(""" "operation":"subtract","start":"2025-01-07T16:00:00Z","duration_seconds":28800 """, "\"2025-01-07T08:00:00Z\"")]
    [InlineData(""" "operation":"subtract","start":"2025-01-07T16:00:00Z","duration_seconds":28800,"boundary":"at_previous_close" """, "\"2025-01-06T16:00:00Z\"")]
    [InlineData(""" "operation":"between","start":"2025-01-06T00:00:00Z","end":"2025-01-08T00:00:00Z" """, "57600")]
    [InlineData(""" "operation":"between","start":"2025-01-06T15:59:59.25Z","end":"2025-01-06T20:00:00Z" """, "0.75")]
    [InlineData(""" "operation":"between","start":"2025-01-08T00:00:00Z","end":"2025-01-06T00:00:00Z" """, "-57600")]
    [InlineData(""" "operation":"between","start":"2025-01-06T08:00:00Z","end":"2025-01-06T09:30:00Z","unit_seconds":3600 """, "3600")]
    [InlineData(""" "operation":"in_hours","start":"2025-01-06T16:00:00Z" """, "false")]
    [InlineData(""" "operation":"next_open","start":"2025-01-06T16:00:00Z" """, "\"2025-01-07T08:00:00Z\"")]
    [InlineData(""" "operation":"prev_open","start":"2025-01-07T08:00:00Z" """, "\"2025-01-06T16:00:00Z\"")]
    [InlineData(""" "operation":"in_hours","start":"2025-01-06T11:30:00Z","breaks":{"mon":[["12:00","13:00"]]} """, "false")]
    [InlineData(""" "operation":"in_hours","start":"2024-12-23T11:30:00Z","holidays":["*-12-23"] """, "false")]
    [InlineData(""" "operation":"in_hours","start":"2024-12-25T11:30:00Z","holidays":["*-12-25"],"overrides":{"*-12-25":[["12:00","14:00"]]} """, "true")]
    public void A_case_gives_one_line(string question, string expected)
    {
        var (good, lines) = Run(Case("7", question));
        lines.ShouldBe([$$"""{"id":7,"result":{{expected}}}"""]);
        good.ShouldBeTrue();
    }

    [Fact]
    public void An_array_and_lines_give_the_same()
    {
        var one = Case("\"a\"", "\"operation\":\"in_hours\",\"start\":\"2025-01-06T09:00:00Z\"");
        var two = Case("\"b ] , }\\\"\"", "\"operation\":\"in_hours\",\"start\":\"2025-01-06T19:00:00Z\"");
        var lines = Run($"{one}\n\r\n{two}\n").Lines;
        lines.Length.ShouldBe(2);
        Run($" [ {one} ,\n {two}\n ] \n").Lines.ShouldBe(lines);
        JsonDocument.Parse(lines[1]).RootElement.GetProperty("id").GetString().ShouldBe("b ] , }\"");
        Run("[]").ShouldSatisfyAllConditions(r => r.Good.ShouldBeTrue(), r => r.Lines.ShouldBeEmpty());
        Run("").Good.ShouldBeTrue();
    }

    [Theory]
    [InlineData("{\"id\":1", "LK3100")]
    [InlineData("[1,2", "LK3100")]
    [InlineData("17", "LK3101")]
    [InlineData("{\"id\":\"\\ud800\"}", "LK3100")]
    public void Text_that_is_no_case_gives_an_error(string text, string code)
    {
        var (good, lines) = Run(text);
        good.ShouldBeFalse();
        lines[^1].ShouldContain("\"error\"");
        lines.ShouldContain(l => l.Contains(code));
    }

    [Theory]
    [InlineData(""" "operation":"add","start":"2025-01-06T08:00:00Z","duration_seconds":-1 """, "LK3104")]
    [InlineData(""" "operation":"add","start":"2025-01-06T08:00:00Z","duration_seconds":"1h" """, "LK3104")]
    [InlineData(""" "operation":"add","start":"2025-01-06T08:00:00Z" """, "LK3101")]
    [InlineData(""" "operation":"add","start":"2025-01-06T08:00:00","duration_seconds":1 """, "LK3103")]
    [InlineData(""" "operation":"add","start":"2025-02-30T08:00:00Z","duration_seconds":1 """, "LK3103")]
    [InlineData(""" "operation":"add","start":"0001-01-01T00:00:00Z","duration_seconds":1 """, "LK3103")]
    [InlineData(""" "operation":"guess","start":"2025-01-06T08:00:00Z" """, "LK3102")]
    [InlineData(""" "operation":"in_hours","start":"2025-01-06T08:00:00Z","holidays":["tomorrow"] """, "LK3103")]
    [InlineData(""" "operation":"in_hours","start":"2025-01-06T08:00:00Z","overrides":{"2025-01-06":[["09:00","09:00"]]} """, "LK3002")]
    [InlineData(""" "operation":"in_hours","start":"2025-01-06T08:00:00Z","overrides":{"2025-01-06":[["9","25:00"]]} """, "LK3001")]
    [InlineData(""" "operation":"add","start":"2025-01-06T08:00:00Z","duration_seconds":1e12 """, "LK3106")]
    public void A_wrong_case_gives_an_error_and_the_rest_go_on(string question, string code)
    {
        var right = Case("2", "\"operation\":\"in_hours\",\"start\":\"2025-01-06T09:00:00Z\"");
        var (good, lines) = Run($"{Case("1", question)}\n{right}");
        good.ShouldBeFalse();
        lines.Length.ShouldBe(2);
        lines[0].ShouldStartWith("{\"id\":1,\"error\":\"");
        lines[0].ShouldContain(code);
        lines[1].ShouldBe("{\"id\":2,\"result\":true}");
    }

    [Fact]
    public void A_calendar_that_never_opens_gives_an_error_soon() =>
        Run("""{"id":1,"timezone":"UTC","weekly":{},"operation":"next_open","start":"2025-01-06T08:00:00Z"}""").Lines[0].ShouldContain("LK3106");

    [Fact]
    public void A_case_of_unbounded_length_is_passed_over()
    {
        var right = Case("2", "\"operation\":\"in_hours\",\"start\":\"2025-01-06T09:00:00Z\"");
        var (good, lines) = Run($"{{\"id\":1,\"note\":\"{new string('x', JsonCases.LongestCase)}\"}}\n{right}");
        good.ShouldBeFalse();
        lines[0].ShouldContain("LK3100");
        lines[1].ShouldBe("{\"id\":2,\"result\":true}");
    }
}
