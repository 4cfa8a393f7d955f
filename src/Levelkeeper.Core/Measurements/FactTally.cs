using System.Collections.Immutable;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Core.Measurements;

/// <summary>Keeps the books while facts are read: which were counted, which left out and why. Lists are bounded, counts are not.</summary>
/// <remarks>One reader, one tally; not thread-safe.</remarks>
public sealed class FactTally
{
    private readonly ImmutableArray<FactReference>.Builder _counted = ImmutableArray.CreateBuilder<FactReference>();
    private readonly SortedDictionary<string, Reason> _leftOut = new(StringComparer.Ordinal);

    /// <summary>The most facts that one list of an explanation names.</summary>
    public const int ListLimit = 100;

    /// <summary>How many facts were counted.</summary>
    public long Counted { get; private set; }

    /// <summary>How many facts were left out.</summary>
    public long LeftOutCount { get; private set; }

    /// <summary>The first facts counted.</summary>
    public ImmutableArray<FactReference> Facts => _counted.ToImmutable();

    /// <summary>The first facts left out for each reason; reasons in ordinal order.</summary>
    public ImmutableArray<SetAsideFact> LeftOut => [.. _leftOut.SelectMany(reason => reason.Value.Facts.Select(fact => new SetAsideFact(fact, reason.Key)))];

    /// <summary>Counts a fact.</summary>
    public void Count(Fact fact)
    {
        if (Counted++ < ListLimit)
            _counted.Add(FactReference.To(fact));
    }

    /// <summary>Leaves a fact out.</summary>
    public void LeaveOut(Fact fact, string because)
    {
        LeftOutCount++;
        if (!_leftOut.TryGetValue(because, out var reason))
            _leftOut.Add(because, reason = new Reason());
        if (reason.Count++ < ListLimit)
            reason.Facts.Add(fact);
    }

    /// <summary>One <see cref="Derivation.Narrative"/> node for each reason why facts were left out.</summary>
    public IEnumerable<Explanation> Reasons() => _leftOut.Select(reason => new Explanation
    {
        Title = "left out",
        Derivation = Derivation.Narrative,
        Remark = reason.Key,
        Facts = [.. reason.Value.Facts.Select(FactReference.To)],
        FactCount = reason.Value.Count,
    });

    private sealed class Reason
    {
        public long Count { get; set; }

        public List<Fact> Facts { get; } = [];
    }
}
