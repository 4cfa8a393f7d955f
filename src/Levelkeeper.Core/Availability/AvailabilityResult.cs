using System.Collections.Immutable;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Availability;

/// <summary>A part of a breakdown.</summary>
/// <param name="During">The part's time.</param>
/// <param name="Buckets">Where its ticks went.</param>
/// <param name="Lower">The lowest level that the facts allow; null when nothing was agreed in it.</param>
/// <param name="Upper">The highest.</param>
public sealed record AvailabilityPart(TickInterval During, AvailabilityBuckets Buckets, Rational? Lower, Rational? Upper);

/// <summary>Time that one exclusion excused.</summary>
/// <param name="Exclusion">The exclusion.</param>
/// <param name="Ticks">The downtime that it excused in the period.</param>
/// <param name="During">When.</param>
public sealed record ExcusedTime(Exclusion Exclusion, long Ticks, ImmutableArray<TickInterval> During);

/// <summary>Availability of a period: the buckets, both bounds, the outages, and any breakdown of them.</summary>
public sealed record AvailabilityResult
{
    private readonly AvailabilityRun _observed;
    private readonly AvailabilityRun _lower;
    private readonly AvailabilityRun _upper;

    internal AvailabilityResult(
        AvailabilityPolicy policy, AvailabilityInput input, TickInterval evaluated, AvailabilityRun observed, AvailabilityRun lower, AvailabilityRun upper, long futureAgreed)
    {
        Policy = policy;
        Input = input;
        Evaluated = evaluated;
        _observed = observed;
        _lower = lower;
        _upper = upper;
        FutureAgreed = futureAgreed;
    }

    /// <summary>The decisions it was made by.</summary>
    public AvailabilityPolicy Policy { get; }

    /// <summary>What was evaluated.</summary>
    public AvailabilityInput Input { get; }

    /// <summary>The part of the period that has passed.</summary>
    public TickInterval Evaluated { get; }

    /// <summary>True while the period runs: it ends after the instant as of which it is evaluated.</summary>
    public bool IsInterim => Evaluated.End < Input.Period.End;

    /// <summary>Where every tick of the period went, no data apart.</summary>
    public AvailabilityBuckets Buckets => _observed.Buckets;

    /// <summary>The buckets with no data taken as the policy says, or at its worst.</summary>
    public AvailabilityBuckets LowerBuckets => _lower.Buckets;

    /// <summary>The buckets with no data taken as the policy says, or at its best.</summary>
    public AvailabilityBuckets UpperBuckets => _upper.Buckets;

    /// <summary>The lowest level that the facts allow, a fraction of one; null when nothing was agreed or everything was excluded.</summary>
    public Rational? Lower => _lower.Buckets.Level(Policy);

    /// <summary>The highest; equal to <see cref="Lower"/> unless no data is treated as bounds and there is some.</summary>
    public Rational? Upper => _upper.Buckets.Level(Policy);

    /// <summary>The level when the bounds agree; null otherwise.</summary>
    public Rational? Level => ReferenceEquals(_lower, _upper) ? Lower : Lower is { } low && Upper is { } high && low == high ? low : null;

    /// <summary>Agreed time of the rest of a running period, in ticks.</summary>
    public long FutureAgreed { get; }

    /// <summary>The denominator of the whole period, its rest included: what an error budget is a share of. In ticks.</summary>
    public long AgreedInWholePeriod => _lower.Buckets.Agreed(Policy) + FutureAgreed;

    /// <summary>The result if every claim that is still pending were approved; null when none is.</summary>
    public AvailabilityResult? IfPendingApproved { get; init; }

    /// <summary>The outages that touch the period, earliest first, as observed.</summary>
    public ImmutableArray<Outage> Outages => OutagesOf(Policy.NoData is NoDataTreatment.Bounds ? _observed : _lower);

    /// <summary>The outages if all time without data were down, as the policy's lower bound takes it.</summary>
    public ImmutableArray<Outage> LowerOutages => OutagesOf(_lower);

    /// <summary>The outages if all time without data were up, as the policy's upper bound takes it.</summary>
    public ImmutableArray<Outage> UpperOutages => OutagesOf(_upper);

