using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Time;

namespace Levelkeeper.Core.Measurements;

/// <summary>Chooses the facts that a period's measurement counts: measurements and checks in it, and windows by the rule, none twice.</summary>
internal static class MeasuredFacts
{
    /// <summary>The facts that count, in their order; the others of the period go to the tally with their reason.</summary>
    /// <remarks>
    /// Of windows of one series (source, subject, metric) that overlap, the one that ends first stands, and of those that end together the first in
    /// the facts' order: so hours stand and the day's summary that repeats them is left out. Windows that lie wholly outside the period take part in
    /// this, so that a window's fate does not depend on the period that is asked for.
    /// </remarks>
    public static IEnumerable<Fact> Of(MeasurementRule rule, IReadOnlyList<Fact> facts, TickInterval period, FactTally tally)
    {
        var lastEnds = new Dictionary<(string Source, string Subject, string Metric), long>();
        foreach (var fact in facts)
        {
            var time = fact.Time.ToUnixTimeTicks();
            switch (fact.Data)
            {
                case FactData.Aggregated window:
                    // The last instant inside the window is the tick before its end.
                    var endsHere = time > period.Start && time <= period.End;
                    if (ReasonAgainst(window, fact) is { } reason)
                    {
                        if (endsHere)
                            tally.LeaveOut(fact, reason);
                        break;
                    }

                    var start = window.Start.ToUnixTimeTicks();
                    var series = (fact.Source, fact.Subject, window.Metric);
                    if (lastEnds.TryGetValue(series, out var lastEnd) && start < lastEnd)
                    {
                        if (endsHere)
                            tally.LeaveOut(fact, "its window overlaps one of the same source and metric that is already counted");
                        break;
                    }

                    lastEnds[series] = time;
                    if (!endsHere)
                        break;
                    if (rule.Straddling == StraddlingWindow.LeftOut && start < period.Start)
                        tally.LeaveOut(fact, "its window begins before the period");
                    else
                        yield return fact;
                    break;

                case FactData.Measured or FactData.Probed:
                    if (period.Contains(time))
                        yield return fact;
                    break;

                default:
                    if (period.Contains(time))
                        tally.LeaveOut(fact, "it measures nothing");
                    break;
            }
        }
    }

    /// <summary>How many events a window holds; null when it does not say.</summary>
    public static decimal? Events(FactData.Aggregated window)
    {
        if (window.Total is { } total)
            return total;
        if (window.Histogram.IsDefaultOrEmpty)
            return null;
        var count = 0m;
        foreach (var bucket in window.Histogram)
            count += bucket.Count;
        return count;
    }

    private static string? ReasonAgainst(FactData.Aggregated window, Fact fact)
    {
        if (window.Start >= fact.Time)
            return "its window does not end after it starts";
        if (window.Good < 0 || window.Total < 0)
            return "it counts fewer than no events";
        if (window.Good > window.Total)
            return "it counts more good events than events";
        if (window.Histogram.IsDefaultOrEmpty)
            return null;
        decimal? previous = null;
        var count = 0m;
        for (var i = 0; i < window.Histogram.Length; i++)
        {
            var bucket = window.Histogram[i];
            if (bucket.Count < 0)
                return "a bucket of its histogram counts fewer than no values";
            if (bucket.UpTo is null ? i < window.Histogram.Length - 1 : bucket.UpTo <= previous)
                return "the edges of its histogram do not ascend";
            previous = bucket.UpTo;
            count += bucket.Count;
        }

        return window.Total is { } total && total != count ? "its histogram and its total disagree" : null;
    }
}
