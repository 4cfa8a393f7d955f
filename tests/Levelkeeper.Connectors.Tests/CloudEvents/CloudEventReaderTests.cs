using System.Text;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using NodaTime;
using static Levelkeeper.Connectors.Tests.CloudEvents.Events;

namespace Levelkeeper.Connectors.Tests.CloudEvents;

public class CloudEventReaderTests
{
    private const string Closed = FactTypes.TicketClosed;

    [Fact]
    public void An_event_becomes_a_fact()
    {
        var fact = One("""
            {"specversion":"1.0","id":"7/down","source":"probe/oslo","type":"levelkeeper.service.degraded.v1","subject":"web","sequence":"0009","time":"2026-03-02T10:00:00.5+01:00",
            "data":{"lost-functions":["search","login"],"previous":"up","affected-share":0.25,"service":"Shop","customer":"Acme","agreement":"A-1","labels":{"region":"eu"}}}
            """);
        fact.Source.ShouldBe("probe/oslo");
        fact.Id.ShouldBe("7/down");
        fact.Subject.ShouldBe("web");
        fact.Sequence.ShouldBe("0009");
        fact.Time.ShouldBe(Instant.FromUtc(2026, 3, 2, 9, 0) + Duration.FromMilliseconds(500));
        fact.Data.ShouldBe(new FactData.StateChanged(ServiceState.Degraded, ["search", "login"], ServiceState.Up, "", 0.25m));
        fact.Address.ShouldBe(new FactAddress("Shop", "Acme", "A-1", FactAddress.None.Labels.Add("region", "eu")));
        fact.Place.ShouldBe(new Place("facts.jsonl", 1, 1));
    }

    [Fact]
    public void Lines_a_batch_and_a_single_event_give_the_same_facts()
    {
        var lines = Enumerable.Range(1, 3).Select(i => Event(Closed, head: Head.Replace("\"id\":\"1\"", $"\"id\":\"{i}\""))).ToList();
        var expected = Read(string.Join('\n', lines)).Facts;
        expected.Count.ShouldBe(3);
        Read(string.Join("\r\n\r\n", lines) + "\r\n").Facts.ShouldBe(expected);
        Read("\uFEFF" + string.Join('\n', lines)).Facts.ShouldBe(expected);
        Read("[" + string.Join(",", lines) + "]").Facts.ShouldBe(expected);
        Read(" [\n  " + string.Join(",\n  ", lines.Select(line => line.Replace(",", ",\n    "))) + "\n]\n").Facts.ShouldBe(expected);
        Read(lines[0].Replace("{", "{\n").Replace(",", ",\n")).Facts.ShouldBe(expected[..1]);
        Read(lines[0]).Facts.ShouldBe(expected[..1]);
        Read("").Facts.ShouldBeEmpty();
        Read("[]").Diagnostics.ShouldBeEmpty();
    }

    [Fact]
    public void Line_numbers_are_those_of_the_file()
    {
        Read($"{Event(Closed)}\n\n  {Event(Closed)}\n").Facts.Select(fact => fact.Place.ToString()).ShouldBe(["facts.jsonl:1", "facts.jsonl:3"]);
        Read($"[\n{Event(Closed)},\n  {Event(Closed)}\n]").Facts.Select(fact => fact.Place.ToString()).ShouldBe(["facts.jsonl:2:1", "facts.jsonl:3:3"]);
    }

    [Fact]
    public void A_broken_line_costs_itself_only_and_is_named_with_line_and_column()
    {
        var (facts, diagnostics) = Read($"{Event(Closed)[..^9]}\n{Event(Closed)}\n{{\"a\": tru}}\nnothing\n{Event(Closed)}");
        facts.Count.ShouldBe(2);
        diagnostics.Select(each => (each.Code, each.Place.Line)).ShouldBe([("LK2001", 1), ("LK2001", 3), ("LK2001", 4)]);
        diagnostics[1].Place.Column.ShouldBe(10);
    }

