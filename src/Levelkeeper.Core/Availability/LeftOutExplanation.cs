using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Core.Availability;

/// <summary>What was announced or claimed, and what became of it, as parts of an explanation.</summary>
internal static class LeftOutExplanation
{
    /// <summary>A claim by cause.</summary>
    /// <param name="exclusion">The claim.</param>
    /// <param name="excused">What it excused; null where that is told for all claims together.</param>
    /// <param name="clause">The clause on causes.</param>
    /// <param name="limit">How much its cause excuses at most, as the end of a sentence; empty for no limit.</param>
    public static Explanation Of(Exclusion exclusion, Quantity? excused, Clause clause, string limit = "")
    {
        Fact?[] facts = [exclusion.Claim, exclusion.Decision];
        return new Explanation
        {
            Title = $"exclusion {exclusion.Name}: {exclusion.Cause}",
            Value = excused,
            Derivation = excused is null ? Derivation.Narrative : Derivation.Given,
            During = exclusion.During,
            Clauses = exclusion.Rule is { } rule ? [clause, rule] : [clause],
            Facts = [.. facts.OfType<Fact>().Select(FactReference.To)],
            FactCount = facts.Count(f => f is not null),
            Remark = exclusion.Status switch
            {
                ExclusionStatus.Approved => (exclusion.BySilence ? "nobody decided in time, and silence approves: what went wrong in it does not count" : "approved: what went wrong in it does not count") + limit,
                ExclusionStatus.Agreed => "the agreement excuses it: what went wrong in it does not count",
                ExclusionStatus.Pending => "not decided yet: it counts until it is approved",
                ExclusionStatus.Rejected => exclusion.BySilence ? "nobody decided in time, and silence rejects: it counts" : "rejected: it counts",
                ExclusionStatus.CauseNotAgreed => "the agreement does not list this cause: it counts",
                ExclusionStatus.Invalid => "it ends before it starts: it counts",
                ExclusionStatus.NotEntitled => "claimed by a side that may not claim it: it counts",
                ExclusionStatus.TooLate => "claimed after the time agreed for it: it counts",
                ExclusionStatus.WithoutEvidence => "claimed without the evidence that is asked for: it counts",
                _ => throw new InvalidOperationException($"Unknown status {exclusion.Status}."),
            },
        };
    }

    /// <summary>Announced maintenance.</summary>
    /// <param name="window">The announcement.</param>
    /// <param name="clause">The clause on maintenance.</param>
    public static Explanation Of(MaintenanceWindow window, Clause clause) => new()
    {
        Title = $"maintenance {window.Name}",
        Derivation = Derivation.Narrative,
        During = window.During,
        Clauses = [clause],
        Facts = window.Announcement is { } fact ? [FactReference.To(fact)] : [],
        FactCount = window.Announcement is null ? 0 : 1,
        Remark = window.Status switch
        {
            MaintenanceStatus.Accepted => "announced in time",
            MaintenanceStatus.TooLate => "announced too late: it is not excluded",
            MaintenanceStatus.OutsideAgreedTimes => "outside the times agreed for maintenance: it is not excluded",
            MaintenanceStatus.Cancelled => "called off: it is not excluded",
            MaintenanceStatus.Invalid => "it ends before it starts: it is not excluded",
            _ => throw new InvalidOperationException($"Unknown status {window.Status}."),
        },
    };
}
