using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Tests.Yaml;

/// <summary>The keys of a mapping, few or many.</summary>
public sealed class YamlNodeTest
{
    private static YamlNode.Mapping Numbers(int count) =>
        new([.. Enumerable.Range(0, count).Select(i => new YamlEntry($"k{i}", Place.None, new YamlNode.Scalar($"{i}", false, Place.None)))], Place.None);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(1000)]
    public void Every_key_is_found_and_no_other(int count)
    {
        var mapping = Numbers(count);
        for (var i = 0; i < count; i++)
            ((YamlNode.Scalar)mapping.Find($"k{i}")!.Value).Text.ShouldBe($"{i}");
        mapping.Find("k").ShouldBeNull();
        mapping.Find($"k{count}").ShouldBeNull();
    }

    [Fact]
    public void A_copy_with_other_entries_finds_those()
    {
        var mapping = Numbers(100);
        mapping.Find("k7").ShouldNotBeNull();
        var copy = mapping with { Entries = mapping.Entries.RemoveAt(7).Add(new YamlEntry("new", Place.None, new YamlNode.Scalar("x", false, Place.None))) };
        copy.Find("k7").ShouldBeNull();
        copy.Find("new").ShouldNotBeNull();
        mapping.Find("k7").ShouldNotBeNull();
        mapping.Find("new").ShouldBeNull();
    }

    [Fact]
    public void What_was_looked_for_makes_no_difference()
    {
        var (one, other) = (Numbers(100), Numbers(100));
        other = other with { Entries = one.Entries };
        one.Find("k1");
        one.ShouldBe(other);
        one.GetHashCode().ShouldBe(other.GetHashCode());
    }
}
