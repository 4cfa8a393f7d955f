using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Reference;

/// <summary>The resolve clock of tickets, stepped minute by minute: from report to resolution in open time, pausing while the status is <c>waiting</c>.</summary>
/// <param name="log">The facts.</param>
/// <param name="day">The day for which the share in time is asked.</param>
/// <param name="officeHours">Whether it runs in office hours only.</param>
/// <param name="minutes">The target of a priority, in open minutes.</param>
/// <param name="newCycle">Whether reopening starts a new cycle; else the same clock resumes, and the time while resolved does not count.</param>
public sealed class ReferenceClock(ReferenceLog log, ReferencePeriod day, bool officeHours, Func<string, int> minutes, bool newCycle)
{
    /// <summary>Met over decided, for tickets decided in the day.</summary>
    public ReferenceResult Evaluate(Rational target)
    {
        var decided = log.Facts.Where(f => f.Fact.Data is FactData.TicketReported).SelectMany(f => CyclesOf(f.Fact.Subject)).Where(c => day.Counts(c.At)).ToList();
        if (decided.Count == 0)
            return ReferenceResult.Without(Verdict.NoActivity);
        var share = new Rational(decided.Count(c => c.Met), decided.Count);
        var closed = ReferenceResult.AtLeast(target, share, share);
        // While the day runs a missed share can still recover, unless every ticket had to be in time.
        return day.Running && closed.Verdict == Verdict.Breached && target < 1 ? closed with { Verdict = Verdict.AtRisk } : closed;
    }

    /// <summary>The decided cycles of a ticket's clock: met at the stop or breached when the open time ran out.</summary>
    private List<(Instant At, bool Met)> CyclesOf(string ticket)
    {
        var facts = log.Facts.Select(f => f.Fact).Where(f => f.Subject == ticket).ToList();
        var report = facts.First(f => f.Data is FactData.TicketReported);
        var cycles = new List<(Instant, bool)>();
        var priority = ((FactData.TicketReported)report.Data).Priority;
        int spent = 0;
        bool waiting = false, resolved = false, breached = false, cancelled = false;
        Instant? met = null;
        for (var now = report.Time; now <= day.AsOf; now += Duration.FromMinutes(1))
        {
            foreach (var fact in facts.Where(f => f.Time == now && !ReferenceEquals(f, report)))
            {
                var wasWaiting = waiting;
                switch (fact.Data)
                {
                    case FactData.TicketStatus status:
                        waiting = status.Status == "waiting";
                        break;
                    case FactData.TicketPriority changed:
                        priority = changed.Priority;
                        break;
                    case FactData.TicketResolved when !resolved:
                        resolved = true;
                        if (!breached)
                            met = now;
                        break;
                    case FactData.TicketReopened when resolved:
                        resolved = false;
                        if (newCycle)
                        {
                            if (met is { } at)
                                cycles.Add((at, true));
                            (spent, breached) = (0, false);
                        }

                        met = null;
                        break;
                    case FactData.TicketCancelled:
                        cancelled = true;
                        break;
                    default:
                        break;
                }

                // A clock at its deadline that begins to pause there is not saved by it; nor by being cancelled after it.
                if (waiting && !wasWaiting && !resolved && !breached && !cancelled && spent >= minutes(priority))
                    Breach(now);
            }

            if (cancelled)
                return cycles;
            if (resolved || waiting)
                continue;
            if (!breached && spent >= minutes(priority))
                Breach(now);
            if (!officeHours || day.IsOfficeOpen(now))
                spent++;
        }

        if (met is { } stopped)
            cycles.Add((stopped, true));
        return cycles;

        void Breach(Instant at)
        {
            breached = true;
            cycles.Add((at, false));
        }
    }
}
