using Levelkeeper.Core.Facts;

namespace Levelkeeper.Runtime.Live;

/// <summary>Where live evaluation finds facts again that it has taken in: it keeps what they come to, and not them.</summary>
public interface IFactSource
{
    /// <summary>Takes note of the next fact that stands. From here on it can be found.</summary>
    /// <param name="fact">The fact; later in the log than all before it.</param>
    void Add(StampedFact fact);

    /// <summary>A fact by its identity; null when none was added, or its text was erased.</summary>
    StampedFact? Find(FactKey key);

    /// <summary>The facts about some subjects but for amendments, and those at some places in the log; each once, in the order of the log. Those whose text was erased are not there.</summary>
    /// <param name="subjects">The subjects, none of them empty.</param>
    /// <param name="places">Sequence numbers, in any order.</param>
    IReadOnlyList<StampedFact> Read(IReadOnlyCollection<string> subjects, IReadOnlyCollection<long> places);

    /// <summary>Takes note that all facts up to a place in the log were added, without their being given.</summary>
    void GoOnAfter(long place);
}
