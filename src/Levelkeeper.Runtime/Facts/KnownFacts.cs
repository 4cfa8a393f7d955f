using System.Collections.Immutable;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Storage.Log;

namespace Levelkeeper.Runtime.Facts;

/// <summary>What a log says, in memory: made of the log once, and then fed with what is committed.</summary>
/// <remarks>One writer; anybody may ask for a set meanwhile. A set never changes: what is asked of it is as of its head.</remarks>
public sealed class KnownFacts
{
    private readonly Lock _gate = new();
    private readonly List<StampedFact> _facts = [];
    private readonly List<FactConflict> _conflicts = [];
    private readonly Dictionary<FactKey, StampedFact> _first = [];
    private FactSet? _set;

    private KnownFacts()
    {
    }

    /// <summary>The sequence number of the last entry that is known, of whatever kind.</summary>
    public long Head { get; private set; }

    /// <summary>How many entries were erased: what rested on them can no longer be recomputed.</summary>
    public long Erased { get; private set; }

    /// <summary>The entries whose texts this build cannot read, each with why: they count for nothing until one that can reads the log.</summary>
    public ImmutableArray<(long Sequence, string Why)> Unreadable { get; private set; } = [];

    /// <summary>Reads a log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="through">Up to this sequence number; null for all.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task<KnownFacts> ReadAsync(FactLogReader log, long? through = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        var known = new KnownFacts();
        var diagnostics = new DiagnosticBag();
        var events = new CloudEventReader("log", diagnostics);
        await foreach (var segment in log.SegmentsAsync(0, through ?? long.MaxValue, cancel))
        {
            for (var i = 0; i < segment.Count && segment.First + i <= (through ?? long.MaxValue); i++)
            {
                if (segment.IsErased(i))
                {
                    known.Erased++;
                    known.Head = segment.First + i;
                    continue;
                }

                if (events.ReadOne(segment.BodyOf(i).Span) is { } fact)
                {
                    known.Add(new StampedFact(fact, segment.First + i, segment.RecordedOf(i)), segment.IsConflict(i));
                    continue;
                }

                known.Unreadable = known.Unreadable.Add((segment.First + i, diagnostics.Last(d => d.Severity == Severity.Error).Message));
                known.Head = segment.First + i;
            }
        }

        return known;
    }

    /// <summary>Takes what a commit made durable. What is known already is passed over, so that a commit that is told of twice does no harm.</summary>
    public void Add(CommittedFacts committed)
    {
        ArgumentNullException.ThrowIfNull(committed);
        lock (_gate)
        {
            // Facts and conflicts share one sequence.
            var (i, j) = (0, 0);
            while (i < committed.Facts.Count || j < committed.Conflicts.Count)
            {
                var conflict = i == committed.Facts.Count || (j < committed.Conflicts.Count && committed.Conflicts[j].LogSequence < committed.Facts[i].LogSequence);
                var next = conflict ? committed.Conflicts[j++] : committed.Facts[i++];
                if (next.LogSequence > Head)
                    Add(next, conflict);
            }
        }
    }

    /// <summary>All that is known now.</summary>
    public FactSet Set()
    {
        lock (_gate)
            return _set ??= FactSet.Of(_facts, [.. _conflicts]);
    }

    private void Add(StampedFact fact, bool conflict)
    {
        Head = fact.LogSequence;
        _set = null;
        if (!conflict)
        {
            _facts.Add(fact);
            _first.TryAdd(fact.Fact.Key, fact);
        }
        else if (_first.TryGetValue(fact.Fact.Key, out var first))
        {
            _conflicts.Add(new FactConflict(first, fact.Fact, fact.LogSequence));
        }
    }
}
