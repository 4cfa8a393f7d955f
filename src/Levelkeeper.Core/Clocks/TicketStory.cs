using System.Collections.Immutable;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Clocks;

/// <summary>The events of one ticket in order: its own facts, and what comes from outside: attachment, shared recovery, the start of tickets merged into it.</summary>
/// <remarks>The one place where batch and live evaluation get them from. Not thread-safe.</remarks>
internal sealed class TicketStory(TicketEventReader reader)
{
    private readonly List<TicketEvent> _read = new(2);
    private readonly List<(TicketEvent Event, Fact? Fact)> _events = [];

    /// <summary>The events up to an instant, each with the fact that it follows from, none for an amendment; valid until the next call.</summary>
    /// <param name="ticket">The ticket.</param>
    /// <param name="facts">Its facts in their order; later ones than the instant may be among them.</param>
    /// <param name="merges">What it inherits.</param>
    /// <param name="surroundings">What the facts do not say.</param>
    /// <param name="asOf">The instant, in ticks.</param>
    /// <param name="next">When the first of the later events comes; <see cref="long.MaxValue"/> for none.</param>
    public List<(TicketEvent Event, Fact? Fact)> Until(string ticket, IReadOnlyList<Fact> facts, TicketMerges merges, TicketSurroundings surroundings, long asOf, out long next)
    {
        _events.Clear();
        var report = ReportOf(facts);
        var belongs = true;
        var amended = surroundings.TurnsAt.IsEmpty ? [] : surroundings.TurnsAt.GetValueOrDefault(ticket, []);
        var takeovers = facts.Count == 0 ? [] : reader.TakeoversAt;
        var (turned, taken) = (0, 0);
        next = long.MaxValue;
        foreach (var fact in facts)
        {
            Amend(fact.Time.ToUnixTimeTicks());
            if (fact.Time.ToUnixTimeTicks() > asOf)
            {
                next = Math.Min(next, fact.Time.ToUnixTimeTicks());
                continue;
            }

            var turns = !surroundings.Turns.IsEmpty && surroundings.Turns.ContainsKey(fact.Key);
            if (turns && !(belongs = surroundings.Turns[fact.Key]))
                Add(fact, TicketEventKind.Detached, fact.Time);
            if (fact.Data is FactData.TicketMerged && merges.IsCircular(fact))
                continue;
            var before = _events.Count;
            _read.Clear();
            reader.Read(fact, _read);
            foreach (var e in _read)
                _events.Add((e, fact));
            if (ReferenceEquals(fact, report))
            {
                if (surroundings.AttachedAt.TryGetValue(ticket, out var attached) && attached > fact.Time)
                {
                    _events[before] = (_events[before].Event with { Marks = _events[before].Event.Marks | TicketEventMarks.NotYetAttached }, fact);
                    Add(fact, TicketEventKind.Attached, attached);
                }
                else if (belongs)
                {
                    Add(fact, TicketEventKind.Attached, fact.Time);
                }
            }
            else if (turns && belongs)
            {
                Add(fact, TicketEventKind.Attached, fact.Time);
            }

            if (fact.Data is FactData.TicketLinked link && report is not null && RecoveryOf(link.Outage, report.Time, surroundings) is { } recovery)
                Add(fact, TicketEventKind.Recovered, recovery);
        }

        Amend(long.MaxValue);
        var spans = NotMeasured(ticket, surroundings);
        foreach (var (by, start, at) in merges.Into(ticket))
        {
            var marks = spans is not null && spans.Contains(start) ? TicketEventMarks.NotMeasuredBefore : TicketEventMarks.None;
            _events.Add((new TicketEvent { At = at, Kind = TicketEventKind.MergedIn, Value = start, Marks = marks, Clock = -1 }, by));
        }

        if (report is not null)
            AddLateness(report, surroundings.Late);
        if (spans is not null)
        {
            for (var i = 0; i < _events.Count; i++)
                _events[i] = (Marked(_events[i].Event, spans), _events[i].Fact);
        }

        return InOrder(asOf, ref next);

        // A ticket that leaves with an amendment does not take its target; one that comes has it from then on.
        void Amend(long until)
        {
            while (true)
            {
                var turn = turned < amended.Length ? amended[turned].At.ToUnixTimeTicks() : long.MaxValue;
                var takeover = taken < takeovers.Length ? takeovers[taken] : long.MaxValue;
                if (Math.Min(turn, takeover) is var at && (at > until || at == long.MaxValue))
                    return;
                if (turn == at && (takeover > at || !amended[turned].Belongs))
                {
                    belongs = amended[turned++].Belongs;
                    Add(null, belongs ? TicketEventKind.Attached : TicketEventKind.Detached, Instant.FromUnixTimeTicks(at));
                }
                else
                {
                    taken++;
                    if (at > facts[0].Time.ToUnixTimeTicks())
                        Add(null, TicketEventKind.Amended, Instant.FromUnixTimeTicks(at));
                }
            }
        }
    }

    /// <summary>The times since its report in which the customer was late with a duty: a field of the ticket says so while they last.</summary>
    private void AddLateness(Fact report, ImmutableArray<LateDuty> late)
    {
        var start = report.Time.ToUnixTimeTicks();
        foreach (var duty in late)
        {
            foreach (var time in duty.Times.Where(t => t.During.End > start))
            {
                _events.Add((reader.OfDuty(duty.Duty, Math.Max(start, time.During.Start), isLate: true), report));
                if (time.DoneBy is { } deed)
                    _events.Add((reader.OfDuty(duty.Duty, time.During.End, isLate: false), deed));
            }
        }
    }

    /// <summary>When no clock of a ticket starts; null for never.</summary>
    public static IntervalSet? NotMeasured(string ticket, TicketSurroundings surroundings) => surroundings.NotMeasured.IsEmpty ? null : surroundings.NotMeasured.GetValueOrDefault(ticket);

    /// <summary>The event, marked where no clock starts.</summary>
    public static TicketEvent Marked(in TicketEvent e, IntervalSet spans) => spans.Contains(e.At) ? e with { Marks = e.Marks | TicketEventMarks.NotMeasured } : e;

    /// <summary>The fact that reports a ticket; null when there is none.</summary>
    public static Fact? ReportOf(IEnumerable<Fact> facts) => facts.FirstOrDefault(f => f.Data is FactData.TicketReported);

    private static Instant? RecoveryOf(string outage, Instant report, TicketSurroundings surroundings)
    {
        if (!surroundings.Recoveries.TryGetValue(outage, out var recoveries))
            return null;
        foreach (var recovery in recoveries)
        {
            if (recovery >= report)
                return recovery;
        }

        return null;
    }

    private void Add(Fact? fact, TicketEventKind kind, Instant at) => _events.Add((new TicketEvent { At = at.ToUnixTimeTicks(), Kind = kind, Clock = -1 }, fact));

    /// <summary>By time; what was added first of one instant stays first. Mostly they are in order already.</summary>
    private List<(TicketEvent Event, Fact? Fact)> InOrder(long asOf, ref long next)
    {
        for (var i = 1; i < _events.Count; i++)
        {
            if (_events[i - 1].Event.At <= _events[i].Event.At)
                continue;
            (TicketEvent Event, Fact? Fact)[] sorted = [.. _events.OrderBy(e => e.Event.At)];
            _events.Clear();
            _events.AddRange(sorted);
            break;
        }

        var end = _events.Count;
        while (end > 0 && _events[end - 1].Event.At > asOf)
            next = Math.Min(next, _events[--end].Event.At);
        _events.RemoveRange(end, _events.Count - end);
        return _events;
    }
}
