using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Core.ErrorBudgets;

/// <summary>What a target allows to go wrong, and what of it is used. Exact, in the unit of the total: ticks, seconds or events.</summary>
/// <param name="Target">The target as a fraction of one, 0 to 1.</param>
/// <param name="Total">All agreed time or events of the <em>whole</em> period, also while it runs; not negative.</param>
/// <param name="Consumed">What went wrong so far; not negative.</param>
public sealed record ErrorBudget(Rational Target, Rational Total, Rational Consumed)
{
    /// <summary>A budget, or null with diagnostics when a number cannot be one.</summary>
    public static ErrorBudget? Create(Rational target, Rational total, Rational consumed, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        var valid = true;
        if (target < Rational.Zero || target > Rational.One)
        {
            diagnostics.Error("LK4002", Place.None, $"A target of {(target * 100).ToString(4, Rounding.HalfAwayFromZero)} % has no error budget.", "a level is at least 0 % and at most 100 %");
            valid = false;
        }

        if (total.Sign < 0 || consumed.Sign < 0)
        {
            diagnostics.Error("LK4003", Place.None, "Neither the agreed total nor what went wrong can be negative.");
            valid = false;
        }

        return valid ? new ErrorBudget(target, total, consumed) : null;
    }

    /// <summary>What may go wrong: (1 − target) × total. Zero for a target of 100 %.</summary>
    public Rational Allowed => (Rational.One - Target) * Total;

    /// <summary>What may still go wrong; negative when more was used than allowed.</summary>
    public Rational Remaining => Allowed - Consumed;

    /// <summary>Remaining / allowed, at most 1, without a lower end. When nothing is allowed: 1 while nothing is used, else null, because nothing divides by zero.</summary>
    public Rational? ShareLeft => Allowed.Sign > 0 ? Remaining / Allowed : Consumed.Sign == 0 ? Rational.One : null;

    /// <summary>1 − <see cref="ShareLeft"/>.</summary>
    public Rational? ShareUsed => ShareLeft is { } left ? Rational.One - left : null;
}

/// <summary>How fast a budget is used: 1 uses it up exactly at the end of its period.</summary>
public static class BurnRate
{
    /// <summary>(bad / total) / (1 − target): the rate of error against the rate that the target allows.</summary>
    /// <param name="bad">What went wrong in the window; not negative.</param>
    /// <param name="total">All agreed time or events of the window.</param>
    /// <param name="target">The target as a fraction of one.</param>
    /// <returns>Null when it is not defined: a target of 0 % or below, of 100 % or above, or a window with nothing in it.</returns>
    public static Rational? Of(Rational bad, Rational total, Rational target) =>
        target.Sign <= 0 || target >= Rational.One || total.Sign <= 0 || bad.Sign < 0 ? null : bad / total / (Rational.One - target);

    /// <summary>How long what is left of a budget lasts at a burn rate, in the unit of <paramref name="period"/>.</summary>
    /// <param name="shareLeft">Share of the budget that is left.</param>
    /// <param name="burnRate">The rate.</param>
    /// <param name="period">The objective's period.</param>
    /// <returns>Zero when nothing is left; null when nothing burns.</returns>
    public static Rational? TimeToExhaustion(Rational shareLeft, Rational burnRate, Rational period) =>
        shareLeft.Sign <= 0 ? Rational.Zero : burnRate.Sign <= 0 ? null : shareLeft * period / burnRate;

    /// <summary>The rate that uses a share of the budget within a window: share × period / window.</summary>
    public static Rational ThatUses(Rational budgetShare, Rational window, Rational period) => budgetShare * period / window;

    /// <summary>The share of the budget that a rate uses within a window: rate × window / period.</summary>
    public static Rational BudgetUsed(Rational burnRate, Rational window, Rational period) => burnRate * window / period;
}
