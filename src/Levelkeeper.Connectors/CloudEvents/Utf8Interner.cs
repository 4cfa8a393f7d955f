using System.Buffers.Binary;
using System.Text;

namespace Levelkeeper.Connectors.CloudEvents;

/// <summary>Gives one string for equal short texts: sources, types and service names repeat in every event.</summary>
/// <remarks>A direct-mapped cache of fixed size: a text that is not there replaces another, so a hostile input costs no memory.</remarks>
internal sealed class Utf8Interner
{
    private const int LongestKept = 48;
    private const int Entries = 1024;

    private readonly byte[] _utf8 = new byte[Entries * LongestKept];
    private readonly string?[] _texts = new string?[Entries];
    private readonly byte[] _lengths = new byte[Entries];

    internal string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > LongestKept)
            return utf8.IsEmpty ? "" : Encoding.UTF8.GetString(utf8);
        var entry = Place(utf8);
        var kept = _utf8.AsSpan(entry * LongestKept, LongestKept);
        if (_texts[entry] is { } text && utf8.SequenceEqual(kept[.._lengths[entry]]))
            return text;
        utf8.CopyTo(kept);
        _lengths[entry] = (byte)utf8.Length;
        return _texts[entry] = Encoding.UTF8.GetString(utf8);
    }

    private static int Place(ReadOnlySpan<byte> utf8)
    {
        const ulong Odd = 0x9E37_79B9_7F4A_7C15;
        var hash = (ulong)utf8.Length;
        for (; utf8.Length >= 8; utf8 = utf8[8..])
        {
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(utf8)) * Odd;
            hash ^= hash >> 32;
        }

        var rest = 0UL;
        foreach (var value in utf8)
            rest = rest << 8 | value;
        return (int)((hash ^ rest) * Odd >> 54);
    }
}
