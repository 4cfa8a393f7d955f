using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Duties;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Measurements.Tickets;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Rosters;
using NodaTime;

namespace Levelkeeper.Language.Tests.Agreements;

/// <summary>The keys of objectives on values, tickets, requests and duties, and of everything around them.</summary>
public class OtherKeysTest
{
    private static MeasurementRule Values(string lines) => Sample.Indicator<Indicator.Values>(Sample.Objective(lines)).Rule;

    private static TicketRule Tickets(string lines) => Sample.Indicator<Indicator.Tickets>(Sample.Objective(lines)).Rule;

    public static TheoryData<string, string, Aggregation> Aggregations { get; } = new()
    {
        { "count of visitors", "at least 10", new Aggregation.Count() },
        { "sum of leads", "at least 10 leads", new Aggregation.Sum() },
        { "average of size", "at most 10", new Aggregation.Average() },
        { "median of latency", "at most 200 ms", new Aggregation.Median() },
        { "smallest of stock", "at least 1", new Aggregation.Minimum() },
        { "largest of queue", "at most 9", new Aggregation.Maximum() },
        { "last of score", "at least 9", new Aggregation.Last() },
        { "jitter of latency", "at most 20 ms", new Aggregation.Jitter() },
        { "p99.5 of latency", "at most 200 ms", new Aggregation.Percentile(new Rational(199, 2)) },
        { "ratio of deals", "at least 20 %", new Aggregation.Share() },
        { "share of latency within 200 ms", "at least 95 %", new Aggregation.PercentWithin(2_000_000) },
        { "share of size within 7", "at least 95 %", new Aggregation.PercentWithin(7) },
    };

    [Theory]
    [MemberData(nameof(Aggregations))]
    public void A_measure_names_its_aggregation(string measure, string target, Aggregation expected) =>
        Values($"measure: {measure}\ntarget: {target}").Aggregation.ShouldBe(expected);

    [Fact]
    public void The_decisions_around_values_reach_the_rule()
    {
        var rule = Values("measure: p95 of age\ntarget: at most 2 h\nunit: min\npercentile: interpolated\nstraddling-windows: left out\nfailed-checks: too slow\nsmallest-possible: none\nnothing-measured: zero");
        rule.Aggregation.ShouldBe(new Aggregation.Percentile(95, PercentileMethod.LinearInterpolation));
        rule.Unit.ShouldBe(ValueUnit.Time("min", Duration.FromMinutes(1)));
        rule.Straddling.ShouldBe(StraddlingWindow.LeftOut);
        rule.FailedChecks.ShouldBe(FailedCheck.TooSlow);
        rule.SmallestPossible.ShouldBeNull();
        rule.Nothing.ShouldBe(NothingMeasured.Zero);
    }

    [Theory]
    [InlineData("measure: sum of leads\ntarget: at least 10", false)]
    [InlineData("measure: sum of leads\ntarget: at least 10\njoined-late: in proportion", false)]
    [InlineData("measure: sum of leads\ntarget: at least 10\njoined-late: whole period", true)]
    [InlineData("measure: count of visitors\ntarget: at least 10\njoined-late: whole period", true)]
    [InlineData("measure: tickets resolved\ntarget: at least 10\njoined-late: whole period", true)]
    [InlineData("measure: number of outages\ntarget: at most 2\njoined-late: whole period", true)]
    [InlineData("measure: availability\ntarget: at least 99 %\njoined-late: whole period", false)]
    public void A_number_is_owed_in_proportion_or_whole(string lines, bool whole) => Sample.Good(Sample.Objective(lines)).Objectives.ShouldHaveSingleItem().OwesWholeNumber.ShouldBe(whole);

    [Theory]
    [InlineData("measure: average of leads\ntarget: at least 10\njoined-late: whole period")]
    [InlineData("measure: longest outage\ntarget: at most 2 h\njoined-late: whole period")]
    [InlineData("measure: average time to resolve\ntarget: at most 2 h\ncancelled: counts as met")]
    public void A_key_that_decides_nothing_for_a_measure_is_refused(string lines) => Sample.Read(Sample.Objective(lines)).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("LK1516");

    public static TheoryData<string, TicketIndicator> TicketMeasures { get; } = new()
    {
        { "measure: first-contact resolution\ntarget: at least 70 %", new TicketIndicator.FirstContactResolution() },
        { "measure: first-contact resolution\ntarget: at least 70 %\nfirst-contact: derived", new TicketIndicator.FirstContactResolution(FirstContactEvidence.Derived) },
        { "measure: escalation rate\ntarget: at most 10 %", new TicketIndicator.EscalationRate() },
        { "measure: reopen rate\ntarget: at most 10 %", new TicketIndicator.ReopenRate() },
        { "measure: tickets resolved\ntarget: at least 10", new TicketIndicator.Resolved() },
        { "measure: tickets reported\ntarget: at most 100", new TicketIndicator.Reported() },
        { "measure: satisfaction\ntarget: at least 4 of 5", new TicketIndicator.Satisfaction() },
        { "measure: share of satisfied\nsatisfied-from: 80 %\ntarget: at least 90 %", new TicketIndicator.SatisfiedShare(new Rational(4, 5)) },
        { "measure: replies per ticket\ntarget: at most 3", new TicketIndicator.MeanReplies() },
    };

