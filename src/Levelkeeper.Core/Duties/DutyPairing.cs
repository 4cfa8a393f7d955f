using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Core.Duties;

/// <summary>An occurrence of a duty with the deed that did it.</summary>
/// <param name="Occurrence">When it opened and was due.</param>
/// <param name="Deed">The fact that did it; null when none did.</param>
/// <param name="Next">Where none did: the first deed after its grace; null when there is none.</param>
internal readonly record struct DutyPair(DutyOccurrence Occurrence, Fact? Deed, Fact? Next);

/// <summary>Which deed did which occurrence of a duty.</summary>
/// <remarks>
/// Occurrences are taken in order from the duty's first date, each by the earliest fact not yet used whose time is in
/// <c>[opens, due + grace]</c>, both ends included. So a deed between two due times makes good an earlier occurrence that can still be done late before it
/// counts for the next; as many occurrences are done as any other pairing could have done; and the pairing does not depend on a period.
/// </remarks>
internal static class DutyPairing
{
    /// <summary>The occurrences that fall due before an instant, ascending, by the deeds known at another.</summary>
    public static IEnumerable<DutyPair> Of(DutyRule rule, IReadOnlyList<Fact> facts, Instant before, Instant asOf)
    {
        var deeds = facts.Where(f => f.Data is FactData.DutyDone deed && deed.Duty == rule.Duty && ReasonAgainst(rule, f, asOf) is null).ToList();
        var next = 0;
        foreach (var occurrence in DutySchedule.DueBefore(rule, before))
        {
            while (next < deeds.Count && deeds[next].Time < occurrence.Opens)
                next++;
            var first = next < deeds.Count ? deeds[next] : null;
            var isDone = first is not null && first.Time <= occurrence.Latest;
            if (isDone)
                next++;
            yield return new DutyPair(occurrence, isDone ? first : null, isDone ? null : first);
        }
    }

    /// <summary>Why a deed counts for nothing; null when it counts.</summary>
    public static string? ReasonAgainst(DutyRule rule, Fact fact, Instant asOf) => fact.Data switch
    {
        _ when fact.Time > asOf => "it lies in the future",
        FactData.DutyDone { Succeeded: false } => "the attempt failed",
        FactData.DutyDone { Evidence.Length: 0 } when rule.EvidenceRequired => "it has no evidence",
        _ => null,
    };
}
