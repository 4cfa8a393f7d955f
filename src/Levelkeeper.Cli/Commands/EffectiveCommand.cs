using System.CommandLine;
using Levelkeeper.Cli.Host;
using Levelkeeper.Cli.Output;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Contract;
using Levelkeeper.Reports.Json;

namespace Levelkeeper.Cli.Commands;

/// <summary><c>levelkeeper effective</c>: an agreement with its levels, plan and amendments laid over each other, and where each clause is from.</summary>
internal sealed class EffectiveCommand : Verb
{
    private readonly Argument<string> _file = new("FILE") { Description = "The agreement; '-' for standard input." };
    private readonly Option<string?> _on = Inputs.On();
    private readonly Option<bool> _withoutDefaults = new("--without-defaults") { Description = "Leave out what nobody wrote." };
    private readonly Option<OutputFormat> _output = Inputs.Output();

    public EffectiveCommand(Terminal terminal)
        : base(terminal, "effective", "Print the effective agreement: levels, plan and amendments laid over each other, each clause with its origin.",
            "levelkeeper effective acme.yaml > acme-effective.yaml",
            "levelkeeper effective acme.yaml --on 2026-07-01 --output json")
    {
        foreach (var symbol in new Option[] { _on, _withoutDefaults, _output })
            Add(symbol);
        Add(_file);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        var on = Inputs.Date("--on", parsed.GetValue(_on), diagnostics);
        var file = InputFile.One(parsed.GetValue(_file)!, Terminal, diagnostics);
        if (diagnostics.HasErrors || file?.ReadText(diagnostics) is not { } agreement || Engine.Effective(agreement, file.Name, on, Inputs.Folder(Terminal), diagnostics) is not { } effective)
            return Finish(diagnostics);
        // It is printed whatever is wrong with its clauses, and that is told.
        Engine.ReadAgreement(effective, Inputs.Folder(Terminal), diagnostics);
        if (parsed.GetValue(_output) == OutputFormat.Json)
        {
            var clauses = ContractClause.Of(effective).Where(c => !parsed.GetValue(_withoutDefaults) || !c.IsDefault).ToList();
            JsonText.Write(Terminal.Output, json =>
            {
                json.WriteStartObject();
                json.Array("clauses", clauses, clause =>
                {
                    json.WriteString("path", clause.Path);
                    json.WriteString("value", clause.Text);
                    if (clause.IsDefault)
                        json.WriteBoolean("default", true);
                    else
                        json.Place("place", clause.Place);
                });
                json.WriteEndObject();
            });
        }
        else
        {
            Terminal.Output.Write(EffectiveText.Write(effective, !parsed.GetValue(_withoutDefaults)));
        }

        return Finish(diagnostics);
    }
}
