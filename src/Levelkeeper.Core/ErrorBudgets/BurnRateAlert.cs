using System.Collections.Immutable;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Core.ErrorBudgets;

/// <summary>Agreed and lost amount of a window.</summary>
/// <param name="Bad">What went wrong.</param>
/// <param name="Total">All agreed time or events.</param>
/// <param name="IsComplete">False while the records do not reach back to the start of the window.</param>
public readonly record struct BurnSample(Rational Bad, Rational Total, bool IsComplete);

/// <summary>One alert on a long and a short window: the long one proves that it matters, the short one that it still goes on.</summary>
/// <param name="Factor">Burn rate above which it fires, compared unrounded.</param>
/// <param name="Long">The long window.</param>
/// <param name="Short">The short window.</param>
public sealed record BurnRateAlert(Rational Factor, Duration Long, Duration Short)
{
    /// <summary>An alert that fires when a share of the budget is used within the long window; its short window is a twelfth of that.</summary>
    /// <remarks>The rule of the Site Reliability Workbook, chapter 5.</remarks>
    public static BurnRateAlert ForBudgetShare(Rational share, Duration window, Duration period) =>
        new(BurnRate.ThatUses(share, window.BclCompatibleTicks, period.BclCompatibleTicks), window, Duration.FromTicks(window.BclCompatibleTicks / 12));

    /// <summary>Whether it fires: both windows burn faster than the factor. Waits for a full long window; an undefined rate never fires.</summary>
    /// <param name="window">Bad and total of the last so long.</param>
    /// <param name="target">The target as a fraction of one.</param>
    public bool Fires(Func<Duration, BurnSample> window, Rational target)
    {
        ArgumentNullException.ThrowIfNull(window);
        var longSample = window(Long);
        var shortSample = window(Short);
        return longSample.IsComplete
            && BurnRate.Of(longSample.Bad, longSample.Total, target) is { } overLong && overLong > Factor
            && BurnRate.Of(shortSample.Bad, shortSample.Total, target) is { } overShort && overShort > Factor;
    }
}

/// <summary>The alerts of an objective, for the length of period that they were written for.</summary>
/// <param name="Period">The period that the factors belong to.</param>
/// <param name="Alerts">Most urgent first.</param>
public sealed record BurnRateAlerts(Duration Period, ImmutableArray<BurnRateAlert> Alerts)
{
    /// <summary>The default: 14.4 × over 1 h and 5 min, 6 × over 6 h and 30 min, 1 × over 3 d and 6 h, for 30 days.</summary>
    public static BurnRateAlerts Default { get; } = new(Duration.FromDays(30),
    [
        new BurnRateAlert(Rational.From(14.4m), Duration.FromHours(1), Duration.FromMinutes(5)),
        new BurnRateAlert(6, Duration.FromHours(6), Duration.FromMinutes(30)),
        new BurnRateAlert(1, Duration.FromDays(3), Duration.FromHours(6)),
    ]);

    /// <summary>The same windows for a period of another length: factors in proportion, so that each alert stands for the same share of the budget.</summary>
    public BurnRateAlerts ScaledTo(Duration period)
    {
        var ratio = new Rational(period.BclCompatibleTicks, Period.BclCompatibleTicks);
        return new BurnRateAlerts(period, [.. Alerts.Select(a => a with { Factor = a.Factor * ratio })]);
    }

    /// <summary>The same factors for a period of another length: windows in proportion, rounded to the nearest minute and at least one.</summary>
    public BurnRateAlerts WithWindowsScaledTo(Duration period)
    {
        return new BurnRateAlerts(period, [.. Alerts.Select(a => a with { Long = Scale(a.Long), Short = Scale(a.Short) })]);

        Duration Scale(Duration window)
        {
            var minutes = new Rational(window.BclCompatibleTicks, NodaConstants.TicksPerMinute) * new Rational(period.BclCompatibleTicks, Period.BclCompatibleTicks);
            return Duration.FromMinutes(Math.Max(1, (long)minutes.Round()));
        }
    }
}
