using System.Collections.Immutable;
using Levelkeeper.Core.Diagnostics;
using NodaTime;

namespace Levelkeeper.Core.Facts;

/// <summary>An immutable record that something happened. On the wire it is a CloudEvent 1.0.</summary>
public sealed record Fact
{
    private FactKey? _key;

    /// <summary>CloudEvents <c>source</c>: who asserts it. With <see cref="Id"/> it is the fact's identity.</summary>
    public required string Source
    {
        get;
        init => (field, _key) = (value, null);
    }

    /// <summary>CloudEvents <c>id</c>: unique within the source.</summary>
    public required string Id
    {
        get;
        init => (field, _key) = (value, null);
    }

    /// <summary>CloudEvents <c>type</c>, one of <see cref="FactTypes"/> or one that we keep and ignore.</summary>
    public required string Type { get; init; }

    /// <summary>CloudEvents <c>subject</c>: the entity it is about: a ticket's or a component's name in its source; empty when there is none.</summary>
    public string Subject { get; init; } = "";

    /// <summary>CloudEvents <c>time</c>: when it happened, as the source claims, floored to 100 ns.</summary>
    public required Instant Time { get; init; }

    /// <summary>
    /// CloudEvents <c>recordedtime</c> extension: when its producer made the record, as the producer claims, floored to 100 ns; null when it does not say. A log stamps a time of its own,
    /// <see cref="StampedFact.Recorded"/>; this one stands in for it where the log is a file.
    /// </summary>
    public Instant? RecordedTime { get; init; }

    /// <summary>CloudEvents <c>sequence</c> extension: the source's own order among facts of one time; empty when absent. Compared ordinally.</summary>
    public string Sequence { get; init; } = "";

    /// <summary>Which agreement, service and customer it says it belongs to, and free labels. Matching rules read these.</summary>
    public FactAddress Address { get; init; } = FactAddress.None;

    /// <summary>What happened.</summary>
    public required FactData Data { get; init; }

    /// <summary>First 128 bits of SHA-256 over the RFC 8785 form of the whole event: same key with another digest is a conflict.</summary>
    public required FactDigest Digest { get; init; }

    /// <summary>File and line it was read from, for explanations; not part of its content.</summary>
    public Place Place { get; init; } = Place.None;

    /// <summary>
    /// The whole event in canonical form, kept only when the typed members do not say all of it (an unknown type, a foreign attribute or data member,
    /// a value in another spelling than ours): what is written back is then this. Empty otherwise.
    /// </summary>
    public string Body { get; init; } = "";

    /// <summary>The identity, computed once from (source, id).</summary>
    public FactKey Key => _key ??= FactKey.Of(Source, Id);

    /// <summary>The identity, given by who has it already, such as a log; after source and id. Must be what <see cref="Key"/> would be computed as; null to have it computed.</summary>
    public FactKey? KnownKey
    {
        init => _key = value;
    }

    /// <summary>Same content: everything but <see cref="Place"/>, which is not part of it.</summary>
    public bool Equals(Fact? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && Digest == other.Digest
            && Time == other.Time
            && RecordedTime == other.RecordedTime
            && Id == other.Id
            && Source == other.Source
            && Type == other.Type
            && Subject == other.Subject
            && Sequence == other.Sequence
            && Body == other.Body
            && Address == other.Address
            && Data == other.Data);

    /// <summary>A hash that agrees with <see cref="Equals(Fact)"/>.</summary>
    public override int GetHashCode() => HashCode.Combine(Source, Id, Time, Digest);

    /// <summary>The order within an entity: (time, sequence, source, id), ordinal; never arrival.</summary>
    public static int CompareWithinEntity(Fact left, Fact right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var order = left.Time.CompareTo(right.Time);
        if (order == 0)
            order = string.CompareOrdinal(left.Sequence, right.Sequence);
        if (order == 0)
            order = string.CompareOrdinal(left.Source, right.Source);
        return order != 0 ? order : string.CompareOrdinal(left.Id, right.Id);
    }
}

/// <summary>The first 128 bits of a SHA-256 digest of a fact's canonical content.</summary>
/// <param name="High">The first 64 bits, big-endian.</param>
/// <param name="Low">The next 64 bits, big-endian.</param>
public readonly record struct FactDigest(ulong High, ulong Low);

/// <summary>What a fact says about whose it is. Empty strings mean "not said".</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Customer">The customer's name.</param>
/// <param name="Agreement">An agreement's id, when the source knows it.</param>
/// <param name="Labels">Anything else that rules may match on: queue, category, region, product…</param>
public sealed record FactAddress(string Service, string Customer, string Agreement, ImmutableSortedDictionary<string, string> Labels)
{
    /// <summary>Nothing said.</summary>
    public static FactAddress None { get; } = new("", "", "", ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal));

    /// <summary>Same names and same labels.</summary>
    public bool Equals(FactAddress? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Service == other.Service && Customer == other.Customer && Agreement == other.Agreement && Labels.SequenceEqual(other.Labels));

    /// <summary>A hash that agrees with <see cref="Equals(FactAddress)"/>.</summary>
    public override int GetHashCode() => HashCode.Combine(Service, Customer, Agreement, Labels.Count);
}

/// <summary>A fact as appended: with the time it became known and its place in the log.</summary>
/// <param name="Fact">What happened.</param>
/// <param name="LogSequence">Position in the log's partition, from 1, strictly increasing. "As known at" cuts here.</param>
/// <param name="Recorded">When it was appended; strictly increasing within a partition. Rules about notice and claims use this.</param>
public sealed record StampedFact(Fact Fact, long LogSequence, Instant Recorded);
