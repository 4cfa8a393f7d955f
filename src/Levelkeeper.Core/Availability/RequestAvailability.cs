using System.Collections.Immutable;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Availability;

/// <summary>Counted events of a window <c>[Start, End)</c>.</summary>
/// <param name="Window">The window.</param>
/// <param name="Good">Events that succeeded.</param>
/// <param name="Total">All events; at least <paramref name="Good"/>.</param>
/// <param name="CheckFailed">Whether a check of the service failed in it.</param>
public readonly record struct RequestWindow(TickInterval Window, Rational Good, Rational Total, bool CheckFailed = false)
{
    /// <summary>No requests, but a check that failed: it belongs to the interval in which it was made.</summary>
    /// <param name="at">When.</param>
    public static RequestWindow OfFailedCheck(Instant at)
    {
        var tick = at.ToUnixTimeTicks();
        return new RequestWindow(new TickInterval(tick, tick + 1), 0, 0, CheckFailed: true);
    }

    /// <summary>
    /// The windows of a metric, in order of time. A window belongs to the period in which it ends; one whose counts are missing, negative or contradict each other
    /// is reported and left out. Of several facts for the same window each counts: duplicates were taken out when they were appended.
    /// </summary>
    public static ImmutableArray<RequestWindow> From(IEnumerable<Fact> facts, string metric, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var result = ImmutableArray.CreateBuilder<RequestWindow>();
        foreach (var fact in facts.Order(Comparer<Fact>.Create(Fact.CompareWithinEntity)))
        {
            if (fact.Data is not FactData.Aggregated aggregated || aggregated.Metric != metric)
                continue;
            if (aggregated.Good is not { } good || aggregated.Total is not { } total || good < 0 || total < good || fact.Time < aggregated.Start)
            {
                diagnostics.Error("LK4004", fact.Place, $"The window {Diagnostic.Quote(fact.Id)} of {Diagnostic.Quote(metric)} cannot be counted.", "good and total are needed, with 0 ≤ good ≤ total, and the window must not end before it starts");
                continue;
            }

            result.Add(new RequestWindow(TickInterval.Between(aggregated.Start, fact.Time), Rational.From(good), Rational.From(total)));
        }

        return result.ToImmutable();
    }
}

/// <summary>How counts become a level.</summary>
public abstract record RequestMethod
{
    private RequestMethod()
    {
    }

    /// <summary>Good / total over the period. The default.</summary>
    public sealed record Ratio : RequestMethod;

    /// <summary>The mean of the rates of intervals; one without requests is 100 %.</summary>
    /// <param name="Interval">Length of an interval, counted from the start of the period.</param>
    public sealed record MeanOfIntervals(Duration Interval) : RequestMethod;

    /// <summary>Good intervals / all intervals. An interval is bad when its error rate exceeds the limit, every attempt failed, or its check failed; one without requests is good.</summary>
    /// <param name="Interval">Length of an interval, counted from the start of the period.</param>
    /// <param name="ErrorRate">The rate that must be exceeded, a fraction of one; 1 means only that every attempt failed.</param>
    public sealed record Slices(Duration Interval, Rational ErrorRate) : RequestMethod;
}

/// <summary>Availability by requests.</summary>
/// <param name="Good">Good events, or the sum of rates, or good intervals.</param>
/// <param name="Total">All events, or the number of intervals.</param>
/// <param name="Requests">All events of the period.</param>
/// <param name="SmallestVolume">Least number of events for a verdict.</param>
public sealed record RequestAvailability(Rational Good, Rational Total, Rational Requests, Rational SmallestVolume)
{
    /// <summary>Good / total; null when there was no event or fewer than the smallest volume.</summary>
    public Rational? Level => Requests.Sign == 0 || Requests < SmallestVolume || Total.Sign == 0 ? null : Good / Total;

    /// <summary>The verdict on a target.</summary>
    public Verdict Judge(LevelTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return Level is { } level ? target.Judge(level, level) : Requests.Sign == 0 ? Verdict.NoActivity : Verdict.InsufficientEvidence;
    }

    /// <summary>Evaluates the windows that end in a period, <c>(start, end]</c>, up to now.</summary>
    /// <param name="windows">Windows in any order.</param>
    /// <param name="period">The period; intervals are counted from its start, and the last one may be shorter.</param>
    /// <param name="asOf">Now: intervals that have not ended are not counted.</param>
    /// <param name="method">How counts become a level.</param>
    /// <param name="smallestVolume">Least number of events.</param>
    public static RequestAvailability Evaluate(IEnumerable<RequestWindow> windows, TickInterval period, Instant asOf, RequestMethod method, Rational smallestVolume = default)
    {
        ArgumentNullException.ThrowIfNull(windows);
        var until = asOf == Instant.MaxValue ? period.End : Math.Clamp(asOf.ToUnixTimeTicks(), period.Start, period.End);
        var counted = windows.Where(w => w.Window.End > period.Start && w.Window.End <= until).ToArray();
        var good = Sum(counted, w => w.Good);
        var total = Sum(counted, w => w.Total);
        switch (method)
        {
            case RequestMethod.Ratio:
                return new RequestAvailability(good, total, total, smallestVolume);
            case RequestMethod.MeanOfIntervals mean:
                var rates = Intervals(counted, mean.Interval, period, until, out var all);
                // An interval that nobody asked in is 100 %.
                var sum = (Rational)(all - rates.Count);
                foreach (var interval in rates)
                    sum += interval.Total.Sign == 0 ? Rational.One : interval.Good / interval.Total;
                return new RequestAvailability(sum, all, total, smallestVolume);
            case RequestMethod.Slices slices:
                var slots = Intervals(counted, slices.Interval, period, until, out var count);
                var bad = slots.Count(s => s.CheckFailed || s.Total.Sign > 0 && (s.Good.Sign == 0 || (s.Total - s.Good) / s.Total > slices.ErrorRate));
                // A failed check is an event even where nobody asked.
                return new RequestAvailability(count - bad, count, total.Sign == 0 && slots.Count > 0 ? slots.Count : total, smallestVolume);
            default:
                throw new InvalidOperationException("Unknown request method.");
        }
    }

    /// <summary>How many intervals of a length a period has, the last one perhaps shorter.</summary>
    public static long CountIntervals(TickInterval period, Duration interval)
    {
        var length = interval.BclCompatibleTicks;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length, nameof(interval));
        return (period.Length + length - 1) / length;
    }

    private static Rational Sum(RequestWindow[] windows, Func<RequestWindow, Rational> of)
    {
        var sum = Rational.Zero;
        foreach (var window in windows)
            sum += of(window);
        return sum;
    }

    private static List<RequestWindow> Intervals(RequestWindow[] windows, Duration interval, TickInterval period, long until, out long count)
    {
        count = CountIntervals(new TickInterval(period.Start, until), interval);
        var length = interval.BclCompatibleTicks;
        // A window that ends on an interval's edge belongs to the interval before it.
        return [.. windows
            .GroupBy(w => (w.Window.End - 1 - period.Start) / length)
            .Select(g => new RequestWindow(default, Sum([.. g], w => w.Good), Sum([.. g], w => w.Total), g.Any(w => w.CheckFailed)))];
    }
}
