using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using NodaTime;

namespace Levelkeeper.Core.Clocks;

/// <summary>Whose duty a clock measures.</summary>
public enum ClockParty
{
    /// <summary>The provider has to do something in time.</summary>
    Provider,

    /// <summary>The customer has to: give information, access, approval.</summary>
    Customer,
}

/// <summary>What a change of priority does to a running clock. A breach is never dated before the change; one already reached stays.</summary>
public enum PriorityChangePolicy
{
    /// <summary>The new target counts from the original start, with the time already spent. The default.</summary>
    FromStart,

    /// <summary>The new target counts from the change on.</summary>
    FromChange,

    /// <summary>The fact's reason decides: <em>corrected</em> from the start, <em>impact changed</em> from the change; not stated, from the start.</summary>
    ByReason,
}

/// <summary>What happens to the time while a clock pauses.</summary>
public enum PauseEffect
{
    /// <summary>The open time of the pause is taken out, exactly: the deadline moves by it. The default.</summary>
    TakesTimeOut,

    /// <summary>The deadline is only hidden while the pause lasts and does not move; a breach that came due in it is dated at its end.</summary>
    HidesOnly,
}

/// <summary>When a clock pauses at all is its <see cref="ClockDefinition.Pause"/>; this says what follows.</summary>
/// <param name="Effect">What happens to the time.</param>
/// <param name="Longest">The longest pause: at its end the clock resumes by itself, and does not pause again before the reason has gone once; null for none.</param>
public sealed record PausePolicy(PauseEffect Effect = PauseEffect.TakesTimeOut, ClockSpan? Longest = null)
{
    /// <summary>Time is taken out; no longest pause.</summary>
    public static PausePolicy Default { get; } = new();
}

/// <summary>What a clock does that was stopped because its ticket was resolved, when the ticket is opened again.</summary>
public enum ReopenEffect
{
    /// <summary>The same clock resumes; the time while resolved does not count. The default.</summary>
    Resumes,

    /// <summary>The same clock resumes; the time while resolved counts.</summary>
    ResumesAndCounts,

    /// <summary>A new cycle of the clock starts; the earlier one keeps its verdict.</summary>
    NewCycle,
}

/// <summary>What reopening does. Later than <paramref name="Within"/> it is always a new cycle.</summary>
/// <param name="Effect">What it does in time.</param>
/// <param name="Within">How long after the stop; null for ever.</param>
public sealed record ReopenPolicy(ReopenEffect Effect, ClockSpan? Within)
{
    /// <summary>Within five business days of the clock's calendar the same clock resumes and the time while resolved does not count.</summary>
    public static ReopenPolicy Default { get; } = new(ReopenEffect.Resumes, new ClockSpan.BusinessDays(5));
}

/// <summary>From when a clock counts whose ticket came under the agreement later than it was reported.</summary>
public enum AttachmentPolicy
{
    /// <summary>From the original start, pauses since then included. The default.</summary>
    Retroactive,

    /// <summary>From the instant at which the agreement began to apply.</summary>
    FromAttachment,
}

/// <summary>What the lateness of a clock on the customer does to a clock of the provider.</summary>
public enum LatenessEffect
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>The provider's clock stands as paused from the customer's deadline until the customer has done it.</summary>
    Pauses,

    /// <summary>The provider's deadline moves by the lateness; the clock is shown as running.</summary>
    Extends,
}

/// <summary>Lets the lateness of a clock on the customer act on this clock.</summary>
/// <param name="Clock">The name of the clock on the customer.</param>
/// <param name="Effect">What its lateness does.</param>
public sealed record LatenessRule(string Clock, LatenessEffect Effect);

/// <summary>When somebody is to be warned about a clock.</summary>
/// <remarks>A closed set of cases.</remarks>
public abstract record ClockWarning
{
    private ClockWarning()
    {
    }

    /// <summary>When a share of the target is spent, in the clock's own time. Only for targets in open time.</summary>
    /// <param name="Numerator">Share, numerator; not negative.</param>
    /// <param name="Denominator">Share, denominator; positive.</param>
    public sealed record AtShare(int Numerator, int Denominator) : ClockWarning;

    /// <summary>Open time before (negative) or after (positive) the deadline, in the clock's calendar.</summary>
    /// <param name="FromDue">How far.</param>
    /// <param name="WholeDaysAreBusinessDays">An offset of a day or more counts its whole days of 24 h as business days and the rest as open time.</param>
    public sealed record AtOffset(Duration FromDue, bool WholeDaysAreBusinessDays = false) : ClockWarning;
}

/// <summary>What an amendment does to the clocks that have started and not ended when it comes into force.</summary>
public enum AmendmentPolicy
{
    /// <summary>They go on by the version under which they started. The default.</summary>
    KeepsTarget,

    /// <summary>
    /// They go on as clocks of the amendment, with its target and rules and with the time already spent. A breach is never dated before the amendment; one already reached
    /// stays. What the amendment does not measure keeps what it had; so does what stood stopped then, should its ticket be opened again.
    /// </summary>
    TakesNewTarget,
}

/// <summary>What happens to the running clocks of a ticket that no longer belongs to any service of the agreement.</summary>
public enum LeavingPolicy
{
    /// <summary>They are cancelled with their history; what was breached stays so. The default.</summary>
    CancelsClocks,

    /// <summary>They run on by the rules that they had. No other cycle comes into being while the ticket is outside.</summary>
    ClocksRunOn,
}

/// <summary>Rules of an agreement that hold for its tickets, whichever clock runs on them.</summary>
public sealed record TicketPolicies
{
    /// <summary>Nothing but the defaults.</summary>
    public static TicketPolicies Default { get; } = new();

    /// <summary>Statuses that mean resolved; when there are any, a change to another status opens the ticket again. Empty: only facts resolve and reopen.</summary>
    public ImmutableArray<string> ResolvedStatuses { get; init; } = [];

    /// <summary>The essential functions of the service: a workaround that names fewer is no workaround. Empty: any is one.</summary>
    public ImmutableArray<string> EssentialFunctions { get; init; } = [];

    /// <summary>The priority that a ticket gets when a workaround is given; null changes nothing. Counts as <em>impact changed</em>.</summary>
    public string? PriorityAfterWorkaround { get; init; }

    /// <summary>What the amendment that begins the version does to running clocks.</summary>
    public AmendmentPolicy Amendment { get; init; } = AmendmentPolicy.KeepsTarget;

    /// <summary>What a ticket's leaving does to its running clocks.</summary>
    public LeavingPolicy Leaving { get; init; } = LeavingPolicy.CancelsClocks;

    /// <summary>Where these are stated.</summary>
    public ImmutableArray<Clause> Clauses { get; init; } = [];
}