    [Theory]
    [MemberData(nameof(TicketMeasures))]
    public void A_ticket_measure_names_its_indicator(string lines, TicketIndicator expected) => Tickets(lines).Indicator.ShouldBe(expected);

    [Fact]
    public void The_decisions_around_tickets_reach_the_rule()
    {
        var rule = Tickets("measure: escalation rate\ntarget: at most 10 %\ncounted-in: reported\nsettles-after: 72 h\nclosed-ticket: is resolved");
        rule.Period.ShouldBe(TicketPeriod.Reported);
        rule.SettlesAfter.ShouldBe(Duration.FromHours(72));
        rule.ClosedCountsAsResolved.ShouldBeTrue();
    }

    [Fact]
    public void Requests_are_judged_whole_or_by_intervals()
    {
        const string Base = "measure: share of requests\ntarget: at least 99.5 %\n";
        Sample.Indicator<Indicator.Requests>(Sample.Objective(Base)).Method.ShouldBe(new RequestMethod.Ratio());
        Sample.Indicator<Indicator.Requests>(Sample.Objective(Base + "slices: { of: 5 min }")).Method.ShouldBe(new RequestMethod.MeanOfIntervals(Duration.FromMinutes(5)));
        Sample.Indicator<Indicator.Requests>(Sample.Objective(Base + "slices: { of: 5 min, bad-above: 2 % }")).Method.ShouldBe(new RequestMethod.Slices(Duration.FromMinutes(5), new Rational(1, 50)));
        Sample.Indicator<Indicator.Requests>(Sample.Objective(Base + "slices: { of: 5 min, without-requests: left out }")).Method.ShouldBe(new RequestMethod.MeanOfIntervals(Duration.FromMinutes(5)) { LeavesOutQuiet = true });
        Sample.Indicator<Indicator.Requests>(Sample.Objective(Base + "slices: { of: 5 min, without-requests: good }\njoined-late: rest is well")).JoinedLate.ShouldBe(JoinedLate.RestIsWell);
        Sample.Read(Sample.Objective(Base + "joined-late: rest is well")).Diagnostics.Select(d => d.Code).ShouldBe(["LK1516"]);
    }

    [Fact]
    public void Requests_in_maintenance_and_by_cause_are_excluded_as_agreed()
    {
        const string Lines = "measure: share of requests\ntarget: at least 99.5 %\nexcluding: [maintenance, flood]\nexclusions: leave the period";
        var exclusions = Sample.Indicator<Indicator.Requests>(Sample.Objective(Lines) + "maintenance:\n  shop: { notice: 72 h, counts: as up }\n").Exclusions;
        exclusions.Maintenance.ShouldNotBeNull().ShouldSatisfyAllConditions(m => m.Notice.ShouldBe(Duration.FromHours(72)), m => m.Treatment.ShouldBe(MaintenanceTreatment.CountsAsUp));
        exclusions.Causes.ShouldBe(["flood"]);
        exclusions.Treatment.ShouldBe(ExclusionTreatment.LeavesDenominator);
        exclusions.CausesClause.Path.ShouldBe("objectives.it.excluding");
        Sample.Indicator<Indicator.Requests>(Sample.Objective("measure: share of requests\ntarget: at least 99.5 %")).Exclusions.Maintenance.ShouldBeNull();
    }

    [Fact]
    public void What_is_due_once_may_be_done_late_at_any_time_unless_a_grace_is_agreed()
    {
        Duty("every: once on 2026-03-01").Grace.ShouldBeGreaterThan(Duration.FromDays(36_500));
        Duty("every: once on 2026-03-01, grace: 48 h").Grace.ShouldBe(Duration.FromHours(48));
        Duty("every: day").Grace.ShouldBe(Duration.Zero);
        Sample.Read(Sample.Base.Replace("from: 2026-01-01", "from: 2026-01-01\n  until: 2026-12-31", StringComparison.Ordinal) + "duties:\n  a: { every: once on 2026-12-31 }\n  b: { every: once on 2027-01-01 }\n").Diagnostics.Select(d => d.Code).ShouldBe(["LK1415"]);
    }

