using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Levelkeeper.Core.Facts;

/// <summary>The identity of a fact: the first 128 bits of SHA-256 over the length-prefixed pair (source, id), both in UTF-8.</summary>
/// <remarks>The length prefix (32-bit big-endian byte count before each part) keeps ("ab", "c") apart from ("a", "bc").</remarks>
/// <param name="High">The first 64 bits, big-endian.</param>
/// <param name="Low">The next 64 bits, big-endian.</param>
public readonly record struct FactKey(ulong High, ulong Low) : IComparable<FactKey>
{
    /// <summary>The key of a (source, id) pair.</summary>
    public static FactKey Of(string source, string id)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(id);
        var sourceBytes = Encoding.UTF8.GetByteCount(source);
        var idBytes = Encoding.UTF8.GetByteCount(id);
        var length = 8 + sourceBytes + idBytes;
        var buffer = length <= 1024 ? stackalloc byte[1024] : new byte[length];
        BinaryPrimitives.WriteInt32BigEndian(buffer, sourceBytes);
        Encoding.UTF8.GetBytes(source, buffer[4..]);
        BinaryPrimitives.WriteInt32BigEndian(buffer[(4 + sourceBytes)..], idBytes);
        Encoding.UTF8.GetBytes(id, buffer[(8 + sourceBytes)..]);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(buffer[..length], hash);
        return new FactKey(BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash[8..]));
    }

    /// <summary>Order of the 128-bit number.</summary>
    public int CompareTo(FactKey other) => High == other.High ? Low.CompareTo(other.Low) : High.CompareTo(other.High);

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => $"{High:x16}{Low:x16}";
}
