using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Duties;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;
using NodaTime;

namespace Levelkeeper.Runtime.Live;

/// <summary>One agreement with the facts that it might take in, kept current: a ticket is read anew when a fact concerns it, an objective when one concerns it or a ticket of it came to something else, and each when time alone changes it.</summary>
/// <remarks>
/// What is read is always what the evaluator of everything else reads, over the facts on which it depends. Facts on which everything depends (who is on a roster each
/// member of which is observed, duties whose lateness delays) touch everything, and so do the instants at which a version, the term or such a duty comes due.
/// </remarks>
internal sealed class LiveAgreement
{
    /// <summary>How far ahead the next duty is looked for.</summary>
    private static readonly Duration s_horizon = Duration.FromDays(400);

    private readonly PreparedAgreement _prepared;
    private readonly LiveTicketReader _tickets;
    private readonly Dictionary<FactGroup, Member> _members = [];
    private readonly HashSet<FactGroup> _touched = [];
    private readonly FactShare _common;
    private readonly List<FactShare> _shares = [];
    private readonly List<LiveObjective> _objectives = [];
    private Instant _edge = Instant.MinValue;
    private FactSet? _set;
    private PreparedFacts? _matched;

    public LiveAgreement(string id, AgreementVersions versions)
    {
        Id = id;
        _prepared = new PreparedAgreement(versions);
        Interest = new AgreementInterest(versions);
        var agreements = versions.All.Select(v => v.Agreement).ToList();
        _common = new FactShare(
            agreements.SelectMany(a => a.Objectives.Select(o => o.ObservedRoster).Concat(a.Duties.Where(d => !d.Delays.IsEmpty).Select(d => d.Rule.Duty))).Where(n => n.Length > 0), isOpen: false);
        _shares.Add(_common);
        var shares = new List<TicketShareObjective>();
        foreach (var name in _prepared.Objectives)
        {
            if (TicketShareObjective.Fits(versions, name))
                shares.Add(new TicketShareObjective(_prepared, name));
            _objectives.Add(shares.Find(s => s.Name == name) is { } share ? share : new FactObjective(_prepared, name, ShareOf(name), _common));
        }

        _shares.AddRange(_objectives.OfType<FactObjective>().Select(o => o.Share));
        _tickets = new LiveTicketReader(_prepared, Interest.IsOpen, shares, _common);
        _shares.AddRange(_tickets.Services);
    }

    public string Id { get; }

    public AgreementVersions Versions => _prepared.Versions;

    /// <summary>Which facts it might take in.</summary>
    public AgreementInterest Interest { get; }

    /// <summary>Whether it was read at all.</summary>
    public bool IsRead { get; private set; }

    /// <summary>When something changes though no fact comes.</summary>
    public Instant Wake { get; private set; } = Instant.MinValue;

    /// <summary>How everything stood as of the last reading.</summary>
    public IEnumerable<LiveState> States => _tickets.States.Concat(_objectives.SelectMany(o => o.States));

    /// <summary>Its objectives.</summary>
    public IReadOnlyList<LiveObjective> Objectives => _objectives;

    /// <summary>The tickets on which its clocks run, or ran; in no order.</summary>
    public IEnumerable<string> Tickets => _tickets.Tickets;

    /// <summary>How many clocks it has.</summary>
    public IEnumerable<ClockFigures> Clocks => _tickets.Clocks;

    /// <summary>How often a ticket was read: what touches others does not count here.</summary>
    public int TicketReadings => _tickets.Readings;

    /// <summary>How often an objective was read.</summary>
    public int ReadingsOf(string objective) => _objectives.Find(o => o.Name == objective)?.Readings ?? 0;

    /// <summary>Adds a group of facts.</summary>
    public void Add(FactGroup group)
    {
        _members.TryAdd(group, new Member());
        Touch(group);
    }

    /// <summary>A fact has come to a group of it, or the group now goes together with another.</summary>
    public void Touch(FactGroup group)
    {
        _touched.Add(group);
        (_set, _matched) = (null, null);
    }

    /// <summary>Its facts, in the order of the log.</summary>
    public FactSet Facts()
    {
        if (_set is not null)
            return _set;
        var facts = _members.Keys.SelectMany(g => g.Facts).ToList();
        facts.Sort(static (a, b) => a.LogSequence.CompareTo(b.LogSequence));
        return _set = FactSet.Of(facts);
    }

    /// <summary>Those of its facts that it does not take in, with the reason.</summary>
    public IEnumerable<SetAsideFact> SetAside(Instant asOf)
    {
        _matched ??= _prepared.With(Facts().Effective(asOf));
        return _matched.Unmatched.Concat(_matched.LeftOut);
    }

