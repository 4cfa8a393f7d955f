using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Reference;

/// <summary>Which minutes somebody announced or claimed.</summary>
internal sealed class ReferenceClaims
{
    private readonly List<(Instant Start, Instant End)> _maintenance = [];
    private readonly List<(Instant Start, Instant End, bool? Approved)> _claims = [];

    public ReferenceClaims(AvailabilityPolicy policy, ReferenceLog log)
    {
        var facts = log.Facts.Select(f => f.Fact.Data).ToList();
        // The last word of each name counts: the last claim, the last decision.
        foreach (var name in facts.OfType<FactData.ExclusionClaimed>().Select(c => c.Exclusion).Distinct())
        {
            var claim = facts.OfType<FactData.ExclusionClaimed>().Last(c => c.Exclusion == name);
            if (policy.ExcusingCauses.Contains(claim.Cause) && claim.Start <= claim.End)
                _claims.Add((claim.Start, claim.End, facts.OfType<FactData.ExclusionDecided>().LastOrDefault(d => d.Exclusion == name)?.Approved));
        }

        if (policy.Maintenance is { } agreed)
            ReadMaintenance(log, agreed.Notice);
    }

    /// <summary>Whether any claim waits for its decision.</summary>
    public bool AnyPending => _claims.Exists(c => c.Approved is null);

    /// <summary>Whether a claim excuses downtime in a minute.</summary>
    /// <param name="minute">The minute.</param>
    /// <param name="pendingToo">True: as if all that waits were approved.</param>
    public bool IsExcused(Instant minute, bool pendingToo) => _claims.Exists(c => c.Start <= minute && minute < c.End && (c.Approved ?? pendingToo));

    /// <summary>Whether maintenance that was announced in time and not called off covers a minute.</summary>
    public bool InMaintenance(Instant minute) => _maintenance.Exists(m => m.Start <= minute && minute < m.End);

    private void ReadMaintenance(ReferenceLog log, Duration notice)
    {
        var inTime = log.Facts.Where(f => f.Fact.Data is FactData.MaintenanceAnnounced a && a.Start <= a.End && f.Recorded < a.Start && f.Recorded + notice <= a.Start);
        // Of several announcements of one name the last that came in time counts; calling it off works from then on.
        foreach (var same in inTime.GroupBy(f => ((FactData.MaintenanceAnnounced)f.Fact.Data).Maintenance))
        {
            var (fact, recorded) = same.OrderBy(f => f.Recorded).Last();
            var window = (FactData.MaintenanceAnnounced)fact.Data;
            var end = window.End;
            foreach (var (called, known) in log.Facts)
            {
                if (called.Data is FactData.MaintenanceCancelled off && off.Maintenance == window.Maintenance && known >= recorded)
                    end = Instant.Min(end, called.Time);
            }

            _maintenance.Add((window.Start, end));
        }
    }
}
