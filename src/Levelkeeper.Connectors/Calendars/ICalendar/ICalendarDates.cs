using System.Collections.Immutable;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Connectors.Calendars.ICalendar;

/// <summary>What an iCalendar file closes.</summary>
/// <param name="Dates">Whole dates, from events without a time of day, with the event's summary (the first one's where several fall on a date).</param>
/// <param name="Spans">Spans of time, from events with a time of day.</param>
public sealed record ICalendarDates(ImmutableSortedDictionary<LocalDate, string> Dates, IntervalSet Spans)
{
    /// <summary>The version with these dates and spans closed, beside what it closes already.</summary>
    public CalendarVersion CloseIn(CalendarVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        return version with { ClosedDates = version.ClosedDates.Union(Dates.Keys), Closures = version.Closures.Union(Spans) };
    }

    /// <summary>The version with these dates open in other hours, instead of whatever they would have; spans are passed over.</summary>
    public CalendarVersion OverrideIn(CalendarVersion version, DateOverride with)
    {
        ArgumentNullException.ThrowIfNull(version);
        return version with { Overrides = version.Overrides.SetItems(Dates.Keys.Select(d => KeyValuePair.Create(d, with))) };
    }
}

/// <summary>What the reader needs to know beside the text, and what a text may cost.</summary>
public sealed record ICalendarOptions
{
    /// <summary>The zone of times that name none ("floating"): that of the business calendar.</summary>
    public required DateTimeZone Zone { get; init; }

    /// <summary>First date that is wanted; occurrences that end before it are dropped.</summary>
    public LocalDate From { get; init; } = new(2010, 1, 1);

    /// <summary>First date that is not wanted any more; rules are followed up to here.</summary>
    public LocalDate To { get; init; } = new(2040, 1, 1);

    /// <summary>The most characters that are read, 8 Mi unless said otherwise; what comes after is left out, with an error.</summary>
    public int LongestText { get; init; } = 8 << 20;

    /// <summary>
    /// The most work that all rules of a file may take: units of time and occurrences looked at, and dates closed; the rules of its zones may take as much again. A million unless said otherwise: some
    /// tenths of a second. Rules that need more are cut, with an error.
    /// </summary>
    public int MostSteps { get; init; } = 1_000_000;
}
