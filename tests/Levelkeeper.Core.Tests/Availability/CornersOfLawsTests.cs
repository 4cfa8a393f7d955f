using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Tests.Availability;

/// <summary>Where more downtime helps or an exclusion hurts, because a clause says so. The laws hold everywhere else; docs/semantics.md names these.</summary>
public sealed class CornersOfLawsTests
{
    private static readonly AvailabilityPolicy Halved = AvailabilityPolicy.Default with { Degraded = DegradedTreatment.Weighted, DegradedWeight = 0.5m, ExcusingCauses = ["force-majeure"] };

    [Fact]
    public void A_short_outage_that_does_not_count_hides_the_degraded_time_that_it_interrupts()
    {
        var policy = Halved with { ShortestOutage = Duration.FromSeconds(10) };
        // 50 s at half are 25 s lost; of them 8 s are an outage that is too short, and 42 s at half remain.
        Level(policy, (0, ServiceState.Up), (40, ServiceState.Degraded), (90, ServiceState.Up)).ShouldBe(new Rational(75, 100));
        Level(policy, (0, ServiceState.Up), (40, ServiceState.Degraded), (60, ServiceState.Down), (68, ServiceState.Degraded), (90, ServiceState.Up)).ShouldBe(new Rational(79, 100));
    }

    [Fact]
    public void Degraded_maintenance_beyond_the_allowance_comes_back_and_is_better_than_a_level_below_its_own()
    {
        var policy = Halved with { Maintenance = new MaintenancePolicy(Allowance: Duration.FromSeconds(5)) };
        // Maintenance from 90 to 100. Up and then 5 s degraded: the allowance covers all, and 10 of 90 s were kept.
        Level(policy, (0, ServiceState.Up), (10, ServiceState.Down), (90, ServiceState.Up), (95, ServiceState.Degraded)).ShouldBe(new Rational(10, 90));
        // Down and then degraded: the allowance covers the first 5 s, the others come back at half.
        Level(policy, (0, ServiceState.Up), (10, ServiceState.Down), (95, ServiceState.Degraded)).ShouldBe(new Rational(25, 190));
    }

    [Fact]
    public void Degraded_time_that_leaves_the_period_takes_its_better_half_with_it()
    {
        var policy = Halved with { Exclusion = ExclusionTreatment.LeavesDenominator };
        (int, ServiceState)[] states = [(0, ServiceState.Up), (10, ServiceState.Degraded), (20, ServiceState.Down)];
        Level(policy, states).ShouldBe(new Rational(15, 100));
        Level(policy, states, excluded: (10, 20)).ShouldBe(new Rational(10, 90));
        // By default the time stays, and an exclusion never hurts.
        Level(Halved, states, excluded: (10, 20)).ShouldBe(new Rational(20, 100));
    }

    [Fact]
    public void Where_no_data_leaves_the_period_downtime_that_is_excused_counts_as_kept_and_no_data_does_not()
    {
        var policy = Halved with { NoData = NoDataTreatment.Out };
        Level(policy, [(0, ServiceState.Up), (70, ServiceState.Down), (80, ServiceState.Unknown)], excluded: (80, 100)).ShouldBe(new Rational(70, 80));
        Level(policy, [(0, ServiceState.Up), (70, ServiceState.Down)], excluded: (80, 100)).ShouldBe(new Rational(90, 100));
    }

    [Fact]
    public void An_outage_that_begins_earlier_ends_its_last_full_unit_elsewhere()
    {
        var policy = AvailabilityPolicy.Default with { OutageUnit = Duration.FromSeconds(10), ExcusingCauses = ["force-majeure"] };
        // Two full units from 80 on; from 75 on they end at 95, and 5 s of what is lost lie in time that is excused.
        Level(policy, [(0, ServiceState.Up), (80, ServiceState.Down)], excluded: (0, 80)).ShouldBe(new Rational(80, 100));
        Level(policy, [(0, ServiceState.Up), (75, ServiceState.Down)], excluded: (0, 80)).ShouldBe(new Rational(85, 100));
    }

    private static Rational? Level(AvailabilityPolicy policy, params (int At, ServiceState State)[] states) => Level(policy, states, excluded: null);

    private static Rational? Level(AvailabilityPolicy policy, (int At, ServiceState State)[] states, (int From, int To)? excluded) => AvailabilityEvaluator.Evaluate(policy, new AvailabilityInput
    {
        Timeline = StateTimeline.Of(ServiceState.Unknown, states.Select(s => (s.At * Seconds.Tick, s.State))),
        Period = Seconds.Span(0, 100),
        Maintenance = [new MaintenanceWindow("m", Seconds.Span(90, 100), MaintenanceStatus.Accepted, null, Instant.MinValue)],
        Exclusions = excluded is { } span ? [new Exclusion("x", "force-majeure", Seconds.Span(span.From, span.To), ExclusionStatus.Approved, null, null)] : [],
    }).Level;
}
