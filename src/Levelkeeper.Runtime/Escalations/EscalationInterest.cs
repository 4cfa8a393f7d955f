using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Escalations;
using Levelkeeper.Runtime.Live;

namespace Levelkeeper.Runtime.Escalations;

/// <summary>Of what the steps of an agreement tell people, in any version of it: what no step names need not be looked at.</summary>
internal sealed class EscalationInterest
{
    public EscalationInterest(AgreementVersions versions)
    {
        var (clocks, objectives, outages) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var agreement in versions.All.Select(v => v.Agreement).Where(a => !a.Escalations.IsEmpty))
        {
            IsAny = true;
            WatchesUpdates |= OutageUpdates.AreWatched(agreement);
            foreach (var step in agreement.Escalations.Where(s => s.At is EscalationPoint.OfClock or EscalationPoint.BeforeDue or EscalationPoint.AfterBreach))
                clocks.UnionWith([step.Of, .. agreement.Objectives.Where(o => o.Name == step.Of).Select(o => o.Indicator).OfType<Indicator.Clock>().Select(c => c.Definition.Name)]);
            foreach (var objective in agreement.Objectives.Where(o => agreement.Escalations.Any(s => EscalationPlan.IsOfObjective(s, o))))
            {
                objectives.Add(objective.Name);
                if (objective.Indicator is not Indicator.Clock clock)
                    continue;
                MovesUnseen |= objective.Period.EndsWithItsInstant;
                if (TicketShareObjective.Fits(versions, objective.Name))
                    continue;
                CountsClocks = true;
                clocks.Add(clock.Definition.Name);
            }
        }

        if (WatchesUpdates)
            outages.UnionWith(versions.All.SelectMany(v => v.Agreement.Objectives).Where(o => o.Service.Length > 0 && o.Indicator is Indicator.Availability or Indicator.Outages).Select(o => o.Name));
        (Clocks, Results, Outages) = (clocks, objectives, outages);
        Objectives = new HashSet<string>([.. objectives, .. outages], StringComparer.Ordinal);
    }

    /// <summary>Whether there is any step.</summary>
    public bool IsAny { get; }

    /// <summary>The clocks of which each ticket is told, or is counted by an objective that is told of and that only its clocks move.</summary>
    public IReadOnlySet<string> Clocks { get; }

    /// <summary>Whether an objective that is told of is read from the clocks of tickets, and not kept as a share of them: whatever happens to a clock may move it.</summary>
    public bool CountsClocks { get; }

    /// <summary>Whether an objective on clocks is told of whose window slides: as its tickets leave it, its budget moves without any news.</summary>
    public bool MovesUnseen { get; }

    /// <summary>Whether anybody is told of updates on outages.</summary>
    public bool WatchesUpdates { get; }

    /// <summary>The objectives whose results are told of.</summary>
    public IReadOnlySet<string> Results { get; }

    /// <summary>The objectives that say which outages last, where somebody is told of updates on them.</summary>
    public IReadOnlySet<string> Outages { get; }

    /// <summary>Both.</summary>
    public IReadOnlySet<string> Objectives { get; }
}
