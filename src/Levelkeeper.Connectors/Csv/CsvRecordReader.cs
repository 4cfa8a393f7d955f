namespace Levelkeeper.Connectors.Csv;

/// <summary>Reads RFC 4180 records and recovers: a row with a broken quote costs its own first line, and reading goes on with the next.</summary>
/// <remarks>
/// Quotes inside an unquoted field stand for themselves. Any of CRLF, LF and CR ends a row; empty lines are passed over. Holds one record at a time.
/// Own code rather than a package's because the packages read on to the end of the file after a quote that is not closed.
/// </remarks>
internal sealed class CsvRecordReader(TextReader reader, char delimiter, int limit)
{
    private readonly List<string> _fields = [];
    private char[] _buffer = new char[16 * 1024];
    private int _start;
    private int _end;
    private bool _ended;
    private int _nextLine = 1;

    internal enum Outcome
    {
        Record,
        BrokenQuote,
        TooLong,
        End,
    }

    /// <summary>The fields of the last record.</summary>
    internal IReadOnlyList<string> Fields => _fields;

    /// <summary>The line on which the last record began.</summary>
    internal int Line { get; private set; }

    /// <summary>The last record as it stood in the file, without its line end; of one that was too long, the beginning.</summary>
    internal string Raw { get; private set; } = "";

    internal Outcome Read()
    {
        while (Peek(0) is '\r' or '\n')
            Pass(LineEnd(0));
        _fields.Clear();
        Line = _nextLine;
        if (Peek(0) < 0)
            return Outcome.End;
        var at = 0;
        while (true)
        {
            var broken = Peek(at) == '"' ? !Quoted(ref at) : !Plain(ref at);
            if (broken)
                return at > limit ? SkipLong() : Recover();
            if (Peek(at) != delimiter)
                break;
            at++;
        }

        Raw = new string(_buffer, _start, at);
        Pass(at);
        Pass(LineEnd(0));
        return Outcome.Record;
    }

    private bool Plain(ref int at)
    {
        var from = at;
        while (Peek(at) is var next and >= 0 && next != delimiter && next != '\n' && next != '\r')
        {
            if (++at > limit)
                return false;
        }

        _fields.Add(new string(_buffer, _start + from, at - from));
        return true;
    }

    private bool Quoted(ref int at)
    {
        var text = new System.Text.StringBuilder();
        var from = ++at;
        while (true)
        {
            var next = Peek(at);
            if (next < 0 || at > limit)
                return false;
            if (next != '"')
            {
                at++;
                continue;
            }

            text.Append(_buffer, _start + from, at - from);
            var after = Peek(at + 1);
            if (after != '"')
            {
                at++;
                _fields.Add(text.ToString());
                return after < 0 || after == delimiter || after is '\r' or '\n';
            }

            // The second of two quotes is the first character of what follows.
            from = at + 1;
            at += 2;
        }
    }

    /// <summary>Gives up the record's first line only.</summary>
    private Outcome Recover()
    {
        var at = 0;
        while (Peek(at) is var next and >= 0 && next != '\n' && next != '\r')
            at++;
        _fields.Clear();
        Raw = new string(_buffer, _start, at);
        Pass(at);
        Pass(LineEnd(0));
        return Outcome.BrokenQuote;
    }

    /// <summary>Passes over the record's first line, which may be longer than memory; what follows a long quoted field is read as rows again.</summary>
    private Outcome SkipLong()
    {
        Raw = new string(_buffer, _start, Math.Min(1000, _end - _start));
        var cut = Raw.AsSpan().IndexOfAny('\r', '\n');
        if (cut >= 0)
            Raw = Raw[..cut];
        _fields.Clear();
        while (Peek(0) >= 0)
        {
            var lineEnd = _buffer.AsSpan(_start, _end - _start).IndexOfAny('\r', '\n');
            if (lineEnd >= 0)
            {
                Pass(lineEnd);
                break;
            }

            Pass(_end - _start);
        }

        Pass(LineEnd(0));
        return Outcome.TooLong;
    }

    private int LineEnd(int at) => Peek(at) switch
    {
        '\n' => 1,
        '\r' => Peek(at + 1) == '\n' ? 2 : 1,
        _ => 0,
    };

    private void Pass(int count)
    {
        for (var i = _start; i < _start + count; i++)
        {
            if (_buffer[i] == '\n' || (_buffer[i] == '\r' && (i + 1 >= _end || _buffer[i + 1] != '\n')))
                _nextLine++;
        }

        _start += count;
    }

    private int Peek(int at)
    {
        while (_start + at >= _end)
        {
            if (_ended)
                return -1;
            Fill();
        }

        return _buffer[_start + at];
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = reader.Read(_buffer, _end, _buffer.Length - _end);
        _ended = read == 0;
        _end += read;
    }
}