    /// <summary>Reads what was touched and what time has changed.</summary>
    /// <param name="now">The instant; not before the last one.</param>
    /// <param name="changes">Receives what is not as it was.</param>
    public void AdvanceTo(Instant now, ICollection<LiveChange> changes)
    {
        foreach (var group in _touched)
            Spread(group, now);
        _touched.Clear();
        if ((IsRead && now >= _edge) || (_common.IsTouched && _common.Groups.Count > 0))
        {
            foreach (var objective in _objectives)
                objective.Touch();
            _tickets.TouchAll();
        }

        if (now >= _edge)
            _edge = EdgeAfter(now);
        IsRead = true;

        // In this order: what a service's facts change of a ticket, a share of tickets must see.
        _tickets.ReadAt(now, changes);
        _common.Settle();
        var wake = Instant.Min(_edge, _tickets.Wake);
        foreach (var objective in _objectives)
        {
            objective.TakeIn(now);
            if (objective.IsTouched || objective.Wake <= now)
                objective.ReadAt(now, changes);
            wake = Instant.Min(wake, objective.Wake);
        }

        Wake = wake;
    }

    /// <summary>What the new facts in a group touch: the parts of the group, and of all that goes together with it.</summary>
    private void Spread(FactGroup group, Instant now)
    {
        var closure = group.Closure();
        if (closure.Count == 1 && _members[group] is { Shares.Count: 0 } alone && group.Facts is [{ Fact.Data: var first }, ..] && FactMatcher.IsOfTicket(first))
        {
            // Most of what comes is a new ticket, or the next fact of one.
            for (; alone.Seen < group.Facts.Count; alone.Seen++)
            {
                var fact = group.Facts[alone.Seen].Fact;
                Sort(group, alone, fact);
                if (!(alone.Seen == 0 ? _tickets.TryBegin(alone.Ticket!, fact, now) : _tickets.TryApply(alone.Ticket!, fact, now)))
                    _tickets.Touch(alone.Ticket!);
            }

            foreach (var share in alone.Shares)
                share.Touch(group);
            return;
        }

        foreach (var one in closure)
        {
            if (!_members.TryGetValue(one, out var member))
                continue;
            for (; member.Seen < one.Facts.Count; member.Seen++)
                Sort(one, member, one.Facts[member.Seen].Fact);
            foreach (var share in member.Shares)
                share.Touch(one);
            if (member.Ticket is not null)
                _tickets.Touch(member.Ticket);
        }
    }

    private void Sort(FactGroup group, Member member, Fact fact)
    {
        var data = fact.Data is FactData.Corrected { Replacement: { } replacement } ? replacement : fact.Data;
        if (FactMatcher.IsOfTicket(data))
        {
            member.Ticket ??= _tickets.Add(group);
            if (data is FactData.TicketLinked linked)
                _tickets.Link(member.Ticket, linked.Outage);
        }

        foreach (var share in _shares)
        {
            if (share.Offer(group, fact))
                member.Shares.Add(share);
        }
    }

    /// <summary>The next instant at which everything may change.</summary>
    private Instant EdgeAfter(Instant now)
    {
        var edges = new List<Instant>(_prepared.Changes);
        var term = Versions.TermTime;
        foreach (var edge in (long[])[term.Start, term.End])
        {
            if (edge is not (long.MaxValue or long.MinValue))
                edges.Add(Instant.FromUnixTimeTicks(edge));
        }

        foreach (var duty in Versions.All.SelectMany(v => v.Agreement.Duties).Where(d => !d.Delays.IsEmpty))
            edges.AddRange(DutySchedule.DueBefore(duty.Rule, now + s_horizon).Select(d => d.Due).Where(d => d >= now).Take(1));
        // What begins at an instant has its first result a tick later, and what falls due is late a tick later.
        return edges.SelectMany(e => (Instant[])[e, e.PlusTicks(1)]).Where(e => e > now).DefaultIfEmpty(Instant.MaxValue).Min();
    }

    /// <summary>The share of an objective that is read from facts.</summary>
    private FactShare ShareOf(string name)
    {
        var words = new List<string> { name };
        var takesTickets = false;
        foreach (var (agreement, objective) in Versions.All.SelectMany(v => v.Agreement.Objectives.Where(o => o.Name == name).Select(o => (v.Agreement, o))))
        {
            words.AddRange(AgreementInterest.WordsOf(agreement, objective.Service));
            words.AddRange([objective.EachOf, .. agreement.Delaying(name).Select(d => d.Rule.Duty)]);
            switch (objective.Indicator)
            {
                case Indicator.Values values:
                    words.Add(values.Metric);
                    break;
                case Indicator.Requests requests:
                    words.Add(requests.Metric);
                    break;
                case Indicator.Duty duty:
                    words.Add(duty.Rule.Duty);
                    break;
                case Indicator.Tickets or Indicator.Clock:
                    takesTickets = true;
                    // A ticket may be linked to an outage of any service.
                    words.AddRange(agreement.Services.SelectMany(s => AgreementInterest.WordsOf(agreement, s.Name)));
                    break;
                case Indicator.Availability or Indicator.Outages:
                    break;
                default:
                    throw new InvalidOperationException("The cases of an indicator are closed.");
            }
        }

        return new FactShare(words.Where(w => w.Length > 0), Interest.IsOpen, takesTickets);
    }

    /// <summary>A group of facts with what it is to the agreement.</summary>
    private sealed class Member
    {
        /// <summary>How many of its facts were sorted.</summary>
        public int Seen { get; set; }

        public List<FactShare> Shares { get; } = [];

        public LiveTicket? Ticket { get; set; }
    }
}
