using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using NodaTime;
using static Levelkeeper.Core.Tests.Evaluation.Shop;

namespace Levelkeeper.Core.Tests.Evaluation;

public sealed class AvailabilityObjectiveTests
{
    private static readonly Objective NinetyNine = Objective(TimeUp());

    [Fact]
    public void The_level_of_a_month_is_exact_and_its_budget_is_what_may_be_lost()
    {
        // 31 days are 744 h; 99 % leaves 7.44 h; 6 h are lost.
        var result = March(NinetyNine, Outage(At(5), Duration.FromHours(6)));

        result.Verdict.ShouldBe(Verdict.Met);
        result.Level.ShouldBe(Quantity.Share(new Rational(738, 744)));
        result.Budget!.Allowed.ShouldBe(Hours(744) / 100);
        result.Budget.Consumed.ShouldBe(Hours(6));
        result.Budget.BurnRate.ShouldBe(new Rational(600, 744));
        var outage = result.Outages.ShouldHaveSingleItem();
        outage.Span.StartInstant.ShouldBe(At(5));
        outage.Counted.ShouldBe(6 * NodaConstants.TicksPerHour);
        result.Explanation.Title.ShouldBe("X: met");
    }

    [Fact]
    public void Exactly_on_target_is_met_and_a_tick_more_is_not()
    {
        var half = Objective(TimeUp(), percent: 50);
        March(half, Outage(At(1), Duration.FromHours(372))).Verdict.ShouldBe(Verdict.Met);
        March(half, Outage(At(1), Duration.FromHours(372) + Duration.FromTicks(1))).Verdict.ShouldBe(Verdict.Breached);
    }

    [Theory]
    [InlineData(5, Verdict.Met)] // 5 h of 7.44 h are 67 %
    [InlineData(6, Verdict.AtRisk)] // 81 %
    [InlineData(8, Verdict.Breached)] // a perfect rest cannot make it good
    public void A_running_month_is_held_against_the_whole_month_s_budget(int hours, Verdict verdict)
    {
        var result = March(NinetyNine, Outage(At(5), Duration.FromHours(hours)), asOf: At(6));
        result.Verdict.ShouldBe(verdict);
        result.Period.Running.ShouldBeTrue();
        result.Budget!.Allowed.ShouldBe(Hours(744) / 100);
        result.Level.ShouldBe(Quantity.Share(new Rational(120 - hours, 120)));
    }

    [Fact]
    public void How_much_budget_must_be_left_is_the_agreement_s_to_say() =>
        March(NinetyNine with { AtRiskLeft = new Rational(1, 2) }, Outage(At(5), Duration.FromHours(4)), asOf: At(6)).Verdict.ShouldBe(Verdict.AtRisk);

    [Fact]
    public void A_period_that_has_not_begun_has_no_result() =>
        Evaluate(Shop.Agreement(NinetyNine), [], asOf: At(1)).Objectives.ShouldBeEmpty();

    [Fact]
    public void Nothing_known_is_insufficient_evidence_between_its_bounds()
    {
        var result = March(Objective(TimeUp(Policy with { Initial = InitialState.NoData })), []);
        result.Verdict.ShouldBe(Verdict.InsufficientEvidence);
        (result.Level, result.Lowest, result.Highest).ShouldBe((null, Quantity.Share(0), Quantity.Share(1)));
    }

    [Fact]
    public void A_month_wholly_under_maintenance_is_excused_and_one_before_go_live_has_no_activity()
    {
        var policy = Policy with { Maintenance = new MaintenancePolicy() };
        var announcement = Fact("m", Instant.FromUtc(2026, 2, 1, 0, 0), new FactData.MaintenanceAnnounced("M", At(1), April, ""));
        March(Objective(TimeUp(policy)), [announcement]).Verdict.ShouldBe(Verdict.Excused);

        var result = March(NinetyNine, [], with: a => a with { Services = [Service("web") with { GoLive = new LocalDate(2026, 4, 1) }] });
        result.Verdict.ShouldBe(Verdict.NoActivity);
        result.Level.ShouldBeNull();
    }

    [Fact]
    public void A_pending_claim_counts_as_downtime_and_the_other_result_is_shown_beside()
    {
        Fact[] facts = [.. Outage(At(5), Duration.FromHours(10)), Fact("c", At(6), new FactData.ExclusionClaimed("X", At(5), At(5, 10), "flood", "", ""))];
        var pending = March(NinetyNine, facts);
        (pending.Verdict, pending.IfPendingApproved).ShouldBe((Verdict.Breached, Verdict.Met));

        var decided = March(NinetyNine, [.. facts, Fact("d", At(7), new FactData.ExclusionDecided("X", true, "customer", ""))]);
        (decided.Verdict, decided.IfPendingApproved).ShouldBe((Verdict.Met, Verdict.Met));
        decided.Outages.ShouldHaveSingleItem().Excused.ShouldBe(10 * NodaConstants.TicksPerHour);
    }

