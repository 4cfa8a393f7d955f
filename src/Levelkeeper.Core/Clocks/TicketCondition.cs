using System.Collections.Immutable;

namespace Levelkeeper.Core.Clocks;

/// <summary>A condition on a ticket that starts, pauses, resumes, stops, resets or cancels a clock: something happens now, or a state holds now.</summary>
/// <remarks>
/// A closed set of cases. Conditions are looked at once after each fact of the ticket, against the ticket's state after that fact. Names of statuses,
/// priorities and fields are compared ordinally.
/// </remarks>
public abstract record TicketCondition
{
    private TicketCondition()
    {
    }

    /// <summary>True at the fact that says so, and only then.</summary>
    /// <param name="What">What happens.</param>
    public sealed record Happened(TicketHappening What) : TicketCondition;

    /// <summary>True at the fact that gives the field a new value, and only then.</summary>
    /// <param name="Field">The field's name.</param>
    public sealed record FieldChanged(string Field) : TicketCondition;

    /// <summary>True while the status is one of these.</summary>
    /// <param name="Statuses">As the help desk names them.</param>
    public sealed record StatusIs(params ImmutableArray<string> Statuses) : TicketCondition;

    /// <summary>True while the priority is one of these.</summary>
    /// <param name="Priorities">As the help desk names them.</param>
    public sealed record PriorityIs(params ImmutableArray<string> Priorities) : TicketCondition;

    /// <summary>True while a field or label has this value; an empty value means that it is not set.</summary>
    /// <param name="Field">The field's or label's name.</param>
    /// <param name="Value">The value.</param>
    public sealed record FieldIs(string Field, string Value) : TicketCondition;

    /// <summary>True while the ticket is resolved or closed, by a fact of its own or by its status.</summary>
    public sealed record IsResolved : TicketCondition;

    /// <summary>True when all parts are; without parts, always.</summary>
    /// <param name="Parts">The parts.</param>
    public sealed record All(params ImmutableArray<TicketCondition> Parts) : TicketCondition;

    /// <summary>True when at least one part is; without parts, never.</summary>
    /// <param name="Parts">The parts.</param>
    public sealed record Any(params ImmutableArray<TicketCondition> Parts) : TicketCondition;

    /// <summary>True when the part is not.</summary>
    /// <param name="Part">The part.</param>
    public sealed record Not(TicketCondition Part) : TicketCondition;

    /// <summary>Never true.</summary>
    public static TicketCondition Never { get; } = new Any();

    /// <summary>Always true.</summary>
    public static TicketCondition Always { get; } = new All();

    /// <summary>The ticket is resolved or closed.</summary>
    public static TicketCondition Resolved { get; } = new IsResolved();

    /// <summary>Something happens.</summary>
    public static TicketCondition On(TicketHappening what) => new Happened(what);
}

/// <summary>What can happen on a ticket. Replies of machines are never replies of a person.</summary>
public enum TicketHappening
{
    /// <summary>It was reported, by anybody.</summary>
    Reported,

    /// <summary>It was reported by the customer.</summary>
    ReportedByCustomer,

    /// <summary>It was entered into the help desk; when the source does not say, as it was reported.</summary>
    Entered,

    /// <summary>The agreement began to apply to it; for a ticket that always had it, as it was reported.</summary>
    Attached,

    /// <summary>Someone took note of it.</summary>
    Acknowledged,

    /// <summary>It was given to a person or team.</summary>
    Assigned,

    /// <summary>The customer wrote.</summary>
    CustomerReplied,

    /// <summary>A person of the provider wrote, and the customer sees it.</summary>
    ProviderReplied,

    /// <summary>A person of the provider wrote a note that the customer does not see.</summary>
    ProviderNoted,

    /// <summary>A machine wrote: a receipt, an automatic answer.</summary>
    AutomaticReplied,

    /// <summary>The status changed.</summary>
    StatusChanged,

    /// <summary>The priority changed.</summary>
    PriorityChanged,

    /// <summary>Any field changed.</summary>
    FieldsChanged,

    /// <summary>A workaround was given that restores the essential functions.</summary>
    WorkaroundGiven,

    /// <summary>It became resolved: by a fact, or by a status that means so, or by being closed.</summary>
    Resolved,

    /// <summary>It was opened again after that, by a fact or by its status.</summary>
    Reopened,

    /// <summary>It was closed.</summary>
    Closed,

    /// <summary>It was passed up.</summary>
    Escalated,

    /// <summary>The customer rated it.</summary>
    Rated,

    /// <summary>It was linked to an outage.</summary>
    Linked,

    /// <summary>The outage that it is linked to ended.</summary>
    Recovered,
}
