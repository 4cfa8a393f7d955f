using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.ErrorBudgets;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Evaluation;

/// <summary>Objectives on the availability and the outages of a service.</summary>
internal static class AvailabilityObjectives
{
    public static ObjectiveEvaluation Availability(ObjectiveContext context, Indicator.Availability indicator, TimelineCache timelines)
    {
        if (indicator.Combination.Kind == CombinationKind.Average)
            return Average(context, indicator, timelines);
        var input = Input(context, indicator.Policy, timelines.Combined(context, indicator.Policy, indicator.Combination), indicator.Whole);
        var result = AvailabilityEvaluator.Evaluate(indicator.Policy, input);
        if (indicator.DividedBy is { } length)
            return Divided(context, result, length);

        var atRiskFrom = 1 - context.Objective.AtRiskLeft;
        var verdict = result.Judge(context.Objective.Target, atRiskFrom);
        return context.Make(verdict, result.IfPendingApproved?.Judge(context.Objective.Target, atRiskFrom) ?? verdict, AvailabilityExplanation.Of(result)) with
        {
            Level = Share(result.Level),
            Lowest = Share(result.Lower),
            Highest = Share(result.Upper),
            Budget = Budget(context.Objective.Target.Bound, result.AgreedInWholePeriod, result.LowerBuckets.Loss, result.LowerBuckets.Agreed(result.Policy)),
            Outages = [.. result.Outages.Select(o => Reading(o, context, []))],
        };
    }

    /// <summary>The level over a stated length: some published figures divide a calendar month by a mean month.</summary>
    private static ObjectiveEvaluation Divided(ObjectiveContext context, AvailabilityResult result, Duration length)
    {
        Rational divisor = (long)length.BclCompatibleTicks;
        var target = context.Objective.Target;
        var lower = (divisor - result.LowerBuckets.Loss) / divisor;
        var upper = (divisor - result.UpperBuckets.Loss) / divisor;
        var verdict = result.Lower is null && result.Upper is null ? Verdict.NoActivity : target.Judge(lower, upper);
        var tree = Parts.Derived(
            "availability over the stated length",
            Quantity.Share(lower),
            Derivation.Quotient,
            Parts.Derived(
                "stated length less downtime",
                new Quantity(divisor - result.LowerBuckets.Loss, QuantityUnit.Ticks),
                Derivation.Difference,
                Parts.Given("stated length of the period", new Quantity(divisor, QuantityUnit.Ticks)),
                Parts.Given("downtime that counts", new Quantity(result.LowerBuckets.Loss, QuantityUnit.Ticks))),
            Parts.Given("stated length of the period", new Quantity(divisor, QuantityUnit.Ticks)));
        return context.Make(verdict, verdict, Parts.Reason("availability", "By the clause 'period-length' the downtime is divided by a stated length, not by the agreed time.", tree, AvailabilityExplanation.Of(result))) with
        {
            Level = lower == upper ? Share(lower) : null,
            Lowest = Share(lower),
            Highest = Share(upper),
            Budget = Budget(target.Bound, divisor, result.LowerBuckets.Loss, divisor),
            Outages = [.. result.Outages.Select(o => Reading(o, context, []))],
        };
    }

    private static ObjectiveEvaluation Average(ObjectiveContext context, Indicator.Availability indicator, TimelineCache timelines)
    {
        var components = context.Agreement.Service(context.Objective.Service)!.Components;
        ImmutableArray<AvailabilityResult> parts =
        [
            .. components.Select(c => AvailabilityEvaluator.Evaluate(indicator.Policy, Input(context, indicator.Policy, timelines.OfComponent(context, indicator.Policy, c), indicator.Whole))),
        ];
        var pooled = PooledAvailability.Of(parts);
        var target = context.Objective.Target;
        var verdict = pooled.Lower is { } low && pooled.Upper is { } high ? target.Judge(low, high) : Verdict.NoActivity;
        if (context.Evaluated.Running && verdict == Verdict.Breached)
            verdict = Verdict.AtRisk;
        var tree = Parts.Reason(
            "availability over all components' agreed time",
            pooled.Lower is { } level ? $"All components' agreed time in one denominator, all their downtime in one numerator: {(level * 100).ToString(4, Rounding.Down)} % at least." : "No component had agreed time.",
            parts.Zip(components, (part, name) => AvailabilityExplanation.Of(part) with { Title = $"component {name}" }));
        return context.Make(verdict, verdict, tree) with
        {
            Level = pooled.Lower == pooled.Upper ? Share(pooled.Lower) : null,
            Lowest = Share(pooled.Lower),
            Highest = Share(pooled.Upper),
            Outages = [.. parts.Zip(components).SelectMany(p => p.First.Outages.Select(o => Reading(o, context, [p.Second]))).OrderBy(o => o.Span.Start)],
        };
    }

