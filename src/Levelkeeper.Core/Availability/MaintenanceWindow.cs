using System.Collections.Immutable;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Availability;

/// <summary>Whether announced maintenance may be excluded.</summary>
public enum MaintenanceStatus
{
    /// <summary>Announced in time.</summary>
    Accepted,

    /// <summary>Recorded with less than the agreed notice, or not before the start.</summary>
    TooLate,

    /// <summary>It ends before it starts.</summary>
    Invalid,

    /// <summary>Called off before it started.</summary>
    Cancelled,

    /// <summary>None of it lies in the times that the agreement sets aside for maintenance.</summary>
    OutsideAgreedTimes,
}

/// <summary>An announced window of planned maintenance.</summary>
/// <param name="Name">The announcement's name.</param>
/// <param name="During">The planned time that may be excluded: from the start to the end, or to the cancellation within it.</param>
/// <param name="Status">Whether it may be excluded.</param>
/// <param name="Announcement">The fact.</param>
/// <param name="Recorded">When the announcement became known.</param>
public sealed record MaintenanceWindow(string Name, TickInterval During, MaintenanceStatus Status, Fact? Announcement, Instant Recorded)
{
    /// <summary>
    /// All announced windows, sorted by start and name. Of several announcements of one name the latest one recorded in time prevails;
    /// one that comes too late changes nothing. Each is judged by the time it was <em>recorded</em>, so nobody can announce in the past.
    /// </summary>
    /// <param name="facts">Stamped facts in any order; others than announcements and cancellations are passed over.</param>
    /// <param name="policy">The agreed notice.</param>
    public static ImmutableArray<MaintenanceWindow> From(IEnumerable<StampedFact> facts, MaintenancePolicy policy)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(policy);
        var announced = new SortedDictionary<string, List<StampedFact>>(StringComparer.Ordinal);
        var cancelled = new Dictionary<string, List<StampedFact>>(StringComparer.Ordinal);
        foreach (var fact in facts)
        {
            switch (fact.Fact.Data)
            {
                case FactData.MaintenanceAnnounced announcement:
                    ListOf(announced, announcement.Maintenance).Add(fact);
                    break;
                case FactData.MaintenanceCancelled cancellation:
                    ListOf(cancelled, cancellation.Maintenance).Add(fact);
                    break;
                default:
                    break;
            }
        }

        var result = ImmutableArray.CreateBuilder<MaintenanceWindow>();
        foreach (var (name, announcements) in announced)
        {
            var windows = announcements.OrderBy(f => f.Recorded).ThenBy(f => f.LogSequence).Select(f => Judge(name, f, policy.Notice)).ToArray();
            var prevailing = windows.LastOrDefault(w => w.Status == MaintenanceStatus.Accepted);
            foreach (var window in windows)
            {
                if (window.Status != MaintenanceStatus.Accepted)
                    result.Add(window);
                else if (ReferenceEquals(window, prevailing))
                    result.AddRange(Within(Cancel(window, cancelled.GetValueOrDefault(name) ?? []), policy.Times));
            }
        }

        result.Sort(static (a, b) => a.During.Start != b.During.Start ? a.During.Start.CompareTo(b.During.Start) : string.CompareOrdinal(a.Name, b.Name));
        return result.ToImmutable();
    }

    private static MaintenanceWindow Judge(string name, StampedFact stamped, Duration notice)
    {
        var announcement = (FactData.MaintenanceAnnounced)stamped.Fact.Data;
        var valid = announcement.End >= announcement.Start;
        var inTime = stamped.Recorded < announcement.Start && stamped.Recorded + notice <= announcement.Start;
        var status = !valid ? MaintenanceStatus.Invalid : inTime ? MaintenanceStatus.Accepted : MaintenanceStatus.TooLate;
        return new MaintenanceWindow(name, valid ? TickInterval.Between(announcement.Start, announcement.End) : default, status, stamped.Fact, stamped.Recorded);
    }

    /// <summary>The parts of an accepted window in which the agreement lets maintenance take place.</summary>
    private static IEnumerable<MaintenanceWindow> Within(MaintenanceWindow window, BusinessCalendar? times)
    {
        if (times is null || window.Status != MaintenanceStatus.Accepted)
            return [window];
        var parts = times.OpenIntervals(window.During.Start, window.During.End);
        return parts.IsEmpty ? [window with { Status = MaintenanceStatus.OutsideAgreedTimes }] : parts.Select(part => window with { During = part });
    }

    /// <summary>A cancellation works from its own time on, for the announcements recorded before it.</summary>
    private static MaintenanceWindow Cancel(MaintenanceWindow window, List<StampedFact> cancellations)
    {
        var effective = cancellations.Where(c => c.Recorded >= window.Recorded).Select(c => c.Fact.Time.ToUnixTimeTicks()).DefaultIfEmpty(long.MaxValue).Min();
        if (effective >= window.During.End)
            return window;
        return effective <= window.During.Start
            ? window with { Status = MaintenanceStatus.Cancelled }
            : window with { During = new TickInterval(window.During.Start, effective) };
    }

    private static List<StampedFact> ListOf(IDictionary<string, List<StampedFact>> lists, string name)
    {
        if (!lists.TryGetValue(name, out var list))
            lists[name] = list = [];
        return list;
    }
}
