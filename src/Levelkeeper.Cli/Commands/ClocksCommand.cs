using System.CommandLine;
using Levelkeeper.Cli.Host;
using Levelkeeper.Cli.Output;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Reports.Json;

namespace Levelkeeper.Cli.Commands;

/// <summary><c>levelkeeper clocks</c>: every clock of every ticket.</summary>
internal sealed class ClocksCommand : Verb
{
    private readonly Option<string[]> _agreements = Inputs.Agreements();
    private readonly Option<string[]> _facts = Inputs.Facts();
    private readonly Option<string?> _map = Inputs.Map();
    private readonly Option<RecordedRule> _recorded = Inputs.Recorded();
    private readonly Option<string?> _asOf = Inputs.AsOf();
    private readonly Option<bool> _open = new("--open") { Description = "Only clocks that still run or pause, the next due first." };
    private readonly Option<bool> _breached = new("--breached") { Description = "Only breached clocks." };
    private readonly Option<bool> _fail = new("--fail-on-breach") { Description = "Exit with 1 when a listed clock is breached." };
    private readonly Option<OutputFormat> _output = Inputs.Output();

    public ClocksCommand(Terminal terminal)
        : base(terminal, "clocks", "List every clock of every ticket: due, spent, paused, left, verdict.",
            "levelkeeper clocks --agreement agreement.yaml --facts tickets.jsonl --open",
            "levelkeeper clocks -a agreement.yaml -f tickets.jsonl --breached --as-of 2025-11-01 --output json")
    {
        foreach (var option in new Option[] { _agreements, _facts, _map, _recorded, _asOf, _open, _breached, _fail, _output })
            Add(option);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        var found = new List<(Agreement Agreement, ClockReading Reading)>();
        var agreements = Inputs.ReadAgreements(parsed.GetValue(_agreements)!, Terminal, diagnostics);
        if (agreements.Count > 0)
        {
            var now = parsed.GetValue(_asOf) is null ? Terminal.Clock() : default;
            var facts = Inputs.ReadFacts(parsed.GetValue(_facts)!, parsed.GetValue(_map), parsed.GetValue(_recorded), Terminal, diagnostics, token);
            foreach (var agreement in agreements)
            {
                token.ThrowIfCancellationRequested();
                var asOf = parsed.GetValue(_asOf) is { } text ? Inputs.Time("--as-of", text, agreement.Latest.Zone, diagnostics) : now;
                if (asOf is { } instant)
                    found.AddRange(Engine.Clocks(agreement, Engine.Effective(facts, instant), instant).Select(r => (agreement.Latest, r)));
            }
        }

        var (open, breached) = (parsed.GetValue(_open), parsed.GetValue(_breached));
        var listed = found
            .Where(f => !open || f.Reading is { StoppedAt: null, Verdict: not ClockVerdict.Cancelled })
            .Where(f => !breached || f.Reading.Verdict == ClockVerdict.Breached);
        if (open)
            listed = listed.OrderBy(f => f.Reading.PinnedDue ?? f.Reading.Due ?? f.Reading.DueIfResumed ?? NodaTime.Instant.MaxValue);
        var clocks = listed.ToList();
        if (parsed.GetValue(_output) == OutputFormat.Json)
            JsonText.Write(Terminal.Output, json => ClockJson.Write(json, clocks));
        else
            ClockTable.Write(Terminal, clocks);
        return Finish(diagnostics, parsed.GetValue(_fail) && clocks.Any(c => c.Reading.Verdict == ClockVerdict.Breached));
    }
}