    public static ObjectiveEvaluation Outages(ObjectiveContext context, Indicator.Outages indicator, TimelineCache timelines)
    {
        var input = Input(context, indicator.Policy, timelines.Combined(context, indicator.Policy, indicator.Combination), whole: false);
        var result = AvailabilityEvaluator.Evaluate(indicator.Policy, input);
        var now = context.AsOf.ToUnixTimeTicks();
        // An outage that is excused or outside the agreed hours altogether is no failure of the service.
        var outages = result.Outages.Where(o => o.Buckets.Down > 0).Select(o => new TickInterval(o.Start, Math.Min(o.End, now))).ToList();
        var measured = OutageStatistics.Of(indicator.Statistic, outages, context.Passed, input.OpenTime, [context.Objective.Clause]);
        return context.Result(measured.Value, measured.Volume, indicator.Statistic is OutageIndicator.NumberOfOutages or OutageIndicator.LongestOutage, measured.Explanation) with
        {
            Outages = [.. result.Outages.Select(o => Reading(o, context, []))],
        };
    }

    private static AvailabilityInput Input(ObjectiveContext context, AvailabilityPolicy policy, StateTimeline timeline, bool whole)
    {
        var service = context.Agreement.Service(context.Objective.Service)!;
        var facts = context.Facts.OfService(service.Name);
        var stamped = facts.Select(f => f.Original with { Fact = f.Fact }).ToList();
        // The allowance of maintenance may begin before the period: a year's slack covers every allowance period that a clause can name.
        var open = service.OperatingHours is { } hours && hours != "always"
            ? context.Agreement.Calendars[hours].OpenIntervals(
                context.Period.During.Start - (policy.Maintenance?.AllowancePer is null ? 0 : 370 * NodaConstants.TicksPerDay),
                context.Period.During.End)
            : null;
        return new AvailabilityInput
        {
            Timeline = timeline,
            Period = context.Period.During,
            AsOf = context.AsOf,
            UnderAgreement = whole ? null : context.UnderAgreement,
            OpenTime = open,
            Maintenance = policy.Maintenance is null ? [] : MaintenanceWindow.From(stamped, policy.Maintenance),
            Exclusions = Exclusion.From(facts.Select(f => f.Fact), policy),
            Reports = policy.DowntimeBegins == DowntimeBegin.CustomerReport ? ReportsOf(context, service.Name) : [],
        };
    }

    private static ImmutableArray<Instant> ReportsOf(ObjectiveContext context, string service) =>
        [.. context.Facts.Tickets.Where(t => t.Service == service).Select(t => t.Facts.FirstOrDefault(f => f.Fact.Data is FactData.TicketReported { By: Actor.Customer }).Fact).OfType<Fact>().Select(f => f.Time).Order()];

    private static BudgetReading Budget(Rational target, Rational whole, Rational loss, Rational agreedSoFar)
    {
        var budget = new ErrorBudget(target, whole, loss);
        return new BudgetReading(QuantityUnit.Ticks, budget.Allowed, budget.Consumed, budget.Remaining, BurnRate.Of(loss, agreedSoFar, target));
    }

    private static OutageReading Reading(Outage outage, ObjectiveContext context, ImmutableArray<string> components) => new(
        new TickInterval(outage.Start, Math.Max(outage.Start, Math.Min(outage.End, context.AsOf.ToUnixTimeTicks()))),
        outage.Buckets.Down,
        outage.Buckets.Total - outage.Buckets.Down,
        outage.IsOpen,
        components);

    private static Quantity? Share(Rational? level) => level is { } share ? Quantity.Share(share) : null;
}