    [Fact]
    public void Only_operating_hours_count()
    {
        // March 2026 has 22 working days of 8 h. Sunday's outage is outside; Monday's counts from 09:00 to 10:00.
        var result = March(
            NinetyNine,
            [.. Outage(At(1, 8), Duration.FromHours(5)), .. Outage(At(2, 6), Duration.FromHours(4))],
            with: a => a with { Services = [Service("web") with { OperatingHours = "office" }] });
        result.Level.ShouldBe(Quantity.Share(new Rational(175, 176)));
    }

    [Fact]
    public void A_term_that_begins_inside_the_month_counts_from_then_on()
    {
        var result = March(
            NinetyNine,
            [.. Outage(At(5), Duration.FromHours(24)), .. Outage(At(20), Duration.FromHours(2))],
            with: a => a with { Term = new Term(new LocalDate(2026, 3, 17), null) });
        result.Level.ShouldBe(Quantity.Share(new Rational(358, 360)));
        result.Budget!.Allowed.ShouldBe(Hours(360) / 100);
    }

    [Fact]
    public void Over_a_stated_length_the_downtime_is_divided_by_that_length()
    {
        var indicator = TimeUp() with { DividedBy = Duration.FromHours(730) };
        var result = March(Objective(indicator), Outage(At(5), Duration.FromHours(7)));
        result.Level.ShouldBe(Quantity.Share(new Rational(723, 730)));
        (result.Verdict, result.IfPendingApproved).ShouldBe((Verdict.Met, Verdict.Met));
        result.Budget!.Allowed.ShouldBe(Hours(730) / 100);
    }

    [Fact]
    public void Over_a_stated_length_pending_claims_running_periods_and_excused_months_are_judged_alike()
    {
        var indicator = TimeUp(Policy with { Maintenance = new MaintenancePolicy() }) with { DividedBy = Duration.FromHours(730) };
        var claim = Fact("c", At(6), new FactData.ExclusionClaimed("X", At(5), At(5, 10), "flood", "", ""));
        var pending = March(Objective(indicator), [.. Outage(At(5), Duration.FromHours(10)), claim]);
        (pending.Verdict, pending.IfPendingApproved).ShouldBe((Verdict.Breached, Verdict.Met));

        March(Objective(indicator), Outage(At(5), Duration.FromHours(6)), asOf: At(6)).Verdict.ShouldBe(Verdict.AtRisk);
        March(Objective(indicator), Outage(At(5), Duration.FromHours(2)), asOf: At(6)).Verdict.ShouldBe(Verdict.Met);

        var announcement = Fact("m", Instant.FromUtc(2026, 2, 1, 0, 0), new FactData.MaintenanceAnnounced("M", At(1), April, ""));
        var excused = March(Objective(indicator), [announcement]);
        (excused.Verdict, excused.Level, excused.Lowest, excused.Highest).ShouldBe((Verdict.Excused, null, null, null));
        excused.Explanation.Parts[0].Parts.Length.ShouldBe(1);
    }

    [Fact]
    public void Over_a_stated_length_a_day_without_data_leaves_two_bounds()
    {
        var result = March(Objective(TimeUp() with { DividedBy = Duration.FromHours(730) }), [State(At(5), ServiceState.Unknown), State(At(6), ServiceState.Up)]);
        (result.Verdict, result.Level).ShouldBe((Verdict.InsufficientEvidence, null));
        (result.Lowest!.Value.Value, result.Highest!.Value.Value).ShouldBe((new Rational(706, 730), Rational.One));
        result.Explanation.Parts[0].Parts.Take(2).Select(p => p.Value!.Value.Value).ShouldBe([new Rational(706, 730), Rational.One]);
    }

    [Fact]
    public void What_counts_whole_counts_the_period_before_the_term_too()
    {
        var whole = Objective(TimeUp() with { JoinedLate = JoinedLate.WholePeriod });
        March(whole, Outage(At(5), Duration.FromHours(24)), with: a => a with { Term = new Term(new LocalDate(2026, 3, 17), null) }).Level.ShouldBe(Quantity.Share(new Rational(720, 744)));
    }

