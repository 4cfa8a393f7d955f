using System.CommandLine;
using Levelkeeper.Cli.Host;
using Levelkeeper.Cli.Output;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Reports.Json;

namespace Levelkeeper.Cli.Commands;

/// <summary><c>levelkeeper lint</c>: reads agreements and tells all that is wrong with them.</summary>
internal sealed class LintCommand : Verb
{
    private readonly Argument<string[]> _files = new("FILE") { Description = "Agreement files; patterns; '-' for standard input.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<OutputFormat> _output = Inputs.Output();

    public LintCommand(Terminal terminal)
        : base(terminal, "lint", "Check agreements: everything that is wrong, at once, with its line and how to mend it.",
            "levelkeeper lint agreement.yaml",
            "levelkeeper lint 'agreements/**/*.yaml' --output json")
    {
        Add(_files);
        Add(_output);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var general = new DiagnosticBag();
        var files = new List<(string File, DiagnosticBag Diagnostics)>();
        foreach (var file in InputFile.Find(parsed.GetValue(_files)!, Terminal, general))
        {
            token.ThrowIfCancellationRequested();
            var own = new DiagnosticBag();
            if (Inputs.ReadAgreement(file, Terminal, own) is { } agreement)
                Lint(agreement, own);
            files.Add((file.Name, own));
        }

        if (parsed.GetValue(_output) == OutputFormat.Json)
        {
            JsonText.Write(Terminal.Output, json => DiagnosticJson.Write(json, general.Concat(files.SelectMany(f => f.Diagnostics))));
            Terminal.Output.Flush();
            return general.HasErrors || files.Any(f => f.Diagnostics.HasErrors) ? ExitCode.BadInput : ExitCode.Done;
        }

        var code = DiagnosticPrinter.Print(general, Terminal);
        foreach (var (file, diagnostics) in files)
        {
            code = Math.Max(code, DiagnosticPrinter.Print(diagnostics, Terminal));
            int Count(Severity severity) => diagnostics.Distinct().Count(d => d.Severity == severity);
            var (errors, warnings, notes) = (Count(Severity.Error), Count(Severity.Warning), Count(Severity.Note));
            Terminal.Say($"{file}: {(errors + warnings == 0 ? "good" : $"{Counted(errors, "error")}, {Counted(warnings, "warning")}")}{(notes == 0 ? "" : $", {Counted(notes, "note")}")}");
        }

        return code;
    }

    /// <summary>Checks every version; what several have in common is told once.</summary>
    private void Lint(AgreementVersions agreement, DiagnosticBag diagnostics)
    {
        var told = new HashSet<Diagnostic>();
        foreach (var version in agreement.All)
        {
            var own = new DiagnosticBag();
            Engine.Lint(version.Agreement, Inputs.ReadSuppliers(version.Agreement, Terminal, own), own);
            foreach (var diagnostic in own.Where(told.Add))
                diagnostics.Add(diagnostic);
        }
    }

    private static string Counted(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
