using System.Text.Json;
using Levelkeeper.Cli.Tests.Commands;
using Levelkeeper.Cli.Tests.Design;

namespace Levelkeeper.Cli.Tests.Statements;

/// <summary>The statements of the samples are those that docs/agreements works out by hand, to the cent.</summary>
public class HandWorkedStatementsTest
{
    private static readonly string Folder = RepositoryRoot.File("docs", "agreements");

    public static TheoryData<string> Pages => [.. Directory.EnumerateFiles(Folder, "*.md").Select(f => Path.GetFileName(f)!).Where(f => f != "README.md").Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Every_amount_of_a_page_is_what_the_program_gives(string page)
    {
        var statements = HandWorkedStatement.Of(Path.Combine(Folder, page));
        statements.ShouldNotBeEmpty();
        using var run = new CommandRun();
        foreach (var statement in statements)
        {
            var arguments = statement.Arguments.Select(a => a.StartsWith("samples/", StringComparison.Ordinal) ? RepositoryRoot.File(a) : a).ToArray();
            var (code, _, error) = await run.Levelkeeper(["statement", .. arguments]);
            code.ShouldBe(0, error);
            using var json = JsonDocument.Parse(run.Read(arguments[Array.IndexOf(arguments, "--to") + 1]));
            statement.Check(json.RootElement);
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_clause_that_a_page_shows_is_in_its_sample(string page)
    {
        var clauses = MarkdownBlock.Of(Path.Combine(Folder, page)).Where(b => b.Info.StartsWith("yaml of ", StringComparison.Ordinal)).ToList();
        clauses.ShouldNotBeEmpty();
        foreach (var clause in clauses)
            Plain(File.ReadAllText(RepositoryRoot.File(clause.Info["yaml of ".Length..]))).ShouldContain(Plain(clause.Text));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Lint_finds_nothing_in_a_samples_agreements(string page)
    {
        using var run = new CommandRun();
        foreach (var agreement in HandWorkedStatement.Of(Path.Combine(Folder, page)).Select(s => s.Arguments[Array.IndexOf(s.Arguments, "-a") + 1]).Distinct())
        {
            var (code, output, error) = await run.Levelkeeper("lint", RepositoryRoot.File(agreement));
            code.ShouldBe(0, error);
            (output + error).ShouldContain("good");
        }
    }

    [Fact]
    public void Every_page_is_in_the_overview() =>
        Pages.Select(p => p.Data).Where(p => !File.ReadAllText(Path.Combine(Folder, "README.md")).Contains($"({p})", StringComparison.Ordinal)).ShouldBeEmpty();

    private static string Plain(string yaml) => string.Join('\n', yaml.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && !l.StartsWith('#')));
}
