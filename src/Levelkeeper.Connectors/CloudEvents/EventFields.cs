using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Connectors.CloudEvents;

/// <summary>Reads the members of an event's data one by one, with a diagnostic for each that is missing or wrong.</summary>
/// <remarks>
/// Notes two things beside the values: whether any member was wrong (<see cref="Failed"/>), and whether some text would be written differently by us
/// (<see cref="Respelt"/>): then the fact keeps its canonical text, so that what is written back has the same digest.
/// </remarks>
internal sealed class EventFields(Utf8Interner strings)
{
    private readonly List<string> _asked = [];
    private JsonTape _tape = null!;
    private Func<int, Place> _at = null!;
    private DiagnosticBag _diagnostics = null!;
    private int _object;
    private string _type = "";
    private string _path = "";

    internal bool Failed { get; private set; }

    internal bool Respelt { get; private set; }

    internal void Begin(JsonTape tape, Func<int, Place> at, DiagnosticBag diagnostics)
    {
        (_tape, _at, _diagnostics) = (tape, at, diagnostics);
        (Failed, Respelt) = (false, false);
    }

    /// <summary>The object whose members are asked for from now on; -1 for one without members.</summary>
    internal void Enter(int node, string type, string path = "")
    {
        (_object, _type, _path) = (node, type, path);
        _asked.Clear();
    }

    internal int Object => _object;

    internal Place Place => _at(_object < 0 ? 0 : _tape[_object].Offset);

    internal void Add(Diagnostic diagnostic)
    {
        Failed |= diagnostic.Severity == Severity.Error;
        _diagnostics.Add(diagnostic);
    }

    internal void MarkRespelt() => Respelt = true;

    /// <summary>Reports a member that is absent or null; one that is there but wrong was reported when it was read.</summary>
    internal void MissingUnlessSaid(string name)
    {
        for (var child = _object + 1; _object >= 0 && child < _tape[_object].Next; child = _tape[child].Next)
        {
            if (_tape[child].Kind != JsonKind.Null && Ascii.Equals(_tape.Name(child), name))
                return;
        }

        Add(FactDiagnostics.MemberMissing(Place, _path + name, _type));
    }

    /// <summary>Reports the members that nobody asked for.</summary>
    internal void Leave()
    {
        if (_object < 0)
            return;
        for (var child = _object + 1; child < _tape[_object].Next; child = _tape[child].Next)
        {
            if (_tape[child].Asked)
                continue;
            Respelt = true;
            var name = Encoding.UTF8.GetString(_tape.Name(child));
            _diagnostics.Add(FactDiagnostics.UnknownMember(_at(_tape[child].Offset), _path + name, _type, Suggestion.Closest(name, _asked)));
        }
    }

    /// <summary>The member's node; -1 when it is absent or null.</summary>
    internal int Find(string name)
    {
        _asked.Add(name);
        if (_object < 0)
            return -1;
        var end = _tape[_object].Next;
        for (var child = _object + 1; child < end; child = _tape[child].Next)
        {
            if (_tape[child].NameLength != name.Length || _tape[child].Asked || !Ascii.Equals(_tape.Name(child), name))
                continue;
            _tape[child].Asked = true;
            if (_tape[child].Kind != JsonKind.Null)
                return child;
            Respelt = true;
            return -1;
        }

        return -1;
    }

    internal int Require(string name)
    {
        var node = Find(name);
        if (node < 0)
            Add(FactDiagnostics.MemberMissing(Place, _path + name, _type));
        return node;
    }

    /// <summary>Text; empty when absent.</summary>
    internal string Text(string name) => Text(Find(name), name);

    /// <summary>Text that must be there and not be empty.</summary>
    internal string RequiredText(string name)
    {
        var node = Require(name);
        var text = Text(node, name);
        if (node >= 0 && text.Length == 0 && _tape[node].Kind == JsonKind.String)
            Wrong(node, name, "a text that is not empty");
        return text;
    }

    internal bool? Bool(string name)
    {
        var node = Find(name);
        if (node < 0)
            return null;
        if (_tape[node].Kind is JsonKind.True or JsonKind.False)
            return _tape[node].Kind == JsonKind.True;
        Wrong(node, name, "true or false");
        return null;
    }

    internal bool Bool(string name, bool absent)
    {
        var value = Bool(name);
        Respelt |= value == absent;
        return value ?? absent;
    }

    internal bool RequiredBool(string name)
    {
        var value = Bool(name);
        MissingUnlessSaid(name);
        return value ?? false;
    }

    internal decimal? Decimal(string name, bool negative = true) => Find(name) is >= 0 and var node ? Decimal(node, name, negative) : null;

    internal decimal RequiredDecimal(string name) => Require(name) is >= 0 and var node ? Decimal(node, name, negative: true) ?? 0 : 0;

