using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Matching;
using NodaTime;
using Period = Levelkeeper.Core.Periods.Period;

namespace Levelkeeper.Core.Evaluation;

/// <summary>One objective over its periods; what does not depend on the period is made once.</summary>
internal sealed class ObjectiveEvaluator(ObjectiveStretch stretch, MatchedFacts matched, Func<ImmutableArray<ClockReading>> readings, TimelineCache timelines, Instant asOf)
{
    private readonly Objective _objective = stretch.Objective;

    public bool AfterGrace { get; init; }

    /// <summary>An objective that is no longer in the agreement has results only for what started before.</summary>
    public bool HasResult(Period period) =>
        !stretch.IsCarriedOver || (_objective.NotSeen.IsEmpty && _objective.Indicator is Indicator.Clock clock && ClockObjectives.IsCarriedInto(Context(period), clock, readings()));

    public ObjectiveEvaluation For(Period period)
    {
        var context = Context(period);
        return _objective.NotSeen.IsEmpty ? BudgetExplanation.AddTo(Evaluated(context), _objective) : context.NotComputed();
    }

    private ObjectiveContext Context(Period period) =>
        new(stretch.Agreement, _objective, matched, period, new VersionPart(stretch.InForce, stretch.From, stretch.IsCarriedOver) { AfterGrace = AfterGrace }, asOf);

    private ObjectiveEvaluation Evaluated(ObjectiveContext context) =>
        _objective.EachComponent || _objective.ObservedRoster.Length > 0 ? EachMember.Evaluate(context, One) : One(context);

    private ObjectiveEvaluation One(ObjectiveContext context) =>
        _objective.Indicator switch
        {
            Indicator.Availability availability => AvailabilityObjectives.Availability(context, availability, timelines),
            Indicator.Outages outages => AvailabilityObjectives.Outages(context, outages, timelines),
            Indicator.Requests requests => RequestObjectives.Evaluate(context, requests),
            Indicator.Values values => ValueObjectives.Values(context, values),
            Indicator.Tickets tickets => ValueObjectives.Tickets(context, tickets),
            Indicator.Duty duty => ValueObjectives.Duty(context, duty),
            Indicator.Clock clock => ClockObjectives.Evaluate(context, clock, readings()),
            _ => throw new InvalidOperationException("The cases of an indicator are closed."),
        };
}
