using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Connectors.CloudEvents;

/// <summary>Reads lines of CloudEvents from a stream that comes in pieces, such as the body of a request, without ever blocking a thread: fill, then read what is there, and again.</summary>
/// <remarks>
/// Memory stays within twice the longest event, however long the stream. A line that is too long is passed over and reported. Not thread-safe, but the caller may go on using
/// the facts while the next piece is on its way. The stream stays open: it belongs to the caller.
/// </remarks>
public sealed class EventLineReader
{
    private const int FirstBytes = 64 * 1024;

    private readonly Stream _stream;
    private readonly string _file;
    private readonly DiagnosticBag _diagnostics;
    private readonly CloudEventReader _events;
    private readonly int _limit;
    private byte[] _buffer = new byte[FirstBytes];
    private int _start;
    private int _searched;
    private int _end;
    private long _skipped;
    private bool _ended;

    /// <summary>Reads from a stream of UTF-8.</summary>
    /// <param name="stream">Any number of lines.</param>
    /// <param name="file">The name that diagnostics and facts carry as their place.</param>
    /// <param name="diagnostics">What is wrong goes here.</param>
    /// <param name="limits">How much is read before input is refused; <see cref="CloudEventLimits.Default"/> when null.</param>
    public EventLineReader(Stream stream, string file, DiagnosticBag diagnostics, CloudEventLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        (_stream, _file, _diagnostics) = (stream, file, diagnostics);
        _events = new CloudEventReader(file, diagnostics, limits);
        _limit = (limits ?? CloudEventLimits.Default).EventBytes;
    }

    /// <summary>The line that was read last, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>The canonical text of the fact that was read last; valid until the next is read.</summary>
    public ReadOnlySpan<byte> Canonical => _events.Canonical;

    /// <summary>Waits for the next piece of the stream. False when it has ended and nothing is left to read.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancel = default)
    {
        if (_ended)
            return false;
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _searched, _end) = (0, _searched - _start, _end - _start);
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancel);
        _end += read;
        _ended = read == 0;
        return !_ended || _end > 0 || _skipped > 0;
    }

    /// <summary>The next event of what is there, in error or not; false when more must be waited for.</summary>
    /// <param name="fact">What it says; null when it is in error, which was reported.</param>
    public bool TryRead(out Fact? fact)
    {
        while (TryLine(out var text, out var length))
        {
            Line++;
            if (length > _limit)
            {
                _diagnostics.Add(FactDiagnostics.TooLong(new Place(_file, Line), length, _limit));
                fact = null;
                return true;
            }

            if (Line == 1 && text is [0xEF, 0xBB, 0xBF, ..])
                text = text[3..];
            var trimmed = text.TrimStart(" \t\r"u8);
            if (trimmed.IsEmpty)
                continue;
            fact = _events.ReadOne(trimmed.TrimEnd(" \t\r"u8), Line, text.Length - trimmed.Length + 1);
            return true;
        }

        fact = null;
        return false;
    }

    /// <summary>The next whole line, without its break; of one that is too long only its length.</summary>
    private bool TryLine(out ReadOnlySpan<byte> text, out long length)
    {
        text = default;
        var found = _buffer.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
        if (found < 0 && !_ended)
        {
            _searched = _end;
            length = 0;
            if (_skipped + _end - _start <= _limit)
                return false;
            // Nothing of it is kept, but it is counted.
            _skipped += _end - _start;
            _start = _searched = _end = 0;
            return false;
        }

        var end = found < 0 ? _end : _searched + found;
        length = _skipped + end - _start;
        if (found < 0 && length == 0)
            return false;
        text = _buffer.AsSpan(_start, end - _start);
        _start = _searched = Math.Min(_end, end + 1);
        _skipped = 0;
        return true;
    }
}
