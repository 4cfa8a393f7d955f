using Levelkeeper.Runtime.Live;
using NodaTime;

namespace Levelkeeper.Runtime.Escalations;

/// <summary>What of an agreement waits to be looked at, and when the next step of each ticket comes. A ticket of which none can come is not in it.</summary>
internal sealed class AgreementPlans(LiveAgreement agreement)
{
    private readonly HashSet<LiveTicket> _waiting = [];
    private readonly Dictionary<LiveTicket, Instant> _next = [];
    private readonly PriorityQueue<LiveTicket, Instant> _queue = new();
    private Instant _objectivesNext = Instant.MaxValue;
    private Instant _notBefore = Instant.MinValue;
    private bool _objectivesWait;

    public LiveAgreement Agreement => agreement;

    /// <summary>When it is to be looked at, as it was queued last.</summary>
    public Instant Queued { get; set; } = Instant.MaxValue;

    /// <summary>When it is to be looked at; <see cref="Instant.MaxValue"/> for never.</summary>
    public Instant Wake
    {
        get
        {
            while (_queue.TryPeek(out var ticket, out var at) && !IsNext(ticket, at))
                _queue.Dequeue();
            var wake = _waiting.Count > 0 || _objectivesWait ? Instant.MinValue : Instant.Min(_objectivesNext, _queue.TryPeek(out _, out var next) ? next : Instant.MaxValue);
            return Instant.Max(wake, _notBefore);
        }
    }

    public void Take(LiveNews news)
    {
        foreach (var ticket in news.Tickets)
        {
            if (ticket.IsFollowed)
                _waiting.Add(ticket);
            else
                Set(ticket, null);
        }

        _objectivesWait |= news.HasObjectives;
    }

    /// <summary>The tickets that changed, or of which a step has come.</summary>
    public IReadOnlyList<LiveTicket> DueAt(Instant now)
    {
        while (_queue.TryPeek(out var ticket, out var at) && at <= now)
        {
            _queue.Dequeue();
            if (IsNext(ticket, at))
                _waiting.Add(ticket);
        }

        return [.. _waiting];
    }

    /// <summary>Whether objectives, or outages, are to be looked at.</summary>
    public bool AreObjectivesDueAt(Instant now) => _objectivesWait || _objectivesNext <= now;

    /// <summary>A ticket was looked at.</summary>
    /// <param name="ticket">The ticket.</param>
    /// <param name="next">When its next step comes; null when none will.</param>
    public void Set(LiveTicket ticket, Instant? next)
    {
        _waiting.Remove(ticket);
        if (next is not { } at)
        {
            _next.Remove(ticket);
            return;
        }

        if (IsNext(ticket, at))
            return;
        _next[ticket] = at;
        _queue.Enqueue(ticket, at);
        // What was replaced is taken out when its time comes, unless too much of it waits for that.
        if (_queue.Count <= 64 + 2 * _next.Count)
            return;
        _queue.Clear();
        foreach (var (other, when) in _next)
            _queue.Enqueue(other, when);
    }

    /// <summary>Objectives and outages were looked at.</summary>
    public void SetObjectives(Instant? next) => (_objectivesWait, _objectivesNext) = (false, next ?? Instant.MaxValue);

    /// <summary>Something failed: what waits waits a little longer.</summary>
    public void PutOff(Instant until) => _notBefore = until;

    private bool IsNext(LiveTicket ticket, Instant at) => _next.TryGetValue(ticket, out var next) && next == at;
}
