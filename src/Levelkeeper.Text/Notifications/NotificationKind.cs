using System.Collections.Immutable;
using Levelkeeper.Core.ErrorBudgets;
using Levelkeeper.Core.Escalations;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Text.Notifications;

/// <summary>What somebody is told. A closed choice.</summary>
public abstract record NotificationKind
{
    private NotificationKind()
    {
    }

    /// <summary>A time limit is about to be missed.</summary>
    public sealed record ClockAtRisk : NotificationKind;

    /// <summary>A time limit has been missed.</summary>
    public sealed record ClockBreached : NotificationKind;

    /// <summary>A step of an escalation is taken.</summary>
    /// <param name="Number">Which one, from 1.</param>
    /// <param name="Of">How many there are; not less than <paramref name="Number"/>.</param>
    /// <param name="At">When it is taken, by the agreement.</param>
    public sealed record EscalationStepTaken(int Number, int Of, EscalationPoint At) : NotificationKind;

    /// <summary>So much of an error budget is used.</summary>
    /// <param name="Share">A fraction of one; above one where the budget is overdrawn.</param>
    public sealed record BudgetUsed(Rational Share) : NotificationKind;

    /// <summary>An error budget is used up too fast.</summary>
    /// <param name="Alert">The alert that fired.</param>
    public sealed record BurnAlert(BurnRateAlert Alert) : NotificationKind;

    /// <summary>An objective will be missed if things go on as they do.</summary>
    public sealed record ObjectiveAtRisk : NotificationKind;

    /// <summary>An objective has been missed.</summary>
    public sealed record ObjectiveBreached : NotificationKind;

    /// <summary>During an outage the next update is due.</summary>
    public sealed record UpdateDue : NotificationKind;

    /// <summary>Somebody took it on, and the escalation stopped.</summary>
    /// <param name="By">Who, by name.</param>
    public sealed record Acknowledged(string By) : NotificationKind;

    /// <summary>What was told before is over.</summary>
    public sealed record Resolved : NotificationKind;

    /// <summary>A statement was issued.</summary>
    /// <param name="First">The first day of its period.</param>
    /// <param name="Last">The last day of its period.</param>
    public sealed record StatementIssued(LocalDate First, LocalDate Last) : NotificationKind;

    /// <summary>Somebody tries whether messages arrive.</summary>
    public sealed record Test : NotificationKind;

    /// <summary>The names of all kinds, in the order of this page.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        "clock-at-risk", "clock-breached", "escalation-step", "budget-used", "burn-alert", "objective-at-risk", "objective-breached", "update-due", "acknowledged", "resolved", "statement-issued", "test",
    ];

    /// <summary>The name by which programs know it; it never changes.</summary>
    public string Name => this switch
    {
        ClockAtRisk => "clock-at-risk",
        ClockBreached => "clock-breached",
        EscalationStepTaken => "escalation-step",
        BudgetUsed => "budget-used",
        BurnAlert => "burn-alert",
        ObjectiveAtRisk => "objective-at-risk",
        ObjectiveBreached => "objective-breached",
        UpdateDue => "update-due",
        Acknowledged => "acknowledged",
        Resolved => "resolved",
        StatementIssued => "statement-issued",
        Test => "test",
        _ => throw new InvalidOperationException("The kinds of a notification are closed."),
    };
}
