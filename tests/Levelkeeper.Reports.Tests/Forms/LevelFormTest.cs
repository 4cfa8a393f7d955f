using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Reports.Forms;

namespace Levelkeeper.Reports.Tests.Forms;

public class LevelFormTest
{
    private static Quantity Percent(long numerator, long denominator) => Quantity.Share(new Rational(numerator, denominator) / 100);

    [Fact]
    public void A_near_miss_of_a_lower_limit_does_not_read_as_met() =>
        LevelForm.Show(Percent(998_999_999, 10_000_000), "at least 99.9 %", Verdict.Breached).ShouldBe("99.89 %");

    [Fact]
    public void A_near_miss_of_an_upper_limit_grows_places_until_it_differs() =>
        LevelForm.Show(Percent(500_001, 100_000), "at most 5 %", Verdict.Breached).ShouldBe("5.00001 %");

    [Fact]
    public void Exactly_on_a_fine_target_reads_as_met() =>
        LevelForm.Show(Percent(99_995, 1000), "at least 99.995 %", Verdict.Met).ShouldBe("99.995 %");

    [Fact]
    public void A_level_on_a_limit_that_must_be_exceeded_is_shown_as_it_is() =>
        LevelForm.Show(Percent(5, 1), "less than 5 %", Verdict.Breached).ShouldBe("5.00 %");

    [Fact]
    public void A_near_miss_of_a_length_of_time_shows_the_fraction() =>
        LevelForm.Show(Quantity.Ticks(144_000_000_003), "at most 4 h", Verdict.Breached).ShouldBe("4 h 0.0000003 s");

    [Fact]
    public void A_near_miss_of_a_number_shows_the_fraction() =>
        LevelForm.Show(new Quantity(new Rational(200_001, 1000), QuantityUnit.Number, "ms"), "at most 200 ms", Verdict.Breached).ShouldBe("200.001 ms");

    [Fact]
    public void A_target_without_a_number_is_no_obstacle() =>
        LevelForm.Show(Percent(995, 10), "every ticket", Verdict.Breached).ShouldBe("99.50 %");

    [Fact]
    public void Bounds_read_as_from_to() =>
        LevelForm.Show(Samples.Objective() with { Level = null, Lowest = Percent(9991, 100), Highest = Percent(9997, 100), Verdict = Verdict.InsufficientEvidence })
            .ShouldBe("99.91 % to 99.97 %");

    [Fact]
    public void No_level_is_a_dash_and_never_a_hundred_per_cent() =>
        LevelForm.Show(Samples.Objective() with { Level = null, Lowest = null, Highest = null, Verdict = Verdict.NoActivity }).ShouldBe("—");

    [Fact]
    public void The_shown_level_is_on_the_same_side_of_the_target_as_the_exact_one() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), ArbMap.Default.ArbFor<PositiveInt>(), (above, size) =>
        {
            // A level that differs from 99.9 % by less than one part in a million, to either side.
            var limit = new Rational(999, 1000);
            var level = limit + new Rational(above, 1_000_000_000L * (Math.Abs((long)above) + size.Get));
            foreach (var (target, missed) in new[] { ("at least 99.9 %", level < limit), ("at most 99.9 %", level > limit) })
            {
                var text = LevelForm.Show(Quantity.Share(level), target, missed ? Verdict.Breached : Verdict.Met);
                var shown = decimal.Parse(text[..^2], CultureInfo.InvariantCulture);
                if (missed != (target.StartsWith("at least", StringComparison.Ordinal) ? shown < 99.9m : shown > 99.9m))
                    return false;
            }

            return true;
        }).Check(Seeds.Config());
}
