using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Rosters;
using Levelkeeper.Core.Time;
using NodaTime;
using Period = Levelkeeper.Core.Periods.Period;

namespace Levelkeeper.Core.Evaluation;

/// <summary>One of those that must reach a target each by itself.</summary>
/// <param name="Name">Its name, the subject of its facts.</param>
/// <param name="During">When it was there; null for always.</param>
/// <param name="Partial">What it owes of a period in which it was there for a part only.</param>
internal sealed record ObservedMember(string Name, IntervalSet? During, PartialMembership Partial = PartialMembership.Prorated);

/// <summary>What the evaluation of one objective over one period reads.</summary>
internal sealed record ObjectiveContext(Agreement Agreement, Objective Objective, MatchedFacts Facts, Period Period, VersionPart Part, Instant AsOf)
{
    public EvaluatedPeriod Evaluated { get; private init; } = Part.Of(Period, AsOf);

    /// <summary>The member or component that is looked at by itself; null for the service.</summary>
    public ObservedMember? Member { get; init; }

    /// <summary>The period, or the part of it in which the version that is read is in force.</summary>
    public TickInterval During => Evaluated.Span;

    /// <summary>What the agreement says of causes that excuse; null for nothing.</summary>
    public ExclusionRules? ExclusionRules => Agreement.Exclusions.IsEmpty ? null : new ExclusionRules(Agreement, AsOf);

    /// <summary>The part of the period that has passed.</summary>
    public TickInterval Passed
    {
        get
        {
            var span = During;
            return new TickInterval(span.Start, Math.Clamp(AsOf.ToUnixTimeTicks(), span.Start, span.End));
        }
    }

    /// <summary>The share of the period's time under the agreement that has passed, 0 to 1.</summary>
    public Rational PassedShare => Promised.IsEmpty ? 1 : new Rational(Counted.Length, Promised.Length);

    /// <summary>The share of the period that is under the agreement, 0 to 1: counts that are allowed or asked for are prorated by it.</summary>
    public Rational PromisedShare => Period.During.IsEmpty ? 1 : new Rational(PromisedLength, Period.During.Length);

    private long PromisedLength => Member is { During: { } times, Partial: PartialMembership.Prorated } ? times.Intersect(Promised).Length : Promised.Length;

    /// <summary>The time under the agreement: the term, from the service's go-live on. All time, where a number is owed whole.</summary>
    public TickInterval UnderAgreement
    {
        get
        {
            if (Objective.OwesWholeNumber)
                return new TickInterval(long.MinValue, long.MaxValue);
            var term = Agreement.TermTime;
            return Agreement.Service(Objective.Service)?.GoLive is { } goLive
                ? term.Intersect(new TickInterval(Agreement.Zone.AtStartOfDay(goLive).ToInstant().ToUnixTimeTicks(), long.MaxValue))
                : term;
        }
    }

    /// <summary>The period's passed time under the agreement: facts outside it do not count.</summary>
    public TickInterval Counted => Passed.Intersect(UnderAgreement);

    /// <summary>The times of the period's passed time under the agreement in which what is looked at was there.</summary>
    public IntervalSet CountedTimes => Member?.During is { } times ? times.Intersect(Counted) : IntervalSet.Of(Counted);

    /// <summary>The clauses of period and target, which every result names.</summary>
    public ImmutableArray<Clause> Clauses => [Objective.Clause, Objective.TargetClause, Objective.PeriodClause];

    /// <summary>The time of the period under the agreement.</summary>
    public TickInterval Promised => During.Intersect(UnderAgreement);

    /// <summary>
    /// The same decisions with the agreement's limits on what causes excuse, and with allowances that the parts of a period share: an amendment gives nobody a second one.
    /// </summary>
    public AvailabilityPolicy Shared(AvailabilityPolicy policy)
    {
        var whole = Evaluated.Version is not null && !Objective.Period.EndsWithItsInstant && Objective.Period is not PeriodRule.WholeTerm ? new PeriodCalendar(Objective.Period, Agreement.Zone) : null;
        if (whole is not null && policy.Maintenance is { Allowance: not null, AllowancePer: null } maintenance)
            policy = policy with { Maintenance = maintenance with { AllowancePer = whole } };
        var limited = Agreement.Exclusions.Where(e => e.AtMost is not null && policy.ExcusingCauses.Contains(e.Cause)).ToList();
        return limited.Count == 0
            ? policy
            : policy with
            {
                ExcuseLimits = limited.ToImmutableSortedDictionary(e => e.Cause, e => new ExcuseLimit(e.AtMost!.Value, e.AtMostPer is { } per ? new PeriodCalendar(per, Agreement.Zone) : whole, e.Clause), StringComparer.Ordinal),
            };
    }

    /// <summary>The same, with a result that can still change by the passing of time though the period has ended.</summary>
    public ObjectiveContext Interim() => this with { Evaluated = Evaluated with { Running = true } };

