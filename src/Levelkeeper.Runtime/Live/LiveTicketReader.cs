using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;
using Levelkeeper.Runtime.Escalations;
using Levelkeeper.Runtime.Live.Snapshots;
using NodaTime;

namespace Levelkeeper.Runtime.Live;

/// <summary>Counts the cycles of one clock.</summary>
internal sealed class ClockCount(string clock)
{
    private long _open;
    private long _atRisk;
    private long _late;
    private long _breached;

    public string Clock => clock;

    public ClockFigures Figures => new(clock, _open, _atRisk, _late, _breached);

    public static ClockCount Load(SnapshotReader from) => new(from.ReadString()) { _open = from.ReadInt64(), _atRisk = from.ReadInt64(), _late = from.ReadInt64(), _breached = from.ReadInt64() };

    public void Save(SnapshotWriter to)
    {
        to.Write(clock);
        foreach (var count in (long[])[_open, _atRisk, _late, _breached])
            to.Write(count);
    }

    public void Add(ToldLine line, int by)
    {
        var isBreached = line.Verdict == ClockVerdict.Breached;
        _open += line.IsOpen ? by : 0;
        _atRisk += line.IsAtRisk ? by : 0;
        _late += line.IsOpen && isBreached ? by : 0;
        _breached += isBreached ? by : 0;
    }
}

/// <summary>The tickets of an agreement with their clocks.</summary>
/// <remarks>
/// A plain fact that comes in order is applied to what is kept of its ticket. Whatever else comes has the ticket folded anew, from its own facts, those of the tickets merged
/// with it, and of what it is linked to. Time passing has it only shown anew.
/// </remarks>
internal sealed class LiveTicketReader
{
    private readonly LiveAgreement _agreement;
    private readonly PreparedAgreement _prepared;
    private readonly IFactSource _source;
    private readonly string _id;
    private readonly ImmutableArray<ClockTable> _tables;
    private readonly List<CycleStanding>[] _standings;
    private readonly List<(TicketShareObjective Objective, int Table)> _objectives;
    private readonly FactShare _common;
    private readonly (FactShare Share, HashSet<string> Words)[] _services;
    private readonly bool _ticketsStay;
    private readonly bool _looksAtFields;
    private readonly List<LiveTicket?> _tickets = [];
    private readonly Stack<int> _free = [];
    private readonly HashSet<LiveTicket> _linked = [];
    private readonly Queue<LiveTicket> _stale = [];
    private readonly List<LiveTicket> _dirty = [];
    private readonly PriorityQueue<LiveTicket, long> _wakes = new();
    private readonly List<ClockLine> _lines = [];
    private readonly List<ClockOutcome> _outcomes = [];
    private readonly List<ClockCount> _counts = [];
    private readonly EscalationInterest _escalated;
    private readonly HashSet<LiveTicket> _moved = [];
    private Instant _now = Instant.MinValue;

    public LiveTicketReader(LiveAgreement agreement, PreparedAgreement prepared, IFactSource source, List<TicketShareObjective> objectives, FactShare common)
    {
        (_agreement, _prepared, _source, _common, _id) = (agreement, prepared, source, common, prepared.Versions.Latest.Id);
        (_ticketsStay, _looksAtFields, _escalated) = (prepared.TicketsStay, prepared.LooksAtFields, agreement.Escalated);
        _tables = prepared.Tables();
        _standings = [.. _tables.Select(_ => new List<CycleStanding>())];
        _objectives = objectives.ConvertAll(o => (o, _tables.ToList().FindIndex(t => t.Objectives.Contains(o.Name))));
        var agreements = prepared.Versions.All.Select(v => v.Agreement).ToList();
        _services =
        [
            .. agreements.SelectMany(a => a.Services.Select(s => s.Name)).Distinct(StringComparer.Ordinal)
                .Select(name => agreements.SelectMany(a => AgreementInterest.WordsOf(a, name)).ToHashSet(StringComparer.Ordinal))
                .Select(words => (new FactShare(words, agreement.Interest.IsOpen), words)),
        ];
    }

    /// <summary>The facts of each service: a ticket that is linked to an outage shares its recovery.</summary>
    public IEnumerable<FactShare> Services => _services.Select(s => s.Share);

