using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Reference;

/// <summary>Availability by requests, interval after interval and minute after minute.</summary>
public sealed class ReferenceRequests
{
    private static readonly Duration Tick = Duration.FromTicks(1);
    private static readonly Duration Minute = Duration.FromMinutes(1);

    private readonly ReferencePeriod _period;
    private readonly RequestExclusions _exclusions;
    private readonly JoinedLate _joinedLate;
    private readonly Func<Instant, bool> _wasThere;
    private readonly ReferenceClaims _claims;
    private readonly List<Window> _windows = [];
    private readonly Instant _until;

    /// <summary>Reads a log.</summary>
    /// <param name="log">The facts as they count.</param>
    /// <param name="period">The period.</param>
    /// <param name="exclusions">What does not count.</param>
    /// <param name="joinedLate">What counts of a period of which only a part is under the agreement.</param>
    /// <param name="server">The server whose own requests count; null for all requests of the service.</param>
    /// <param name="wasThere">When it was there; null for always.</param>
    /// <param name="pendingToo">True: as if every claim that waits were approved.</param>
    public ReferenceRequests(ReferenceLog log, ReferencePeriod period, RequestExclusions exclusions, JoinedLate joinedLate, string? server = null, Func<Instant, bool>? wasThere = null, bool pendingToo = false)
    {
        (_period, _exclusions, _joinedLate, _wasThere) = (period, exclusions, joinedLate, wasThere ?? (_ => true));
        _claims = new ReferenceClaims(AvailabilityPolicy.Default with { Maintenance = exclusions.Maintenance, ExcusingCauses = exclusions.Causes }, log);
        _until = Instant.Max(period.Start, Instant.Min(period.End, period.AsOf));
        foreach (var (fact, _) in log.Facts)
        {
            if (fact.Data is FactData.Aggregated window && (server is null || fact.Subject == server))
                Read(window.Start, fact.Time, new Window(fact.Time - Tick, window.Good!.Value, window.Total!.Value, false), pendingToo);
            else if (fact.Data is FactData.Probed { Good: false, Function: "" } && fact.Subject == (server ?? "shop"))
                Read(fact.Time, fact.Time + Minute, new Window(fact.Time, 0, 0, true), pendingToo);
        }
    }

    /// <summary>Whether any claim waits for a decision.</summary>
    public bool AnyPending => _claims.AnyPending;

    /// <summary>Whether something was excluded that would have counted: by intervals also a check that failed.</summary>
    public bool IsAnyExcluded(bool checksCount) => _excluded.Exists(w => w.All > 0 || checksCount && w.CheckFailed);

    private readonly List<Window> _excluded = [];

    /// <summary>The level; null when nobody asked and no check failed.</summary>
    public Rational? Level(RequestMethod method) => method switch
    {
        RequestMethod.Ratio => _windows.Sum(w => w.All) is > 0 and var all ? Rational.From(_windows.Sum(w => w.Good)) / Rational.From(all) : null,
        RequestMethod.MeanOfIntervals mean => Mean(mean, w => w.All > 0, i => Rational.From(i.Good) / Rational.From(i.All)),
        RequestMethod.Slices slices => Mean(slices, w => w.All > 0 || w.CheckFailed, i => IsBad(i, slices.ErrorRate) ? 0 : 1),
        _ => throw new NotSupportedException("There are no other methods."),
    };

    private static bool IsBad(Window interval, Rational errorRate) =>
        interval.CheckFailed || interval.All > 0 && (interval.Good == 0 || Rational.From(interval.All - interval.Good) / Rational.From(interval.All) > errorRate);

    private Rational? Mean(RequestMethod.ByIntervals method, Func<Window, bool> counts, Func<Window, Rational> of)
    {
        var windows = _windows.Where(counts).ToList();
        if (windows.Count == 0)
            return null;
        var minutes = Minutes(_period.Start, _until).Where(m => _joinedLate != JoinedLate.OwnTime || IsOwn(m)).ToList();
        var (sum, number) = (Rational.Zero, 0);
        for (var from = minutes[0]; from <= minutes[^1]; from += method.Interval)
        {
            var to = Instant.Min(from + method.Interval, minutes[^1] + Minute);
            var inside = windows.Where(w => w.At >= from && w.At < to).ToList();
            if (inside.Count > 0)
                (sum, number) = (sum + of(new Window(from, inside.Sum(w => w.Good), inside.Sum(w => w.All), inside.Exists(w => w.CheckFailed))), number + 1);
            else if (!Minutes(from, to).All(IsNone) && (!method.LeavesOutQuiet || _joinedLate == JoinedLate.RestIsWell && !Minutes(from, to).Any(IsOwn)))
                (sum, number) = (sum + 1, number + 1);
        }

        return sum / number;
    }

    /// <summary>Takes a window in, as far as it counts: one that lies in excluded time with every minute counts otherwise.</summary>
    private void Read(Instant start, Instant end, Window window, bool pendingToo)
    {
        if (window.At < _period.Start || window.At >= _until || !IsOwn(window.At))
            return;
        var minutes = Minutes(start, end).ToList();
        var failed = window.CheckFailed || window.Good < window.All;
        if (_exclusions.Maintenance is { } maintenance && minutes.TrueForAll(_claims.InMaintenance))
        {
            _excluded.Add(window);
            if (maintenance.Treatment != MaintenanceTreatment.LeavesBoth)
                _windows.Add(Mended(maintenance.Treatment == MaintenanceTreatment.CountsAsUp));
        }
        else if (failed && minutes.TrueForAll(m => _claims.IsExcused(m, pendingToo)))
        {
            _excluded.Add(window);
            _windows.Add(Mended(_exclusions.Treatment == ExclusionTreatment.ExcusesDowntime));
        }
        else
        {
            _windows.Add(window);
        }

        Window Mended(bool failuresAreGood) => failuresAreGood ? window with { Good = window.All, CheckFailed = false } : window with { All = window.Good, CheckFailed = false };
    }

    private bool IsOwn(Instant at) => _joinedLate == JoinedLate.WholePeriod || at >= _period.TermStart && _wasThere(at);

    /// <summary>A minute that makes no interval: of maintenance that leaves both sides, or one in which nothing of this was there.</summary>
    private bool IsNone(Instant minute) =>
        _exclusions.Maintenance is { Treatment: MaintenanceTreatment.LeavesBoth } && _claims.InMaintenance(minute) || _joinedLate == JoinedLate.OwnTime && !IsOwn(minute);

    private static IEnumerable<Instant> Minutes(Instant from, Instant to)
    {
        for (var minute = from; minute < to; minute += Minute)
            yield return minute;
    }

    private readonly record struct Window(Instant At, decimal Good, decimal All, bool CheckFailed);
}
