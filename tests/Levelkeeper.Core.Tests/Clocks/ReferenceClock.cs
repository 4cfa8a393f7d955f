using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Core.Tests.Clocks;

/// <summary>A resolve clock, minute by minute: slow, and simple enough to be read as the rules themselves. Whole minutes only.</summary>
internal sealed class ReferenceClock(int highTarget, int lowTarget, bool fromChange, bool hidesOnly, bool resolvedTimeCounts)
{
    public int Spent { get; private set; }

    public int Paused { get; private set; }

    public Instant? BreachedAt { get; private set; }

    public ClockVerdict Verdict { get; private set; }

    public static bool IsOpen(Instant minute)
    {
        var local = minute.InUtc();
        return local.DayOfWeek is >= IsoDayOfWeek.Monday and <= IsoDayOfWeek.Friday && local.Hour is >= 9 and < 17;
    }

    public void Run(IReadOnlyList<Fact> facts, Instant asOf)
    {
        bool running = false, waiting = false, resolved = false, started = false;
        var target = lowTarget;
        var counted = target;
        var before = 0;
        Instant? due = null;
        var next = 0;
        for (var now = facts[0].Time; ; now += Duration.FromMinutes(1))
        {
            // The deadline is the first instant at which the target is spent.
            if (running && due is null && Spent - before >= target)
                due = now;
            for (; next < facts.Count && facts[next].Time <= now; next++)
            {
                var data = facts[next].Data;

                // Anything but a stop at the deadline comes too late for it.
                if (running && !waiting && BreachedAt is null && due is { } d && (now > d || data is FactData.TicketStatus { Status: "waiting" } && !resolved))
                    BreachedAt = d;
                switch (data)
                {
                    case FactData.TicketReported:
                        started = running = true;
                        target = ((FactData.TicketReported)data).Priority == "high" ? highTarget : lowTarget;
                        break;
                    case FactData.TicketStatus status:
                        var wasWaiting = waiting;
                        waiting = status.Status == "waiting";
                        if (running && wasWaiting && !waiting)
                            Judge(now);
                        break;
                    case FactData.TicketPriority priority:
                        target = priority.Priority == "high" ? highTarget : lowTarget;
                        if (running && BreachedAt is null)
                        {
                            if (fromChange)
                                (before, Paused) = (Spent, 0);
                            due = null;
                            if (!waiting)
                                Judge(now);
                        }

                        break;
                    case FactData.TicketResolved:
                        // A hidden deadline that has passed is a breach when the pause ends, and a stop ends it.
                        if (running && waiting && hidesOnly)
                            Judge(now);
                        resolved = true;
                        running = false;
                        break;
                    case FactData.TicketReopened:
                        if (started && resolved)
                        {
                            running = true;
                            due = BreachedAt is null ? null : due;

                            // A priority changed while resolved takes effect when the clock goes on.
                            if (fromChange && BreachedAt is null && target != counted)
                                (before, Paused) = (Spent, 0);
                            Judge(now);
                            if (waiting && BreachedAt is null && Spent - before >= target)
                                BreachedAt = now;
                        }

                        resolved = false;
                        break;
                    default:
                        throw new InvalidOperationException();
                }

                if (running)
                    counted = target;
                if (running && !waiting && due is null && Spent - before >= target)
                    due = now;
            }

            if (now == asOf)
                break;
            if (!IsOpen(now))
                continue;
            if (running && (!waiting || hidesOnly))
                Spent++;
            else if (running || !resolvedTimeCounts)
                Paused++;
            else
                Spent++;
        }

        if (running && !waiting && BreachedAt is null && due is { } last && asOf > last)
            BreachedAt = last;
        Verdict = BreachedAt is not null ? ClockVerdict.Breached : !running ? ClockVerdict.Met : waiting ? ClockVerdict.Paused : ClockVerdict.Running;
        Spent -= before;

        // A deadline that a change has put into the past is a breach at the change.
        void Judge(Instant now)
        {
            if (BreachedAt is null && (Spent - before > target || (due is { } d && now > d)))
                BreachedAt = now;
        }
    }
}
