using System.CommandLine;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Cli.Commands;

/// <summary><c>levelkeeper format</c>: agreements in their canonical form, comments kept.</summary>
internal sealed class FormatCommand : Verb
{
    private readonly Argument<string[]> _files = new("FILE") { Description = "Agreement files; patterns; '-' for standard input.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<bool> _check = new("--check") { Description = "Only tell which files are not in the canonical form; exit with 1 when one is not." };
    private readonly Option<bool> _write = new("--write") { Description = "Write the canonical form into the files." };

    public FormatCommand(Terminal terminal)
        : base(terminal, "format", "Print agreements in their canonical form: keys in order, two blanks a level, comments kept.",
            "levelkeeper format agreement.yaml",
            "levelkeeper format 'agreements/**/*.yaml' --write",
            "levelkeeper format 'agreements/**/*.yaml' --check")
    {
        Add(_files);
        Add(_check);
        Add(_write);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        var (check, write) = (parsed.GetValue(_check), parsed.GetValue(_write));
        if (check && write)
        {
            diagnostics.Error("LK5064", new Place("--check"), "Files are either checked or written.", "leave out --check or --write");
            return Finish(diagnostics);
        }

        var others = 0;
        foreach (var file in InputFile.Find(parsed.GetValue(_files)!, Terminal, diagnostics))
        {
            token.ThrowIfCancellationRequested();
            if (file.ReadText(diagnostics) is not { } text || Engine.Format(text, file.Name, diagnostics) is not { } formatted)
                continue;
            if (!write && !check)
            {
                Terminal.Output.Write(formatted);
                continue;
            }

            if (formatted == text)
                continue;
            others++;
            if (check)
                Terminal.Say($"{file.Name}: not in the canonical form");
            else if (file.Name == InputFile.StandardInput)
                Terminal.Output.Write(formatted);
            else if (OutputFile.Write(file.Name, Terminal, diagnostics, writer => writer.Write(formatted)))
                Terminal.Say($"{file.Name}: written");
        }

        var code = Finish(diagnostics);
        return code == ExitCode.Done && check && others > 0 ? ExitCode.NotFormatted : code;
    }
}
