using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Time;
using NodaTime;
using Period = Levelkeeper.Core.Periods.Period;

namespace Levelkeeper.Core.Evaluation;

/// <summary>What the evaluation of one objective over one period reads.</summary>
internal sealed record ObjectiveContext(Agreement Agreement, Objective Objective, MatchedFacts Facts, Period Period, Instant AsOf)
{
    public EvaluatedPeriod Evaluated { get; } = new(Period.Label, Period.During, AsOf.ToUnixTimeTicks() < Period.During.End);

    /// <summary>The part of the period that has passed.</summary>
    public TickInterval Passed
    {
        get
        {
            var span = Period.During;
            return new TickInterval(span.Start, Math.Clamp(AsOf.ToUnixTimeTicks(), span.Start, span.End));
        }
    }

    /// <summary>The share of the period that has passed, 0 to 1.</summary>
    public Rational PassedShare => Period.During.IsEmpty ? 1 : new Rational(Passed.Length, Period.During.Length);

    /// <summary>The time under the agreement: the term, from the service's go-live on.</summary>
    public TickInterval UnderAgreement
    {
        get
        {
            var term = Agreement.TermTime;
            return Agreement.Service(Objective.Service)?.GoLive is { } goLive
                ? term.Intersect(new TickInterval(Agreement.Zone.AtStartOfDay(goLive).ToInstant().ToUnixTimeTicks(), long.MaxValue))
                : term;
        }
    }

    /// <summary>The period's passed time under the agreement: facts outside it do not count.</summary>
    public TickInterval Counted => Passed.Intersect(UnderAgreement);

    /// <summary>The clauses of period and target, which every result names.</summary>
    public ImmutableArray<Clause> Clauses => [Objective.Clause, Objective.TargetClause, Objective.PeriodClause];

    /// <summary>A result from a measured value.</summary>
    public ObjectiveEvaluation Result(MeasuredValue value, Rational volume, bool grows, Explanation level, BudgetReading? budget = null)
    {
        var verdict = LevelJudge.Judge(Objective, value, volume, Evaluated, PassedShare, grows);
        var (exact, lowest, highest) = LevelJudge.Show(value);
        return Make(verdict, verdict, level) with { Level = exact, Lowest = lowest, Highest = highest, Volume = volume, Budget = budget };
    }

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
        Clause = Objective.Clause,
        Explanation = new Explanation
        {
            Title = $"{Objective.Title}: {Words(verdict)}",
            Derivation = Derivation.Narrative,
            During = Period.During,
            Clauses = Clauses,
            Remark = $"Target: {Objective.TargetText}.{(Evaluated.Running ? " The period is still running: the result is interim." : "")}",
            Parts = [level, .. Facts.LeftOut.IsEmpty ? ImmutableArray<Explanation>.Empty : [NotPermitted()]],
        },
    };

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
