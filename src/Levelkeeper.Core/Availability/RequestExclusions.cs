using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;

namespace Levelkeeper.Core.Availability;

/// <summary>What does not count where requests are counted: planned maintenance, and causes that excuse.</summary>
/// <remarks>
/// Nobody can tell when in a window its requests were made. So a window is excluded only when it lies in excluded time with all of it; one that reaches out of it counts whole.
/// </remarks>
/// <param name="Maintenance">Null when maintenance is not excluded. An allowance of it is one of downtime, which requests do not have: it is not looked at.</param>
/// <param name="Causes">The causes that excuse.</param>
/// <param name="Treatment">Whether excused requests that failed count as good, or leave both sides.</param>
public sealed record RequestExclusions(MaintenancePolicy? Maintenance, ImmutableSortedSet<string> Causes, ExclusionTreatment Treatment)
{
    /// <summary>Everything counts.</summary>
    public static RequestExclusions None { get; } = new(null, [], ExclusionTreatment.ExcusesDowntime);

    /// <summary>Where maintenance stands in the agreement.</summary>
    public Clause MaintenanceClause { get; init; } = Clause.Default("excluding");

    /// <summary>Where the causes stand.</summary>
    public Clause CausesClause { get; init; } = Clause.Default("excluding");
}

/// <summary>The windows of a period once what is excluded has been taken out of them.</summary>
/// <param name="Windows">What counts.</param>
/// <param name="Maintained">Requests in planned maintenance that count otherwise than they came.</param>
/// <param name="Excused">Requests that failed and are excused by their cause.</param>
public sealed record ExcludedRequests(ImmutableArray<RequestWindow> Windows, Rational Maintained, Rational Excused)
{
    /// <summary>Whether anything was excluded that would have counted: a request or a failed check.</summary>
    public bool Any { get; private init; }

    /// <summary>Takes out what is excluded.</summary>
    /// <param name="windows">Windows in any order.</param>
    /// <param name="exclusions">The decisions.</param>
    /// <param name="maintenance">Accepted maintenance.</param>
    /// <param name="excused">The time of the claims that excuse.</param>
    public static ExcludedRequests Of(IEnumerable<RequestWindow> windows, RequestExclusions exclusions, IntervalSet maintenance, IntervalSet excused)
    {
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentNullException.ThrowIfNull(exclusions);
        var counted = ImmutableArray.CreateBuilder<RequestWindow>();
        var (maintained, failed, any) = (Rational.Zero, Rational.Zero, false);
        foreach (var window in windows)
        {
            if (exclusions.Maintenance is { } policy && Holds(maintenance, window.Window))
            {
                any |= window.CheckFailed || window.Total.Sign > 0;
                maintained += policy.Treatment == MaintenanceTreatment.LeavesBoth ? window.Total : window.Total - window.Good;
                if (policy.Treatment != MaintenanceTreatment.LeavesBoth)
                    counted.Add(Without(window, policy.Treatment == MaintenanceTreatment.CountsAsUp));
            }
            else if ((window.CheckFailed || window.Good < window.Total) && Holds(excused, window.Window))
            {
                any = true;
                failed += window.Total - window.Good;
                counted.Add(Without(window, exclusions.Treatment == ExclusionTreatment.ExcusesDowntime));
            }
            else
            {
                counted.Add(window);
            }
        }

        return new ExcludedRequests(counted.ToImmutable(), maintained, failed) { Any = any };
    }

    /// <summary>The window without its failures: they are good ones, or none.</summary>
    private static RequestWindow Without(RequestWindow window, bool failuresAreGood) =>
        failuresAreGood ? window with { Good = window.Total, CheckFailed = false } : window with { Total = window.Good, CheckFailed = false };

    /// <summary>Whether all of a window lies in a set of time; one without a length, when its last instant does.</summary>
    private static bool Holds(IntervalSet set, TickInterval window)
    {
        var (low, high) = (0, set.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (set[middle].End < window.End)
                low = middle + 1;
            else
                high = middle;
        }

        return low < set.Count && set[low].Start <= (window.IsEmpty ? window.End - 1 : window.Start);
    }
}
