using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Evaluation;

/// <summary>An objective's result for a period, as of an instant.</summary>
public sealed record ObjectiveEvaluation
{
    /// <summary>The agreement's id.</summary>
    public required string Agreement { get; init; }

    /// <summary>The objective's name.</summary>
    public required string Objective { get; init; }

    /// <summary>The objective as people read it.</summary>
    public required string Title { get; init; }

    /// <summary>The service; empty for an objective of the agreement as a whole.</summary>
    public string Service { get; init; } = "";

    /// <summary>The member of a roster; empty for the objective as a whole.</summary>
    public string Member { get; init; } = "";

    /// <summary>The period.</summary>
    public required EvaluatedPeriod Period { get; init; }

    /// <summary>What it came to.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>What it would come to if every exclusion that waits for a decision were approved; equal to <see cref="Verdict"/> when nothing waits.</summary>
    public required Verdict IfPendingApproved { get; init; }

    /// <summary>The level measured, exact; null when there is none or only bounds.</summary>
    public Quantity? Level { get; init; }

    /// <summary>The lowest level that the evidence allows; null when it is not bounded or there is no level.</summary>
    public Quantity? Lowest { get; init; }

    /// <summary>The highest level that the evidence allows; null when it is not bounded or there is no level.</summary>
    public Quantity? Highest { get; init; }

    /// <summary>The target as the agreement says it.</summary>
    public required string Target { get; init; }

    /// <summary>The target as it is compared; null where it was not seen.</summary>
    public LevelTarget? Bound { get; init; }

    /// <summary>What <see cref="Bound"/> is a number of; null where the target was not seen.</summary>
    public QuantityUnit? TargetUnit { get; init; }

    /// <summary>The error budget; null where the objective has none.</summary>
    public BudgetReading? Budget { get; init; }

    /// <summary>How the alerts on the burn rate stand; empty for a period that is over and for an objective without a burn rate.</summary>
    public ImmutableArray<BurnAlertReading> BurnAlerts { get; init; } = [];

    /// <summary>
    /// Whether it would be missed if the rest of the period that runs went on as the period has until now: the budget burns faster than its period passes, or, where nothing burns, a share or mean misses its target, or a
    /// number is behind the share of the time that has passed. False once it is missed, and for a period that is over.
    /// </summary>
    public bool IsProjectedToMiss => Period.Running && Verdict is not (Verdict.Breached or Verdict.Excused or Verdict.NoActivity) && Budget switch
    {
        { BurnRate: { } rate } => rate > 1,
        // What can rise and fall, and what must be reached, is at risk just when it misses as it stands.
        null or { Allowed.Sign: 0 } => Verdict == Verdict.AtRisk,
        _ => false,
    };

    /// <summary>How many tickets, events, values or occurrences were counted; null where time is measured.</summary>
    public Rational? Volume { get; init; }

    /// <summary>The outages that touch the period, in order of time; empty for other indicators.</summary>
    public ImmutableArray<OutageReading> Outages { get; init; } = [];

    /// <summary>The agreed time that is lost; null where no time is measured, or none is agreed.</summary>
    public LossReading? Loss { get; init; }

    /// <summary>Where every tick of the period went, time without data apart; of several components that are pooled the sum. Null where no time is measured.</summary>
    public AvailabilityBuckets? Time { get; init; }

    /// <summary>The time of the period of which a party claimed that it must not count, with what became of each claim; in order of time, then of names.</summary>
    public ImmutableArray<ClaimedTime> Claimed { get; init; } = [];

    /// <summary>
    /// From which instant on the target could no longer be reached: the allowance was used up and more was lost. Null while it can be, and where only the whole period tells.
    /// </summary>
    public Instant? LostAt { get; init; }

    /// <summary>The same for a larger allowance: the last instant by which no more was lost than is allowed and so many ticks beside; null where never more was lost. Null itself where no time is measured.</summary>
    internal Func<Rational, Instant?>? LostBeyond { get; init; }

    /// <summary>What missed: tickets, occurrences of a duty, members of a roster; in order of time. Outages are listed apart.</summary>
    public ImmutableArray<MissReading> Misses { get; init; } = [];

    /// <summary>The share of the service's components, or of its users as far as it was reported, that outages touched; 1 where neither is known.</summary>
    public Rational AffectedShare { get; init; } = 1;

    /// <summary>What <see cref="IfPendingApproved"/> is the verdict of; null when nothing waits for a decision.</summary>
    public ObjectiveEvaluation? IfApproved { get; init; }

    /// <summary>The results by member, for an objective that each must reach.</summary>
    public ImmutableArray<ObjectiveEvaluation> Members { get; init; } = [];

