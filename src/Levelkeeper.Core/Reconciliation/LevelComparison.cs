using System.Collections.Immutable;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Core.Reconciliation;

/// <summary>Our level of a period beside a percentage that somebody else published, with what is needed to try other rules.</summary>
public sealed record LevelComparison
{
    private static readonly (string Name, long Seconds)[] s_lengths =
    [
        ("28 days", 28 * 86_400L), ("30 days", 30 * 86_400L), ("31 days", 31 * 86_400L), ("a twelfth of 365 days", 2_628_000), ("2,628,288 s", 2_628_288),
        ("a twelfth of 365.25 days", 2_629_800), ("365 days", 31_536_000), ("365.25 days", 31_557_600),
    ];

    /// <summary>Our level as a fraction of one; null when there is none.</summary>
    public required Rational? Ours { get; init; }

    /// <summary>The lowest that the evidence allows; null when our level is exact.</summary>
    public Rational? Lowest { get; init; }

    /// <summary>The highest that the evidence allows; null when our level is exact.</summary>
    public Rational? Highest { get; init; }

    /// <summary>Theirs as a fraction of one.</summary>
    public required Rational Theirs { get; init; }

    /// <summary>How many decimal places their percentage has.</summary>
    public required int Places { get; init; }

    /// <summary>How they round.</summary>
    public Rounding Rounding { get; init; } = Rounding.HalfAwayFromZero;

    /// <summary>The agreed time of the period in ticks; 0 when the level does not measure time.</summary>
    public long AgreedTime { get; init; }

    /// <summary>What each outage took of the period, in ticks.</summary>
    public ImmutableArray<long> Outages { get; init; } = [];

    /// <summary>Our levels if outages counted that the agreement leaves out as too short: all of them, or the latest one only.</summary>
    public ImmutableArray<Alternative<Rational>> CountingShortOutages { get; init; } = [];

    /// <summary>Compares the two as percentages with <see cref="Places"/> places, and tries other rules when they differ.</summary>
    public Finding Compare()
    {
        if (Ours is null && Lowest is null)
            return new Finding(DifferenceReason.NoResult, "there is no level");
        if (Ours is { } ours && Same(ours))
            return Finding.Agreement;
        foreach (var alternative in Alternatives().OrderBy(a => a.Reason))
        {
            if (Same(alternative.Value))
                return new Finding(alternative.Reason, alternative.Remark);
        }

        if (Lowest is { } lowest && Highest is { } highest && Shown(lowest, Rounding) <= Theirs && Theirs <= Shown(highest, Rounding))
            return new Finding(DifferenceReason.NoData, "theirs lies between our bounds");
        if (Ours is { } level)
        {
            if (Shown(level, Rounding.Down) == Theirs || Shown(level, Rounding.Up) == Theirs || Shown(level, Rounding.HalfAwayFromZero) == Theirs)
                return new Finding(DifferenceReason.Rounding, "they round the other way");
            var unit = new Rational(1, System.Numerics.BigInteger.Pow(10, Places + 2));
            var apart = level > Theirs ? level - Theirs : Theirs - level;
            if (apart <= unit)
                return new Finding(DifferenceReason.Rounding, "they differ by at most one in the last place");
        }

        return new Finding(DifferenceReason.MovedByHand, "no rule gives their percentage");
    }

    private IEnumerable<Alternative<Rational>> Alternatives()
    {
        foreach (var counting in CountingShortOutages)
            yield return counting;
        if (AgreedTime <= 0)
            yield break;
        var down = Outages.IsDefaultOrEmpty ? Ours is { } level ? (1 - level) * AgreedTime : Rational.Zero : Outages.Sum();
        foreach (var (name, seconds) in s_lengths)
            yield return new(DifferenceReason.Calendar, $"they divide by {name}", 1 - down / (seconds * NodaConstants.TicksPerSecond));
        var left = Outages.IsDefaultOrEmpty ? [] : Outages.Sort();
        for (var dropped = 1; dropped <= left.Length; dropped++)
        {
            var shorter = left[dropped - 1] / NodaConstants.TicksPerMinute + 1;
            yield return new(DifferenceReason.ShortOutages, $"they leave out outages below {shorter} min", 1 - new Rational(left.Skip(dropped).Sum(), AgreedTime));
        }

        var minute = new Rational(NodaConstants.TicksPerMinute, 1);
        yield return new(DifferenceReason.Rounding, "they cut downtime to whole minutes", 1 - new Rational((down / minute).Floor(), 1) * minute / AgreedTime);
        yield return new(DifferenceReason.Rounding, "they round downtime up to whole minutes", 1 - new Rational((down / minute).Ceiling(), 1) * minute / AgreedTime);
    }

    private bool Same(Rational level) => Shown(level, Rounding) == Theirs;

    // A percentage with n places is a fraction with n + 2.
    private Rational Shown(Rational level, Rounding rounding) => level.RoundTo(Places + 2, rounding);
}
