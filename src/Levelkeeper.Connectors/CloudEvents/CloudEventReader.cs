using System.Collections.Immutable;
using System.Text;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Connectors.CloudEvents;

/// <summary>Reads CloudEvents 1.0 in JSON as facts: one event per line, a JSON array of them, or a single event over several lines; which it is it finds out itself.</summary>
/// <remarks>
/// A bad event costs a diagnostic with file, line and column, and itself; the rest is read. Memory is bounded by <see cref="CloudEventLimits"/>, however long the input.
/// Not thread-safe. The stream stays open: it belongs to the caller.
/// </remarks>
public sealed class CloudEventReader
{
    private const int MostTypesNamed = 100;

    private static readonly string[] AttributeNames = ["specversion", "id", "source", "type", "subject", "time", "sequence", "recordedtime", "data", "datacontenttype", "dataschema", "data_base64"];

    private readonly string _file;
    private DiagnosticBag _diagnostics;
    private readonly CloudEventLimits _limits;
    private EventFramer? _framer;
    private readonly JsonTape _tape;
    private readonly Utf8Interner _strings = new();
    private readonly EventFields _fields;
    private readonly ByteBuffer _canonical = new();
    private readonly HashSet<string> _otherTypes = [];
    private readonly Func<int, Place> _at;
    private JsonTape? _decoded;
    private byte[] _event = [];
    private int _eventLength;
    private (int Line, int Column) _begins;
    private Place? _madeFrom;
    private bool _isStored;

