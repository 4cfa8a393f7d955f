using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Reference;

/// <summary>Availability asked minute by minute: what was each component then, what was the service, and does the minute count.</summary>
/// <remarks>Knows state changes and checks of one source a component, hours, maintenance with notice, exclusions with approval, and time without data.</remarks>
public sealed class ReferenceAvailability(AvailabilityPolicy policy, ReferenceLog log, ReferenceDay day, bool officeHours, IReadOnlyList<string> components, int needed)
{
    private enum Minute
    {
        Up,
        Down,
        Unknown,
    }

    /// <summary>The result for a target of at least so much.</summary>
    public ReferenceResult Evaluate(Rational target, Rational atRiskLeft)
    {
        long agreed = 0, rest = 0, down = 0, unknown = 0, excused = 0, maintained = 0, seen = 0, unknownExcused = 0;
        for (var minute = day.Start; minute < day.End; minute += Duration.FromMinutes(1))
        {
            if (minute < day.TermStart || officeHours && !day.IsOfficeOpen(minute))
                continue;
            var inMaintenance = policy.Maintenance is not null && InMaintenance(minute);
            if (minute >= day.AsOf)
            {
                if (!inMaintenance)
                    rest++;
                continue;
            }

            if (inMaintenance)
            {
                maintained++;
                continue;
            }

            agreed++;
            switch (ServiceAt(minute))
            {
                case Minute.Up:
                    seen++;
                    break;
                case Minute.Down when IsExcused(minute):
                    excused++;
                    break;
                case Minute.Down:
                    down++;
                    seen++;
                    break;
                default:
                    // At its worst a minute without data is down; where a claim excuses downtime, not even then.
                    if (IsExcused(minute))
                        unknownExcused++;
                    else
                        unknown++;
                    break;
            }
        }

        if (seen + unknown == 0 && unknownExcused > 0)
            return new ReferenceResult(Verdict.InsufficientEvidence, null, Rational.One);
        if (seen + unknown == 0)
            return ReferenceResult.Without(excused + maintained > 0 ? Verdict.Excused : Verdict.NoActivity);
        var lowest = new Rational(agreed - down - unknown, agreed);
        var highest = new Rational(agreed - down, agreed);
        if (!day.Running)
            return ReferenceResult.AtLeast(target, lowest, highest);
        var whole = agreed + rest;
        var verdict = new Rational(whole - down, whole) < target ? Verdict.Breached
            : new Rational(whole - down - unknown, whole) < target ? Verdict.InsufficientEvidence
            : target < 1 && down + unknown >= (1 - target) * whole * (1 - atRiskLeft) ? Verdict.AtRisk
            : Verdict.Met;
        return new ReferenceResult(verdict, lowest, highest);
    }

    private Minute ServiceAt(Instant minute)
    {
        var states = components.Select(c => ComponentAt(c, minute)).ToList();
        if (states.Count(s => s == Minute.Up) >= needed)
            return Minute.Up;
        return states.Count(s => s != Minute.Down) >= needed ? Minute.Unknown : Minute.Down;
    }

    /// <summary>Facts about the service as a whole ("shop") hold for each component.</summary>
    private Minute ComponentAt(string component, Instant minute)
    {
        var state = policy.Initial == InitialState.Up ? Minute.Up : Minute.Unknown;
        var confirmed = Minute.Unknown;
        var run = new List<(Instant At, bool Good)>();
        // Every later state overwrites the earlier one from its own start on; a run of checks is looked at from its confirmation back to its start.
        foreach (var (fact, _) in log.Facts.Where(f => f.Fact.Subject == component || f.Fact.Subject == "shop"))
        {
            if (fact.Data is FactData.StateChanged changed)
            {
                run.Clear();
                confirmed = changed.State switch { ServiceState.Up => Minute.Up, ServiceState.Down => Minute.Down, _ => Minute.Unknown };
                if (fact.Time <= minute)
                    state = confirmed;
            }
            else if (fact.Data is FactData.Probed probed)
            {
                var says = probed.Good ? Minute.Up : Minute.Down;
                if (confirmed == says)
                {
                    run.Clear();
                    continue;
                }

                if (run.Count > 0 && run[^1].Good != probed.Good)
                    run.Clear();
                run.Add((fact.Time, probed.Good));
                // The first good check after no data is enough; all else needs the agreed number.
                if (run.Count < policy.ConfirmingChecks && !(probed.Good && confirmed == Minute.Unknown))
                    continue;
                var from = probed.Good && confirmed == Minute.Unknown ? fact.Time : run[0].At;
                if (from <= minute)
                    state = says;
                confirmed = says;
                run.Clear();
            }
        }

        return state;
    }

    private bool IsExcused(Instant minute) => log.Facts.Select(f => f.Fact).Any(claim =>
        claim.Data is FactData.ExclusionClaimed claimed
        && claimed.Start <= minute && minute < claimed.End
        && policy.ExcusingCauses.Contains(claimed.Cause)
        && log.Facts.LastOrDefault(f => f.Fact.Data is FactData.ExclusionDecided decided && decided.Exclusion == claimed.Exclusion).Fact is { Data: FactData.ExclusionDecided { Approved: true } });

    private bool InMaintenance(Instant minute) => log.Facts.Any(announced =>
        announced.Fact.Data is FactData.MaintenanceAnnounced window
        && window.Start <= minute && minute < window.End
        && announced.Recorded < window.Start
        && announced.Recorded + policy.Maintenance!.Notice <= window.Start
        && !log.Facts.Any(c => c.Fact.Data is FactData.MaintenanceCancelled cancelled && cancelled.Maintenance == window.Maintenance && c.Recorded >= announced.Recorded && c.Fact.Time <= minute));
}
