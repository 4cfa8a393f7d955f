using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Live;

namespace Levelkeeper.Benchmarks.Live;

/// <summary>Facts as the server has them: in a log, here the benchmark's own list, where nobody looks unless they must.</summary>
internal sealed class FactsElsewhere : IFactSource
{
    private readonly List<StampedFact> _log = [];

    public void Add(StampedFact fact) => _log.Add(fact);

    public StampedFact? Find(FactKey key) => _log.Find(f => f.Fact.Key == key);

    public IReadOnlyList<StampedFact> Read(IReadOnlyCollection<string> subjects, IReadOnlyCollection<long> places)
    {
        var (names, at) = (subjects.ToHashSet(StringComparer.Ordinal), places.ToHashSet());
        return _log.FindAll(f => at.Contains(f.LogSequence) || (names.Contains(f.Fact.Subject) && !f.Fact.Data.IsAmendment));
    }

    public void GoOnAfter(long place) => throw new NotSupportedException("It has no log that it was not given.");
}
