using System.CommandLine;
using Levelkeeper.Cli.Host;
using Levelkeeper.Cli.Output;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Forecasts;
using Levelkeeper.Reports.Json;
using NodaTime;

namespace Levelkeeper.Cli.Commands;

/// <summary><c>levelkeeper simulate</c>: what drafts would have cost over facts of the past, side by side.</summary>
internal sealed class SimulateCommand : Verb
{
    private readonly Option<string[]> _agreements = Inputs.Agreements();
    private readonly Option<string[]> _facts = Inputs.Facts();
    private readonly Option<string?> _map = Inputs.Map();
    private readonly Option<RecordedRule> _recorded = Inputs.Recorded();
    private readonly Option<string> _from = new("--from") { Description = "The first day.", HelpName = "DATE", Required = true };
    private readonly Option<string> _to = new("--to") { Description = "The first day after.", HelpName = "DATE", Required = true };
    private readonly Option<bool> _grace = new("--with-grace") { Description = "Count a grace from the first day on; else none is." };
    private readonly Option<OutputFormat> _output = Inputs.Output();

    public SimulateCommand(Terminal terminal)
        : base(terminal, "simulate", "What would it have cost? Results and amounts of drafts, month by month and side by side, as if each had been in force over facts of the past; and the chance of a breach in the period that follows.",
            "levelkeeper simulate -a draft.yaml -f 'past/*.jsonl' --from 2025-01-01 --to 2026-01-01",
            "levelkeeper simulate -a cautious.yaml bold.yaml -f past.jsonl --from 2025-01-01 --to 2026-01-01 --output json")
    {
        foreach (var option in new Option[] { _agreements, _facts, _map, _recorded, _from, _to, _grace, _output })
            Add(option);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        var (from, to) = (Inputs.Date("--from", parsed.GetValue(_from), diagnostics), Inputs.Date("--to", parsed.GetValue(_to), diagnostics));
        if (from >= to)
            diagnostics.Error("LK5031", new Place("--to"), "The span ends before it starts.");
        if (diagnostics.HasErrors || from is not { } first || to is not { } end)
            return Finish(diagnostics);
        var drafts = InputFile.Find(parsed.GetValue(_agreements)!, Terminal, diagnostics).Select(f => (f.Name, Agreement: Read(f, first, end, parsed.GetValue(_grace), diagnostics))).Where(d => d.Agreement is not null).ToList();
        var facts = Inputs.ReadFacts(parsed.GetValue(_facts)!, parsed.GetValue(_map), parsed.GetValue(_recorded), Terminal, diagnostics, token);
        var simulations = drafts.Select(d => (d.Name, Engine.Simulate(d.Agreement!, facts))).ToList();
        if (parsed.GetValue(_output) == OutputFormat.Json)
            JsonText.Write(Terminal.Output, json => SimulationOutput.Write(json, simulations));
        else if (simulations.Count > 0)
            SimulationOutput.Write(Terminal, simulations);
        return Finish(diagnostics);
    }

    /// <summary>A draft as if it had been in force; what is wrong with one does not put the others aside.</summary>
    private Agreement? Read(InputFile file, LocalDate from, LocalDate to, bool withGrace, DiagnosticBag diagnostics)
    {
        var own = new DiagnosticBag();
        var folder = Inputs.Folder(Terminal);
        var agreement = file.ReadText(own) is { } text && Engine.Effective(text, file.Name, null, folder, own) is { } effective ? Engine.ReadAgreement(Engine.AsIfInForce(effective, from, to, withGrace), folder, own) : null;
        foreach (var diagnostic in own)
            diagnostics.Add(diagnostic);
        return own.HasErrors ? null : agreement;
    }
}
