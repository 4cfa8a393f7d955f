using System.Globalization;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Language.Grammar;

/// <summary>What is measured, as people write it: <c>availability</c>, <c>time to respond</c>, <c>p95 of latency</c>, <c>first-contact resolution</c>, <c>duty backup</c>.</summary>
public abstract record MeasureForm
{
    private MeasureForm()
    {
    }

    /// <summary><c>availability</c>.</summary>
    public sealed record Availability : MeasureForm;

    /// <summary><c>time to CLOCK</c>: the share in time; with an aggregation before it, that of the time spent.</summary>
    public sealed record Clock(string ClockName, Aggregation? Aggregation) : MeasureForm;

    /// <summary><c>AGGREGATION of METRIC</c>, or <c>share of METRIC within LIMIT</c> with the limit still as text.</summary>
    public sealed record Values(string Metric, Aggregation? Aggregation, string? Within) : MeasureForm;

    /// <summary><c>share of METRIC</c>: good of all, from aggregated windows.</summary>
    public sealed record Requests(string Metric) : MeasureForm;

    /// <summary>A number over tickets, by its words.</summary>
    public sealed record Tickets(string Words) : MeasureForm;

    /// <summary>A number over outages.</summary>
    public sealed record Outages(OutageIndicator Indicator) : MeasureForm;

    /// <summary><c>duty NAME</c>.</summary>
    public sealed record Duty(string DutyName) : MeasureForm;

    private static readonly Dictionary<string, OutageIndicator> OutageWords = new(StringComparer.Ordinal)
    {
        ["mean time to restore"] = OutageIndicator.MeanTimeToRestore,
        ["mean time between failures"] = OutageIndicator.MeanTimeBetweenFailures,
        ["number of outages"] = OutageIndicator.NumberOfOutages,
        ["longest outage"] = OutageIndicator.LongestOutage,
    };

    private static readonly string[] TicketWords =
        ["first-contact resolution", "escalation rate", "self-service share", "reopen rate", "tickets resolved", "tickets reported", "satisfaction", "share of satisfied", "replies per ticket"];

    private static readonly Dictionary<string, Aggregation> Aggregations = new(StringComparer.Ordinal)
    {
        ["count"] = new Aggregation.Count(),
        ["sum"] = new Aggregation.Sum(),
        ["average"] = new Aggregation.Average(),
        ["mean"] = new Aggregation.Average(),
        ["median"] = new Aggregation.Median(),
        ["smallest"] = new Aggregation.Minimum(),
        ["largest"] = new Aggregation.Maximum(),
        ["last"] = new Aggregation.Last(),
        ["jitter"] = new Aggregation.Jitter(),
        ["ratio"] = new Aggregation.Share(),
    };

    /// <summary>The forms, for suggestions.</summary>
    public static IEnumerable<string> KnownForms =>
        ["availability", "time to respond", "time to resolve", "time to workaround", "time to update", "average time to respond", "share of requests", "ratio of deals", "share of latency within 200 ms", "p95 of latency", "sum of leads", "count of visitors", "average of latency", "median of latency", "jitter of latency", "duty backup", .. TicketWords, .. OutageWords.Keys];

    /// <summary>Reads what is measured.</summary>
    /// <returns>The measure; or null and what is wrong with it.</returns>
    public static (MeasureForm? Measure, string? Problem) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        if (trimmed == "availability")
            return (new Availability(), null);
        if (OutageWords.TryGetValue(trimmed, out var outages))
            return (new Outages(outages), null);
        if (TicketWords.Contains(trimmed))
            return (new Tickets(trimmed), null);
        if (trimmed.StartsWith("duty ", StringComparison.Ordinal) && WordIn(trimmed[5..]) is { } duty)
            return (new Duty(duty), null);
        if (trimmed.StartsWith("time to ", StringComparison.Ordinal) && WordIn(trimmed[8..]) is { } clock)
            return (new Clock(clock, null), null);
        if (trimmed.StartsWith("share of ", StringComparison.Ordinal))
        {
            var rest = trimmed[9..];
            var within = rest.IndexOf(" within ", StringComparison.Ordinal);
            var metric = WordIn(within < 0 ? rest : rest[..within]);
            if (metric is null)
                return (null, "after 'share of' comes the name of what is counted");
            return within < 0 ? (new Requests(metric), null) : (new Values(metric, null, rest[(within + 8)..].Trim()), null);
        }

        var separator = trimmed.IndexOf(' ', StringComparison.Ordinal);
        if (separator > 0 && AggregationOf(trimmed[..separator]) is { } aggregation)
        {
            var rest = trimmed[(separator + 1)..].Trim();
            if (aggregation is not (Aggregation.Share or Aggregation.Jitter) && rest.StartsWith("time to ", StringComparison.Ordinal) && WordIn(rest[8..]) is { } spent)
                return (new Clock(spent, aggregation), null);
            if (rest.StartsWith("of ", StringComparison.Ordinal) && WordIn(rest[3..]) is { } value)
                return (new Values(value, aggregation, null), null);
        }

        return (null, "it is none of the forms, such as 'availability', 'time to respond', 'p95 of latency', 'sum of leads', 'share of requests', 'duty backup'");
    }

    private static Aggregation? AggregationOf(string word)
    {
        if (Aggregations.TryGetValue(word, out var aggregation))
            return aggregation;
        return word.Length is > 1 and < 8 && word[0] == 'p' && decimal.TryParse(word.AsSpan(1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent is > 0 and <= 100
            ? new Aggregation.Percentile(Rational.From(percent))
            : null;
    }

    private static string? WordIn(string text)
    {
        var name = text.Trim();
        return name.Length is > 0 and <= 100 && name.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.') ? name : null;
    }
}