    /// <summary>Reads from a stream of UTF-8.</summary>
    /// <param name="stream">Any number of events.</param>
    /// <param name="file">The name that diagnostics and facts carry as their place.</param>
    /// <param name="diagnostics">What is wrong goes here.</param>
    /// <param name="limits">How much is read before input is refused; <see cref="CloudEventLimits.Default"/> when null.</param>
    public CloudEventReader(Stream stream, string file, DiagnosticBag diagnostics, CloudEventLimits? limits = null)
        : this(file, diagnostics, limits)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _framer = new EventFramer(stream, file, diagnostics, _limits.EventBytes);
    }

    /// <summary>Reads events that are handed over one by one: <see cref="ReadOne"/>.</summary>
    /// <param name="file">The name that diagnostics and facts carry as their place.</param>
    /// <param name="diagnostics">What is wrong goes here.</param>
    /// <param name="limits">How much is read before input is refused; <see cref="CloudEventLimits.Default"/> when null.</param>
    public CloudEventReader(string file, DiagnosticBag diagnostics, CloudEventLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        _limits = limits ?? CloudEventLimits.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(_limits.EventBytes, 1024, nameof(limits));
        ArgumentOutOfRangeException.ThrowIfLessThan(_limits.Depth, 1, nameof(limits));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_limits.Depth, 256, nameof(limits));
        (_file, _diagnostics) = (file, diagnostics);
        _tape = new JsonTape(_limits);
        _fields = new EventFields(_strings);
        _at = PlaceOf;
    }

    /// <summary>What is wrong goes here. Another may be set between two events, so that one reader serves many inputs; types that are not ours are then told of again.</summary>
    public DiagnosticBag Diagnostics
    {
        get => _diagnostics;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _diagnostics = value;
            _otherTypes.Clear();
        }
    }

    /// <summary>Begins with another stream: one reader serves many, one after another.</summary>
    /// <param name="stream">Any number of events. The text of one that is in memory and shows its array is read where it is.</param>
    /// <param name="diagnostics">What is wrong with them goes here.</param>
    public void Begin(Stream stream, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Diagnostics = diagnostics;
        _framer = new EventFramer(stream, _file, diagnostics, _limits.EventBytes);
    }

    /// <summary>Lets its stream go; what it reads next is handed over (<see cref="ReadOne"/>) or comes from another one (<see cref="Begin"/>).</summary>
    public void End() => _framer = null;

    /// <summary>The longest event that it has read, in bytes: its buffers are as large as that one made them.</summary>
    public int Longest { get; private set; }

    /// <summary>How many events were refused for errors; text that could not be cut into events is not counted.</summary>
    public long Refused { get; private set; }

    /// <summary>The facts of a stream, read as they are asked for.</summary>
    public static IEnumerable<Fact> Read(Stream stream, string file, DiagnosticBag diagnostics, CloudEventLimits? limits = null)
    {
        var reader = new CloudEventReader(stream, file, diagnostics, limits);
        while (reader.TryRead() is { } fact)
            yield return fact;
    }

    /// <summary>The next fact; null at the end. Events in error are reported and passed over.</summary>
    public Fact? TryRead()
    {
        while (TryReadEvent(out var read))
        {
            if (read is not null)
                return read;
        }

        return null;
    }

    /// <summary>The next event, in error or not; false at the end.</summary>
    /// <param name="fact">What it says; null when it is in error, which was reported.</param>
    /// <exception cref="InvalidOperationException">This reader was made without a stream.</exception>
    public bool TryReadEvent(out Fact? fact)
    {
        var framer = _framer ?? throw new InvalidOperationException("This reader has no stream.");
        fact = null;
        if (!framer.TryNext(out var text))
            return false;
        fact = ReadOne(text, framer.EventLine, framer.EventColumn);
        return true;
    }

    /// <summary>One event; null when it is in error, which is reported.</summary>
    /// <param name="text">The event in UTF-8; blanks may stand around it.</param>
    /// <param name="line">The line on which it begins.</param>
    /// <param name="column">The column at which it begins.</param>
    public Fact? ReadOne(ReadOnlySpan<byte> text, int line = 1, int column = 1)
    {
        return ReadText(text, line, column, null);
    }

    /// <summary>One event out of a log, whose text was made canonical and checked when it came: what that found is not found again. Null when it cannot be read.</summary>
    /// <param name="canonical">The text in canonical form.</param>
    /// <param name="digest">Its digest.</param>
    /// <param name="key">Its identity, where it is known; null to work it out when somebody asks.</param>
    public Fact? ReadStored(ReadOnlySpan<byte> canonical, FactDigest digest, FactKey? key = null) => ReadText(canonical, 1, 1, digest, key);

    /// <summary>One event that was made from another form of input, whose place every diagnostic then names; null when it is in error.</summary>
    internal Fact? Read(ReadOnlySpan<byte> text, Place place, DiagnosticBag diagnostics)
    {
        (_madeFrom, _diagnostics) = (place, diagnostics);
        _event = text.ToArray();
        _eventLength = text.Length;
        return ReadEvent() is { } fact ? fact with { Place = place } : null;
    }

    /// <summary>The canonical text of the fact that was read last, which its digest is taken of; valid until the next is read.</summary>
    public ReadOnlySpan<byte> Canonical => _isStored ? _event.AsSpan(0, _eventLength) : _canonical.Written;

    private Place PlaceOf(int offset)
    {
        if (_madeFrom is { } place)
            return place;
        var before = _event.AsSpan(0, Math.Clamp(offset, 0, _eventLength));
        var newline = before.LastIndexOf((byte)'\n');
        var column = Encoding.UTF8.GetCharCount(before[(newline + 1)..]) + (newline < 0 ? _begins.Column : 1);
        return new Place(_file, _begins.Line + before.Count((byte)'\n'), column);
    }

    private Fact? ReadText(ReadOnlySpan<byte> text, int line, int column, FactDigest? stored, FactKey? key = null)
    {
        if (text.Length > _limits.EventBytes)
        {
            _diagnostics.Add(FactDiagnostics.TooLong(new Place(_file, line, column), text.Length, _limits.EventBytes));
            Refused++;
            return null;
        }

        if (_event.Length < text.Length)
            _event = new byte[Math.Max(text.Length, 4096)];
        text.CopyTo(_event);
        Longest = Math.Max(Longest, text.Length);
        (_eventLength, _begins) = (text.Length, (line, column));
        var fact = ReadEvent(stored, key);
        if (fact is null)
            Refused++;
        return fact;
    }

    private Fact? ReadEvent(FactDigest? stored = null, FactKey? key = null)
    {
        _isStored = stored is not null;
        var text = _event.AsSpan(0, _eventLength);
        if (!(_isStored && _tape.TryReadPlain(text)) && _tape.Read(text, _at) is { } wrong)
        {
            _diagnostics.Add(wrong);
            return null;
        }

        if (_tape[0].Kind != JsonKind.Object)
        {
            _diagnostics.Add(FactDiagnostics.NotAnObject(PlaceOf(0), JsonTape.Describe(_tape[0].Kind)));
            return null;
        }

        _fields.Begin(_tape, _at, _diagnostics);
        _canonical.Clear();
        if (!_isStored && CanonicalWriter.Write(_canonical, _tape, ReadEnvelopeTime, _at) is { } unfit)
        {
            _diagnostics.Add(unfit);
            return null;
        }

        var head = ReadEnvelope();
        if (_fields.Failed)
            return null;
        var time = head.Time!.Value;
        var data = ReadData(ref head, time);
        if (_fields.Failed)
            return null;
        return new Fact
        {
            Source = head.Source,
            Id = head.Id,
            Type = head.Type,
            Subject = head.Subject,
            Time = time,
            RecordedTime = head.Recorded,
            Sequence = head.Sequence,
            Address = head.Address,
            Data = data,
            Digest = stored ?? CanonicalJson.Digest(_canonical.Written),
            Body = _fields.Respelt ? Encoding.UTF8.GetString(Canonical) : "",
            Place = new Place(_file, _begins.Line, _framer is null or { OnePerLine: true } ? 0 : _begins.Column),
            KnownKey = key,
        };
    }

    /// <summary>The event's time for the canonical text, which has it in UTC; nothing is reported here.</summary>
    private static Instant? ReadEnvelopeTime(ReadOnlySpan<byte> text) =>
        EventTime.TryRead(text, out var time) is EventTime.Outcome.NoOffset or EventTime.Outcome.NotATime ? null : time;

    private Envelope ReadEnvelope()
    {
        var envelope = new Envelope();
        var (hasVersion, hasTime, hasBase64) = (false, false, false);
        var end = _tape[0].Next;
        for (var node = 1; node < end; node = _tape[node].Next)
        {
            if (_tape[node].Kind == JsonKind.Null)
                continue; // CloudEvents: an attribute that is null is not set.
            var name = _tape.Name(node);
            switch (name)
            {
                case var _ when name.SequenceEqual("specversion"u8):
                    hasVersion = true;
                    if (!(_tape[node].Kind == JsonKind.String && _tape.Text(node).SequenceEqual("1.0"u8)) && Attribute(node, "specversion") is { } version && version != "1.0")
                        _fields.Add(FactDiagnostics.OtherVersion(PlaceOf(_tape[node].Offset), version));
                    break;
                case var _ when name.SequenceEqual("id"u8):
                    envelope.Id = Attribute(node, "id", repeats: false) ?? "?";
                    break;
                case var _ when name.SequenceEqual("source"u8):
                    envelope.Source = Attribute(node, "source") ?? "?";
                    break;
                case var _ when name.SequenceEqual("type"u8):
                    envelope.Type = Attribute(node, "type") ?? "?";
                    break;
                case var _ when name.SequenceEqual("subject"u8):
                    envelope.Subject = Attribute(node, "subject") ?? "?";
                    break;
                case var _ when name.SequenceEqual("sequence"u8):
                    envelope.Sequence = Attribute(node, "sequence") ?? "?";
                    break;
                case var _ when name.SequenceEqual("time"u8):
                    hasTime = true;
                    envelope.Time = AttributeTime(node, "time");
                    break;
                case var _ when name.SequenceEqual("recordedtime"u8):
                    envelope.Recorded = AttributeTime(node, "recordedtime");
                    break;
                case var _ when name.SequenceEqual("data"u8):
                    envelope.Data = node;
                    break;
                case var _ when name.SequenceEqual("data_base64"u8):
                    hasBase64 = true;
                    envelope.Base64 = node;
                    _fields.MarkRespelt();
                    break;
                case var _ when name.SequenceEqual("datacontenttype"u8):
                    envelope.ContentType = Attribute(node, "datacontenttype") ?? "?";
                    if (envelope.ContentType != CanonicalWriter.DefaultContentType)
                        _fields.MarkRespelt();
                    break;
                default:
                    _fields.MarkRespelt();
                    Extension(node, name);
                    break;
            }
        }

        if (hasBase64 && envelope.Data >= 0)
            _fields.Add(FactDiagnostics.DataTwice(PlaceOf(_tape[envelope.Base64].Offset)));
        Missing("specversion", hasVersion);
        Missing("id", envelope.Id.Length > 0);
        Missing("source", envelope.Source.Length > 0);
        Missing("type", envelope.Type.Length > 0);
        Missing("time", hasTime);
        return envelope;
    }

    private void Missing(string name, bool there)
    {
        if (!there)
            _fields.Add(FactDiagnostics.AttributeMissing(PlaceOf(0), name));
    }

    private Instant? AttributeTime(int node, string name)
    {
        if (_tape[node].Kind == JsonKind.String)
            return _fields.ReadTime(_tape.Text(node), name, _tape[node].Offset);
        _fields.Add(FactDiagnostics.AttributeKind(PlaceOf(_tape[node].Offset), name, "a string", JsonTape.Describe(_tape[node].Kind)));
        return null;
    }

    private string? Attribute(int node, string name, bool repeats = true)
    {
        var place = _tape[node].Offset;
        if (_tape[node].Kind != JsonKind.String)
            _fields.Add(FactDiagnostics.AttributeKind(PlaceOf(place), name, "a string", JsonTape.Describe(_tape[node].Kind)));
        else if (_tape[node].Length == 0)
            _fields.Add(FactDiagnostics.AttributeEmpty(PlaceOf(place), name));
        else if (!_isStored && HasControl(_tape.Text(node)))
            _fields.Add(FactDiagnostics.ControlCharacter(PlaceOf(place), name));
        else
            return repeats ? _strings.Get(_tape.Text(node)) : Encoding.UTF8.GetString(_tape.Text(node));
        return null;
    }

    private void Extension(int node, ReadOnlySpan<byte> name)
    {
        var text = Encoding.UTF8.GetString(name[..Math.Min(name.Length, 200)]);
        if (name.IsEmpty || name.IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789"u8) >= 0)
            _fields.Add(FactDiagnostics.AttributeName(PlaceOf(_tape[node].Offset), text, Suggestion.Closest(text, AttributeNames)));
        else if (_tape[node].Kind is JsonKind.Object or JsonKind.Array)
            _fields.Add(FactDiagnostics.AttributeKind(PlaceOf(_tape[node].Offset), text, "a string, a boolean or an integer", JsonTape.Describe(_tape[node].Kind)));
    }

    /// <summary>C0 and C1 control characters, which CloudEvents forbids in attributes.</summary>
    private static bool HasControl(ReadOnlySpan<byte> text)
    {
        if (text.IndexOfAnyInRange((byte)0, (byte)31) >= 0 || text.Contains((byte)127))
            return true;
        for (var at = text.IndexOf((byte)0xC2); at >= 0 && at + 1 < text.Length; at++)
        {
            if (text[at] == 0xC2 && text[at + 1] < 0xA0)
                return true;
        }

        return false;
    }

    private FactData ReadData(ref Envelope head, Instant time)
    {
        var known = IsKnown(head.Type);
        if (!known)
        {
            _fields.MarkRespelt();
            if (_otherTypes.Count < MostTypesNamed && _otherTypes.Add(head.Type))
            {
                _diagnostics.Add(head.Type.StartsWith(FactTypes.Prefix, StringComparison.Ordinal)
                    ? FactDiagnostics.UnknownType(PlaceOf(0), head.Type, Suggestion.Closest(head.Type, FactTypeNames.All))
                    : FactDiagnostics.ForeignType(PlaceOf(0), head.Type));
            }
        }

        if (known && FactDataReader.NeedsSubject(head.Type) && head.Subject.Length == 0)
            _fields.Add(FactDiagnostics.SubjectMissing(PlaceOf(0), head.Type));
        if (!known)
            return new FactData.Unknown();
        if (head.ContentType.Length > 0 && !IsJson(head.ContentType))
        {
            _fields.Add(FactDiagnostics.DataNotJson(PlaceOf(0), head.ContentType));
            return new FactData.Unknown();
        }

        var node = head.Data;
        if (head.Base64 >= 0)
        {
            node = Decode(head.Base64);
            if (node < 0)
                return new FactData.Unknown();
        }

        var tape = head.Base64 >= 0 ? _decoded! : _tape;
        if (node >= 0 && tape[node].Kind != JsonKind.Object)
        {
            _fields.Add(FactDiagnostics.DataKind(PlaceOf(tape[node].Offset), JsonTape.Describe(tape[node].Kind)));
            return new FactData.Unknown();
        }

        _fields.Enter(node, head.Type);
        if (node >= 0 && tape[node].Next == node + 1)
            _fields.MarkRespelt(); // An empty object says as much as none, and we write none.
        head.Address = ReadAddress();
        return ReadTyped(tape, node, head.Type, time, "");
    }

    private FactData ReadTyped(JsonTape tape, int node, string type, Instant time, string path)
    {
        if (type != FactTypes.FactCorrected)
        {
            var data = FactDataReader.Read(_fields, type, time)!;
            _fields.Leave();
            return data;
        }

        var (source, id, reason) = (_fields.RequiredText("source"), _fields.RequiredText("id"), _fields.RequiredText("reason"));
        var corrected = _fields.Time("time");
        var inner = _fields.Find("data");
        var innerType = inner >= 0 ? _fields.RequiredText("type") : _fields.Text("type");
        if (inner < 0 && innerType.Length > 0)
            _fields.Add(FactDiagnostics.MemberMissing(_fields.Place, path + "data", type));
        _fields.Leave();
        if (inner < 0 || innerType.Length == 0)
            return new FactData.Corrected(source, id, reason, corrected, null);
        if (!IsKnown(innerType))
        {
            _fields.Add(FactDiagnostics.OutOfBounds(PlaceOf(tape[inner].Offset), path + "type", innerType, "one of our types"));
            return new FactData.Unknown();
        }

        if (tape[inner].Kind != JsonKind.Object)
        {
            _fields.Add(FactDiagnostics.MemberKind(PlaceOf(tape[inner].Offset), path + "data", "an object", JsonTape.Describe(tape[inner].Kind)));
            return new FactData.Unknown();
        }

        // The depth of nesting is bounded by the limits, so this recursion is.
        _fields.Enter(inner, innerType, path + "data.");
        return new FactData.Corrected(source, id, reason, corrected, ReadTyped(tape, inner, innerType, corrected ?? Instant.MaxValue, path + "data."));
    }

    private FactAddress ReadAddress()
    {
        var (service, customer, agreement) = (_fields.Text("service"), _fields.Text("customer"), _fields.Text("agreement"));
        var labels = _fields.Map("labels");
        if (labels is { IsEmpty: true })
            _fields.MarkRespelt();
        return service.Length == 0 && customer.Length == 0 && agreement.Length == 0 && labels is null or { IsEmpty: true }
            ? FactAddress.None
            : new FactAddress(service, customer, agreement, labels ?? FactAddress.None.Labels);
    }

    private int Decode(int base64)
    {
        // The decoded text has no lines of its own in the file: everything in it is reported at the attribute.
        var place = PlaceOf(_tape[base64].Offset);
        var bytes = new byte[_tape[base64].Length];
        if (_tape[base64].Kind != JsonKind.String
            || System.Buffers.Text.Base64.DecodeFromUtf8(_tape.Text(base64), bytes, out _, out var length) != System.Buffers.OperationStatus.Done)
        {
            _fields.Add(FactDiagnostics.NotBase64(place));
            return -1;
        }

        _decoded ??= new JsonTape(_limits);
        var wrong = _decoded.Read(bytes.AsSpan(0, length), _ => place);
        if (wrong is null)
        {
            // Only for its checks: members that are there twice, numbers out of range.
            wrong = CanonicalWriter.Write(new ByteBuffer(), _decoded, static _ => null, _ => place);
        }

        if (wrong is not null)
        {
            _fields.Add(wrong);
            return -1;
        }

        var (failed, respelt) = (_fields.Failed, _fields.Respelt);
        _fields.Begin(_decoded, _ => place, _diagnostics);
        if (respelt)
            _fields.MarkRespelt();
        return failed ? -1 : 0;
    }

    private static bool IsKnown(string type) => FactTypeNames.Known.Contains(type);

    private static bool IsJson(string contentType)
    {
        var media = contentType.AsSpan();
        var parameters = media.IndexOf(';');
        media = (parameters < 0 ? media : media[..parameters]).Trim();
        return media.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || media.Equals("text/json", StringComparison.OrdinalIgnoreCase)
            || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }

    private struct Envelope()
    {
        internal string Id = "";
        internal string Source = "";
        internal string Type = "";
        internal string Subject = "";
        internal string Sequence = "";
        internal string ContentType = "";
        internal Instant? Time;
        internal Instant? Recorded;
        internal int Data = -1;
        internal int Base64 = -1;
        internal FactAddress Address = FactAddress.None;
    }
}
