using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Connectors.Csv;

/// <summary>What an import did.</summary>
/// <param name="Rows">Rows read, the header not counted.</param>
/// <param name="Facts">Facts made.</param>
/// <param name="Rejected">Rows that did not fit; each is reported with its line and gives no fact at all.</param>
/// <param name="WithoutFacts">Rows that fit and of which no rule makes a fact.</param>
public sealed record CsvImportResult(long Rows, long Facts, long Rejected, long WithoutFacts);

/// <summary>Takes a fact that was made of a row.</summary>
/// <param name="fact">The fact.</param>
/// <param name="canonical">Its canonical text in UTF-8, of which its digest was taken, without a line break; valid during the call.</param>
public delegate void MadeFact(Fact fact, ReadOnlySpan<byte> canonical);

/// <summary>Turns the rows of a table into facts by a <see cref="CsvMap"/>.</summary>
public static class CsvImport
{
    /// <summary>The longest row that is read, in characters.</summary>
    public const int LongestRow = 1 << 20;

    private const char Replacement = '\uFFFD';

    /// <summary>Reads a table to its end.</summary>
    /// <param name="map">How rows become facts.</param>
    /// <param name="csv">The table; a byte order mark decides over the map's encoding.</param>
    /// <param name="file">The name that diagnostics and facts carry as their place.</param>
    /// <param name="take">Called with each fact, in the order of rows and rules.</param>
    /// <param name="rejects">Gets the header and every row that does not fit, as it stood in the file; null when not wanted.</param>
    /// <param name="diagnostics">What is wrong goes here; warnings and notes that repeat from row to row, once.</param>
    public static CsvImportResult Run(CsvMap map, Stream csv, string file, Action<Fact> take, TextWriter? rejects, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(take);
        return Run(map, csv, file, (fact, _) => take(fact), rejects, diagnostics);
    }

    /// <summary>As the other, for whoever writes the facts on.</summary>
    public static CsvImportResult Run(CsvMap map, Stream csv, string file, MadeFact take, TextWriter? rejects, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(csv);
        ArgumentNullException.ThrowIfNull(take);
        ArgumentNullException.ThrowIfNull(diagnostics);
        return new Session(map, csv, file, take, rejects, diagnostics).Run();
    }

