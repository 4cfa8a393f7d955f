using NodaTime;

namespace Levelkeeper.Runtime.Live;

/// <summary>What kind of change it is.</summary>
public enum LiveChangeKind
{
    /// <summary>A clock has another verdict: it began, pauses, runs again, was met, breached, cancelled.</summary>
    Clock,

    /// <summary>A running clock has reached the share of its target from which it is at risk.</summary>
    ClockAtRisk,

    /// <summary>An objective has another verdict in a period.</summary>
    Objective,

    /// <summary>An outage began or ended.</summary>
    Outage,

    /// <summary>An alert on the burn of an error budget fires, or stops.</summary>
    BurnAlert,

    /// <summary>The error budget of an objective has reached a share of which the agreement has people told, or has fallen below it again.</summary>
    Budget,

    /// <summary>An objective of which the agreement has people told so would be missed if its period went on as until now, or would not any more.</summary>
    Projection,

    /// <summary>A period of an objective is over: what it came to as it ended. Late facts can change that; statements tell.</summary>
    Period,
}

/// <summary>Something about an agreement that is not as it was.</summary>
/// <param name="Kind">What kind.</param>
/// <param name="Agreement">Which agreement.</param>
/// <param name="Subject">What it is about: <c>respond/T-1/1</c> (clock, ticket, cycle), <c>uptime/2026-03</c>, <c>uptime/2026-03/A. Nowak</c>.</param>
/// <param name="Before">What it was; empty for nothing.</param>
/// <param name="Now">What it is; empty for nothing.</param>
/// <param name="At">When it became so, as far as that is known: the deadline of a breach; else the instant of the evaluation.</param>
public sealed record LiveChange(LiveChangeKind Kind, string Agreement, string Subject, string Before, string Now, Instant At);
