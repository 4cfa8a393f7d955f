using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;
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
    public static AgreementEvaluation Evaluate(Agreement agreement, EffectiveFacts facts, Instant from, Instant to, Instant asOf)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        ArgumentNullException.ThrowIfNull(facts);
        var matched = new FactMatcher(agreement).Match(facts);
        var span = TickInterval.Between(from, to).Intersect(agreement.TermTime);
        var results = ImmutableArray.CreateBuilder<ObjectiveEvaluation>();
        foreach (var objective in agreement.Objectives)
        {
            var evaluator = new ObjectiveEvaluator(agreement, objective, matched, asOf);
            foreach (var period in Periods(agreement, objective, span))
            {
                // What has not begun yet has no result.
                if (period.During.Start < asOf.ToUnixTimeTicks())
                    results.Add(evaluator.For(period));
            }
        }

        return new AgreementEvaluation
        {
            Agreement = agreement.Id,
            Title = agreement.Title,
            Zone = agreement.Zone,
            AsOf = asOf,
            Objectives = results.ToImmutable(),
            MatchedFacts = matched.Count,
            Unmatched = matched.Unmatched,
            LeftOut = [.. matched.LeftOut, .. facts.LeftOut.Select(l => new SetAsideFact(l.Fact.Fact, Words(l.Reason)))],
        };
    }

    /// <summary>An objective whose period was not seen has one result, for the span as a whole.</summary>
    private static IEnumerable<Period> Periods(Agreement agreement, Objective objective, TickInterval span)
    {
        if (!objective.NotSeen.Contains(objective.PeriodClause))
            return new PeriodCalendar(objective.Period, agreement.Zone).Touching(span);
        return span.IsEmpty ? [] : [new Period("its period was not seen", span, Day(span.Start), Day(span.End - 1).PlusDays(1))];

        LocalDate Day(long ticks) => Instant.FromUnixTimeTicks(ticks).InZone(agreement.Zone).Date;
    }

    /// <summary>Every clock of every ticket as of an instant, ordered by ticket, clock and cycle.</summary>
    /// <param name="agreement">The agreement.</param>
    /// <param name="facts">The facts as they count.</param>
    /// <param name="asOf">The instant.</param>
    public static ImmutableArray<ClockReading> Clocks(Agreement agreement, EffectiveFacts facts, Instant asOf)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        ArgumentNullException.ThrowIfNull(facts);
        var matched = new FactMatcher(agreement).Match(facts);
        var measured = agreement.Objectives.Where(o => o.NotSeen.IsEmpty).Select(o => (o.Service, Clock: o.Indicator as Indicator.Clock)).Where(o => o.Clock is not null).ToList();
        // The same clock is listed once: with the targets that an objective sets, not again for one that only measures the time spent.
        measured.RemoveAll(o => !HasTarget(o.Clock!) && measured.Exists(p => p.Service == o.Service && p.Clock!.Definition.Name == o.Clock!.Definition.Name && HasTarget(p.Clock)));
        var readings = measured.SelectMany(o => ClockObjectives.Read(agreement, o.Clock!.Definition, o.Service, o.Clock.Where, matched, asOf));
        // Clocks that no objective measures still run: the board shows them.
        var others = agreement.Clocks.Where(c => !measured.Any(o => o.Clock!.Definition.Name == c.Name) && !IsHalfKnown(agreement, c.Name));
        return
        [
            .. readings.Concat(others.SelectMany(c => ClockObjectives.Read(agreement, c, "", TicketFilter.All, matched, asOf)))
                // Several objectives may measure one clock: it still runs once.
                .DistinctBy(r => (r.Ticket, r.Clock, r.Cycle, r.Target, r.Due, r.Verdict))
                .OrderBy(r => r.Ticket, StringComparer.Ordinal)
                .ThenBy(r => r.Clock, StringComparer.Ordinal)
                .ThenBy(r => r.Cycle),
        ];
    }

    /// <summary>A clock of which a decision was not seen does not run: its due would be a guess.</summary>
    private static bool IsHalfKnown(Agreement agreement, string clock) =>
        agreement.NotSeen.Any(c => c.Path == "clocks" || c.Path.StartsWith($"clocks.{clock}.", StringComparison.Ordinal) || c.Path.StartsWith("calendars", StringComparison.Ordinal) || c.Path.StartsWith("tickets", StringComparison.Ordinal));

    private static bool HasTarget(Indicator.Clock clock) => clock.Definition.DefaultTarget is not null || !clock.Definition.Targets.IsEmpty;

    private static string Words(LeftOutReason reason) => reason switch
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

    /// <summary>One objective over its periods; what does not depend on the period is made once.</summary>
    private sealed class ObjectiveEvaluator(Agreement agreement, Objective objective, MatchedFacts matched, Instant asOf)
    {
        private readonly TimelineCache _timelines = new();
        private ImmutableArray<ClockReading>? _readings;

        public ObjectiveEvaluation For(Period period)
        {
            var context = new ObjectiveContext(agreement, objective, matched, period, asOf);
            return objective.NotSeen.IsEmpty ? BudgetExplanation.AddTo(Evaluated(context), objective) : context.NotComputed();
        }

        private ObjectiveEvaluation Evaluated(ObjectiveContext context)
        {
            return objective.Indicator switch
            {
                Indicator.Availability availability => AvailabilityObjectives.Availability(context, availability, _timelines),
                Indicator.Outages outages => AvailabilityObjectives.Outages(context, outages, _timelines),
                Indicator.Requests requests => ValueObjectives.Requests(context, requests),
                Indicator.Values values => ValueObjectives.Values(context, values),
                Indicator.Tickets tickets => ValueObjectives.Tickets(context, tickets),
                Indicator.Duty duty => ValueObjectives.Duty(context, duty),
                Indicator.Clock clock => ClockObjectives.Evaluate(context, clock, _readings ??= ClockObjectives.Read(agreement, clock.Definition, objective.Service, clock.Where, matched, asOf)),
                _ => throw new InvalidOperationException("The cases of an indicator are closed."),
            };
        }
    }
}