    /// <summary>When to look again; <see cref="Instant.MaxValue"/> for never.</summary>
    public Instant Wake => _wakes.TryPeek(out _, out var wake) ? Instant.FromUnixTimeTicks(wake) : Instant.MaxValue;

    /// <summary>How often a ticket was folded anew, with those merged with it, or took a fact in.</summary>
    public int Readings { get; private set; }

    public IEnumerable<LiveState> States => Held.Where(t => t.Told.Length > 0).SelectMany(StatesOf);

    /// <summary>Tickets on which nothing is open any more, since somebody last emptied this.</summary>
    public List<FactGroup> Quiet { get; } = [];

    /// <summary>How many clocks there are, by name: kept as they change, not counted when somebody asks.</summary>
    public IEnumerable<ClockFigures> Clocks => _counts.Select(c => c.Figures);

    /// <summary>The tickets on which its clocks run, or ran; in no order.</summary>
    public IEnumerable<string> Tickets => Held.Where(t => t.Told.Length > 0).Select(t => t.Group.Subject);

    private IEnumerable<LiveTicket> Held => _tickets.OfType<LiveTicket>();

    public LiveTicket Add(FactGroup group)
    {
        if (!_free.TryPop(out var place))
        {
            place = _tickets.Count;
            _tickets.Add(null);
        }

        return _tickets[place] = new LiveTicket(group, place);
    }

    /// <summary>Whether nothing is open on a ticket, nor will be if no fact comes.</summary>
    public bool MayRest(LiveTicket ticket) =>
        _ticketsStay && ticket is { IsStale: false, IsDirty: false, Wake: long.MaxValue, NextFact: long.MaxValue, Links: null } && !Array.Exists(ticket.Told, t => t.IsOpen);

    /// <summary>Lets go of a ticket that may rest. What it came to is still counted.</summary>
    public void Rest(LiveTicket ticket)
    {
        foreach (var table in _tables)
            table.Clear(ticket.Place);
        foreach (var (objective, _) in _objectives)
            objective.Rest(ticket.Place, RestingTickets.NumberOf(ticket.Group.Subject));
        _tickets[ticket.Place] = null;
        _free.Push(ticket.Place);
    }

    /// <summary>Has a ticket back that rested, as it was then: it is counted already, and was told.</summary>
    public LiveTicket Restore(FactGroup group, IReadOnlyList<StampedFact> facts)
    {
        var ticket = Add(group);
        Fold([ticket], [.. facts], _now);
        ReadStandings(ticket, _now);
        ticket.Told = [.. LinesAt(_now).Select(l => l.Told)];
        foreach (var (objective, _) in _objectives)
            objective.Restore(ticket.Place, RestingTickets.NumberOf(group.Subject));
        Quiet.Add(group);
        return ticket;
    }

    public void Link(LiveTicket ticket, string outage)
    {
        (ticket.Links ??= new HashSet<string>(StringComparer.Ordinal)).Add(outage);
        _linked.Add(ticket);
    }

    /// <summary>Whether <see cref="TakeMoved"/> has something to say.</summary>
    public bool HasMoved => _moved.Count > 0;

    /// <summary>The tickets of which people may have to be told otherwise, since this was asked last. Of those that are not followed any more nobody is to be told.</summary>
    public IReadOnlyList<LiveTicket> TakeMoved()
    {
        LiveTicket[] moved = [.. _moved];
        _moved.Clear();
        return moved;
    }

    /// <summary>A ticket as everything else reads it: its clocks from its own facts and those of what it goes together with.</summary>
    public TicketStanding Read(LiveTicket ticket, Instant now)
    {
        var name = ticket.Group.Subject;
        var facts = FactsOf(ticket, TogetherWith(ticket));
        return new TicketStanding(
            now,
            [.. _prepared.With(FactSet.Of(facts).Effective(now)).Clocks(now).Where(c => c.Ticket == name)],
            [.. facts.Where(f => f.Fact.Data is FactData.TicketAcknowledged && f.Fact.Subject == name && f.Fact.Time <= now).Select(f => f.Fact.Time)]);
    }