    [Theory]
    [InlineData("{\"id\":\"1\",\n{0}", "a member without an end")]
    [InlineData("{\"id\":\"1,\n{0}", "a string that is not closed")]
    [InlineData("{\"id\":[1},\n{0}", "the wrong bracket")]
    [InlineData("nonsense,\n{0}", "no event")]
    public void A_broken_element_of_a_batch_costs_itself_only(string element, string why)
    {
        var (facts, diagnostics) = Read($"[\n{Event(Closed)},\n{element.Replace("{0}", Event(FactTypes.TicketReopened))},\n{Event(Closed)}\n]");
        facts.Select(fact => fact.Type).ShouldBe([Closed, FactTypes.TicketReopened, Closed], why);
        diagnostics[0].Place.Line.ShouldBe(3);
        diagnostics.ShouldAllBe(each => each.Severity == Severity.Error);
    }

    [Fact]
    public void A_batch_that_is_cut_off_gives_what_came_before()
    {
        var (facts, diagnostics) = Read($"[\n{Event(Closed)},\n{Event(Closed)[..30]}");
        facts.Count.ShouldBe(1);
        diagnostics.Select(each => each.Code).ShouldBe(["LK2023", "LK2023"]);
    }

    [Theory]
    [InlineData("specversion")]
    [InlineData("id")]
    [InlineData("source")]
    [InlineData("type")]
    [InlineData("time")]
    public void Required_attributes_must_be_there_and_not_be_empty(string name)
    {
        var attributes = new Dictionary<string, string> { ["specversion"] = "1.0", ["id"] = "1", ["source"] = "s", ["type"] = Closed, ["subject"] = "T", ["time"] = "2026-03-02T09:00:00Z" };
        attributes.Remove(name);
        Code(Json(attributes)).ShouldBe("LK2010");
        attributes[name] = "";
        var (_, diagnostics) = Read(Json(attributes));
        diagnostics[0].Code.ShouldBe(name == "time" ? "LK2015" : "LK2011");
        Read(Json(attributes).Replace($"\"{name}\":\"\"", $"\"{name}\":5")).Diagnostics[0].Code.ShouldBe("LK2013");

        static string Json(Dictionary<string, string> from) => "{" + string.Join(',', from.Select(pair => $"\"{pair.Key}\":\"{pair.Value}\"")) + "}";
    }

    [Theory]
    [InlineData("2026-03-02T09:00:00", "LK2014")]
    [InlineData("2026-02-30T09:00:00Z", "LK2015")]
    [InlineData("2025-02-29T09:00:00Z", "LK2015")]
    [InlineData("2026-03-02T24:00:00Z", "LK2015")]
    [InlineData("2026-03-02T09:00:60Z", "LK2015")]
    [InlineData("2026-03-02T23:59:61Z", "LK2015")]
    [InlineData("2026-03-02", "LK2015")]
    [InlineData("2026-03-02T09:00:00+1", "LK2015")]
    [InlineData("2026-03-02T09:00:00.Z", "LK2015")]
    [InlineData("0000-03-02T09:00:00Z", "LK2015")]
    [InlineData("0001-01-01T00:00:00+01:00", "LK2015")]
    [InlineData("yesterday", "LK2015")]
    public void Times_that_are_none_are_errors(string time, string code)
    {
        Code(Event(Closed, head: Head.Replace("2026-03-02T09:00:00Z", time))).ShouldBe(code);
    }

    [Theory]
    [InlineData("2026-03-02T09:00:00.123456789Z", "2026-03-02T09:00:00.1234567Z", "LK2016")]
    [InlineData("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.9999999Z", "LK2017")]
    [InlineData("2017-01-01T00:59:60.5+01:00", "2016-12-31T23:59:59.9999999Z", "LK2017")]
    public void Times_finer_than_the_engine_are_cut_with_a_note(string time, string expected, string code)
    {
        var (facts, diagnostics) = Read(Event(Closed, head: Head.Replace("2026-03-02T09:00:00Z", time)));
        facts.ShouldHaveSingleItem().Time.ToString("uuuu-MM-ddTHH:mm:ss.FFFFFFFFF'Z'", null).ShouldBe(expected);
        diagnostics.ShouldHaveSingleItem().ShouldSatisfyAllConditions(note => note.Code.ShouldBe(code), note => note.Severity.ShouldBe(Severity.Note));
    }

    [Theory]
    [InlineData("{\"specversion\":\"1.0\",\"specversion\":\"1.0\"}", "LK2006")]
    [InlineData("[1, 2]", "LK2022")]
    [InlineData("7", "LK2009")]
    [InlineData("{\"a\":\"\\ud800\"}", "LK2007")]
    [InlineData("{\"a\":\"\\u0000\"}", "LK2008")]
    [InlineData("{\"a\":1e99999}", "LK2024")]
    [InlineData("{\"a\":{\"b\":1,\"b\":2}}", "LK2006")]
    public void Texts_that_JSON_readers_disagree_about_are_errors(string text, string code) => Code(text).ShouldBe(code);

