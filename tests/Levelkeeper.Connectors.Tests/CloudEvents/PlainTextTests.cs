using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Diagnostics;
using NodaTime;
using static Levelkeeper.Connectors.Tests.CloudEvents.Events;

namespace Levelkeeper.Connectors.Tests.CloudEvents;

/// <summary>The short ways for what logs are full of end where the long ones do.</summary>
public sealed class PlainTextTests
{
    private static readonly byte[] s_others = [.. "{}[]\",:\\-+.0123456789eEtrufalsn \t\n\0é"u8];

    [Fact]
    public void A_text_that_is_read_as_plain_is_read_as_it_is_read_whole()
    {
        var (writer, plain, whole, taken) = (new CloudEventWriter(), new JsonTape(CloudEventLimits.Default), new JsonTape(CloudEventLimits.Default), 0);
        Prop.ForAll(Facts.ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (fact, seed) =>
        {
            var random = new Random(seed);
            var text = Encoding.UTF8.GetBytes(writer.ToText(fact));
            var agree = Agree(text);
            for (var i = 0; i < 20; i++)
                agree &= Agree(Changed(text, random));
            return agree;
        }).Check(Seeds.Config(500));
        if (Seeds.AllCases)
            taken.ShouldBeGreaterThan(500);

        bool Agree(byte[] text)
        {
            if (!plain.TryReadPlain(text))
                return true;
            taken++;
            return whole.Read(text, _ => Place.None) is null && plain.Count == whole.Count && Enumerable.Range(0, plain.Count).All(Same);
        }

        bool Same(int i) =>
            plain[i].Kind == whole[i].Kind && plain[i].Next == whole[i].Next && plain[i].Offset == whole[i].Offset && plain.Name(i).SequenceEqual(whole.Name(i))
            && (plain[i].Kind is not (JsonKind.String or JsonKind.Number) || plain.Text(i).SequenceEqual(whole.Text(i)));
    }

    [Theory]
    [InlineData("""{"a":"b\n"}""")]
    [InlineData("""{"a": 1}""")]
    [InlineData("""{"a":1.5}""")]
    [InlineData("""{"a":-1}""")]
    [InlineData("""{"a":01}""")]
    [InlineData("""{"a":1234567890123456}""")]
    [InlineData("""{"a":1,}""")]
    [InlineData("""{"a":[1,]}""")]
    [InlineData("""{"a":tru}""")]
    [InlineData("""{"a":"b}""")]
    [InlineData("""{"a":1}x""")]
    [InlineData("""{"a":1""")]
    [InlineData("")]
    [InlineData("7")]
    public void What_is_not_plain_is_left_to_the_whole_reader(string text) => new JsonTape(CloudEventLimits.Default).TryReadPlain(Encoding.UTF8.GetBytes(text)).ShouldBeFalse();

    [Fact]
    public void A_text_beyond_the_limits_is_not_plain()
    {
        var tape = new JsonTape(new CloudEventLimits(Depth: 2, Fields: 3));
        tape.TryReadPlain("""{"a":[1,2]}"""u8).ShouldBeTrue();
        tape.TryReadPlain("""{"a":[[1]]}"""u8).ShouldBeFalse();
        tape.TryReadPlain("""{"a":[1,2,3]}"""u8).ShouldBeFalse();
    }

    [Theory]
    [InlineData("250 ms", true)]
    [InlineData("250ms", true)]
    [InlineData("0 ms", true)]
    [InlineData("PT90S", true)]
    [InlineData("PT0S", true)]
    [InlineData("PT007S", true)]
    [InlineData("PT1.5S", false)]
    [InlineData("-1 ms", false)]
    [InlineData("1.5 ms", false)]
    [InlineData("1234567890 ms", false)]
    [InlineData("PTS", false)]
    [InlineData("ms", false)]
    [InlineData("P1D", false)]
    [InlineData("5 s", false)]
    [InlineData("PT5MS", false)]
    public void A_plain_length_of_time_is_what_it_is_otherwise(string text, bool isPlain)
    {
        EventDuration.TryReadPlain(Encoding.UTF8.GetBytes(text), out var plain, out var isWritten).ShouldBe(isPlain);
        if (!isPlain)
            return;
        EventDuration.TryRead(text, out var length).ShouldBeTrue();
        plain.ShouldBe(length);
        isWritten.ShouldBe(EventDuration.Write(length) == text);
    }

    [Fact]
    public void Equal_texts_are_one_string_and_others_are_not()
    {
        var strings = new Utf8Interner();
        var random = new Random(3);
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(60)).Select(_ => (char)random.Next('a', 'd'))]);
            var utf8 = Encoding.UTF8.GetBytes(text);
            strings.Get(utf8).ShouldBe(text);
            if (text.Length <= 48)
                strings.Get(utf8).ShouldBeSameAs(strings.Get(utf8));
        }
    }

    /// <summary>One byte more, one less, or one changed.</summary>
    private static byte[] Changed(byte[] text, Random random)
    {
        var at = random.Next(text.Length);
        var other = s_others[random.Next(s_others.Length)];
        return random.Next(3) switch
        {
            0 => [.. text[..at], .. text[(at + 1)..]],
            1 => [.. text[..at], other, .. text[at..]],
            _ => [.. text[..at], other, .. text[(at + 1)..]],
        };
    }
}
