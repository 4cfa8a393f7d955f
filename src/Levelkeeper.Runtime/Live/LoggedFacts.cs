using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Storage.Log;

namespace Levelkeeper.Runtime.Live;

/// <summary>Facts that stay in the log: found by its owner's indexes, and read again. What was erased meanwhile is not there any more.</summary>
/// <remarks>Whoever reads waits for the store. One caller at a time.</remarks>
/// <param name="log">The log.</param>
/// <param name="index">Its owner.</param>
public sealed class LoggedFacts(FactLogReader log, FactLogWriter index) : IFactSource
{
    private long _head;

    /// <inheritdoc/>
    public void Add(StampedFact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        // The owner may have committed more by now.
        _head = fact.LogSequence;
    }

    /// <inheritdoc/>
    public StampedFact? Find(FactKey key) => index.PlaceOf(key) is { } place && place <= _head ? Facts([place], static _ => true).FirstOrDefault(f => f.Fact.Key == key) : null;

    /// <inheritdoc/>
    public IReadOnlyList<StampedFact> Read(IReadOnlyCollection<string> subjects, IReadOnlyCollection<long> places)
    {
        ArgumentNullException.ThrowIfNull(subjects);
        ArgumentNullException.ThrowIfNull(places);
        var (named, sequences) = (places.ToHashSet(), new SortedSet<long>(places));
        foreach (var subject in subjects)
            sequences.UnionWith(index.OfEntity(subject).Where(s => s <= _head));
        return Facts(sequences, f => named.Contains(f.LogSequence) || !f.Fact.Data.IsAmendment);
    }

    /// <inheritdoc/>
    public void GoOnAfter(long place) => _head = place;

    private List<StampedFact> Facts(IReadOnlyCollection<long> sequences, Func<StampedFact, bool> counts)
    {
        var (facts, events) = (new List<StampedFact>(sequences.Count), new CloudEventReader("log", new DiagnosticBag()));
        foreach (var (segment, i) in log.EntriesAsync(sequences).ToBlockingEnumerable())
        {
            if (segment.IsConflict(i) || segment.IsErased(i) || events.ReadStored(segment.BodyOf(i).Span, segment.DigestOf(i), segment.KeyOf(i)) is not { } fact)
                continue;
            var stamped = new StampedFact(fact, segment.First + i, segment.RecordedOf(i));
            if (counts(stamped))
                facts.Add(stamped);
        }

        return facts;
    }
}
