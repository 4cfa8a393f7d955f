using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;

namespace Levelkeeper.Core.Evaluation;

/// <summary>The confirmed state of a service or of a part of it, from the facts that belong to it.</summary>
internal static class ServiceTimeline
{
    /// <summary>The timeline of a component (empty name: the service observed as one). Facts about the service as a whole hold for each of its components.</summary>
    public static StateTimeline OfComponent(MatchedFacts facts, string service, string component, AvailabilityPolicy policy)
    {
        if (facts.Parts.IsEmpty)
            return ComponentTimeline.Build(OfState(facts, service, component), policy);
        // Mostly an amendment leaves it as it is where the facts of this component belong.
        var parts = facts.Parts.Select(p => (p.During, Facts: OfState(p.Facts, service, component).ToList())).ToList();
        return parts.TrueForAll(p => p.Facts.SequenceEqual(parts[0].Facts))
            ? ComponentTimeline.Build(parts[0].Facts, policy)
            : StateTimeline.InForce([.. parts.Select(p => (p.During, ComponentTimeline.Build(p.Facts, policy)))]);
    }

    private static IEnumerable<Fact> OfState(MatchedFacts facts, string service, string component)
    {
        var own = facts.OfComponent(service, component).Select(f => f.Fact);
        if (component.Length > 0)
            own = own.Concat(facts.OfComponent(service, "").Select(f => f.Fact));
        return own.Where(IsOfState);
    }

    /// <summary>The timeline of a service by the rule that combines its components.</summary>
    /// <param name="service">The service.</param>
    /// <param name="combination">How its components make it up.</param>
    /// <param name="ofComponent">The timeline of a component by its name; of the service observed as one by the empty name.</param>
    /// <param name="unknownAs">What a component is taken for while nobody knows its state.</param>
    public static StateTimeline OfWhole(Service service, ComponentCombination combination, Func<string, StateTimeline> ofComponent, ServiceState unknownAs = ServiceState.Unknown)
    {
        var components = service.Components;
        if (components.IsEmpty)
            return ofComponent("");
        var rule = combination.Rule ?? new ComponentRule.AtLeast(
            combination.Kind switch
            {
                CombinationKind.All => components.Length,
                CombinationKind.Any => 1,
                CombinationKind.AtLeast => combination.Needed,
                CombinationKind.Average or CombinationKind.Nested => components.Length,
                _ => throw new InvalidOperationException("Unknown combination."),
            },
            [.. components.Select(c => (ComponentRule)new ComponentRule.Component(c))]);
        return rule.Combine(components.ToDictionary(c => c, ofComponent, StringComparer.Ordinal), unknownAs);
    }

    private static bool IsOfState(Fact fact) => fact.Data is FactData.StateChanged or FactData.Probed or FactData.ObserverChanged;
}