    /// <summary>Has a ticket folded anew.</summary>
    public void Touch(LiveTicket ticket)
    {
        if (ticket.IsStale)
            return;
        ticket.IsStale = true;
        _stale.Enqueue(ticket);
    }

    /// <summary>Has all tickets folded anew.</summary>
    public void TouchAll()
    {
        foreach (var ticket in Held)
            Touch(ticket);
    }

    /// <summary>Takes the first fact of a ticket in, if it is its report and nothing else decides where it belongs.</summary>
    /// <returns>False, and nothing was done, when the ticket must be folded from its facts.</returns>
    public bool TryBegin(LiveTicket ticket, Fact fact, Instant now)
    {
        if (!_ticketsStay || _looksAtFields || ticket.IsStale || ticket.Links is not null || _common.Groups.Count > 0
            || fact.Data is not FactData.TicketReported reported || fact.Time > now || reported.Entered > now || _prepared.ServiceOf(fact) is not { } service)
            return false;
        Readings++;
        foreach (var table in _tables)
            table.Begin(ticket.Place, fact, service, now);
        (ticket.Service, ticket.Customer) = (service, fact.Address.Customer);
        Show(ticket, hasMoved: true);
        return true;
    }

    /// <summary>Takes a new fact of a ticket in, if it is a plain one that comes in order.</summary>
    /// <returns>False, and nothing was done, when the ticket must be folded anew.</returns>
    public bool TryApply(LiveTicket ticket, Fact fact, Instant now)
    {
        if (ticket.IsStale || ticket.Service is null || fact.Time > now || !IsPlain(fact, ticket))
            return false;
        foreach (var table in _tables)
        {
            if (table.Holds(ticket.Place) && !table.IsNext(ticket.Place, fact))
                return false;
        }

        Readings++;
        var hasMoved = false;
        foreach (var table in _tables)
            hasMoved |= table.Holds(ticket.Place) && table.Apply(ticket.Place, fact);

        Show(ticket, hasMoved);
        return true;
    }

    /// <summary>Reads what was touched, and what time has changed.</summary>
    /// <param name="now">The instant.</param>
    /// <param name="changes">Receives what is not as it was.</param>
    /// <param name="failed">Receives why tickets could not be read; the next fact of one has it tried again.</param>
    public void ReadAt(Instant now, ICollection<LiveChange> changes, ICollection<Exception> failed)
    {
        foreach (var ticket in _linked.Where(t => SharesOf(t).Any(s => s.IsTouched)))
            Touch(ticket);
        foreach (var service in _services)
            service.Share.Settle();
        _now = now;
        var at = now.ToUnixTimeTicks();
        while (_wakes.TryPeek(out var ticket, out var wake) && (wake <= at || wake != ticket.Wake))
        {
            _wakes.Dequeue();
            if (wake != ticket.Wake)
                continue;
            ticket.Wake = long.MaxValue;
            if (ticket.NextFact <= at)
                Touch(ticket);
            else
                Show(ticket, hasMoved: true);
        }

        // Where the facts of one cannot be read just now, all those that wait go on waiting.
        for (; _stale.TryPeek(out var ticket); _stale.Dequeue())
        {
            try
            {
                // It may have been folded with another.
                if (ticket.IsStale)
                    Refold(ticket, now);
            }
            catch (Exception exception) when (!LiveAgreements.IsPassing(exception))
            {
                failed.Add(exception);
                ticket.IsStale = false;
            }
        }

        foreach (var ticket in _dirty)
            Tell(ticket, now, changes);
        _dirty.Clear();
        while (_wakes.TryPeek(out var ticket, out var wake) && wake != ticket.Wake)
            _wakes.Dequeue();
    }

    /// <summary>Writes what is kept. Nothing may wait to be shown.</summary>
    public void Save(SnapshotWriter to)
    {
        to.Instant(_now);
        to.Number(_tickets.Count);
        to.Each([.. Held], t =>
        {
            to.Number(t.Place);
            to.Raw<ToldLine>(t.Told);
            to.Write(t.Wake);
            to.Write(t.NextFact);
            to.Write(t.Service is not null);
            to.Word(t.Service ?? "");
            to.Word(t.Customer);
            to.Each(t.Links ?? [], to.Write);
        });
        to.Each(_counts, c => c.Save(to));
        foreach (var table in _tables)
            table.Save(to, _tickets.Count);
    }

