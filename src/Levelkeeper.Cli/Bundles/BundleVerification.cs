using Levelkeeper.Cli.Commands;
using Levelkeeper.Cli.Host;
using Levelkeeper.Language.Levels;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Periods;
using Levelkeeper.Reports.Statements;
using Levelkeeper.Server.Statements;
using NodaTime;

namespace Levelkeeper.Cli.Bundles;

/// <summary>Recomputes the statement of a bundle from what lies in it, and says what differs.</summary>
internal static class BundleVerification
{
    private const int MostDifferences = 50;

    /// <summary>Where the statement and what its sources give differ; empty where nothing does. Null when it cannot be recomputed, which is reported.</summary>
    public static IReadOnlyList<(string Path, string Was, string Is)>? Of(StatementBundle bundle, string name, DiagnosticBag diagnostics)
    {
        var place = new Place(name);
        if (!bundle.Files.TryGetValue(StatementBundle.StatementName, out var stated) || !bundle.Files.TryGetValue(StatementBundle.FactsName, out var events) || !bundle.Files.ContainsKey(bundle.Agreement))
        {
            diagnostics.Error("LK5132", place, "The bundle lacks the agreement, the facts or the statement.");
            return null;
        }

        // Only what lies in the bundle is read, whatever a file in it names.
        var folder = Engine.Folder((file, from, bag) =>
        {
            var beside = FileBeside.Name(from.File, file);
            if (bundle.Files.ContainsKey(beside))
                return (bundle.Text(beside), beside);
            bag.Error("LK5132", from, $"{Diagnostic.Quote(beside)} is not in the bundle.");
            return null;
        });
        using var stream = new MemoryStream(events);
        var facts = FactFiles.Log(Engine.ReadFacts(stream, StatementBundle.FactsName, diagnostics), bundle.RecordedOtherwise, diagnostics);
        if (Engine.ReadAgreement(bundle.Text(bundle.Agreement), bundle.Agreement, folder, diagnostics) is not { } versions || PeriodCalendar.Parse(bundle.Period, versions.Latest.Zone, diagnostics) is not { } period)
            return null;
        var issued = StatementInputs.ReadIssued(
            bundle.Files.Keys.Where(f => f.StartsWith(StatementBundle.IssuedFolder, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(f => (f, (string?)bundle.Text(f))), versions.Latest.Id, diagnostics);
        if (MadeStatement.Make(bundle.Text(bundle.Agreement), bundle.Agreement, folder, versions, facts, period, bundle.AsOf, issued.Select(i => i.Statement), diagnostics) is not { } made)
            return null;
        var now = made.ToJson();
        if (stated.AsSpan().SequenceEqual(now))
            return [];
        try
        {
            var differences = MadeStatement.Differences(stated, now, MostDifferences).ToList();
            return differences.Count > 0 ? differences : [("", "other white space or order", "as this program writes it")];
        }
        catch (System.Text.Json.JsonException e)
        {
            diagnostics.Error("LK5131", place, $"Its statement is no JSON: {e.Message.ReplaceLineEndings(" ")}");
            return null;
        }
    }
}
