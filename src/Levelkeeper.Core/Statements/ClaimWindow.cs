using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Remedies;
using NodaTime;

namespace Levelkeeper.Core.Statements;

/// <summary>Until when what is owed can be claimed.</summary>
public static class ClaimWindow
{
    /// <summary>The last instant at which a line can be claimed; null for no limit.</summary>
    /// <remarks>
    /// From the end of the period, whole also where an amendment cuts it; from the end of its last event, or by billing cycles: to the end of the so-manieth after the one in which its last event ended. Of awareness nothing
    /// tells but the event itself.
    /// </remarks>
    public static Instant? End(Agreement agreement, OwedLine line, ClaimRule rule)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        ArgumentNullException.ThrowIfNull(line);
        ArgumentNullException.ThrowIfNull(rule);
        var incident = Instant.FromUnixTimeTicks(Math.Min(line.Events.Max(e => e.Span.End), line.Period.Span.End));
        if (rule.BillingCycles is { } cycles)
        {
            var calendar = new PeriodCalendar(new PeriodRule.Calendar(agreement.Price.BilledPer), agreement.Zone);
            var cycle = calendar.Containing(incident - Duration.FromTicks(1));
            for (var i = 0; i < cycles; i++)
                cycle = calendar.Next(cycle);
            return cycle.During.EndInstant;
        }

        return rule.Within is { } within ? agreement.After(rule.Starts == ClaimStart.PeriodEnd ? line.Period.Whole.EndInstant : incident, within) : null;
    }
}