    [Fact]
    public void Bytes_that_are_not_UTF8_are_an_error_at_their_place()
    {
        byte[] text = [.. Encoding.UTF8.GetBytes("{\"é\":\""), 0xC3, 0x28, .. "\"}"u8];
        var diagnostic = Read(text).Diagnostics.ShouldHaveSingleItem();
        diagnostic.ToString().ShouldStartWith("facts.jsonl:1:7: error LK2005");
        Read([0xFF, 0xFE, 0x7B, 0]).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("LK2005");
    }

    [Fact]
    public void Depth_and_number_of_fields_are_bounded()
    {
        Read(Event("other", string.Concat(Enumerable.Repeat("[", 62)) + string.Concat(Enumerable.Repeat("]", 62)))).Facts.Count.ShouldBe(1);
        Code(Event("other", string.Concat(Enumerable.Repeat("[", 64)) + string.Concat(Enumerable.Repeat("]", 64)))).ShouldBe("LK2003");
        Code(Event("other", "[" + string.Join(',', Enumerable.Repeat("1", 10_001)) + "]")).ShouldBe("LK2004");
    }

    [Fact]
    public void An_attribute_that_is_no_attribute_is_named_with_a_suggestion()
    {
        var diagnostic = Read(Event(Closed, head: Head + ",\"Sequence_\":\"1\"")).Diagnostics.ShouldHaveSingleItem();
        diagnostic.Code.ShouldBe("LK2018");
        diagnostic.Hint.ShouldBe("did you mean 'sequence'?");
    }

    [Fact]
    public void Unknown_types_are_kept_and_named_once()
    {
        var (facts, diagnostics) = Read($"{Event("com.example.x", "[1]")}\n{Event("com.example.x", "{}")}\n{Event("levelkeeper.ticket.close.v1")}");
        facts.ShouldAllBe(fact => fact.Data is FactData.Unknown);
        facts.Count.ShouldBe(3);
        diagnostics.Select(each => each.Code).ShouldBe(["LK2041", "LK2040"]);
        diagnostics[1].Hint.ShouldBe("did you mean 'levelkeeper.ticket.closed.v1'?");
    }

    [Theory]
    [InlineData(FactTypes.ServiceDegraded, """{"lost-function":["a"]}""", "LK2034", "did you mean 'lost-functions'?")]
    [InlineData(FactTypes.TicketResolved, """{"firstcontact":true}""", "LK2034", "did you mean 'first-contact'?")]
    [InlineData(FactTypes.TicketClosed, """{"zzz":true}""", "LK2034", null)]
    public void An_unknown_member_is_a_warning_with_a_suggestion(string type, string data, string code, string? hint)
    {
        var (facts, diagnostics) = Read(Event(type, data));
        facts.Count.ShouldBe(1);
        var warning = diagnostics.ShouldHaveSingleItem();
        (warning.Code, warning.Severity, warning.Hint).ShouldBe((code, Severity.Warning, hint));
    }

