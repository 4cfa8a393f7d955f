using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Rosters;
using NodaTime;
using static Levelkeeper.Core.Tests.Evaluation.Shop;

namespace Levelkeeper.Core.Tests.Evaluation;

public sealed class EachMemberTests
{
    private static readonly Objective EachServer = Objective(TimeUp()) with { EachOf = "servers" };

    [Fact]
    public void Every_component_must_reach_the_target_by_itself()
    {
        // 8 of 744 hours are 1.08 %.
        var each = Objective(TimeUp(), "cluster") with { EachComponent = true };
        var result = March(each, Outage(At(5), Duration.FromHours(8), "a"));
        (result.Verdict, result.Level, result.Volume).ShouldBe((Verdict.Breached, Quantity.Share(new Rational(1, 2)), 2));
        result.Members.Select(m => (m.Member, m.Verdict, m.Level)).ShouldBe([("a", Verdict.Breached, Quantity.Share(new Rational(736, 744))), ("b", Verdict.Met, Quantity.Share(1))]);
        result.Members[0].Budget!.Allowed.ShouldBe(new Rational(744, 100) * NodaConstants.TicksPerHour);
        result.Members[0].Outages.ShouldHaveSingleItem().Counted.ShouldBe(8 * NodaConstants.TicksPerHour);
        March(each with { MembersReaching = new Rational(1, 2) }, Outage(At(5), Duration.FromHours(8), "a")).Verdict.ShouldBe(Verdict.Met);
    }

    [Fact]
    public void What_is_said_of_the_service_holds_for_each_and_a_claim_about_one_for_that_one()
    {
        var each = Objective(TimeUp(), "cluster") with { EachComponent = true };
        Fact[] facts =
        [
            .. Outage(At(5), Duration.FromHours(8), "cluster"),
            Fact("c", At(6), new FactData.ExclusionClaimed("x", At(5), At(6), "flood", "", ""), "b"),
            Fact("d", At(7), new FactData.ExclusionDecided("x", true, "customer", ""), "b"),
        ];
        March(each, facts).Members.Select(m => m.Verdict).ShouldBe([Verdict.Breached, Verdict.Met]);
    }

    [Fact]
    public void A_server_is_measured_over_the_time_in_which_it_was_there()
    {
        // From the 16th on there are 384 hours: three of them are 0.78 %, four are 1.04 %.
        Servers(EachServer, [Joined("v1", At(16)), .. Outage(At(20), Duration.FromHours(3), "v1")]).Level.ShouldBe(Quantity.Share(new Rational(381, 384)));
        Servers(EachServer, [Joined("v1", At(16)), .. Outage(At(20), Duration.FromHours(4), "v1")]).Verdict.ShouldBe(Verdict.Breached);
        // What was before it joined, and what is after it left, is not its time.
        Servers(EachServer, [.. Outage(At(10), Duration.FromHours(100), "v1"), Joined("v1", At(16)), Left("v1", At(26)), State(At(27), ServiceState.Down, "v1")]).Level.ShouldBe(Quantity.Share(1));
    }

    [Fact]
    public void By_clause_the_rest_of_the_month_is_well_or_counts_as_it_was()
    {
        Fact[] facts = [.. Outage(At(10), Duration.FromHours(100), "v1"), Joined("v1", At(16)), .. Outage(At(20), Duration.FromHours(4), "v1")];
        Servers(Joining(JoinedLate.RestIsWell), facts).Level.ShouldBe(Quantity.Share(new Rational(740, 744)));
        Servers(Joining(JoinedLate.WholePeriod), facts).Level.ShouldBe(Quantity.Share(new Rational(640, 744)));

        static Objective Joining(JoinedLate joinedLate) => Objective(TimeUp() with { JoinedLate = joinedLate }) with { EachOf = "servers" };
    }

    [Fact]
    public void Nobody_on_the_roster_is_no_activity_and_so_is_a_part_of_the_month_where_only_whole_ones_count()
    {
        March(EachServer, [], with: Rostered(PartialMembership.Prorated)).Verdict.ShouldBe(Verdict.NoActivity);
        var part = March(EachServer, [Joined("v1", At(16)), State(At(20), ServiceState.Down, "v1")], with: Rostered(PartialMembership.WholePeriodOnly));
        (part.Verdict, part.Members.ShouldHaveSingleItem().Verdict).ShouldBe((Verdict.NoActivity, Verdict.NoActivity));
    }