    /// <summary>Goes on from what was written.</summary>
    /// <param name="from">Where it was written.</param>
    /// <param name="members">Whose tickets had which places.</param>
    public void Load(SnapshotReader from, IReadOnlyDictionary<int, GroupMember> members)
    {
        _now = from.Instant();
        CollectionsMarshal.SetCount(_tickets, from.Number());
        from.Each(() =>
        {
            var place = from.Number();
            var ticket = members[place].Ticket = _tickets[place] = new LiveTicket(members[place].Group, place) { Told = from.Raw<ToldLine>(), Wake = from.ReadInt64(), NextFact = from.ReadInt64() };
            ticket.Service = from.ReadBoolean() ? from.Word() : Nothing(from.Word());
            ticket.Customer = from.Word();
            from.Each(() => Link(ticket, from.ReadString()));
            if (ticket.Wake != long.MaxValue)
                _wakes.Enqueue(ticket, ticket.Wake);
        });
        for (var place = _tickets.Count - 1; place >= 0; place--)
        {
            if (_tickets[place] is null)
                _free.Push(place);
        }

        from.Each(() => _counts.Add(ClockCount.Load(from)));
        foreach (var table in _tables)
            table.Load(from);
        // Whoever tells people of steps begins anew.
        foreach (var ticket in _escalated.Clocks.Count > 0 ? Held.Where(t => Array.Exists(t.Told, l => l.IsOpen)) : [])
            Show(ticket, hasMoved: true);

        static string? Nothing(string _) => null;
    }

    private void Show(LiveTicket ticket, bool hasMoved)
    {
        ticket.HasMoved |= hasMoved;
        if (ticket.IsDirty)
            return;
        ticket.IsDirty = true;
        _dirty.Add(ticket);
    }

    /// <summary>Whether a fact concerns its ticket alone and leaves it where it belongs.</summary>
    private bool IsPlain(Fact fact, LiveTicket ticket)
    {
        var address = fact.Address;
        if ((address.Service.Length > 0 && address.Service != ticket.Service) || (address.Customer.Length > 0 && address.Customer != ticket.Customer) || (address.Agreement.Length > 0 && address.Agreement != _id))
            return false;
        return fact.Data switch
        {
            FactData.TicketChanged changed => !_looksAtFields && !changed.Fields.ContainsKey("service"),
            FactData.TicketReported or FactData.TicketMerged or FactData.TicketLinked => false,
            FactData.TicketPriority => !_looksAtFields,
            _ => FactMatcher.IsOfTicket(fact.Data) && (!_looksAtFields || address.Labels.IsEmpty),
        };
    }

    /// <summary>The facts of the services that a ticket may be linked to: of all, where the name tells none.</summary>
    private IEnumerable<FactShare> SharesOf(LiveTicket ticket)
    {
        if (ticket.Links is null)
            return [];
        return ticket.Links.All(l => _services.Any(s => s.Words.Contains(l))) ? _services.Where(s => s.Words.Overlaps(ticket.Links)).Select(s => s.Share) : Services;
    }

    /// <summary>Folds a ticket anew with those with which it goes together.</summary>
    private void Refold(LiveTicket first, Instant now)
    {
        Readings++;
        var tickets = TogetherWith(first);
        Fold(tickets, FactsOf(first, tickets), now);
        tickets.ForEach(t => Show(t, hasMoved: true));
    }

    private List<LiveTicket> TogetherWith(LiveTicket first) => first.Group.Closure() is { Count: > 1 } closure ? [.. closure.Select(g => g.MemberOf(_agreement)?.Ticket).OfType<LiveTicket>()] : [first];

    /// <summary>The facts on which some tickets depend that go together.</summary>
    private List<StampedFact> FactsOf(LiveTicket first, List<LiveTicket> tickets) =>
        FactGroup.FactsOf(_source, [first.Group, .. _common.Groups, .. tickets.SelectMany(SharesOf).Distinct().SelectMany(s => s.Groups)]);

