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

    public static TheoryData<string> Operations => [.. OperationsOf(JsonElement.Parse(File.ReadAllText(Page))).Select(static o => o.GetProperty("operationId").GetString()!)];

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
            responses.TryGetProperty($"{answer.Status}", out var described).ShouldBeTrue($"{id} answered {answer.Status}: {answer.Text}");
            var content = described.GetProperty("content").GetProperty(answer.Type!);
            if (content.TryGetProperty("schema", out var schema) && answer.Type!.EndsWith("json", StringComparison.Ordinal))
                Mismatches(answer.Json, schema, document, "$").ShouldBeEmpty();
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
            if (!(type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(static t => t.GetString()) : [type.GetString()]).Contains(kind))
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
