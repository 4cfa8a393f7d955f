using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using static Levelkeeper.Core.Tests.Evaluation.Shop;

namespace Levelkeeper.Core.Tests.Evaluation;

/// <summary>What nobody knows of one component is reckoned as down and as up before components are combined; found by the reference.</summary>
public sealed class ComponentBoundsTests
{
    private static readonly AvailabilityPolicy Halved = Policy with { Initial = InitialState.NoData, Degraded = DegradedTreatment.Weighted, DegradedWeight = 0.5m };

    // Nothing is ever told about b.
    [Fact]
    public void With_one_of_two_degraded_the_other_may_make_it_up() => Bounds(Halved, CombinationKind.Any, new(ServiceState.Degraded, [], null, "", null)).ShouldBe((new Rational(1, 2), 1));

    [Fact]
    public void With_both_needed_the_best_is_as_good_as_the_degraded_one() => Bounds(Halved, CombinationKind.All, new(ServiceState.Degraded, [], null, "", null)).ShouldBe((0, new Rational(1, 2)));

    [Fact]
    public void Downtime_of_some_users_may_be_one_of_all() =>
        Bounds(Halved with { WeighByAffectedShare = true }, CombinationKind.All, new(ServiceState.Down, [], null, "", 0.25m)).ShouldBe((0, new Rational(3, 4)));

    private static (Rational? Lowest, Rational? Highest) Bounds(AvailabilityPolicy policy, CombinationKind kind, FactData.StateChanged a)
    {
        var result = March(Objective(TimeUp(policy, kind), "cluster"), [Fact("a", At(-10), a, "a")]);
        return (result.Lowest?.Value, result.Highest?.Value);
    }
}
