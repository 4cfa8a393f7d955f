using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Time;
using NodaTime;
using Period = Levelkeeper.Core.Periods.Period;

namespace Levelkeeper.Core.Evaluation;

/// <summary>Evaluates an agreement: what was promised, what happened, and what it came to. A pure function of the agreement, the facts known, and an instant.</summary>
public static class Evaluator
{
    /// <summary>Evaluates every objective for every period of it that touches a span of time.</summary>
    /// <param name="agreement">The agreement.</param>
    /// <param name="facts">The facts as they count. Their instant should be <paramref name="asOf"/>.</param>
    /// <param name="from">First instant of the span.</param>
    /// <param name="to">First instant after it. A rolling objective is evaluated for the period that ends here.</param>
    /// <param name="asOf">The instant as of which the result stands; periods that end later are running.</param>
    public static AgreementEvaluation Evaluate(Agreement agreement, EffectiveFacts facts, Instant from, Instant to, Instant asOf) =>
        Evaluate(AgreementVersions.Of(agreement), facts, from, to, asOf);

    /// <summary>As the other, with the version in force at each instant.</summary>
    /// <remarks>
    /// Each version is evaluated over the part of each period in which it is in force: its time under the agreement is clipped, and counts are prorated as for a term
    /// that begins within a period. A period that an amendment cuts has a result for each part. An objective that is the same in two versions is not cut between them.
    /// A ticket's clock has the rules and the target of the version in force when it started, and at each instant the hours in force then. What started under an objective
    /// that an amendment removed has results of its own, until all is decided.
    /// </remarks>
    /// <param name="versions">The agreement with its amendments.</param>
    /// <param name="facts">The facts as they count. Their instant should be <paramref name="asOf"/>.</param>
    /// <param name="from">First instant of the span.</param>
    /// <param name="to">First instant after it.</param>
    /// <param name="asOf">The instant as of which the result stands.</param>
    /// <param name="cancel">Gives up between two periods.</param>
    public static AgreementEvaluation Evaluate(AgreementVersions versions, EffectiveFacts facts, Instant from, Instant to, Instant asOf, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(versions);
        ArgumentNullException.ThrowIfNull(facts);
        return new PreparedAgreement(versions).With(facts).Evaluate(from, to, asOf, cancel);
    }

    /// <summary>An objective's result for the part of each of its periods that lies from an instant on, as of the evaluation's: what counts of a period that straddles the end of a grace.</summary>
    /// <param name="versions">The agreement with its amendments.</param>
    /// <param name="facts">The facts as they count.</param>
    /// <param name="objective">The objective's name.</param>
    /// <param name="during">The period's time, or that of its part in which one version is in force.</param>
    /// <param name="from">An instant within it.</param>
    /// <param name="asOf">The instant as of which the result stands.</param>
    /// <returns>The result; null when no version in force then has the objective, or nothing of the part has begun.</returns>
    public static ObjectiveEvaluation? PartFrom(AgreementVersions versions, EffectiveFacts facts, string objective, TickInterval during, Instant from, Instant asOf)
    {
        ArgumentNullException.ThrowIfNull(versions);
        ArgumentNullException.ThrowIfNull(facts);
        var matched = new VersionedFacts(versions, facts);
        var clocks = new VersionedClocks(versions, matched, asOf);
        var part = during.Intersect(new TickInterval(from.ToUnixTimeTicks(), long.MaxValue));
        foreach (var stretches in versions.Objectives().Where(o => o[0].Objective.Name == objective))
        {
            foreach (var stretch in stretches.Where(s => !s.InForce.Intersect(part).IsEmpty && part.Start < asOf.ToUnixTimeTicks()))
            {
                var evaluator = new ObjectiveEvaluator(stretch with { InForce = stretch.InForce.Intersect(part) }, matched.InForce(stretch.First, stretch.Last), () => clocks.Of(objective), new TimelineCache(), asOf) { AfterGrace = true };
                return evaluator.For(PeriodsOf(stretch, part).First());
            }
        }

        return null;
    }

    /// <summary>
    /// The periods of a stretch that touch a span by their part in it; one whose periods were not seen has the span as a whole. A rolling one ends with the span, and reaches back into every version that it covers.
    /// </summary>
    internal static IEnumerable<Period> PeriodsOf(ObjectiveStretch stretch, TickInterval span)
    {
        var rule = stretch.Objective.Period;
        var reach = span.Intersect(stretch.Agreement.TermTime);
        if (!rule.EndsWithItsInstant)
            reach = reach.Intersect(stretch.InForce);
        if (stretch.Objective.NotSeen.Contains(stretch.Objective.PeriodClause))
            return reach.IsEmpty ? [] : [new Period("its period was not seen", reach, Day(reach.Start), Day(reach.End - 1).PlusDays(1))];
        return new PeriodCalendar(rule, stretch.Agreement.Zone).Touching(reach).Where(p => !p.During.Intersect(stretch.InForce).IsEmpty);

        LocalDate Day(long ticks) => Instant.FromUnixTimeTicks(ticks).InZone(stretch.Agreement.Zone).Date;
    }

    /// <summary>Every clock of every ticket as of an instant, ordered by ticket, clock and cycle.</summary>
    /// <param name="agreement">The agreement.</param>
    /// <param name="facts">The facts as they count.</param>
    /// <param name="asOf">The instant.</param>
    public static ImmutableArray<ClockReading> Clocks(Agreement agreement, EffectiveFacts facts, Instant asOf) => Clocks(AgreementVersions.Of(agreement), facts, asOf);

    /// <summary>As the other; each clock by the version in force when it started.</summary>
    /// <param name="versions">The agreement with its amendments.</param>
    /// <param name="facts">The facts as they count.</param>
    /// <param name="asOf">The instant.</param>
    public static ImmutableArray<ClockReading> Clocks(AgreementVersions versions, EffectiveFacts facts, Instant asOf)
    {
        ArgumentNullException.ThrowIfNull(versions);
        ArgumentNullException.ThrowIfNull(facts);
        return new PreparedAgreement(versions).With(facts).Clocks(asOf);
    }

    /// <summary>The part of a span that is under the agreement.</summary>
    internal static TickInterval SpanOf(AgreementVersions versions, Instant from, Instant to) => TickInterval.Between(from, to).Intersect(versions.TermTime);

    /// <summary>The periods of a stretch that touch a span and have begun: what has not has no result.</summary>
    internal static IEnumerable<Period> BegunPeriodsOf(ObjectiveStretch stretch, TickInterval span, Instant asOf) =>
        PeriodsOf(stretch, span).Where(p => HasBegun(stretch, p, asOf));

    internal static bool HasBegun(ObjectiveStretch stretch, Period period, Instant asOf) => Math.Max(period.During.Start, stretch.InForce.Start) < asOf.ToUnixTimeTicks();

    internal static string Words(LeftOutReason reason) => reason switch
    {
        LeftOutReason.Retracted => "it was retracted",
        LeftOutReason.Future => "it is later than the instant of evaluation",
        LeftOutReason.UnknownType => "its type is not known",
        LeftOutReason.RefersToNothing => "it amends a fact that is not known",
        LeftOutReason.NotPermitted => "its source may not amend that fact",
        LeftOutReason.OtherKind => "it corrects a fact of another kind",
        LeftOutReason.Circular => "it amends a fact that amends it",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Unknown reason."),
    };
}
