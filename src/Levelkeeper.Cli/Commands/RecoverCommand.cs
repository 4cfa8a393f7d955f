using System.CommandLine;
using Levelkeeper.Cli.Bundles;
using Levelkeeper.Cli.Host;
using Levelkeeper.Cli.Output;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Statements;
using Levelkeeper.Reports.Html;
using Levelkeeper.Reports.Json;
using Levelkeeper.Reports.Statements;
using Levelkeeper.Text.Documents;
using Levelkeeper.Text.Languages;
using Levelkeeper.Server.Statements;

namespace Levelkeeper.Cli.Commands;

/// <summary><c>levelkeeper recover</c>: what suppliers owe us, against what we pay because of them.</summary>
internal sealed class RecoverCommand : Verb
{
    private readonly StatementOptions _inputs = new();
    private readonly Option<OutputFormat> _output = Inputs.Output();
    private readonly Option<string?> _letters = new("--letters") { Description = "Write a claim letter for each supplier with something to claim into this folder (HTML).", HelpName = "FOLDER" };
    private readonly Option<string> _language = new("--language", "-l") { Description = "The letters' language: en, pl, ru or ar.", DefaultValueFactory = _ => "en", HelpName = "LANGUAGE" };

    public RecoverCommand(Terminal terminal)
        : base(terminal, "recover", "What do suppliers owe us? The statements of the supplier agreements behind an agreement, what must be claimed and by when, and what we pay because of their outages.",
            "levelkeeper recover -a customer.yaml -f 'facts/*.jsonl' --period 2026-03 --as-of 2026-04-10",
            "levelkeeper recover -a customer.yaml -f facts.jsonl --period 2026-03 --letters claims --language pl")
    {
        _language.AcceptOnlyFromAmong([.. TextLanguage.All.Select(l => l.Code)]);
        foreach (var option in _inputs.All.Concat([_output, _letters, _language]))
            Add(option);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        var folder = Inputs.Folder(Terminal);
        if (StatementInputs.Read(parsed, _inputs, Terminal, folder, diagnostics, token) is not { } inputs || inputs.Make(diagnostics) is not { } ours)
            return Finish(diagnostics);
        var theirs = new Dictionary<string, Statement>(StringComparer.Ordinal);
        foreach (var supplier in inputs.Versions.Latest.Suppliers)
        {
            // A supplier whose agreement cannot be read leaves the others.
            var own = new DiagnosticBag();
            if (folder.Levels!(supplier.File, supplier.Clause.Place, own) is { } file && Engine.ReadAgreement(file.Text, file.File, folder, own) is { } versions
                && MadeStatement.Make(file.Text, file.File, folder, versions, inputs.Facts, inputs.Period, inputs.AsOf, [], own) is { } made)
                theirs[supplier.Name] = made.Statement;
            foreach (var diagnostic in own)
                diagnostics.Add(diagnostic);
        }

        var recoveries = SupplierRecovery.Of(ours.Statement, theirs);
        if (parsed.GetValue(_output) == OutputFormat.Json)
            JsonText.Write(Terminal.Output, json => RecoveryOutput.Write(json, ours.Statement, recoveries));
        else
            RecoveryOutput.Write(Terminal, ours.Statement, recoveries);
        if (parsed.GetValue(_letters) is { } to)
            Letters(to, recoveries, TextLanguage.Of(parsed.GetValue(_language)!)!, diagnostics);
        return Finish(diagnostics);
    }

    private void Letters(string folder, IEnumerable<SupplierRecovery> recoveries, TextLanguage language, DiagnosticBag diagnostics)
    {
        foreach (var recovery in recoveries.Where(r => ClaimLetter.HasClaims(r.Theirs)))
        {
            var name = $"{folder.TrimEnd('/')}/{recovery.Supplier}-{recovery.Theirs.Period.Label}.html";
            if (OutputFile.Write(name, Terminal, diagnostics, writer => writer.Write(DocumentPage.Write(ClaimLetter.Of(recovery.Theirs, language)))))
                Terminal.Error.WriteLine($"The claim is in {name}");
        }
    }
}
