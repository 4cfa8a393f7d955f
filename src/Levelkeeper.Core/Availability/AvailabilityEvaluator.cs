using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Availability;

/// <summary>Everything that one evaluation of availability reads. Immutable.</summary>
public sealed record AvailabilityInput
{
    /// <summary>The confirmed state of the service.</summary>
    public required StateTimeline Timeline { get; init; }

    /// <summary>The same if every component of which nobody knows anything were down; null where <see cref="Timeline"/> tells as much.</summary>
    public StateTimeline? TimelineAtWorst { get; init; }

    /// <summary>The same if every component of which nobody knows anything were up; null where <see cref="Timeline"/> tells as much.</summary>
    public StateTimeline? TimelineAtBest { get; init; }

    /// <summary>The period <c>[start, end)</c>.</summary>
    public required TickInterval Period { get; init; }

    /// <summary>Now. A period that ends later is clipped here and its result is <em>interim</em>. Facts are not cut: what was known is the caller's choice.</summary>
    public Instant AsOf { get; init; } = Instant.MaxValue;

    /// <summary>The time under the agreement; null when it covers the period.</summary>
    public TickInterval? UnderAgreement { get; init; }

    /// <summary>The times within it in which what is observed was there; null for always.</summary>
    public IntervalSet? Membership { get; init; }

    /// <summary>What counts of a period of which only a part is under the agreement, or in which what is observed was there for a part.</summary>
    public JoinedLate JoinedLate { get; init; }

    /// <summary>Open time of the operating hours; null for always. With a maintenance allowance it covers every allowance period that the period touches.</summary>
    public IntervalSet? OpenTime { get; init; }

    /// <summary>Announced maintenance; only accepted windows count, and only when the policy excludes maintenance.</summary>
    public ImmutableArray<MaintenanceWindow> Maintenance { get; init; } = [];

    /// <summary>Claims by cause; only approved ones excuse.</summary>
    public ImmutableArray<Exclusion> Exclusions { get; init; } = [];

    /// <summary>When customers reported an outage; read where downtime begins with the report.</summary>
    public ImmutableArray<Instant> Reports { get; init; } = [];
}

/// <summary>Evaluates availability by time.</summary>
public static class AvailabilityEvaluator
{
    /// <summary>The timeline of one component and the claims and announcements among its facts, evaluated.</summary>
    /// <param name="policy">The agreement's decisions.</param>
    /// <param name="facts">Stamped facts of the component and of the agreement, in any order.</param>
    /// <param name="period">The period <c>[start, end)</c>.</param>
    /// <param name="asOf">Now.</param>
    /// <param name="openTime">Operating hours; null for always.</param>
    public static AvailabilityResult Evaluate(
        AvailabilityPolicy policy, IReadOnlyCollection<StampedFact> facts, TickInterval period, Instant asOf, IntervalSet? openTime = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(facts);
        return Evaluate(policy, new AvailabilityInput
        {
            Timeline = ComponentTimeline.Build(facts.Select(f => f.Fact), policy),
            Period = period,
            AsOf = asOf,
            OpenTime = openTime,
            Maintenance = policy.Maintenance is null ? [] : MaintenanceWindow.From(facts, policy.Maintenance),
            Exclusions = Exclusion.From(facts, policy),
        });
    }

