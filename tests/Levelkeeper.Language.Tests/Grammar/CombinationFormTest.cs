using Levelkeeper.Core.Availability;
using Levelkeeper.Language.Grammar;

namespace Levelkeeper.Language.Tests.Grammar;

public class CombinationFormTest
{
    [Theory]
    [InlineData("a and b and c", "3/3(a b c)")]
    [InlineData("a or b or c", "1/3(a b c)")]
    [InlineData("a and b or c", "1/2(2/2(a b) c)")]
    [InlineData("a and (b or c)", "2/2(a 1/2(b c))")]
    [InlineData("2 of (a, b, c)", "2/3(a b c)")]
    [InlineData("2 of (a and b, b, c)", "2/3(2/2(a b) b c)")]
    public void And_is_series_or_is_parallel_and_binds_less(string text, string expected)
    {
        var (rule, problem) = CombinationForm.Parse(text, ["a", "b", "c"]);
        problem.ShouldBeNull();
        Show(rule!).ShouldBe(expected);
    }

    [Theory]
    [InlineData("a and b", "the component 'c' is not in it")]
    [InlineData("a and d", "there is no component 'd'")]
    [InlineData("a and (b or c", "')' is missing before its end")]
    [InlineData("a b c", "'b' is not expected there")]
    [InlineData("4 of (a, b, c)", "4 of 3 cannot be")]
    [InlineData("0 of (a, b, c)", "0 of 3 cannot be")]
    [InlineData("a and", "it ends too early")]
    [InlineData("", "it ends too early")]
    public void What_cannot_be_says_why(string text, string expected) => CombinationForm.Parse(text, ["a", "b", "c"]).Problem.ShouldBe(expected);

    [Fact]
    public void Endless_brackets_are_refused() => CombinationForm.Parse(new string('(', 1_000_000), ["a"]).Problem.ShouldNotBeNull();

    private static string Show(ComponentRule rule) => rule switch
    {
        ComponentRule.Component one => one.Name,
        ComponentRule.AtLeast some => $"{some.Working}/{some.Parts.Length}({string.Join(' ', some.Parts.Select(Show))})",
        _ => "",
    };
}
