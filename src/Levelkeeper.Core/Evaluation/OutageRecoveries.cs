using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;
using NodaTime;

namespace Levelkeeper.Core.Evaluation;

/// <summary>When services and components recovered, for the tickets that are linked to their outages.</summary>
/// <remarks>
/// A recovery is where the confirmed timeline turns up again, as for availability: of a run of checks, the first good check of the run that confirmed it. The decisions
/// (how many checks confirm, whose word prevails) are those of the service's first objective on availability or outages; without one, the defaults.
/// </remarks>
internal static class OutageRecoveries
{
    /// <summary>The recoveries of everything that a ticket is linked to, by its name: a service's, or a component's.</summary>
    public static ImmutableDictionary<string, ImmutableArray<Instant>> Of(Agreement agreement, MatchedFacts facts) =>
        facts.Tickets.SelectMany(t => t.Facts).Select(f => (f.Fact.Data as FactData.TicketLinked)?.Outage).OfType<string>().Distinct(StringComparer.Ordinal)
            .ToImmutableDictionary(outage => outage, outage => Of(agreement, facts, outage), StringComparer.Ordinal);

    /// <summary>The recoveries of a service or component, ascending; none for a name that the agreement does not know.</summary>
    public static ImmutableArray<Instant> Of(Agreement agreement, MatchedFacts facts, string outage)
    {
        if ((agreement.Service(outage) ?? agreement.Services.FirstOrDefault(s => s.Components.Contains(outage, StringComparer.Ordinal) || facts.OfComponent(s.Name, outage).Count > 0)) is not { } service)
            return [];
        var (policy, combination) = Decisions(agreement, service);
        var timeline = outage == service.Name
            ? ServiceTimeline.OfWhole(service, combination, component => ServiceTimeline.OfComponent(facts, service.Name, component, policy))
            : ServiceTimeline.OfComponent(facts, service.Name, outage, policy);
        var recoveries = ImmutableArray.CreateBuilder<Instant>();
        for (var i = 1; i < timeline.Count; i++)
        {
            if (timeline[i].State == ServiceState.Up && timeline[i - 1].State != ServiceState.Up)
                recoveries.Add(Instant.FromUnixTimeTicks(timeline[i].Start));
        }

        return recoveries.DrainToImmutable();
    }

    private static (AvailabilityPolicy Policy, ComponentCombination Combination) Decisions(Agreement agreement, Service service)
    {
        foreach (var objective in agreement.Objectives.Where(o => o.Service == service.Name))
        {
            if (objective.Indicator is Indicator.Availability availability)
                return (availability.Policy, availability.Combination);
            if (objective.Indicator is Indicator.Outages outages)
                return (outages.Policy, outages.Combination);
        }

        return (AvailabilityPolicy.Default, ComponentCombination.All);
    }
}