    /// <summary>Whether a text is a number as JSON writes it.</summary>
    internal static bool IsNumber(string text)
    {
        if (text.Length is 0 or > 100 || !(char.IsAsciiDigit(text[^1]) && (char.IsAsciiDigit(text[0]) || text[0] == '-')))
            return false;
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.Number && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private sealed class Session
    {
        private static ReadOnlySpan<byte> NoData => ",\"data\":{}}"u8;

        private readonly CsvMap _map;
        private readonly string _file;
        private readonly MadeFact _take;
        private readonly TextWriter? _rejects;
        private readonly DiagnosticBag _diagnostics;
        private readonly CsvRecordReader _records;
        private readonly ArrayBufferWriter<byte> _text = new(1024);
        private readonly Utf8JsonWriter _json;
        private readonly CloudEventReader _events;
        private readonly HashSet<(string, string)> _said = [];
        private readonly List<(Fact Fact, int End)> _facts = [];
        private readonly ByteBuffer _canonical = new();
        private readonly Dictionary<string, NodaTime.Instant> _times = [];
        private readonly bool _checkEncoding;
        private string _header = "";
        private bool _headerWritten;
        private long _made;

        internal Session(CsvMap map, Stream csv, string file, MadeFact take, TextWriter? rejects, DiagnosticBag diagnostics)
        {
            (_map, _file, _take, _rejects, _diagnostics) = (map, file, take, rejects, diagnostics);
            _checkEncoding = map.Encoding is null;
            _records = new CsvRecordReader(new StreamReader(csv, map.Encoding ?? Encoding.UTF8, detectEncodingFromByteOrderMarks: true, leaveOpen: true), map.Delimiter, LongestRow);
            _events = new CloudEventReader(file, diagnostics);
            _json = new Utf8JsonWriter(_text, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        }

        internal CsvImportResult Run()
        {
            if (ReadHeader() is not { } columns)
                return new CsvImportResult(0, 0, 0, 0);
            var (rows, rejected, without) = (0L, 0L, 0L);
            while (_records.Read() is var outcome && outcome != CsvRecordReader.Outcome.End)
            {
                rows++;
                var place = new Place(_file, _records.Line);
                var found = new DiagnosticBag();
                _facts.Clear();
                _canonical.Clear();
                _times.Clear();
                var wrong = outcome switch
                {
                    CsvRecordReader.Outcome.BrokenQuote => CsvDiagnostics.BrokenQuote(place),
                    CsvRecordReader.Outcome.TooLong => CsvDiagnostics.RowTooLong(place, LongestRow),
                    _ when _records.Fields.Count != columns.Count => CsvDiagnostics.FieldCount(place, _records.Fields.Count, columns.Count),
                    _ when _checkEncoding && _records.Raw.Contains(Replacement) => CsvDiagnostics.WrongEncoding(place, "UTF-8"),
                    _ => null,
                };
                if (wrong is not null)
                    found.Add(wrong);
                else
                    MakeFacts(new CsvRow(_map, columns.ByName, _records.Fields, place, found));
                Tell(found);
                if (found.HasErrors)
                {
                    rejected++;
                    Reject();
                    continue;
                }

                without += _facts.Count == 0 ? 1 : 0;
                _made += _facts.Count;
                var start = 0;
                foreach (var (fact, end) in _facts)
                {
                    _take(fact, _canonical.Written[start..end]);
                    start = end;
                }
            }

            return new CsvImportResult(rows, _made, rejected, without);
        }

        private (IReadOnlyDictionary<string, int> ByName, int Count)? ReadHeader()
        {
            var place = new Place(_file, 1);
            switch (_records.Read())
            {
                case CsvRecordReader.Outcome.End:
                    _diagnostics.Add(CsvDiagnostics.Empty(place));
                    return null;
                case CsvRecordReader.Outcome.BrokenQuote:
                    _diagnostics.Add(CsvDiagnostics.BrokenQuote(place));
                    return null;
                case CsvRecordReader.Outcome.TooLong:
                    _diagnostics.Add(CsvDiagnostics.RowTooLong(place, LongestRow));
                    return null;
            }

            _header = _records.Raw;
            var names = _records.Fields.Select(static name => name.Trim()).ToList();
            var byName = new Dictionary<string, int>();
            for (var i = names.Count - 1; i >= 0; i--)
                byName[names[i]] = i;
            var fit = true;
            var used = _map.Templates.SelectMany(static template => template.Parts).Select(static part => part.Column).OfType<string>()
                .Concat(_map.Facts.SelectMany(static rule => rule.When).Select(static condition => condition.Column));
            foreach (var column in used.Distinct())
            {
                var times = names.Count(name => name == column);
                if (times == 1)
                    continue;
                fit = false;
                _diagnostics.Add(times == 0 ? CsvDiagnostics.ColumnMissing(place, column, Suggestion.Closest(column, names)) : CsvDiagnostics.ColumnTwice(place, column));
            }

            return fit ? (byName, names.Count) : null;
        }

        private void MakeFacts(CsvRow row)
        {
            foreach (var rule in _map.Facts)
            {
                if (!rule.When.All(condition => condition.Holds(row[condition.Column])))
                    continue;
                if (!Write(rule, row))
                    continue;
                _json.Flush();

                // Through the reader of events, so that both ways in have one vocabulary and the same checks.
                var text = _text.WrittenSpan;
                ReadOnlySpan<byte> said = text.EndsWith(NoData) ? (byte[]) [.. text[..^NoData.Length], (byte)'}'] : text;
                if (_events.Read(said, row.Place, row.Diagnostics) is not { } fact)
                    continue;
                _canonical.Append(_events.Canonical);
                _facts.Add((fact, _canonical.Written.Length));
            }
        }

        private bool Write(CsvMap.FactRule rule, CsvRow row)
        {
            var before = row.Diagnostics.Count;
            _text.ResetWrittenCount();
            _json.Reset();
            _json.WriteStartObject();
            _json.WriteString("specversion", "1.0");
            _json.WriteString("source", _map.Source);
            _json.WriteString("type", rule.Type);
            Attribute("id");
            Attribute("subject");
            Attribute("sequence");
            var time = rule.Time.Fill(row);
            if (time is { Length: > 0 } && ReadTime(time, row) is { } instant)
                FactDataWriter.Time(_json, "time", instant);
            else if (time is { Length: 0 })
                row.Diagnostics.Add(CsvDiagnostics.WrongKind(row.Place, "", $"a time: '{rule.Time.Text}'"));
            if (rule.Recorded?.Fill(row) is { Length: > 0 } made && ReadTime(made, row) is { } recorded)
                FactDataWriter.Time(_json, "recordedtime", recorded);
            _json.WriteStartObject("data");
            Attribute("service");
            Attribute("customer");
            Attribute("agreement");
            Labels();
            Data(rule.Data);
            _json.WriteEndObject();
            _json.WriteEndObject();
            return !row.Diagnostics.Skip(before).Any(static diagnostic => diagnostic.Severity == Severity.Error);

            void Attribute(string name)
            {
                foreach (var (key, template) in rule.Attributes)
                {
                    if (key == name && template.Fill(row) is { Length: > 0 } value)
                        _json.WriteString(name, value);
                }
            }

            void Labels()
            {
                var open = false;
                foreach (var (name, template) in rule.Labels)
                {
                    if (template.Fill(row) is not { Length: > 0 } value)
                        continue;
                    if (!open)
                        _json.WriteStartObject("labels");
                    open = true;
                    _json.WriteString(name, value);
                }

                if (open)
                    _json.WriteEndObject();
            }

            void Data(IEnumerable<CsvMap.Member> members)
            {
                foreach (var member in members)
                {
                    if (member.Value is null)
                    {
                        _json.WriteStartObject(member.Name);
                        Data(member.Members);
                        _json.WriteEndObject();
                    }
                    else if (member.Value.Fill(row) is { Length: > 0 } value)
                    {
                        _json.WritePropertyName(member.Name);
                        Value(member, value, row);
                    }
                }
            }
        }

        // The facts of one row share their times, and reading one by its patterns is what costs most. A time with a diagnostic is read anew, so that each use tells of it.
        private NodaTime.Instant? ReadTime(string text, CsvRow row)
        {
            if (_times.TryGetValue(text, out var known))
                return known;
            var before = row.Diagnostics.Count;
            var time = _map.Times.Read(text, row.Place, row.Diagnostics);
            if (time is { } read && row.Diagnostics.Count == before)
                _times.Add(text, read);
            return time;
        }

        private void Value(CsvMap.Member member, string value, CsvRow row)
        {
            switch (member.Kind)
            {
                case CsvMap.MemberKind.Text:
                    _json.WriteStringValue(value);
                    return;
                case CsvMap.MemberKind.Boolean when value.ToLowerInvariant() is "true" or "false" or "yes" or "no" or "1" or "0":
                    _json.WriteBooleanValue(value.ToLowerInvariant() is "true" or "yes" or "1");
                    return;
                case CsvMap.MemberKind.Number when IsNumber(value):
                    _json.WriteRawValue(value);
                    return;
                case CsvMap.MemberKind.Duration when EventDuration.TryRead(member.Unit.Length == 0 ? value : $"{value} {member.Unit}", out var duration):
                    _json.WriteStringValue(EventDuration.Write(duration));
                    return;
                case CsvMap.MemberKind.List:
                    _json.WriteStartArray();
                    foreach (var part in value.Split(member.Unit.Length == 0 ? ";" : member.Unit, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                        _json.WriteStringValue(part);
                    _json.WriteEndArray();
                    return;
                case CsvMap.MemberKind.Time:
                    if (ReadTime(value, row) is { } time)
                    {
                        Span<byte> text = stackalloc byte[EventTime.LongestText];
                        _json.WriteStringValue(text[..EventTime.Write(time, text)]);
                    }
                    else
                    {
                        _json.WriteNullValue();
                    }

                    return;
                default:
                    row.Diagnostics.Add(CsvDiagnostics.WrongKind(row.Place, value, member.Kind switch
                    {
                        CsvMap.MemberKind.Boolean => "true or false",
                        CsvMap.MemberKind.Number => "a number such as 12.5",
                        CsvMap.MemberKind.Duration => "a length of time",
                        _ => throw new InvalidOperationException($"{member.Kind}"),
                    }));
                    _json.WriteNullValue();
                    return;
            }
        }

        private void Tell(DiagnosticBag found)
        {
            foreach (var diagnostic in found)
            {
                if (diagnostic.Severity == Severity.Error || diagnostic.Code.StartsWith("LK25", StringComparison.Ordinal) || (_said.Count < 1000 && _said.Add((diagnostic.Code, diagnostic.Message))))
                    _diagnostics.Add(diagnostic);
            }
        }

        private void Reject()
        {
            if (_rejects is null)
                return;
            if (!_headerWritten)
                _rejects.WriteLine(_header);
            _headerWritten = true;
            _rejects.WriteLine(_records.Raw);
        }
    }
}