    [Fact]
    public void An_outage_counts_from_the_first_report_of_a_customer_of_that_service_when_the_agreement_says_so()
    {
        var objective = Objective(TimeUp(Policy with { DowntimeBegins = DowntimeBegin.CustomerReport }));
        var outage = Outage(At(5), Duration.FromHours(10));
        Hours([.. outage]).ShouldBe(0);
        Hours([.. outage, .. Ticket("T-2", At(5, 8), null), .. Ticket("T-1", At(5, 9), null)]).ShouldBe(2);
        Hours([.. outage, .. Ticket("T-1", At(5, 4), null, "cluster"), .. Ticket("T-2", At(5, 9), null)]).ShouldBe(1);
        // Our own monitoring's ticket is no customer's report.
        Hours([.. outage, Fact("own", At(5, 1), new FactData.TicketReported("P1", "new", "", Actor.System, null), "T-3", "desk", OfService("web"))]).ShouldBe(0);

        Rational Hours(Fact[] facts) => (1 - March(objective, facts).Level!.Value.Value) * 744;
    }

    [Fact]
    public void An_outage_shows_what_of_it_counts_what_is_excused_and_how_long_it_lasts_so_far()
    {
        Fact[] facts =
        [
            .. Outage(At(5), Duration.FromHours(10)),
            Fact("c", At(6), new FactData.ExclusionClaimed("X", At(5), At(5, 4), "flood", "", "")),
            Fact("d", At(7), new FactData.ExclusionDecided("X", true, "customer", "")),
            State(At(8), ServiceState.Down),
        ];
        var result = March(NinetyNine, facts, asOf: At(8, 3));
        result.Outages.Select(o => (o.Span.StartInstant, o.Span.EndInstant, Hours: Hours(o.Counted), Excused: Hours(o.Excused), o.Lasting)).ShouldBe(
            [(At(5), At(5, 10), 6, 4, false), (At(8), At(8, 3), 3, 0, true)]);

        static long Hours(long ticks) => ticks / NodaConstants.TicksPerHour;
    }

    [Fact]
    public void An_allowance_of_a_year_that_was_used_up_before_the_month_excuses_nothing_in_it_also_with_operating_hours()
    {
        // Two hours a year. January's maintenance took them, at ten on a working day; March's is downtime.
        var perYear = new PeriodCalendar(new PeriodRule.Calendar(CalendarUnit.Year), DateTimeZone.Utc);
        var policy = Policy with { Maintenance = new MaintenancePolicy(Allowance: Duration.FromHours(2), AllowancePer: perYear) };
        var january = Instant.FromUtc(2026, 1, 14, 10, 0);
        Fact[] march = [Fact("m", At(2), new FactData.MaintenanceAnnounced("M", At(4, 10), At(4, 12), "")), .. Outage(At(4, 10), Duration.FromHours(2))];
        Fact[] before = [Fact("j", january - Duration.FromDays(1), new FactData.MaintenanceAnnounced("J", january, january + Duration.FromHours(2), "")), .. Outage(january, Duration.FromHours(2))];

        Level(march).ShouldBe(1);
        Level([.. before, .. march]).ShouldBe(new Rational(174, 176));

        Rational Level(Fact[] facts) => March(Objective(TimeUp(policy)), facts, with: a => a with { Services = [Service("web") with { OperatingHours = "office" }] }).Level!.Value.Value;
    }

    [Fact]
    public void What_is_approved_for_one_component_excuses_the_combined_service()
    {
        Fact[] facts =
        [
            .. Outage(At(5), Duration.FromHours(10), "a"),
            Fact("c", At(6), new FactData.ExclusionClaimed("X", At(5), At(5, 10), "flood", "", ""), "a"),
            Fact("d", At(7), new FactData.ExclusionDecided("X", true, "customer", ""), "a"),
        ];
        March(Objective(TimeUp(), "cluster"), facts).Level.ShouldBe(Quantity.Share(1));
    }

    [Theory]
    [InlineData(CombinationKind.All, 10)] // one or the other is down for 4 + 6 hours
    [InlineData(CombinationKind.Any, 0)] // never both
    public void Components_are_combined_as_the_agreement_says(CombinationKind kind, int hoursDown)
    {
        var result = March(
            Objective(TimeUp(kind: kind), "cluster"),
            [.. Outage(At(5), Duration.FromHours(4), "a"), .. Outage(At(6), Duration.FromHours(6), "b")]);
        result.Level.ShouldBe(Quantity.Share(new Rational(744 - hoursDown, 744)));
    }