    /// <summary>The tree behind the result.</summary>
    public required Explanation Explanation { get; init; }

    /// <summary>Where the agreement states the objective.</summary>
    public required Clause Clause { get; init; }
}

/// <summary>A period of an evaluation.</summary>
/// <param name="Label">As people name it: <c>2025-10</c>, <c>2025-W41</c>; a part of a period that an amendment cuts: <c>2025-10 (version of 2025-10-15)</c>.</param>
/// <param name="Span">The whole period; the part, where an amendment cuts it.</param>
/// <param name="Running">True when it has not ended as of the evaluation: the result is interim.</param>
public sealed record EvaluatedPeriod(string Label, TickInterval Span, bool Running)
{
    /// <summary>The first day of the version of the agreement that counts in this part of the period; null when no amendment cuts the period.</summary>
    public LocalDate? Version { get; init; }

    /// <summary>An amendment has removed the objective: this is what started under <see cref="Version"/> and was decided in this period.</summary>
    public bool IsCarriedOver { get; init; }

    /// <summary>The period without any cut; <see cref="Span"/> where nothing cuts it.</summary>
    public TickInterval Whole { get; init; } = Span;

    /// <summary>True for the part of a period that follows a grace; its label says so.</summary>
    public bool AfterGrace { get; init; }
}

/// <summary>Agreed time that is lost, in ticks, each as far as the evidence allows.</summary>
/// <param name="AtBest">If all time without data were up.</param>
/// <param name="AtWorst">If all of it were down.</param>
/// <param name="Allowed">What the target allows in the whole period.</param>
public readonly record struct LossReading(Rational AtBest, Rational AtWorst, Rational Allowed)
{
    /// <summary>The agreed time of the whole period: what it is a part of.</summary>
    public Rational Agreed { get; init; }
}

/// <summary>Time of which a party claimed that it must not count.</summary>
/// <param name="Name">The claim's name.</param>
/// <param name="Cause">The cause claimed.</param>
/// <param name="During">The time claimed; not clipped to the period.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Excused">Ticks of downtime in the period that it excuses; of a claim that waits for a decision, those that it would excuse.</param>
/// <param name="DecidedBy">Who decided; empty while nobody has.</param>
/// <param name="Reason">Why it was decided so; while nobody has decided, why it was claimed.</param>
public sealed record ClaimedTime(string Name, string Cause, TickInterval During, ExclusionStatus Status, long Excused, string DecidedBy, string Reason)
{
    /// <summary>Who claimed; empty for whoever may.</summary>
    public string ClaimedBy { get; init; } = "";

    /// <summary>Where the proof of the claim is; empty when none was given.</summary>
    public string Evidence { get; init; } = "";

    /// <summary>Where the proof of the decision is; empty when none was given.</summary>
    public string DecisionEvidence { get; init; } = "";
}

/// <summary>Something that missed.</summary>
/// <param name="Subject">The ticket, the member, or the instant at which a duty was due.</param>
/// <param name="Span">From its start to its end, or to the evaluation's instant while it lasts.</param>
/// <param name="Since">From when on it is late: its due, or the later change that moved the due into the past. For a member the end of the period.</param>
/// <param name="Late">The time late that counts: of a ticket that of its clock, from <paramref name="Since"/> on.</param>
/// <param name="Lasting">True while it has not ended.</param>
public sealed record MissReading(string Subject, TickInterval Span, Instant Since, IntervalSet Late, bool Lasting);

/// <summary>An error budget: what may go wrong before the objective is missed. Units are ticks for time and events for counts.</summary>
/// <param name="Unit">Ticks or number.</param>
/// <param name="Allowed">The whole period's budget.</param>
/// <param name="Consumed">What is used up.</param>
/// <param name="Remaining">Allowed less consumed; negative when overdrawn.</param>
/// <param name="BurnRate">Consumption in proportion to the time that passed: 1 uses the budget up exactly at the end; null for a target of 100 % or before anything passed.</param>
public sealed record BudgetReading(QuantityUnit Unit, Rational Allowed, Rational Consumed, Rational Remaining, Rational? BurnRate);

/// <summary>An outage as it counts in a period.</summary>
/// <param name="Span">From its beginning to its end, or to the evaluation's instant while it lasts; not clipped to the period.</param>
/// <param name="Counted">Ticks of the period that count as downtime because of it.</param>
/// <param name="Excused">Ticks of the period that are excused or outside the agreed hours.</param>
/// <param name="Lasting">True while it has not ended.</param>
/// <param name="Components">The components that were down; empty for the service as such.</param>
public sealed record OutageReading(TickInterval Span, long Counted, long Excused, bool Lasting, ImmutableArray<string> Components);
