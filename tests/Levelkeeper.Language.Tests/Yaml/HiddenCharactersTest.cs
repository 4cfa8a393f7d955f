using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Tests.Yaml;

/// <summary>What two parties sign is what they saw: characters that hide, or that turn the order of what is read, are in no agreement.</summary>
public sealed class HiddenCharactersTest
{
    private static DiagnosticBag Read(string text)
    {
        var diagnostics = new DiagnosticBag();
        YamlReader.Read(text, "a.yaml", diagnostics);
        return diagnostics;
    }

    public static TheoryData<int> Hidden => [0, 7, 0x1B, 0x7F, 0x85, 0x9B, 0xAD, 0x180E, 0x200B, 0x2028, 0x202A, 0x202E, 0x2060, 0x2066, 0x2069, 0xFEFF, 0x3164, 0xE0041, 0xE0100];

    [Theory]
    [MemberData(nameof(Hidden))]
    public void A_hidden_character_is_refused_at_its_place(int letter)
    {
        var refused = Read($"title: Shop\nservices: of{char.ConvertFromUtf32(letter)}fice\n").ShouldHaveSingleItem();
        refused.ToString().ShouldStartWith($"a.yaml:2:13: error LK1009: The character U+{letter:X4} cannot stand in an agreement.");
    }

    [Theory]
    [MemberData(nameof(Hidden))]
    public void Behind_an_escape_it_is_refused_as_well(int letter) =>
        Read($"title: \"Sh\\U{letter:X8}op\"\n").ShouldHaveSingleItem().ToString().ShouldStartWith($"a.yaml:1:8: error LK1009: The character U+{letter:X4}");

    [Fact]
    public void In_a_remark_it_is_refused_as_well() =>
        Read("title: Shop # \u202Enothing\n").ShouldHaveSingleItem().Code.ShouldBe("LK1009");

    [Fact]
    public void Half_of_a_surrogate_pair_behind_an_escape_is_refused() =>
        Read("title: \"Sh\\uD800op\"\n").Select(d => d.Code).ShouldNotBeEmpty();

    [Theory]
    [InlineData("متجر\u200F (1)")]
    [InlineData("می\u200Cخواهم")]
    [InlineData("\u200Eשלום")]
    [InlineData("हिन्\u200Dदी")]
    [InlineData("on call ☎\uFE0F")]
    [InlineData("👩\u200D💻")]
    [InlineData("Łódź – “Zażółć”\u00A0№ 5")]
    public void What_real_writing_needs_is_read(string title)
    {
        var diagnostics = new DiagnosticBag();
        var root = (YamlNode.Mapping)YamlReader.Read($"title: {title}\r\nremark: |\n  a\n  b\n", "a.yaml", diagnostics)!;
        diagnostics.ShouldBeEmpty();
        ((YamlNode.Scalar)root.Entries[0].Value).Text.ShouldBe(title);
    }

    [Theory]
    [InlineData("shop\u200F 1 / 2")]
    [InlineData("sh\u200Dop")]
    [InlineData("shop\uFE0F")]
    public void Where_they_do_nothing_but_hide_they_are_refused(string title) =>
        Read($"title: {title}\n").ShouldHaveSingleItem().Code.ShouldBe("LK1009");

    [Theory]
    [InlineData("\"a\\nb\"")]
    [InlineData("\"a\\tb\"")]
    public void A_key_is_one_line(string key) => Read($"{key}: x\n").ShouldHaveSingleItem().Code.ShouldBe("LK1007");

    [Fact]
    public void A_lone_carriage_return_would_write_over_its_line() => Read("title: a\rb\n").ShouldHaveSingleItem().ToString().ShouldStartWith("a.yaml:1:9: error LK1009: The character U+000D");
}
