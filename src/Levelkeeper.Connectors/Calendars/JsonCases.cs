using System.Text;
using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Connectors.Calendars;

/// <summary>Cuts JSON text into cases without reading it all: the elements of an array when the text begins with one, else its lines.</summary>
public static class JsonCases
{
    /// <summary>The most characters of one case; a longer one is passed over with a problem, and the rest go on.</summary>
    public const int LongestCase = 1 << 20;

    /// <summary>The cases in order. Each has its text, the line on which it starts, and what is wrong with its cutting, if anything; the text is then empty.</summary>
    public static IEnumerable<(string Text, Place Place, string? Problem)> Read(TextReader input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var source = new Source(input);
        while (source.Peek() is var c && (c == '\uFEFF' || (c >= 0 && char.IsWhiteSpace((char)c))))
            source.Next();
        return source.Peek() == '[' ? Elements(source) : Lines(source);
    }

    private static IEnumerable<(string Text, Place Place, string? Problem)> Lines(Source source)
    {
        var text = new Piece();
        while (source.Peek() >= 0)
        {
            var place = new Place("", source.Line);
            int c;
            while ((c = source.Next()) >= 0 && c != '\n')
                text.Add((char)c);
            if (text.HasContent)
                yield return text.Take(place);
        }
    }

    private static IEnumerable<(string Text, Place Place, string? Problem)> Elements(Source source)
    {
        source.Next();
        var text = new Piece();
        var depth = 0;
        bool inString = false, escaped = false, any = false;
        var place = new Place("", source.Line);
        while (source.Next() is var c && c >= 0)
        {
            var character = (char)c;
            if (!inString && depth == 0 && character is ',' or ']')
            {
                if (text.HasContent || character == ',' || any)
                {
                    if (text.HasContent)
                        yield return text.Take(place);
                    else
                        yield return ("", place, "An element of the array is missing.");
                }

                any = character == ',';
                if (character == ']')
                {
                    if (HasMore(source))
                        yield return ("", new Place("", source.Line), "There is more text after the end of the array.");
                    yield break;
                }

                continue;
            }

            if (!text.HasContent && !char.IsWhiteSpace(character))
                place = new Place("", source.Line);
            text.Add(character);
            if (inString)
            {
                inString = escaped || character != '"';
                escaped = !escaped && character == '\\';
            }
            else if (character == '"')
            {
                inString = true;
            }
            else if (character is '{' or '[')
            {
                depth++;
            }
            else if (character is '}' or ']')
            {
                depth--;
            }
        }

        yield return ("", place, "The array does not end: the text was cut off, or a bracket or quote is missing.");
    }

    private static bool HasMore(Source source)
    {
        int c;
        while ((c = source.Next()) >= 0)
        {
            if (!char.IsWhiteSpace((char)c))
                return true;
        }

        return false;
    }

    /// <summary>The text of one case, up to the bound.</summary>
    private sealed class Piece
    {
        private readonly StringBuilder _text = new();
        private bool _tooLong;

        public bool HasContent { get; private set; }

        public void Add(char character)
        {
            HasContent |= !char.IsWhiteSpace(character);
            if (_text.Length < LongestCase)
                _text.Append(character);
            else
                _tooLong = true;
        }

        public (string Text, Place Place, string? Problem) Take(Place place)
        {
            var taken = _tooLong
                ? ("", place, $"The case is longer than {LongestCase} characters.")
                : (_text.ToString(), place, (string?)null);
            _text.Clear();
            _tooLong = HasContent = false;
            return taken;
        }
    }

    private sealed class Source(TextReader input)
    {
        private readonly char[] _buffer = new char[16 * 1024];
        private int _next;
        private int _end;

        public int Line { get; private set; } = 1;

        public int Peek()
        {
            if (_next == _end)
            {
                _end = input.Read(_buffer, 0, _buffer.Length);
                _next = 0;
            }

            return _end == 0 ? -1 : _buffer[_next];
        }

        public int Next()
        {
            var c = Peek();
            if (c < 0)
                return -1;
            _next++;
            if (c == '\n')
                Line++;
            return c;
        }
    }
}
