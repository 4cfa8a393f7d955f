using NodaTime;

namespace Levelkeeper.Core.Reconciliation;

/// <summary>Our verdict on a clock beside somebody else's label.</summary>
/// <param name="OursMet">Whether we say it was met; null when we have no verdict.</param>
/// <param name="TheirsMet">Whether they say so.</param>
/// <param name="Stopped">When the clock was stopped; null while open.</param>
/// <param name="Due">The deadline behind our verdict with the rules to try; null when there is none. Its <see cref="DueComparison.Theirs"/> is not looked at.</param>
public sealed record LabelComparison(bool? OursMet, bool TheirsMet, Instant? Stopped, DueComparison? Due)
{
    /// <summary>Compares the two; when they differ, names the first other deadline by which their label holds.</summary>
    public Finding Compare()
    {
        if (OursMet is not { } ours)
            return new Finding(DifferenceReason.NoResult, "it is not decided");
        if (ours == TheirsMet)
            return Finding.Agreement;
        if (Stopped is { } stopped && Due is { } due)
        {
            foreach (var alternative in due.Alternatives())
            {
                if (stopped <= alternative.Value == TheirsMet)
                    return new Finding(alternative.Reason, alternative.Remark);
            }
        }

        return new Finding(DifferenceReason.MovedByHand, "no rule gives their label");
    }
}
