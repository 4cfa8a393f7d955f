using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using NodaTime;

namespace Levelkeeper.Language.Tests.Agreements;

/// <summary>Each key of an availability objective decides the policy that it names, and nothing that is not written departs from the edition.</summary>
public class AvailabilityKeysTest
{
    private static AvailabilityPolicy Policy(string lines) => Sample.Indicator<Indicator.Availability>(Sample.Uptime(lines)).Policy;

    [Fact]
    public void What_is_not_written_is_the_editions_default()
    {
        var policy = Policy("per: month");
        (policy with { Clauses = AvailabilityPolicy.Default.Clauses, ExcusingCauses = AvailabilityPolicy.Default.ExcusingCauses, EssentialFunctions = AvailabilityPolicy.Default.EssentialFunctions, SourcePrecedence = AvailabilityPolicy.Default.SourcePrecedence })
            .ShouldBe(AvailabilityPolicy.Default);
        policy.ExcusingCauses.ShouldBeEmpty();
        policy.EssentialFunctions.ShouldBeEmpty();
        policy.SourcePrecedence.ShouldBeEmpty();
    }

    public static TheoryData<string, Func<AvailabilityPolicy, object?>, object?> Keys { get; } = new()
    {
        { "no-data: unknown", p => p.NoData, NoDataTreatment.Bounds },
        { "no-data: up", p => p.NoData, NoDataTreatment.Up },
        { "no-data: down", p => p.NoData, NoDataTreatment.Down },
        { "no-data: out", p => p.NoData, NoDataTreatment.Out },
        { "fresh-for: 90 s", p => p.Freshness, Duration.FromSeconds(90) },
        { "before-first: up", p => p.Initial, InitialState.Up },
        { "before-first: down", p => p.Initial, InitialState.Down },
        { "previous-state: also unknown between", p => p.PreviousState, PreviousStateClaim.UnknownAlsoBetween },
        { "previous-state: ignored", p => p.PreviousState, PreviousStateClaim.Ignored },
        { "downtime-begins: last good check", p => p.DowntimeBegins, DowntimeBegin.LastGoodCheck },
        { "downtime-begins: report", p => p.DowntimeBegins, DowntimeBegin.CustomerReport },
        { "confirmed-after: 1 check", p => (p.ConfirmingChecks, p.PlacesThatConfirm), (1, (int?)null) },
        { "confirmed-after: 2 of 3 locations", p => (p.ConfirmingChecks, p.PlacesThatConfirm), (1, (int?)2) },
        { "confirmed-after: 3 checks at 2 of 3 locations", p => (p.ConfirmingChecks, p.PlacesThatConfirm), (3, (int?)2) },
        { "observer-gap: no data until news", p => p.ObserverGap, ObserverGap.NoDataUntilNews },
        { "observer-gap: state lasts", p => p.ObserverGap, ObserverGap.StateLasts },
        { "shortest-outage: 1 min 30 s", p => p.ShortestOutage, Duration.FromSeconds(90) },
        { "short-outages: never counted", p => p.FirstMinutesCount, false },
        { "merge-within: 5 min", p => p.FlappingGap, Duration.FromMinutes(5) },
        { "degraded: down", p => p.Degraded, DegradedTreatment.Down },
        { "degraded: up", p => p.Degraded, DegradedTreatment.Up },
        { "degraded: 25 %", p => (p.Degraded, p.DegradedWeight), (DegradedTreatment.Weighted, 0.25m) },
        { "affected-share: yes", p => p.WeighByAffectedShare, true },
        { "prevails: [probe, desk]", p => string.Join(' ', p.SourcePrecedence), "probe desk" },
        { "counts-from: the first fact", p => p.CountsFrom, CountingStart.FirstFact },
        { "counts-from: the first fact if any", p => p.CountsFrom, CountingStart.FirstFactIfAny },
        { "exclusions: leave the period", p => p.Exclusion, ExclusionTreatment.LeavesDenominator },
        { "excluding: [force-majeure, customer]", p => string.Join(' ', p.ExcusingCauses), "customer force-majeure" },
        { "excluding: nothing", p => p.ExcusingCauses.Count, 0 },
        { "excluding: maintenance", p => p.Maintenance, new MaintenancePolicy() },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_key_decides_its_policy(string line, Func<AvailabilityPolicy, object?> property, object? expected) => property(Policy(line)).ShouldBe(expected);

    [Fact]
    public void A_decision_that_is_written_names_its_clause()
    {
        var policy = Policy("no-data: down");
        policy.ClauseOf(nameof(AvailabilityPolicy.NoData)).ToString().ShouldBe("objectives.it.no-data (a.yaml:16)");
        policy.ClauseOf(nameof(AvailabilityPolicy.Degraded)).IsDefault.ShouldBeTrue();
    }

    [Theory]
    [InlineData("counts: neither", MaintenanceTreatment.LeavesBoth)]
    [InlineData("counts: only downtime leaves", MaintenanceTreatment.DowntimeLeavesBoth)]
    [InlineData("counts: as up", MaintenanceTreatment.CountsAsUp)]
    public void Maintenance_reaches_the_policy_of_its_service(string counts, MaintenanceTreatment expected)
    {
        var text = Sample.Uptime("excluding: [maintenance]") + $"maintenance:\n  shop: {{ notice: 72 h, allowance: 4 h, allowance-per: quarter, {counts} }}\n";
        var maintenance = Sample.Indicator<Indicator.Availability>(text).Policy.Maintenance.ShouldNotBeNull();
        maintenance.Treatment.ShouldBe(expected);
        maintenance.Notice.ShouldBe(Duration.FromHours(72));
        maintenance.Allowance.ShouldBe(Duration.FromHours(4));
        maintenance.AllowancePer.ShouldNotBeNull().Rule.ShouldBe(new PeriodRule.Calendar(CalendarUnit.Quarter));
    }

    [Fact]
    public void Without_excluding_it_maintenance_is_downtime_like_any_other() =>
        Sample.Indicator<Indicator.Availability>(Sample.Uptime("per: month") + "maintenance:\n  shop: { notice: 72 h }\n").Policy.Maintenance.ShouldBeNull();

    [Fact]
    public void A_wrong_maintenance_is_reported_once_however_many_objectives_use_it()
    {
        var (_, diagnostics) = Sample.Read(Sample.With("""
            objectives:
              a: { measure: availability, target: at least 99 %, excluding: maintenance }
              b: { measure: availability, target: at least 98 %, excluding: maintenance }
            maintenance:
              shop: { notice: soon }
            """));
        diagnostics.ShouldHaveSingleItem().Code.ShouldBe("LK1107");
    }

    [Fact]
    public void The_services_essential_functions_reach_the_policy()
    {
        var text = Sample.Uptime("per: month").Replace("shop: { title: Shop }", "shop: { essential: [checkout, login] }", StringComparison.Ordinal);
        Sample.Indicator<Indicator.Availability>(text).Policy.EssentialFunctions.ShouldBe(["checkout", "login"]);
    }

    [Fact]
    public void The_measuring_partys_word_prevails_without_saying_it_again()
    {
        var text = Sample.Uptime("per: month") + "assertions:\n  - { source: probe, may: '*', prevails: yes }\n  - { source: desk, may: ticket.* }\n";
        Sample.Indicator<Indicator.Availability>(text).Policy.SourcePrecedence.ShouldBe(["probe"]);
    }

    [Fact]
    public void The_level_is_rounded_only_when_it_is_agreed()
    {
        Sample.Good(Sample.Uptime("rounded: 2 places")).Objectives[0].Target.ShouldBe(new LevelTarget(LevelComparison.AtLeast, new Rational(999, 1000), 2));
        Sample.Good(Sample.Uptime("per: month")).Objectives[0].Target.RoundingPlaces.ShouldBeNull();
    }

    [Fact]
    public void The_divisor_and_the_whole_period_reach_the_indicator()
    {
        var indicator = Sample.Indicator<Indicator.Availability>(Sample.Uptime("period-length: 720 h\njoined-late: whole period"));
        indicator.DividedBy.ShouldBe(Duration.FromHours(720));
        indicator.JoinedLate.ShouldBe(JoinedLate.WholePeriod);
        Sample.Indicator<Indicator.Availability>(Sample.Uptime("joined-late: rest is well")).JoinedLate.ShouldBe(JoinedLate.RestIsWell);
        Sample.Indicator<Indicator.Availability>(Sample.Uptime("joined-late: in proportion")).JoinedLate.ShouldBe(JoinedLate.OwnTime);
    }

    [Theory]
    [InlineData("15 min", 15, false, null)]
    [InlineData("more than 3 min", 3, true, null)]
    [InlineData("more than 1 h within 72 h", 60, true, 72)]
    [InlineData("1 h within 24 h", 60, false, 24)]
    public void A_shortest_outage_is_at_least_or_more_than_a_length_alone_or_within_a_span(string text, int minutes, bool tooShort, int? hours)
    {
        var policy = Policy($"shortest-outage: {text}");
        (policy.ShortestOutage, policy.ShortestOutageIsTooShort).ShouldBe((Duration.FromMinutes(minutes), tooShort));
        policy.ShortestOutageWithin.ShouldBe(hours is { } span ? Duration.FromHours(span) : null);
    }

    [Theory]
    [InlineData("shortest-outage: more than 1 h within 3 days", "LK1604")]
    [InlineData("shortest-outage: 2 h within 1 h", "LK1604")]
    [InlineData("shortest-outage: 0 s within 0 s", "LK1604")]
    [InlineData("shortest-outage: 1 h within 9000 h", "LK1604")]
    [InlineData("shortest-outage: 1 h within 2 h within 3 h", "LK1604")]
    [InlineData("shortest-outage: 2 business days", "LK1604")]
    [InlineData("shortest-outage: 1 h within 24 h\nshort-outages: never counted", "LK1516")]
    [InlineData("full-units: 0 s", "LK1113")]
    [InlineData("each: component\ncombine: all", "LK1516")]
    public void What_cannot_be_meant_of_outages_is_refused(string lines, string code)
    {
        var text = Sample.Uptime(lines).Replace("shop: { title: Shop }", "shop: { components: [edge, web] }", StringComparison.Ordinal);
        Sample.Read(text).Diagnostics.Select(d => d.Code).ShouldBe([code]);
    }

    [Fact]
    public void Every_component_or_every_member_of_a_roster_is_measured_by_itself()
    {
        var components = Sample.Good(Sample.Uptime("each: component\nmembers-reaching: 90 %").Replace("shop: { title: Shop }", "shop: { components: [edge, web] }", StringComparison.Ordinal)).Objectives.Single();
        (components.EachComponent, components.EachOf, components.ObservedRoster, components.MembersReaching).ShouldBe((true, "", "", new Rational(9, 10)));
        foreach (var measure in (string[])["availability", "share of requests", "number of outages"])
        {
            var target = measure == "number of outages" ? "at most 2 outages" : "at least 99 %";
            var servers = Sample.Good(Sample.Objective($"measure: {measure}\ntarget: {target}\neach: member of servers") + "rosters:\n  servers: {}\n").Objectives.Single();
            (servers.EachComponent, servers.ObservedRoster).ShouldBe((false, "servers"));
        }

        Sample.Read(Sample.Objective("measure: time to respond\nwithin: 1 h\ntarget: every ticket\neach: member of servers") + "rosters:\n  servers: {}\n").Diagnostics.Select(d => d.Code).ShouldBe(["LK1515"]);
        Sample.Read(Sample.Objective("measure: sum of leads\ntarget: at least 3\neach: component").Replace("shop: { title: Shop }", "shop: { components: [edge, web] }", StringComparison.Ordinal)).Diagnostics.Select(d => d.Code).ShouldBe(["LK1515"]);
    }

    private static ComponentCombination Combination(string rule) =>
        Sample.Indicator<Indicator.Availability>(Sample.Uptime($"combine: {rule}").Replace("shop: { title: Shop }", "shop: { components: [edge, web-1, web-2] }", StringComparison.Ordinal)).Combination;

    [Fact]
    public void Components_combine_as_it_is_agreed()
    {
        Combination("all").ShouldBe(ComponentCombination.All);
        Combination("any").Kind.ShouldBe(CombinationKind.Any);
        Combination("average").Kind.ShouldBe(CombinationKind.Average);
        Combination("2 of 3").ShouldBe(new ComponentCombination(CombinationKind.AtLeast, 2));
        var series = Combination("edge and (web-1 or web-2)").Rule.ShouldBeOfType<ComponentRule.AtLeast>();
        series.Working.ShouldBe(2);
        series.Parts[0].ShouldBe(new ComponentRule.Component("edge"));
        var parallel = series.Parts[1].ShouldBeOfType<ComponentRule.AtLeast>();
        parallel.Working.ShouldBe(1);
        parallel.Parts.ShouldBe(ImmutableArray.Create<ComponentRule>(new ComponentRule.Component("web-1"), new ComponentRule.Component("web-2")));
    }

    [Theory]
    [InlineData("mean time to restore", OutageIndicator.MeanTimeToRestore, "at most 1 h")]
    [InlineData("mean time between failures", OutageIndicator.MeanTimeBetweenFailures, "at least 100 h")]
    [InlineData("number of outages", OutageIndicator.NumberOfOutages, "at most 2 outages")]
    [InlineData("longest outage", OutageIndicator.LongestOutage, "at most 30 min")]
    public void Outages_are_judged_by_the_same_policy(string measure, OutageIndicator expected, string target)
    {
        var indicator = Sample.Indicator<Indicator.Outages>(Sample.Objective($"measure: {measure}\ntarget: {target}\nmerge-within: 5 min"));
        indicator.Statistic.ShouldBe(expected);
        indicator.Policy.FlappingGap.ShouldBe(Duration.FromMinutes(5));
    }
}
