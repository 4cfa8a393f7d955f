using System.Runtime.InteropServices;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Runtime.Live;

/// <summary>The tickets of an agreement with their clocks, each read from its own facts, those of tickets merged with it, and of what it is linked to.</summary>
internal sealed class LiveTicketReader
{
    /// <summary>Where a pause ends by itself, it is looked at this often.</summary>
    private static readonly Duration s_betweenLooks = Duration.FromMinutes(1);

    private readonly PreparedAgreement _prepared;
    private readonly List<TicketShareObjective> _objectives;
    private readonly FactShare _common;
    private readonly (FactShare Share, HashSet<string> Words)[] _services;
    private readonly Dictionary<FactGroup, LiveTicket> _tickets = [];
    private readonly HashSet<LiveTicket> _linked = [];
    private readonly HashSet<LiveTicket> _touched = [];
    private readonly PriorityQueue<LiveTicket, Instant> _wakes = new();
    private readonly bool _changesByItself;

    public LiveTicketReader(PreparedAgreement prepared, bool isOpen, List<TicketShareObjective> objectives, FactShare common)
    {
        (_prepared, _objectives, _common) = (prepared, objectives, common);
        _changesByItself = prepared.ClocksChangeByThemselves;
        var agreements = prepared.Versions.All.Select(v => v.Agreement).ToList();
        _services =
        [
            .. agreements.SelectMany(a => a.Services.Select(s => s.Name)).Distinct(StringComparer.Ordinal)
                .Select(name => agreements.SelectMany(a => AgreementInterest.WordsOf(a, name)).ToHashSet(StringComparer.Ordinal))
                .Select(words => (new FactShare(words, isOpen), words)),
        ];
    }

    /// <summary>The facts of each service: a ticket that is linked to an outage shares its recovery.</summary>
    public IEnumerable<FactShare> Services => _services.Select(s => s.Share);

    /// <summary>When to look again; <see cref="Instant.MaxValue"/> for never.</summary>
    public Instant Wake => _wakes.TryPeek(out _, out var wake) ? wake : Instant.MaxValue;

    /// <summary>How often a ticket was read, with those merged with it.</summary>
    public int Readings { get; private set; }

    public IEnumerable<LiveState> States => _tickets.Values.SelectMany(t => t.Lines.SelectMany(l => StatesOf(t, l)));

    public LiveTicket Add(FactGroup group)
    {
        ref var ticket = ref CollectionsMarshal.GetValueRefOrAddDefault(_tickets, group, out _);
        return ticket ??= new LiveTicket(group);
    }

    public void Link(LiveTicket ticket, string outage)
    {
        (ticket.Links ??= new HashSet<string>(StringComparer.Ordinal)).Add(outage);
        _linked.Add(ticket);
    }

    public void Touch(LiveTicket ticket) => _touched.Add(ticket);

    public void TouchAll() => _touched.UnionWith(_tickets.Values);

    /// <summary>Reads what was touched, and what time has changed.</summary>
    public void ReadAt(Instant now, ICollection<LiveChange> changes)
    {
        foreach (var ticket in _linked.Where(t => SharesOf(t).Any(s => s.IsTouched)))
            TouchWithAll(ticket);
        while (_wakes.TryPeek(out var ticket, out var wake) && (wake <= now || wake != ticket.Wake))
        {
            _wakes.Dequeue();
            if (wake == ticket.Wake)
                _touched.Add(ticket);
        }

        foreach (var service in _services)
            service.Share.IsTouched = false;
        foreach (var ticket in _touched.ToArray())
        {
            // It may have been read with another.
            if (_touched.Contains(ticket))
                Read(ticket, now, changes);
        }

        while (_wakes.TryPeek(out var ticket, out var wake) && wake != ticket.Wake)
            _wakes.Dequeue();
    }

    private void TouchWithAll(LiveTicket ticket)
    {
        foreach (var group in ticket.Group.Closure())
        {
            if (_tickets.TryGetValue(group, out var other))
                _touched.Add(other);
        }
    }

    /// <summary>The facts of the services that a ticket may be linked to: of all, where the name tells none.</summary>
    private IEnumerable<FactShare> SharesOf(LiveTicket ticket)
    {
        if (ticket.Links is null)
            return [];
        return ticket.Links.All(l => _services.Any(s => s.Words.Contains(l))) ? _services.Where(s => s.Words.Overlaps(ticket.Links)).Select(s => s.Share) : Services;
    }

