using System.CommandLine;
using Levelkeeper.Cli.Commands;
using Levelkeeper.Cli.Host;
using Levelkeeper.Cli.Tests.Design;

namespace Levelkeeper.Cli.Tests.Docs;

/// <summary>docs/command-line.md against the commands that there are.</summary>
public sealed class CommandLinePageTest
{
    private static readonly string[] Rows = [.. File.ReadLines(RepositoryRoot.File("docs", "command-line.md")).Where(static l => l.StartsWith("| `", StringComparison.Ordinal)).Select(static l => l.Split('|')[1])];

    private static IEnumerable<(string Path, Command Command)> Leaves
    {
        get
        {
            var terminal = new Terminal { OpenInput = static () => Stream.Null, Output = TextWriter.Null, Error = TextWriter.Null };
            return Below("", CommandLine.Root(terminal, out _));
        }
    }

    [Fact]
    public void Every_command_has_its_row() => Leaves.Where(static l => !IsNamed(l.Path)).Select(static l => l.Path).ShouldBeEmpty();

    [Fact]
    public void Every_command_tells_what_it_does_and_shows_an_example_that_it_takes()
    {
        var terminal = new Terminal { OpenInput = static () => Stream.Null, Output = TextWriter.Null, Error = TextWriter.Null };
        var wrong = new List<string>();
        foreach (var (path, command) in Leaves)
        {
            if (string.IsNullOrEmpty(command.Description) || command is not Verb { Examples.Length: > 0 } verb)
            {
                wrong.Add($"{path}: no description, or no example");
                continue;
            }

            if (!verb.Examples.Any(e => e.Contains($"levelkeeper {path}", StringComparison.Ordinal)))
                wrong.Add($"{path}: no example shows it");
            foreach (var line in verb.Examples.SelectMany(static e => e.Split(" | ")).Where(static l => l.Contains("levelkeeper ", StringComparison.Ordinal)))
            {
                // What stands before the command, and files that are piped, belong to the shell.
                var own = line[line.IndexOf("levelkeeper ", StringComparison.Ordinal)..]["levelkeeper ".Length..].Split(" > ")[0].Split(" < ")[0].Replace('\'', '"');
                wrong.AddRange(CommandLine.Root(terminal, out _).Parse(own).Errors.Select(e => $"{line}: {e.Message}"));
            }
        }

        wrong.ShouldBeEmpty();
    }

    /// <summary>A row names a command, or a group and within the same row the command: <c>`ticket list`, `show`</c>.</summary>
    private static bool IsNamed(string path)
    {
        var words = path.Split(' ');
        return Rows.Any(row => words.Length == 1
            ? Names(row).Contains(words[0])
            : Names(row).Contains(path) || (Names(row).FirstOrDefault()?.StartsWith(words[0] + " ", StringComparison.Ordinal) == true && Names(row).Contains(words[^1])));
    }

    /// <summary>What stands between grave accents, up to where arguments begin.</summary>
    private static IEnumerable<string> Names(string row) =>
        row.Split('`').Where(static (_, i) => i % 2 == 1).Select(static code => string.Join(' ', code.Split(' ').TakeWhile(static w => w.Length > 0 && w.All(static c => char.IsAsciiLetterLower(c) || c == '-') && w[0] != '-')));

    private static IEnumerable<(string Path, Command Command)> Below(string path, Command command)
    {
        foreach (var sub in command.Subcommands)
        {
            var name = $"{path} {sub.Name}".Trim();
            if (sub is Verb)
                yield return (name, sub);
            foreach (var leaf in Below(name, sub))
                yield return leaf;
        }
    }
}
