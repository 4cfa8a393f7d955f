using System.Collections.Immutable;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Core.Clocks;

/// <summary>The clocks of many tickets kept current fact by fact, with what goes from one ticket to another: merges, shared recoveries, attachment.</summary>
/// <remarks>
/// After every call it says what <see cref="TicketClocks"/> says of the same facts as of the last <see cref="AdvanceTo"/>. A plain fact that comes in order goes straight
/// to <see cref="LiveClocks"/>. What is rare (a report, a merge, a link, a late fact, several at one instant) folds the ticket anew from its own facts,
/// which the fact log gives; and so are the others whose inheritance it changes. Facts later than now wait until then. One writer; not thread-safe.
/// </remarks>
public sealed class LiveTickets
{
    private readonly TicketEventReader _reader;
    private readonly TicketStory _story;
    private readonly LiveClocks _clocks;
    private readonly TicketKinships _kinships;
    private readonly Func<string, IReadOnlyList<Fact>> _factsOf;
    private readonly PriorityQueue<string, long> _waiting = new();
    private readonly List<TicketEvent> _read = new(2);
    private TicketSurroundings _surroundings = TicketSurroundings.None;
    private long _now;

    /// <summary>No tickets yet.</summary>
    /// <param name="program">The clocks.</param>
    /// <param name="start">The first now.</param>
    /// <param name="factsOf">The facts of a ticket as they count, in their order: each once, amendments applied, later ones than now included. None for a ticket that is not known.</param>
    /// <param name="capacity">For how many tickets room is made at once; more is made when needed.</param>
    public LiveTickets(ClockProgram program, Instant start, Func<string, IReadOnlyList<Fact>> factsOf, int capacity = 1024)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(factsOf);
        _reader = new TicketEventReader(program);
        _story = new TicketStory(_reader);
        _clocks = new LiveClocks(program, start, capacity);
        _factsOf = factsOf;
        _kinships = new TicketKinships(factsOf);
        _now = start.ToUnixTimeTicks();
    }

    /// <summary>How many tickets are held.</summary>
    public int Count => _clocks.Count;

    /// <summary>The key under which <see cref="VerdictChange"/>s tell of a ticket.</summary>
    public static UInt128 KeyOf(string ticket)
    {
        var key = FactKey.Of(ticket, "");
        return new UInt128(key.High, key.Low);
    }

    /// <summary>Takes a fact that was new to the log, whenever it happened.</summary>
    /// <param name="fact">As it counts. One that is not about a ticket changes nothing.</param>
    /// <param name="changes">Receives the verdicts that change.</param>
    /// <remarks>A retraction or correction is told by <see cref="Reread"/>; so is a fact that one of them was waiting for.</remarks>
    public void Apply(Fact fact, ICollection<VerdictChange> changes)
    {
        ArgumentNullException.ThrowIfNull(fact);
        ArgumentNullException.ThrowIfNull(changes);
        if (fact.Subject.Length == 0)
            return;
        var at = fact.Time.ToUnixTimeTicks();
        if (at > _now)
        {
            _waiting.Enqueue(fact.Subject, at);
            return;
        }

        var key = KeyOf(fact.Subject);
        var last = _clocks.LastAt(key);
        if (last == long.MinValue || at <= last || IsRare(fact))
        {
            Reread(fact.Subject, changes);
            return;
        }

        _read.Clear();
        _reader.Read(fact, _read);
        var notMeasured = TicketStory.NotMeasured(fact.Subject, _surroundings);
        foreach (var e in _read)
        {
            if (_clocks.TryApply(key, notMeasured is null ? e : TicketStory.Marked(e, notMeasured), changes))
                continue;
            Reread(fact.Subject, changes);
            return;
        }
    }

    /// <summary>Folds a ticket anew after its facts changed otherwise than by a new one: a retraction, a correction, an erasure.</summary>
    public void Reread(string ticket, ICollection<VerdictChange> changes)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        ArgumentNullException.ThrowIfNull(changes);
        var facts = _factsOf(ticket);
        foreach (var other in _kinships.Update(ticket, facts, _now))
            Refold(other, _factsOf(other), changes);
        Refold(ticket, facts, changes);
    }

    /// <summary>Replaces what the facts of the tickets do not say: attachment, coming and leaving, what versions measure, recoveries of outages.</summary>
    /// <param name="surroundings">All that holds from now on. Tickets linked to an outage with other recoveries are folded anew.</param>
    /// <param name="touched">The tickets whose attachment or turns are others than before, or that other versions measure.</param>
    /// <param name="changes">Receives the verdicts that change.</param>
    public void Surround(TicketSurroundings surroundings, IEnumerable<string> touched, ICollection<VerdictChange> changes)
    {
        ArgumentNullException.ThrowIfNull(surroundings);
        ArgumentNullException.ThrowIfNull(touched);
        ArgumentNullException.ThrowIfNull(changes);
        var before = _surroundings;
        _surroundings = surroundings;
        var tickets = new SortedSet<string>(touched, StringComparer.Ordinal);
        foreach (var (outage, linked) in _kinships.Linked)
        {
            if (!before.Recoveries.GetValueOrDefault(outage, []).SequenceEqual(surroundings.Recoveries.GetValueOrDefault(outage, [])))
                tickets.UnionWith(linked);
        }

        foreach (var ticket in tickets)
            Reread(ticket, changes);
    }

    /// <summary>Lets time pass: facts that were waiting for it count, and deadlines before it fire.</summary>
    /// <param name="now">Not before the last one.</param>
    /// <param name="changes">Receives the verdicts that change.</param>
    public void AdvanceTo(Instant now, ICollection<VerdictChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var ticks = now.ToUnixTimeTicks();
        ArgumentOutOfRangeException.ThrowIfLessThan(ticks, _now);
        _now = ticks;

        // First, because what happened before a deadline may keep it.
        var due = new SortedSet<string>(StringComparer.Ordinal);
        while (_waiting.TryPeek(out var ticket, out var at) && at <= ticks)
        {
            due.Add(ticket);
            _waiting.Dequeue();
        }

        foreach (var ticket in due)
            Reread(ticket, changes);
        _clocks.AdvanceTo(now, changes);
    }

    /// <summary>The verdict of the last cycle of a clock as of now; null when there is none.</summary>
    /// <param name="ticket">The ticket.</param>
    /// <param name="clock">Position of the clock in <see cref="ClockProgram.Definitions"/>.</param>
    public ClockVerdict? VerdictOf(string ticket, int clock) => _clocks.VerdictOf(KeyOf(ticket), clock);

    /// <summary>Forgets the clocks of a ticket for which nothing is left to wait. A fact that comes all the same brings it back from its facts.</summary>
    /// <returns>False when it is not held.</returns>
    public bool Remove(string ticket) => _clocks.Remove(KeyOf(ticket));

    private bool IsRare(Fact fact) =>
        fact.Data is FactData.TicketReported or FactData.TicketMerged or FactData.TicketLinked
        || (!_surroundings.Turns.IsEmpty && _surroundings.Turns.ContainsKey(fact.Key));

    private void Refold(string ticket, IReadOnlyList<Fact> facts, ICollection<VerdictChange> changes)
    {
        if (facts.Count == 0 && _clocks.LastAt(KeyOf(ticket)) == long.MinValue)
            return;
        var events = _story.Until(ticket, facts, _kinships.MergesOf(ticket), _surroundings, _now, out var next);
        if (next != long.MaxValue)
            _waiting.Enqueue(ticket, next);
        _clocks.Refold(KeyOf(ticket), [.. events.Select(e => e.Event)], changes);
    }
}