    private void Fold(List<LiveTicket> tickets, List<StampedFact> facts, Instant now)
    {
        var next = FactTimes.NextAfter(facts, now);
        var read = _prepared.With(FactSet.Of(facts).Effective(now));
        var stays = _ticketsStay && tickets is [{ Links: null } alone] && alone.Group.Together.Count == 0 && _common.Groups.Count == 0 && !facts.Exists(f => f.Fact.Data.IsAmendment);
        foreach (var ticket in tickets)
        {
            var nextFact = _tables.Aggregate(next, (n, table) => Instant.Min(n, read.Refold(table, ticket.Place, ticket.Group.Subject, now)));
            ticket.NextFact = Ticks(nextFact);
            ticket.Service = stays && nextFact == Instant.MaxValue ? read.ServiceOf(ticket.Group.Subject) : null;
            ticket.Customer = facts.FindLast(f => f.Fact.Address.Customer.Length > 0)?.Fact.Address.Customer ?? "";
            ticket.IsStale = false;
        }
    }

    /// <summary>Shows a ticket as of an instant, and finds out when to look again.</summary>
    private void Tell(LiveTicket ticket, Instant now, ICollection<LiveChange> changes)
    {
        ticket.IsDirty = false;
        var (before, wake) = (ticket.Wake, Math.Min(ticket.NextFact, ReadStandings(ticket, now)));
        ticket.Wake = wake;
        if (wake != before && wake != long.MaxValue)
            _wakes.Enqueue(ticket, wake);
        if (ticket.HasMoved && _escalated.Clocks.Count > 0)
            Follow(ticket);
        ticket.HasMoved = false;
        Tell(ticket, LinesAt(now), now, changes);
        foreach (var (objective, table) in _objectives)
        {
            _outcomes.Clear();
            foreach (var standing in _standings[table])
                _outcomes.Add(standing.Outcome);
            objective.Replace(ticket.Place, CollectionsMarshal.AsSpan(_outcomes), now);
        }

        if (!ticket.Group.IsQuiet && MayRest(ticket))
            Quiet.Add(ticket.Group);
    }

    /// <summary>Reads how the cycles of a ticket stand.</summary>
    /// <returns>When that changes though no fact comes, in ticks.</returns>
    private long ReadStandings(LiveTicket ticket, Instant now)
    {
        var wake = Instant.MaxValue;
        for (var i = 0; i < _tables.Length; i++)
        {
            _standings[i].Clear();
            wake = Instant.Min(wake, _tables[i].Read(ticket.Place, now, _standings[i]));
        }

        return Ticks(wake);
    }

    /// <summary>Notes that people may have to be told of a ticket otherwise than before.</summary>
    private void Follow(LiveTicket ticket)
    {
        var isOpen = false;
        foreach (var standing in _standings.SelectMany(s => s))
            isOpen |= standing.Outcome.StoppedAt == long.MinValue && standing.Outcome.Verdict != ClockVerdict.Cancelled && _escalated.Clocks.Contains(standing.Clock);
        if (isOpen || ticket.IsFollowed || _escalated.CountsClocks)
            _moved.Add(ticket);
        ticket.IsFollowed = isOpen;
    }

    private List<ClockLine> LinesAt(Instant now)
    {
        _lines.Clear();
        for (var i = 0; i < _tables.Length && _tables[i].IsOnBoard; i++)
        {
            foreach (ref readonly var standing in CollectionsMarshal.AsSpan(_standings[i]))
            {
                var (outcome, risk) = (standing.Outcome, standing.AtRiskFrom);
                var atRiskFrom = !(risk <= now) ? long.MaxValue : (risk == Instant.MinValue ? now : risk.Value).ToUnixTimeTicks();
                var line = new ClockLine(NumberOf(standing.Clock), standing.Cycle, outcome.Verdict, standing.At.ToUnixTimeTicks(), atRiskFrom, outcome.StoppedAt == long.MinValue && outcome.Verdict != ClockVerdict.Cancelled);
                // Several objectives may measure one clock by different targets: the last says how it stands, the first to warn when it is at risk.
                var known = _lines.FindIndex(l => l.Cycle == line.Cycle && l.Clock == line.Clock);
                if (known < 0)
                    _lines.Add(line);
                else
                    _lines[known] = line with { AtRiskFrom = Math.Min(line.AtRiskFrom, _lines[known].AtRiskFrom) };
            }
        }

        return _lines;
    }

