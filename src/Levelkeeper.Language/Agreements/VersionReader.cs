using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Language.Calendars;
using Levelkeeper.Language.Levels;

namespace Levelkeeper.Language.Agreements;

/// <summary>Reads every version of an agreement with amendments.</summary>
internal static class VersionReader
{
    public static AgreementVersions? Read(LevelReader levels, DiagnosticBag diagnostics, CalendarFiles? calendarFiles)
    {
        var merging = new DiagnosticBag();
        var documents = levels.Versions(merging);
        // What is wrong with a clause that several versions share is told once.
        var told = new HashSet<Diagnostic>();
        Tell(merging);
        var calendars = new Dictionary<string, BusinessCalendar>(StringComparer.Ordinal);
        var versions = new List<AgreementVersion>();
        Dictionary<string, string> before = [];
        foreach (var (from, effective) in documents)
        {
            var own = new DiagnosticBag();
            var agreement = AgreementReader.Read(effective, own, calendarFiles, calendars);
            Tell(own);
            if (agreement is null)
                continue;
            // An agreement without amendments has nothing to compare, and most have none.
            Dictionary<string, string> now = documents.Length == 1 ? [] : agreement.Objectives.ToDictionary(o => o.Name, o => ObjectiveBasis.Of(effective, agreement, o), StringComparer.Ordinal);
            versions.Add(new AgreementVersion(from ?? agreement.Term.From, agreement)
            {
                Unchanged = [.. now.Where(o => before.TryGetValue(o.Key, out var was) && was == o.Value).Select(o => o.Key)],
            });
            before = now;
        }

        if (diagnostics.HasErrors)
            return null;
        var read = new AgreementVersions(versions);
        MeasuredClock.Check(read, diagnostics);
        return diagnostics.HasErrors ? null : read;

        void Tell(DiagnosticBag bag)
        {
            foreach (var diagnostic in bag.Where(told.Add))
                diagnostics.Add(diagnostic);
        }
    }
}
