using System.CommandLine;
using Levelkeeper.Cli.Host;
using Levelkeeper.Cli.Output;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Reports.Html;
using Levelkeeper.Reports.Json;

namespace Levelkeeper.Cli.Commands;

/// <summary><c>levelkeeper evaluate</c>: the results of agreements over periods.</summary>
internal sealed class EvaluateCommand : Verb
{
    private readonly Option<string[]> _agreements = Inputs.Agreements();
    private readonly Option<string[]> _facts = Inputs.Facts();
    private readonly Option<string?> _map = Inputs.Map();
    private readonly Option<RecordedRule> _recorded = Inputs.Recorded();
    private readonly Option<string?> _period = Inputs.Period();
    private readonly Option<string?> _from = Inputs.From();
    private readonly Option<string?> _to = Inputs.To();
    private readonly Option<string?> _asOf = Inputs.AsOf();
    private readonly Option<string?> _html = new("--html") { Description = "Write a page too: one self-contained file.", HelpName = "FILE" };
    private readonly Option<bool> _fail = new("--fail-on-breach") { Description = "Exit with 1 when an objective is breached." };
    private readonly Option<bool> _all = new("--all") { Description = "List every period, also the many that were met." };
    private readonly Option<OutputFormat> _output = Inputs.Output();

    public EvaluateCommand(Terminal terminal)
        : base(terminal, "evaluate", "Evaluate agreements: the level, the verdict and the error budget of every objective and period.",
            "levelkeeper evaluate --agreement agreement.yaml --facts facts.jsonl --period 2025-10",
            "levelkeeper evaluate -a agreement.yaml -f 'facts/*.jsonl' --from 2025-10-01 --to 2025-11-01 --html october.html",
            "levelkeeper import csv --map map.yaml tickets.csv | levelkeeper evaluate -a agreement.yaml -f - --output json --fail-on-breach")
    {
        foreach (var option in new Option[] { _agreements, _facts, _map, _recorded, _period, _from, _to, _asOf, _html, _fail, _all, _output })
            Add(option);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        var evaluations = Evaluation.Of(
            Terminal, parsed.GetValue(_agreements)!, parsed.GetValue(_facts)!, parsed.GetValue(_map), parsed.GetValue(_recorded), parsed.GetValue(_period), parsed.GetValue(_from), parsed.GetValue(_to), parsed.GetValue(_asOf), diagnostics, token);
        if (parsed.GetValue(_output) == OutputFormat.Json)
        {
            JsonText.Write(Terminal.Output, json => EvaluationJson.Write(json, evaluations));
        }
        else
        {
            foreach (var evaluation in evaluations)
                EvaluationTable.Write(Terminal, evaluation, parsed.GetValue(_all));
        }

        var inputs = InputFile.Find([.. parsed.GetValue(_agreements)!, .. parsed.GetValue(_facts)!], Terminal, new DiagnosticBag()).Select(f => f.Name);
        if (parsed.GetValue(_html) is { } page && evaluations.Count > 0 && !OutputFile.IsInput(page, inputs, Terminal, diagnostics) && OutputFile.Write(page, Terminal, diagnostics, writer => writer.Write(EvaluationPage.Write(evaluations))))
            Terminal.Error.WriteLine(PlainLine.Of($"The page is in {page}"));
        return Finish(diagnostics, parsed.GetValue(_fail) && evaluations.Any(e => e.Objectives.Any(o => o.Verdict == Verdict.Breached)));
    }
}
