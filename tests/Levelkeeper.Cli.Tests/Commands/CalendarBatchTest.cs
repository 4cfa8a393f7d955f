using System.Text.Json;
using System.Text.Json.Nodes;
using Levelkeeper.Cli.Tests.Design;

namespace Levelkeeper.Cli.Tests.Commands;

/// <summary>The conformance cases as a user would ask them: through the command, and without what is expected.</summary>
public sealed class CalendarBatchTest
{
    private static readonly Lazy<List<JsonObject>> Cases = new(() =>
    {
        var extra = Environment.GetEnvironmentVariable("LEVELKEEPER_CONFORMANCE");
        return [.. new[] { Path.Combine(RepositoryRoot.Path, "tests/Levelkeeper.Conformance.Tests/Data/business_time.json") }
            .Concat(string.IsNullOrEmpty(extra) ? [] : Directory.EnumerateFiles(extra, "*.json").Order(StringComparer.Ordinal))
            .Select(static file => JsonNode.Parse(File.ReadAllText(file)))
            .SelectMany(static file => (file as JsonArray ?? file!["cases"] as JsonArray ?? []).OfType<JsonObject>())
            .Where(static json => json.ContainsKey("weekly") && json.ContainsKey("operation"))];
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_case_of_every_source_is_answered_as_the_source_does(bool asArray)
    {
        var asked = Cases.Value.Select(Question).ToArray();
        using var run = new CommandRun { StandardInput = asArray ? new JsonArray(asked).ToJsonString(new JsonSerializerOptions { WriteIndented = true }) : string.Join('\n', asked.Select(static q => q.ToJsonString())) };
        var (code, output, error) = await run.Levelkeeper("calendar", "batch");
        (code, error).ShouldBe((0, ""));

        var answers = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonNode.Parse(line)!).ToArray();
        answers.Length.ShouldBe(Cases.Value.Count);
        answers.Length.ShouldBeGreaterThanOrEqualTo(233);
        var different = Cases.Value.Zip(answers).Where(static pair => !JsonNode.DeepEquals(Expected(pair.First), pair.Second)).Select(static pair => $"{pair.First["id"]}: {pair.Second}");
        different.ShouldBeEmpty();
    }

    // Three cases carry the tag closing_instant: two expect "closed", one "open". Only the library that they come from tells them apart.
    [Fact]
    public void The_tag_alone_does_not_say_whether_the_closing_instant_is_open() =>
        Cases.Value.Where(static c => c["tags"] is JsonArray tags && tags.Any(static t => (string?)t == "closing_instant"))
            .Take(3).Select(static c => ((string?)c["id"], (bool)c["expected"]!)).ShouldBe([("bt-0190", false), ("bt-0192", false), ("bt-0372", true)]);

    [Fact]
    public async Task A_bad_case_gives_an_error_line_with_its_id_and_the_rest_are_answered()
    {
        const string Hours = """ "timezone":"UTC","weekly":{"mon":[["09:00","12:00"],["13:00","17:00"]]},"operation":"in_hours","start":"2025-01-06T10:00:00Z" """;
        using var run = new CommandRun
        {
            StandardInput = $$"""
                {"id":"no zone","weekly":{},"operation":"in_hours","start":"2025-01-06T10:00:00Z"}
                { {{Hours}} }
                {"id":"unknown keys","colour":{"deep":[1,{"er":null}]},"tags":"not a list","source":17,"boundary":null,"overrides":null,"breaks":null,"holidays":null,{{Hours}} }
                {"id":"cut off",
                {"id":4,"boundary":"sometimes",{{Hours}} }
                {"id":"null windows","overrides":{"2025-01-06":null},{{Hours}} }
                """,
        };
        var (code, output, _) = await run.Levelkeeper("calendar", "batch");
        code.ShouldBe(2);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(6);
        lines[0].ShouldStartWith("""{"id":"no zone","error":""");
        lines[1].ShouldBe("""{"id":null,"result":true}""");
        lines[2].ShouldBe("""{"id":"unknown keys","result":true}""");
        lines[3].ShouldStartWith("""{"id":null,"error":""");
        lines[4].ShouldStartWith("""{"id":4,"error":""");
        lines[5].ShouldBe("""{"id":"null windows","result":false}""");
    }

    private static JsonNode Question(JsonObject given)
    {
        var question = (JsonObject)given.DeepClone();
        question.Remove("expected");
        question.Remove("expected_seconds");
        return question;
    }

    private static JsonObject Expected(JsonObject given) =>
        new() { ["id"] = given["id"]?.DeepClone(), ["result"] = (given["expected"] ?? given["expected_seconds"])!.DeepClone() };
}
