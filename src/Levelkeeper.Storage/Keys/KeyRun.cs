using System.Runtime.InteropServices;
using Levelkeeper.Core.Facts;
using Microsoft.Win32.SafeHandles;

namespace Levelkeeper.Storage.Keys;

/// <summary>A run: sorted entries in a file that never changes, with its filter and what is to know of each block of entries in memory, so that a look-up reads one block.</summary>
/// <remarks>
/// Blocks are read by calls, not through a memory map: a failing disk is then an exception and not the end of the process, and a search over the first keys needs no
/// guess at where a key lies, however often keys repeat.
/// </remarks>
internal sealed class KeyRun(string path, SafeFileHandle file, RunHeader header, RunBlocks blocks, KeyFilter filter) : IDisposable
{
    /// <summary>Where the file is.</summary>
    public string Path => path;

    /// <summary>What the file says about itself.</summary>
    public RunHeader Header => header;

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
            var blocks = new RunBlocks(header.Count);
            while (reader.MoveNext())
                blocks.Add(reader.Current);
            run = new KeyRun(path, file, header, blocks, reader.Finish());
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
                throw new InvalidDataException("A file of the index of keys is shorter than when it was opened. A restart makes it anew from the log.");
            bytes = bytes[read..];
            offset += read;
        }
    }

    /// <summary>Goes over the entries of a key, or over the first only when there is nothing to add them to.</summary>
    private bool Search(FactKey key, ICollection<long>? into, out long first)
    {
        Span<KeyEntry> buffer = stackalloc KeyEntry[RunBlocks.Entries];
        first = 0;
        var found = false;
        // Entries of the key may end the block before the first one that begins with it.
        var start = Math.Max(0, blocks.Before(key) - 1);
        for (var block = start; block < blocks.Count && (block == start || blocks.FirstOf(block) == key); block++)
        {
            var offset = (long)block * RunBlocks.Entries;
            var entries = buffer[..(int)Math.Min(RunBlocks.Entries, header.Count - offset)];
            ReadExactly(file, MemoryMarshal.AsBytes(entries), RunHeader.Length + offset * RunHeader.EntryLength);
            if (!blocks.Holds(block, entries))
                throw new InvalidDataException($"The file {path} of the index of keys changed after it was opened. A restart makes it anew from the log.");
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
}
