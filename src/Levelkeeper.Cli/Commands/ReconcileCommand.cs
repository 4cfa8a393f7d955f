using System.Collections.Immutable;
using System.CommandLine;
using Levelkeeper.Cli.Host;
using Levelkeeper.Cli.Output;
using Levelkeeper.Cli.Reconciliation;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Language.Reconciliations;
using NodaTime;
using Levelkeeper.Reports.Json;

namespace Levelkeeper.Cli.Commands;

/// <summary><c>levelkeeper reconcile</c>: our results beside a column of somebody else's.</summary>
internal sealed class ReconcileCommand : Verb
{
    private readonly Option<string?> _with = new("--with") { Description = "A plan (YAML) that says all of the below; its file names are relative to it.", HelpName = "FILE" };
    private readonly Option<string?> _agreement = new("--agreement", "-a") { Description = "The agreement.", HelpName = "FILE" };
    private readonly Option<string[]> _facts = new("--facts", "-f") { Description = "The facts.", HelpName = "FILE", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _map = Inputs.Map();
    private readonly Option<RecordedRule> _recorded = Inputs.Recorded();
    private readonly Option<string?> _against = new("--against") { Description = "The table with their figures: CSV, or JSON lines.", HelpName = "FILE" };
    private readonly Option<string?> _due = new("--due") { Description = "Their column of deadlines.", HelpName = "COLUMN" };
    private readonly Option<string?> _label = new("--label") { Description = "Their column of labels.", HelpName = "COLUMN" };
    private readonly Option<string?> _percent = new("--percent") { Description = "Their column of percentages.", HelpName = "COLUMN" };
    private readonly Option<string?> _clock = new("--clock") { Description = "Our clock, or the objective that measures it, beside deadlines and labels.", HelpName = "NAME" };
    private readonly Option<string?> _key = new("--key") { Description = "The ticket's name, with columns in braces, such as '{case_id}'.", HelpName = "TEMPLATE" };
    private readonly Option<string[]> _met = new("--met") { Description = "Their words for met.", HelpName = "VALUE" };
    private readonly Option<string[]> _late = new("--late") { Description = "Their words for breached.", HelpName = "VALUE" };
    private readonly Option<string?> _objective = new("--objective") { Description = "Our objective, beside percentages.", HelpName = "NAME" };
    private readonly Option<string?> _at = new("--at") { Description = "Their column with the instant at which the period ends.", HelpName = "COLUMN" };
    private readonly Option<string?> _period = new("--period-column") { Description = "Their column with the period, such as 2025-10.", HelpName = "COLUMN" };
    private readonly Option<string?> _zone = new("--zone") { Description = "Whose wall clock their times show. Default: the agreement's zone.", HelpName = "ZONE" };
    private readonly Option<string?> _strip = new("--strip") { Description = "A suffix of their times that is not part of them, such as a false offset.", HelpName = "TEXT" };
    private readonly Option<string?> _asOf = Inputs.AsOf();
    private readonly Option<int> _list = new("--list") { Description = "How many differences of each reason to list.", HelpName = "N", DefaultValueFactory = _ => 5 };
    private readonly Option<OutputFormat> _output = Inputs.Output();

    public ReconcileCommand(Terminal terminal)
        : base(terminal, "reconcile", "Compare our results with a column of somebody else's: how many agree, and why the others differ.",
            "levelkeeper reconcile --with reconcile.yaml",
            "levelkeeper reconcile -a agreement.yaml -f tickets.jsonl --against desk.csv --key '{id}' --clock resolve --due due_at --zone Europe/Warsaw",
            "levelkeeper reconcile -a agreement.yaml -f tickets.jsonl --against desk.csv --key '{id}' --clock resolve --label sla --met ONTIME --late OVERDUE",
            "levelkeeper reconcile -a agreement.yaml -f probes.jsonl --against published.jsonl --objective month --percent uptimeMonth --at published_at")
    {
        foreach (var option in new Option[] { _with, _agreement, _facts, _map, _recorded, _against, _due, _label, _percent, _clock, _key, _met, _late, _objective, _at, _period, _zone, _strip, _asOf, _list, _output })
            Add(option);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        var columns = Plan(parsed, diagnostics) is { } plan ? Compare(plan, parsed.GetValue(_recorded), diagnostics, token) : [];
        if (parsed.GetValue(_output) == OutputFormat.Json)
            JsonText.Write(Terminal.Output, json => ReconciliationReport.Write(json, columns));
        else
            ReconciliationReport.Write(Terminal, columns, Math.Max(0, parsed.GetValue(_list)));
        return Finish(diagnostics);
    }

    private List<ComparedColumn> Compare(ReconciliationPlan plan, RecordedRule recorded, DiagnosticBag diagnostics, CancellationToken token)
    {
        var agreements = Inputs.ReadAgreements([plan.Agreement], Terminal, diagnostics);
        var tables = InputFile.Find([plan.Against], Terminal, diagnostics);
        if (agreements.Count != 1 || tables.Count != 1)
            return [];
        var asOf = plan.AsOf is null ? Terminal.Clock() : Inputs.Time("as-of", plan.AsOf, agreements[0].Latest.Zone, diagnostics);
        if (asOf is not { } instant)
            return [];
        var facts = Inputs.ReadFacts([.. plan.Facts], plan.Map, recorded, Terminal, diagnostics, token);
        var rows = TheirTable.Read(tables[0], plan, diagnostics);
        using var progress = new Progress(Terminal, "Rows compared", token);
        return [.. new Reconciler(agreements[0], facts, instant, plan, diagnostics).Compare(rows, progress.Step)];
    }

    private ReconciliationPlan? Plan(ParseResult parsed, DiagnosticBag diagnostics)
    {
        if (parsed.GetValue(_with) is not { } file)
            return PlanOfOptions(parsed, diagnostics);
        var found = InputFile.Find([file], Terminal, diagnostics);
        if (found.Count != 1 || found[0].ReadText(diagnostics) is not { } text || ReconciliationReader.Read(text, file, diagnostics) is not { } plan)
            return null;
        var folder = Path.GetDirectoryName(file) ?? "";
        return plan with
        {
            Agreement = Path.Combine(folder, plan.Agreement),
            Facts = [.. plan.Facts.Select(f => Path.Combine(folder, f))],
            Map = plan.Map is null ? null : Path.Combine(folder, plan.Map),
            Against = Path.Combine(folder, plan.Against),
            AsOf = parsed.GetValue(_asOf) ?? plan.AsOf,
        };
    }

    private ReconciliationPlan? PlanOfOptions(ParseResult parsed, DiagnosticBag diagnostics)
    {
        var zone = parsed.GetValue(_zone) is { } id ? DateTimeZoneProviders.Tzdb.GetZoneOrNull(id) : null;
        if (zone is null && parsed.GetValue(_zone) is { } unknown)
            diagnostics.Error("LK5060", new Place("--zone"), $"There is no time zone {Diagnostic.Quote(unknown)}.", "use an IANA name such as Europe/Warsaw");
        var comparisons = ImmutableArray.CreateBuilder<PlannedComparison>();
        if (parsed.GetValue(_due) is { } due)
            comparisons.Add(new PlannedComparison.Due(Need(_clock, "--due"), Need(_key, "--due"), Duration.Zero) { Column = due });
        if (parsed.GetValue(_label) is { } label)
            comparisons.Add(new PlannedComparison.Label(Need(_clock, "--label"), Need(_key, "--label"), Words(_met, "--label"), Words(_late, "--label")) { Column = label });
        if (parsed.GetValue(_percent) is { } percent)
        {
            var (at, period) = (parsed.GetValue(_at) ?? "", parsed.GetValue(_period) ?? "");
            if (at.Length > 0 == period.Length > 0)
                diagnostics.Error("LK5061", new Place("--percent"), "Say the column of the instant (--at) or of the period (--period-column).");
            comparisons.Add(new PlannedComparison.Percent(Need(_objective, "--percent"), at, period, Rounding.HalfAwayFromZero, null) { Column = percent });
        }

        if (comparisons.Count == 0)
            diagnostics.Error("LK5062", Place.None, "There is nothing to compare.", "give --with FILE, or --due, --label or --percent with a column");
        var plan = new ReconciliationPlan
        {
            Agreement = Need(_agreement, "reconcile"),
            Facts = Words(_facts, "reconcile"),
            Map = parsed.GetValue(_map),
            Against = Need(_against, "reconcile"),
            AsOf = parsed.GetValue(_asOf),
            Time = new WrittenTime(zone, parsed.GetValue(_strip) ?? "", []),
            Comparisons = comparisons.ToImmutable(),
        };
        return diagnostics.HasErrors ? null : plan;

        string Need(Option<string?> option, string by)
        {
            if (parsed.GetValue(option) is { } value)
                return value;
            diagnostics.Error("LK5063", new Place(by), $"This needs {option.Name}.", "or a plan by --with");
            return "";
        }

        ImmutableArray<string> Words(Option<string[]> option, string by)
        {
            if (parsed.GetValue(option) is { Length: > 0 } values)
                return [.. values];
            diagnostics.Error("LK5063", new Place(by), $"This needs {option.Name}.", "or a plan by --with");
            return [];
        }
    }
}
