using System.Text.Json;
using Levelkeeper.Cli.Tests.Commands;

namespace Levelkeeper.Cli.Tests.Statements;

/// <summary>Makes statements of a small agreement, one after the other, each with the ones before as issued.</summary>
internal sealed class StatementRun : IDisposable
{
    private readonly CommandRun _run = new();
    private readonly List<string> _issued = [];

    /// <param name="clauses">The sections <c>objectives</c>, <c>remedies</c> and what else the case needs.</param>
    public StatementRun(string clauses) => _run.Write("agreement.yaml", """
        levelkeeper: v1
        id: small
        title: Small
        parties:
          provider: { name: Hostly }
          customer: { name: Acme }
        term: { from: 2026-01-01 }
        zone: UTC
        currency: EUR

        """ + clauses);

    public void Dispose() => _run.Dispose();

    /// <summary>The lines of a period's statement: identity, standing or else state, computed, payable.</summary>
    /// <param name="period">Such as <c>2026-03</c>.</param>
    /// <param name="asOf">When it is issued.</param>
    /// <param name="facts">Each as <c>type|time|subject|data</c>, the data without its braces.</param>
    public async Task<List<(string Id, string Standing, string Computed, string Payable)>> Of(string period, string asOf, params string[] facts) =>
        [.. (await Lines(period, asOf, facts)).Select(l => (Text(l, "id"), Text(l, "standing") == "not-owed" ? Text(l.GetProperty("reckoning"), "state") : Text(l, "standing"), Text(l, "computed"), Text(l, "payable")))];

    /// <summary>The same as JSON.</summary>
    public async Task<List<JsonElement>> Lines(string period, string asOf, params string[] facts)
    {
        _run.Write("facts.jsonl", string.Concat(facts.Select((f, i) => Line(f.Split('|', 4), i))));
        var name = $"{period}.json";
        var (code, _, error) = await _run.Levelkeeper(["statement", "-a", "agreement.yaml", "-f", "facts.jsonl", "-p", period, "--as-of", asOf, "--to", name, .. _issued.SelectMany(f => new[] { "--issued", f })]);
        code.ShouldBe(0, error);
        _issued.Add(name);
        return [.. JsonDocument.Parse(_run.Read(name)).RootElement.GetProperty("lines").EnumerateArray()];
    }

    public static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;

    private static string Line(string[] parts, int number) =>
        $$$"""{"specversion":"1.0","id":"{{{number}}}","source":"monitor","type":"levelkeeper.{{{parts[0]}}}.v1","time":"{{{parts[1]}}}","subject":"{{{parts[2]}}}","data":{{{{parts[3]}}}}}""" + "\n";
}
