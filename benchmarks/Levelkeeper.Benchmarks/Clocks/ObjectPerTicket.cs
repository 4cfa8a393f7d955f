using System.Globalization;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using NodaTime;

namespace Levelkeeper.Benchmarks.Clocks;

/// <summary>The baseline: what one writes first, an object for each ticket and each clock, found by name, deadlines in a queue. Calendar as ours.</summary>
internal sealed class ObjectPerTicket(BusinessCalendar calendar)
{
    private readonly Clock _respond = new(calendar, ClockFigures.RespondWithin);
    private readonly Clock _resolve = new(calendar, ClockFigures.ResolveWithin);

    /// <summary>Folds the events of all tickets; how many respond clocks were met and how many resolve clocks.</summary>
    public static (long Responded, long Resolved) Replay(string[] names, TicketEvent[] events, int[] ends)
    {
        var office = ClockFigures.Office();
        var tickets = new Dictionary<string, ObjectPerTicket>(StringComparer.Ordinal);
        var i = 0;
        for (var ticket = 0; ticket < ends.Length; ticket++)
        {
            for (; i < ends[ticket]; i++)
                Find(tickets, names[ticket], office).Apply(events[i]);
        }

        return (tickets.Values.LongCount(static t => !t._respond.Late), tickets.Values.LongCount(static t => !t._resolve.Late));
    }

    /// <summary>Events of open tickets as they come; returns how many there were in a second of processor time.</summary>
    public static double LiveRate(UInt128[] keys, TicketEvent reported, Func<int, Instant> reportedAt, (UInt128 Ticket, TicketEvent Event)[] stream, int batch)
    {
        var office = ClockFigures.Office();
        var tickets = new Dictionary<UInt128, ObjectPerTicket>();
        var deadlines = new PriorityQueue<(ObjectPerTicket Ticket, Clock Clock), Instant>();
        for (var i = 0; i < keys.Length; i++)
        {
            var ticket = new ObjectPerTicket(office);
            tickets.Add(keys[i], ticket);
            ticket.Apply(reported with { At = reportedAt(i).ToUnixTimeTicks() });
            ticket.Enqueue(deadlines);
        }

        Fire(deadlines, Instant.FromUnixTimeTicks(stream[0].Event.At));
        var best = double.MaxValue;
        var chunk = stream.Length / 5;
        for (var from = 0; from + chunk <= stream.Length; from += chunk)
        {
            var started = ProcessorTime.Now;
            for (var i = from; i < from + chunk; i++)
            {
                var ticket = tickets[stream[i].Ticket];
                ticket.Apply(stream[i].Event);
                ticket.Enqueue(deadlines);
                if (i % batch == batch - 1)
                    Fire(deadlines, Instant.FromUnixTimeTicks(stream[i].Event.At));
            }

            best = Math.Min(best, (ProcessorTime.Now - started).TotalSeconds);
        }

        return chunk / best;
    }

    /// <summary>Bytes for each clock, its ticket's name and deadlines included.</summary>
    public static double BytesPerClock()
    {
        const int count = 100_000;
        var office = ClockFigures.Office();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var tickets = new Dictionary<string, ObjectPerTicket>(StringComparer.Ordinal);
        var deadlines = new PriorityQueue<(ObjectPerTicket, Clock), Instant>();
        for (var i = 0; i < count; i++)
        {
            var ticket = Find(tickets, i.ToString("D12", CultureInfo.InvariantCulture), office);
            ticket.Apply(new TicketEvent { At = ClockFigures.Start.ToUnixTimeTicks(), Kind = TicketEventKind.ReportedByCustomer });
            ticket.Enqueue(deadlines);
        }

        var bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / (2 * count);
        GC.KeepAlive(tickets);
        GC.KeepAlive(deadlines);
        return bytes;
    }

    private static ObjectPerTicket Find(Dictionary<string, ObjectPerTicket> tickets, string name, BusinessCalendar office)
    {
        if (!tickets.TryGetValue(name, out var ticket))
            tickets.Add(name, ticket = new ObjectPerTicket(office));
        return ticket;
    }

    private static void Fire(PriorityQueue<(ObjectPerTicket Ticket, Clock Clock), Instant> deadlines, Instant now)
    {
        while (deadlines.TryPeek(out var first, out var due) && due < now)
        {
            deadlines.Dequeue();

            // A deadline that has moved since is waiting a second time.
            if (first.Clock.Due == due)
                first.Clock.Late = true;
        }
    }

    private void Enqueue(PriorityQueue<(ObjectPerTicket Ticket, Clock Clock), Instant> deadlines)
    {
        foreach (var clock in (ReadOnlySpan<Clock>)[_respond, _resolve])
        {
            if (clock.TakeNewDue() is { } due)
                deadlines.Enqueue((this, clock), due);
        }
    }

    private void Apply(in TicketEvent e)
    {
        var at = Instant.FromUnixTimeTicks(e.At);
        switch (e.Kind)
        {
            case TicketEventKind.ReportedByCustomer:
                _respond.Run(at);
                _resolve.Run(at);
                break;
            case TicketEventKind.ProviderReplied:
                _respond.Stop(at, pausing: false);
                _respond.Ended = true;
                break;
            case TicketEventKind.StatusChanged when e.Status != 0:
                _resolve.Stop(at, pausing: true);
                break;
            case TicketEventKind.StatusChanged:
                _resolve.Run(at);
                break;
            case TicketEventKind.Resolved:
                _resolve.Stop(at, pausing: false);
                _resolve.Ended = true;
                break;
            default:
                break;
        }
    }

    private sealed class Clock(BusinessCalendar calendar, Duration target)
    {
        private readonly List<(Instant Start, Instant? End)> _stretches = [];
        private Instant? _queued;
        private Duration _spent;

        public bool Late { get; set; }

        public bool Ended { get; set; }

        /// <summary>Null while it does not run.</summary>
        public Instant? Due { get; private set; }

        public void Run(Instant at)
        {
            if (Ended || _stretches is [.., { End: null }])
                return;
            _stretches.Add((at, null));
            Due = Late ? null : calendar.Add(at, target - _spent);
        }

        public void Stop(Instant at, bool pausing)
        {
            if (_stretches is not [.., { End: null } open])
                return;
            _stretches[^1] = (open.Start, at);
            _spent += calendar.Between(open.Start, at);
            if (Due is { } due && (pausing ? at >= due : at > due))
                Late = true;
            Due = null;
        }

        /// <summary>The deadline when it is not queued yet.</summary>
        public Instant? TakeNewDue()
        {
            if (Due == _queued)
                return null;
            return _queued = Due;
        }
    }
}
