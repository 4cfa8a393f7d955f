using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Rosters;
using Levelkeeper.Core.Tests.Explanations;
using Levelkeeper.Reference;
using NodaTime;

namespace Levelkeeper.Core.Tests.Evaluation;

public sealed class EvaluatorProperties
{
    [Fact]
    public void The_engine_agrees_with_the_reference_on_every_objective() => ForAll(250, seed =>
    {
        var world = new RandomAgreement(seed);
        var set = world.ShuffledLog(world.Random);
        var results = world.Evaluate(set).Objectives.ToDictionary(o => o.Objective);
        var log = ReferenceLog.Of([.. set.AsEnumerable().Select(f => (f.Fact, f.Recorded))], world.AsOf);

        var availability = new ReferenceAvailability(world.Policy, log, world.Span, world.OfficeHours, world.Components, world.Needed, world.JoinedLate);
        var uptime = availability.Evaluate(world.Target, new Rational(1, 5));
        Same(results["uptime"], uptime);
        results["uptime"].IfPendingApproved.ShouldBe(availability.AnyPending ? availability.Evaluate(world.Target, new Rational(1, 5), pendingToo: true).Verdict : uptime.Verdict);
        results["uptime"].Budget!.Allowed.ShouldBe(uptime.Allowed * NodaConstants.TicksPerMinute);
        results["uptime"].Budget!.Consumed.ShouldBe(uptime.Consumed * NodaConstants.TicksPerMinute);
        SameRequests(results["intervals"], world.Span, world.Intervals, world.JoinedLate, null);
        SameRequests(results["requests"], world.Day, new RequestMethod.Ratio(), JoinedLate.OwnTime, null);
        SameEach(results["each server"], (server, wasThere, result) => Same(result, new ReferenceAvailability(world.Policy, log, world.Span, world.OfficeHours, [server], 1, world.JoinedLate, wasThere).Evaluate(world.Target, new Rational(1, 5))));
        SameEach(results["requests of each server"], (server, wasThere, result) => SameRequests(result, world.Span, world.Intervals, world.JoinedLate, server, wasThere));
        Same(results["resolve"], new ReferenceClock(log, world.Day, world.OfficeHours, RandomAgreement.MinutesFor, world.NewCycle).Evaluate(world.Target));
        var values = new ReferenceValues(log, world.Day);
        Same(results["backups"], values.Backups(world.From, world.Target));
        SameLevel(results["sum"], values.Sum);
        SameLevel(results["average"], values.Average);
        SameLevel(results["percentile"], values.Percentile(90));
        foreach (var name in (string[])["sum", "average", "percentile"])
        {
            // Once the day is over, a level is held against its target and nothing else.
            var result = results[name];
            if (!result.Period.Running)
                result.Verdict.ShouldBe(result.Level is not { } level ? Verdict.NoActivity : level.Value >= 50 ? Verdict.Met : Verdict.Breached, name);
        }

        void SameRequests(ObjectiveEvaluation result, ReferencePeriod period, RequestMethod method, JoinedLate joinedLate, string? server, Func<Instant, bool>? wasThere = null)
        {
            var verdict = Verdict(pendingToo: false, out var expected);
            SameLevel(result, expected.Level(method));
            result.Verdict.ShouldBe(verdict, result.Objective);
            result.IfPendingApproved.ShouldBe(expected.AnyPending ? Verdict(pendingToo: true, out _) : verdict, result.Objective);

            // While the period runs, a level below the target can still rise.
            Verdict Verdict(bool pendingToo, out ReferenceRequests requests)
            {
                requests = new ReferenceRequests(log, period, world.Exclusions, joinedLate, server, wasThere, pendingToo);
                return requests.Level(method) is not { } level ? requests.IsAnyExcluded(method is RequestMethod.Slices) ? Core.Evaluation.Verdict.Excused : Core.Evaluation.Verdict.NoActivity
                    : level >= world.Target ? Core.Evaluation.Verdict.Met
                    : period.Running ? Core.Evaluation.Verdict.AtRisk : Core.Evaluation.Verdict.Breached;
            }
        }

        void SameEach(ObjectiveEvaluation result, Action<string, Func<Instant, bool>, ObjectiveEvaluation> same)
        {
            var roster = new ReferenceRoster(log, "servers", ["s1", "s2"], world.Span.TermStart);
            var there = new[] { "s1", "s2", "s3" }.Select(s => (Server: s, roster.MinutesOf(s, world.Span).There, roster.MinutesOf(s, world.Span).All)).Where(s => s.There > 0).ToList();
            result.Members.Select(m => m.Member).ShouldBe(there.Select(s => s.Server));
            foreach (var (member, server) in result.Members.Zip(there))
            {
                if (world.Partial == PartialMembership.WholePeriodOnly && server.There < server.All)
                    (member.Verdict, member.Level).ShouldBe((Verdict.NoActivity, null));
                else
                    same(server.Server, at => roster.Has(server.Server, at), member);
            }

            Same(result, ReferenceRoster.Together([.. result.Members.Select(m => m.Verdict)], world.Reaching, world.Span.Running));
            result.IfPendingApproved.ShouldBe(ReferenceRoster.Together([.. result.Members.Select(m => m.IfPendingApproved)], world.Reaching, world.Span.Running).Verdict);
        }

        static void Same(ObjectiveEvaluation result, ReferenceResult expected)
        {
            (result.Lowest?.Value, result.Highest?.Value).ShouldBe((expected.Lowest, expected.Highest), result.Objective);
            result.Verdict.ShouldBe(expected.Verdict, result.Objective);
        }

        static void SameLevel(ObjectiveEvaluation result, Rational? expected) => (result.Level?.Value).ShouldBe(expected, result.Objective);
    });

