using Levelkeeper.Reports.Statements;
using Levelkeeper.Runtime.Access;

namespace Levelkeeper.Server.Tests.Access;

/// <summary>docs/http-api.md says what each role may.</summary>
public sealed class RolesPageTests
{
    [Fact]
    public async Task The_page_has_the_table_of_roles()
    {
        var page = RepositoryRoot.File("docs", "http-api.md");
        var rows = string.Join('\n', Enum.GetValues<Role>().Select(static r => $"| `{RolePermissions.NameOf(r)}` | {string.Join(", ", RolePermissions.Of(r).Order().Select(StatementWords.Of))} |"));
        var text = await File.ReadAllTextAsync(page);
        if (Environment.GetEnvironmentVariable("LEVELKEEPER_APPROVE") == "1")
        {
            var lines = text.Split('\n').ToList();
            var first = lines.IndexOf("| role | may |") + 2;
            lines.RemoveRange(first, lines.FindIndex(first, static l => !l.StartsWith("| `", StringComparison.Ordinal)) - first);
            lines.Insert(first, rows);
            await File.WriteAllTextAsync(page, text = string.Join('\n', lines));
        }

        text.ShouldContain($"\n{rows}\n\n");
    }
}
