using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Core.Availability;

/// <summary>Opens an availability: the formula with its values, the clauses, the facts counted, and what was left out and why. Every value follows from its parts.</summary>
public static class AvailabilityExplanation
{
    private const int MostFacts = 200;

    /// <summary>The whole story of a result: the level, where the time went, what was left out, and the level if pending claims were approved.</summary>
    public static Explanation Of(AvailabilityResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var parts = ImmutableArray.CreateBuilder<Explanation>();
        parts.Add(Level(result));
        parts.Add(TimeOf(result));
        parts.Add(LeftOut(result));
        if (result.IfPendingApproved is { } pending)
            parts.Add(Level(pending) with { Title = "availability if every pending claim were approved" });
        return new Explanation
        {
            Title = "availability",
            Derivation = Derivation.Narrative,
            Parts = parts.ToImmutable(),
            During = result.Evaluated,
            Remark = result.IsInterim ? "interim: the period is still running" : "",
        };
    }

    /// <summary>(agreed time − downtime that counts) / agreed time; for two bounds both formulas, for no level the reason.</summary>
    public static Explanation Level(AvailabilityResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var noData = result.Policy.ClauseOf(nameof(AvailabilityPolicy.NoData));
        if (result.Lower is null && result.Upper is null)
        {
            return new Explanation
            {
                Title = "availability",
                Derivation = Derivation.Narrative,
                Remark = result.Buckets.Excused + result.Buckets.Maintenance > 0 ? "all agreed time was excluded" : "there was no agreed time",
                During = result.Evaluated,
            };
        }

        if (result.Level is not null)
            return Quotient(result, "availability", result.LowerBuckets, result.LowerOutages);
        return new Explanation
        {
            Title = "availability between two bounds",
            Derivation = Derivation.Narrative,
            Remark = "there is time without data",
            Clauses = [noData],
            During = result.Evaluated,
            Parts =
            [
                Quotient(result, "availability if nothing without data was up", result.LowerBuckets, result.LowerOutages),
                Quotient(result, "availability if everything without data was up", result.UpperBuckets, result.UpperOutages),
            ],
        };
    }

    /// <summary>The buckets, which add up to the period.</summary>
    public static Explanation TimeOf(AvailabilityResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Period(result, result.Buckets);
    }

    private static Explanation Quotient(AvailabilityResult result, string title, AvailabilityBuckets buckets, ImmutableArray<Outage> outages)
    {
        if (buckets.Level(result.Policy) is not { } level)
            return new Explanation { Title = title, Derivation = Derivation.Narrative, Remark = "all agreed time was excluded" };
        var agreed = Agreed(result, buckets);
        var loss = Loss(result.Policy, buckets, outages);
        return new Explanation
        {
            Title = title,
            Value = Quantity.Share(level),
            Derivation = Derivation.Quotient,
            During = result.Evaluated,
            Parts =
            [
                new Explanation
                {
                    Title = "agreed time less the downtime that counts",
                    Value = Ticks(agreed.Value!.Value.Value - loss.Value!.Value.Value),
                    Derivation = Derivation.Difference,
                    Parts = [agreed, loss],
                },
                agreed,
            ],
        };
    }

    private static Explanation Agreed(AvailabilityResult result, AvailabilityBuckets buckets)
    {
        var policy = result.Policy;
        var parts = ImmutableArray.CreateBuilder<Explanation>();
        parts.Add(Period(result, buckets));
        AddUnlessZero(parts, "outside the agreement", buckets.OutsideAgreement, policy.ClauseOf(nameof(AvailabilityPolicy.CountsFrom)));
        AddUnlessZero(parts, "outside operating hours", buckets.OutsideHours, policy.ClauseOf(AvailabilityPolicy.OperatingHours));
        if (policy.Maintenance?.Treatment != MaintenanceTreatment.CountsAsUp)
            AddUnlessZero(parts, "planned maintenance", buckets.Maintenance, policy.ClauseOf(nameof(AvailabilityPolicy.Maintenance)));
        if (policy.Exclusion == ExclusionTreatment.LeavesDenominator)
            AddUnlessZero(parts, "excused downtime", buckets.Excused, policy.ClauseOf(nameof(AvailabilityPolicy.Exclusion)));
        if (policy.NoData == NoDataTreatment.Out)
            AddUnlessZero(parts, "no data", buckets.NoData, policy.ClauseOf(nameof(AvailabilityPolicy.NoData)));
        AddUnlessZero(parts, "not yet", buckets.NotYet);
        return new Explanation { Title = "agreed time", Value = Quantity.Ticks(buckets.Agreed(policy)), Derivation = Derivation.Difference, Parts = parts.ToImmutable() };
    }

