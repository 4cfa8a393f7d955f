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
        indicator = indicator with { Policy = context.Shared(indicator.Policy) };
        if (indicator.Combination.Kind == CombinationKind.Average)
            return Average(context, indicator, timelines);
        var input = Combined(context, indicator.Policy, indicator.Combination, timelines, indicator.JoinedLate);
        var result = AvailabilityEvaluator.Evaluate(indicator.Policy, input);
        if (indicator.DividedBy is { } length)
            return Divided(context, result, length);

        var atRiskFrom = 1 - context.Objective.AtRiskLeft;
        return Of(result) with { BurnAlerts = BurnAlerts(context, [result]) };

        ObjectiveEvaluation Of(AvailabilityResult result)
        {
            var verdict = result.Judge(context.Objective.Target, atRiskFrom);
            var approved = result.IfPendingApproved is { } pending ? Of(pending) : null;
            var evaluation = context.Make(verdict, approved?.Verdict ?? verdict, AvailabilityExplanation.Of(result)) with
            {
                Level = Share(result.Level),
                Lowest = Share(result.Lower),
                Highest = Share(result.Upper),
                Budget = Budget(context.Objective.Target.Bound, result.AgreedInWholePeriod, result.LowerBuckets.Loss, result.LowerBuckets.Agreed(result.Policy)),
                Outages = [.. result.Outages.Select(o => Reading(o, context, []))],
                Time = result.Buckets,
                Claimed = Claimed([result]),
                IfApproved = approved,
            };
            return Lost(evaluation, context, result);
        }
    }

    /// <summary>With what was lost, from when on too much, and for whom.</summary>
    private static ObjectiveEvaluation Lost(ObjectiveEvaluation evaluation, ObjectiveContext context, AvailabilityResult result)
    {
        if (evaluation.Budget is not { } budget || result.Lower is null)
            return evaluation;
        var components = context.Agreement.Service(context.Objective.Service)!.Components;
        var touched = components.IsEmpty ? 0 : result.Outages.SelectMany(o => o.Evidence).Where(f => f.Data is FactData.StateChanged { State: ServiceState.Down } or FactData.Probed { Good: false } && components.Contains(f.Subject)).Select(f => f.Subject).Distinct(StringComparer.Ordinal).Count();
        return evaluation with
        {
            Loss = new LossReading(result.UpperBuckets.Loss, result.LowerBuckets.Loss, budget.Allowed) { Agreed = result.AgreedInWholePeriod },
            LostAt = evaluation.Verdict == Verdict.Breached ? UsedUp(result, budget.Allowed) : null,
            LostBeyond = extra => UsedUp(result, budget.Allowed + extra),
            AffectedShare = touched > 0 ? new Rational(touched, components.Length) : result.LowerBuckets.Down > 0 ? result.LowerBuckets.Loss / result.LowerBuckets.Down : 1,
        };
    }

    /// <summary>The last instant by which no more was lost than is allowed, whatever is not known: from there on the target is missed.</summary>
    private static Instant? UsedUp(AvailabilityResult result, Rational allowed)
    {
        var (low, high) = (result.Evaluated.Start, result.Evaluated.End);
        if (LossUntil(high) <= allowed)
            return null;
        while (low + 1 < high)
        {
            var middle = low + (high - low) / 2;
            if (LossUntil(middle) <= allowed)
                low = middle;
            else
                high = middle;
        }

        return Instant.FromUnixTimeTicks(low);

        Rational LossUntil(long end) => result.WindowAtBest(new TickInterval(result.Evaluated.Start, end)).Loss;
    }

    /// <summary>The claims that touch the period, with what each excuses of all components together.</summary>
    private static ImmutableArray<ClaimedTime> Claimed(ImmutableArray<AvailabilityResult> parts)
    {
        var claims = parts.SelectMany(p => p.Input.Exclusions.Where(e => e.Status == ExclusionStatus.Invalid || !e.During.Intersect(p.Input.Period).IsEmpty)).DistinctBy(e => e.Name).ToList();
        if (claims.Count == 0)
            return [];
        var excused = parts.SelectMany(p => p.Excused).Concat(parts.SelectMany(p => p.IfPendingApproved?.Excused.Where(e => claims.Any(c => c.Name == e.Exclusion.Name && c.Status == ExclusionStatus.Pending)) ?? [])).ToLookup(e => e.Exclusion.Name, e => e.Ticks, StringComparer.Ordinal);
        return [.. claims.OrderBy(e => e.During.Start).ThenBy(e => e.Name, StringComparer.Ordinal).Select(Of)];

        ClaimedTime Of(Exclusion claim)
        {
            var (decided, claimed) = (claim.Decision?.Data as FactData.ExclusionDecided, claim.Claim?.Data as FactData.ExclusionClaimed);
            return new ClaimedTime(claim.Name, claim.Cause, claim.During, claim.Status, excused[claim.Name].Sum(), decided?.By ?? "", (decided is null ? claimed?.Reason : decided.Reason) ?? "")
            {
                ClaimedBy = claimed?.By ?? "",
                Evidence = claimed?.Evidence ?? "",
                DecisionEvidence = decided?.Evidence ?? "",
            };
        }
    }

    /// <summary>The alerts on the time that components lost together.</summary>
    private static ImmutableArray<BurnAlertReading> BurnAlerts(ObjectiveContext context, ImmutableArray<AvailabilityResult> parts) =>
        BurnRates.Of(context, parts.Min(p => p.Input.Timeline.FirstNews), window =>
        {
            Rational bad = 0, total = 0;
            foreach (var buckets in parts.Select(p => Window(p, window)))
                (bad, total) = (bad + buckets.Loss, total + buckets.Agreed(parts[0].Policy));
            return (bad, total);
        });

    /// <summary>Where the time of a window went. A part of it that lies before the period is reckoned by itself.</summary>
    private static AvailabilityBuckets Window(AvailabilityResult result, TickInterval window)
    {
        var inside = result.WindowAtBest(window);
        var start = result.Input.Period.Start;
        return window.Start >= start
            ? inside
            : inside + AvailabilityEvaluator.Evaluate(result.Policy, result.Input with { Period = new TickInterval(window.Start, Math.Min(window.End, start)) }).UpperBuckets;
    }

    /// <summary>The level over a stated length: some published figures divide a calendar month by a mean month.</summary>
    private static ObjectiveEvaluation Divided(ObjectiveContext context, AvailabilityResult result, Duration length)
    {
        Rational divisor = (long)length.BclCompatibleTicks;
        var target = context.Objective.Target;
        var measured = result.Lower is not null && result.Upper is not null;
        var lower = (divisor - result.LowerBuckets.Loss) / divisor;
        var upper = (divisor - result.UpperBuckets.Loss) / divisor;
        var verdict = VerdictOf(result);
        var levels = !measured ? [] : lower == upper
            ? ImmutableArray.Create(OverStated("availability over the stated length", divisor, result.LowerBuckets.Loss))
            :
            [
                OverStated("availability over the stated length if nothing without data was up", divisor, result.LowerBuckets.Loss),
                OverStated("availability over the stated length if everything without data was up", divisor, result.UpperBuckets.Loss),
            ];
        var tree = Parts.Reason("availability", "By the clause 'period-length' the downtime is divided by a stated length, not by the agreed time.", [.. levels, AvailabilityExplanation.Of(result)]);
        var approved = result.IfPendingApproved is { } pending ? Divided(context, pending, length) : null;
        var evaluation = context.Make(verdict, approved?.Verdict ?? verdict, tree) with
        {
            Level = measured && lower == upper ? Share(lower) : null,
            Lowest = measured ? Share(lower) : null,
            Highest = measured ? Share(upper) : null,
            Budget = Budget(target.Bound, divisor, result.LowerBuckets.Loss, result.LowerBuckets.Agreed(result.Policy)),
            Outages = [.. result.Outages.Select(o => Reading(o, context, []))],
            Time = result.Buckets,
            Claimed = Claimed([result]),
            BurnAlerts = BurnAlerts(context, [result]),
            IfApproved = approved,
        };
        var read = Lost(evaluation, context, result);
        return read.Loss is { } loss ? read with { Loss = loss with { Agreed = divisor } } : read;

        Verdict VerdictOf(AvailabilityResult of)
        {
            if (of.Lower is null || of.Upper is null)
                return of.Judge(target);
            if (of.IsInterim && target.Comparison is LevelComparison.AtLeast or LevelComparison.MoreThan)
                return AvailabilityVerdict.Running(target, (divisor, of.LowerBuckets.Loss), (divisor, of.UpperBuckets.Loss), 1 - context.Objective.AtRiskLeft);
            return target.Judge((divisor - of.LowerBuckets.Loss) / divisor, (divisor - of.UpperBuckets.Loss) / divisor);
        }
    }

    private static Explanation OverStated(string title, Rational divisor, Rational loss) => Ratio(
        title,
        Parts.Given("stated length of the period", new Quantity(divisor, QuantityUnit.Ticks)),
        Parts.Given("downtime that counts", new Quantity(loss, QuantityUnit.Ticks)));

    /// <summary>(whole - loss) / whole.</summary>
    private static Explanation Ratio(string title, Explanation whole, Explanation loss)
    {
        var rest = whole.Value!.Value.Value - loss.Value!.Value.Value;
        return Parts.Derived(
            title,
            Quantity.Share(rest / whole.Value.Value.Value),
            Derivation.Quotient,
            Parts.Derived($"{whole.Title} less {loss.Title}", new Quantity(rest, QuantityUnit.Ticks), Derivation.Difference, whole, loss),
            whole);
    }

    private static ObjectiveEvaluation Average(ObjectiveContext context, Indicator.Availability indicator, TimelineCache timelines)
    {
        var components = context.Agreement.Service(context.Objective.Service)!.Components;
        ImmutableArray<AvailabilityResult> parts =
        [
            .. components.Select(c => AvailabilityEvaluator.Evaluate(
                indicator.Policy, Input(context, indicator.Policy, timelines.OfComponent(context, indicator.Policy, c), indicator.JoinedLate, c))),
        ];
        var pooled = PooledAvailability.Of(parts);
        var atRiskFrom = 1 - context.Objective.AtRiskLeft;
        var verdict = pooled.Judge(context.Objective.Target, atRiskFrom);
        const string Title = "availability over all components' agreed time";
        var levels = pooled.Lower is null || pooled.Upper is null ? []
            : pooled.Lower == pooled.Upper ? ImmutableArray.Create(Pool(Title, b => b.LowerBuckets))
            : [Pool(Title + " if nothing without data was up", b => b.LowerBuckets), Pool(Title + " if everything without data was up", b => b.UpperBuckets)];
        var tree = Parts.Reason(
            Title,
            levels.IsEmpty ? "No component had agreed time that was not excluded." : "All components' agreed time in one denominator, all their downtime in one numerator.",
            [.. levels, .. parts.Zip(components, (part, name) => AvailabilityExplanation.Of(part) with { Title = $"component {name}" })]);
        return context.Make(verdict, pooled.IfPendingApproved?.Judge(context.Objective.Target, atRiskFrom) ?? verdict, tree) with
        {
            Level = pooled.Lower == pooled.Upper ? Share(pooled.Lower) : null,
            Lowest = Share(pooled.Lower),
            Highest = Share(pooled.Upper),
            Budget = Budget(context.Objective.Target.Bound, pooled.AgreedInWholePeriod, pooled.LowerBuckets.Loss, pooled.LowerBuckets.Agreed(indicator.Policy)),
            Loss = pooled.Lower is null || pooled.Upper is null ? null : new LossReading(
                parts.Aggregate(Rational.Zero, (sum, p) => sum + p.UpperBuckets.Loss),
                parts.Aggregate(Rational.Zero, (sum, p) => sum + p.LowerBuckets.Loss),
                (1 - context.Objective.Target.Bound) * pooled.AgreedInWholePeriod) { Agreed = pooled.AgreedInWholePeriod },
            AffectedShare = new Rational(Math.Max(1, parts.Count(p => p.LowerBuckets.Down > 0)), parts.Length),
            Outages = [.. parts.Zip(components).SelectMany(p => p.First.Outages.Select(o => Reading(o, context, [p.Second]))).OrderBy(o => o.Span.Start)],
            Time = pooled.Buckets,
            Claimed = Claimed(parts),
            BurnAlerts = BurnAlerts(context, parts),
        };

        Explanation Pool(string title, Func<AvailabilityResult, AvailabilityBuckets> of) => Ratio(
            title,
            SumOf("agreed time", p => of(p).Agreed(p.Policy)),
            SumOf("downtime that counts", p => of(p).Loss));

        Explanation SumOf(string title, Func<AvailabilityResult, Rational> of) => Parts.Derived(
            title,
            new Quantity(parts.Aggregate(Rational.Zero, (sum, part) => sum + of(part)), QuantityUnit.Ticks),
            Derivation.Sum,
            parts.Zip(components, (part, name) => Parts.Given($"{title} of {name}", new Quantity(of(part), QuantityUnit.Ticks))));
    }

    public static ObjectiveEvaluation Outages(ObjectiveContext context, Indicator.Outages indicator, TimelineCache timelines)
    {
        indicator = indicator with { Policy = context.Shared(indicator.Policy) };
        var input = Combined(context, indicator.Policy, indicator.Combination, timelines, JoinedLate.OwnTime);
        var result = AvailabilityEvaluator.Evaluate(indicator.Policy, input);
        var atWorst = Measure(result.LowerOutages);
        var atBest = Measure(result.UpperOutages);
        var growth = indicator.Statistic switch
        {
            OutageIndicator.NumberOfOutages => Growth.Count,
            OutageIndicator.LongestOutage => Growth.Peak,
            OutageIndicator.MeanTimeToRestore or OutageIndicator.MeanTimeBetweenFailures => Growth.None,
            _ => throw new InvalidOperationException("Unknown statistic."),
        };
        var same = atWorst.Value == atBest.Value;
        var tree = same
            ? atWorst.Explanation
            : Parts.Reason(
                atWorst.Explanation.Title,
                "There is time without data, so the number is known only between two bounds.",
                Parts.Reason("if nothing without data was up", "", atWorst.Explanation),
                Parts.Reason("if everything without data was up", "", atBest.Explanation));
        var evaluation = context.Result(same ? atWorst.Value : Between(atWorst.Value, atBest.Value), atWorst.Volume < atBest.Volume ? atBest.Volume : atWorst.Volume, growth, tree) with
        {
            Outages = [.. result.Outages.Select(o => Reading(o, context, []))],
        };
        return evaluation.Verdict == Verdict.Breached && growth == Growth.Count ? evaluation with { LostAt = OneTooMany() } : evaluation;

        // The outage that goes beyond a ceiling on their number misses it when it begins.
        Instant? OneTooMany() => result.UpperOutages.Where(o => o.Buckets.Down > 0).Select(o => Math.Max(o.Start, context.UnderAgreement.Start)).Order()
            .Select((start, i) => (Start: start, Number: i + 1))
            .Where(o => !context.Objective.Target.IsMetBy(o.Number))
            .Select(o => (Instant?)Instant.FromUnixTimeTicks(o.Start))
            .FirstOrDefault();

        MeasurementResult Measure(ImmutableArray<Outage> of)
        {
            // An outage that is excused or outside the agreed hours altogether is no failure of the service. One of which nobody knows the start began with the agreement.
            var now = context.AsOf.ToUnixTimeTicks();
            var outages = of.Where(o => o.Buckets.Down > 0)
                .Select(o => (Start: Math.Max(o.Start, context.UnderAgreement.Start), End: Math.Min(o.End, now)))
                .Where(o => o.Start < o.End)
                .Select(o => new TickInterval(o.Start, o.End))
                .ToList();
            var open = context.Member is { During: { } times } ? input.OpenTime?.Intersect(times) ?? times : input.OpenTime;
            return OutageStatistics.Of(indicator.Statistic, outages, context.Counted, open, [context.Objective.Clause]);
        }
    }

    /// <summary>The band of two values; where only one of them is a number, nothing bounds it.</summary>
    private static MeasuredValue Between(MeasuredValue one, MeasuredValue other) =>
        one is MeasuredValue.Exact { Value: var first } && other is MeasuredValue.Exact { Value: var second }
            ? first.Value < second.Value ? MeasuredValue.Between(first, second) : MeasuredValue.Between(second, first)
            : new MeasuredValue.Band(null, null);

    private static AvailabilityInput Combined(ObjectiveContext context, AvailabilityPolicy policy, ComponentCombination combination, TimelineCache timelines, JoinedLate joinedLate) =>
        context.Member is { } member
            ? Input(context, policy, timelines.OfComponent(context, policy, member.Name), joinedLate, member.Name) with { Membership = member.During }
            : Input(context, policy, timelines.Combined(context, policy, combination), joinedLate) with
            {
                TimelineAtWorst = timelines.Extreme(context, policy, combination, ServiceState.Down),
                TimelineAtBest = timelines.Extreme(context, policy, combination, ServiceState.Up),
            };

    private static AvailabilityInput Input(ObjectiveContext context, AvailabilityPolicy policy, StateTimeline timeline, JoinedLate joinedLate, string? component = null)
    {
        var service = context.Agreement.Service(context.Objective.Service)!;
        // What is announced or claimed for another component does not concern this one.
        var facts = component is null ? context.Facts.OfService(service.Name) : [.. context.Facts.OfComponent(service.Name, component), .. context.Facts.OfComponent(service.Name, "")];
        var stamped = facts.Select(f => f.Original with { Fact = f.Fact }).ToList();
        // The allowance of maintenance may begin before the period: a year's slack covers every allowance period that a clause can name. So may the window of an alert.
        var before = Math.Max(
            policy.Maintenance?.AllowancePer is null && policy.ExcuseLimits.Values.All(l => l.Per is null) ? 0 : 370 * NodaConstants.TicksPerDay,
            context.Evaluated.Running ? BurnRates.AlertsOf(context).Select(a => (long)a.Long.BclCompatibleTicks).DefaultIfEmpty(0).Max() : 0);
        var open = service.OperatingHours is { } hours && hours != "always"
            ? context.Agreement.Calendars[hours].OpenIntervals(
                context.During.Start - before,
                context.During.End)
            : null;
        return new AvailabilityInput
        {
            Timeline = timeline,
            Period = context.During,
            AsOf = context.AsOf,
            UnderAgreement = context.UnderAgreement,
            JoinedLate = joinedLate,
            OpenTime = open,
            Maintenance = policy.Maintenance is null ? [] : MaintenanceWindow.From(stamped, policy.Maintenance),
            Exclusions = CustomerLateness.Added(Exclusion.From(stamped, policy, context.ExclusionRules), context),
            Reports = policy.DowntimeBegins == DowntimeBegin.CustomerReport ? ReportsOf(context, service.Name) : [],
        };
    }

    /// <summary>The customers' reports. One that is linked to the outage of other parts does not speak of a member that is looked at by itself.</summary>
    private static ImmutableArray<Instant> ReportsOf(ObjectiveContext context, string service)
    {
        return [.. context.Facts.Tickets.Where(t => t.Service == service && Concerns(t)).Select(t => t.Facts.FirstOrDefault(f => f.Fact.Data is FactData.TicketReported { By: Actor.Customer }).Fact).OfType<Fact>().Select(f => f.Time).Order()];

        bool Concerns(MatchedTicket ticket)
        {
            if (context.Member is not { Name: var member })
                return true;
            var outages = ticket.Facts.Select(f => (f.Fact.Data as FactData.TicketLinked)?.Outage).OfType<string>().ToList();
            return outages.Count == 0 || outages.Exists(o => o == member || o == service);
        }
    }

    private static BudgetReading Budget(Rational target, Rational whole, Rational loss, Rational agreedSoFar)
    {
        var budget = new ErrorBudget(target, whole, loss);
        return new BudgetReading(QuantityUnit.Ticks, budget.Allowed, budget.Consumed, budget.Remaining, BurnRate.Of(loss, agreedSoFar, target));
    }

    private static OutageReading Reading(Outage outage, ObjectiveContext context, ImmutableArray<string> components)
    {
        // One of which nobody knows the start began with the agreement.
        var start = outage.Start == long.MinValue ? context.UnderAgreement.Start : outage.Start;
        return new OutageReading(
            new TickInterval(start, Math.Max(start, Math.Min(outage.End, context.AsOf.ToUnixTimeTicks()))),
            outage.Buckets.Down,
            outage.Buckets.Total - outage.Buckets.Down,
            outage.IsOpen,
            components);
    }

    private static Quantity? Share(Rational? level) => level is { } share ? Quantity.Share(share) : null;
}
