using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Cli.Host;

/// <summary>Prints what is wrong with inputs, on standard error, one entry a line, so that editors and scripts can read them.</summary>
internal static class DiagnosticPrinter
{
    private const int Most = 200;

    /// <summary>Prints the entries in the order in which they were found, and how many more there were.</summary>
    /// <returns>The exit code that they ask for.</returns>
    public static int Print(DiagnosticBag diagnostics, Terminal terminal)
    {
        foreach (var diagnostic in diagnostics.Distinct().Take(Most))
        {
            // Names of files and clauses stand in it as somebody wrote them.
            var line = PlainLine.Of(diagnostic.ToString());
            terminal.Error.WriteLine(terminal.Colours && terminal.ErrorIsTerminal ? $"{Colour(diagnostic.Severity)}{line}\u001b[0m" : line);
        }


        var more = diagnostics.Count - Math.Min(Most, diagnostics.Count) + diagnostics.Dropped;
        if (more > 0)
            terminal.Error.WriteLine($"… and {more} more like these; '--output json' of lint lists them all");
        return diagnostics.HasErrors ? ExitCode.BadInput : ExitCode.Done;
    }

    private static string Colour(Severity severity) => severity switch
    {
        Severity.Error => "\u001b[31m",
        Severity.Warning => "\u001b[33m",
        Severity.Note => "\u001b[90m",
        _ => throw new ArgumentOutOfRangeException(nameof(severity)),
    };
}
