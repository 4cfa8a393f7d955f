using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Core.ErrorBudgets;

/// <summary>How a running budget stands.</summary>
public enum BudgetStatus
{
    /// <summary>Enough is left.</summary>
    Healthy,

    /// <summary>Little is left.</summary>
    AtRisk,

    /// <summary>Nothing is left.</summary>
    Exhausted,
}

/// <summary>Status of a budget with hysteresis, so that a value that swings around an edge does not alarm at every swing.</summary>
/// <param name="AtRiskAt">Share left at or below which it is at risk. Default 1/5.</param>
/// <param name="HealthyMargin">How far above that edge the share left must rise to be healthy again. Default 5/100.</param>
/// <param name="ExhaustedUntil">Share left from which an exhausted budget is no longer so. Default 2/100.</param>
public sealed record BudgetStatusRule(Rational AtRiskAt, Rational HealthyMargin, Rational ExhaustedUntil)
{
    /// <summary>20 %, 5 % and 2 %.</summary>
    public static BudgetStatusRule Default { get; } = new(new Rational(1, 5), new Rational(1, 20), new Rational(1, 50));

    /// <summary>The status that follows.</summary>
    /// <param name="current">The status so far; null when there is none.</param>
    /// <param name="shareLeft">Share of the budget left; null when more than a budget of zero was used, see <see cref="ErrorBudget.ShareLeft"/>.</param>
    public BudgetStatus Next(BudgetStatus? current, Rational? shareLeft)
    {
        if (shareLeft is not { } left || left.Sign <= 0 || current == BudgetStatus.Exhausted && left < ExhaustedUntil)
            return BudgetStatus.Exhausted;
        var edge = current is BudgetStatus.AtRisk or BudgetStatus.Exhausted ? AtRiskAt + HealthyMargin : AtRiskAt;
        return left < edge || left == AtRiskAt ? BudgetStatus.AtRisk : BudgetStatus.Healthy;
    }
}
