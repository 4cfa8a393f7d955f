using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using NodaTime;

namespace Levelkeeper.Language.Lint;

/// <summary>Objectives that nothing measures, that are measured too coarsely, or that the provider does not have in its hands.</summary>
internal static class MeasurementLint
{
    /// <summary>More objectives than this and nobody looks at any (advice of ITIL 4 practice guides: a handful).</summary>
    private const int Handful = 7;

    public static void Check(Agreement agreement, DiagnosticBag diagnostics)
    {
        foreach (var objective in agreement.Objectives)
        {
            Unmeasured(agreement, objective, diagnostics);
            TooCoarse(objective, diagnostics);
            NotInTheirHands(agreement, objective, diagnostics);
            UnboundedMaintenance(agreement, objective, diagnostics);
        }

        if (agreement.Objectives.Length > Handful)
            diagnostics.Note("LK1727", agreement.Objectives[Handful].Clause.Place, $"There are {agreement.Objectives.Length} objectives; people watch a handful.", "keep those that the customer would leave for");
        var weights = agreement.Objectives.Where(o => o.Weight is not null).ToList();
        if (weights.Count > 0 && (weights.Count < agreement.Objectives.Length || weights.Aggregate(Rational.Zero, (sum, o) => sum + o.Weight!.Value) != 1))
            diagnostics.Warning("LK1728", weights[0].Clause.Place, weights.Count < agreement.Objectives.Length ? "Some objectives have a weight and others have none." : "The weights of the objectives do not add up to 100 %.", "give each a weight, 100 % together");
    }

    /// <summary>Where it is said who may assert what, somebody must be allowed to assert what an objective is made of.</summary>
    private static void Unmeasured(Agreement agreement, Objective objective, DiagnosticBag diagnostics)
    {
        if (agreement.Assertions.IsEmpty)
            return;
        string[] needed = objective.Indicator switch
        {
            Indicator.Availability or Indicator.Outages => [FactTypes.ServiceDown, FactTypes.ProbeResult],
            Indicator.Requests => [FactTypes.MeasurementWindow, FactTypes.ProbeResult],
            Indicator.Values values => values.Metric == "latency" ? [FactTypes.MeasurementWindow, FactTypes.BusinessMeasured, FactTypes.ProbeResult] : [FactTypes.MeasurementWindow, FactTypes.BusinessMeasured],
            Indicator.Clock or Indicator.Tickets => [FactTypes.TicketReported],
            Indicator.Duty => [FactTypes.DutyDone],
            _ => throw new InvalidOperationException("The cases of an indicator are closed."),
        };
        if (!needed.Any(type => agreement.Assertions.Any(a => a.Types.Any(t => t.Fits(type[FactTypes.Prefix.Length..])))))
            diagnostics.Warning("LK1724", objective.Clause.Place, $"Nobody may assert what '{objective.Name}' is made of: it will never have a result.", $"let a source assert '{needed[0][FactTypes.Prefix.Length..]}' under 'assertions'");
    }

    /// <summary>Checks so far apart that one failed check may be the whole budget.</summary>
    private static void TooCoarse(Objective objective, DiagnosticBag diagnostics)
    {
        if (objective.Indicator is not Indicator.Availability { Policy: { Freshness: { } interval } policy } || objective is not { TargetUnit: QuantityUnit.Share, Target.Comparison: LevelComparison.AtLeast, Period: PeriodRule.Calendar { Unit: var unit } })
            return;
        var period = Duration.FromDays(unit switch
        {
            CalendarUnit.Day => 1,
            CalendarUnit.Week => 7,
            CalendarUnit.Month => 30,
            CalendarUnit.Quarter => 91,
            CalendarUnit.HalfYear => 182,
            CalendarUnit.Year => 365,
            _ => throw new InvalidOperationException($"Unknown unit {unit}."),
        });
        var budget = Duration.FromTicks((long)((1 - objective.Target.Bound) * (long)period.BclCompatibleTicks).Floor());
        var seen = interval * policy.ConfirmingChecks;
        if (budget > Duration.Zero && seen >= budget)
            diagnostics.Warning("LK1725", objective.Clause.Place, $"'{objective.Name}' allows about {Words(budget)} of downtime in a {unit.ToString().ToLowerInvariant()}, but a check holds for {Words(interval)} and {policy.ConfirmingChecks} must agree: the budget is gone before anybody knows.",
                "check more often, confirm with fewer checks, or set a target that can be measured");
    }

    private static string Words(Duration duration) => new Core.Time.TimeAmount.Elapsed(Duration.FromSeconds((long)duration.TotalSeconds)).ToString();

    /// <summary>The provider answers for what the customer does: a duty of the customer, or time that the customer takes.</summary>
    private static void NotInTheirHands(Agreement agreement, Objective objective, DiagnosticBag diagnostics)
    {
        switch (objective.Indicator)
        {
            case Indicator.Duty { Rule.Duty: var duty } when agreement.Duties.Any(d => d.Rule.Duty == duty && d.Party == PartyRole.Customer):
                diagnostics.Warning("LK1726", objective.Clause.Place, $"'{objective.Name}' holds the provider to '{duty}', which is the customer's duty.", "measure a duty of the provider, or leave the customer's to its clause");
                break;
            case Indicator.Clock { Definition: { Party: ClockParty.Provider, Pause: var pause } clock } when clock.Name is "resolve" or "recover" && !objective.NotSeen.Any(c => c.Path.EndsWith(".pauses", StringComparison.Ordinal)) && ReferenceEquals(pause, TicketCondition.Never):
                diagnostics.Note("LK1726", objective.Clause.Place, $"'{objective.Name}' runs on while the customer is asked for something: the provider answers for time that it does not have in its hands.", "say 'pauses: [waiting for customer]', or measure the response");
                break;
            default:
                break;
        }
    }

    /// <summary>Maintenance is excluded and nothing bounds it.</summary>
    private static void UnboundedMaintenance(Agreement agreement, Objective objective, DiagnosticBag diagnostics)
    {
        if (!objective.NotSeen.Any(c => c.Path.StartsWith("maintenance", StringComparison.Ordinal)) && objective.Indicator is Indicator.Availability { Policy: { Maintenance: { Allowance: null, Times: null } } policy })
            diagnostics.Warning("LK1729", policy.ClauseOf(nameof(policy.Maintenance)).Place, $"'{objective.Name}' leaves maintenance out, and nothing bounds it: no times of the week and no allowance. Any announced hour is no downtime.", $"say when and how much under 'maintenance: {{ {objective.Service}: … }}'");
    }
}
