using System.Text;
using Levelkeeper.Cli.Commands;
using Levelkeeper.Cli.Host;
using NodaTime;

namespace Levelkeeper.Cli.Tests.Commands;

/// <summary>Runs the command as a user would, in a folder of its own: arguments in; exit code, standard output and standard error out.</summary>
internal sealed class CommandRun : IDisposable
{
    public static readonly Instant Clock = Instant.FromUtc(2025, 11, 3, 0, 0);

    /// <summary>The time of the next command.</summary>
    public Instant Now { get; set; } = Clock;

    public string Folder { get; } = Directory.CreateTempSubdirectory("levelkeeper-test-").FullName;

    public string StandardInput { get; init; } = "";

    public bool Colours { get; init; }

    public int Width { get; init; } = Terminal.PipedWidth;

    /// <summary>The folders in which programs are looked for; null for those of this machine.</summary>
    public string? Path { get; init; }

    /// <summary>The variables of the environment; none by default.</summary>
    public Dictionary<string, string> Variables { get; init; } = new(StringComparer.Ordinal);

    /// <summary>What is typed where something secret is asked for; null where nobody is there to type.</summary>
    public Queue<string>? Answers { get; init; }

    public void Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Folder, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    public string Read(string name) => File.ReadAllText(System.IO.Path.Combine(Folder, name));

    public async Task<(int Code, string Output, string Error)> Levelkeeper(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(arguments, new Terminal
        {
            OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(StandardInput)),
            Output = output,
            Error = error,
            OutputIsTerminal = Colours,
            Colours = Colours,
            Width = Width,
            Clock = () => Now,
            Folder = Folder,
            Path = Path,
            Variable = name => Variables.GetValueOrDefault(name),
            AskSecret = Answers is null ? null : _ => Answers.Dequeue(),
        });
        return (code, output.ToString(), error.ToString());
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
