namespace Levelkeeper.Cli.Host;

/// <summary>What the process returns. Documented and stable.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Done, and something is breached, and <c>--fail-on-breach</c> was given.</summary>
    public const int Breached = 1;

    /// <summary>Done, and a file is not in its canonical form, and <c>--check</c> was given.</summary>
    public const int NotFormatted = 1;

    /// <summary>Some of the input or of the command line is bad. What could be done with the rest was done.</summary>
    public const int BadInput = 2;

    /// <summary>A fault of the program.</summary>
    public const int Fault = 3;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Interrupted = 130;
}