    [Fact]
    public void Every_explanation_adds_up() => ForAll(150, seed =>
    {
        var world = new RandomAgreement(seed);
        foreach (var result in world.Evaluate(world.ShuffledLog(world.Random)).Objectives)
        {
            ExplanationArithmetic.Check(result.Explanation).ShouldBeEmpty();
            if (result.Budget is { } budget)
                budget.Remaining.ShouldBe(budget.Allowed - budget.Consumed);
        }
    });

    [Fact]
    public void Facts_appended_in_any_order_late_twice_or_corrected_end_in_one_result() => ForAll(150, seed =>
    {
        // When a fact was recorded belongs to it; the rule on notice reads it, so it is left out where stamps are dealt anew.
        var world = new RandomAgreement(seed, withMaintenance: false);
        var once = RandomAgreement.Text(world.Evaluate(world.ShuffledLog(new Random(1))));
        RandomAgreement.Text(world.Evaluate(world.ShuffledLog(new Random(2)))).ShouldBe(once);
        RandomAgreement.Text(world.Evaluate(Shop.Log(world.Facts))).ShouldBe(once);
    });

    [Fact]
    public void What_was_known_at_a_fact_gives_the_same_result_however_far_the_log_has_grown() => ForAll(100, seed =>
    {
        var world = new RandomAgreement(seed);
        var whole = world.ShuffledLog(new Random(seed));
        var at = world.Random.Next(0, whole.Count + 1);
        var log = new FactLog();
        foreach (var fact in whole.AsEnumerable().Take(at))
            log.Append(fact.Fact, fact.Recorded);
        var then = RandomAgreement.Text(world.Evaluate(log.ToSet()));
        RandomAgreement.Text(world.Evaluate(whole.AsKnownAt(at))).ShouldBe(then);
        foreach (var fact in whole.AsEnumerable().Skip(at))
            log.Append(fact.Fact, fact.Recorded);
        RandomAgreement.Text(world.Evaluate(log.ToSet().AsKnownAt(at))).ShouldBe(then);
    });

    [Fact]
    public void A_period_that_is_over_never_changes_as_now_moves() => ForAll(150, seed =>
    {
        var world = new RandomAgreement(seed);
        var whole = world.ShuffledLog(new Random(seed));
        // No fact comes in after the end.
        var set = FactSet.Of(whole.AsEnumerable().Where(f => f.Fact.Time < world.Span.End));
        var then = Results(world.Span.End);
        foreach (var later in (int[])[1, 77, 100_000])
            Results(world.Span.End + Duration.FromMinutes(later)).ShouldBe(then);

        // An outage that lasts is shown up to now: that is not a result of the period.
        string Results(Instant asOf) => RandomAgreement.Text(world.Evaluate(set, asOf) is var e ? e with { Objectives = [.. e.Objectives.Select(o => o with { Outages = [] })] } : throw new InvalidOperationException());
    });

