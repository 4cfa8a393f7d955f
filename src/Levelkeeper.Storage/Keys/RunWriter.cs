using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Levelkeeper.Storage.Keys;

/// <summary>Writes a run file: under a temporary name first, so that a file with the right name is whole.</summary>
internal sealed class RunWriter : IDisposable
{
    private readonly RunHeader _header;
    private readonly string _path;
    private readonly string _unfinished;
    private readonly KeyFilter _filter;
    private readonly RunBlocks _blocks;
    private readonly byte[] _buffer = new byte[1 << 17];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private SafeFileHandle? _file;
    private int _buffered;
    private long _written;
    private long _added;

    /// <summary>Begins a file.</summary>
    public RunWriter(string folder, RunHeader header)
    {
        _header = header;
        _path = Path.Combine(folder, header.FileName);
        // A name of its own: an owner that was replaced may wake up and write the same run once more.
        _unfinished = $"{_path}.{Path.GetRandomFileName()}{RunHeader.Unfinished}";
        _filter = new KeyFilter(header.FilterBlocks);
        _blocks = new RunBlocks(header.Count);
        _file = File.OpenHandle(_unfinished, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        header.Write(_buffer);
        _buffered = RunHeader.Length;
    }

    /// <summary>Adds the next entry in their order.</summary>
    public void Add(KeyEntry entry)
    {
        _added++;
        _blocks.Add(entry);
        _filter.Add(entry.Key);
        if (_buffered + RunHeader.EntryLength > _buffer.Length)
            WriteBuffer();
        MemoryMarshal.Write(_buffer.AsSpan(_buffered), entry);
        _buffered += RunHeader.EntryLength;
    }

    /// <summary>Ends the file, makes it durable and gives it its name.</summary>
    public KeyRun Complete()
    {
        if (_added != _header.Count)
            throw new InvalidOperationException($"{_added} entries were added, {_header.Count} were announced.");
        WriteBuffer();
        for (var words = (ReadOnlySpan<ulong>)_filter.Words; !words.IsEmpty;)
        {
            var part = MemoryMarshal.AsBytes(words[..Math.Min(words.Length, _buffer.Length / sizeof(ulong))]);
            part.CopyTo(_buffer);
            _buffered = part.Length;
            words = words[(part.Length / sizeof(ulong))..];
            WriteBuffer();
        }

        _hash.GetHashAndReset(_buffer);
        RandomAccess.Write(_file!, _buffer.AsSpan(0, SHA256.HashSizeInBytes), _written);
        RandomAccess.FlushToDisk(_file!);
        // The folder is not flushed: a name that a power failure takes away is a missing file, and file systems with a journal keep the order of this and the later deletions.
        File.Move(_unfinished, _path, overwrite: true);
        var run = new KeyRun(_path, _file!, _header, _blocks, _filter);
        _file = null;
        return run;
    }

    /// <summary>Deletes what was written, unless it is complete.</summary>
    public void Dispose()
    {
        _hash.Dispose();
        if (_file is null)
            return;
        _file.Dispose();
        File.Delete(_unfinished);
    }

    private void WriteBuffer()
    {
        var bytes = _buffer.AsSpan(0, _buffered);
        _hash.AppendData(bytes);
        RandomAccess.Write(_file!, bytes, _written);
        _written += _buffered;
        _buffered = 0;
    }
}
