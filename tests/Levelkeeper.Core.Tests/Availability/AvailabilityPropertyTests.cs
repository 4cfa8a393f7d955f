using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Tests.Availability;

public sealed class AvailabilityPropertyTests
{
    [Fact]
    public void The_engine_agrees_with_an_evaluator_that_asks_second_by_second() => ForAll((log, policy) =>
    {
        var result = AvailabilityEvaluator.Evaluate(policy, log.Input(policy));
        var reference = new ReferenceEvaluator(policy, log);
        var (worst, best) = policy.NoData switch
        {
            NoDataTreatment.Bounds => (ServiceState.Down, ServiceState.Up),
            NoDataTreatment.Up => (ServiceState.Up, ServiceState.Up),
            NoDataTreatment.Down => (ServiceState.Down, ServiceState.Down),
            _ => (ServiceState.Unknown, ServiceState.Unknown),
        };
        InSeconds(result.Buckets).ShouldBe(reference.Evaluate(ServiceState.Unknown));
        InSeconds(result.LowerBuckets).ShouldBe(reference.Evaluate(worst));
        InSeconds(result.UpperBuckets).ShouldBe(reference.Evaluate(best));
    });

    [Fact]
    public void The_buckets_add_up_to_the_period_for_any_breakdown() => ForAll((log, policy) =>
    {
        var result = AvailabilityEvaluator.Evaluate(policy, log.Input(policy));
        result.Buckets.Total.ShouldBe(result.Input.Period.Length);
        result.LowerBuckets.Total.ShouldBe(result.Input.Period.Length);
        var random = new Random(log.PeriodEnd);
        var parts = result.Breakdown(Enumerable.Range(0, 6).Select(_ => Seconds.At(random.Next(0, 300))).Order());
        parts.ShouldAllBe(p => p.Buckets.Total == p.During.Length);
        parts.Aggregate(default(AvailabilityBuckets), (sum, part) => sum + part.Buckets).ShouldBe(result.Buckets);
    });

    [Fact]
    public void Days_evaluated_by_themselves_sum_to_the_month() => ForAll((log, policy) =>
    {
        // An open outage is as long as it is by the end of each period, and an allowance belongs to its period.
        if (policy.Maintenance?.Allowance is not null || log.Changes is [.., (_, ServiceState.Down or ServiceState.Degraded or ServiceState.Unknown)] || log.Changes.IsEmpty || policy.Freshness is not null)
            return;
        var input = log.Input(policy) with { AsOf = Instant.MaxValue };
        var whole = AvailabilityEvaluator.Evaluate(policy, input);
        var sum = default(AvailabilityBuckets);
        for (var start = log.PeriodStart; start < log.PeriodEnd; start += 24)
            sum += AvailabilityEvaluator.Evaluate(policy, input with { Period = Seconds.Span(start, Math.Min(start + 24, log.PeriodEnd)) }).Buckets;
        sum.ShouldBe(whole.Buckets);
    });

    [Fact]
    public void More_downtime_never_helps() => ForAll((log, policy) =>
    {
        // Time that is lost in part can be better than the rest: a short outage that is left out hides its loss, an allowance used up brings it back into the denominator.
        if (policy.Degraded == DegradedTreatment.Weighted && (policy.ShortestOutage > Duration.Zero || policy.Maintenance?.Allowance is not null))
            return;
        var random = new Random(log.PeriodStart);
        var from = random.Next(0, 250);
        var to = from + random.Next(1, 30);
        var input = log.Input(policy);
        // Where no data leaves both, downtime in its place is news, not more downtime.
        if (policy.NoData == NoDataTreatment.Out && input.Timeline.Touching(Seconds.Span(from, to)).Any(s => s.State == ServiceState.Unknown))
            return;
        var worse = input with { Timeline = WithDowntime(input.Timeline, from * Seconds.Tick, to * Seconds.Tick) };
        var before = AvailabilityEvaluator.Evaluate(policy, input);
        var after = AvailabilityEvaluator.Evaluate(policy, worse);
        if (before.Lower is { } low && after.Lower is { } lower)
            lower.ShouldBeLessThanOrEqualTo(low);
        if (before.Upper is { } high && after.Upper is { } higher)
            higher.ShouldBeLessThanOrEqualTo(high);
    });

