using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Levelkeeper.Core.Facts;

/// <summary>One hash over many facts, so that a changed, missing or added one is found.</summary>
/// <remarks>
/// The tree of RFC 6962, section 2.1, over SHA-256. A leaf is a fact's key, its digest and when it was recorded, in 128, 128 and 64 bits, big-endian. The leaves stand in the
/// order of their keys, so that the root does not depend on the order in which the facts were read.
/// </remarks>
public static class MerkleRoot
{
    private const int LeafLength = 1 + 16 + 16 + 8;

    /// <summary>The root over facts, in lower-case hexadecimal.</summary>
    public static string Of(FactSet facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var sorted = facts.AsEnumerable().OrderBy(f => f.Fact.Key.High).ThenBy(f => f.Fact.Key.Low);
        return Convert.ToHexStringLower(Root([.. sorted.Select(Leaf)]));
    }

    private static byte[] Leaf(StampedFact fact)
    {
        Span<byte> leaf = stackalloc byte[LeafLength];
        leaf[0] = 0;
        BinaryPrimitives.WriteUInt64BigEndian(leaf[1..], fact.Fact.Key.High);
        BinaryPrimitives.WriteUInt64BigEndian(leaf[9..], fact.Fact.Key.Low);
        BinaryPrimitives.WriteUInt64BigEndian(leaf[17..], fact.Fact.Digest.High);
        BinaryPrimitives.WriteUInt64BigEndian(leaf[25..], fact.Fact.Digest.Low);
        BinaryPrimitives.WriteInt64BigEndian(leaf[33..], fact.Recorded.ToUnixTimeTicks());
        return SHA256.HashData(leaf);
    }

    private static byte[] Root(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.IsEmpty)
            return SHA256.HashData([]);
        if (leaves.Length == 1)
            return leaves[0];
        // The left part is the largest power of two below the length.
        var left = 1;
        while (left * 2 < leaves.Length)
            left *= 2;
        return SHA256.HashData([1, .. Root(leaves[..left]), .. Root(leaves[left..])]);
    }
}
