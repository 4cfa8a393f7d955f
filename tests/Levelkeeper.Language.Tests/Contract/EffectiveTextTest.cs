using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Contract;
using Levelkeeper.Language.Levels;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Tests.Contract;

public class EffectiveTextTest
{
    private static YamlNode.Mapping Effective(string text) => LevelReader.Read(text, "a.yaml", null, new DiagnosticBag())!.Effective(null, new DiagnosticBag());

    [Fact]
    public void The_printed_agreement_reads_as_the_same_clauses()
    {
        var before = Effective(Hosting.Text);
        var again = Effective(EffectiveText.Write(before, withDefaults: true));
        ContractClause.Of(again).Select(c => (c.Path, c.Text, c.IsDefault)).ShouldBe(ContractClause.Of(before).Select(c => (c.Path, c.Text, c.IsDefault)));
        Sample.Good(EffectiveText.Write(before, withDefaults: false)).Remedies.Length.ShouldBe(4);
    }

    [Fact]
    public void Each_clause_says_where_it_is_from_and_defaults_are_listed()
    {
        var text = EffectiveText.Write(Effective(Sample.Base), withDefaults: true);
        text.ShouldContain("    target: at least 99.9 %  # a.yaml:15\n");
        text.ShouldContain("#   objectives.uptime.no-data: unknown: both extremes are computed\n");
        // What decides nothing for availability is no clause of it.
        text.ShouldNotContain("objectives.uptime.percentile");
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("a: b")]
    [InlineData("# not a remark")]
    [InlineData("ends with:")]
    [InlineData("- item")]
    [InlineData("-5")]
    [InlineData("---")]
    [InlineData("[x]")]
    [InlineData("quote \" and \\")]
    [InlineData(" blank first")]
    [InlineData("two\nlines")]
    [InlineData("żółć 1 #2")]
    [InlineData("*star")]
    [InlineData("@at")]
    [InlineData("? what")]
    [InlineData("true")]
    [InlineData("~")]
    [InlineData("")]
    public void A_text_is_quoted_where_it_would_be_read_as_something_else(string text)
    {
        // A key is one line, and not empty.
        var key = text.Length == 0 || text.Contains('\n', StringComparison.Ordinal) ? "k" : text;
        var node = new YamlNode.Mapping([new YamlEntry("key", Place.None, new YamlNode.Scalar(text, text.Length == 0, Place.None)), new YamlEntry(key, Place.None, new YamlNode.Sequence([new YamlNode.Scalar(text, text.Length == 0, Place.None), new YamlNode.Scalar("b, c", false, Place.None)], Place.None))], Place.None);
        var diagnostics = new DiagnosticBag();
        var read = (YamlNode.Mapping)YamlReader.Read(YamlText.Write(node), "a.yaml", diagnostics)!;
        diagnostics.ShouldBeEmpty();
        ((YamlNode.Scalar)read.Entries[0].Value).Text.ShouldBe(text);
        read.Entries[1].Key.ShouldBe(key);
        ((YamlNode.Sequence)read.Entries[1].Value).Items.Cast<YamlNode.Scalar>().Select(s => s.Text).ShouldBe([text, "b, c"]);
    }
}
