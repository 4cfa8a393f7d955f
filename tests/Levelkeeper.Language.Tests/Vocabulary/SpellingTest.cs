using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Tests.Vocabulary;

public class SpellingTest
{
    [Theory]
    [InlineData("targte", "target")]
    [InlineData("excludng", "excluding")]
    [InlineData("Measure", "measure")]
    public void A_slip_finds_its_word(string word, string expected) => Spelling.Nearest(word, ["target", "excluding", "measure", "of"]).ShouldBe(expected);

    [Fact]
    public void What_is_like_nothing_has_no_suggestion() => Spelling.Nearest("zebra", ["target", "excluding"]).ShouldBeNull();
}