    private static Explanation Period(AvailabilityResult result, AvailabilityBuckets buckets)
    {
        var policy = result.Policy;
        var parts = ImmutableArray.CreateBuilder<Explanation>();
        AddUnlessZero(parts, "up", buckets.Up);
        AddUnlessZero(parts, "degraded", buckets.Degraded, policy.ClauseOf(nameof(AvailabilityPolicy.Degraded)));
        AddUnlessZero(parts, "down", buckets.Down);
        AddUnlessZero(parts, "down, but no outage that counts", buckets.Disregarded, RulesOnOutages(policy));
        AddUnlessZero(parts, "excused downtime", buckets.Excused, policy.ClauseOf(nameof(AvailabilityPolicy.ExcusingCauses)));
        AddUnlessZero(parts, "planned maintenance", buckets.Maintenance, policy.ClauseOf(nameof(AvailabilityPolicy.Maintenance)));
        AddUnlessZero(parts, "outside operating hours", buckets.OutsideHours);
        AddUnlessZero(parts, "outside the agreement", buckets.OutsideAgreement, policy.ClauseOf(nameof(AvailabilityPolicy.CountsFrom)));
        AddUnlessZero(parts, "outside the agreement, counted as up", buckets.Granted, policy.ClauseOf(AvailabilityPolicy.JoinedLate));
        AddUnlessZero(parts, "no data", buckets.NoData, policy.ClauseOf(nameof(AvailabilityPolicy.NoData)));
        AddUnlessZero(parts, "not yet", buckets.NotYet);
        return new Explanation { Title = "period", Value = Quantity.Ticks(buckets.Total), Derivation = Derivation.Sum, Parts = parts.ToImmutable(), During = result.Input.Period };
    }

    private static Explanation Loss(AvailabilityPolicy policy, AvailabilityBuckets buckets, ImmutableArray<Outage> outages)
    {
        var parts = ImmutableArray.CreateBuilder<Explanation>(outages.Length + 1);
        var ofOutages = Rational.Zero;
        foreach (var outage in outages)
        {
            parts.Add(Outage(policy, outage));
            ofOutages += outage.Buckets.Loss;
        }

        var degraded = buckets.Loss - ofOutages;
        if (degraded.Sign != 0)
        {
            parts.Add(Weighted(
                "degraded time, as far as it counts",
                new Explanation { Title = "degraded", Value = Quantity.Ticks(buckets.Degraded), Derivation = Derivation.Given },
                degraded,
                [policy.ClauseOf(nameof(AvailabilityPolicy.Degraded)), policy.ClauseOf(nameof(AvailabilityPolicy.DegradedWeight))]));
        }

        return new Explanation { Title = "downtime that counts", Value = Ticks(buckets.Loss), Derivation = Derivation.Sum, Parts = parts.ToImmutable() };
    }

    private static Explanation Outage(AvailabilityPolicy policy, Outage outage)
    {
        var buckets = outage.Buckets;
        var parts = ImmutableArray.CreateBuilder<Explanation>();
        parts.Add(new Explanation { Title = "in the period", Value = Quantity.Ticks(outage.InPeriod.Length), Derivation = Derivation.Given, During = outage.InPeriod });
        AddUnlessZero(parts, "outside the agreement", buckets.OutsideAgreement, policy.ClauseOf(nameof(AvailabilityPolicy.CountsFrom)));
        AddUnlessZero(parts, "outside the agreement, counted as up", buckets.Granted, policy.ClauseOf(AvailabilityPolicy.JoinedLate));
        AddUnlessZero(parts, "outside operating hours", buckets.OutsideHours);
        AddUnlessZero(parts, "in planned maintenance", buckets.Maintenance, policy.ClauseOf(nameof(AvailabilityPolicy.Maintenance)));
        AddUnlessZero(parts, "excused", buckets.Excused, policy.ClauseOf(nameof(AvailabilityPolicy.ExcusingCauses)));
        AddUnlessZero(parts, "left out by a rule on outages", buckets.Disregarded, RulesOnOutages(policy));
        var counted = new Explanation
        {
            Title = "outage",
            Value = Quantity.Ticks(buckets.Down),
            Derivation = Derivation.Difference,
            Parts = parts.ToImmutable(),
            During = outage.InPeriod,
            Facts = References(outage.Evidence),
            FactCount = outage.Evidence.Length,
            Clauses = [policy.ClauseOf(nameof(AvailabilityPolicy.ConfirmingChecks))],
            Remark = outage.IsOpen ? "not ended yet" : "",
        };
        return buckets.Loss == (Rational)buckets.Down
            ? counted
            : Weighted("outage, by the share affected", counted, buckets.Loss, [policy.ClauseOf(nameof(AvailabilityPolicy.WeighByAffectedShare))]);
    }

