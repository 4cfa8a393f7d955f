using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Remedies;
using NodaTime;

namespace Levelkeeper.Language.Lint;

/// <summary>Promises that are stricter than the services and supplier agreements behind them allow.</summary>
internal static class DependencyLint
{
    /// <summary>So many objectives behind one service are looked at: nobody agrees on more, and a file can describe a chain of thousands.</summary>
    private const int MostBehind = 200;

    public static void Check(Agreement agreement, IReadOnlyDictionary<string, Agreement> suppliers, DiagnosticBag diagnostics)
    {
        var services = agreement.Services.ToDictionary(s => s.Name, StringComparer.Ordinal);
        var objectives = agreement.Objectives.ToLookup(o => o.Service, StringComparer.Ordinal);
        foreach (var ofService in objectives)
        {
            if (!services.TryGetValue(ofService.Key, out var service))
                continue;
            var behind = Behind(agreement, service, services, objectives, suppliers).Take(MostBehind).ToList();
            if (behind.Count == 0)
                continue;
            foreach (var objective in ofService)
            {
                SeriesAvailability(objective, behind, diagnostics);
                RepairTimes(objective, behind, diagnostics);
                Notice(objective, behind, diagnostics);
            }
        }

        Recoverable(agreement, suppliers, diagnostics);
    }

    /// <summary>The objectives behind a service: of the services that it depends on, directly or not, and of suppliers' services.</summary>
    private static IEnumerable<(string Name, Objective Objective)> Behind(
        Agreement agreement, Service service, Dictionary<string, Service> services, ILookup<string, Objective> objectives, IReadOnlyDictionary<string, Agreement> suppliers)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { service.Name };
        var waiting = new Queue<string>(service.DependsOn);
        while (waiting.TryDequeue(out var name))
        {
            if (!seen.Add(name))
                continue;
            if (services.TryGetValue(name, out var own))
            {
                foreach (var objective in objectives[name])
                    yield return (name, objective);
                foreach (var further in own.DependsOn)
                    waiting.Enqueue(further);
            }
            else if (suppliers.TryGetValue(name, out var supplied))
            {
                var of = agreement.Suppliers.First(s => s.Name == name).Service;
                foreach (var objective in supplied.Objectives.Where(o => of.Length == 0 || o.Service == of))
                    yield return (name, objective);
            }
        }
    }

    /// <summary>A service that needs others is up at most as often as all of them are: the product of their levels when they fail independently.</summary>
    private static void SeriesAvailability(Objective objective, List<(string Name, Objective Objective)> behind, DiagnosticBag diagnostics)
    {
        if (!IsAvailability(objective))
            return;
        var promised = behind.Where(b => IsAvailability(b.Objective)).GroupBy(b => b.Name, StringComparer.Ordinal).Select(g => (Name: g.Key, Level: g.Max(b => b.Objective.Target.Bound))).ToList();
        var product = promised.Aggregate(Rational.One, (level, b) => level * b.Level);
        if (promised.Count > 0 && product < objective.Target.Bound)
            diagnostics.Warning("LK1740", objective.TargetClause.Place, $"'{objective.Name}' promises {Percent(objective.Target.Bound)}, but what it depends on promises {Percent(product)} together ({string.Join(", ", promised.Select(p => $"{p.Name} {Percent(p.Level)}"))}).",
                "promise less, agree more with those behind, or have a second one of each");
    }

    private static bool IsAvailability(Objective objective) => objective is { IsTargetSeen: true, Indicator: Indicator.Availability, TargetUnit: QuantityUnit.Share, Target.Comparison: LevelComparison.AtLeast };

    /// <summary>A repair that waits for a supplier cannot be quicker than the supplier's own.</summary>
    private static void RepairTimes(Objective objective, List<(string Name, Objective Objective)> behind, DiagnosticBag diagnostics)
    {
        if (objective.Indicator is not Indicator.Clock { Definition: var own } || own.Name is not ("resolve" or "recover" or "workaround"))
            return;
        foreach (var (name, other) in behind)
        {
            if (other.Indicator is not Indicator.Clock { Definition: var theirs } || theirs.Name != own.Name)
                continue;
            foreach (var priority in own.Targets.Keys.Concat(theirs.Targets.Keys).Append("").Distinct(StringComparer.Ordinal))
            {
                if (Open(own, priority) is { } ours && Open(theirs, priority) is { } needed && ours < needed)
                {
                    diagnostics.Warning("LK1741", objective.Clause.Place, $"'{objective.Name}' promises {Words(ours)}{(priority.Length > 0 ? $" for {priority}" : "")}, but '{name}' behind it takes up to {Words(needed)}.", "promise more time, or agree less with the supplier");
                    break;
                }
            }
        }
    }

    private static Duration? Open(ClockDefinition clock, string priority) => (clock.Targets.GetValueOrDefault(priority) ?? clock.DefaultTarget) is ClockSpan.OpenTime open ? open.Length : null;

    /// <summary>Maintenance of a supplier that is announced later than we announce ours cannot be passed on.</summary>
    private static void Notice(Objective objective, List<(string Name, Objective Objective)> behind, DiagnosticBag diagnostics)
    {
        if (objective.Indicator is not Indicator.Availability { Policy.Maintenance: { } own })
            return;
        foreach (var (name, other) in behind)
        {
            if (other.Indicator is Indicator.Availability { Policy.Maintenance: { } theirs } && theirs.Notice < own.Notice)
                diagnostics.Warning("LK1742", objective.Clause.Place, $"Maintenance under '{objective.Name}' is announced {Words(own.Notice)} before; '{name}' behind it announces its own only {(theirs.Notice == Duration.Zero ? "before it starts" : Words(theirs.Notice) + " before")}.", "agree a longer notice with the supplier");
        }
    }

    /// <summary>What is owed to the customer at most against what the suppliers behind owe at most.</summary>
    private static void Recoverable(Agreement agreement, IReadOnlyDictionary<string, Agreement> suppliers, DiagnosticBag diagnostics)
    {
        foreach (var supplier in agreement.Suppliers)
        {
            if (!suppliers.TryGetValue(supplier.Name, out var supplied) || Pays(supplied) || !agreement.Services.Any(s => s.DependsOn.Contains(supplier.Name) && Pays(agreement, s.Name)))
                continue;
            diagnostics.Warning("LK1743", supplier.Clause.Place, $"An outage of '{supplier.Name}' costs credits under this agreement, and nothing can be recovered under the supplier's.", "agree a remedy with the supplier, or exclude what it causes");
        }
    }

    private static bool Pays(Agreement agreement, string? service = null) =>
        agreement.Remedies.Any(r => r is { By: PartyRole.Provider, Benefit: Benefit.Payment } && (service is null || r.When.Objectives.Any(o => agreement.Objectives.Any(x => x.Name == o && x.Service == service))));

    private static string Words(Duration duration) => new Core.Time.TimeAmount.Elapsed(duration).ToString();

    /// <summary>Floored, so that a product never reads as more than it is.</summary>
    private static string Percent(Rational share)
    {
        var percent = (share * 100).RoundTo(4, Rounding.Down);
        return ((decimal)percent.Numerator / (decimal)percent.Denominator).ToString("0.####", CultureInfo.InvariantCulture) + " %";
    }
}
