using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Clocks;

/// <summary>What is true of a cycle of a clock.</summary>
public enum ClockVerdict
{
    /// <summary>It runs and is not past due.</summary>
    Running,

    /// <summary>It pauses and is not breached.</summary>
    Paused,

    /// <summary>It was stopped at or before due.</summary>
    Met,

    /// <summary>It is past due, whether open or stopped since. Stays so.</summary>
    Breached,

    /// <summary>It was cancelled before it was breached, or both parties agreed that its breach does not count.</summary>
    Cancelled,
}

/// <summary>A stretch of time of a clock.</summary>
/// <param name="Kind">What it did.</param>
/// <param name="During">From when to when.</param>
/// <param name="Open">Open time of its calendar in it: spent or taken out, as the kind says.</param>
/// <param name="EndedBy">The fact that ended it; null when time itself did, or the reading.</param>
public sealed record ClockSegment(ClockSegmentKind Kind, TickInterval During, Duration Open, FactReference? EndedBy)
{
    /// <summary>Whether its open time is spent; else it is taken out.</summary>
    public bool Counts => Kind is ClockSegmentKind.Running or ClockSegmentKind.Hidden or ClockSegmentKind.Inherited;
}

/// <summary>One cycle of one clock on one ticket, as of an instant.</summary>
public sealed record ClockReading
{
    /// <summary>The clock.</summary>
    public required ClockDefinition Definition { get; init; }

    /// <summary>The clock's name.</summary>
    public string Clock => Definition.Name;

    /// <summary>The ticket.</summary>
    public required string Ticket { get; init; }

    /// <summary>Which cycle of this clock on this ticket, from 1.</summary>
    public required int Cycle { get; init; }

    /// <summary>Whose duty it is.</summary>
    public ClockParty Party => Definition.Party;

    /// <summary>The priority whose target counts; empty for one that the agreement does not name.</summary>
    public required string Priority { get; init; }

    /// <summary>As of when this was read.</summary>
    public required Instant AsOf { get; init; }

    /// <summary>When the cycle started.</summary>
    public required Instant StartedAt { get; init; }

    /// <summary>From when the target counts: the start, unless a change of priority moved it.</summary>
    public required Instant CountedFrom { get; init; }

    /// <summary>When it was stopped or cancelled; null while open.</summary>
    public required Instant? StoppedAt { get; init; }

    /// <summary>The deadline that the target gives; null without a target and while it pauses (see <see cref="DueIfResumed"/>).</summary>
    public required Instant? Due { get; init; }

    /// <summary>The deadline agreed with the customer, which decides when there is one.</summary>
    public required Instant? PinnedDue { get; init; }

    /// <summary>While it pauses: what the deadline would be if it resumed at <see cref="AsOf"/>.</summary>
    public required Instant? DueIfResumed { get; init; }

    /// <summary>Since when it pauses; null when it does not.</summary>
    public required Instant? PausedSince { get; init; }

    /// <summary>The target; null when the clock only measures.</summary>
    public required ClockSpan? Target { get; init; }

    /// <summary>Open time spent that counts towards the target.</summary>
    public required Duration Spent { get; init; }

    /// <summary>Open time taken out by pauses, by being resolved in between, and by the customer's lateness.</summary>
    public required Duration Paused { get; init; }

    /// <summary>Open time left to the target; negative when it is overspent; null without a target.</summary>
    public required Duration? Remaining { get; init; }

    /// <summary>What is true.</summary>
    public required ClockVerdict Verdict { get; init; }

    /// <summary>When it was breached: its deadline, or the later change that moved the deadline into the past; null when it is not.</summary>
    public required Instant? BreachedAt { get; init; }

    /// <summary>When the verdict was decided: the stop of a clock that was met, the breach of one that was not; null while neither.</summary>
    public Instant? DecidedAt => Verdict switch
    {
        ClockVerdict.Met => StoppedAt,
        ClockVerdict.Breached => BreachedAt,
        ClockVerdict.Running or ClockVerdict.Paused or ClockVerdict.Cancelled => null,
        _ => throw new InvalidOperationException("A verdict that is not handled."),
    };

    /// <summary>The stretches of the cycle, in order of time, up to <see cref="StoppedAt"/> or <see cref="AsOf"/>.</summary>
    public required ImmutableArray<ClockSegment> Segments { get; init; }

    /// <summary>When to warn, in the order of the definition; null for a warning that has no instant (a share of a target in days; a clock that pauses).</summary>
    public required ImmutableArray<Instant?> Warnings { get; init; }

    /// <summary>Closed time between <see cref="CountedFrom"/> and <see cref="Due"/>; null when there is no due.</summary>
    internal Duration? ClosedBeforeDue { get; init; }

    /// <summary>The end of a target in days or calendar units before anything was taken out; null for the others.</summary>
    internal Instant? SpanEnd { get; init; }

    /// <summary>When so much of the target had passed, in the clock's own time, or will have if nothing happens.</summary>
    /// <param name="share">A fraction of one; not negative.</param>
    /// <returns>Null for a target that is not in open time, and where it is not reached: the clock was stopped before, or it pauses now.</returns>
    public Instant? ReachedAt(Rational share)
    {
        if (Target is not ClockSpan.OpenTime { Length: var target })
            return null;
        var calendar = Definition.CalendarFor(Priority);
        var counted = Segments.Where(s => s.Counts).Aggregate(0L, (sum, s) => sum + (long)s.Open.BclCompatibleTicks);
        // Time before a change of priority that does not count towards the target was open too.
        var wanted = (long)(share * (long)target.BclCompatibleTicks).Floor() + counted - (long)Spent.BclCompatibleTicks;
        foreach (var segment in Segments.Where(s => s.Counts))
        {
            var open = (long)segment.Open.BclCompatibleTicks;
            if (wanted <= open)
                return calendar.TryAdd(segment.During.Start, Math.Max(wanted, 0), out var then) ? Instant.FromUnixTimeTicks(then) : null;
            wanted -= open;
        }

        var runs = StoppedAt is null && PausedSince is null;
        return runs && calendar.TryAdd(AsOf.ToUnixTimeTicks(), wanted, out var at) ? Instant.FromUnixTimeTicks(at) : null;
    }

    /// <summary>The clauses that it follows from.</summary>
    public ImmutableArray<Clause> Clauses => Definition.Clauses;

    /// <summary>The tree behind it: spent and paused as sums of their stretches; due as start, target, pauses and closed hours.</summary>
    public Explanation Explain() => ClockExplanation.Of(this);
}