    [Theory]
    [InlineData(FactTypes.ProbeResult, "{}", "LK2031")]
    [InlineData(FactTypes.ProbeResult, """{"good":"yes"}""", "LK2032")]
    [InlineData(FactTypes.ProbeResult, """{"good":true,"latency":250}""", "LK2032")]
    [InlineData(FactTypes.ProbeResult, """{"good":true,"latency":"-PT1S"}""", "LK2033")]
    [InlineData(FactTypes.ServiceDown, """{"affected-share":1.01}""", "LK2037")]
    [InlineData(FactTypes.ServiceDown, """{"affected-share":-0.1}""", "LK2033")]
    [InlineData(FactTypes.ServiceDown, """{"previous":"broken"}""", "LK2036")]
    [InlineData(FactTypes.ServiceDown, """{"lost-functions":"a"}""", "LK2032")]
    [InlineData(FactTypes.ServiceDown, "[]", "LK2030")]
    [InlineData(FactTypes.MeasurementWindow, """{"metric":"requests","start":"2026-03-02T08:00:00Z","good":-1}""", "LK2033")]
    [InlineData(FactTypes.MeasurementWindow, """{"metric":"requests","start":"2026-03-02T08:00:00Z","good":2,"total":1}""", "LK2037")]
    [InlineData(FactTypes.MeasurementWindow, """{"metric":"requests","start":"2026-03-02T09:00:00Z"}""", "LK2035")]
    [InlineData(FactTypes.MeasurementWindow, """{"metric":"latency","start":"2026-03-02T08:00:00Z","histogram":[{"up-to":1,"count":-1}]}""", "LK2033")]
    [InlineData(FactTypes.MeasurementWindow, """{"metric":"latency","start":"2026-03-02T08:00:00Z","histogram":[{"up-to":1,"count":1.5}]}""", "LK2032")]
    [InlineData(FactTypes.MeasurementWindow, """{"metric":"latency","start":"2026-03-02T08:00:00Z","histogram":[{"up-to":1,"count":1},{"up-to":1,"count":1}]}""", "LK2038")]
    [InlineData(FactTypes.MaintenanceAnnounced, """{"maintenance":"m","start":"2026-03-02T09:00:00Z","end":"2026-03-02T09:00:00Z"}""", "LK2035")]
    [InlineData(FactTypes.MaintenanceAnnounced, """{"maintenance":"m","start":"2026-03-02T09:00:00","end":"2026-03-02T10:00:00Z"}""", "LK2014")]
    [InlineData(FactTypes.TicketStatus, """{"status":""}""", "LK2032")]
    [InlineData(FactTypes.TicketReplied, "{}", "LK2031")]
    [InlineData(FactTypes.TicketRated, """{"score":6,"best":5}""", "LK2037")]
    [InlineData(FactTypes.BusinessMeasured, """{"metric":"leads","value":0.00000000000000000000000000001}""", "LK2037")]
    [InlineData(FactTypes.TicketClosed, """{"labels":{"a":1}}""", "LK2032")]
    [InlineData(FactTypes.FactCorrected, """{"source":"desk","id":"1","reason":"x","type":"levelkeeper.ticket.status.v1"}""", "LK2031")]
    [InlineData(FactTypes.FactCorrected, """{"source":"desk","id":"1","reason":"x","type":"levelkeeper.ticket.status.v1","data":{}}""", "LK2031")]
    public void Wrong_data_is_an_error(string type, string data, string code) => Code(Event(type, data)).ShouldBe(code);

    [Fact]
    public void All_that_is_wrong_with_an_event_is_said_at_once()
    {
        Read(Event(FactTypes.TicketDeadlinePinned, """{"due":"soon"}""")).Diagnostics.Select(each => each.Message).ShouldBe([
            "'levelkeeper.ticket.deadline-pinned.v1' needs 'data.clock'.",
            "The time 'soon' of 'data.due' is no RFC 3339 time of the calendar.",
            "'levelkeeper.ticket.deadline-pinned.v1' needs 'data.consent'.",
        ]);
    }

    [Fact]
    public void A_ticket_needs_a_subject()
    {
        Code(Event(Closed, head: Head.Replace("\"subject\":\"T-1\",", ""))).ShouldBe("LK2042");
    }

    [Theory]
    [InlineData("PT1.5S", 1500)]
    [InlineData("PT2M", 120_000)]
    [InlineData("P1DT2H3M4S", 93_784_000)]
    [InlineData("P1W", 604_800_000)]
    [InlineData("250 ms", 250)]
    [InlineData("0.25 s", 250)]
    [InlineData("3min", 180_000)]
    [InlineData("1500 us", 1.5)]
    public void Lengths_of_time_are_ISO_8601_or_a_number_with_its_unit(string text, double milliseconds)
    {
        One(Event(FactTypes.ProbeResult, $$"""{"good":true,"latency":"{{text}}"}""")).Data
            .ShouldBe(new FactData.Probed(true, Duration.FromTicks((long)(milliseconds * 10_000)), "", ""));
    }

    [Theory]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1Y")]
    [InlineData("P1S")]
    [InlineData("PT1S2M")]
    [InlineData("PT1.5M2S")]
    [InlineData("5 parsecs")]
    [InlineData("P999999999999D")]
    public void Other_lengths_of_time_are_errors(string text) => Code(Event(FactTypes.ProbeResult, $$"""{"good":true,"latency":"{{text}}"}""")).ShouldBe("LK2032");