    /// <summary>Evaluates a period.</summary>
    public static AvailabilityResult Evaluate(AvailabilityPolicy policy, AvailabilityInput input)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(input);
        var approved = Run(policy, input, pendingToo: false);
        if (!input.Exclusions.Any(e => e.Status == ExclusionStatus.Pending))
            return approved;
        return approved with { IfPendingApproved = Run(policy, input, pendingToo: true) };
    }

    private static AvailabilityResult Run(AvailabilityPolicy policy, AvailabilityInput input, bool pendingToo)
    {
        var asOf = input.AsOf == Instant.MaxValue ? long.MaxValue : input.AsOf.ToUnixTimeTicks();
        var until = Math.Clamp(asOf, input.Period.Start, input.Period.End);
        var evaluated = new TickInterval(input.Period.Start, until);
        var maintenance = policy.Maintenance is null
            ? IntervalSet.Empty
            : IntervalSet.Of(input.Maintenance.Where(m => m.Status == MaintenanceStatus.Accepted).Select(m => m.During));
        var exclusions = Effective(input.Exclusions, policy, pendingToo);
        var resets = policy.Maintenance is { Allowance: not null } allowed ? Resets(allowed.AllowancePer, input.Period) : [];
        LaidLimit[] limits = [.. policy.ExcuseLimits.Values.Select(l => new LaidLimit(l.AtMost.BclCompatibleTicks, Resets(l.Per, input.Period)))];
        // What used up an allowance before the period is gone through too.
        var from = limits.Select(l => l.Resets).Append(resets).Where(r => r.Length > 0).Select(r => r[0]).Append(input.Period.Start).Min();
        var segments = AgreedTime.Segments(
            new TickInterval(from, input.Period.End), Counted(policy, input), Under(input), input.JoinedLate == JoinedLate.RestIsWell ? AgreedKind.Granted : AgreedKind.OutsideAgreement, input.OpenTime, maintenance, exclusions);
        var future = FutureAgreed(policy, segments, until);
        Clip(segments, until);

        Span<long> reports = [.. input.Reports.Select(r => r.ToUnixTimeTicks()).Order()];
        var observed = Classify(NoDataAs.NoData, reports);
        var lower = observed;
        var upper = observed;
        switch (policy.NoData)
        {
            case NoDataTreatment.Bounds:
                if (MayMatter(policy, input, observed))
                {
                    lower = Classify(NoDataAs.Down, reports);
                    upper = Classify(NoDataAs.Up, reports);
                }

                break;
            case NoDataTreatment.Up:
                lower = upper = Classify(NoDataAs.Up, reports);
                break;
            case NoDataTreatment.Down:
                lower = upper = Classify(NoDataAs.Down, reports);
                break;
            case NoDataTreatment.Out:
                break;
            default:
                throw new InvalidOperationException($"Unknown treatment {policy.NoData}.");
        }

        return new AvailabilityResult(policy, input, evaluated, observed, lower, upper, future);

        AvailabilityRun? Empty() => segments.Count == 0 ? AvailabilityRun.Nothing(input.Period.End - until) : null;

        AvailabilityRun Classify(NoDataAs noData, ReadOnlySpan<long> reported)
        {
            if (Empty() is { } nothing)
                return nothing;
            var timeline = noData switch
            {
                NoDataAs.Down => input.TimelineAtWorst ?? input.Timeline,
                NoDataAs.Up => input.TimelineAtBest ?? input.Timeline,
                _ => input.Timeline,
            };
            var judged = JudgedTimeline.Judge(timeline, policy, noData, until, reported);
            return new AvailabilityRun(judged, segments, policy, resets, limits, evaluated, input.Period.End - until);
        }
    }

    private static bool MayMatter(AvailabilityPolicy policy, AvailabilityInput input, AvailabilityRun observed)
    {
        if (observed.Judged is null)
            return false;
        if (observed.Buckets.NoData > 0 || input.TimelineAtWorst is not null || input.TimelineAtBest is not null)
            return true;
        // A rule on whole outages looks beyond the period's edges, and an allowance is used up by downtime that maintenance would hide.
        var reachesFurther = policy.ShortestOutage > Duration.Zero
            || policy.OutageUnit > Duration.Zero
            || policy.FlappingGap > Duration.Zero
            || policy.DowntimeBegins == DowntimeBegin.CustomerReport
            || policy.Maintenance?.Allowance is not null
            || policy.ExcuseLimits.Count > 0;
        return reachesFurther && input.Timeline.States.Contains(ServiceState.Unknown);
    }

    /// <summary>The time under the agreement; null when all of it is, or is taken to be.</summary>
    private static IntervalSet? Under(AvailabilityInput input)
    {
        if (input.JoinedLate == JoinedLate.WholePeriod)
            return null;
        var term = input.UnderAgreement is { } agreed ? IntervalSet.Of(agreed) : null;
        return input.Membership is { } members ? term?.Intersect(members) ?? members : term;
    }

    private static TickInterval? Counted(AvailabilityPolicy policy, AvailabilityInput input) =>
        policy.CountsFrom switch
        {
            CountingStart.PeriodStart => null,
            CountingStart.FirstFact => input.Timeline.FirstNews is { } news ? new TickInterval(news, long.MaxValue) : new TickInterval(input.Period.Start, input.Period.Start),
            CountingStart.FirstFactIfAny => input.Timeline.FirstNews is { } news ? new TickInterval(news, long.MaxValue) : (TickInterval?)null,
            _ => throw new InvalidOperationException($"Unknown start {policy.CountsFrom}."),
        };

    private static EffectiveExclusion[] Effective(ImmutableArray<Exclusion> exclusions, AvailabilityPolicy policy, bool pendingToo)
    {
        var result = new List<EffectiveExclusion>(exclusions.Length);
        var limited = policy.ExcuseLimits.Keys.ToArray();
        for (var i = 0; i < exclusions.Length; i++)
        {
            if (exclusions[i].Status is ExclusionStatus.Approved or ExclusionStatus.Agreed || pendingToo && exclusions[i].Status == ExclusionStatus.Pending)
                result.Add(new EffectiveExclusion(exclusions[i].During, i, Array.IndexOf(limited, exclusions[i].Cause)));
        }

        var sorted = result.ToArray();
        // Stable order whatever the caller's: by start, then name. Mostly it is theirs already.
        for (var i = 1; i < sorted.Length; i++)
        {
            if (Compare(sorted[i - 1], sorted[i]) > 0)
            {
                Array.Sort(sorted, Compare);
                break;
            }
        }

        return sorted;

        int Compare(EffectiveExclusion a, EffectiveExclusion b) => a.During.Start != b.During.Start
            ? a.During.Start.CompareTo(b.During.Start)
            : string.CompareOrdinal(exclusions[a.Index].Name, exclusions[b.Index].Name);
    }

    private static long[] Resets(PeriodCalendar? per, TickInterval period) => per is null || period.IsEmpty ? [] : [.. per.Touching(period).Select(p => p.During.Start)];

    private static long FutureAgreed(AvailabilityPolicy policy, List<AgreedSegment> segments, long until)
    {
        var total = 0L;
        foreach (var segment in segments)
        {
            if (segment.Kind is not (AgreedKind.Agreed or AgreedKind.Granted) || segment.End <= until)
                continue;
            if (segment.InMaintenance && segment.Kind == AgreedKind.Agreed && policy.Maintenance?.Treatment == MaintenanceTreatment.LeavesBoth)
                continue;
            total += segment.End - Math.Max(segment.Start, until);
        }

        return total;
    }

    private static void Clip(List<AgreedSegment> segments, long until)
    {
        segments.RemoveAll(s => s.Start >= until);
        if (segments.Count > 0 && segments[^1].End > until)
            segments[^1] = segments[^1] with { End = until };
    }
}
