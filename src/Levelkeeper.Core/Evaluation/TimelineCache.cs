using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Core.Evaluation;

/// <summary>Builds each component's timeline once per policy, for all periods of an evaluation.</summary>
internal sealed class TimelineCache
{
    private readonly Dictionary<(string Objective, string Component), StateTimeline> _timelines = [];

    /// <summary>The timeline of a component; facts about the service as a whole hold for each of its components.</summary>
    public StateTimeline OfComponent(ObjectiveContext context, AvailabilityPolicy policy, string component)
    {
        var key = (context.Objective.Name, component);
        if (_timelines.TryGetValue(key, out var known))
            return known;
        return _timelines[key] = ServiceTimeline.OfComponent(context.Facts, context.Objective.Service, component, policy);
    }

    /// <summary>The timeline of the service by the rule that combines its components.</summary>
    public StateTimeline Combined(ObjectiveContext context, AvailabilityPolicy policy, ComponentCombination combination)
    {
        var key = (context.Objective.Name, "\0combined");
        if (_timelines.TryGetValue(key, out var known))
            return known;
        var service = context.Agreement.Service(context.Objective.Service)!;
        return _timelines[key] = ServiceTimeline.OfWhole(service, combination, component => OfComponent(context, policy, component));
    }

    /// <summary>
    /// The timeline of the service if all that nobody knows of its components were down, or up. Null where the combined timeline tells as much: only what is lost
    /// in part by one component may be lost more or less by another of which nobody knows.
    /// </summary>
    public StateTimeline? Extreme(ObjectiveContext context, AvailabilityPolicy policy, ComponentCombination combination, ServiceState unknownAs)
    {
        var service = context.Agreement.Service(context.Objective.Service)!;
        if (service.Components.Length < 2 || !service.Components.Any(c => OfComponent(context, policy, c) is var own && (own.Details is not null || own.States.Contains(ServiceState.Degraded))))
            return null;
        var key = (context.Objective.Name, $"\0{unknownAs}");
        if (!_timelines.TryGetValue(key, out var known))
            _timelines[key] = known = ServiceTimeline.OfWhole(service, combination, component => OfComponent(context, policy, component), unknownAs);
        return known;
    }
}