    private void Tell(LiveTicket ticket, List<ClockLine> lines, Instant now, ICollection<LiveChange> changes)
    {
        var gone = HasLines(ticket.Told, lines) ? [] : Arrange(ticket, lines);
        for (var i = 0; i < lines.Count; i++)
        {
            var (line, before, told) = (lines[i], ticket.Told[i], lines[i].Told);
            // Of one that is late nobody is told when it is stopped; it is counted otherwise.
            if (before == told)
                continue;
            if (before.Verdict != line.Verdict)
                Add(LiveChangeKind.Clock, told, before.Verdict is { } was ? LiveState.Words(was) : "", LiveState.Words(line.Verdict), Instant.FromUnixTimeTicks(line.At));
            if (before.IsAtRisk != told.IsAtRisk)
                Add(LiveChangeKind.ClockAtRisk, told, before.IsAtRisk ? "at risk" : "", told.IsAtRisk ? "at risk" : "", told.IsAtRisk ? Instant.FromUnixTimeTicks(line.AtRiskFrom) : now);
            _counts[told.Clock].Add(before, -1);
            _counts[told.Clock].Add(told, 1);
            ticket.Told[i] = told;
        }

        foreach (var line in gone)
        {
            Add(LiveChangeKind.Clock, line, LiveState.Words(line.Verdict!.Value), "", now);
            if (line.IsAtRisk)
                Add(LiveChangeKind.ClockAtRisk, line, "at risk", "", now);
            _counts[line.Clock].Add(line, -1);
        }

        void Add(LiveChangeKind kind, ToldLine line, string before, string now, Instant at) =>
            changes.Add(new LiveChange(kind, _id, LiveState.SubjectOf(ticket.Group.Subject, _counts[line.Clock].Clock, line.Cycle), before, now, at));
    }

    /// <summary>Whether what was told is about just these cycles, in their order.</summary>
    private static bool HasLines(ToldLine[] told, List<ClockLine> lines)
    {
        if (told.Length != lines.Count)
            return false;
        for (var i = 0; i < told.Length; i++)
        {
            if (told[i].Clock != lines[i].Clock || told[i].Cycle != lines[i].Cycle)
                return false;
        }

        return true;
    }

    /// <summary>Puts what was told in the order of the cycles that there are.</summary>
    /// <returns>What was told of those that are no more.</returns>
    private static ToldLine[] Arrange(LiveTicket ticket, List<ClockLine> lines)
    {
        var told = ticket.Told;
        ticket.Told = [.. lines.Select(l => Array.Find(told, t => t.Clock == l.Clock && t.Cycle == l.Cycle) is { Verdict: not null } known ? known : new ToldLine(l.Clock, ToldMarks.None, l.Cycle))];
        return Array.FindAll(told, t => !lines.Exists(l => l.Clock == t.Clock && l.Cycle == t.Cycle));
    }

    /// <summary>The position of a clock's name.</summary>
    private ushort NumberOf(string clock)
    {
        for (var i = 0; i < _counts.Count; i++)
        {
            if (_counts[i].Clock == clock)
                return (ushort)i;
        }

        _counts.Add(new ClockCount(clock));
        return checked((ushort)(_counts.Count - 1));
    }

    private IEnumerable<LiveState> StatesOf(LiveTicket ticket)
    {
        ReadStandings(ticket, _now);
        foreach (var line in LinesAt(_now).ToList())
        {
            var subject = LiveState.SubjectOf(ticket.Group.Subject, _counts[line.Clock].Clock, line.Cycle);
            yield return new LiveState(LiveChangeKind.Clock, subject, LiveState.Words(line.Verdict), Instant.FromUnixTimeTicks(line.At));
            if (line.IsAtRisk)
                yield return new LiveState(LiveChangeKind.ClockAtRisk, subject, "at risk", Instant.FromUnixTimeTicks(line.AtRiskFrom));
        }
    }

    private static long Ticks(Instant instant) => instant == Instant.MaxValue ? long.MaxValue : instant.ToUnixTimeTicks();
}
