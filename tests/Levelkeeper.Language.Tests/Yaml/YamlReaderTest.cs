using System.Text;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Tests.Yaml;

public class YamlReaderTest
{
    private static (YamlNode? Root, DiagnosticBag Diagnostics) Read(string text)
    {
        var diagnostics = new DiagnosticBag();
        return (YamlReader.Read(text, "a.yaml", diagnostics), diagnostics);
    }

    [Fact]
    public void Every_value_knows_its_line_and_column()
    {
        var (root, _) = Read("a: 1\nb:\n  c: [x, y]\n");
        var c = root.ShouldBeOfType<YamlNode.Mapping>().Find("b")!.Value.ShouldBeOfType<YamlNode.Mapping>().Find("c")!;
        c.Place.ShouldBe(new Place("a.yaml", 3, 3));
        c.Value.ShouldBeOfType<YamlNode.Sequence>().Items[1].Place.ShouldBe(new Place("a.yaml", 3, 10));
    }

    [Fact]
    public void A_billion_laughs_do_not_get_in()
    {
        var text = new StringBuilder("a0: &a0 [lol, lol]\n");
        for (var i = 1; i < 40; i++)
            text.Append($"a{i}: &a{i} [*a{i - 1}, *a{i - 1}, *a{i - 1}]\n");
        var (_, diagnostics) = Read(text.ToString());
        diagnostics.ShouldContain(d => d.Code == "LK1006");
    }

    [Fact]
    public void Deep_nesting_is_refused_at_its_place()
    {
        var (root, diagnostics) = Read("a: " + new string('[', 5000) + new string(']', 5000));
        root.ShouldBeNull();
        diagnostics.ShouldHaveSingleItem().Code.ShouldBe("LK1003");
    }

    [Fact]
    public void A_key_that_stands_twice_is_reported_with_both_lines()
    {
        var (_, diagnostics) = Read("a: 1\na: 2\n");
        diagnostics.ShouldHaveSingleItem().Message.ShouldContain("line 1");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a: [1")]
    [InlineData("a: 'x")]
    [InlineData("a: b: c")]
    public void What_is_not_yaml_gives_a_diagnostic_with_its_line(string text)
    {
        var (root, diagnostics) = Read(text);
        root.ShouldBeNull();
        diagnostics.ShouldHaveSingleItem().Place.Line.ShouldBeGreaterThan(0);
    }
}
