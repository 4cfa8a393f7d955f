using System.CommandLine;
using Levelkeeper.Cli.Commands;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Reports.Json;
using Levelkeeper.Storage.Log;

namespace Levelkeeper.Cli.Stores;

/// <summary><c>levelkeeper verify log</c>: whether anything in the log was changed or is missing.</summary>
internal sealed class VerifyLogCommand : Verb
{
    private readonly StoreOptions _store;
    private readonly Option<OutputFormat> _output = Inputs.Output();

    public VerifyLogCommand(Terminal terminal)
        : base(terminal, "log", "Recompute the hashes of the whole log and of the audit trail, and say what was changed or is missing. The server may go on meanwhile. Exits with 1 when something does not hold.",
            "levelkeeper verify log --data data",
            "levelkeeper verify log --data data --output json")
    {
        _store = new StoreOptions(terminal, this);
        Add(_output);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var (diagnostics, holds) = (new DiagnosticBag(), true);
        _store.Use(parsed, mayBeNew: false, diagnostics, async store =>
        {
            var log = await store.Log().VerifyAsync(token);
            var audit = await store.Audit.VerifyAsync(token);
            holds = log.Faults.Count == 0 && audit is null;
            if (parsed.GetValue(_output) == OutputFormat.Json)
                JsonText.Write(Terminal.Output, json => LogReport.Write(json, log, audit));
            else
                LogReport.Say(log, audit, Terminal);
        });
        return Finish(diagnostics, breached: !holds);
    }
}

/// <summary>What a check of the log found, in words and as JSON.</summary>
internal static class LogReport
{
    private const int MostShown = 20;

    public static void Say(LogVerification log, long? audit, Terminal terminal)
    {
        terminal.Say($"{log.Entries} entries, {log.Conflicts} of them conflicts, {log.Erased} erased; head {log.Head.Sequence} {log.Head.Chain}");
        foreach (var fault in log.Faults.Take(MostShown))
            terminal.Say($"{(fault.Kind == LogFaultKind.Missing ? "missing" : "changed")}: {fault.Message}");
        if (log.Faults.Count > MostShown)
            terminal.Say($"and {log.Faults.Count - MostShown} more");
        if (audit is { } entry)
            terminal.Say($"changed: the audit trail does not hold from entry {entry} on.");
        terminal.Say(log.Faults.Count == 0 && audit is null ? "All holds." : "It does not hold.");
    }

    public static void Write(System.Text.Json.Utf8JsonWriter json, LogVerification log, long? audit)
    {
        json.WriteStartObject();
        json.WriteBoolean("holds", log.Faults.Count == 0 && audit is null);
        json.WriteNumber("entries", log.Entries);
        json.WriteNumber("conflicts", log.Conflicts);
        json.WriteNumber("erased", log.Erased);
        json.WriteStartObject("head");
        json.WriteNumber("epoch", log.Head.Epoch);
        json.WriteNumber("sequence", log.Head.Sequence);
        json.WriteString("chain", log.Head.Chain.ToString());
        json.WriteEndObject();
        json.Array("faults", log.Faults, f =>
        {
            json.WriteString("kind", f.Kind == LogFaultKind.Missing ? "missing" : "changed");
            json.WriteNumber("sequence", f.Sequence);
            json.WriteString("message", f.Message);
        });
        if (audit is { } entry)
            json.WriteNumber("auditChangedAt", entry);
        else
            json.WriteNull("auditChangedAt");
        json.WriteEndObject();
    }

    public static void Faults(LogVerification log, string name, DiagnosticBag diagnostics)
    {
        foreach (var fault in log.Faults.Take(MostShown))
            diagnostics.Error("LK6006", new Place(name), fault.Message, "find out since when from earlier backups");
    }
}
