using System.CommandLine;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Diagnostics;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Cli.Commands;

/// <summary><c>levelkeeper amend</c>: one change over many agreements, as an amendment of each that is in force from a date.</summary>
internal sealed class AmendCommand : Verb
{
    private readonly Argument<string[]> _files = new("FILE") { Description = "Agreement files; patterns.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> _from = new("--from") { Description = "The first day on which the change is in force.", HelpName = "DATE", Required = true };
    private readonly Option<string[]> _set = NewCommand.Set();
    private readonly Option<string?> _title = new("--title") { Description = "What the amendment is about.", HelpName = "TEXT" };

    public AmendCommand(Terminal terminal)
        : base(terminal, "amend", "Amend agreements: the same clauses change in all of them from a date on. Either every file is amended or none.",
            "levelkeeper amend 'agreements/*.yaml' --from 2026-07-01 --set 'objectives.uptime.target=at least 99.95 %' --title 'New data centre'",
            "levelkeeper amend acme.yaml --from 2026-07-01 --set maintenance.shop.notice=removed")
    {
        _set.Required = true;
        Add(_files);
        foreach (var option in new Option[] { _from, _set, _title })
            Add(option);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        var date = LocalDatePattern.Iso.Parse(parsed.GetValue(_from)!);
        if (!date.Success)
            diagnostics.Error("LK5030", new Place("--from"), $"{Diagnostic.Quote(parsed.GetValue(_from))} is not a date.", "write 2026-07-01");
        var settings = NewCommand.Settings(parsed.GetValue(_set), diagnostics);
        var files = InputFile.Find(parsed.GetValue(_files)!, Terminal, diagnostics);
        if (files.Any(f => f.Name == InputFile.StandardInput))
            diagnostics.Error("LK5086", new Place(InputFile.StandardInput), "What comes by standard input cannot be amended.", "name the file");
        if (diagnostics.HasErrors)
            return Finish(diagnostics);

        var amended = new List<(string Name, string Text)>();
        foreach (var file in files.DistinctBy(f => OutputFile.Target(f.Name, Terminal)))
        {
            token.ThrowIfCancellationRequested();
            if (Amended(file, date.Value, parsed.GetValue(_title) ?? "", settings, diagnostics) is { } text)
                amended.Add((file.Name, text));
        }

        Check(amended, diagnostics, token);
        if (!diagnostics.HasErrors && OutputFile.WriteAll(amended, Terminal, diagnostics))
        {
            foreach (var (name, _) in amended)
                Terminal.Say($"{name}: amended from {LocalDatePattern.Iso.Format(date.Value)} on{(File.Exists(Path.Combine(Terminal.Folder, Signing.FileOf(name))) ? "; its signatures are of before, and both sides sign it anew" : "")}");
        }
        else if (files.Count > 1)
        {
            Terminal.Error.WriteLine("No file was changed.");
        }

        return Finish(diagnostics);
    }

    /// <summary>The amended text; null after reporting what is wrong with the agreement as it is, or with the amendment.</summary>
    private string? Amended(InputFile file, LocalDate from, string title, List<Language.Changes.ClauseSetting> settings, DiagnosticBag diagnostics)
    {
        var own = new DiagnosticBag();
        if (file.ReadText(own) is { } text && Engine.ReadAgreement(text, file.Name, Inputs.Folder(Terminal), own) is not null && Engine.Amend(text, file.Name, from, title, settings, own) is { } amended)
            return amended;
        foreach (var diagnostic in own)
            diagnostics.Add(diagnostic);
        return null;
    }

    /// <summary>Reports what the amended agreements would be wrong in. One may extend another that is amended with it.</summary>
    private void Check(List<(string Name, string Text)> amended, DiagnosticBag diagnostics, CancellationToken token)
    {
        var folder = Inputs.Folder(Terminal, amended.ToDictionary(a => OutputFile.Target(a.Name, Terminal), a => a.Text, StringComparer.Ordinal));
        foreach (var (name, text) in amended)
        {
            token.ThrowIfCancellationRequested();
            var own = new DiagnosticBag();
            Engine.ReadAgreement(text, name, folder, own);
            // Warnings about what stood there already are lint's to tell.
            foreach (var diagnostic in own.Where(d => d.Severity == Severity.Error))
                diagnostics.Add(diagnostic with { Message = $"With the amendment: {diagnostic.Message}" });
        }
    }
}
