using System.CommandLine;
using Levelkeeper.Cli.Host;
using Levelkeeper.Cli.Output;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Reports.Json;

namespace Levelkeeper.Cli.Commands;

/// <summary><c>levelkeeper explain</c>: the tree behind results.</summary>
internal sealed class ExplainCommand : Verb
{
    private readonly Option<string[]> _agreements = Inputs.Agreements();
    private readonly Option<string[]> _facts = Inputs.Facts();
    private readonly Option<string?> _map = Inputs.Map();
    private readonly Option<RecordedRule> _recorded = Inputs.Recorded();
    private readonly Option<string> _objective = new("--objective") { Description = "The objective, by its name in the agreement.", HelpName = "NAME", Required = true };
    private readonly Option<string?> _member = new("--member") { Description = "Only this member of a roster.", HelpName = "NAME" };
    private readonly Option<int?> _depth = new("--depth") { Description = "How many levels of the tree to print. Default: all.", HelpName = "N" };
    private readonly Option<string?> _period = Inputs.Period();
    private readonly Option<string?> _from = Inputs.From();
    private readonly Option<string?> _to = Inputs.To();
    private readonly Option<string?> _asOf = Inputs.AsOf();
    private readonly Option<OutputFormat> _output = Inputs.Output();

    public ExplainCommand(Terminal terminal)
        : base(terminal, "explain", "Explain a result: the formula with its values, the clauses, the facts counted, the facts left out and why.",
            "levelkeeper explain --agreement agreement.yaml --facts facts.jsonl --objective uptime --period 2025-10",
            "levelkeeper explain -a agreement.yaml -f facts.jsonl --objective visits --member 'A. Nowak' --depth 2")
    {
        foreach (var option in new Option[] { _agreements, _facts, _map, _recorded, _objective, _member, _depth, _period, _from, _to, _asOf, _output })
            Add(option);
        _depth.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < 1)
                result.AddError("--depth is 1 or more.");
        });
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        var evaluations = Evaluation.Of(
            Terminal, parsed.GetValue(_agreements)!, parsed.GetValue(_facts)!, parsed.GetValue(_map), parsed.GetValue(_recorded), parsed.GetValue(_period), parsed.GetValue(_from), parsed.GetValue(_to), parsed.GetValue(_asOf), diagnostics, token);
        var name = parsed.GetValue(_objective)!;
        var chosen = evaluations.Select(e => e with { Objectives = [.. Choose(e, name, parsed.GetValue(_member))] }).Where(e => e.Objectives.Length > 0).ToList();
        if (chosen.Count == 0 && evaluations.Count > 0)
            NotFound(evaluations, name, parsed.GetValue(_member), diagnostics);
        if (parsed.GetValue(_output) == OutputFormat.Json)
        {
            JsonText.Write(Terminal.Output, json => EvaluationJson.Write(json, chosen, explained: true, parsed.GetValue(_depth) ?? int.MaxValue));
        }
        else
        {
            foreach (var evaluation in chosen)
                ExplanationPrinter.Write(Terminal, evaluation, parsed.GetValue(_depth) ?? int.MaxValue);
        }

        return Finish(diagnostics);
    }

    private static IEnumerable<ObjectiveEvaluation> Choose(AgreementEvaluation evaluation, string name, string? member)
    {
        var objectives = evaluation.Objectives.Where(o => o.Objective == name);
        return member is null ? objectives : objectives.SelectMany(o => o.Members.Prepend(o)).Where(o => o.Member == member);
    }

    private static void NotFound(List<AgreementEvaluation> evaluations, string name, string? member, DiagnosticBag diagnostics)
    {
        var named = evaluations.SelectMany(e => e.Objectives).Where(o => o.Objective == name).ToList();
        if (named.Count == 0)
            diagnostics.Error("LK5040", new Place("--objective"), $"No objective {Diagnostic.Quote(name)} has a period in this span.", $"there are {string.Join(", ", evaluations.SelectMany(e => e.Objectives).Select(o => o.Objective).Distinct())}");
        else
            diagnostics.Error("LK5041", new Place("--member"), $"The objective {Diagnostic.Quote(name)} has no member {Diagnostic.Quote(member)}.", $"there are {string.Join(", ", named.SelectMany(o => o.Members).Select(o => o.Member).Distinct().Take(20))}");
    }
}
