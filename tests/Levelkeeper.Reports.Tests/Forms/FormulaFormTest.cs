using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Reports.Forms;

namespace Levelkeeper.Reports.Tests.Forms;

public class FormulaFormTest
{
    [Fact]
    public void A_difference_writes_out_the_quotient_inside()
    {
        var tree = Samples.AvailabilityTree();
        FormulaForm.Value(tree, TimeForm.Utc).ShouldBe("99.93 %");
        FormulaForm.Of(tree, TimeForm.Utc).ShouldBe("1 − 30 min 12 s / 744 h");
    }

    [Fact]
    public void A_long_sum_names_the_first_parts_and_their_number()
    {
        var parts = Enumerable.Range(1, 8).Select(n => new Explanation { Title = "part", Value = Quantity.Count(n) }).ToArray();
        FormulaForm.Of(new Explanation { Title = "all", Value = Quantity.Count(36), Derivation = Derivation.Sum, Parts = [.. parts] }, TimeForm.Utc)
            .ShouldBe("1 + 2 + 3 + 4 + 5 + … (8 in all)");
    }

    [Fact]
    public void A_sum_of_one_part_has_no_formula() =>
        FormulaForm.Of(new Explanation { Title = "all", Value = Quantity.Count(3), Derivation = Derivation.Sum, Parts = [new Explanation { Title = "part", Value = Quantity.Count(3) }] }, TimeForm.Utc)
            .ShouldBe("");

    [Fact]
    public void What_is_given_has_no_formula() =>
        FormulaForm.Of(new Explanation { Title = "agreed time", Value = Quantity.Ticks(1) }, TimeForm.Utc).ShouldBe("");

    [Fact]
    public void A_small_share_inside_a_derivation_shows_more_places() =>
        FormulaForm.Value(new Explanation { Title = "lost", Value = Quantity.Share(new Rational(1, 100_000)) }, TimeForm.Utc).ShouldBe("0.00100 %");
}
