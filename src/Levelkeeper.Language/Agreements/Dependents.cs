using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Remedies;

namespace Levelkeeper.Language.Agreements;

/// <summary>Which objectives and remedies depend on decisions that were not seen. In doubt one does: a result by a guess is worse than none.</summary>
internal static class Dependents
{
    /// <summary>What is only shown, and changes neither a result nor an amount.</summary>
    private static readonly ImmutableHashSet<string> Shown = ["title", "description", "weight", "benchmark", "benchmark-source", "at-risk", "burn-alerts", "evidence", "to"];

    /// <summary>The agreement with those clauses named on all that depends on them.</summary>
    public static Agreement Marked(Agreement agreement, ImmutableArray<Clause> notSeen)
    {
        if (notSeen.IsEmpty)
            return agreement;
        var objectives = agreement.Objectives.Select(o => o with { NotSeen = [.. notSeen.Where(c => Depends(agreement, o, c.Path))] }).ToImmutableArray();
        return agreement with
        {
            NotSeen = notSeen,
            Objectives = objectives,
            Remedies = [.. agreement.Remedies.Select(r => r with { NotSeen = OfRemedy(r, agreement, objectives, notSeen) })],
        };
    }

    private static bool Depends(Agreement agreement, Objective objective, string path)
    {
        var keys = path.Split('.');
        var name = keys.Length > 1 ? keys[1] : null;
        return keys[0] switch
        {
            "objectives" => path.StartsWith($"objectives.{objective.Name}.", StringComparison.Ordinal) && !Shown.Contains(keys[^1]),
            "services" => (name is null || name == objective.Service) && keys[^1] is "hours" or "essential" or "components" or "go-live",
            "maintenance" => (name is null || name == objective.Service) && objective.Indicator is Indicator.Availability { Policy.Maintenance: not null } or Indicator.Outages { Policy.Maintenance: not null } or Indicator.Requests { Exclusions.Maintenance: not null },
            "exclusions" => name is null || Causes(objective.Indicator).Contains(name),
            "calendars" => objective.Indicator is Indicator.Clock or Indicator.Tickets or Indicator.Duty || objective.Service.Length > 0,
            "clocks" or "tickets" => objective.Indicator is Indicator.Clock or Indicator.Tickets,
            "rosters" => objective.EachOf.Length > 0,
            // Which objectives a customer's lateness delays may be what was not seen.
            "duties" => objective.Indicator is Indicator.Duty || agreement.Delaying(objective.Name).Any(d => d.Rule.Duty == name) || keys[^1] is "delays" or "when-late",
            "matching" or "assertions" => true,
            _ => false,
        };
    }

    private static ImmutableSortedSet<string> Causes(Indicator indicator) => indicator switch
    {
        Indicator.Availability { Policy: var policy } => policy.ExcusingCauses,
        Indicator.Outages { Policy: var policy } => policy.ExcusingCauses,
        Indicator.Requests { Exclusions: var exclusions } => exclusions.Causes,
        _ => [],
    };

    private static ImmutableArray<Clause> OfRemedy(Remedy remedy, Agreement agreement, ImmutableArray<Objective> objectives, ImmutableArray<Clause> notSeen)
    {
        var needed = remedy.When.Objectives.ToHashSet(StringComparer.Ordinal);
        var own = notSeen.Where(c => c.Path.StartsWith(remedy.Clause.Path + ".", StringComparison.Ordinal) && !Shown.Contains(c.Path.Split('.')[^1]));
        var price = remedy.Benefit is Benefit.Payment { Amount.Base: var of }
            ? notSeen.Where(c => c.Path == "currency" || c.Path.StartsWith("price", StringComparison.Ordinal) || agreement.Services.Any(s => c.Path == s.Clause.Path + ".fee" && IsOf(of, s.Name)))
            : [];
        return [.. own.Concat(price).Concat(objectives.Where(o => needed.Contains(o.Name)).SelectMany(o => o.NotSeen)).Distinct()];

        bool IsOf(AmountBase of, string service) => of switch
        {
            AmountBase.FeeOfService { Service: { Length: > 0 } named } => named == service,
            AmountBase.FeeNamed or AmountBase.GivenBy => false,
            AmountBase.FeeOfService => objectives.Any(o => needed.Contains(o.Name) && (o.Service == service || o.Service.Length == 0)),
            _ => true,
        };
    }
}
