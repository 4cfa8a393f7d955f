using Levelkeeper.Core.Diagnostics;
using NodaTime;

namespace Levelkeeper.Core.Facts;

/// <summary>Makes a log of facts that stand in files, which nobody stamped when they were appended.</summary>
public static class FactFiles
{
    /// <summary>The log as it would be, had each fact been appended when it was recorded.</summary>
    /// <remarks>
    /// A fact counts as recorded at its <see cref="Fact.RecordedTime"/>, without one at <paramref name="otherwise"/>, and never before it happened. In that order they are appended, and among facts of
    /// one time in the order given.
    /// </remarks>
    /// <param name="facts">In the order of files and lines.</param>
    /// <param name="otherwise">When the facts without a recorded time were recorded; null: when they happened.</param>
    /// <param name="diagnostics">Takes LK2050 (conflicts), LK2056 (recorded before it happened) and LK2057 (a file in another order).</param>
    public static FactSet Log(IEnumerable<Fact> facts, Instant? otherwise, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var stamped = new List<(Fact Fact, Instant Recorded)>();
        var order = new Dictionary<string, FileOrder>();
        foreach (var fact in facts)
        {
            if (fact.RecordedTime is { } claimed)
            {
                if (claimed < fact.Time)
                    diagnostics.Add(FactDiagnostics.RecordedTooEarly(fact));
                order[fact.Place.File] = order.GetValueOrDefault(fact.Place.File, FileOrder.Start).With(claimed, fact.Place);
            }

            stamped.Add((fact, Instant.Max(fact.Time, fact.RecordedTime ?? otherwise ?? fact.Time)));
        }

        foreach (var file in order.Values.Where(static file => file.Behind > 0))
            diagnostics.Add(FactDiagnostics.RecordedOutOfOrder(file.First, file.Behind));

        var log = new FactLog();
        foreach (var (fact, recorded) in stamped.OrderBy(static s => s.Recorded).ThenBy(static s => s.Fact.Time))
            log.Append(fact, recorded);
        var set = log.ToSet();
        foreach (var conflict in set.Conflicts)
            diagnostics.Add(FactDiagnostics.Conflict(conflict));
        return set;
    }

    /// <summary>How far a file has been read: its latest record so far, and those that stand behind a later one.</summary>
    private readonly record struct FileOrder(Instant Latest, int Behind, Place First)
    {
        public static FileOrder Start => new(Instant.MinValue, 0, Place.None);

        public FileOrder With(Instant claimed, Place place) =>
            claimed >= Latest ? this with { Latest = claimed } : this with { Behind = Behind + 1, First = Behind == 0 ? place : First };
    }
}
