using Levelkeeper.Core.Explanations;

namespace Levelkeeper.Core.Tests.Explanations;

public sealed class ExplanationArithmeticTests
{
    private static Explanation Given(long number) => new() { Title = "given", Value = Quantity.Count(number) };

    private static Explanation Of(Derivation derivation, long value, params long[] parts) =>
        new() { Title = "node", Value = Quantity.Count(value), Derivation = derivation, Parts = [.. parts.Select(Given)] };

    [Fact]
    public void Right_arithmetic_has_no_violation()
    {
        Explanation[] right =
        [
            Of(Derivation.Sum, 6, 1, 2, 3), Of(Derivation.Difference, 5, 10, 2, 3), Of(Derivation.Product, 24, 2, 3, 4), Of(Derivation.Quotient, 4, 12, 3),
            Of(Derivation.Minimum, 1, 3, 1, 2), Of(Derivation.Maximum, 3, 1, 3, 2), Of(Derivation.Count, 2, 7, 7), Of(Derivation.Sum, 0),
        ];
        right.SelectMany(ExplanationArithmetic.Check).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Derivation.Sum, 7, new long[] { 1, 2, 3 })]
    [InlineData(Derivation.Difference, 4, new long[] { 10, 2, 3 })]
    [InlineData(Derivation.Product, 23, new long[] { 2, 3, 4 })]
    [InlineData(Derivation.Quotient, 4, new long[] { 12, 3, 1 })]
    [InlineData(Derivation.Quotient, 4, new long[] { 12, 0 })]
    [InlineData(Derivation.Minimum, 2, new long[] { 3, 1, 2 })]
    [InlineData(Derivation.Maximum, 2, new long[] { 3, 1, 2 })]
    [InlineData(Derivation.Maximum, 2, new long[] { })]
    [InlineData(Derivation.Count, 3, new long[] { 7, 7 })]
    [InlineData(Derivation.Narrative, 3, new long[] { })]
    public void Wrong_arithmetic_is_one_violation(Derivation derivation, long value, long[] parts) =>
        ExplanationArithmetic.Check(Of(derivation, value, parts)).Count().ShouldBe(1);

    [Fact]
    public void A_narrative_part_takes_no_part()
    {
        var reason = new Explanation { Title = "left out", Derivation = Derivation.Narrative };
        ExplanationArithmetic.Check(Of(Derivation.Count, 1, 5) with { Parts = [Given(5), reason] }).ShouldBeEmpty();
    }

    [Fact]
    public void A_violation_deep_in_the_tree_is_found_with_its_path()
    {
        var tree = new Explanation { Title = "top", Derivation = Derivation.Narrative, Parts = [Of(Derivation.Sum, 1, 2)] };
        ExplanationArithmetic.Check(tree).ShouldBe(["top / node: says 1, but its parts give 2"]);
    }

    [Fact]
    public void Units_are_not_mixed_in_a_sum() =>
        ExplanationArithmetic.Check(new Explanation { Title = "sum", Value = Quantity.Ticks(5), Derivation = Derivation.Sum, Parts = [Given(5)] }).Count().ShouldBe(1);
}
