using System.CommandLine;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Cli.Commands;

/// <summary>Where the password of a key is from: a file, a variable of the environment, or the terminal. Never an argument, which every user of a machine can read.</summary>
internal sealed class Passwords
{
    private readonly Option<string?> _file = new("--password-file") { Description = "The file whose first line is the key's password.", HelpName = "FILE" };
    private readonly Option<string?> _variable = new("--password-env") { Description = "The variable of the environment that holds the key's password.", HelpName = "VARIABLE" };

    /// <summary>The options, for a command's help.</summary>
    public IEnumerable<Option> Options => [_file, _variable];

    /// <summary>Whether a place is named on the command line.</summary>
    public bool IsNamed(ParseResult parsed) => parsed.GetValue(_file) is not null || parsed.GetValue(_variable) is not null;

    /// <summary>The password from the place that is named, or else asked for at the terminal.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="questions">What is asked at the terminal; after the first question the answers must be the same.</param>
    /// <param name="terminal">The terminal.</param>
    /// <param name="diagnostics">Takes <c>LK5114</c> when nobody can be asked, <c>LK5116</c> when what is named holds no password.</param>
    /// <returns>Null after reporting.</returns>
    public string? Read(ParseResult parsed, IReadOnlyList<string> questions, Terminal terminal, DiagnosticBag diagnostics)
    {
        var (file, variable) = (parsed.GetValue(_file), parsed.GetValue(_variable));
        if (file is not null && variable is not null)
        {
            diagnostics.Error("LK5116", new Place("--password-env"), "The password is in a file or in a variable, not in both.", "leave out one of the two");
            return null;
        }

        if (file is not null)
            return InputFile.One(file, terminal, diagnostics) is { } found && found.ReadText(diagnostics) is { } text ? Filled(text.Split('\n')[0].TrimEnd('\r'), file, "Its first line is empty.", diagnostics) : null;
        if (variable is not null)
            return Filled(terminal.Variable(variable), "--password-env", $"The variable {Diagnostic.Quote(variable)} is not set, or empty.", diagnostics);
        if (terminal.AskSecret is not { } ask)
        {
            diagnostics.Error("LK5114", Place.None, "The key has a password, and there is no terminal to ask for it.", "name where it is: --password-file FILE or --password-env VARIABLE");
            return null;
        }

        var answers = questions.Select(ask).Distinct(StringComparer.Ordinal).ToList();
        return Filled(answers is [var one] ? one : "", "(terminal)", answers.Count > 1 ? "The two answers differ." : "A password has at least one letter.", diagnostics);
    }

    private static string? Filled(string? password, string place, string problem, DiagnosticBag diagnostics)
    {
        if (!string.IsNullOrEmpty(password))
            return password;
        diagnostics.Error("LK5116", new Place(place), problem, "put the password there");
        return null;
    }
}
