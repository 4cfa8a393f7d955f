using System.Runtime.InteropServices;
using System.Text;
using NodaTime;

namespace Levelkeeper.Runtime.Live.Snapshots;

/// <summary>Writes what live evaluation keeps; <see cref="SnapshotReader"/> reads it. Only one build reads what it has written.</summary>
internal sealed class SnapshotWriter(Stream to) : BinaryWriter(to, Encoding.UTF8, leaveOpen: true)
{
    private readonly Dictionary<string, int> _words = new(StringComparer.Ordinal);

    /// <summary>How many follow, or which.</summary>
    public void Number(int number) => Write7BitEncodedInt(number);

    /// <summary>A name that comes again: from the second time on, its number.</summary>
    public void Word(string word)
    {
        if (_words.TryGetValue(word, out var number))
        {
            Number(number);
            return;
        }

        _words.Add(word, _words.Count + 1);
        Number(0);
        Write(word);
    }

    public void Instant(Instant instant) => Write(instant == NodaTime.Instant.MaxValue ? long.MaxValue : instant == NodaTime.Instant.MinValue ? long.MinValue : instant.ToUnixTimeTicks());

    /// <summary>Values as they lie in memory.</summary>
    public void Raw<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        Number(values.Length);
        Write(MemoryMarshal.AsBytes(values));
    }

    public void Each<T>(IReadOnlyCollection<T> items, Action<T> write)
    {
        Number(items.Count);
        foreach (var item in items)
            write(item);
    }
}

/// <summary>Reads what <see cref="SnapshotWriter"/> has written.</summary>
internal sealed class SnapshotReader(Stream from) : BinaryReader(from, Encoding.UTF8, leaveOpen: true)
{
    private readonly List<string> _words = [];

    public int Number() => Read7BitEncodedInt();

    public string Word()
    {
        var number = Number();
        if (number > 0)
            return _words[number - 1];
        _words.Add(ReadString());
        return _words[^1];
    }

    public Instant Instant() => ReadInt64() switch
    {
        long.MaxValue => NodaTime.Instant.MaxValue,
        long.MinValue => NodaTime.Instant.MinValue,
        var ticks => NodaTime.Instant.FromUnixTimeTicks(ticks),
    };

    public T[] Raw<T>()
        where T : unmanaged
    {
        var values = new T[Number()];
        BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    public void Each(Action read)
    {
        for (var left = Number(); left > 0; left--)
            read();
    }
}
