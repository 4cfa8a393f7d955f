namespace Levelkeeper.Core.Evaluation;

/// <summary>What an objective came to for a period, as of an instant.</summary>
public enum Verdict
{
    /// <summary>The target was reached; for a running period: nothing is lost yet.</summary>
    Met,

    /// <summary>The target was missed; for a running period: it can no longer be reached.</summary>
    Breached,

    /// <summary>A running period that can still be met, but little of its budget is left.</summary>
    AtRisk,

    /// <summary>All of the agreed time was excluded, so there was nothing to keep. Never shown as 100 %.</summary>
    Excused,

    /// <summary>The target lies between the bounds that the facts allow, or the volume is below what was agreed.</summary>
    InsufficientEvidence,

    /// <summary>No agreed time or no event in the period. Never shown as 100 %.</summary>
    NoActivity,
}
