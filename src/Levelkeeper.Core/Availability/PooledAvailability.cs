using System.Collections.Immutable;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Core.Availability;

/// <summary>The level of several components by their seconds: all their agreed time in one denominator, all their loss in one numerator.</summary>
/// <param name="Buckets">Sum of the components' buckets, as observed.</param>
/// <param name="LowerBuckets">The same with no data at its worst.</param>
/// <param name="UpperBuckets">The same with no data at its best.</param>
/// <param name="Parts">The components' results.</param>
public sealed record PooledAvailability(AvailabilityBuckets Buckets, AvailabilityBuckets LowerBuckets, AvailabilityBuckets UpperBuckets, ImmutableArray<AvailabilityResult> Parts)
{
    private AvailabilityPolicy Policy => Parts.IsEmpty ? AvailabilityPolicy.Default : Parts[0].Policy;

    /// <summary>The lowest level that the facts allow; null when none has agreed time.</summary>
    public Rational? Lower => LowerBuckets.Level(Policy);

    /// <summary>The highest.</summary>
    public Rational? Upper => UpperBuckets.Level(Policy);

    /// <summary>The denominator of the whole period, its rest included, in ticks.</summary>
    public long AgreedInWholePeriod => Parts.Sum(p => p.AgreedInWholePeriod);

    /// <summary>What it would be if every claim that is still pending were approved; null when none is.</summary>
    public PooledAvailability? IfPendingApproved => Parts.Any(p => p.IfPendingApproved is not null) ? Of([.. Parts.Select(p => p.IfPendingApproved ?? p)]) : null;

    /// <summary>Pools results; a component without agreed time does not dilute the others.</summary>
    /// <param name="parts">Results of one policy and one period.</param>
    public static PooledAvailability Of(ImmutableArray<AvailabilityResult> parts)
    {
        AvailabilityBuckets observed = default, lower = default, upper = default;
        foreach (var part in parts)
        {
            observed += part.Buckets;
            lower += part.LowerBuckets;
            upper += part.UpperBuckets;
        }

        return new PooledAvailability(observed, lower, upper, parts);
    }

    /// <summary>The verdict on a target, by the rules of <see cref="AvailabilityResult.Judge"/>.</summary>
    /// <param name="target">A share of one.</param>
    /// <param name="atRiskFrom">Share of the whole period's budget from which a running period is at risk; null for 4/5.</param>
    public Verdict Judge(LevelTarget target, Rational? atRiskFrom = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        return AvailabilityVerdict.Of(target, Policy, Buckets, LowerBuckets, UpperBuckets, Parts.Sum(p => p.FutureAgreed), Parts.Any(p => p.IsInterim), atRiskFrom);
    }
}
