using System.CommandLine;
using Levelkeeper.Cli.Commands;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Runtime.Doctor;
using Levelkeeper.Runtime.Live;

namespace Levelkeeper.Cli.Stores;

/// <summary><c>levelkeeper doctor</c>: whether live evaluation comes to what the log says.</summary>
internal sealed class DoctorCommand : Verb
{
    private const int MostShown = 50;

    private readonly StoreOptions _store;

    public DoctorCommand(Terminal terminal)
        : base(terminal, "doctor", "Read the whole log as the server does, fact by fact, and once more by the evaluator of everything else, and compare what every agreement in force comes to now. The server may go on meanwhile. Exits with 1 when something differs.",
            "levelkeeper doctor --data data") => _store = new StoreOptions(terminal, this);

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var (diagnostics, healthy) = (new DiagnosticBag(), true);
        _store.Use(parsed, mayBeNew: false, diagnostics, async store =>
        {
            var live = await LiveAgreements.ReadAsync(store, token);
            var report = await LiveDoctor.ExamineAsync(live, store.Log(), Terminal.Clock(), (_, _) => { }, token);
            healthy = report.IsHealthy;
            Terminal.Say($"Up to entry {report.Head}: {report.Agreements} agreements, {report.Compared} clocks, objectives, outages and alerts compared; {report.Erased} entries erased, {report.Unreadable.Length} that this build cannot read.");
            foreach (var finding in report.Findings.Take(MostShown))
                Terminal.Say($"{finding.Agreement}, {finding.Subject}: '{finding.Live}' live, '{finding.Rebuilt}' rebuilt");
            Terminal.Say(healthy ? "All is as the log says." : $"{report.Findings.Length} differ.");
        });
        return Finish(diagnostics, breached: !healthy);
    }
}
