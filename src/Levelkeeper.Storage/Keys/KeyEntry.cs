using Levelkeeper.Core.Facts;

namespace Levelkeeper.Storage.Keys;

/// <summary>Where in its log a key stands. Ordered by key, then by sequence number.</summary>
/// <param name="Key">The key of a fact or of an entity; spread evenly, as the start of a SHA-256 is.</param>
/// <param name="Sequence">The sequence number in the log, from 1.</param>
public readonly record struct KeyEntry(FactKey Key, long Sequence) : IComparable<KeyEntry>
{
    /// <inheritdoc/>
    public int CompareTo(KeyEntry other)
    {
        var byKey = Key.CompareTo(other.Key);
        return byKey != 0 ? byKey : Sequence.CompareTo(other.Sequence);
    }
}
