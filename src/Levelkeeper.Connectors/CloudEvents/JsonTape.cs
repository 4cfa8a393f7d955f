using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Connectors.CloudEvents;

internal enum JsonKind : byte
{
    Null,
    True,
    False,
    Number,
    String,
    Array,
    Object,
}

/// <summary>One value of a <see cref="JsonTape"/>: its name when it is a member, its text, and where its next sibling stands.</summary>
internal struct JsonNode
{
    /// <summary>Offset of the value in the event's text, for diagnostics.</summary>
    internal int Offset;

    /// <summary>The unescaped text of a string, the literal of a number: in the text, or behind it in the scratch area when it was escaped.</summary>
    internal int Start;

    internal int Length;

    internal int NameStart;

    internal int NameLength;

    /// <summary>Index of the first node after this value and all that is in it.</summary>
    internal int Next;

    internal JsonKind Kind;

    /// <summary>Whether somebody asked for this member; what nobody asked for is an unknown member.</summary>
    internal bool Asked;
}

/// <summary>A parsed JSON text as a flat array of nodes. One tape is used for event after event, so reading allocates nothing.</summary>
internal sealed class JsonTape
{
    private readonly CloudEventLimits _limits;
    private JsonNode[] _nodes = new JsonNode[64];
    private byte[] _text = new byte[1024];
    private int _textLength;
    private int _count;

    internal JsonTape(CloudEventLimits limits) => _limits = limits;

    internal ref JsonNode this[int index] => ref _nodes[index];

    internal int Count => _count;

    internal ReadOnlySpan<byte> Text(int index) => _text.AsSpan(_nodes[index].Start, _nodes[index].Length);

    internal ReadOnlySpan<byte> Name(int index) => _text.AsSpan(_nodes[index].NameStart, _nodes[index].NameLength);

    /// <summary>What a diagnostic calls the value.</summary>
    internal static string Describe(JsonKind kind) => kind switch
    {
        JsonKind.Null => "null",
        JsonKind.True or JsonKind.False => "a boolean",
        JsonKind.Number => "a number",
        JsonKind.String => "a string",
        JsonKind.Array => "an array",
        JsonKind.Object => "an object",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Reads one JSON text. Returns what is wrong with it, given the place of an offset; null when all is well.</summary>
    internal Diagnostic? Read(ReadOnlySpan<byte> text, Func<int, Place> at)
    {
        _count = 0;
        _textLength = text.Length;
        if (!Utf8.IsValid(text))
            return FactDiagnostics.NotUtf8(at(FirstInvalid(text)));
        if (_text.Length < text.Length)
            _text = new byte[Math.Max(text.Length, _text.Length * 2)];
        text.CopyTo(_text);

        // One level more than allowed, so that our own check speaks first.
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = _limits.Depth + 1 });
        Span<int> parents = stackalloc int[_limits.Depth + 1];
        var depth = 0;
        var (nameStart, nameLength) = (0, 0);
        try
        {
            while (reader.Read())
            {
                var offset = (int)reader.TokenStartIndex;
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        (nameStart, nameLength) = Copy(ref reader);
                        continue;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        _nodes[parents[--depth]].Next = _count;
                        continue;
                }

                // The root and its container are not fields.
                if (_count > _limits.Fields)
                    return FactDiagnostics.TooManyFields(at(offset), _limits.Fields);
                if (_count == _nodes.Length)
                    Array.Resize(ref _nodes, _count * 2);
                ref var node = ref _nodes[_count];
                node = new JsonNode { Offset = offset, NameStart = nameStart, NameLength = nameLength, Next = _count + 1 };
                (nameStart, nameLength) = (0, 0);
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        node.Kind = reader.TokenType == JsonTokenType.StartObject ? JsonKind.Object : JsonKind.Array;
                        if (depth >= _limits.Depth)
                            return FactDiagnostics.TooDeep(at(offset), _limits.Depth);
                        parents[depth++] = _count;
                        break;
                    case JsonTokenType.String:
                        node.Kind = JsonKind.String;
                        (node.Start, node.Length) = Copy(ref reader);
                        break;
                    case JsonTokenType.Number:
                        node.Kind = JsonKind.Number;
                        (node.Start, node.Length) = (offset, reader.ValueSpan.Length);
                        break;
                    default:
                        node.Kind = reader.TokenType switch { JsonTokenType.True => JsonKind.True, JsonTokenType.False => JsonKind.False, _ => JsonKind.Null };
                        break;
                }

