using System.Runtime.InteropServices;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Runtime.Live;

/// <summary>Facts held in memory: for whoever reads a log once, and for logs that are not in a store.</summary>
public sealed class HeldFacts : IFactSource
{
    private readonly List<StampedFact> _facts = [];
    private readonly Dictionary<FactKey, StampedFact> _byKey = [];
    private readonly Dictionary<string, List<StampedFact>> _bySubject = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Add(StampedFact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        _facts.Add(fact);
        _byKey[fact.Fact.Key] = fact;
        if (fact.Fact.Subject.Length > 0 && !fact.Fact.Data.IsAmendment)
            (CollectionsMarshal.GetValueRefOrAddDefault(_bySubject, fact.Fact.Subject, out _) ??= new(2)).Add(fact);
    }

    /// <inheritdoc/>
    public StampedFact? Find(FactKey key) => _byKey.GetValueOrDefault(key);

    /// <inheritdoc/>
    public IReadOnlyList<StampedFact> Read(IReadOnlyCollection<string> subjects, IReadOnlyCollection<long> places)
    {
        ArgumentNullException.ThrowIfNull(subjects);
        ArgumentNullException.ThrowIfNull(places);
        var found = subjects.Distinct(StringComparer.Ordinal).SelectMany(s => _bySubject.GetValueOrDefault(s) ?? []).Concat(places.Select(At).OfType<StampedFact>()).ToList();
        found.Sort(static (a, b) => a.LogSequence.CompareTo(b.LogSequence));
        return [.. found.Where((f, i) => i == 0 || f.LogSequence != found[i - 1].LogSequence)];
    }

    /// <inheritdoc/>
    public void GoOnAfter(long place)
    {
        if (_facts is not [.., var last] || last.LogSequence > place)
            throw new InvalidOperationException("What was never given cannot be held.");
    }

    private StampedFact? At(long place)
    {
        var (low, high) = (0, _facts.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_facts[middle].LogSequence == place)
                return _facts[middle];
            (low, high) = _facts[middle].LogSequence < place ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }
}
