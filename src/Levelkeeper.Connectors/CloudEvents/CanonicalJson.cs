using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Levelkeeper.Core.Canonical;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Connectors.CloudEvents;

/// <summary>RFC 8785 with strings and integers only: members sorted by UTF-16 code units, no blanks, decimals and large integers as strings in their shortest plain form.</summary>
internal static class CanonicalJson
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create([.. Enumerable.Range(0, 128).Where(static i => CanonicalEscape.Of((char)i) is not null).Select(static i => (byte)i)]);

    /// <summary>Appends a string with its quotes.</summary>
    internal static void WriteString(ByteBuffer to, ReadOnlySpan<byte> text)
    {
        to.Append((byte)'"');
        while (true)
        {
            var plain = text.IndexOfAny(Escaped);
            if (plain < 0)
                break;
            to.Append(text[..plain]);
            foreach (var letter in CanonicalEscape.Of((char)text[plain])!)
                to.Append((byte)letter);
            text = text[(plain + 1)..];
        }

        to.Append(text);
        to.Append((byte)'"');
    }

    /// <summary>UTF-16 order of two UTF-8 names: as bytes, except that characters beyond U+FFFF come before U+E000 to U+FFFF.</summary>
    internal static int CompareNames(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var same = left.CommonPrefixLength(right);
        if (same == left.Length || same == right.Length)
            return left.Length.CompareTo(right.Length);
        var (l, r) = (left[same], right[same]);
        if (l >= 0xEE && r >= 0xEE && l >= 0xF0 != r >= 0xF0)
            return l >= 0xF0 ? -1 : 1;
        return l.CompareTo(r);
    }

    /// <summary>The first 128 bits of the SHA-256 of some canonical text.</summary>
    internal static FactDigest Digest(ReadOnlySpan<byte> canonical)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(canonical, hash);
        return new FactDigest(BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash[8..]));
    }
}
