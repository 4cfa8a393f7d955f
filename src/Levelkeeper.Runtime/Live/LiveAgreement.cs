using System.Runtime.ExceptionServices;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Duties;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;
using Levelkeeper.Runtime.Escalations;
using Levelkeeper.Runtime.Live.Snapshots;
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

    private readonly IFactSource _source;
    private readonly RestingTickets _resting;
    private readonly PreparedAgreement _prepared;
    private readonly LiveTicketReader _tickets;
    private readonly List<GroupMember> _members = [];
    private readonly List<(GroupMember Member, StampedFact? Fact)> _came = [];
    private readonly FactShare _common;
    private readonly List<FactShare> _shares = [];
    private readonly List<LiveObjective> _objectives = [];
    private readonly WeakReference<FactSet?> _facts = new(null);
    private readonly List<StampedFact> _updates = [];
    private Instant _edge = Instant.MinValue;
    private bool _hasUpdates;

    /// <summary>An agreement without facts.</summary>
    /// <param name="id">By which it is known.</param>
    /// <param name="versions">The agreement.</param>
    /// <param name="source">Where its facts are found again.</param>
    /// <param name="resting">The tickets of which nothing is kept.</param>
    public LiveAgreement(string id, AgreementVersions versions, IFactSource source, RestingTickets resting)
    {
        (Id, _source, _resting) = (id, source, resting);
        _prepared = new PreparedAgreement(versions);
        Interest = new AgreementInterest(versions);
        Escalated = new EscalationInterest(versions);
        var agreements = versions.All.Select(v => v.Agreement).ToList();
        _common = new FactShare(
            agreements.SelectMany(a => a.Objectives.Select(o => o.ObservedRoster).Concat(a.Duties.Where(d => !d.Delays.IsEmpty).Select(d => d.Rule.Duty))).Where(n => n.Length > 0), isOpen: false);
        _shares.Add(_common);
        var shares = new List<TicketShareObjective>();
        foreach (var name in _prepared.Objectives)
        {
            if (TicketShareObjective.Fits(versions, name))
                shares.Add(new TicketShareObjective(_prepared, name));
            _objectives.Add(shares.Find(s => s.Name == name) is { } share ? share : new FactObjective(_prepared, source, name, ShareOf(name), _common));
        }

        _shares.AddRange(_objectives.OfType<FactObjective>().Select(o => o.Share));
        _tickets = new LiveTicketReader(this, _prepared, source, shares, _common);
        _shares.AddRange(_tickets.Services);
    }

    public string Id { get; }

    /// <summary>Its groups of facts.</summary>
    public IReadOnlyList<GroupMember> Members => _members;

    public AgreementVersions Versions => _prepared.Versions;

    /// <summary>Which facts it might take in.</summary>
    public AgreementInterest Interest { get; }

    /// <summary>Of what somebody is told.</summary>
    public EscalationInterest Escalated { get; }

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

    private LiveObjective ObjectiveOf(string name) => _objectives.Find(o => o.Name == name) ?? throw new InvalidDataException($"It has no objective '{name}'.");

    /// <summary>Tickets on which all is over, as far as this agreement goes, since somebody last emptied this.</summary>
    public List<FactGroup> Quiet => _tickets.Quiet;

    /// <summary>Whether people may have to be told otherwise since <see cref="TakeNews"/>.</summary>
    public bool HasNews => Escalated.IsAny && (_hasUpdates || _tickets.HasMoved || _objectives.Exists(o => o.IsNews && Escalated.Objectives.Contains(o.Name)));

    /// <summary>What may have people told otherwise since this was asked last.</summary>
    public LiveNews TakeNews()
    {
        var tickets = _tickets.TakeMoved();
        var objectives = _hasUpdates || (Escalated.CountsClocks && tickets.Count > 0) || _objectives.Exists(o => o.IsNews && Escalated.Objectives.Contains(o.Name));
        _objectives.ForEach(o => o.IsNews = false);
        _hasUpdates = false;
        return new LiveNews(this, tickets, objectives);
    }

    /// <summary>A ticket as everything else reads it, from its facts.</summary>
    public TicketStanding Read(LiveTicket ticket, Instant now) => _tickets.Read(ticket, now);

    /// <summary>The results of some objectives in the periods that touch a span: see <see cref="LiveObjective.ResultsIn"/>.</summary>
    public IEnumerable<ObjectiveEvaluation> ResultsOf(IReadOnlySet<string> objectives, Instant from, Instant to, Instant asOf) =>
        _objectives.Where(o => objectives.Contains(o.Name)).SelectMany(o => o.ResultsIn(from, to, asOf));

    /// <summary>The facts that give updates on outages, and whatever amends a fact, in the order of the log; none where nobody is told of updates.</summary>
    public List<StampedFact> Updates() => [.. _updates.OrderBy(f => f.LogSequence)];

    /// <summary>Adds a group, of which it has no facts yet.</summary>
    public void Add(GroupMember member)
    {
        member.Number = _members.Count;
        _members.Add(member);
    }

    /// <summary>Whether nothing need be kept of a group but what it came to.</summary>
    public bool MayRest(GroupMember member) => _common.IsEmpty && member is { Ticket: { } ticket, Shares: null, IsMixed: false } && _tickets.MayRest(ticket);

    /// <summary>Lets go of a group that may rest.</summary>
    public void Rest(GroupMember member)
    {
        _tickets.Rest(member.Ticket!);
        // The last takes its place.
        var last = _members[^1];
        (_members[member.Number], last.Number) = (last, member.Number);
        _members.RemoveAt(_members.Count - 1);
    }

    /// <summary>Has a group back that rested, as it was then.</summary>
    /// <param name="member">The group.</param>
    /// <param name="facts">Its facts.</param>
    public void Restore(GroupMember member, IReadOnlyList<StampedFact> facts)
    {
        Add(member);
        member.HasFacts = true;
        member.Ticket = _tickets.Restore(member.Group, facts);
    }

    /// <summary>A fact has come to a group of it; or, without one, the group now goes together with another.</summary>
    public void Take(GroupMember member, StampedFact? fact)
    {
        _came.Add((member, fact));
        _facts.SetTarget(null);
    }

    /// <summary>Its facts, in the order of the log.</summary>
    public FactSet Facts()
    {
        if (!_facts.TryGetTarget(out var facts))
            _facts.SetTarget(facts = FactSet.Of(_source.Read([.. _members.Select(m => m.Group.Subject).Where(s => s.Length > 0), .. _resting.Of(Interest)], [.. _members.SelectMany(m => m.Group.Places)])));
        return facts;
    }

    /// <summary>Those of its facts that it does not take in, with the reason.</summary>
    public IEnumerable<SetAsideFact> SetAside(Instant asOf)
    {
        var matched = _prepared.With(Facts().Effective(asOf));
        return matched.Unmatched.Concat(matched.LeftOut);
    }

    /// <summary>Takes in what came: from here on no fact of it is held that is not needed.</summary>
    /// <param name="now">The instant; not before the last one.</param>
    public void TakeIn(Instant now)
    {
        // At a start this is asked of every agreement for each segment of the log.
        if (_came.Count == 0)
            return;
        var taken = 0;
        try
        {
            while (taken < _came.Count)
            {
                var (member, fact) = _came[taken++];
                if (fact is null)
                    Spread(member.Group);
                else
                    TakeIn(member, fact, now);
            }
        }
        finally
        {
            _came.RemoveRange(0, taken);
        }

        foreach (var objective in _objectives)
            objective.TakeIn(now);
    }

    /// <summary>Writes what is kept, groups by their numbers. Nothing may wait to be taken in.</summary>
    public void Save(SnapshotWriter to, Func<FactGroup, int> numberOf)
    {
        to.Instant(_edge);
        to.Each(_members, m =>
        {
            to.Number(numberOf(m.Group));
            to.Write(m.HasFacts);
            to.Write(m.IsMixed);
            to.Each(m.Shares ?? [], s => to.Number(_shares.IndexOf(s)));
            to.Number(m.Ticket is { } ticket ? ticket.Place + 1 : 0);
        });
        _tickets.Save(to);
        to.Each(_objectives, o =>
        {
            to.Word(o.Name);
            o.Save(to);
        });
        to.Each(_updates, u => to.Write(u.LogSequence));
    }

    /// <summary>Goes on from what was written, as an agreement of the same content.</summary>
    public void Load(SnapshotReader from, IReadOnlyList<FactGroup> groups)
    {
        _edge = from.Instant();
        var tickets = new Dictionary<int, GroupMember>();
        from.Each(() =>
        {
            var member = groups[from.Number()].Join(this);
            (member.HasFacts, member.IsMixed) = (from.ReadBoolean(), from.ReadBoolean());
            from.Each(() =>
            {
                var share = _shares[from.Number()];
                share.Add(member.Group);
                (member.Shares ??= new(1)).Add(share);
            });
            if (from.Number() is > 0 and var place)
                tickets.Add(place - 1, member);
            Add(member);
        });
        _shares.ForEach(s => s.Settle());
        _tickets.Load(from, tickets);
        from.Each(() => ObjectiveOf(from.Word()).Load(from));
        var updates = new List<long>();
        from.Each(() => updates.Add(from.ReadInt64()));
        _updates.AddRange(_source.Read([], updates));
        IsRead = true;
    }

    /// <summary>Reads what was touched and what time has changed.</summary>
    /// <param name="now">The instant; not before the last one.</param>
    /// <param name="changes">Receives what is not as it was.</param>
    /// <exception cref="Exception">Something of it could not be read; all else was, but where facts cannot be read just now (<see cref="LiveAgreements.IsPassing"/>): then it is to be called again.</exception>
    public void AdvanceTo(Instant now, ICollection<LiveChange> changes)
    {
        TakeIn(now);
        var isOtherwise = _common.IsTouched && _common.Groups.Count > 0;
        if ((IsRead && now >= _edge) || isOtherwise)
        {
            foreach (var objective in _objectives)
                objective.Touch(isOtherwise);
            _tickets.TouchAll();
        }

        if (now >= _edge)
            _edge = EdgeAfter(now);
        IsRead = true;

        // In this order: what a service's facts change of a ticket, a share of tickets must see.
        var failed = new List<Exception>();
        _tickets.ReadAt(now, changes, failed);
        _common.Settle();
        var wake = Instant.Min(_edge, _tickets.Wake);
        foreach (var objective in _objectives)
        {
            try
            {
                if (objective.IsTouched || objective.Wake <= now)
                    objective.ReadAt(now, changes);
                wake = Instant.Min(wake, objective.Wake);
            }
            catch (Exception exception) when (!LiveAgreements.IsPassing(exception))
            {
                failed.Add(exception);
            }
        }

        Wake = wake;
        if (failed.Count > 0)
            ExceptionDispatchInfo.Throw(failed[0]);
    }

    private void TakeIn(GroupMember member, StampedFact stamped, Instant now)
    {
        var (group, isFirst, isTicket) = (member.Group, !member.HasFacts, FactMatcher.IsOfTicket(stamped.Fact.Data));
        member.HasFacts = true;
        member.IsMixed |= !isTicket;
        Sort(member, stamped, isFirst);
        if (group.Together.Count > 0)
            Spread(group);
        else if (member.Ticket is { } ticket && (member.IsMixed || !(isFirst ? _tickets.TryBegin(ticket, stamped.Fact, now) : _tickets.TryApply(ticket, stamped.Fact, now))))
            _tickets.Touch(ticket);
    }

    /// <summary>What happens to a group happens to all that goes together with it.</summary>
    private void Spread(FactGroup group)
    {
        foreach (var one in group.Closure())
        {
            if (one.MemberOf(this) is not { } member)
                continue;
            member.Shares?.ForEach(s => s.Renew());
            if (member.Ticket is { } ticket)
                _tickets.Touch(ticket);
        }
    }

    /// <summary>Finds out which parts depend on a fact, and hands it to them.</summary>
    private void Sort(GroupMember member, StampedFact stamped, bool isFirst)
    {
        var fact = stamped.Fact;
        if (Escalated.WatchesUpdates && fact.Data is FactData.OutageUpdated or FactData.Retracted or FactData.Corrected)
        {
            _updates.Add(stamped);
            _hasUpdates = true;
        }

        var data = fact.Data is FactData.Corrected { Replacement: { } replacement } ? replacement : fact.Data;
        if (FactMatcher.IsOfTicket(data))
        {
            member.Ticket ??= _tickets.Add(member.Group);
            if (data is FactData.TicketLinked linked)
                _tickets.Link(member.Ticket, linked.Outage);
        }

        foreach (var share in _shares)
        {
            if (!share.Offer(member.Group, fact))
                continue;
            (member.Shares ??= new(1)).Add(share);
            // From here on what it had before concerns the part as well.
            if (!isFirst)
                share.Renew();
        }

        member.Shares?.ForEach(s => s.Take(stamped));
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

        return new FactShare(words.Where(w => w.Length > 0), Interest.IsOpen, takesTickets, hands: true);
    }
}
