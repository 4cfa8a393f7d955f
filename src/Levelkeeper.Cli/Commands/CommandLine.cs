using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Levelkeeper.Cli.Host;
using Levelkeeper.Cli.Operators;
using Levelkeeper.Cli.Serving;
using Levelkeeper.Cli.Stores;

namespace Levelkeeper.Cli.Commands;

/// <summary>The <c>levelkeeper</c> command: its verbs, and what happens when one ends badly.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command line.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments, Terminal terminal)
    {
        var root = Root(terminal, out var debug);
        var parsed = root.Parse(arguments);
        if (arguments.Length == 0)
        {
            terminal.Error.WriteLine("'levelkeeper new --template customer' begins an agreement, 'levelkeeper lint FILE' checks one, 'levelkeeper --help' lists all commands.");
            return ExitCode.BadInput;
        }

        if (parsed is { Errors.Count: > 0, Action: ParseErrorAction })
        {
            foreach (var error in parsed.Errors.Select(e => e.Message).Distinct())
                terminal.Error.WriteLine($"levelkeeper: {error}");
            terminal.Error.WriteLine($"'{Path(parsed.CommandResult.Command)} --help' tells what it takes.");
            return ExitCode.BadInput;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                // A server listens for signals itself: it needs time to finish what has begun.
                ProcessTerminationTimeout = parsed.CommandResult.Command is ServeCommand ? null : TimeSpan.FromSeconds(2),
            });
        }
        catch (OperationCanceledException)
        {
            terminal.Error.WriteLine("levelkeeper: interrupted; no file was written.");
            return ExitCode.Interrupted;
        }
        catch (IOException e) when (IsOfOutput(e))
        {
            return OutputFailed(e, terminal);
        }
        catch (Exception e) when (!parsed.GetValue(debug))
        {
            terminal.Error.WriteLine($"levelkeeper: a fault of the program: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")} (--debug shows where; please report it)");
            return ExitCode.Fault;
        }
        catch (Exception e)
        {
            terminal.Error.WriteLine(e.ToString());
            return ExitCode.Fault;
        }
    }

    // The numbers of Linux for "no space left on device", "file too large" and "broken pipe", and that of Windows for the last.
    private static bool IsOfOutput(IOException e) => e.HResult is 28 or 27 || IsPipe(e);

    private static bool IsPipe(IOException e) => e.HResult is 32 or unchecked((int)0x8007006D);

    /// <summary>What is told when the output cannot be written: nothing to a reader of a pipe who went away ('| head').</summary>
    public static int OutputFailed(IOException e, Terminal terminal)
    {
        if (IsPipe(e))
            return ExitCode.Done;
        terminal.Error.WriteLine($"levelkeeper: the output cannot be written: {e.Message}");
        return ExitCode.BadInput;
    }

    /// <summary>All verbs, with what they take.</summary>
    internal static RootCommand Root(Terminal terminal, out Option<bool> debug)
    {
        debug = new Option<bool>("--debug") { Description = "Show where a fault of the program happened.", Recursive = true };
        var root = new RootCommand("Service level agreements made executable: an agreement and facts go in, exact and explained results come out.")
        {
            debug,
            new LintCommand(terminal),
            new EvaluateCommand(terminal),
            new StatementCommand(terminal),
            new CreditNoteCommand(terminal),
            new BackupCommand(terminal),
            new RestoreCommand(terminal),
            FactsCommands.Group(terminal),
            AgreementCommands.Group(terminal),
            new DoctorCommand(terminal),
            new ServeCommand(terminal),
            TokenCommands.Group(terminal),
            UserCommands.Group(terminal),
            ExclusionCommands.Group(terminal),
            ExclusionCommands.Breaches(terminal),
            TicketCommands.Group(terminal),
            new BundleCommand(terminal),
            new RecoverCommand(terminal),
            new SimulateCommand(terminal),
            new ExplainCommand(terminal),
            new ClocksCommand(terminal),
            ImportCommands.Group(terminal),
            new ReconcileCommand(terminal),
            new EffectiveCommand(terminal),
            new RenderCommand(terminal),
            new CompareCommand(terminal),
            new FormatCommand(terminal),
            new NewCommand(terminal),
            new AmendCommand(terminal),
            new HashCommand(terminal),
            KeyCommands.Group(terminal),
            new SignCommand(terminal),
            new VerifyCommand(terminal),
            CalendarCommands.Group(terminal),
            new ReferenceCommand(terminal),
            new SchemaCommand(terminal),
        };
        if (root.Options.OfType<HelpOption>().FirstOrDefault() is { Action: HelpAction help } option)
            option.Action = new HelpWithExamples(help);
        return root;
    }

    private static string Path(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Path(parent)} {command.Name}" : "levelkeeper";
}