    /// <summary>What each exclusion excused, as the policy's lower bound takes it; those that excused nothing are left out.</summary>
    public ImmutableArray<ExcusedTime> Excused
    {
        get
        {
            if (_lower.Classified is null)
                return [];
            return [.. _lower.Classified.Excused(Evaluated.Start, Evaluated.End)
                .GroupBy(e => e.Exclusion)
                .Select(g => new ExcusedTime(Input.Exclusions[g.Key], g.Sum(e => e.During.Length), [.. g.Select(e => e.During)]))
                .OrderBy(e => e.Exclusion.During.Start)
                .ThenBy(e => e.Exclusion.Name, StringComparer.Ordinal)];
        }
    }

    /// <summary>The time without data within the agreed time.</summary>
    public IntervalSet NoDataSpans => _observed.Classified?.In(Bucket.NoData, Evaluated.Start, Evaluated.End) ?? IntervalSet.Empty;

    /// <summary>The buckets of any window of the period, as this evaluation classified it; the rest of a running period is not yet.</summary>
    public AvailabilityBuckets Window(TickInterval window) => Sum(_observed, Within(window));

    /// <summary>The same with no data taken as the policy says, or at its best.</summary>
    internal AvailabilityBuckets WindowAtBest(TickInterval window) => Sum(_upper, Within(window));

    /// <summary>The period cut at boundaries; the parts' buckets add up to the period's.</summary>
    /// <param name="boundaries">Ascending instants; those outside the period cut nothing.</param>
    public ImmutableArray<AvailabilityPart> Breakdown(IEnumerable<Instant> boundaries)
    {
        ArgumentNullException.ThrowIfNull(boundaries);
        var parts = ImmutableArray.CreateBuilder<AvailabilityPart>();
        var from = Input.Period.Start;
        foreach (var at in boundaries.Select(b => b.ToUnixTimeTicks()).Append(Input.Period.End))
        {
            if (at <= from || at > Input.Period.End)
                continue;
            parts.Add(Part(new TickInterval(from, at)));
            from = at;
        }

        return parts.ToImmutable();
    }

    /// <summary>The verdict on a target.</summary>
    /// <param name="target">A share of one.</param>
    /// <param name="atRiskFrom">Share of the whole period's budget from which a running period is at risk; null for 4/5.</param>
    /// <remarks>
    /// A running period is breached when not even a perfect rest can reach the target, at risk when so much of the whole period's budget is used, and met otherwise.
    /// </remarks>
    public Verdict Judge(LevelTarget target, Rational? atRiskFrom = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        return AvailabilityVerdict.Of(target, Policy, Buckets, LowerBuckets, UpperBuckets, FutureAgreed, IsInterim, atRiskFrom);
    }

    private AvailabilityPart Part(TickInterval during)
    {
        var window = Within(during);
        return new AvailabilityPart(during, Sum(_observed, window), Sum(_lower, window).Level(Policy), Sum(_upper, window).Level(Policy));
    }

    private TickInterval Within(TickInterval window) => window.Intersect(Input.Period);

    private AvailabilityBuckets Sum(AvailabilityRun run, TickInterval window)
    {
        var passed = Math.Clamp(Evaluated.End, window.Start, window.End);
        return run.Window(window.Start, passed) with { NotYet = window.End - passed };
    }

    private ImmutableArray<Outage> OutagesOf(AvailabilityRun run) => Outage.Of(run, Input.Timeline, Evaluated);

    /// <summary>By policy, period and buckets: two results are equal when nothing about the numbers differs.</summary>
    public bool Equals(AvailabilityResult? other) =>
        other is not null && Input.Period == other.Input.Period && Evaluated == other.Evaluated && Buckets == other.Buckets
        && LowerBuckets == other.LowerBuckets && UpperBuckets == other.UpperBuckets && FutureAgreed == other.FutureAgreed && Equals(IfPendingApproved, other.IfPendingApproved);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Input.Period, Evaluated, Buckets, LowerBuckets, UpperBuckets, FutureAgreed);
}
