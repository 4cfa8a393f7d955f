using Levelkeeper.Connectors.Csv;
using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Connectors.Tests.Csv;

public class CsvMapTests
{
    private static IReadOnlyList<string> Read(string map)
    {
        var diagnostics = new DiagnosticBag();
        (CsvMap.Read(map, "map.yaml", diagnostics) is null).ShouldBe(diagnostics.HasErrors);
        return [.. diagnostics.Select(each => each.ToString())];
    }

    [Fact]
    public void Every_mistake_is_reported_at_once_with_line_column_and_suggestion()
    {
        Read("""
            levelkeeper-map: v1
            sorce: desk
            times:
              zone: Europe/Berln
            facts:
              - type: ticket.statsu
                id: "{Nr"
                time: "{Zeit|x}"
            """).ShouldBe([
            "map.yaml:2:1: error LK2403: There is no key 'sorce' here. (did you mean 'source'?)",
            "map.yaml:1:1: error LK2404: The key 'source' is missing.",
            "map.yaml:4:9: error LK2407: There is no time zone 'Europe/Berln'. (did you mean 'Europe/Berlin'?)",
            "map.yaml:6:11: error LK2407: There is no fact type 'ticket.statsu'. (did you mean 'ticket.status'?)",
            "map.yaml:7:9: error LK2406: The template '{Nr' has a brace without its partner. (a column is {name}; a brace itself is {{ or }})",
            "map.yaml:8:11: error LK2407: There is no table 'x'.",
        ]);
    }

    [Fact]
    public void A_billion_laughs_are_refused_at_the_first_alias()
    {
        var bomb = "a0: &a0 [lol]\n" + string.Concat(Enumerable.Range(1, 30).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
        Read(bomb).ShouldBe(["map.yaml:2:10: error LK2402: A map may not have aliases. (write it out)"]);
    }

    [Theory]
    [InlineData("[[[[[[[[[[[[[[[[[[[[", "LK2402")]
    [InlineData("a: b: c", "LK2401")]
    [InlineData("", "LK2401")]
    [InlineData("a: 1\na: 2", "LK2401")]
    [InlineData("- 1", "LK2405")]
    [InlineData("\"", "LK2401")]
    public void Hostile_or_broken_maps_are_errors(string map, string code) => Read(map)[0].ShouldContain(code);

    [Fact]
    public void A_hundred_thousand_brackets_do_not_exhaust_the_stack()
    {
        Read(new string('[', 100_000))[0].ShouldContain("LK2402");
        Read(new string(' ', 300_000))[0].ShouldContain("LK2402");
    }
}
