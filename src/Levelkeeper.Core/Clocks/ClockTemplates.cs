using System.Collections.Immutable;
using static Levelkeeper.Core.Clocks.TicketCondition;

namespace Levelkeeper.Core.Clocks;

/// <summary>The usual clocks. Each is a <see cref="ClockDefinition"/> like any other: change what the agreement says otherwise with <c>with</c>.</summary>
public static class ClockTemplates
{
    private static readonly TicketCondition PersonReplied = On(TicketHappening.ProviderReplied);

    /// <summary>From report to the first public reply of a person. Does not pause.</summary>
    /// <param name="target">How long.</param>
    /// <param name="resolutionResponds">Whether a ticket that is resolved without a reply counts as answered. Default: no.</param>
    public static ClockDefinition Respond(ClockSpan? target, bool resolutionResponds = false) => new()
    {
        Name = "respond",
        Start = On(TicketHappening.Reported),
        Stop = resolutionResponds ? new Any(PersonReplied, Resolved) : PersonReplied,
        DefaultTarget = target,
    };

    /// <summary>From the first unanswered message of the customer to the next public reply of a person, again and again; each exchange has its verdict.</summary>
    /// <remarks>A second unanswered message does not move the deadline. Resolving the ticket answers.</remarks>
    public static ClockDefinition Update(ClockSpan? target) => new()
    {
        Name = "update",
        Start = new Any(On(TicketHappening.ReportedByCustomer), On(TicketHappening.CustomerReplied)),
        Stop = new Any(PersonReplied, Resolved),
        DefaultTarget = target,
    };

    /// <summary>From one public reply of a person (first: from the report) to the next, until the ticket is resolved: "an update at least every four hours".</summary>
    public static ClockDefinition UpdateInterval(ClockSpan? target) => new()
    {
        Name = "update",
        Start = new Any(On(TicketHappening.Reported), PersonReplied),
        Reset = PersonReplied,
        Stop = Resolved,
        DefaultTarget = target,
    };

    /// <summary>From report to a workaround that restores the essential functions; resolving the ticket does so too.</summary>
    public static ClockDefinition Workaround(ClockSpan? target) => new()
    {
        Name = "workaround",
        Start = On(TicketHappening.Reported),
        Stop = new Any(On(TicketHappening.WorkaroundGiven), Resolved),
        DefaultTarget = target,
    };

    /// <summary>From report to resolution.</summary>
    /// <param name="target">How long.</param>
    /// <param name="workaroundResolves">Whether a workaround meets it too. Default: no.</param>
    public static ClockDefinition Resolve(ClockSpan? target, bool workaroundResolves = false) => new()
    {
        Name = "resolve",
        Start = On(TicketHappening.Reported),
        Stop = workaroundResolves ? new Any(On(TicketHappening.WorkaroundGiven), Resolved) : Resolved,
        DefaultTarget = target,
        Reopening = ReopenPolicy.Default,
    };

    /// <summary>From report to the recovery of the service: of the outage that the ticket is linked to, or the ticket's resolution.</summary>
    public static ClockDefinition Recover(ClockSpan? target) => new()
    {
        Name = "recover",
        Start = On(TicketHappening.Reported),
        Stop = new Any(On(TicketHappening.Recovered), Resolved),
        DefaultTarget = target,
        Reopening = ReopenPolicy.Default,
    };

    /// <summary>From report until somebody has the ticket.</summary>
    public static ClockDefinition Own(ClockSpan? target) => new()
    {
        Name = "own",
        Start = On(TicketHappening.Reported),
        Stop = On(TicketHappening.Assigned),
        DefaultTarget = target,
    };

    /// <summary>A duty of the customer: while the ticket waits in one of these statuses, until the customer has replied or the status has changed.</summary>
    /// <param name="name">For example <c>give information</c>, <c>give access</c>, <c>approve</c>.</param>
    /// <param name="target">How long.</param>
    /// <param name="waiting">Statuses in which it is the customer's turn.</param>
    public static ClockDefinition OnCustomer(string name, ClockSpan? target, params ImmutableArray<string> waiting) => new()
    {
        Name = name,
        Party = ClockParty.Customer,
        Start = new StatusIs(waiting),
        Stop = new Any(On(TicketHappening.CustomerReplied), new Not(new StatusIs(waiting))),
        DefaultTarget = target,
    };

    /// <summary>A recurring duty of the customer, as every ticket sees it: late from the instant at which the duty was due and not done, until it is done.</summary>
    /// <remarks>When that is, <see cref="TicketSurroundings.Late"/> says. Let a clock name it in a <see cref="LatenessRule"/>, and the lateness acts on it.</remarks>
    /// <param name="duty">The duty's name.</param>
    public static ClockDefinition OnDuty(string duty) => new()
    {
        Name = $"duty {duty}",
        Party = ClockParty.Customer,
        Start = new FieldIs(FieldOfDuty(duty), Late),
        Stop = new Not(new FieldIs(FieldOfDuty(duty), Late)),
        DefaultTarget = ClockSpan.Of(NodaTime.Duration.Zero),
        Reopening = new ReopenPolicy(ReopenEffect.Resumes, null),
    };

    internal const string Late = "late";

    /// <summary>The field that says whether a duty is late. No fact can name it: none holds a NUL.</summary>
    internal static string FieldOfDuty(string duty) => $"\0duty {duty}";
}
