using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Server.Problems;
using Levelkeeper.Storage.Log;

namespace Levelkeeper.Server.Facts;

/// <summary>What became of the facts of a request. What it counts as appended, as a duplicate or as a conflict is on the disk.</summary>
/// <param name="Appended">New facts.</param>
/// <param name="Duplicates">Facts that the log had already, with the same content; nothing was changed.</param>
/// <param name="Conflicts">Facts whose source and id the log has with other content: they were set aside, the first stands.</param>
/// <param name="Refused">Rows that are no facts; nothing of them was kept.</param>
/// <param name="Sequence">The log's sequence number up to which all facts of the request are in it; 0 when there are none.</param>
/// <param name="Problems">What is wrong with which row, in the order of the rows; also of rows that were kept.</param>
/// <param name="ProblemsLeftOut">How many problems more there are.</param>
public sealed record Receipt(long Appended, long Duplicates, long Conflicts, long Refused, long Sequence, IReadOnlyList<RowProblem> Problems, long? ProblemsLeftOut = null);

/// <summary>Counts what becomes of the facts of a request while it is read.</summary>
internal sealed class ReceiptBook
{
    /// <summary>As many problems are told; the sender of a thousand bad rows mends the first and sees.</summary>
    public const int MostProblems = 1_000;

    private readonly long[] _outcomes = new long[3];
    private readonly List<Diagnostic> _conflicts = [];
    private long _sequence;
    private long _unlisted;

    /// <summary>What is wrong with rows.</summary>
    public DiagnosticBag Diagnostics { get; } = [];

    /// <summary>Rows that are no facts.</summary>
    public long Refused { get; set; }

    /// <summary>Rows that became durable, as whatever.</summary>
    public long Kept => _outcomes[0] + _outcomes[1] + _outcomes[2];

    /// <summary>Takes what became of facts.</summary>
    public void Add(IReadOnlyList<LogEntry> entries, IReadOnlyList<AppendedEntry> outcomes)
    {
        for (var i = 0; i < outcomes.Count; i++)
        {
            var outcome = outcomes[i];
            _outcomes[(int)outcome.Outcome]++;
            _sequence = Math.Max(_sequence, outcome.Sequence);
            if (outcome.Outcome != AppendOutcome.Conflict)
                continue;
            if (_conflicts.Count < MostProblems)
                _conflicts.Add(FactDiagnostics.Conflict(entries[i].Fact, outcome.Sequence));
            else
                _unlisted++;
        }
    }

    /// <summary>The receipt.</summary>
    public Receipt Close()
    {
        // Most requests have nothing wrong, and are one fact.
        RowProblem[] problems = Diagnostics.Count == 0 && _conflicts.Count == 0
            ? []
            : [.. Diagnostics.Concat(_conflicts).OrderBy(static d => d.Place.Line).ThenBy(static d => d.Place.Column).Take(MostProblems).Select(RowProblem.Of)];
        var leftOut = Diagnostics.Count + Diagnostics.Dropped + _conflicts.Count + _unlisted - problems.Length;
        return new Receipt(_outcomes[(int)AppendOutcome.Appended], _outcomes[(int)AppendOutcome.Duplicate], _outcomes[(int)AppendOutcome.Conflict], Refused, _sequence, problems, leftOut > 0 ? leftOut : null);
    }
}