    [Fact]
    public void An_exclusion_never_hurts_and_approving_what_is_pending_never_does() => ForAll((log, policy) =>
    {
        // Excluded time that is lost in part leaves the denominator whole, with its better part.
        if (policy.Degraded == DegradedTreatment.Weighted && policy.Exclusion == ExclusionTreatment.LeavesDenominator)
            return;
        var input = log.Input(policy);
        var before = AvailabilityEvaluator.Evaluate(policy, input);
        var random = new Random(log.PeriodEnd);
        var from = random.Next(0, 250);
        var more = input with
        {
            Exclusions = input.Exclusions.Add(new Exclusion("more", "force-majeure", Seconds.Span(from, from + random.Next(0, 60)), ExclusionStatus.Approved, null, null)),
        };
        AtLeast(AvailabilityEvaluator.Evaluate(policy, more), before);
        if (before.IfPendingApproved is { } pending)
            AtLeast(pending, before);

        static void AtLeast(AvailabilityResult better, AvailabilityResult than)
        {
            if (than.Lower is { } low && better.Lower is { } lower)
                lower.ShouldBeGreaterThanOrEqualTo(low);
            if (than.Upper is { } high && better.Upper is { } higher)
                higher.ShouldBeGreaterThanOrEqualTo(high);
        }
    });

    [Fact]
    public void A_limit_on_what_a_cause_excuses_is_used_up_in_order_of_time_by_downtime_alone() => ForAll((log, policy) =>
    {
        var input = log.Input(policy);
        var most = new Random(log.PeriodStart).Next(0, 20) * Seconds.Tick;
        var limited = policy with { ExcuseLimits = policy.ExcuseLimits.Add("force-majeure", new ExcuseLimit(Duration.FromTicks(most), null, Clause.Default("exclusions.force-majeure"))) };
        var free = AvailabilityEvaluator.Evaluate(policy, input);
        var bound = AvailabilityEvaluator.Evaluate(limited, input);
        bound.Buckets.Total.ShouldBe(free.Buckets.Total);
        for (var cut = log.PeriodStart; cut <= log.PeriodEnd; cut += 7)
        {
            var until = Seconds.Span(log.PeriodStart, cut);
            var (all, some) = (free.Window(until), bound.Window(until));
            some.Excused.ShouldBe(Math.Min(most, all.Excused));
            // What is not excused counts, and nothing else changes.
            (some.Down + some.Degraded + some.Excused).ShouldBe(all.Down + all.Degraded + all.Excused);
            (some.Up, some.NoData, some.Maintenance, some.OutsideHours, some.OutsideAgreement, some.Disregarded).ShouldBe((all.Up, all.NoData, all.Maintenance, all.OutsideHours, all.OutsideAgreement, all.Disregarded));
        }
    });

    [Fact]
    public void No_instant_is_excused_twice() => ForAll((log, policy) =>
    {
        var input = log.Input(policy);
        var twice = input with
        {
            Exclusions = [.. input.Exclusions, .. input.Exclusions.Select(e => e with { Name = e.Name + "again" })],
            Maintenance = [.. input.Maintenance, .. input.Maintenance],
        };
        var once = AvailabilityEvaluator.Evaluate(policy, input);
        var again = AvailabilityEvaluator.Evaluate(policy, twice);
        again.LowerBuckets.ShouldBe(once.LowerBuckets);
        again.Excused.Sum(e => e.Ticks).ShouldBe(again.LowerBuckets.Excused);
    });

    [Fact]
    public void A_closed_period_never_changes_as_now_moves() => ForAll((log, policy) =>
    {
        var input = log.Input(policy) with { AsOf = Seconds.At(log.PeriodEnd) };
        var then = AvailabilityEvaluator.Evaluate(policy, input);
        foreach (var later in new[] { 1, 17, 100_000 })
            AvailabilityEvaluator.Evaluate(policy, input with { AsOf = Seconds.At(log.PeriodEnd + later) }).ShouldBe(then);
    });

