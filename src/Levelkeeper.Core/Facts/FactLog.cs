using NodaTime;

namespace Levelkeeper.Core.Facts;

/// <summary>One partition of a fact log, in memory: appends, stamps, and tells duplicates and conflicts apart.</summary>
/// <remarks>Not thread-safe: one writer. The sets it hands out are immutable and may be read by any thread while it goes on appending.</remarks>
public sealed class FactLog
{
    private readonly Dictionary<FactKey, int> _places = [];
    private readonly List<FactConflict> _conflicts = [];
    private readonly HashSet<(FactKey Key, FactDigest Digest)> _setAside = [];
    private StampedFact[] _facts = new StampedFact[16];
    private int _count;
    private Instant _lastRecorded = Instant.MinValue;

    /// <summary>How many facts stand in the log; also the last sequence number.</summary>
    public int Count => _count;

    /// <summary>Appends one fact.</summary>
    /// <param name="fact">What happened.</param>
    /// <param name="recorded">When it became known. Moved on to one tick after the last fact's, where it is not later than that.</param>
    /// <param name="standing">The fact that now stands under this key: the new one, or the first one in case of a duplicate or a conflict.</param>
    public AppendOutcome Append(Fact fact, Instant recorded, out StampedFact standing)
    {
        ArgumentNullException.ThrowIfNull(fact);
        if (_places.TryGetValue(fact.Key, out var place))
        {
            standing = _facts[place];
            if (standing.Fact.Digest == fact.Digest)
                return AppendOutcome.Duplicate;
            if (_setAside.Add((fact.Key, fact.Digest)))
                _conflicts.Add(new FactConflict(standing, fact, _count));
            return AppendOutcome.Conflict;
        }

        var stamp = Instant.FromUnixTimeTicks(recorded.ToUnixTimeTicks());
        if (_count > 0 && stamp <= _lastRecorded)
            stamp = _lastRecorded.PlusTicks(1);
        _lastRecorded = stamp;
        if (_count == _facts.Length)
            Array.Resize(ref _facts, _count * 2);
        standing = new StampedFact(fact, _count + 1, stamp);
        _places.Add(fact.Key, _count);
        _facts[_count++] = standing;
        return AppendOutcome.Appended;
    }

    /// <summary>Appends one fact.</summary>
    public AppendOutcome Append(Fact fact, Instant recorded) => Append(fact, recorded, out _);

    /// <summary>All that is known now. Later appends do not change it: entries below the count are never written again.</summary>
    public FactSet ToSet() => new(_facts.AsMemory(0, _count), [.. _conflicts]);
}

/// <summary>What became of an appended fact.</summary>
public enum AppendOutcome
{
    /// <summary>It is new and stands.</summary>
    Appended,

    /// <summary>The same identity with the same content was there already: nothing changed.</summary>
    Duplicate,

    /// <summary>The same identity with other content was there already: the first stands, this one is set aside.</summary>
    Conflict,
}

/// <summary>Two facts of one identity with different content.</summary>
/// <param name="First">The one that stands.</param>
/// <param name="Other">The one that was set aside.</param>
/// <param name="LogSequence">The log's last sequence number when the other came: as known before that, there was no conflict.</param>
public sealed record FactConflict(StampedFact First, Fact Other, long LogSequence);