    [Fact]
    public void Data_in_base64_is_read_when_it_is_JSON()
    {
        var base64 = Convert.ToBase64String("{\"status\":\"open\"}"u8);
        One($"{{{Head},\"type\":\"{FactTypes.TicketStatus}\",\"data_base64\":\"{base64}\"}}").Data.ShouldBe(new FactData.TicketStatus("open"));
        Code($"{{{Head},\"type\":\"{FactTypes.TicketStatus}\",\"data_base64\":\"{base64}\",\"data\":{{}}}}").ShouldBe("LK2020");
        Code($"{{{Head},\"type\":\"{FactTypes.TicketStatus}\",\"data_base64\":\"*\"}}").ShouldBe("LK2021");
        Code($"{{{Head},\"type\":\"{FactTypes.TicketStatus}\",\"datacontenttype\":\"text/xml\",\"data\":\"<a/>\"}}").ShouldBe("LK2019");
    }

    [Fact]
    public void A_line_of_a_gigabyte_is_skipped_in_bounded_memory()
    {
        var first = Encoding.UTF8.GetBytes(Event(Closed) + "\n{\"a\":\"");
        var last = Encoding.UTF8.GetBytes("\"}\n" + Event(Closed));
        foreach (var opening in new[] { "", "[\n" })
        {
            var stream = new RepeatingStream([.. Encoding.UTF8.GetBytes(opening), .. opening.Length > 0 ? Encoding.UTF8.GetBytes(Event(Closed) + ",\n{\"a\":\"") : first], 1L << 30,
                opening.Length > 0 ? [.. "\"},\n"u8, .. Encoding.UTF8.GetBytes(Event(Closed) + "]")] : last);
            var diagnostics = new DiagnosticBag();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var facts = CloudEventReader.Read(stream, "huge", diagnostics).ToList();
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(16 << 20);
            facts.Count.ShouldBe(2);
            var diagnostic = diagnostics.ShouldHaveSingleItem();
            diagnostic.Code.ShouldBe("LK2002");
            diagnostic.Place.Line.ShouldBe(opening.Length > 0 ? 3 : 2);
            facts[1].Place.Line.ShouldBe(opening.Length > 0 ? 4 : 3);
        }
    }

    /// <summary>Some bytes, then one letter again and again, then some bytes: nothing of it is held in memory.</summary>
    private sealed class RepeatingStream(byte[] before, long times, byte[] after) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => before.Length + times + after.Length;

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var left = (int)Math.Min(count, Length - _position);
            if (_position >= before.Length && _position + left <= before.Length + times)
            {
                buffer.AsSpan(offset, left).Fill((byte)'x');
                _position += left;
                return left;
            }

            for (var i = 0; i < left; i++, _position++)
                buffer[offset + i] = _position < before.Length ? before[_position] : _position < before.Length + times ? (byte)'x' : after[_position - before.Length - times];
            return left;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    [Theory]
    [InlineData("2026-03-02T10:00:00Z")]
    [InlineData("2026-03-02T11:00:00+01:00")]
    public void The_recorded_time_is_read_and_its_spelling_does_not_matter(string text)
    {
        var fact = One(Event(FactTypes.TicketClosed, head: Head + $",\"recordedtime\":\"{text}\""));
        fact.RecordedTime.ShouldBe(Instant.FromUtc(2026, 3, 2, 10, 0));
        fact.Body.ShouldBeEmpty();
        new CloudEventWriter().Digest(fact).ShouldBe(fact.Digest);
        new CloudEventWriter().ToText(fact).ShouldContain("\"recordedtime\":\"2026-03-02T10:00:00Z\"");
    }

    [Theory]
    [InlineData("\"2026-03-02T10:00:00\"", "LK2014")]
    [InlineData("\"yesterday\"", "LK2015")]
    [InlineData("17", "LK2013")]
    [InlineData("\"0026-03-02T10:00:00Z\"", "LK2025")]
    public void A_recorded_time_is_held_to_the_rules_of_times(string value, string code) =>
        Code(Event(FactTypes.TicketClosed, head: Head + $",\"recordedtime\":{value}")).ShouldBe(code);

    [Fact]
    public void A_recorded_time_that_is_null_is_not_said() =>
        One(Event(FactTypes.TicketClosed, head: Head + ",\"recordedtime\":null")).RecordedTime.ShouldBeNull();
}