    internal decimal? Decimal(int node, string name, bool negative)
    {
        decimal value;
        var text = _tape.Text(node);
        if (_tape[node].Kind == JsonKind.Number)
        {
            if (!NumberText.TryParse(text, out var number) || !number.TryToDecimal(out value))
            {
                Add(FactDiagnostics.OutOfBounds(_at(_tape[node].Offset), _path + name, Show(node), "exact within 28 decimal digits"));
                return null;
            }
        }
        else if (_tape[node].Kind == JsonKind.String && IsNumber(text))
        {
            if (!NumberText.TryParse(text, out var number) || !number.TryToDecimal(out value))
            {
                Add(FactDiagnostics.OutOfBounds(_at(_tape[node].Offset), _path + name, Show(node), "exact within 28 decimal digits"));
                return null;
            }

            // As a string we write only what is no safe integer, and that in its shortest form.
            var canonical = new ByteBuffer();
            number.WriteTo(canonical);
            Respelt |= canonical.Written is not [(byte)'"', .. var plain, (byte)'"'] || !plain.SequenceEqual(text);
        }
        else
        {
            Wrong(node, name, "a number");
            return null;
        }

        if (value < 0 && !negative)
        {
            Add(FactDiagnostics.Negative(_at(_tape[node].Offset), _path + name, Show(node)));
            return null;
        }

        return value;
    }

    internal Instant? Time(string name)
    {
        var node = Find(name);
        if (node < 0)
            return null;
        if (_tape[node].Kind != JsonKind.String)
        {
            Wrong(node, name, "a time");
            return null;
        }

        var text = _tape.Text(node);
        var time = ReadTime(text, "data." + _path + name, _tape[node].Offset);
        if (time is { } read)
        {
            Span<byte> written = stackalloc byte[EventTime.LongestText];
            Respelt |= !text.SequenceEqual(written[..EventTime.Write(read, written)]);
        }

        return time;
    }

    internal Instant RequiredTime(string name)
    {
        var time = Time(name);
        MissingUnlessSaid(name);
        return time ?? default;
    }

    internal Instant? ReadTime(ReadOnlySpan<byte> text, string name, int offset)
    {
        var outcome = EventTime.TryRead(text, out var time);
        if (outcome is EventTime.Outcome.Read or EventTime.Outcome.ReadTooFine or EventTime.Outcome.ReadLeapSecond && !EventTime.IsInReach(time))
        {
            Add(FactDiagnostics.TimeOutOfReach(_at(offset), name, Cut(text)));
            return null;
        }

        switch (outcome)
        {
            case EventTime.Outcome.Read:
                return time;
            case EventTime.Outcome.ReadTooFine:
                Add(FactDiagnostics.TimeTooFine(_at(offset), name));
                return time;
            case EventTime.Outcome.ReadLeapSecond:
                Add(FactDiagnostics.LeapSecond(_at(offset), name));
                return time;
            case EventTime.Outcome.NoOffset:
                Add(FactDiagnostics.TimeWithoutOffset(_at(offset), name, Cut(text)));
                return null;
            case EventTime.Outcome.NotATime:
                Add(FactDiagnostics.NotATime(_at(offset), name, Cut(text)));
                return null;
            default:
                throw new InvalidOperationException($"{outcome}");
        }
    }

    /// <summary>A length of time that is not negative; null when absent.</summary>
    internal Duration? Length(string name)
    {
        var node = Find(name);
        if (node < 0)
            return null;
        if (_tape[node].Kind == JsonKind.String && EventDuration.TryReadPlain(_tape.Text(node), out var plain, out var isWritten))
        {
            Respelt |= !isWritten;
            return plain;
        }

        var text = _tape[node].Kind == JsonKind.String && _tape[node].Length <= 64 ? Encoding.UTF8.GetString(_tape.Text(node)) : "";
        if (!EventDuration.TryRead(text, out var length))
        {
            Wrong(node, name, "a length of time with its unit, such as PT1.5S or 250 ms");
            return null;
        }

        if (length < Duration.Zero)
        {
            Add(FactDiagnostics.Negative(_at(_tape[node].Offset), _path + name, text));
            return null;
        }

        Respelt |= EventDuration.Write(length) != text;
        return length;
    }

    /// <summary>One word of a closed list; null when absent or wrong.</summary>
    internal T? Word<T>(string name, ImmutableArray<(string Word, T Value)> words)
        where T : struct
    {
        var node = Find(name);
        if (node < 0)
            return null;
        if (_tape[node].Kind != JsonKind.String)
        {
            Wrong(node, name, "a text");
            return null;
        }

        var text = _tape.Text(node);
        foreach (var (word, value) in words)
        {
            if (Ascii.Equals(text, word))
                return value;
        }

        Add(FactDiagnostics.NotOneOf(_at(_tape[node].Offset), _path + name, Cut(text), words.Select(static entry => entry.Word)));
        return null;
    }

