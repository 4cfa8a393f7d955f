using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Reference;

/// <summary>Availability by requests, interval after interval.</summary>
public sealed class ReferenceRequests(ReferenceLog log, ReferencePeriod period)
{
    private static readonly Duration Tick = Duration.FromTicks(1);

    /// <summary>The level by a method that looks at intervals; null when nobody asked and no check failed.</summary>
    public Rational? Level(RequestMethod method) => method switch
    {
        RequestMethod.MeanOfIntervals mean => Mean(mean.Interval, i => i.All == 0 ? 1 : Rational.From(i.Good) / Rational.From(i.All), failedChecksCount: false),
        RequestMethod.Slices slices => Mean(slices.Interval, i => IsBad(i, slices.ErrorRate) ? 0 : 1, failedChecksCount: true),
        _ => throw new NotSupportedException("The reference of requests goes by intervals."),
    };

    private static bool IsBad(Interval interval, Rational errorRate) =>
        interval.CheckFailed || interval.All > 0 && (interval.Good == 0 || Rational.From(interval.All - interval.Good) / Rational.From(interval.All) > errorRate);

    private Rational? Mean(Duration length, Func<Interval, Rational> of, bool failedChecksCount)
    {
        var (sum, count, any) = (Rational.Zero, 0, false);
        var until = Instant.Min(period.End, period.AsOf);
        for (var from = Instant.Max(period.Start, period.TermStart); from < until; from += length)
        {
            var interval = Between(from, Instant.Min(from + length, until));
            (sum, count, any) = (sum + of(interval), count + 1, any || interval.All > 0 || failedChecksCount && interval.CheckFailed);
        }

        return any ? sum / count : null;
    }

    /// <summary>A window belongs to the interval in which its last instant lies, a check of the service as such to the one in which it was made.</summary>
    private Interval Between(Instant from, Instant to)
    {
        decimal good = 0, all = 0;
        var failed = false;
        foreach (var (fact, _) in log.Facts)
        {
            if (fact.Data is FactData.Aggregated window && fact.Time - Tick >= from && fact.Time - Tick < to)
                (good, all) = (good + window.Good!.Value, all + window.Total!.Value);
            failed |= fact.Data is FactData.Probed { Good: false, Function: "" } && fact.Subject == "shop" && fact.Time >= from && fact.Time < to;
        }

        return new Interval(good, all, failed);
    }

    private readonly record struct Interval(decimal Good, decimal All, bool CheckFailed);
}
