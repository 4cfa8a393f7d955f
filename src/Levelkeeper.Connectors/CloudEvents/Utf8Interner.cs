using System.Text;

namespace Levelkeeper.Connectors.CloudEvents;

/// <summary>Gives one string for equal short texts: sources, types and service names repeat in every event.</summary>
/// <remarks>A direct-mapped cache of fixed size: a text that is not there replaces another, so a hostile input costs no memory.</remarks>
internal sealed class Utf8Interner
{
    private const int LongestKept = 64;
    private readonly (byte[] Utf8, string Text)[] _entries = new (byte[], string)[1024];

    internal string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > LongestKept)
            return utf8.IsEmpty ? "" : Encoding.UTF8.GetString(utf8);
        var hash = (uint)utf8.Length;
        foreach (var value in utf8)
            hash = (hash ^ value) * 16777619;
        ref var entry = ref _entries[(hash ^ (hash >> 15)) & 1023];
        if (entry.Utf8 is not null && utf8.SequenceEqual(entry.Utf8))
            return entry.Text;
        var text = Encoding.UTF8.GetString(utf8);
        entry = (utf8.ToArray(), text);
        return text;
    }
}
