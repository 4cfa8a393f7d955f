using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Core.Escalations;

/// <summary>A step of an escalation: who is told, how, and when.</summary>
/// <param name="Of">The objective or clock that it watches.</param>
/// <param name="At">When.</param>
/// <param name="Tell">Names of people of the agreement, at least one.</param>
/// <param name="By">By which ways.</param>
/// <param name="Repeat">Again after so long until somebody acknowledges; null for once.</param>
/// <param name="InHoursOf">The calendar in which it is sent; outside it the message waits. Null for at once.</param>
/// <param name="Clause">Where it stands.</param>
public sealed record EscalationStep(
    string Of, EscalationPoint At, ImmutableArray<string> Tell, ImmutableArray<EscalationWay> By, Duration? Repeat, string? InHoursOf, Clause Clause);

/// <summary>When a step is taken. A closed choice.</summary>
public abstract record EscalationPoint
{
    private EscalationPoint()
    {
    }

    /// <summary>When so much of the error budget is used.</summary>
    /// <param name="Share">A fraction of one.</param>
    public sealed record OfBudget(Rational Share) : EscalationPoint;

    /// <summary>When so much of a clock's target has passed, in the clock's own time.</summary>
    /// <param name="Share">A fraction of one.</param>
    public sealed record OfClock(Rational Share) : EscalationPoint;

    /// <summary>So long before a clock is due.</summary>
    /// <param name="Length">Elapsed time.</param>
    public sealed record BeforeDue(Duration Length) : EscalationPoint;

    /// <summary>At the breach, or so long after it.</summary>
    /// <param name="Length">Elapsed time; zero for the breach itself.</param>
    public sealed record AfterBreach(Duration Length) : EscalationPoint;

    /// <summary>When an alert on the burn of the error budget fires: one of those that the agreement states, or the standard ones.</summary>
    public sealed record OfBurn : EscalationPoint;

    /// <summary>When the objective would be missed if the rest of its period went on as the period has until now; not before a tenth of the period has passed.</summary>
    public sealed record OfProjection : EscalationPoint;

    /// <summary>During an outage, so long before the next update is due.</summary>
    /// <param name="Length">Elapsed time.</param>
    public sealed record BeforeUpdate(Duration Length) : EscalationPoint;

    /// <summary>During an outage, when an update was due and was not given, or so long after it.</summary>
    /// <param name="Length">Elapsed time; zero for the due itself.</param>
    public sealed record AfterMissedUpdate(Duration Length) : EscalationPoint;
}

/// <summary>How somebody is told.</summary>
public enum EscalationWay
{
    /// <summary>By e-mail. The default.</summary>
    Email,

    /// <summary>By telephone.</summary>
    Phone,

    /// <summary>By chat.</summary>
    Chat,

    /// <summary>By webhook.</summary>
    Webhook,
}
