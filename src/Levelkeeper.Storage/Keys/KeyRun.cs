using System.Runtime.InteropServices;
using Levelkeeper.Core.Facts;
using Microsoft.Win32.SafeHandles;

namespace Levelkeeper.Storage.Keys;

/// <summary>A run: sorted entries in a file that never changes, with its filter and the first key of each block of entries in memory, so that a look-up reads one block.</summary>
/// <remarks>
/// Blocks are read by calls, not through a memory map: a failing disk is then an exception and not the end of the process, and a search over the first keys needs no
/// guess at where a key lies, however often keys repeat.
/// </remarks>
internal sealed class KeyRun(string path, SafeFileHandle file, RunHeader header, FactKey[] fences, KeyFilter filter) : IDisposable
{
    /// <summary>How many entries a block has; 6 KiB.</summary>
    public const int BlockEntries = 256;

    /// <summary>Where the file is.</summary>
    public string Path => path;

    /// <summary>What the file says about itself.</summary>
    public RunHeader Header => header;

    /// <summary>Room for the first key of each block of so many entries.</summary>
    public static FactKey[] FencesFor(long count) => new FactKey[(count + BlockEntries - 1) / BlockEntries];

    /// <summary>Opens a file and reads it whole to check it; null when it is not of this index of this log.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static KeyRun? Open(string path, string name, UInt128 logIdentity)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        KeyRun? run = null;
        try
        {
            Span<byte> bytes = stackalloc byte[RunHeader.Length];
            var header = RunHeader.Read(bytes[..RandomAccess.Read(file, bytes, 0)], RandomAccess.GetLength(file));
            if (header is null || header.Name != name || header.LogIdentity != logIdentity)
                return null;
            using var reader = new RunReader(file, header);
            var fences = FencesFor(header.Count);
            for (var i = 0L; reader.MoveNext(); i++)
            {
                if (i % BlockEntries == 0)
                    fences[i / BlockEntries] = reader.Current.Key;
            }

            run = new KeyRun(path, file, header, fences, reader.Finish());
            return run;
        }
        finally
        {
            if (run is null)
                file.Dispose();
        }
    }

    /// <summary>Reads the whole run again, from its first entry.</summary>
    public RunReader Read() => new(file, header);

    /// <summary>The first sequence number of a key.</summary>
    public bool TryFind(FactKey key, out long sequence)
    {
        sequence = 0;
        return filter.MayHold(key) && Search(key, null, out sequence);
    }

    /// <summary>Every sequence number of a key, ascending.</summary>
    public void FindAll(FactKey key, ICollection<long> into)
    {
        if (filter.MayHold(key))
            Search(key, into, out _);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();

    /// <summary>Fills the bytes from a place in a file.</summary>
    /// <exception cref="InvalidDataException">The file ends before.</exception>
    public static void ReadExactly(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            var read = RandomAccess.Read(file, bytes, offset);
            if (read == 0)
                throw new InvalidDataException("The file is shorter than when it was opened.");
            bytes = bytes[read..];
            offset += read;
        }
    }

    /// <summary>Goes over the entries of a key, or over the first only when there is nothing to add them to.</summary>
    private bool Search(FactKey key, ICollection<long>? into, out long first)
    {
        Span<KeyEntry> buffer = stackalloc KeyEntry[BlockEntries];
        first = 0;
        var found = false;
        // Entries of the key may end the block before the first one that begins with it.
        var start = Math.Max(0, BlocksBefore(key) - 1);
        for (var block = start; block < fences.Length && (block == start || fences[block] == key); block++)
        {
            var offset = (long)block * BlockEntries;
            var entries = buffer[..(int)Math.Min(BlockEntries, header.Count - offset)];
            ReadExactly(file, MemoryMarshal.AsBytes(entries), RunHeader.Length + offset * RunHeader.EntryLength);
            var at = entries.BinarySearch(new KeyEntry(key, long.MinValue));
            for (at = at < 0 ? ~at : at; at < entries.Length && entries[at].Key == key; at++)
            {
                if (!found)
                    first = entries[at].Sequence;
                found = true;
                if (into is null)
                    return true;
                into.Add(entries[at].Sequence);
            }
        }

        return found;
    }

    /// <summary>How many blocks begin with a smaller key.</summary>
    private int BlocksBefore(FactKey key)
    {
        var (from, to) = (0, fences.Length);
        while (from < to)
        {
            var middle = from + (to - from) / 2;
            if (fences[middle].CompareTo(key) < 0)
                from = middle + 1;
            else
                to = middle;
        }

        return from;
    }
}