    /// <summary>A result from a measured value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="volume">How much it was made of.</param>
    /// <param name="growth">How it can change while the period runs; a count is held against the target prorated to the time under the agreement.</param>
    /// <param name="level">The tree behind the value.</param>
    /// <param name="budget">The error budget, where the volume is not what it is counted in.</param>
    public ObjectiveEvaluation Result(MeasuredValue value, Rational volume, Growth growth, Explanation level, BudgetReading? budget = null)
    {
        var target = growth == Growth.Count ? Objective.Target with { Bound = Objective.Target.Bound * PromisedShare } : Objective.Target;
        var verdict = LevelJudge.Judge(Objective with { Target = target }, value, volume, Evaluated, PassedShare, growth);
        var (exact, lowest, highest) = LevelJudge.Show(value);
        var result = Make(verdict, verdict, target == Objective.Target ? level : WithProrated(level, target.Bound));
        return result with { Level = exact, Lowest = lowest, Highest = highest, Bound = target, Volume = volume, Budget = budget ?? LevelJudge.Budget(target, value, volume, PassedShare, growth) };
    }

    /// <summary>The same result with another verdict: one that is final already.</summary>
    public ObjectiveEvaluation Decide(ObjectiveEvaluation result, Verdict verdict, Explanation level) => result with
    {
        Verdict = verdict,
        IfPendingApproved = verdict,
        Explanation = Make(verdict, verdict, level).Explanation,
    };

    private Explanation WithProrated(Explanation level, Rational bound) => Parts.Reason(
        level.Title,
        Member is not null && PromisedLength < Promised.Length ? "The target is prorated: it was there for a part of the period."
            : $"The target is prorated: {(Evaluated.AfterGrace ? "a part of the period is in grace" : Evaluated.Version is null ? "a part of the period is not under the agreement" : "an amendment cuts the period")}.",
        level,
        Parts.Derived(
            "target for the time under the agreement",
            new Quantity(bound, Objective.TargetUnit),
            Derivation.Product,
            Parts.Given("target for the whole period", new Quantity(Objective.Target.Bound, Objective.TargetUnit)),
            Parts.Derived(
                "share of the period under the agreement",
                Quantity.Share(PromisedShare),
                Derivation.Quotient,
                Parts.Given("time under the agreement", Quantity.Ticks(PromisedLength)),
                Parts.Given("length of the period", Quantity.Ticks(Period.During.Length)))));

    /// <summary>A result whose verdict is known.</summary>
    public ObjectiveEvaluation Make(Verdict verdict, Verdict ifPendingApproved, Explanation level) => new()
    {
        Agreement = Agreement.Id,
        Objective = Objective.Name,
        Title = Objective.Title,
        Service = Objective.Service,
        Period = Evaluated,
        Verdict = verdict,
        IfPendingApproved = ifPendingApproved,
        Target = Objective.TargetText,
        Bound = Objective.IsTargetSeen ? Objective.Target : null,
        TargetUnit = Objective.IsTargetSeen ? Objective.TargetUnit : null,
        Clause = Objective.Clause,
        Explanation = new Explanation
        {
            Title = $"{Objective.Title}: {Words(verdict)}",
            Derivation = Derivation.Narrative,
            During = During,
            Clauses = Clauses,
            Remark = $"Target: {Objective.TargetText}.{(Evaluated.Running ? " The period is still running: the result is interim." : "")}{Version()}",
            Parts = [level, .. Facts.LeftOut.IsEmpty ? ImmutableArray<Explanation>.Empty : [NotPermitted()]],
        },
    };

    private string Version() => Evaluated.AfterGrace ? " The period straddles the end of the grace: this is the part after it."
        : Evaluated.IsCarriedOver
        ? $" The objective is no longer in the agreement: this is what started under the version in force from {Part.From:uuuu-MM-dd} and was decided in this period."
        : Evaluated.Version is { } from ? $" An amendment cuts the period: this is the part of the version in force from {from:uuuu-MM-dd}." : "";

    /// <summary>The result of an objective that depends on decisions that were not seen.</summary>
    public ObjectiveEvaluation NotComputed() => Make(Verdict.InsufficientEvidence, Verdict.InsufficientEvidence, new Explanation
    {
        Title = $"not computed: not seen is {string.Join(", ", Objective.NotSeen.Select(c => $"'{c.Path}'"))}",
        Derivation = Derivation.Narrative,
        During = Period.During,
        Clauses = Objective.NotSeen,
    });

    private Explanation NotPermitted() => new()
    {
        Title = "facts left out because their source may not assert them",
        Derivation = Derivation.Narrative,
        FactCount = Facts.LeftOut.Length,
        Facts = [.. Facts.LeftOut.Take(FactTally.ListLimit).Select(f => FactReference.To(f.Fact))],
        Clauses = [.. Agreement.Assertions.Select(a => a.Clause)],
    };

    private static string Words(Verdict verdict) => verdict switch
    {
        Verdict.Met => "met",
        Verdict.Breached => "breached",
        Verdict.AtRisk => "at risk",
        Verdict.Excused => "excused",
        Verdict.InsufficientEvidence => "insufficient evidence",
        Verdict.NoActivity => "no activity",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "Unknown verdict."),
    };
}
