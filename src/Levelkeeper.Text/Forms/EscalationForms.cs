using Levelkeeper.Core.ErrorBudgets;
using Levelkeeper.Core.Escalations;
using Levelkeeper.Text.Words;
using NodaTime;

namespace Levelkeeper.Text.Forms;

/// <summary>Points of an escalation and alerts of an error budget, in words.</summary>
/// <param name="words">The words of the language.</param>
/// <param name="forms">Its forms of numbers and times.</param>
public sealed class EscalationForms(Phrasebook words, ValueForms forms)
{
    /// <summary>When a step is taken.</summary>
    public string Point(EscalationPoint point) => point switch
    {
        EscalationPoint.OfBudget budget => words.Say("point.budget", ("value", forms.Percent(budget.Share))),
        EscalationPoint.OfClock clock => words.Say("point.clock", ("value", forms.Percent(clock.Share))),
        EscalationPoint.BeforeDue before => words.Say("point.before", ("value", forms.Time(before.Length))),
        EscalationPoint.AfterBreach { Length: var length } when length == Duration.Zero => words.Say("point.breach"),
        EscalationPoint.AfterBreach after => words.Say("point.after", ("value", forms.Time(after.Length))),
        EscalationPoint.OfBurn => words.Say("point.burn"),
        EscalationPoint.OfProjection => words.Say("point.projection"),
        EscalationPoint.BeforeUpdate before => words.Say("point.before-update", ("value", forms.Time(before.Length))),
        EscalationPoint.AfterMissedUpdate { Length: var length } when length == Duration.Zero => words.Say("point.missed-update"),
        EscalationPoint.AfterMissedUpdate after => words.Say("point.after-missed-update", ("value", forms.Time(after.Length))),
        _ => throw new InvalidOperationException("The points of an escalation are closed."),
    };

    /// <summary>When an alert fires.</summary>
    public string Alert(BurnRateAlert alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        return words.Say("burn-alert", ("n", forms.Number(alert.Factor)), ("long", forms.Time(alert.Long)), ("short", forms.Time(alert.Short)));
    }
}
