using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using NodaTime;
using static Levelkeeper.Core.Tests.Evaluation.Shop;

namespace Levelkeeper.Core.Tests.Evaluation;

public sealed class RequestObjectiveTests
{
    private static readonly RequestExclusions Excluding = new(new MaintenancePolicy(), ["flood"], ExclusionTreatment.ExcusesDowntime);
    private static readonly RequestMethod Hours = new RequestMethod.Slices(Duration.FromHours(1), new Rational(1, 10));

    [Fact]
    public void Requests_of_windows_within_planned_maintenance_leave_both_sides()
    {
        Fact[] facts = [Maintenance(At(2, 10), At(2, 12)), Window(At(2, 9), 100, 100), Window(At(2, 10), 20, 100), Window(At(2, 11), 0, 100)];
        Level(new RequestMethod.Ratio(), Excluding, facts).ShouldBe(1);
        Level(new RequestMethod.Ratio(), RequestExclusions.None, facts).ShouldBe(new Rational(120, 300));
        // Half past nine to half past ten: nobody can tell which of its requests were made in the maintenance, so they count.
        Level(new RequestMethod.Ratio(), Excluding, [.. facts, Window(At(2, 9, 30), 50, 100)]).ShouldBe(new Rational(150, 200));
        Level(new RequestMethod.Ratio(), Treating(MaintenanceTreatment.DowntimeLeavesBoth), facts).ShouldBe(1);
        Level(new RequestMethod.Ratio(), Treating(MaintenanceTreatment.CountsAsUp), [.. facts, Window(At(3), 0, 100)]).ShouldBe(new Rational(300, 400));
        Level(new RequestMethod.Ratio(), Treating(MaintenanceTreatment.DowntimeLeavesBoth), [.. facts, Window(At(3), 0, 100)]).ShouldBe(new Rational(120, 220));
    }

    [Fact]
    public void Hours_of_planned_maintenance_are_no_hours_of_the_month()
    {
        Fact[] facts = [Maintenance(At(2, 10), At(2, 12)), Window(At(2, 9), 0, 100), Window(At(2, 10), 0, 100), Check(At(2, 11, 30))];
        // 744 hours less two; of the rest one is bad.
        Level(Hours, Excluding, facts).ShouldBe(new Rational(741, 742));
        Level(Hours, RequestExclusions.None, facts).ShouldBe(new Rational(741, 744));
        // Where only what fails leaves, the hours stay, without requests.
        Level(Hours, Treating(MaintenanceTreatment.DowntimeLeavesBoth), facts).ShouldBe(new Rational(743, 744));
        // Half an hour of maintenance takes no hour out.
        Level(Hours, Excluding, [Maintenance(At(2, 10), At(2, 10, 30)), Window(At(2, 9), 0, 100)]).ShouldBe(new Rational(743, 744));
    }

    [Fact]
    public void An_approved_claim_excuses_the_requests_that_failed_and_until_then_both_results_are_shown()
    {
        Fact[] facts = [Window(At(2), 40, 100), Window(At(3), 900, 900), Claim(At(2), At(2, 6))];
        var pending = March(Requests(new RequestMethod.Ratio(), Excluding), facts);
        (pending.Verdict, pending.IfPendingApproved, pending.Level).ShouldBe((Verdict.Breached, Verdict.Met, Quantity.Share(new Rational(940, 1000))));
        Level(new RequestMethod.Ratio(), Excluding, [.. facts, Decided(true)]).ShouldBe(1);
        Level(new RequestMethod.Ratio(), Excluding, [.. facts, Decided(false)]).ShouldBe(new Rational(940, 1000));
        // Where what is excused leaves the period, the requests that failed are none; those that went well stay.
        Fact[] more = [.. facts, Window(At(4), 0, 60), Decided(true)];
        Level(new RequestMethod.Ratio(), Excluding, more).ShouldBe(new Rational(1000, 1060));
        Level(new RequestMethod.Ratio(), Excluding with { Treatment = ExclusionTreatment.LeavesDenominator }, more).ShouldBe(new Rational(940, 1000));
    }

