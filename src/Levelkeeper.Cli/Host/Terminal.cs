using Levelkeeper.Core.Diagnostics;
using NodaTime;
using Spectre.Console;

namespace Levelkeeper.Cli.Host;

/// <summary>What the command talks to: its streams, what kind they are, and the clock. Tests make their own.</summary>
internal sealed class Terminal
{
    /// <summary>The width of a table when the output is not a terminal.</summary>
    public const int PipedWidth = 160;

    /// <summary>Standard input, as bytes.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Standard output: results.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Standard error: diagnostics and progress.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether a person may read the output as it comes.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Whether a person may read the errors as they come: progress is shown.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Whether colours are wanted: on a terminal, and <c>NO_COLOR</c> is not set.</summary>
    public bool Colours { get; init; }

    /// <summary>Columns.</summary>
    public int Width { get; init; } = PipedWidth;

    /// <summary>The clock; read when <c>--as-of</c> is not given.</summary>
    public Func<Instant> Clock { get; init; } = Now.Read;

    /// <summary>The folders in which programs are looked for; null for those of the environment.</summary>
    public string? Path { get; init; }

    /// <summary>A variable of the environment; null when it is not set.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Asks for something that is not shown as it is typed; null where nobody can be asked.</summary>
    public Func<string, string>? AskSecret { get; init; }

    /// <summary>The folder that file arguments start from.</summary>
    public string Folder { get; init; } = Environment.CurrentDirectory;

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfThisProcess()
    {
        var terminal = !Console.IsOutputRedirected;
        var utf8 = new System.Text.UTF8Encoding(false);
        return new Terminal
        {
            OpenInput = Console.OpenStandardInput,
            Output = new StreamWriter(Console.OpenStandardOutput(), utf8, 1 << 16),
            Error = new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true },
            OutputIsTerminal = terminal,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            Colours = terminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb",
            AskSecret = Console.IsInputRedirected || Console.IsErrorRedirected ? null : Ask,
            Width = terminal ? Math.Max(40, Console.WindowWidth) : PipedWidth,
        };
    }

    private static string Ask(string question)
    {
        Console.Error.Write(question);
        var typed = new System.Text.StringBuilder();
        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace)
                typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                typed.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }

    /// <summary>Prints a line that may name files or quote agreements, so that none of them can command the terminal.</summary>
    public void Say(string line) => Output.WriteLine(PlainLine.Of(line));

    /// <summary>For tables and trees on standard output.</summary>
    public IAnsiConsole Drawing() => Drawing(Output, OutputIsTerminal);

    private IAnsiConsole Drawing(TextWriter writer, bool terminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = Colours && terminal ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = Colours && terminal ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = Width;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}
