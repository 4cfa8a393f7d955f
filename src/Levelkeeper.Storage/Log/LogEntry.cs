using System.Security.Cryptography;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Storage.Log;

/// <summary>A fact that is to be appended, with its text.</summary>
/// <param name="Fact">What happened.</param>
/// <param name="Body">The whole event in canonical form (RFC 8785, UTF-8): what <see cref="Fact.Digest"/> is the digest of.</param>
public readonly record struct LogEntry(Fact Fact, ReadOnlyMemory<byte> Body)
{
    /// <summary>Under which key the facts of one entity are found: a digest of its name, so that the log's index tells no names.</summary>
    /// <param name="subject">The CloudEvents subject; empty for none.</param>
    public static FactKey EntityOf(string subject) => FactKey.Of("entity", subject);

    /// <summary>The digest of a text in canonical form.</summary>
    public static FactDigest DigestOf(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return new FactDigest(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(hash), System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(hash[8..]));
    }
}

/// <summary>What became of an entry.</summary>
/// <param name="Outcome">New, a duplicate, or a conflict.</param>
/// <param name="Sequence">Its place in the log; of a duplicate that of the entry with this content.</param>
/// <param name="Recorded">When that was appended.</param>
public readonly record struct AppendedEntry(AppendOutcome Outcome, long Sequence, Instant Recorded);

/// <summary>Where a partition of the log stands.</summary>
/// <param name="Epoch">How often it was taken over; whoever has an earlier one cannot commit any more.</param>
/// <param name="Sequence">The last sequence number; 0 when nothing was appended.</param>
/// <param name="Recorded">When that was appended; strictly increasing.</param>
/// <param name="Chain">What all of it hashes to.</param>
public sealed record LogHead(long Epoch, long Sequence, Instant Recorded, ChainHash Chain);

/// <summary>The log was taken over by another owner, or changed behind this one's back: nothing was written, and this owner can write no more.</summary>
public sealed class LogFencedException(string message) : Exception(message);
