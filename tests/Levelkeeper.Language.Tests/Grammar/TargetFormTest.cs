using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Language.Grammar;

namespace Levelkeeper.Language.Tests.Grammar;

public class TargetFormTest
{
    [Fact]
    public void A_percentage_is_an_exact_share() =>
        TargetForm.Parse("at least 99.9 %").Target.ShouldBe(new TargetForm(LevelComparison.AtLeast, new Rational(999, 1000), QuantityUnit.Share, "", 0));

    [Fact]
    public void A_smallest_volume_may_follow() =>
        TargetForm.Parse("at least 95 % of at least 20 tickets").Target!.SmallestVolume.ShouldBe(20);

    [Fact]
    public void A_time_is_in_ticks() =>
        TargetForm.Parse("at most 200 ms").Target.ShouldBe(new TargetForm(LevelComparison.AtMost, 2_000_000, QuantityUnit.Ticks, "", 0));

    [Fact]
    public void A_number_keeps_its_unit() =>
        TargetForm.Parse("at least 10 appointments").Target.ShouldBe(new TargetForm(LevelComparison.AtLeast, 10, QuantityUnit.Number, "appointments", 0));

    [Fact]
    public void A_score_of_a_scale_is_a_share() =>
        TargetForm.Parse("at least 4.5 of 5").Target!.Limit.ShouldBe(new Rational(9, 10));

    [Fact]
    public void Every_ticket_is_all_of_them() =>
        TargetForm.Parse("every ticket").Target!.Limit.ShouldBe(1);

    [Theory]
    [InlineData("99.9 %")]
    [InlineData("at least")]
    [InlineData("at least many")]
    [InlineData("at least 120 %")]
    [InlineData("at least 95 % of at least few tickets")]
    public void What_is_no_target_is_refused_with_a_reason(string text)
    {
        var (target, problem) = TargetForm.Parse(text);
        target.ShouldBeNull();
        problem.ShouldNotBeNullOrEmpty();
    }
}
