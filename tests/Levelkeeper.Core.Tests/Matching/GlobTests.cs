using Levelkeeper.Core.Matching;

namespace Levelkeeper.Core.Tests.Matching;

public sealed class GlobTests
{
    [Theory]
    [InlineData("web", "web", true)]
    [InlineData("WEB", "web", true)]
    [InlineData("web", "webs", false)]
    [InlineData("web*", "web", true)]
    [InlineData("*", "", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("a*b*c", "aXXbYYbZc", true)]
    [InlineData("a*b*c", "aXXbYYbZ", false)]
    [InlineData("*.example", "shop.example", true)]
    [InlineData("*.example", "shop.examples", false)]
    [InlineData("?", "a", false)]
    [InlineData("P1", "P2", false)]
    [InlineData("P1", "QQ", false)]
    public void A_star_stands_for_any_run_of_characters_and_nothing_else_is_special(string pattern, string text, bool fits) =>
        new Glob(pattern).Fits(text).ShouldBe(fits);
}
