using System.Buffers;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Connectors.CloudEvents;

/// <summary>Cuts a stream into events: one per line, the elements of one array, or one object over several lines. Holds at most one event at a time.</summary>
/// <remarks>
/// After a broken event it goes on: in lines with the next line; in an array with the next line that begins an object where the broken one began
/// (at the same indentation), so that a missing bracket costs one event and not the rest of the file.
/// </remarks>
internal sealed class EventFramer
{
    private const int ChunkBytes = 256 * 1024;

    /// <summary>Brackets deeper than this are not followed any more; far beyond what any event may have.</summary>
    private const int DeepestBracket = 1024;

    private static readonly SearchValues<byte> Structure = SearchValues.Create("{}[]\"\n"u8);
    private static readonly SearchValues<byte> InString = SearchValues.Create("\"\\\n"u8);

    private readonly Stream _stream;
    private readonly string _file;
    private readonly DiagnosticBag _diagnostics;
    private readonly int _limit;
    private readonly ulong[] _brackets = new ulong[DeepestBracket / 64];
    private byte[] _buffer;
    private int _start;
    private int _end;
    private bool _ended;
    private int _line = 1;
    private int _column = 1;
    private Mode _mode = Mode.Undecided;
    private int _lastStrayLine;

    /// <summary>Whether only blanks and commas stand before this place on its line.</summary>
    private bool _first = true;
    private bool _eventIsFirst;

    internal EventFramer(Stream stream, string file, DiagnosticBag diagnostics, int limit)
    {
        (_stream, _file, _diagnostics, _limit) = (stream, file, diagnostics, limit);
        var held = stream as MemoryStream;
        if (held is not null && held.TryGetBuffer(out var text))
        {
            // All of it is there: nothing is moved any more, so it is read where it is.
            (_buffer, _start, _end, _ended) = (text.Array!, text.Offset + (int)held.Position, text.Offset + text.Count, true);
            held.Position = held.Length;
            return;
        }

        // Of a text that is in memory already no more is held than there is.
        _buffer = new byte[held is null ? ChunkBytes : Math.Clamp(held.Length + 1, 256, ChunkBytes)];
    }

    private enum Mode
    {
        Undecided,
        Lines,
        Sequence,
        Array,
        Done,
    }

    /// <summary>Line on which the event begins.</summary>
    internal int EventLine { get; private set; }

    /// <summary>Column at which the event begins, in UTF-16 units.</summary>
    internal int EventColumn { get; private set; }

    /// <summary>True when each event is a line of its own.</summary>
    internal bool OnePerLine => _mode == Mode.Lines;

    /// <summary>The next event's bytes, valid until the next call; false at the end.</summary>
    internal bool TryNext(out ReadOnlySpan<byte> text)
    {
        if (_mode == Mode.Undecided)
            Decide();
        if (_mode == Mode.Lines)
            return TryNextLine(out text);
        while (_mode != Mode.Done)
        {
            if (TryNextElement(out text))
                return true;
        }

        text = default;
        return false;
    }

    private void Decide()
    {
        while (_end - _start < 4 && Fill())
        {
        }

        var head = _buffer.AsSpan(_start, _end - _start);
        if (head is [0xEF, 0xBB, 0xBF, ..])
            _start += 3;
        else if (head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            _diagnostics.Add(FactDiagnostics.NotUtf8(new Place(_file, 1)));
            _mode = Mode.Done;
            return;
        }

        if (!SkipBlanks())
            _mode = Mode.Done;
        else if (_buffer[_start] == '[')
        {
            Advance(1);
            _mode = Mode.Array;
        }
        else
        {
            _mode = _buffer[_start] == '{' && FirstLineIsOnlyAPart() ? Mode.Sequence : Mode.Lines;
        }
    }

    /// <summary>An object that goes on after its first line, unless the next line begins an object too: then the first is a broken line.</summary>
    private bool FirstLineIsOnlyAPart()
    {
        var from = 0;
        int newline;
        while ((newline = _buffer.AsSpan(_start + from, _end - _start - from).IndexOf((byte)'\n')) < 0)
        {
            from = _end - _start;
            if (from > _limit || !Fill())
                return false;
        }

        newline += from;
        var depth = 0;
        var quoted = false;
        var line = _buffer.AsSpan(_start, newline);
        for (var i = 0; i < line.Length; i++)
        {
            if (quoted && line[i] == '\\')
                i++;
            else if (line[i] == '"')
                quoted = !quoted;
            else if (!quoted)
                depth += line[i] is (byte)'{' or (byte)'[' ? 1 : line[i] is (byte)'}' or (byte)']' ? -1 : 0;
        }

        if (quoted || depth <= 0)
            return false;
        for (var next = newline + 1; ; next++)
        {
            while (_start + next >= _end)
            {
                if (next > _limit || !Fill())
                    return true;
            }

            if (!IsBlank(_buffer[_start + next]))
                return _buffer[_start + next] != '{';
        }
    }