    /// <summary>Reads a ticket with those that it must be read together with.</summary>
    private void Read(LiveTicket first, Instant now, ICollection<LiveChange> changes)
    {
        Readings++;
        List<LiveTicket> tickets = [.. first.Group.Closure().Select(g => _tickets.GetValueOrDefault(g)).OfType<LiveTicket>()];
        var facts = FactShare.FactsOf([first.Group, .. _common.Groups, .. tickets.SelectMany(SharesOf).Distinct().SelectMany(s => s.Groups)]);
        var next = FactTimes.NextAfter(facts, now);
        var read = _prepared.With(FactSet.Of(facts).Effective(now));
        var board = read.Clocks(now);
        var outcomes = _objectives.ConvertAll(o => read.ClocksOf(o.Name, now));
        foreach (var ticket in tickets)
        {
            _touched.Remove(ticket);
            var before = ticket.Wake;
            ticket.Wake = next;
            Tell(ticket, LinesOf(ticket, board, now), now, changes);
            if (ticket.Outcomes.Length != _objectives.Count)
                ticket.Outcomes = [.. _objectives.Select(_ => Array.Empty<int>())];
            for (var i = 0; i < outcomes.Count; i++)
                ticket.Outcomes[i] = _objectives[i].Replace(ticket.Outcomes[i], [.. outcomes[i].Where(r => r.Ticket == ticket.Group.Subject).Select(ClockOutcome.Of)], now);
            if (ticket.Wake != before && ticket.Wake != Instant.MaxValue)
                _wakes.Enqueue(ticket, ticket.Wake);
        }
    }

    private List<ClockLine> LinesOf(LiveTicket ticket, IEnumerable<ClockReading> board, Instant now)
    {
        var lines = new List<ClockLine>(4);
        foreach (var clock in board)
        {
            if (clock.Ticket != ticket.Group.Subject)
                continue;
            var risk = LiveReading.AtRiskFrom(_prepared.Versions, clock) ?? Instant.MaxValue;
            var line = new ClockLine(clock.Clock, clock.Cycle, clock.Verdict, clock.DecidedAt ?? clock.PausedSince ?? now, risk, risk <= now);
            // Several objectives may measure one clock by different targets: the last says how it stands, the first to warn when it is at risk.
            var known = lines.FindIndex(l => l.Clock == line.Clock && l.Cycle == line.Cycle);
            if (known < 0)
                lines.Add(line);
            else
                lines[known] = line with { AtRiskFrom = Instant.Min(risk, lines[known].AtRiskFrom), IsAtRisk = line.IsAtRisk || lines[known].IsAtRisk };
            WakeFor(ticket, clock, risk, now);
        }

        return lines;
    }

    private void WakeFor(LiveTicket ticket, ClockReading clock, Instant risk, Instant now)
    {
        // A clock is breached after its due, not at it.
        if (clock.Verdict == ClockVerdict.Running && (clock.PinnedDue ?? clock.Due) is { } due)
            Sooner(due.PlusTicks(1));
        Sooner(risk);
        if (clock.Verdict == ClockVerdict.Paused && _changesByItself)
            Sooner(now + s_betweenLooks);

        void Sooner(Instant at)
        {
            if (at > now && at < ticket.Wake)
                ticket.Wake = at;
        }
    }

    private void Tell(LiveTicket ticket, List<ClockLine> lines, Instant now, ICollection<LiveChange> changes)
    {
        foreach (var line in lines)
        {
            var before = Array.Find(ticket.Lines, l => l.Clock == line.Clock && l.Cycle == line.Cycle);
            if (before.Clock is null || before.Verdict != line.Verdict)
                Add(LiveChangeKind.Clock, line, before.Clock is null ? "" : LiveState.Words(before.Verdict), LiveState.Words(line.Verdict), line.At);
            if (before.IsAtRisk != line.IsAtRisk)
                Add(LiveChangeKind.ClockAtRisk, line, before.IsAtRisk ? "at risk" : "", line.IsAtRisk ? "at risk" : "", line.IsAtRisk ? line.AtRiskFrom : now);
        }

        foreach (var gone in ticket.Lines.Where(l => !lines.Exists(n => n.Clock == l.Clock && n.Cycle == l.Cycle)))
        {
            Add(LiveChangeKind.Clock, gone, LiveState.Words(gone.Verdict), "", now);
            if (gone.IsAtRisk)
                Add(LiveChangeKind.ClockAtRisk, gone, "at risk", "", now);
        }

        ticket.Lines = [.. lines];

        void Add(LiveChangeKind kind, ClockLine line, string before, string now, Instant at) =>
            changes.Add(new LiveChange(kind, _prepared.Versions.Latest.Id, LiveState.SubjectOf(ticket.Group.Subject, line.Clock, line.Cycle), before, now, at));
    }

    private static IEnumerable<LiveState> StatesOf(LiveTicket ticket, ClockLine line)
    {
        var subject = LiveState.SubjectOf(ticket.Group.Subject, line.Clock, line.Cycle);
        yield return new LiveState(LiveChangeKind.Clock, subject, LiveState.Words(line.Verdict), line.At);
        if (line.IsAtRisk)
            yield return new LiveState(LiveChangeKind.ClockAtRisk, subject, "at risk", line.AtRiskFrom);
    }
}