    [Fact]
    public void A_fact_about_the_service_as_a_whole_holds_for_each_of_its_components()
    {
        var result = March(Objective(TimeUp(kind: CombinationKind.Any), "cluster"), Outage(At(5), Duration.FromHours(3), "cluster"));
        result.Level.ShouldBe(Quantity.Share(new Rational(741, 744)));
    }

    [Fact]
    public void The_average_over_components_pools_their_seconds()
    {
        var result = March(Objective(TimeUp(kind: CombinationKind.Average), "cluster"), [.. Outage(At(5), Duration.FromHours(4), "a"), .. Outage(At(5), Duration.FromHours(6), "b")]);
        result.Level.ShouldBe(Quantity.Share(new Rational(1478, 1488)));
        result.Verdict.ShouldBe(Verdict.Met);
        result.Budget!.Allowed.ShouldBe(Hours(1488) / 100);
        result.Outages.Select(o => o.Components.Single()).ShouldBe(["a", "b"], ignoreOrder: true);
    }

    [Fact]
    public void An_average_with_a_day_without_data_has_two_bounds_and_one_that_is_excused_has_none()
    {
        var average = Objective(TimeUp(Policy with { Maintenance = new MaintenancePolicy() }, CombinationKind.Average), "cluster");
        var known = March(average, [State(At(5), ServiceState.Up, "a")]);
        (known.Level, known.Explanation.Parts[0].Parts.Length).ShouldBe((Quantity.Share(1), 3));

        var bounds = March(average, [State(At(5), ServiceState.Unknown, "a"), State(At(6), ServiceState.Up, "a")]);
        (bounds.Level, bounds.Lowest!.Value.Value, bounds.Highest!.Value.Value).ShouldBe((null, new Rational(1464, 1488), Rational.One));
        bounds.Explanation.Parts[0].Parts.Take(2).Select(p => p.Value!.Value.Value).ShouldBe([new Rational(1464, 1488), Rational.One]);

        var announcement = Fact("m", Instant.FromUtc(2026, 2, 1, 0, 0), new FactData.MaintenanceAnnounced("M", At(1), April, ""), "cluster");
        var excused = March(average, [announcement]);
        (excused.Verdict, excused.Level, excused.Lowest, excused.Highest).ShouldBe((Verdict.Excused, null, null, null));
        excused.Explanation.Parts[0].Parts.Length.ShouldBe(2);
        excused.Explanation.Parts[0].Remark.ShouldStartWith("No component had agreed time");
    }

    [Fact]
    public void The_outages_of_an_average_come_in_order_of_time() =>
        March(Objective(TimeUp(kind: CombinationKind.Average), "cluster"), [.. Outage(At(8), Duration.FromHours(1), "a"), .. Outage(At(5), Duration.FromHours(1), "b")])
            .Outages.Select(o => o.Components.Single()).ShouldBe(["b", "a"]);

    [Theory]
    [InlineData(8, Verdict.Met)] // of 14.88 h
    [InlineData(12, Verdict.AtRisk)]
    [InlineData(15, Verdict.Breached)]
    public void A_running_average_is_held_against_the_whole_month_s_budget(int hours, Verdict verdict) =>
        March(Objective(TimeUp(kind: CombinationKind.Average), "cluster"), Outage(At(5), Duration.FromHours(hours), "a"), asOf: At(6)).Verdict.ShouldBe(verdict);

    [Fact]
    public void In_an_average_what_is_claimed_for_one_component_excuses_no_other()
    {
        Fact[] facts =
        [
            .. Outage(At(5), Duration.FromHours(10), "a"),
            .. Outage(At(5), Duration.FromHours(10), "b"),
            Fact("c", At(6), new FactData.ExclusionClaimed("X", At(5), At(5, 10), "flood", "", ""), "a"),
            Fact("d", At(7), new FactData.ExclusionDecided("X", true, "customer", ""), "a"),
        ];
        March(Objective(TimeUp(kind: CombinationKind.Average), "cluster"), facts).Level.ShouldBe(Quantity.Share(new Rational(1478, 1488)));
    }

    [Fact]
    public void A_pending_claim_in_an_average_is_shown_as_if_it_were_approved()
    {
        Fact[] facts = [.. Outage(At(5), Duration.FromHours(20), "a"), Fact("c", At(6), new FactData.ExclusionClaimed("X", At(5), At(6), "flood", "", ""), "a")];
        var result = March(Objective(TimeUp(kind: CombinationKind.Average), "cluster"), facts);
        (result.Verdict, result.IfPendingApproved).ShouldBe((Verdict.Breached, Verdict.Met));
    }