    private bool TryNextLine(out ReadOnlySpan<byte> text)
    {
        var searched = 0;
        while (true)
        {
            var rest = _buffer.AsSpan(_start, _end - _start);
            var newline = rest[searched..].IndexOf((byte)'\n');
            if (newline < 0 && rest.Length <= _limit && Fill())
            {
                searched = rest.Length;
                continue;
            }

            if (newline < 0 && rest.Length > _limit)
            {
                SkipLongLine();
                searched = 0;
                continue;
            }

            if (newline < 0 && rest.IsEmpty)
            {
                _mode = Mode.Done;
                text = default;
                return false;
            }

            var length = newline < 0 ? rest.Length : newline + searched;
            text = _buffer.AsSpan(_start, length).TrimEnd(" \t\r"u8);
            EventLine = _line;
            _start = Math.Min(_end, _start + length + 1);
            _line++;
            searched = 0;
            var trimmed = text.TrimStart(" \t\r"u8);
            EventColumn = _column + text.Length - trimmed.Length;
            _column = 1;
            text = trimmed;
            if (text.IsEmpty)
                continue;
            if (length <= _limit)
                return true;
            _diagnostics.Add(FactDiagnostics.TooLong(new Place(_file, EventLine), length, _limit));
        }
    }

    private void SkipLongLine()
    {
        long length = 0;
        while (true)
        {
            var newline = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                length += newline;
                _start += newline + 1;
                break;
            }

            length += _end - _start;
            _start = _end;
            if (!Fill())
                break;
        }

