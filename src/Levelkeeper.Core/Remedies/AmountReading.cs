using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Remedies;

/// <summary>What an amount is reckoned from: a result, or one event of it, at one end of what the evidence allows.</summary>
internal sealed record AmountReading
{
    /// <summary>The level; null where there is none.</summary>
    public Quantity? Level { get; init; }

    /// <summary>The target that the level is held against, in proportion to the time under the agreement; null where there is none.</summary>
    public LevelTarget? Target { get; init; }

    /// <summary>Lost agreed time in ticks; null where none is measured.</summary>
    public Rational? Lost { get; init; }

    /// <summary>What of it the target allows.</summary>
    public Rational Allowed { get; init; }

    /// <summary>Time late of what missed, in ticks of its own clocks.</summary>
    public Rational Late { get; init; }

    /// <summary>Whole days late of what missed, in the agreement's zone.</summary>
    public int DaysLate { get; init; }

    /// <summary>How many missed: tickets, requests, members; how far a count lies from its target.</summary>
    public Rational Missed { get; init; }

    /// <summary>The share that was affected.</summary>
    public Rational Affected { get; init; } = 1;

    /// <summary>What tiers of a scale are read by. A level that the agreement rounds before it is compared is rounded for their edges too.</summary>
    public Quantity? On(TierScale scale) => scale switch
    {
        TierScale.Level => Level is { Unit: QuantityUnit.Share } level ? level with { Value = Target?.Compared(level.Value) ?? level.Value } : null,
        TierScale.Time => Lost is { } lost ? Ticks(lost) : Level is { Unit: QuantityUnit.Ticks } ? Level : Ticks(Late),
        TierScale.Count => Level is { Unit: QuantityUnit.Number } ? Level : new Quantity(Missed, QuantityUnit.Number),
        TierScale.DaysLate => Quantity.Count(DaysLate, "days"),
        _ => throw new InvalidOperationException("Unknown scale."),
    };

    /// <summary>What is counted in a unit.</summary>
    public Quantity In(ExcessUnit unit) => unit switch
    {
        ExcessUnit.OfTime time when Lost is { } lost => Ticks(time.BeyondTarget ? Positive(lost - Allowed) : lost),
        ExcessUnit.OfTime when Level is { Unit: QuantityUnit.Ticks } level => Ticks(Distance(level.Value)),
        ExcessUnit.OfTime => Ticks(Late),
        ExcessUnit.OfLevel => Quantity.Share(Level is { Unit: QuantityUnit.Share } level ? Distance(level.Value) : 0),
        ExcessUnit.OfCount count => new Quantity(Missed, QuantityUnit.Number, count.Noun),
        ExcessUnit.OfDaysLate => Quantity.Count(DaysLate, "days"),
        _ => throw new InvalidOperationException("The cases of a unit are closed."),
    };

    /// <summary>A result as a whole.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="result">Its result.</param>
    /// <param name="best">True for the end of the evidence that is better for who promised, false for the worse.</param>
    /// <param name="zone">Where days are counted.</param>
    /// <param name="until">Lateness counts until here.</param>
    public static AmountReading Of(Objective objective, ObjectiveEvaluation result, bool best, DateTimeZone zone, long until)
    {
        var target = result.Bound ?? objective.Target;
        var level = result.Level ?? (best == target.IsFloor ? result.Highest : result.Lowest);
        return new AmountReading
        {
            Target = target,
            Level = level,
            Lost = result.Loss is { } loss ? best ? loss.AtBest : loss.AtWorst : null,
            Allowed = result.Loss?.Allowed ?? 0,
            Late = result.Misses.Aggregate(Rational.Zero, (sum, m) => sum + LateOf(m, until)),
            DaysLate = result.Misses.Sum(m => DaysOf(m, zone, until)),
            Missed = MissedOf(target, result, level),
            Affected = result.AffectedShare,
        };
    }

    /// <summary>Its events, each by itself: outages in order of time, which use up the allowance in that order, or what missed.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="result">Its result.</param>
    /// <param name="zone">Where days are counted.</param>
    /// <param name="until">Lateness counts until here.</param>
    public static IEnumerable<(string Event, TickInterval Span, AmountReading Reading)> Events(Objective objective, ObjectiveEvaluation result, DateTimeZone zone, long until)
    {
        var (target, level) = (result.Bound ?? objective.Target, result.Level ?? result.Lowest);
        if (result.Misses.IsEmpty)
        {
            var allowed = result.Loss?.Allowed ?? 0;
            foreach (var outage in result.Outages.Where(o => o.Counted > 0))
            {
                yield return (outage.Span.StartInstant.ToString(), outage.Span, new AmountReading { Target = target, Level = level, Lost = outage.Counted, Allowed = allowed, Missed = 1, Affected = result.AffectedShare });
                allowed = Positive(allowed - outage.Counted);
            }
        }

        foreach (var miss in result.Misses)
            yield return (miss.Subject, miss.Span, new AmountReading { Target = target, Level = level, Late = LateOf(miss, until), DaysLate = DaysOf(miss, zone, until), Missed = 1, Affected = result.AffectedShare });
    }

    private static Rational MissedOf(LevelTarget target, ObjectiveEvaluation result, Quantity? level)
    {
        if (!result.Misses.IsEmpty)
            return result.Misses.Length;
        return level switch
        {
            { Unit: QuantityUnit.Number } count => Size(count.Value - target.Bound),
            { Unit: QuantityUnit.Share } share when result.Loss is null && result.Volume is { } volume => volume * (target.IsFloor ? 1 - share.Value : share.Value),
            _ => result.Outages.Count(o => o.Counted > 0),
        };
    }

    private static Rational LateOf(MissReading miss, long until) => miss.Late.Intersect(new TickInterval(Math.Min(until, miss.Since.ToUnixTimeTicks()), until)).Length;

    /// <summary>Whole days from the due on, each to the same time of the next day.</summary>
    private static int DaysOf(MissReading miss, DateTimeZone zone, long until)
    {
        var end = Math.Min(until, miss.Span.End);
        return end <= miss.Since.ToUnixTimeTicks()
            ? 0
            : (int)Period.Between(miss.Since.InZone(zone).LocalDateTime, Instant.FromUnixTimeTicks(end).InZone(zone).LocalDateTime, PeriodUnits.Days).Days;
    }

    /// <summary>How far the level lies from the target: on which side, the condition has told.</summary>
    private Rational Distance(Rational level) => Target is { } target ? Size(level - target.Bound) : 0;

    private static Rational Size(Rational value) => value.Sign < 0 ? -value : value;

    private static Rational Positive(Rational value) => value.Sign > 0 ? value : 0;

    private static Quantity Ticks(Rational ticks) => new(ticks, QuantityUnit.Ticks);
}
