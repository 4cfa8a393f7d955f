using System.Text.Json;
using System.Text.RegularExpressions;

namespace Levelkeeper.Server.Tests.OpenApi;

/// <summary>docs/openapi.json, and whether an answer is what it says.</summary>
internal static class DescribedApi
{
    /// <summary>What may come from any operation: the wrong host, a fault.</summary>
    private static readonly string[] AnyTime = ["421", "500"];

    private static readonly JsonElement Document = JsonElement.Parse(File.ReadAllText(Page));

    private static readonly (string Id, string Method, Regex Path, JsonElement Operation)[] Operations =
    [
        .. from path in Document.GetProperty("paths").EnumerateObject()
           from method in path.Value.EnumerateObject()
           select (method.Value.GetProperty("operationId").GetString()!, method.Name.ToUpperInvariant(), PathPattern(path.Name), method.Value),
    ];

    public static string Page => RepositoryRoot.File("docs", "openapi.json");

    /// <summary>The names of all operations.</summary>
    public static IEnumerable<string> Ids => Operations.Select(static o => o.Id);

    /// <summary>Which operation a request is for; null for none, or where nothing else than access decides.</summary>
    public static string? Operation(string method, string path) => Find(method, path)?.Id;

    /// <summary>What of an answer is not as described; nothing for addresses that are not described.</summary>
    /// <param name="method">Of the request.</param>
    /// <param name="path">Of the request.</param>
    /// <param name="status">Of the answer.</param>
    /// <param name="type">The answer's media type; null for none.</param>
    /// <param name="body">Its text; null where it was not read.</param>
    public static IEnumerable<string> Mismatches(string method, string path, int status, string? type, string? body)
    {
        if (Find(method, path) is not var (id, operation) || AnyTime.Contains($"{status}"))
            return [];
        if (!operation.GetProperty("responses").TryGetProperty($"{status}", out var response))
            return [$"{id} answers {status}, which is not described: {body}"];
        if (!response.TryGetProperty("content", out var content))
            return type is null ? [] : [$"{id}: {status} has a body of {type}, which is not described"];
        if (type is null || !content.TryGetProperty(type, out var media))
            return [$"{id}: {status} comes as {type ?? "nothing"}, which is not described"];
        return body is not null && type.EndsWith("json", StringComparison.Ordinal) && media.TryGetProperty("schema", out var schema) ? Mismatches(JsonElement.Parse(body), schema, id) : [];
    }

    private static (string Id, JsonElement Operation)? Find(string method, string path)
    {
        // An address without a variable goes before one with.
        foreach (var (id, verb, pattern, operation) in Operations.OrderBy(static o => o.Path.ToString().Count(static c => c == '[')))
        {
            if (verb == method && pattern.IsMatch(path))
                return (id, operation);
        }

        return null;
    }

    private static Regex PathPattern(string path) => new($"^{Regex.Replace(path, @"\{[^}]*\}", "[^/]+")}$");

    /// <summary>Where a value is not what a schema says: as much of JSON Schema as the document uses.</summary>
    private static IEnumerable<string> Mismatches(JsonElement value, JsonElement schema, string at)
    {
        if (schema.TryGetProperty("$ref", out var reference))
            return Mismatches(value, reference.GetString()!.Split('/').Skip(1).Aggregate(Document, static (e, name) => e.GetProperty(name)), at);
        if (schema.TryGetProperty("oneOf", out var choices))
            return choices.EnumerateArray().Any(c => !Mismatches(value, c, at).Any()) ? [] : [$"{at}: none of the choices fits {value}"];
        if (schema.TryGetProperty("type", out var type))
        {
            string[] allowed = type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(static t => t.GetString()!)] : [type.GetString()!];
            if (!Kinds(value).Intersect(allowed).Any())
                return [$"{at}: {value.ValueKind} instead of {type}"];
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
                problems.AddRange(properties.TryGetProperty(member.Name, out var inner) ? Mismatches(member.Value, inner, $"{at}.{member.Name}") : [$"{at}.{member.Name} is not described"]);
        }

        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
            problems.AddRange(value.EnumerateArray().SelectMany((v, i) => Mismatches(v, items, $"{at}[{i}]")));
        return problems;
    }

    private static string[] Kinds(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => ["object"],
        JsonValueKind.Array => ["array"],
        JsonValueKind.String => ["string"],
        JsonValueKind.Number => value.TryGetInt64(out _) ? ["integer", "number"] : ["number"],
        JsonValueKind.True or JsonValueKind.False => ["boolean"],
        JsonValueKind.Null => ["null"],
        _ => [],
    };
}

/// <summary>Holds every answer that any test gets against the description.</summary>
internal sealed class DescribedAnswers() : DelegatingHandler(new SocketsHttpHandler { UseCookies = false })
{
    private readonly HashSet<string> _succeeded = [];

    /// <summary>The operations that have answered with success.</summary>
    public IReadOnlySet<string> Succeeded => _succeeded;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        var (method, path, type) = (request.Method.Method, request.RequestUri!.AbsolutePath, response.Content.Headers.ContentType?.MediaType);
        // A stream of events does not end: its body is the test's.
        var body = type is not null && type.EndsWith("json", StringComparison.Ordinal) ? await Buffered(response, cancellationToken) : null;
        DescribedApi.Mismatches(method, path, (int)response.StatusCode, type, body).ShouldBeEmpty();
        if (response.IsSuccessStatusCode && DescribedApi.Operation(method, path) is { } operation)
        {
            lock (_succeeded)
                _succeeded.Add(operation);
        }

        return response;
    }

    private static async Task<string> Buffered(HttpResponseMessage response, CancellationToken cancel)
    {
        await response.Content.LoadIntoBufferAsync(cancel);
        return await response.Content.ReadAsStringAsync(cancel);
    }
}