                _count++;
            }
        }
        catch (JsonException bad)
        {
            // The reader's message ends with a position of its own, which would say the line within the event.
            var message = bad.Message.AsSpan();
            var cut = message.IndexOf(" LineNumber:");
            return FactDiagnostics.NotJson(at(OffsetOf(text, bad)), Lower(cut < 0 ? message : message[..cut]));
        }
        catch (InvalidOperationException)
        {
            // What CopyString does for half a surrogate pair in an escape.
            return FactDiagnostics.LoneSurrogate(at((int)reader.TokenStartIndex));
        }

        return null;
    }

    /// <summary>
    /// Reads a text as <see cref="Read"/> does, several times as fast, if it is of the plain form that nearly all canonical texts have: no blanks, no escapes, only small integers.
    /// </summary>
    /// <returns>False for any other text, good or bad: then nothing is on the tape, and <see cref="Read"/> says what it is.</returns>
    internal bool TryReadPlain(ReadOnlySpan<byte> text)
    {
        _count = 0;
        // Without escapes every quotation mark begins or ends a string.
        if (text.IndexOfAnyInRange((byte)0, (byte)0x1F) >= 0 || text.Contains((byte)'\\') || !Utf8.IsValid(text))
            return false;
        if (_text.Length < text.Length)
            _text = new byte[Math.Max(text.Length, _text.Length * 2)];
        text.CopyTo(_text);
        _textLength = text.Length;
        var at = 0;
        return TryPlainValue(text, ref at, default, 0) && at == text.Length;
    }

    private bool TryPlainValue(ReadOnlySpan<byte> text, ref int at, (int Start, int Length) name, int depth)
    {
        if (at >= text.Length || _count > _limits.Fields)
            return false;
        if (_count == _nodes.Length)
            Array.Resize(ref _nodes, _count * 2);
        var index = _count++;
        ref var node = ref _nodes[index];
        node = new JsonNode { Offset = at, NameStart = name.Start, NameLength = name.Length, Next = index + 1 };
        switch (text[at])
        {
            case (byte)'"':
                node.Kind = JsonKind.String;
                return TryPlainString(text, ref at, out node.Start, out node.Length);
            case (byte)'{' or (byte)'[':
                node.Kind = text[at] == '{' ? JsonKind.Object : JsonKind.Array;
                var isObject = node.Kind == JsonKind.Object;
                if (depth >= _limits.Depth || !TryPlainChildren(text, ref at, isObject, depth + 1))
                    return false;
                _nodes[index].Next = _count;
                return true;
            case (byte)'t':
                node.Kind = JsonKind.True;
                return TryPlainWord(text, ref at, "true"u8);
            case (byte)'f':
                node.Kind = JsonKind.False;
                return TryPlainWord(text, ref at, "false"u8);
            case (byte)'n':
                node.Kind = JsonKind.Null;
                return TryPlainWord(text, ref at, "null"u8);
            default:
                node.Kind = JsonKind.Number;
                node.Start = at;
                return TryPlainInteger(text, ref at, out node.Length);
        }
    }

    private bool TryPlainChildren(ReadOnlySpan<byte> text, ref int at, bool named, int depth)
    {
        var end = named ? (byte)'}' : (byte)']';
        if (++at < text.Length && text[at] == end)
        {
            at++;
            return true;
        }

        while (true)
        {
            var name = (Start: 0, Length: 0);
            if (named && (!TryPlainString(text, ref at, out name.Start, out name.Length) || at >= text.Length || text[at++] != ':'))
                return false;
            if (!TryPlainValue(text, ref at, name, depth) || at >= text.Length)
                return false;
            if (text[at] == end)
            {
                at++;
                return true;
            }

            if (text[at++] != ',')
                return false;
        }
    }

    private static bool TryPlainString(ReadOnlySpan<byte> text, ref int at, out int start, out int length)
    {
        start = at + 1;
        length = -1;
        if (at >= text.Length || text[at] != '"')
            return false;
        length = text[start..].IndexOf((byte)'"');
        at = start + length + 1;
        return length >= 0;
    }

    private static bool TryPlainWord(ReadOnlySpan<byte> text, ref int at, ReadOnlySpan<byte> word)
    {
        var here = text[at..].StartsWith(word);
        at += word.Length;
        return here;
    }

    private static bool TryPlainInteger(ReadOnlySpan<byte> text, ref int at, out int length)
    {
        var number = text[at..];
        length = number.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        at += Math.Max(0, length);
        // At least a bracket follows. What begins with a zero is nothing but zero.
        return length is > 0 and <= 15 && (number[0] != '0' || length == 1);
    }

    private static int OffsetOf(ReadOnlySpan<byte> text, JsonException bad)
    {
        var offset = 0;
        for (var line = bad.LineNumber ?? 0; line > 0; line--)
            offset += text[offset..].IndexOf((byte)'\n') + 1;
        return offset + (int)(bad.BytePositionInLine ?? 0);
    }

    private static string Lower(ReadOnlySpan<char> message) => message.TrimEnd('.').Length < 2 ? "?" : string.Concat(message[..1].ToString().ToLowerInvariant(), message[1..].TrimEnd('.'));

    private static int FirstInvalid(ReadOnlySpan<byte> text)
    {
        var offset = 0;
        while (offset < text.Length && System.Text.Rune.DecodeFromUtf8(text[offset..], out _, out var length) == OperationStatus.Done)
            offset += length;
        return offset;
    }

    private (int Start, int Length) Copy(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
            return ((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
        if (_text.Length - _textLength < reader.ValueSpan.Length)
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _textLength + reader.ValueSpan.Length));
        var start = _textLength;
        var length = reader.CopyString(_text.AsSpan(start));
        _textLength += length;
        return (start, length);
    }
}