    /// <summary>A list of texts; empty when absent.</summary>
    internal ImmutableArray<string> Texts(string name)
    {
        var node = Find(name);
        if (node < 0)
            return [];
        if (_tape[node].Kind != JsonKind.Array)
        {
            Wrong(node, name, "an array of texts");
            return [];
        }

        var texts = ImmutableArray.CreateBuilder<string>();
        for (var child = node + 1; child < _tape[node].Next; child = _tape[child].Next)
        {
            if (_tape[child].Kind == JsonKind.String)
                texts.Add(strings.Get(_tape.Text(child)));
            else
                Wrong(child, name, "an array of texts");
        }

        Respelt |= texts.Count == 0;
        return texts.DrainToImmutable();
    }

    /// <summary>An object whose members are all texts; null when absent.</summary>
    internal ImmutableSortedDictionary<string, string>? Map(string name)
    {
        var node = Find(name);
        if (node < 0)
            return null;
        if (_tape[node].Kind != JsonKind.Object)
        {
            Wrong(node, name, "an object of texts");
            return null;
        }

        var map = FactAddress.None.Labels.ToBuilder();
        for (var child = node + 1; child < _tape[node].Next; child = _tape[child].Next)
        {
            var key = strings.Get(_tape.Name(child));
            if (_tape[child].Kind == JsonKind.String)
                map[key] = strings.Get(_tape.Text(child));
            else
                Add(FactDiagnostics.MemberKind(_at(_tape[child].Offset), _path + name + "." + key, "a text", JsonTape.Describe(_tape[child].Kind)));
        }

        return map.ToImmutable();
    }

    /// <summary>The histogram's buckets, ascending.</summary>
    internal ImmutableArray<HistogramBucket> Histogram(string name)
    {
        var array = Find(name);
        if (array < 0)
            return [];
        if (_tape[array].Kind != JsonKind.Array)
        {
            Wrong(array, name, "an array of buckets");
            return [];
        }

        var (outer, type, path) = (_object, _type, _path);
        var asked = _asked.ToArray();
        var buckets = ImmutableArray.CreateBuilder<HistogramBucket>();
        var index = 0;
        for (var child = array + 1; child < _tape[array].Next; child = _tape[child].Next)
        {
            if (_tape[child].Kind != JsonKind.Object)
            {
                Wrong(child, name, "an array of objects");
                continue;
            }

            Enter(child, type, string.Create(CultureInfo.InvariantCulture, $"{path}{name}[{index++}]."));
            var upTo = Decimal("up-to");
            var count = Decimal(Require("count") is >= 0 and var node ? node : -1, "count");
            Leave();
            if (buckets.Count > 0 && (buckets[^1].UpTo is not { } last || upTo <= last))
                Add(FactDiagnostics.BucketsNotAscending(_at(_tape[child].Offset)));
            buckets.Add(new HistogramBucket(upTo, count));
        }

        Enter(outer, type, path);
        _asked.AddRange(asked);
        Respelt |= buckets.Count == 0;
        return buckets.DrainToImmutable();
    }

    private long Decimal(int node, string name)
    {
        if (node < 0 || Decimal(node, name, negative: false) is not { } count)
            return 0;
        if (decimal.Truncate(count) == count && count <= long.MaxValue)
            return (long)count;
        Wrong(node, name, "a whole number");
        return 0;
    }

    private string Text(int node, string name)
    {
        if (node < 0)
            return "";
        if (_tape[node].Kind != JsonKind.String)
        {
            Wrong(node, name, "a text");
            return "";
        }

        Respelt |= _tape[node].Length == 0;
        return strings.Get(_tape.Text(node));
    }

    private void Wrong(int node, string name, string expected) =>
        Add(FactDiagnostics.MemberKind(_at(_tape[node].Offset), _path + name, expected, Show(node)));

    private string Show(int node) =>
        _tape[node].Kind is JsonKind.String or JsonKind.Number ? Diagnostic.Quote(Cut(_tape.Text(node))) : JsonTape.Describe(_tape[node].Kind);

    private static string Cut(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text[..Math.Min(text.Length, 200)]);

    private static bool IsNumber(ReadOnlySpan<byte> text)
    {
        var body = text.TrimStart((byte)'-');
        if (text.Length - body.Length > 1 || body.IsEmpty || body[0] is < (byte)'0' or > (byte)'9' || body.Length > 100)
            return false;
        var dot = body.IndexOf((byte)'.');
        return dot != body.Length - 1 && body.IndexOfAnyExcept("0123456789."u8) < 0 && (dot < 0 || body[(dot + 1)..].IndexOf((byte)'.') < 0);
    }
}
