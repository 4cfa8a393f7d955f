using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Levelkeeper.Storage.Log;

/// <summary>A SHA-256 over the log up to a segment: each covers the one before, so that a row that was changed or is missing is found.</summary>
/// <remarks>It covers keys and digests, not bodies: a body can be erased and the chain still verifies.</remarks>
public readonly struct ChainHash : IEquatable<ChainHash>
{
    private readonly UInt128 _high;
    private readonly UInt128 _low;

    /// <summary>From its 32 bytes.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public ChainHash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SHA256.HashSizeInBytes)
            throw new ArgumentException("A chain hash has 32 bytes.", nameof(bytes));
        _high = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        _low = BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]);
    }

    /// <summary>Its first half: enough to tell by whether a cache was made from this log.</summary>
    internal UInt128 Mark => _high;

    /// <summary>What an empty log hashes to.</summary>
    /// <param name="log">The log's identity.</param>
    /// <param name="partition">The partition's number.</param>
    public static ChainHash Beginning(Guid log, int partition) => new(SHA256.HashData(Encoding.ASCII.GetBytes($"levelkeeper log {log:N}/{partition}")));

    /// <summary>What the log hashes to with one segment more.</summary>
    public ChainHash Next(int partition, long first, int count, long epoch, long firstRecordedTicks, ReadOnlySpan<byte> index)
    {
        Span<byte> head = stackalloc byte[SHA256.HashSizeInBytes + 32];
        WriteTo(head);
        BinaryPrimitives.WriteInt32BigEndian(head[32..], partition);
        BinaryPrimitives.WriteInt64BigEndian(head[36..], first);
        BinaryPrimitives.WriteInt32BigEndian(head[44..], count);
        BinaryPrimitives.WriteInt64BigEndian(head[48..], epoch);
        BinaryPrimitives.WriteInt64BigEndian(head[56..], firstRecordedTicks);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(head);
        hash.AppendData(index);
        Span<byte> result = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(result);
        return new ChainHash(result);
    }

    /// <summary>Its 32 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[SHA256.HashSizeInBytes];
        WriteTo(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public bool Equals(ChainHash other) => _high == other._high && _low == other._low;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ChainHash other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_high, _low);

    /// <summary>Same hash.</summary>
    public static bool operator ==(ChainHash left, ChainHash right) => left.Equals(right);

    /// <summary>Another hash.</summary>
    public static bool operator !=(ChainHash left, ChainHash right) => !left.Equals(right);

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToArray());

    private void WriteTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt128BigEndian(bytes, _high);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[16..], _low);
    }
}