    [Fact]
    public void Counts_of_the_days_add_up_to_the_month() => ForAll(80, seed =>
    {
        var world = new RandomAgreement(seed);
        // An outage that lasts is as long as it is by the end of each period, and an allowance of no other period is one of each.
        if (world.JoinedLate != JoinedLate.OwnTime || world.Policy.ShortestOutage > Duration.Zero || world.Policy.OutageUnit > Duration.Zero || world.Policy.Maintenance is { Allowance: not null, AllowancePer: null })
            return;
        var set = world.ShuffledLog(new Random(seed));
        var now = world.Day.End + Duration.FromDays(60);
        var days = Sum(CalendarUnit.Day);
        var months = Sum(CalendarUnit.Month);
        foreach (var (name, total) in months)
            days[name].ShouldBe(total, name);

        Dictionary<string, (Rational Volume, Rational Consumed, Rational Allowed)> Sum(CalendarUnit unit)
        {
            var agreement = world.Agreement with { Objectives = [.. world.Agreement.Objectives.Where(o => o.Name is not ("average" or "percentile" or "intervals" or "each server" or "requests of each server")).Select(o => o with { Period = new PeriodRule.Calendar(unit) })] };
            var month = new PeriodCalendar(new PeriodRule.Calendar(CalendarUnit.Month), world.Zone).Containing(world.Day.Start).During;
            return Evaluator.Evaluate(agreement, set.Effective(now), month.StartInstant, month.EndInstant, now).Objectives
                .GroupBy(o => o.Objective)
                .ToDictionary(g => g.Key, g => (Total(g, o => o.Volume), Total(g, o => o.Budget?.Consumed), Total(g, o => o.Budget?.Allowed)));
        }

        static Rational Total(IEnumerable<ObjectiveEvaluation> all, Func<ObjectiveEvaluation, Rational?> of) => all.Aggregate(Rational.Zero, (sum, o) => sum + (of(o) ?? 0));
    });

    [Fact]
    public void More_downtime_never_helps_and_an_approved_exclusion_never_hurts() => ForAll(150, seed =>
    {
        var world = new RandomAgreement(seed, plainEvidence: true);
        var policy = world.Policy;
        var start = world.Day.Start + Duration.FromMinutes(world.Random.Next(0, 1200));
        var end = start + Duration.FromMinutes(world.Random.Next(1, 200));
        var before = Uptime(world.Facts);
        // The claim covers any time; the downtime takes the place of everything that was told of one component in its time.
        var excused = Uptime([.. world.Facts, New("c", start, new FactData.ExclusionClaimed("more", start, end, "flood", "", "")), New("d", start, new FactData.ExclusionDecided("more", true, "customer", ""))]);
        // Excluded time that is lost in part leaves the denominator whole, with its better part.
        if (!(policy.Degraded == DegradedTreatment.Weighted && policy.Exclusion == ExclusionTreatment.LeavesDenominator))
            NotWorse(excused, before);

        var component = world.Components[0];
        var retracted = world.Facts.Select(f => f.Data).OfType<FactData.Retracted>().Select(r => (r.Source, r.Id)).ToHashSet();
        bool Tells(Fact f) => f.Data is FactData.StateChanged && f.Subject == component && !retracted.Contains((f.Source, f.Id));
        if (world.Facts.Any(f => f.Data is FactData.StateChanged && f.Subject == "shop" && world.Components.Length > 1) || !world.Facts.Any(f => Tells(f) && f.Time <= start))
            return;
        // A short outage that is left out hides what was lost in part, an allowance that is used up brings it back; downtime in the place of what left both is news.
        if (policy.Degraded == DegradedTreatment.Weighted && (policy.ShortestOutage > Duration.Zero || policy.Maintenance?.Allowance is not null) || policy.NoData == NoDataTreatment.Out)
            return;
        // Another minute at its beginning moves the end of an outage's last full unit.
        if (policy.OutageUnit > Duration.Zero)
            return;
        var last = world.Facts.Where(f => Tells(f) && f.Time <= end).OrderBy(f => f.Time).ThenBy(f => f.Sequence).Last();
        var worse = Uptime([.. world.Facts.Where(f => !(Tells(f) && f.Time >= start && f.Time <= end)), New("down", start, FactData.StateChanged.To(ServiceState.Down), component), New("then", end, last.Data, component)]);
        NotWorse(before, worse);

        // In order of time: appended after later facts, an announcement would be recorded later, and what stood before it would decide on its notice.
        ObjectiveEvaluation Uptime(IEnumerable<Fact> facts) => world.Evaluate(Shop.Log(facts.OrderBy(f => f.Time))).Objectives.Single(o => o.Objective == "uptime");

        Fact New(string id, Instant at, FactData data, string subject = "shop") => Shop.Fact("new " + id, at, data, subject, "source", Shop.OfService("shop"));

        static void NotWorse(ObjectiveEvaluation better, ObjectiveEvaluation worse)
        {
            if (better.Lowest is { } low && worse.Lowest is { } lower)
                low.Value.ShouldBeGreaterThanOrEqualTo(lower.Value);
            if (better.Highest is { } high && worse.Highest is { } higher)
                high.Value.ShouldBeGreaterThanOrEqualTo(higher.Value);
        }
    });

    private static void ForAll(int times, Action<int> property) =>
        FsCheck.Check.One(Seeds.Config(times), Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), property));
}