    /// <summary>A time multiplied by the share of it that is lost.</summary>
    private static Explanation Weighted(string title, Explanation time, Rational loss, ImmutableArray<Clause> clauses)
    {
        var ticks = time.Value!.Value.Value;
        var share = new Explanation { Title = "share lost", Value = Quantity.Share(ticks.Sign == 0 ? Rational.Zero : loss / ticks), Derivation = Derivation.Given };
        return new Explanation { Title = title, Value = Ticks(loss), Derivation = Derivation.Product, Parts = [time, share], Clauses = clauses };
    }

    private static Explanation LeftOut(AvailabilityResult result)
    {
        var policy = result.Policy;
        var parts = ImmutableArray.CreateBuilder<Explanation>();
        var excused = result.Excused.ToDictionary(e => e.Exclusion.Name, e => e.Ticks, StringComparer.Ordinal);
        foreach (var exclusion in result.Input.Exclusions)
        {
            if (exclusion.During.Intersect(result.Evaluated).IsEmpty && exclusion.Status != ExclusionStatus.Invalid)
                continue;
            parts.Add(LeftOutExplanation.Of(exclusion, Quantity.Ticks(excused.GetValueOrDefault(exclusion.Name)), exclusion.Clause ?? policy.ClauseOf(nameof(AvailabilityPolicy.ExcusingCauses)), Limit(policy, exclusion)));
        }

        if (policy.Maintenance is not null)
        {
            foreach (var window in result.Input.Maintenance.Where(m => !m.During.Intersect(result.Evaluated).IsEmpty))
                parts.Add(LeftOutExplanation.Of(window, policy.ClauseOf(nameof(AvailabilityPolicy.Maintenance))));
        }

        foreach (var span in result.NoDataSpans.Take(MostFacts))
            parts.Add(new Explanation { Title = "no data", Value = Quantity.Ticks(span.Length), Derivation = Derivation.Given, During = span, Clauses = [policy.ClauseOf(nameof(AvailabilityPolicy.NoData))] });
        return new Explanation { Title = "what was left out, and why", Derivation = Derivation.Narrative, Parts = parts.ToImmutable() };
    }

    /// <summary>The clauses by which downtime may be no outage that counts.</summary>
    private static IEnumerable<Clause> RulesOnOutages(AvailabilityPolicy policy)
    {
        if (policy.DowntimeBegins == DowntimeBegin.CustomerReport)
            yield return policy.ClauseOf(nameof(AvailabilityPolicy.DowntimeBegins));
        if (policy.ShortestOutage > NodaTime.Duration.Zero)
            yield return policy.ClauseOf(nameof(AvailabilityPolicy.ShortestOutage));
        if (policy.OutageUnit > NodaTime.Duration.Zero)
            yield return policy.ClauseOf(nameof(AvailabilityPolicy.OutageUnit));
    }

    private static string Limit(AvailabilityPolicy policy, Exclusion exclusion) => policy.ExcuseLimits.TryGetValue(exclusion.Cause, out var limit)
        ? $"; its cause excuses at most {new Time.TimeAmount.Elapsed(limit.AtMost)} {(limit.Per is null ? "in the period" : "in its own period")}, in order of time"
        : "";

    private static void AddUnlessZero(ImmutableArray<Explanation>.Builder parts, string title, long ticks, params IEnumerable<Clause> clauses)
    {
        if (ticks != 0)
            parts.Add(new Explanation { Title = title, Value = Quantity.Ticks(ticks), Derivation = Derivation.Given, Clauses = [.. clauses] });
    }

    private static Quantity Ticks(Rational ticks) => new(ticks, QuantityUnit.Ticks);

    private static ImmutableArray<FactReference> References(IEnumerable<Fact> facts) => [.. facts.Take(MostFacts).Select(FactReference.To)];
}
