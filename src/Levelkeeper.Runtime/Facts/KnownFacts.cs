using Levelkeeper.Core.Facts;
using Levelkeeper.Storage.Log;

namespace Levelkeeper.Runtime.Facts;

/// <summary>All that a log says, for whoever evaluates anew.</summary>
public static class KnownFacts
{
    /// <summary>Reads a log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="through">Up to this sequence number.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>The facts that stand with those that were set aside, and what could not be read.</returns>
    public static async Task<(FactSet Facts, LogReplay Replay)> ReadAsync(FactLogReader log, long through = long.MaxValue, CancellationToken cancel = default)
    {
        var (replay, facts, first, conflicts) = (new LogReplay(log), new List<StampedFact>(), new Dictionary<FactKey, StampedFact>(), new List<FactConflict>());
        await foreach (var committed in replay.ReadAsync(through: through, cancel: cancel))
        {
            foreach (var fact in committed.Facts)
            {
                facts.Add(fact);
                first.TryAdd(fact.Fact.Key, fact);
            }

            // What one was set aside for stands before it.
            foreach (var other in committed.Conflicts)
            {
                if (first.TryGetValue(other.Fact.Key, out var stands))
                    conflicts.Add(new FactConflict(stands, other.Fact, other.LogSequence));
            }
        }

        return (FactSet.Of(facts, [.. conflicts]), replay);
    }
}
