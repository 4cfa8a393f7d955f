using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using static Levelkeeper.Connectors.Tests.CloudEvents.Events;

namespace Levelkeeper.Connectors.Tests.CloudEvents;

public class CanonicalFormTests
{
    [Fact]
    public void The_digest_is_SHA_256_over_the_canonical_text()
    {
        const string Canonical = """{"data":{"service":"web","status":"open"},"id":"1","source":"desk","specversion":"1.0","subject":"T-1","time":"2026-03-02T09:00:00Z","type":"levelkeeper.ticket.status.v1"}""";
        var fact = One(Event(FactTypes.TicketStatus, """{ "status" : "open", "service": "w\u0065b" }"""));
        new CloudEventWriter().ToText(fact).ShouldBe(Canonical);
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical))).ShouldStartWith($"{fact.Digest.High:x16}{fact.Digest.Low:x16}");
    }

    [Theory]
    [InlineData("1.50", "1.5")]
    [InlineData("15e-1", "1.5")]
    [InlineData("1.5", "\"1.5\"")]
    [InlineData("1e3", "1000")]
    [InlineData("1000.0", "1000")]
    [InlineData("-0.0", "0")]
    [InlineData("0e5", "0")]
    [InlineData("9007199254740992", "\"9007199254740992\"")]
    [InlineData("1e41", "\"1e41\"")]
    [InlineData("0.00012", "\"0.00012\"")]
    [InlineData("-12.340", "\"-12.34\"")]
    public void Numbers_of_one_value_have_one_canonical_form(string left, string right)
    {
        One(Event("levelkeeper.business.measured.v1", $$"""{"metric":"m","value":1,"x":{{left}}}""").Replace(",\"x\"", ",\"labels\":{},\"member\":\"a\",\"of\"").Replace("1e41", "2").Replace("-12.340", "2").Replace("-0.0", "2"));
        Digest(left).ShouldBe(Digest(right));
    }

    [Theory]
    [InlineData("1", "\"1\"")]
    [InlineData("1", "2")]
    [InlineData("0.1", "0.01")]
    [InlineData("1.5", "-1.5")]
    [InlineData("10", "1")]
    public void Numbers_of_other_values_have_other_forms(string left, string right) => Digest(left).ShouldNotBe(Digest(right));

    [Fact]
    public void Order_blanks_and_the_offset_of_the_time_do_not_change_the_digest()
    {
        var one = One(Event(FactTypes.TicketStatus, """{"status":"open","service":"web","labels":{"b":"1","a":"2"}}"""));
        var other = One("""{"type":"levelkeeper.ticket.status.v1", "datacontenttype":"application/json", "data":{"labels":{"a":"2","b":"1"},"service":"web","status":"open"}, "time":"2026-03-02T10:00:00.000+01:00", "subject":"T-1","source":"desk","id":"1","specversion":"1.0","dataschema":null}""");
        other.ShouldBe(one);
    }

    [Fact]
    public void Members_are_sorted_by_UTF16_code_units()
    {
        // RFC 8785, 3.2.3: its own example of names and their order.
        var fact = Read(Event("other", "{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,\"\\u00f6\":7}")).Facts[0];
        fact.Body.ShouldContain("{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\uFB33\":3}");
    }

    [Fact]
    public void What_the_typed_members_do_not_say_is_kept_for_writing()
    {
        foreach (var text in new[]
        {
            Event(FactTypes.TicketClosed, """{"reason":"done","by":[1,2.50]}"""),
            Event(FactTypes.TicketClosed, "{}"),
            Event(FactTypes.TicketReplied, """{"by":"system","public":true}"""),
            Event(FactTypes.ProbeResult, """{"good":true,"latency":"250 ms","location":"","function":null}"""),
            Event(FactTypes.TicketDeadlinePinned, """{"clock":"c","due":"2026-03-02T10:00:00+01:00","consent":"c"}"""),
            Event("other", "[null,true]", Head + ",\"traceparent\":\"00-1\""),
        })
        {
            var fact = Read(text).Facts.ShouldHaveSingleItem();
            fact.Body.ShouldNotBeEmpty(text);
            var writer = new CloudEventWriter();
            var again = Read(writer.ToText(fact)).Facts.ShouldHaveSingleItem();
            again.ShouldBe(fact, text);
            writer.Digest(fact).ShouldBe(fact.Digest);
        }
    }

    [Fact]
    public void Every_fact_reads_back_as_it_was_written_with_the_same_digest()
    {
        var writer = new CloudEventWriter();
        Prop.ForAll(Facts.ToArbitrary(), fact =>
        {
            var text = writer.ToText(fact);
            var (facts, diagnostics) = Read(text);
            if (fact.Data is FactData.Unknown)
                return facts[0].Digest == fact.Digest && writer.ToText(facts[0]) == text;
            return diagnostics.Count == 0 && facts.Count == 1 && facts[0].Equals(fact) && !text.Contains('\n') && writer.Digest(facts[0]) == fact.Digest;
        }).Check(Seeds.Config(3000));
    }

    [Fact]
    public void What_a_log_keeps_reads_back_as_what_came()
    {
        var (writer, diagnostics) = (new CloudEventWriter(), new DiagnosticBag());
        var reader = new CloudEventReader("log", diagnostics);
        Prop.ForAll(Facts.ToArbitrary(), fact => AgreesOn(writer.ToText(fact))).Check(Seeds.Config(1000));
        // Spelt otherwise than canonical when it came, so that the text itself is kept.
        AgreesOn(Event(FactTypes.TicketClosed, """{"reason":"done","by":[1,2.50]}""")).ShouldBeTrue();
        AgreesOn(Event(FactTypes.TicketReplied, """{"public":true, "by":"system"}""")).ShouldBeTrue();
        AgreesOn(Event("other", "[null,true,1.50]", Head + ",\"traceparent\":\"00-1\"")).ShouldBeTrue();

        reader.ReadStored("""{"id":"1"}"""u8, default).ShouldBeNull();
        reader.ReadStored("no event"u8, default).ShouldBeNull();

        bool AgreesOn(string text)
        {
            var came = reader.ReadOne(Encoding.UTF8.GetBytes(text));
            var kept = reader.Canonical.ToArray();
            return came is not null && came.Equals(reader.ReadStored(kept, came.Digest)) && reader.Canonical.SequenceEqual(kept);
        }
    }

    [Fact]
    public void Text_that_JSON_cannot_hold_is_refused()
    {
        var fact = One(Event(FactTypes.TicketStatus, """{"status":"open"}""")) with { Data = new FactData.TicketStatus("a\0b") };
        Should.Throw<ArgumentException>(() => new CloudEventWriter().Write(fact).Length);
    }

    private static FactDigest Digest(string number) => Read(Event("other", $$"""{"x":{{number}}}""")).Facts.ShouldHaveSingleItem().Digest;
}
