using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Cli.Commands;

/// <summary>How results are printed.</summary>
internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Table,

    /// <summary>For programs; the shape is in docs/command-line.md.</summary>
    Json,
}

/// <summary>A verb of the command line with examples in its help.</summary>
internal abstract class Verb : Command
{
    protected Verb(Terminal terminal, string name, string description, params ImmutableArray<string> examples)
        : base(name, description)
    {
        Terminal = terminal;
        Examples = examples;
        SetAction((parsed, token) => Task.FromResult(Run(parsed, token)));
    }

    /// <summary>Command lines that do something useful.</summary>
    public ImmutableArray<string> Examples { get; }

    protected Terminal Terminal { get; }

    /// <summary>Does it.</summary>
    protected abstract int Run(ParseResult parsed, CancellationToken token);

    /// <summary>Prints what was wrong and gives the exit code.</summary>
    protected int Finish(DiagnosticBag diagnostics, bool breached = false)
    {
        Terminal.Output.Flush();
        var code = DiagnosticPrinter.Print(diagnostics, Terminal);
        return code == ExitCode.Done && breached ? ExitCode.Breached : code;
    }
}

/// <summary>The usual help, and then the examples.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        var code = usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is Verb { Examples.Length: > 0 } verb)
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in verb.Examples)
                output.WriteLine($"  {example}");
            output.WriteLine();
        }

        return code;
    }
}