    [Fact]
    public void A_month_of_which_everything_is_excluded_is_excused_and_never_100_percent()
    {
        var all = March(Requests(new RequestMethod.Ratio(), Excluding), [Maintenance(At(2), At(3)), Window(At(2), 0, 100)]);
        (all.Verdict, all.Level).ShouldBe((Verdict.Excused, null));
        March(Requests(new RequestMethod.Ratio(), Excluding), [Maintenance(At(2), At(3))]).Verdict.ShouldBe(Verdict.NoActivity);
        var leaves = Excluding with { Treatment = ExclusionTreatment.LeavesDenominator };
        March(Requests(new RequestMethod.Ratio(), leaves), [Window(At(2), 0, 100), Claim(At(2), At(3)), Decided(true)]).Verdict.ShouldBe(Verdict.Excused);
    }

    [Fact]
    public void Hours_without_requests_are_good_or_by_clause_none()
    {
        Fact[] facts = [Window(At(2, 9), 100, 100), Window(At(2, 10), 50, 100), Check(At(2, 11))];
        Level(Hours, RequestExclusions.None, facts).ShouldBe(new Rational(742, 744));
        Level(new RequestMethod.Slices(Duration.FromHours(1), new Rational(1, 10)) { LeavesOutQuiet = true }, RequestExclusions.None, facts).ShouldBe(new Rational(1, 3));
        Level(new RequestMethod.MeanOfIntervals(Duration.FromHours(1)), RequestExclusions.None, facts).ShouldBe(new Rational(7435, 7440));
        Level(new RequestMethod.MeanOfIntervals(Duration.FromHours(1)) { LeavesOutQuiet = true }, RequestExclusions.None, facts).ShouldBe(new Rational(150, 200));
    }

    [Fact]
    public void A_service_that_went_live_within_the_month_has_its_own_hours_or_the_whole_month()
    {
        // From the 17th on there are 360 hours. The window of the 5th is none of its own.
        Fact[] facts = [Window(At(5), 0, 100), Window(At(20), 0, 100)];
        Of(JoinedLate.OwnTime).ShouldBe(new Rational(359, 360));
        Of(JoinedLate.RestIsWell).ShouldBe(new Rational(743, 744));
        Of(JoinedLate.WholePeriod).ShouldBe(new Rational(742, 744));
        // Where quiet hours are none, those before are good all the same: the clause says so.
        LevelOf(Requests(new RequestMethod.Slices(Duration.FromHours(1), new Rational(1, 10)) { LeavesOutQuiet = true }, RequestExclusions.None, JoinedLate.RestIsWell), facts, from: 17).ShouldBe(new Rational(384, 385));
        // Of a service without any time of its own in the month nothing is said.
        March(Requests(Hours, RequestExclusions.None, JoinedLate.RestIsWell), [], with: a => a with { Services = [a.Services[0] with { GoLive = new LocalDate(2026, 4, 1) }, a.Services[1]] }).Verdict.ShouldBe(Verdict.NoActivity);

        Rational? Of(JoinedLate joinedLate) => LevelOf(Requests(Hours, RequestExclusions.None, joinedLate), facts, from: 17);
    }

    private static Objective Requests(RequestMethod method, RequestExclusions exclusions, JoinedLate joinedLate = JoinedLate.OwnTime) =>
        Objective(new Indicator.Requests("requests", method) { Exclusions = exclusions, JoinedLate = joinedLate });

    private static Rational? Level(RequestMethod method, RequestExclusions exclusions, params Fact[] facts) => LevelOf(Requests(method, exclusions), facts);

    private static Rational? LevelOf(Objective objective, Fact[] facts, int from = 1) =>
        March(objective, facts, with: a => a with { Services = [a.Services[0] with { GoLive = new LocalDate(2026, 3, from) }, a.Services[1]] }).Level?.Value;

    private static RequestExclusions Treating(MaintenanceTreatment treatment) => Excluding with { Maintenance = new MaintenancePolicy(treatment) };

    private static Fact Window(Instant from, int good, int total) => Fact($"w{from}", from + Duration.FromHours(1), new FactData.Aggregated("requests", from, good, total, null, []));

    private static Fact Check(Instant at) => Fact($"c{at}", at, new FactData.Probed(false, null, "", ""));

    private static Fact Maintenance(Instant from, Instant to) => Fact("m", At(1), new FactData.MaintenanceAnnounced("m", from, to, ""));

    private static Fact Claim(Instant from, Instant to) => Fact("claim", At(5), new FactData.ExclusionClaimed("x", from, to, "flood", "", ""));

    private static Fact Decided(bool approved) => Fact("decision", At(6), new FactData.ExclusionDecided("x", approved, "customer", ""));
}