    [Fact]
    public void A_state_of_somebody_who_was_never_on_the_roster_belongs_to_nothing()
    {
        var uptime = Objective(TimeUp()) with { Name = "uptime" };
        var agreement = Rostered(PartialMembership.Prorated)(Agreement(EachServer, uptime));
        var result = Evaluate(agreement, [Joined("v1", At(2)), Fact("9", At(5), FactData.StateChanged.To(ServiceState.Down), "v9", address: OfService("web")), State(At(6), ServiceState.Down, "v1")]);
        result.Unmatched.ShouldHaveSingleItem().Reason.ShouldBe("the service 'web' has no component or member 'v9'");
        // Nor is one server the service.
        result.Objectives.Single(o => o.Objective == "uptime").Level.ShouldBe(Quantity.Share(1));
        result.Objectives.Single(o => o.Objective == "x").Verdict.ShouldBe(Verdict.Breached);
    }

    [Fact]
    public void A_number_of_outages_is_prorated_to_the_time_in_which_the_server_was_there()
    {
        // Four in March are 4 · 16/31 = 2.06 from the 16th on.
        var few = Objective(new Indicator.Outages(OutageIndicator.NumberOfOutages, Policy, ComponentCombination.All)).WithTarget(LevelComparison.AtMost, 4) with { EachOf = "servers" };
        Fact[] facts = [Joined("v1", At(16)), .. new[] { 18, 20, 22 }.SelectMany(d => Outage(At(d), Duration.FromHours(1), "v1"))];
        March(few, facts[..^2], with: Rostered(PartialMembership.Prorated)).Members.ShouldHaveSingleItem().Verdict.ShouldBe(Verdict.Met);
        March(few, facts, with: Rostered(PartialMembership.Prorated)).Members.ShouldHaveSingleItem().Verdict.ShouldBe(Verdict.Breached);
        March(few, facts, with: Rostered(PartialMembership.FullTarget)).Members.ShouldHaveSingleItem().Verdict.ShouldBe(Verdict.Met);
    }

    [Fact]
    public void Each_counts_its_own_requests()
    {
        var each = Objective(new Indicator.Requests("requests", new RequestMethod.Ratio()), "cluster") with { EachComponent = true };
        Fact Window(string subject, int good) => Fact("w" + subject, At(2, 1), new FactData.Aggregated("requests", At(2), good, 100, null, []), subject, address: OfService("cluster"));
        var result = March(each, [Window("a", 100), Window("b", 98), Window("cluster", 0)]);
        result.Members.Select(m => m.Level).ShouldBe([Quantity.Share(1), Quantity.Share(new Rational(98, 100))]);
        result.Members[0].Explanation.Parts[0].Parts[^1].Parts.ShouldHaveSingleItem().Remark.ShouldBe("1 windows name no member: they count for none.");
        result.Verdict.ShouldBe(Verdict.Breached);
    }

    [Fact]
    public void A_report_that_is_linked_to_one_server_begins_no_downtime_of_another()
    {
        var each = Objective(TimeUp(Policy with { DowntimeBegins = DowntimeBegin.CustomerReport }), "cluster") with { EachComponent = true };
        Fact[] facts =
        [
            .. Outage(At(5), Duration.FromHours(20), "a"), .. Outage(At(5), Duration.FromHours(20), "b"),
            .. Ticket("T-1", At(5, 4), null, "cluster"), Fact("l", At(5, 5), new FactData.TicketLinked("a"), "T-1", "desk"),
        ];
        March(each, facts).Members.Select(m => m.Level).ShouldBe([Quantity.Share(new Rational(728, 744)), Quantity.Share(1)]);
        March(each, facts[..^1]).Members.Select(m => m.Level).ShouldBe([Quantity.Share(new Rational(728, 744)), Quantity.Share(new Rational(728, 744))]);
    }

    private static Func<Agreement, Agreement> Rostered(PartialMembership partial) => a => a with { Rosters = [new RosterDefinition("servers", [], partial, Stated)] };

    private static ObjectiveEvaluation Servers(Objective objective, params Fact[] facts) => March(objective, facts, with: Rostered(PartialMembership.Prorated)).Members.ShouldHaveSingleItem();

    private static Fact Joined(string server, Instant at) => Fact("in" + server, at, new FactData.RosterChanged("servers", server, true), "", "cloud");

    private static Fact Left(string server, Instant at) => Fact("out" + server, at, new FactData.RosterChanged("servers", server, false), "", "cloud");
}
