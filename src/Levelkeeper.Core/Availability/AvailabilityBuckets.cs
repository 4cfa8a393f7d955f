using System.Numerics;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Core.Availability;

/// <summary>Where every tick of a period went. The buckets are disjoint and add up to the period exactly, for any breakdown.</summary>
/// <remarks>All lengths in ticks of 100 ns. <c>default</c> is an empty period.</remarks>
public readonly record struct AvailabilityBuckets
{
    /// <summary>Up.</summary>
    public long Up { get; init; }

    /// <summary>Degraded, shown apart; it may lose a part of its time.</summary>
    public long Degraded { get; init; }

    /// <summary>Down, and it counts.</summary>
    public long Down { get; init; }

    /// <summary>Down, but left out by a rule on outages: too short, the first minutes, reported by nobody.</summary>
    public long Disregarded { get; init; }

    /// <summary>Down or lossy, excused by an approved exclusion.</summary>
    public long Excused { get; init; }

    /// <summary>Planned maintenance that is excluded.</summary>
    public long Maintenance { get; init; }

    /// <summary>Outside the operating hours.</summary>
    public long OutsideHours { get; init; }

    /// <summary>Before the agreement, after it, or before counting began.</summary>
    public long OutsideAgreement { get; init; }

    /// <summary>Outside the agreement, and by its clause on joining late counted as up.</summary>
    public long Granted { get; init; }

    /// <summary>Nobody knows.</summary>
    public long NoData { get; init; }

    /// <summary>After the instant as of which the period is evaluated.</summary>
    public long NotYet { get; init; }

    /// <summary>Lost ticks times <see cref="JudgedTimeline.FullLoss"/>.</summary>
    internal Int128 ScaledLoss { get; init; }

    /// <summary>The weighted downtime in ticks, exact: down time by affected share, degraded time by its weight.</summary>
    public Rational Loss => new Rational((BigInteger)ScaledLoss, JudgedTimeline.FullLoss);

    /// <summary>The sum of all buckets: the length of the period.</summary>
    public long Total => Up + Degraded + Down + Disregarded + Excused + Maintenance + OutsideHours + OutsideAgreement + Granted + NoData + NotYet;

    /// <summary>The denominator under a policy: the agreed time, in ticks.</summary>
    public long Agreed(AvailabilityPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return Up + Degraded + Down + Disregarded + Granted
            + (policy.Exclusion == ExclusionTreatment.ExcusesDowntime ? Excused : 0)
            + (policy.Maintenance?.Treatment == MaintenanceTreatment.CountsAsUp ? Maintenance : 0)
            + (policy.NoData == NoDataTreatment.Out ? 0 : NoData);
    }

    /// <summary>(agreed − loss) / agreed; null when nothing was agreed or all of it was excluded, which is never 100 %.</summary>
    /// <remarks>Meaningful when <see cref="NoData"/> is zero or leaves both; otherwise see <see cref="AvailabilityResult.Lower"/> and <see cref="AvailabilityResult.Upper"/>.</remarks>
    public Rational? Level(AvailabilityPolicy policy)
    {
        var agreed = Agreed(policy);
        if (agreed == 0 || Up + Degraded + Down + Disregarded == 0 && (policy.NoData == NoDataTreatment.Out || NoData == 0))
            return null;

        // (agreed - loss) / agreed in the scale of the loss, so that it is brought to lowest terms only once.
        var scaled = (BigInteger)agreed * JudgedTimeline.FullLoss;
        return new Rational(scaled - (BigInteger)ScaledLoss, scaled);
    }

    /// <summary>Bucket by bucket.</summary>
    public static AvailabilityBuckets operator +(AvailabilityBuckets left, AvailabilityBuckets right) => Combine(left, right, 1);

    /// <summary>Bucket by bucket.</summary>
    public static AvailabilityBuckets operator -(AvailabilityBuckets left, AvailabilityBuckets right) => Combine(left, right, -1);

    private static AvailabilityBuckets Combine(in AvailabilityBuckets left, in AvailabilityBuckets right, int sign) => new()
    {
        Up = left.Up + sign * right.Up,
        Degraded = left.Degraded + sign * right.Degraded,
        Down = left.Down + sign * right.Down,
        Disregarded = left.Disregarded + sign * right.Disregarded,
        Excused = left.Excused + sign * right.Excused,
        Maintenance = left.Maintenance + sign * right.Maintenance,
        OutsideHours = left.OutsideHours + sign * right.OutsideHours,
        OutsideAgreement = left.OutsideAgreement + sign * right.OutsideAgreement,
        Granted = left.Granted + sign * right.Granted,
        NoData = left.NoData + sign * right.NoData,
        NotYet = left.NotYet + sign * right.NotYet,
        ScaledLoss = left.ScaledLoss + sign * right.ScaledLoss,
    };
}