    [Fact]
    public void Facts_in_any_order_give_the_same_result() => ForAll((log, policy) =>
    {
        var random = new Random(log.AsOf);
        StampedFact[] facts =
        [
            .. log.Facts,
            .. Enumerable.Range(0, 40).Select(i => Seconds.Check(random.Next(7) * 40 + i, random.Next(2) == 0, function: random.Next(4) == 0 ? "pay" : "")),
            Seconds.Observer(random.Next(100), watching: false),
            Seconds.Observer(100 + random.Next(100), watching: true),
            Seconds.Down(random.Next(200), "other"),
            .. log.Exclusions.SelectMany((e, i) => new[] { Seconds.Claim($"x{i}", e.Start, e.End), Seconds.Decide($"x{i}", e.Approved, 5_000 + i) }),
            .. log.Maintenance.Select((m, i) => Seconds.Announce($"m{i}", m.Start, m.End, m.Start - 5)),
        ];
        var period = Seconds.Span(log.PeriodStart, log.PeriodEnd);
        var sorted = AvailabilityEvaluator.Evaluate(policy, facts, period, Seconds.At(log.AsOf));
        random.Shuffle(facts);
        AvailabilityEvaluator.Evaluate(policy, facts, period, Seconds.At(log.AsOf)).ShouldBe(sorted);
    });

    [Fact]
    public void Every_value_of_an_explanation_follows_from_its_parts() => ForAll((log, policy) =>
    {
        var result = AvailabilityEvaluator.Evaluate(policy with { WeighByAffectedShare = log.AsOf % 2 == 0 }, log.Input(policy));
        var explanation = AvailabilityExplanation.Of(result);
        Check(explanation);
        if (result.Level is { } level)
            explanation.Parts[0].Value!.Value.Value.ShouldBe(level);

        static void Check(Explanation node)
        {
            foreach (var part in node.Parts)
                Check(part);
            if (node.Derivation is Derivation.Given or Derivation.Narrative)
                return;
            var values = node.Parts.Select(p => p.Value!.Value.Value).ToArray();
            var derived = node.Derivation switch
            {
                Derivation.Sum => values.Aggregate(Rational.Zero, (a, b) => a + b),
                Derivation.Difference => values.Skip(1).Aggregate(values[0], (a, b) => a - b),
                Derivation.Product => values.Aggregate(Rational.One, (a, b) => a * b),
                Derivation.Quotient => values[0] / values[1],
                _ => throw new InvalidOperationException($"{node.Derivation} is not expected here."),
            };
            derived.ShouldBe(node.Value!.Value.Value, node.Title);
        }
    });

    private static void ForAll(Action<RandomLog, AvailabilityPolicy> property) =>
        FsCheck.Check.One(
            Seeds.Config(700),
            Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed => property(RandomLog.Of(seed), RandomLog.Policy(seed))));

    private static StateTimeline WithDowntime(StateTimeline timeline, long from, long to)
    {
        var rule = new ComponentRule.Component("it");
        var outage = StateTimeline.Of(ServiceState.Up, (from, ServiceState.Down), (to, ServiceState.Up));
        return ComponentRule.Series(rule, new ComponentRule.Component("outage")).Combine(new Dictionary<string, StateTimeline> { ["it"] = timeline, ["outage"] = outage });
    }

    private static (long, long, long, long, long, long, long, long, long) InSeconds(AvailabilityBuckets b) => (
        b.Up / Seconds.Tick, b.Degraded / Seconds.Tick, b.Down / Seconds.Tick, b.Disregarded / Seconds.Tick, b.Excused / Seconds.Tick,
        b.Maintenance / Seconds.Tick, b.OutsideHours / Seconds.Tick, b.OutsideAgreement / Seconds.Tick, b.NoData / Seconds.Tick);
}
