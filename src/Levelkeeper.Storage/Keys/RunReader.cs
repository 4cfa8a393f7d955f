using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Levelkeeper.Storage.Keys;

/// <summary>Reads a run file from its beginning to its end and checks it against its checksum.</summary>
internal sealed class RunReader : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly RunHeader _header;
    private readonly KeyEntry[] _buffer = new KeyEntry[4096];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _offset = RunHeader.Length;
    private long _unread;
    private int _at = -1;
    private int _buffered;

    /// <summary>Begins before the first entry of an open file, whose handle stays the caller's.</summary>
    public RunReader(SafeFileHandle file, RunHeader header)
    {
        _file = file;
        _header = header;
        _unread = header.Count;
        Span<byte> bytes = stackalloc byte[RunHeader.Length];
        header.Write(bytes);
        _hash.AppendData(bytes);
    }

    /// <summary>The entry that was read last.</summary>
    public KeyEntry Current => _buffer[_at];

    /// <summary>Reads the next entry.</summary>
    /// <returns>False when there is no other.</returns>
    public bool MoveNext()
    {
        if (++_at < _buffered)
            return true;
        if (_unread == 0)
            return false;
        _buffered = (int)Math.Min(_unread, _buffer.Length);
        _unread -= _buffered;
        Read(MemoryMarshal.AsBytes(_buffer.AsSpan(0, _buffered)));
        _at = 0;
        return true;
    }

    /// <summary>Reads the filter, after the last entry.</summary>
    /// <exception cref="InvalidDataException">The file is not what was written.</exception>
    public KeyFilter Finish()
    {
        var filter = new KeyFilter(_header.FilterBlocks);
        for (var words = filter.Words; !words.IsEmpty;)
        {
            var part = words[..Math.Min(words.Length, 1 << 14)];
            Read(MemoryMarshal.AsBytes(part));
            words = words[part.Length..];
        }

        Span<byte> written = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> reckoned = stackalloc byte[SHA256.HashSizeInBytes];
        KeyRun.ReadExactly(_file, written, _offset);
        _hash.GetHashAndReset(reckoned);
        return written.SequenceEqual(reckoned) ? filter : throw new InvalidDataException("The checksum is not that of the content.");
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private void Read(Span<byte> bytes)
    {
        KeyRun.ReadExactly(_file, bytes, _offset);
        _hash.AppendData(bytes);
        _offset += bytes.Length;
    }
}