    private static DutyRule Duty(string lines) => Sample.Good(Sample.Base + "duties:\n  backup: { " + lines + " }\n").Duties.ShouldHaveSingleItem().Rule;

    public static TheoryData<string, DutyRecurrence> Recurrences { get; } = new()
    {
        { "day", new DutyRecurrence.EveryDays(1) },
        { "2 days", new DutyRecurrence.EveryDays(2) },
        { "once on 2026-03-01", new DutyRecurrence.Once(new LocalDate(2026, 3, 1)) },
        { "week on fri", new DutyRecurrence.EveryWeeks(IsoDayOfWeek.Friday) },
        { "2 weeks on mon", new DutyRecurrence.EveryWeeks(IsoDayOfWeek.Monday, 2) },
        { "month on 15", new DutyRecurrence.EveryMonths(DayOfMonth.On(15)) },
        { "month on last business day", new DutyRecurrence.EveryMonths(DayOfMonth.LastWorkingDay) },
        { "quarter on last day", new DutyRecurrence.EveryMonths(DayOfMonth.Last, 3, 3) },
        { "quarter on first business day", new DutyRecurrence.EveryMonths(DayOfMonth.WorkingDay(1), 3, 1) },
        { "year on 1", new DutyRecurrence.EveryMonths(DayOfMonth.On(1), 12, 1) },
    };

    [Theory]
    [MemberData(nameof(Recurrences))]
    public void A_duty_falls_due_as_it_is_written(string every, DutyRecurrence expected) => Duty($"every: {every}").Recurrence.ShouldBe(expected);

    [Fact]
    public void The_decisions_around_a_duty_reach_its_rule()
    {
        var rule = Duty("every: day, at: '22:00', grace: 2 h, not-before: 12 h, late: counts, evidence: required");
        rule.At.ShouldBe(new LocalTime(22, 0));
        rule.Grace.ShouldBe(Duration.FromHours(2));
        rule.Window.ShouldBe(Duration.FromHours(12));
        rule.LateCounts.ShouldBeTrue();
        rule.EvidenceRequired.ShouldBeTrue();
    }

    public static TheoryData<string, PeriodRule> Periods { get; } = new()
    {
        { "day", new PeriodRule.Calendar(CalendarUnit.Day) },
        { "week", new PeriodRule.Calendar(CalendarUnit.Week) },
        { "week from sunday", new PeriodRule.Calendar(CalendarUnit.Week, IsoDayOfWeek.Sunday) },
        { "half-year", new PeriodRule.Calendar(CalendarUnit.HalfYear) },
        { "agreement month", new PeriodRule.OwnMonths(new LocalDate(2026, 1, 1)) },
        { "agreement year", new PeriodRule.OwnMonths(new LocalDate(2026, 1, 1), 12) },
        { "rolling 30 days", new PeriodRule.RollingDays(30) },
        { "rolling 12 months", new PeriodRule.RollingMonths(12) },
        { "rolling 24 h", new PeriodRule.Rolling(Duration.FromHours(24)) },
    };

    [Theory]
    [MemberData(nameof(Periods))]
    public void A_period_is_read(string per, PeriodRule expected) => Sample.Good(Sample.Uptime($"per: {per}")).Objectives[0].Period.ShouldBe(expected);

    [Fact]
    public void A_terms_last_day_belongs_to_it_however_it_is_said()
    {
        Sample.Good(Sample.With("term: { from: 2026-01-01, until: 2026-12-31 }")).Term.Until.ShouldBe(new LocalDate(2027, 1, 1));
        Sample.Good(Sample.With("term: { from: 2026-01-31, length: 1 month }")).Term.Until.ShouldBe(new LocalDate(2026, 2, 28));
        Sample.Good(Sample.Base).Term.Until.ShouldBeNull();
    }

    [Fact]
    public void A_percentage_stated_again_as_time_leaves_the_choice_to_the_agreement()
    {
        const string Target = "measure: availability\ndegraded: up\ntarget: at least 99.99 %, that is 52 min 36 s a year\n";
        Sample.Good(Sample.Objective(Target + "stated-twice: the percentage prevails")).Objectives[0].Target.Bound.ShouldBe(new Rational(9999, 10000));
        // 52 min 36 s are 3,156 s of the 31,557,600 s of 365.25 days.
        Sample.Good(Sample.Objective(Target + "stated-twice: the time prevails")).Objectives[0].Target.Bound.ShouldBe(1 - new Rational(3156, 31_557_600));
        var (agreement, diagnostics) = Sample.Read(Sample.Objective(Target));
        agreement.ShouldNotBeNull();
        var question = diagnostics.ShouldHaveSingleItem();
        question.Code.ShouldBe("LK1703");
        question.Message.ShouldContain("a year of 365.25 days");
    }

