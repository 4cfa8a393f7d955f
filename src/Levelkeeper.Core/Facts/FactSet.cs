using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NodaTime;

namespace Levelkeeper.Core.Facts;

/// <summary>An immutable set of stamped facts in log order: what was known at some sequence number.</summary>
public sealed class FactSet
{
    private readonly ReadOnlyMemory<StampedFact> _facts;

    internal FactSet(ReadOnlyMemory<StampedFact> facts, ImmutableArray<FactConflict> conflicts)
    {
        _facts = facts;
        Conflicts = conflicts;
    }

    /// <summary>Nothing known.</summary>
    public static FactSet Empty { get; } = new(ReadOnlyMemory<StampedFact>.Empty, []);

    /// <summary>The facts of a log that is kept elsewhere.</summary>
    /// <param name="facts">In log order: sequence and recorded time strictly increase, keys are unique.</param>
    /// <param name="conflicts">What was set aside.</param>
    /// <exception cref="ArgumentException">The order is broken: this is not a log.</exception>
    public static FactSet Of(IEnumerable<StampedFact> facts, ImmutableArray<FactConflict> conflicts = default)
    {
        var array = facts.ToArray();
        for (var i = 1; i < array.Length; i++)
        {
            if (array[i].LogSequence <= array[i - 1].LogSequence || array[i].Recorded <= array[i - 1].Recorded)
                throw new ArgumentException($"Sequence {array[i].LogSequence} does not follow {array[i - 1].LogSequence} in order.", nameof(facts));
        }

        return new FactSet(array, conflicts.IsDefault ? [] : conflicts);
    }

    /// <summary>In log order.</summary>
    public ReadOnlySpan<StampedFact> Facts => _facts.Span;

    /// <summary>The same facts, for enumeration.</summary>
    public IEnumerable<StampedFact> AsEnumerable() => MemoryMarshal.ToEnumerable(_facts);

    /// <summary>How many facts stand.</summary>
    public int Count => _facts.Length;

    /// <summary>The last sequence number; 0 when there is none.</summary>
    public long Head => _facts.IsEmpty ? 0 : _facts.Span[^1].LogSequence;

    /// <summary>Facts that were set aside because their identity was taken, in order of arrival.</summary>
    public ImmutableArray<FactConflict> Conflicts { get; }

    /// <summary>What was known when the fact with this sequence number had just been appended. Never changes as the log grows.</summary>
    public FactSet AsKnownAt(long sequence)
    {
        var span = _facts.Span;
        var (low, high) = (0, span.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (span[middle].LogSequence <= sequence)
                low = middle + 1;
            else
                high = middle;
        }

        // A conflict that came after fact n is known from n+1 on, so that what was known at n does not depend on how far the log has grown since.
        var conflicts = Conflicts.RemoveAll(conflict => conflict.LogSequence >= sequence);
        return low == span.Length && conflicts.Length == Conflicts.Length ? this : new FactSet(_facts[..low], conflicts);
    }

    /// <summary>The facts as they count: retractions and corrections applied, the future left out, grouped by entity.</summary>
    /// <param name="asOf">Facts later than this are left out until it reaches them.</param>
    /// <param name="mayCorrect">
    /// Whether the first fact (a retraction or correction) may amend the second. By default only the same source may; agreements add parties with the right.
    /// </param>
    public EffectiveFacts Effective(Instant asOf, Func<Fact, Fact, bool>? mayCorrect = null) =>
        EffectiveFacts.Of(_facts.Span, asOf, mayCorrect ?? SameSource);

    private static bool SameSource(Fact amendment, Fact target) => amendment.Source == target.Source;
}
