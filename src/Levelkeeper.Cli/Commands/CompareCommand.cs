using System.CommandLine;
using Levelkeeper.Cli.Host;
using Levelkeeper.Cli.Output;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Language.Yaml;
using NodaTime;
using NodaTime.Text;
using Levelkeeper.Reports.Json;

namespace Levelkeeper.Cli.Commands;

/// <summary><c>levelkeeper compare</c>: two agreements beside each other, clause by clause, and by what each would have come to.</summary>
internal sealed class CompareCommand : Verb
{
    private readonly Argument<string> _first = new("FIRST") { Description = "An agreement, or its version in force on a date: acme.yaml@2026-06-30." };
    private readonly Argument<string> _second = new("SECOND") { Description = "Another agreement, or another version." };
    private readonly Option<string[]> _facts = Inputs.Facts();
    private readonly Option<string?> _map = Inputs.Map();
    private readonly Option<RecordedRule> _recorded = Inputs.Recorded();
    private readonly Option<string?> _period = Inputs.Period();
    private readonly Option<string?> _from = Inputs.From();
    private readonly Option<string?> _to = Inputs.To();
    private readonly Option<string?> _asOf = Inputs.AsOf();
    private readonly Option<OutputFormat> _output = Inputs.Output();

    public CompareCommand(Terminal terminal)
        : base(terminal, "compare", "Compare two agreements: what differs clause by clause, who is better off, and what each would have come to.",
            "levelkeeper compare offer-a.yaml offer-b.yaml",
            "levelkeeper compare acme.yaml@2026-06-30 acme.yaml@2026-07-01",
            "levelkeeper compare offer-a.yaml offer-b.yaml --facts facts.jsonl --period 2025-10")
    {
        _facts.Required = false;
        Add(_first);
        Add(_second);
        foreach (var option in new Option[] { _facts, _map, _recorded, _period, _from, _to, _asOf, _output })
            Add(option);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        var first = Read(parsed.GetValue(_first)!, diagnostics);
        var second = Read(parsed.GetValue(_second)!, diagnostics);
        if (first is not { } one || second is not { } other)
            return Finish(diagnostics);
        var comparison = Engine.Compare(one.Effective, other.Effective);
        var results = Results(parsed, one.Agreement, other.Agreement, diagnostics, token);
        if (parsed.GetValue(_output) == OutputFormat.Json)
            JsonText.Write(Terminal.Output, json => ComparisonOutput.Write(json, (one.Name, other.Name), comparison, results));
        else
            ComparisonOutput.Write(Terminal, (one.Name, other.Name), comparison, results);
        return Finish(diagnostics);
    }

    private (string Name, YamlNode.Mapping Effective, Agreement Agreement)? Read(string argument, DiagnosticBag diagnostics)
    {
        var (name, on) = (argument, (LocalDate?)null);
        if (argument.LastIndexOf('@') is > 0 and var at && !File.Exists(Path.Combine(Terminal.Folder, argument)) && LocalDatePattern.Iso.Parse(argument[(at + 1)..]) is { Success: true } date)
            (name, on) = (argument[..at], date.Value);
        var folder = Inputs.Folder(Terminal);
        // Each has a bag of its own: both are read whatever is wrong with one.
        var own = new DiagnosticBag();
        var effective = InputFile.One(name, Terminal, own) is { } file && file.ReadText(own) is { } text ? Engine.Effective(text, file.Name, on, folder, own) : null;
        var agreement = effective is null ? null : Engine.ReadAgreement(effective, folder, own);
        var usable = !own.HasErrors;
        foreach (var diagnostic in own)
            diagnostics.Add(diagnostic);
        return usable && agreement is not null ? (argument, effective!, agreement) : null;
    }

    /// <summary>Both evaluated over the same facts and span; null when no facts were given.</summary>
    private (ComparedResults First, ComparedResults Second)? Results(ParseResult parsed, Agreement first, Agreement second, DiagnosticBag diagnostics, CancellationToken token)
    {
        if (parsed.GetValue(_facts) is not { Length: > 0 } files)
        {
            foreach (var option in new Option[] { _map, _recorded, _period, _from, _to, _asOf }.Where(o => parsed.GetResult(o) is { Implicit: false }))
                diagnostics.Error("LK5063", new Place(option.Name), "This says how facts are evaluated, and there are none.", "add --facts");
            return null;
        }

        var facts = Inputs.ReadFacts(files, parsed.GetValue(_map), parsed.GetValue(_recorded), Terminal, diagnostics, token);
        var asOf = parsed.GetValue(_asOf) is { } text ? Inputs.Time("--as-of", text, first.Zone, diagnostics) : Terminal.Clock();
        // The first agreement's zone bounds the span for both: the same facts are judged.
        return asOf is { } instant && Inputs.Span(parsed.GetValue(_period), parsed.GetValue(_from), parsed.GetValue(_to), first.Zone, facts, instant, diagnostics) is { } span
            ? (ComparedResults.Of(first, Engine.Effective(facts, instant), span, instant), ComparedResults.Of(second, Engine.Effective(facts, instant), span, instant))
            : null;
    }
}
