using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Calendars;

namespace Levelkeeper.Core.Clocks;

/// <summary>One clock of an agreement: what starts, pauses, resumes, stops, resets and cancels it, and how long it may run.</summary>
/// <remarks>
/// The defaults are those of the first edition of the semantics. <see cref="ClockTemplates"/> makes the usual clocks. After each fact of the ticket the
/// conditions are looked at in this order: agreement no longer applies, cancel, reset, stop, start, pause, resume. Start and stop both true start nothing.
/// </remarks>
public sealed record ClockDefinition
{
    /// <summary>Its name in the agreement, unique there: <c>respond</c>, <c>resolve</c>…</summary>
    public required string Name { get; init; }

    /// <summary>Whose duty it measures.</summary>
    public ClockParty Party { get; init; }

    /// <summary>Starts it when this becomes true. While it stays true the clock does not start again.</summary>
    public required TicketCondition Start { get; init; }

    /// <summary>Stops it: the duty is done.</summary>
    public required TicketCondition Stop { get; init; }

    /// <summary>Pauses it. Without <see cref="Resume"/> the pause lasts as long as this holds. Default: never.</summary>
    public TicketCondition Pause { get; init; } = TicketCondition.Never;

    /// <summary>Ends the pause; null: the pause ends when <see cref="Pause"/> no longer holds.</summary>
    public TicketCondition? Resume { get; init; }

    /// <summary>Completes the running cycle and, if <see cref="Start"/> holds, starts a new one. Default: never.</summary>
    public TicketCondition Reset { get; init; } = TicketCondition.Never;

    /// <summary>Cancels it. Default: never (a void ticket, or one merged into another, cancels every clock anyway).</summary>
    public TicketCondition Cancel { get; init; } = TicketCondition.Never;

    /// <summary>The clock applies only while this holds; a running one is cancelled with its history when it no longer does. Default: always.</summary>
    public TicketCondition AppliesWhen { get; init; } = TicketCondition.Always;

    /// <summary>Targets by priority. A priority that is not here has <see cref="DefaultTarget"/>.</summary>
    public ImmutableSortedDictionary<string, ClockSpan> Targets { get; init; } = ImmutableSortedDictionary<string, ClockSpan>.Empty;

    /// <summary>The target for all other priorities; null: the clock does not apply to them, unless there is no target at all, when it only measures.</summary>
    public ClockSpan? DefaultTarget { get; init; }

    /// <summary>Calendars by priority: "P1 always, else office hours".</summary>
    public ImmutableSortedDictionary<string, BusinessCalendar> Calendars { get; init; } = ImmutableSortedDictionary<string, BusinessCalendar>.Empty;

    /// <summary>The calendar for all other priorities. Default: always open.</summary>
    public BusinessCalendar Calendar { get; init; } = BusinessCalendar.Always;

    /// <summary>What happens in a pause.</summary>
    public PausePolicy Pausing { get; init; } = PausePolicy.Default;

    /// <summary>What reopening the ticket does to the clock once stopped; null: nothing, as for the clock of the first response.</summary>
    public ReopenPolicy? Reopening { get; init; }

    /// <summary>What a change of priority does.</summary>
    public PriorityChangePolicy PriorityChange { get; init; }

    /// <summary>From when it counts when it begins to apply later than it started.</summary>
    public AttachmentPolicy Attachment { get; init; }

    /// <summary>When it starts, it counts from the report of the ticket, whenever <see cref="Start"/> became true.</summary>
    public bool RetroactiveStart { get; init; }

    /// <summary>With <see cref="RetroactiveStart"/>: pauses between report and start are taken out as well.</summary>
    public bool RetroactivePause { get; init; }

    /// <summary>Which clocks on the customer act on this one by their lateness.</summary>
    public ImmutableArray<LatenessRule> Lateness { get; init; } = [];

    /// <summary>When to warn.</summary>
    public ImmutableArray<ClockWarning> Warnings { get; init; } = [];

    /// <summary>Where all this is stated: the clock's own clause first.</summary>
    public ImmutableArray<Clause> Clauses { get; init; } = [];

    /// <summary>The target for a priority; null when there is none.</summary>
    public ClockSpan? TargetFor(string priority) => Targets.TryGetValue(priority, out var target) ? target : DefaultTarget;

    /// <summary>The calendar for a priority.</summary>
    public BusinessCalendar CalendarFor(string priority) => Calendars.TryGetValue(priority, out var calendar) ? calendar : Calendar;
}
