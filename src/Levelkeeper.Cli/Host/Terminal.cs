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
            Width = terminal ? Math.Max(40, Console.WindowWidth) : PipedWidth,
        };
    }

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
