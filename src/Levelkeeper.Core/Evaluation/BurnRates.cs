using System.Collections.Immutable;
using Levelkeeper.Core.ErrorBudgets;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Evaluation;

/// <summary>How an alert on the burn rate stands as of an instant.</summary>
/// <param name="Alert">The alert, its factor for the objective's period.</param>
/// <param name="LongRate">How fast the budget burnt over the long window that ends now; null where no rate is defined: nothing was agreed or asked in it.</param>
/// <param name="ShortRate">The same over the short window.</param>
/// <param name="IsComplete">False while the records do not reach back over the whole long window: the alert waits.</param>
/// <param name="Fires">True when both rates are above the factor and the long window is complete.</param>
public sealed record BurnAlertReading(BurnRateAlert Alert, Rational? LongRate, Rational? ShortRate, bool IsComplete, bool Fires);

/// <summary>Reads the alerts of a running objective. Only what is known to have gone wrong burns: time without data does not alarm anybody.</summary>
internal static class BurnRates
{
    /// <summary>The alerts of an objective; none when it has no burn rate.</summary>
    public static ImmutableArray<BurnRateAlert> AlertsOf(ObjectiveContext context)
    {
        var objective = context.Objective;
        return !objective.HasBurnRate ? []
            : objective.BurnAlerts ?? BurnRateAlerts.Default.ScaledTo(Duration.FromTicks(context.Period.During.Length)).Alerts;
    }

    /// <summary>The readings, in the order of the alerts; none for a period that is over.</summary>
    /// <param name="context">The objective and the instant.</param>
    /// <param name="recordedFrom">The first tick of the records; null when there are none.</param>
    /// <param name="sample">What went wrong of how much in a window.</param>
    public static ImmutableArray<BurnAlertReading> Of(ObjectiveContext context, long? recordedFrom, Func<TickInterval, (Rational Bad, Rational Total)> sample)
    {
        if (!context.Evaluated.Running)
            return [];
        var now = context.AsOf.ToUnixTimeTicks();
        var known = recordedFrom is { } first ? Math.Max(first, context.UnderAgreement.Start) : long.MaxValue;
        var target = context.Objective.Target.Bound;
        return [.. AlertsOf(context).Select(Read)];

        BurnSample Last(Duration length)
        {
            var window = new TickInterval(now - (long)length.BclCompatibleTicks, now);
            var (bad, total) = sample(window);
            return new BurnSample(bad, total, window.Start >= known);
        }

        BurnAlertReading Read(BurnRateAlert alert)
        {
            var (longer, shorter) = (Last(alert.Long), Last(alert.Short));
            return new BurnAlertReading(
                alert,
                BurnRate.Of(longer.Bad, longer.Total, target),
                BurnRate.Of(shorter.Bad, shorter.Total, target),
                longer.IsComplete,
                alert.Fires(length => length == alert.Long ? longer : shorter, target));
        }
    }
}