    [Fact]
    public void Each_member_has_its_own_target_by_the_rosters_rule()
    {
        var agreement = Sample.Good(Sample.Objective("measure: sum of leads\neach: member of sales\nmembers-reaching: 60 %\ntarget: at least 10 leads") + "rosters:\n  sales: { members: [ann, ben], joined-late: whole target }\n");
        agreement.Objectives[0].EachOf.ShouldBe("sales");
        agreement.Objectives[0].MembersReaching.ShouldBe(new Rational(3, 5));
        agreement.Rosters[0].Partial.ShouldBe(PartialMembership.FullTarget);
    }

    [Fact]
    public void Matching_rules_assertions_and_ticket_rules_are_read()
    {
        var agreement = Sample.Good(Sample.Base + """
            matching:
              - when: { source: [desk-*, mail], queue: web }
                service: shop
            assertions:
              - { source: probe, may: [service.*], prevails: yes }
            tickets:
              resolved-statuses: [solved, closed]
              after-workaround: P3
              when-amended: takes the new target
              when-left: runs on
            """);
        agreement.MatchRules[0].Conditions.Select(c => (c.Field, c.Fits.Length)).ShouldBe([("source", 2), ("queue", 1)]);
        agreement.Assertions[0].Prevails.ShouldBeTrue();
        agreement.TicketPolicies.ResolvedStatuses.ShouldBe(["solved", "closed"]);
        agreement.TicketPolicies.PriorityAfterWorkaround.ShouldBe("P3");
        (agreement.TicketPolicies.Amendment, agreement.TicketPolicies.Leaving).ShouldBe((AmendmentPolicy.TakesNewTarget, LeavingPolicy.ClocksRunOn));
        var plain = Sample.Good(Sample.Base + "tickets: { after-workaround: P3, when-amended: keeps its target, when-left: is cancelled }\n").TicketPolicies;
        (plain.Amendment, plain.Leaving).ShouldBe((AmendmentPolicy.KeepsTarget, LeavingPolicy.CancelsClocks));
    }

    [Fact]
    public void A_calendar_knows_hours_breaks_holidays_and_dates_of_every_year()
    {
        var calendar = Sample.Good(Sample.Base + """
            calendars:
              office:
                weekly: { mon-fri: 08:00-16:00, sat: "09:00-12:00, 13:00-14:00" }
                breaks: { mon-fri: 12:00-12:30 }
                holidays: [PL, 2026-05-04, 12-31]
                dates: { 12-24: 08:00-12:00, 2026-12-24: closed, 2026-05-01: 10:00-11:00 }
                versions:
                  - { from: 2027-01-01, weekly: { mon-fri: 09:00-17:00 } }
            """).Calendars["office"];
        Hours(2026, 1, 5).ShouldBe(7.5);   // Monday, less half an hour
        Hours(2026, 1, 10).ShouldBe(4);    // Saturday, two windows
        Hours(2026, 1, 11).ShouldBe(0);    // Sunday
        Hours(2026, 4, 6).ShouldBe(0);     // Easter Monday
        Hours(2026, 5, 4).ShouldBe(0);     // a date of its own
        Hours(2026, 12, 31).ShouldBe(0);   // every year
        Hours(2026, 12, 24).ShouldBe(0);   // the dated exception prevails over that of every year
        Hours(2027, 12, 24).ShouldBe(4);   // that of every year, also in the later version
        Hours(2026, 5, 1).ShouldBe(1);     // a dated exception prevails over the holiday
        Hours(2027, 1, 4).ShouldBe(7.5);   // the later version: eight hours less the break

        double Hours(int year, int month, int day)
        {
            var date = new LocalDate(year, month, day);
            return calendar.Between(calendar.Zone.AtStartOfDay(date).ToInstant(), calendar.Zone.AtStartOfDay(date.PlusDays(1)).ToInstant()).TotalHours;
        }
    }

    [Fact]
    public void A_target_must_be_in_the_unit_of_what_is_measured()
    {
        foreach (var (measure, target) in new[] { ("availability", "at most 4 h"), ("p95 of latency", "at least 99 %"), ("sum of leads", "at least 3 h"), ("time to respond", "at most 4 h") })
            Sample.Read(Sample.Objective($"measure: {measure}\ntarget: {target}\n" + (measure == "time to respond" ? "within: 1 h" : ""))).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("LK1501");
    }

    [Fact]
    public void A_target_has_its_unit() => Sample.Good(Sample.Objective("measure: p95 of latency\ntarget: at most 1.5 s")).Objectives[0].ShouldSatisfyAllConditions(
        o => o.TargetUnit.ShouldBe(QuantityUnit.Ticks),
        o => o.Target.Bound.ShouldBe(15_000_000));
}
