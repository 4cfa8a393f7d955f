using System.Collections.Immutable;
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
        var service = context.Objective.Service;
        var facts = context.Facts.OfComponent(service, component).Select(f => f.Fact);
        if (component.Length > 0)
            facts = facts.Concat(context.Facts.OfComponent(service, "").Select(f => f.Fact));
        return _timelines[key] = ComponentTimeline.Build(facts.Where(IsOfState), policy);
    }

    /// <summary>The timeline of the service by the rule that combines its components.</summary>
    public StateTimeline Combined(ObjectiveContext context, AvailabilityPolicy policy, ComponentCombination combination)
    {
        var key = (context.Objective.Name, "\0combined");
        if (_timelines.TryGetValue(key, out var known))
            return known;
        var components = context.Agreement.Service(context.Objective.Service)!.Components;
        if (components.IsEmpty)
            return _timelines[key] = OfComponent(context, policy, "");
        return _timelines[key] = Rule(components, combination).Combine(components.ToDictionary(c => c, c => OfComponent(context, policy, c), StringComparer.Ordinal));
    }

    /// <summary>
    /// The timeline of the service if all that nobody knows of its components were down, or up. Null where the combined timeline tells as much: only what is lost
    /// in part by one component may be lost more or less by another of which nobody knows.
    /// </summary>
    public StateTimeline? Extreme(ObjectiveContext context, AvailabilityPolicy policy, ComponentCombination combination, ServiceState unknownAs)
    {
        var components = context.Agreement.Service(context.Objective.Service)!.Components;
        if (components.Length < 2 || !components.Any(c => OfComponent(context, policy, c) is var own && (own.Details is not null || own.States.Contains(ServiceState.Degraded))))
            return null;
        var key = (context.Objective.Name, $"\0{unknownAs}");
        if (!_timelines.TryGetValue(key, out var known))
            _timelines[key] = known = Rule(components, combination).Combine(components.ToDictionary(c => c, c => OfComponent(context, policy, c), StringComparer.Ordinal), unknownAs);
        return known;
    }

    private static bool IsOfState(Fact fact) => fact.Data is FactData.StateChanged or FactData.Probed or FactData.ObserverChanged;

    private static ComponentRule Rule(ImmutableArray<string> components, ComponentCombination combination) => combination.Rule ?? new ComponentRule.AtLeast(
        combination.Kind switch
        {
            CombinationKind.All => components.Length,
            CombinationKind.Any => 1,
            CombinationKind.AtLeast => combination.Needed,
            CombinationKind.Average or CombinationKind.Nested => components.Length,
            _ => throw new InvalidOperationException("Unknown combination."),
        },
        [.. components.Select(c => (ComponentRule)new ComponentRule.Component(c))]);
}
