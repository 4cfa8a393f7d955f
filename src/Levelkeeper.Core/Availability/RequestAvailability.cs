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

    /// <summary>By intervals of one length, counted from the start of the period.</summary>
    /// <param name="Interval">Length of an interval.</param>
    public abstract record ByIntervals(Duration Interval) : RequestMethod
    {
        /// <summary>True when an interval without requests is none; false, the default, when it is as good as can be.</summary>
        public bool LeavesOutQuiet { get; init; }
    }

    /// <summary>The mean of the rates of intervals.</summary>
    /// <param name="Interval">Length of an interval.</param>
    public sealed record MeanOfIntervals(Duration Interval) : ByIntervals(Interval);

    /// <summary>Good intervals / all intervals. An interval is bad when its error rate exceeds the limit, every attempt failed, or its check failed.</summary>
    /// <param name="Interval">Length of an interval.</param>
    /// <param name="ErrorRate">The rate that must be exceeded, a fraction of one; 1 means only that every attempt failed.</param>
    public sealed record Slices(Duration Interval, Rational ErrorRate) : ByIntervals(Interval);
}

/// <summary>Time that is looked at otherwise than the rest of a period, where requests are judged by intervals. What is counted in it is counted all the same.</summary>
/// <param name="None">An interval that lies wholly in it, and in which nothing is counted, is none.</param>
/// <param name="Well">An interval that lies wholly in it, and in which nothing is counted, is good.</param>
public sealed record RequestTime(IntervalSet None, IntervalSet Well)
{
    /// <summary>All time is alike.</summary>
    public static RequestTime Alike { get; } = new(IntervalSet.Empty, IntervalSet.Empty);
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

    /// <summary>By intervals: how many count as good because nothing is counted in them.</summary>
    public long Quiet { get; init; }

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
    /// <param name="time">What of the period is looked at otherwise; null for nothing.</param>
    public static RequestAvailability Evaluate(IEnumerable<RequestWindow> windows, TickInterval period, Instant asOf, RequestMethod method, Rational smallestVolume = default, RequestTime? time = null)
    {
        ArgumentNullException.ThrowIfNull(windows);
        var until = asOf == Instant.MaxValue ? period.End : Math.Clamp(asOf.ToUnixTimeTicks(), period.Start, period.End);
        var counted = windows.Where(w => w.Window.End > period.Start && w.Window.End <= until).ToArray();
        var requests = Sum(counted, w => w.Total);
        switch (method)
        {
            case RequestMethod.Ratio:
                return new RequestAvailability(Sum(counted, w => w.Good), requests, requests, smallestVolume);
            case RequestMethod.MeanOfIntervals mean:
                var rates = new IntervalCount(period.Start, until, mean, [.. counted.Where(w => w.Total.Sign > 0)], time ?? RequestTime.Alike);
                var sum = (Rational)rates.Well;
                foreach (var interval in rates.Busy)
                    sum += interval.Good / interval.Total;
                return new RequestAvailability(sum, rates.All, requests, smallestVolume) { Quiet = rates.Well };
            case RequestMethod.Slices slices:
                var slots = new IntervalCount(period.Start, until, slices, [.. counted.Where(w => w.Total.Sign > 0 || w.CheckFailed)], time ?? RequestTime.Alike);
                var bad = slots.Busy.Count(s => s.CheckFailed || s.Good.Sign == 0 || (s.Total - s.Good) / s.Total > slices.ErrorRate);
                // A failed check is an event even where nobody asked.
                return new RequestAvailability(slots.All - bad, slots.All, requests.Sign == 0 ? slots.Busy.Count : requests, smallestVolume) { Quiet = slots.Well };
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

    /// <summary>The intervals of a span by what is counted in them.</summary>
    private sealed class IntervalCount
    {
        private readonly long _start;
        private readonly long _until;
        private readonly long _length;

        /// <param name="start">Start of the first interval.</param>
        /// <param name="until">End of the last one.</param>
        /// <param name="method">Their length, and what one without requests is.</param>
        /// <param name="windows">What is counted; in each there is something.</param>
        /// <param name="time">What is looked at otherwise.</param>
        public IntervalCount(long start, long until, RequestMethod.ByIntervals method, RequestWindow[] windows, RequestTime time)
        {
            (_start, _until, _length) = (start, until, method.Interval.BclCompatibleTicks);
            // A window that ends on an interval's edge belongs to the interval before it.
            var busy = windows.GroupBy(w => (w.Window.End - 1 - start) / _length).ToDictionary(g => g.Key, g => new RequestWindow(default, Sum([.. g], w => w.Good), Sum([.. g], w => w.Total), g.Any(w => w.CheckFailed)));
            Busy = busy.Values;
            var quiet = CountIntervals(new TickInterval(start, until), method.Interval) - busy.Count;
            Well = method.LeavesOutQuiet ? QuietIn(time.Well) - QuietIn(time.Well.Intersect(time.None)) : quiet - QuietIn(time.None);

            long QuietIn(IntervalSet set) => Inside(set).Sum(r => r.Count - busy.Keys.LongCount(r.Has));
        }

        /// <summary>Those in which something is counted.</summary>
        public IReadOnlyCollection<RequestWindow> Busy { get; }

        /// <summary>Those in which nothing is, and which count as good.</summary>
        public long Well { get; }

        /// <summary>All that count.</summary>
        public long All => Well + Busy.Count;

        /// <summary>The intervals that lie wholly in a set of time, run by run.</summary>
        private IEnumerable<Run> Inside(IntervalSet set)
        {
            foreach (var part in set)
            {
                var first = Math.Max(0, (part.Start - _start + _length - 1) / _length);
                // The last interval ends with the span, whole or not.
                var end = part.End >= _until ? (_until - _start + _length - 1) / _length : (part.End - _start) / _length;
                if (part.End > _start && first < end)
                    yield return new Run(first, end);
            }
        }

        private readonly record struct Run(long First, long End)
        {
            public long Count => End - First;

            public bool Has(long number) => number >= First && number < End;
        }
    }
}
