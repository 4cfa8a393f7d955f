using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Language.Grammar;

/// <summary>How long an outage must last to count: <c>15 min</c>, <c>more than 3 min</c>, <c>more than 1 h within 72 h</c>.</summary>
/// <param name="Length">The length.</param>
/// <param name="IsTooShort">True when an outage of just that length does not count either.</param>
/// <param name="Within">The span over which downtime is added up; null where each outage is held against the length by itself.</param>
public sealed record OutageLengthForm(Duration Length, bool IsTooShort, Duration? Within)
{
    /// <summary>The longest span: downtime of more than a year is not added up.</summary>
    private static readonly Duration LongestSpan = Duration.FromDays(366);

    /// <summary>Reads it.</summary>
    /// <returns>The length; or null and what is wrong with it.</returns>
    public static (OutageLengthForm? Length, string? Problem) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        const string more = "more than ";
        var rest = text.Trim();
        var tooShort = rest.StartsWith(more, StringComparison.Ordinal);
        var parts = (tooShort ? rest[more.Length..] : rest).Split(" within ");
        if (parts.Length > 2)
            return (null, "it has one span at most");
        var (length, problem) = Elapsed(parts[0]);
        if (length is not { } least)
            return (null, problem);
        if (parts is [_])
            return (new OutageLengthForm(least, tooShort, null), null);
        (var within, problem) = Elapsed(parts[1]);
        if (within is not { } span)
            return (null, problem);
        if (span > LongestSpan)
            return (null, "a span is at most 366 days long");
        return span >= least && span > Duration.Zero ? (new OutageLengthForm(least, tooShort, span), null) : (null, "so much downtime does not fit into the span");
    }

    private static (Duration? Length, string? Problem) Elapsed(string text) => TimeAmountForm.Parse(text) switch
    {
        { Amount: TimeAmount.Elapsed elapsed } => (elapsed.Duration, null),
        { Amount: TimeAmount.CalendarUnits { Months: 0 } days } => (null, $"a day has 23, 24 or 25 hours; write '{days.Days * 24} h'"),
        { Problem: { } problem } => (null, problem),
        _ => (null, "elapsed time is given in hours, minutes or seconds"),
    };
}
