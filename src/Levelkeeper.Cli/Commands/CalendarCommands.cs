using System.CommandLine;
using Levelkeeper.Cli.Host;

namespace Levelkeeper.Cli.Commands;

/// <summary><c>levelkeeper calendar …</c>.</summary>
internal static class CalendarCommands
{
    public static Command Group(Terminal terminal) => new("calendar", "Ask calendars.") { new BatchCommand(terminal) };

    /// <summary><c>levelkeeper calendar batch</c>: many questions to calendars.</summary>
    private sealed class BatchCommand(Terminal terminal) : Verb(
        terminal,
        "batch",
        "Answer questions to business calendars: JSON cases on standard input (one per line, or an array), one JSON line per case on standard output.",
        "levelkeeper calendar batch < cases.json",
        """echo '{"id":1,"operation":"add","start":"2025-10-03T15:00:00Z","duration_seconds":7200,"timezone":"Europe/Warsaw","weekly":{"mon":[["08:00","18:00"]],"fri":[["08:00","18:00"]]}}' | levelkeeper calendar batch""")
    {
        protected override int Run(ParseResult parsed, CancellationToken token)
        {
            using var reader = new StreamReader(Terminal.OpenInput());
            return Engine.CalendarBatch(reader, Terminal.Output) ? ExitCode.Done : ExitCode.BadInput;
        }
    }
}