        _diagnostics.Add(FactDiagnostics.TooLong(new Place(_file, _line), length, _limit));
        _line++;
        _column = 1;
    }

    private bool TryNextElement(out ReadOnlySpan<byte> text)
    {
        text = default;
        while (SkipBlanks() && _mode == Mode.Array && _buffer[_start] == ',')
            Advance(1);
        if (_start == _end)
        {
            if (_mode == Mode.Array)
                _diagnostics.Add(FactDiagnostics.Truncated(new Place(_file, _line, _column), "an array of events"));
            _mode = Mode.Done;
            return false;
        }

        if (_mode == Mode.Array && _buffer[_start] == ']')
        {
            // What follows a batch is read as if the batch had not ended; anything but events is reported.
            Advance(1);
            _mode = Mode.Sequence;
            return false;
        }

        if (_buffer[_start] != '{')
        {
            Stray();
            return false;
        }

        return TryObject(out text);
    }

    /// <summary>Passes over text that begins no object, up to the next that may, and reports it once per line.</summary>
    private void Stray()
    {
        var rest = _buffer.AsSpan(_start, _end - _start);
        var length = rest[1..].IndexOfAny("{]\n,"u8);
        length = length < 0 ? rest.Length : length + 1;
        if (_lastStrayLine != _line)
        {
            _lastStrayLine = _line;
            _diagnostics.Add(FactDiagnostics.StrayText(new Place(_file, _line, _column), System.Text.Encoding.UTF8.GetString(rest[..Math.Min(length, 100)])));
        }

        Advance(length);
    }

    private bool TryObject(out ReadOnlySpan<byte> text)
    {
        (EventLine, EventColumn, _eventIsFirst) = (_line, _column, _first);
        var (at, depth, quoted) = (0, 0, false);
        long dropped = 0;
        text = default;
        while (true)
        {
            var rest = _buffer.AsSpan(_start + at, _end - _start - at);
            var next = rest.IndexOfAny(quoted ? InString : Structure);
            if (next < 0)
            {
                at += rest.Length;
                if (at > _limit)
                {
                    // Too long: go on counting brackets, but keep nothing.
                    dropped += at;
                    Advance(at);
                    at = 0;
                }

                if (Fill())
                    continue;
                var start = new Place(_file, EventLine, EventColumn);
                if (dropped > 0)
                {
                    _diagnostics.Add(FactDiagnostics.TooLong(start, dropped + at, _limit));
                    _mode = Mode.Done;
                    return false;
                }

                _diagnostics.Add(FactDiagnostics.Truncated(start, "an event"));
                Resume();
                return false;
            }

            at += next + 1;
            var found = rest[next];
            string? broken = null;
            if (quoted)
            {
                if (found == '"')
                    quoted = false;
                else if (found == '\n')
                    broken = "a string is not closed on its line";
                else if ((_start + at < _end || Fill()) && _buffer[_start + at] != '\n')
                    at++; // The escaped character; a line break is none.
            }
            else if (found == '"')
            {
                quoted = true;
            }
            else if (found is (byte)'{' or (byte)'[')
            {
                if (depth == DeepestBracket)
                {
                    // Go on behind it: to look at all of it again from every line would take quadratic time.
                    _diagnostics.Add(FactDiagnostics.TooDeep(new Place(_file, EventLine, EventColumn), DeepestBracket));
                    Advance(at);
                    Resume();
                    return false;
                }
                else
                {
                    var bit = 1UL << (depth & 63);
                    _brackets[depth >> 6] = found == '{' ? _brackets[depth >> 6] | bit : _brackets[depth >> 6] & ~bit;
                    depth++;
                }
            }
            else if (found != '\n')
            {
                depth--;
                if ((_brackets[depth >> 6] >> (depth & 63) & 1) != (found == '}' ? 1UL : 0UL))
                    broken = $"'{(char)found}' does not close the bracket that is open";
            }

            if (broken is not null)
            {
                _diagnostics.Add(FactDiagnostics.NotJson(new Place(_file, EventLine, EventColumn), broken));
                Resume();
                return false;
            }

            if (depth > 0)
                continue;
            if (dropped + at > _limit)
            {
                _diagnostics.Add(FactDiagnostics.TooLong(new Place(_file, EventLine, EventColumn), dropped + at, _limit));
                Advance(at);
                return false;
            }

            // Take the slice before advancing: advancing moves no bytes.
            text = _buffer.AsSpan(_start, at);
            Advance(at);
            return true;
        }
    }

    /// <summary>After a broken event: to the next line that begins an object at the same column, or at any when the broken one did not begin its line.</summary>
    private void Resume()
    {
        var column = EventColumn;
        while (_start < _end || Fill())
        {
            var newline = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (newline < 0)
            {
                Advance(_end - _start);
                continue;
            }

            Advance(newline + 1);
            if (!SkipBlanksOfLine())
                return;
            if (_buffer[_start] == '{' && (_column == column || !_eventIsFirst))
                return;

            // A comma before the object, as some write it.
            if (_buffer[_start] == ',')
            {
                Advance(1);
                if (SkipBlanksOfLine() && _buffer[_start] == '{' && (_column == column || !_eventIsFirst))
                    return;
            }
        }
    }

    private bool SkipBlanksOfLine()
    {
        while (_start < _end || Fill())
        {
            if (_buffer[_start] is not ((byte)' ' or (byte)'\t' or (byte)'\r'))
                return true;
            Advance(1);
        }

        return false;
    }

    private bool SkipBlanks()
    {
        while (_start < _end || Fill())
        {
            if (!IsBlank(_buffer[_start]))
                return true;
            Advance(1);
        }

        return false;
    }

    private static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    private void Advance(int bytes)
    {
        var passed = _buffer.AsSpan(_start, bytes);
        var newline = passed.LastIndexOf((byte)'\n');
        if (newline >= 0)
        {
            _line += passed.Count((byte)'\n');
            (_column, _first) = (1, true);
            passed = passed[(newline + 1)..];
        }

        _column += System.Text.Encoding.UTF8.GetCharCount(passed);
        _first &= passed.IndexOfAnyExcept(" \t\r,"u8) < 0;
        _start += bytes;
    }

    /// <summary>Reads more behind what is there; false at the end of the stream.</summary>
    private bool Fill()
    {
        if (_ended)
            return false;
        if (_start == _end)
            _start = _end = 0;
        if (_end == _buffer.Length && _start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        // Grows only while one event fills it all: at most to twice the limit and one chunk.
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = _stream.Read(_buffer, _end, _buffer.Length - _end);
        _ended = read == 0;
        _end += read;
        return read > 0;
    }
}