    [Fact]
    public void The_mean_time_to_restore_counts_what_was_restored_in_the_period()
    {
        var objective = Objective(new Indicator.Outages(OutageIndicator.MeanTimeToRestore, Policy, ComponentCombination.All))
            .WithTarget(LevelComparison.AtMost, Hours(3), QuantityUnit.Ticks);
        var result = March(objective, [.. Outage(At(5), Duration.FromHours(2)), .. Outage(At(8), Duration.FromHours(6)), State(At(31), ServiceState.Down)]);
        result.Level.ShouldBe(new Quantity(Hours(4), QuantityUnit.Ticks));
        result.Verdict.ShouldBe(Verdict.Breached);
        result.Volume.ShouldBe(2);
    }

    [Fact]
    public void The_number_of_outages_allowed_is_prorated_to_the_time_under_the_agreement()
    {
        var objective = Objective(new Indicator.Outages(OutageIndicator.NumberOfOutages, Policy, ComponentCombination.All)).WithTarget(LevelComparison.AtMost, 2);
        Fact[] facts = [.. Outage(At(20), Duration.FromHours(1)), .. Outage(At(22), Duration.FromHours(1))];

        March(objective, facts).Verdict.ShouldBe(Verdict.Met);
        var half = March(objective, facts, with: a => a with { Term = new Term(new LocalDate(2026, 3, 17), null) });
        half.Verdict.ShouldBe(Verdict.Breached);
        half.Budget!.Allowed.ShouldBe(new Rational(30, 31));
        var whole = March(objective with { OwesWholeNumber = true }, facts, with: a => a with { Term = new Term(new LocalDate(2026, 3, 17), null) });
        (whole.Verdict, whole.Budget!.Allowed).ShouldBe((Verdict.Met, (Rational)2));
        March(objective with { OwesWholeNumber = true }, [.. Outage(At(4), Duration.FromHours(1)), .. facts], with: a => a with { Term = new Term(new LocalDate(2026, 3, 17), null) }).Verdict.ShouldBe(Verdict.Breached);
    }

    [Fact]
    public void Outages_that_may_lie_in_time_without_data_make_the_number_a_band()
    {
        var objective = Objective(new Indicator.Outages(OutageIndicator.NumberOfOutages, Policy, ComponentCombination.All)).WithTarget(LevelComparison.AtMost, 0);
        var result = March(objective, [State(At(5), ServiceState.Unknown), State(At(6), ServiceState.Up)]);
        result.Verdict.ShouldBe(Verdict.InsufficientEvidence);
        (result.Lowest!.Value.Value, result.Highest!.Value.Value).ShouldBe((Rational.Zero, Rational.One));
    }

    [Fact]
    public void An_outage_that_is_excused_altogether_is_none()
    {
        var objective = Objective(new Indicator.Outages(OutageIndicator.NumberOfOutages, Policy, ComponentCombination.All)).WithTarget(LevelComparison.AtMost, 0);
        Fact[] facts =
        [
            .. Outage(At(5), Duration.FromHours(10)),
            Fact("c", At(6), new FactData.ExclusionClaimed("X", At(5), At(5, 10), "flood", "", "")),
            Fact("d", At(7), new FactData.ExclusionDecided("X", true, "customer", "")),
        ];
        March(objective, facts).Verdict.ShouldBe(Verdict.Met);
        // The same without an outage while the month runs: nothing is allowed, nothing happened.
        March(objective, [], asOf: At(16)).Verdict.ShouldBe(Verdict.Met);
    }

    [Fact]
    public void An_outage_of_which_nobody_knows_the_start_began_with_the_agreement()
    {
        var objective = Objective(new Indicator.Outages(OutageIndicator.LongestOutage, Policy with { Initial = InitialState.Down }, ComponentCombination.All))
            .WithTarget(LevelComparison.AtMost, Hours(1), QuantityUnit.Ticks);
        // From 1 January to 2 March: 60 days.
        March(objective, [State(At(2), ServiceState.Up)]).Level.ShouldBe(new Quantity(Hours(60 * 24), QuantityUnit.Ticks));
    }

    [Fact]
    public void Facts_that_their_source_may_not_assert_are_named_in_the_explanation()
    {
        var result = March(NinetyNine, Outage(At(5), Duration.FromHours(20)), with: a => a with { Assertions = [new(new("other"), [new("*")], false, Stated)] });
        result.Verdict.ShouldBe(Verdict.Met);
        result.Explanation.Parts[^1].FactCount.ShouldBe(2);
    }

    private static Rational Hours(long hours) => hours * NodaConstants.TicksPerHour;
}
