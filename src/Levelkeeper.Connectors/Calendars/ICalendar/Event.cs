using System.Collections.Immutable;
using Levelkeeper.Core.Diagnostics;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Connectors.Calendars.ICalendar;

/// <summary>A date, or a date and a time in a zone, as iCalendar has it.</summary>
internal sealed record Moment(LocalDate Date, LocalTime? Time, DateTimeZone Zone)
{
    private static readonly LocalDate LastDate = new(9999, 12, 30);
    private static readonly LocalDatePattern DateForm = LocalDatePattern.CreateWithInvariantCulture("uuuuMMdd");
    private static readonly LocalDateTimePattern DateTimeForm = LocalDateTimePattern.CreateWithInvariantCulture("uuuuMMdd'T'HHmmss");

    /// <summary>Reads one value, in the zone unless it is in UTC; null when it is neither a date nor a date with a time.</summary>
    public static Moment? Parse(string text, DateTimeZone zone)
    {
        if (DateForm.Parse(text) is { Success: true } date)
            return new Moment(date.Value, null, zone);
        var utc = text.EndsWith('Z');

        var plain = utc ? text[..^1] : text;
        return DateTimeForm.Parse(plain) is { Success: true } at ? new Moment(at.Value.Date, at.Value.TimeOfDay, utc ? DateTimeZone.Utc : zone) : null;
    }

    /// <summary>The instant; "for ever" is often written as the last day of the year 9999, which in some zones is beyond the last instant.</summary>
    public Instant ToInstant() => (LocalDate.Min(Date, LastDate) + (Time ?? LocalTime.Midnight)).InZoneLeniently(Zone).ToInstant();
}

/// <summary>A VEVENT that can close something.</summary>
internal sealed record Event
{
    // Longer than the range of calendars; keeps ends within the range of instants.
    private static readonly Duration Longest = Duration.FromDays(120_000);

    public string Uid { get; private init; } = "";

    public string Summary { get; private init; } = "";

    public required Place Place { get; init; }

    public required Moment Start { get; init; }

    /// <summary>Its length: whole days for an event without a time; nominal days and exact time otherwise.</summary>
    public required Period Length { get; init; }

    public RecurrenceRule? Rule { get; private init; }

    /// <summary>Further occurrences; null: as long as the event.</summary>
    public ImmutableArray<(Moment Start, Period? Length)> More { get; private init; } = [];

    public ImmutableArray<Moment> Less { get; private init; } = [];

    public Moment? RecurrenceId { get; private init; }

    public bool IsCancelled { get; private init; }

    /// <summary>Null when a diagnostic says what is wrong.</summary>
    public static Event? From(IReadOnlyList<ContentLine> lines, Place end, DateTimeZone floating, FileZones zones, DiagnosticBag diagnostics)
    {
        ContentLine? Find(string name) => lines.FirstOrDefault(l => l.Name == name);

        if (Find("DTSTART") is not { } startLine)
        {
            diagnostics.Error("LK3204", end, "An event has no DTSTART; it is left out.");
            return null;
        }

        if (Moments(startLine, floating, zones, diagnostics) is not [var start])
            return null;
        if (Span(Find("DTEND"), Find("DURATION"), start, startLine.Place, floating, zones, diagnostics) is not { } length)
            return null;
        RecurrenceRule? rule = null;
        if (Find("RRULE") is { } ruleLine)
        {
            rule = RecurrenceRule.Parse(ruleLine, diagnostics);
            if (rule is null)
                return null;
            if (rule.Until is { } until && Moment.Parse(until, start.Zone) is null)
            {
                diagnostics.Error("LK3206", ruleLine.Place, $"UNTIL={Diagnostic.Quote(until)} is not a date; the event is left out.");
                return null;
            }

            if (rule.IsBelowDay && start.Time is null)
            {
                diagnostics.Error("LK3206", ruleLine.Place, "An event without a time of day cannot repeat within a day; it is left out.", "give DTSTART a time, or use FREQ=DAILY");
                return null;
            }
        }

        Moment? recurrenceId = null;
        if (Find("RECURRENCE-ID") is { } idLine)
        {
            if (Moments(idLine, start.Zone, zones, diagnostics) is not [var id])
                return null;
            if (idLine.Parameter("RANGE") is { } range)
            {
                diagnostics.Error("LK3206", idLine.Place, $"RANGE={Diagnostic.Quote(range)}, which moves an occurrence and all after it, is not supported; the event is left out.", "end the first event with UNTIL and begin a second one");
                return null;
            }

            recurrenceId = id;
        }

        return new Event
        {
            Uid = Find("UID")?.Value ?? "",
            Summary = Find("SUMMARY")?.Text() ?? "",
            Place = startLine.Place,
            Start = start,
            Length = length,
            Rule = rule,
            More = [.. lines.Where(static l => l.Name == "RDATE").SelectMany(l => Further(l, start.Zone, zones, diagnostics))],
            Less = [.. lines.Where(static l => l.Name == "EXDATE").SelectMany(l => Moments(l, start.Zone, zones, diagnostics))],
            RecurrenceId = recurrenceId,
            IsCancelled = string.Equals(Find("STATUS")?.Value, "CANCELLED", StringComparison.OrdinalIgnoreCase),
        };
    }

    /// <summary>The dates and times of a property, less those that are wrong.</summary>
    private static List<Moment> Moments(ContentLine line, DateTimeZone floating, FileZones zones, DiagnosticBag diagnostics)
    {
        var moments = new List<Moment>();
        foreach (var (text, zone) in Values(line, floating, zones, diagnostics))
        {
            if (Moment.Parse(text, zone) is { } moment)
                moments.Add(moment);
            else
                diagnostics.Error("LK3204", line.Place, $"{Diagnostic.Quote(text)} in {line.Name} is not a date; it is left out.", "20250131 or 20250131T090000Z");
        }

        return moments;
    }

    /// <summary>The occurrences of an RDATE: dates, times, or spans as start and end or start and duration.</summary>
    private static List<(Moment Start, Period? Length)> Further(ContentLine line, DateTimeZone floating, FileZones zones, DiagnosticBag diagnostics)
    {
        var further = new List<(Moment Start, Period? Length)>();
        foreach (var (text, zone) in Values(line, floating, zones, diagnostics))
        {
            var parts = text.Split('/', 2);
            var start = Moment.Parse(parts[0], zone);
            var length = parts.Length == 1 ? null : start?.Time is null ? null : ParseDuration(parts[1]) ?? Until(start, parts[1], zone);
            if (start is not null && (length is not null || parts.Length == 1))
                further.Add((start, length));
            else
                diagnostics.Error("LK3204", line.Place, $"{Diagnostic.Quote(text)} in {line.Name} is not a date or a span; it is left out.", "20250131, 20250131T090000Z or 20250131T090000Z/PT2H");
        }

        return further;
    }

    private static Period? Until(Moment start, string text, DateTimeZone zone) =>
        Moment.Parse(text, zone) is { Time: not null } end && end.ToInstant() - start.ToInstant() is var elapsed && elapsed >= Duration.Zero && elapsed <= Longest
            ? Period.FromTicks(elapsed.BclCompatibleTicks)
            : null;

    private static IEnumerable<(string Text, DateTimeZone Zone)> Values(ContentLine line, DateTimeZone floating, FileZones zones, DiagnosticBag diagnostics)
    {
        var zone = floating;
        if (line.Parameter("TZID") is { } id)
        {
            if (zones.Find(id) is not { } named)
            {
                diagnostics.Error("LK3205", line.Place, $"{Diagnostic.Quote(id)} is neither a time zone of the IANA database nor one that the file states; {line.Name} is left out.", "such as Europe/Warsaw");
                return [];
            }

            zone = named;
        }

        return line.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(text => (text, zone));
    }

    private static Period? Span(ContentLine? endLine, ContentLine? durationLine, Moment start, Place place, DateTimeZone floating, FileZones zones, DiagnosticBag diagnostics)
    {
        if (endLine is not null)
        {
            if (Moments(endLine, endLine.Parameter("TZID") is null ? start.Zone : floating, zones, diagnostics) is not [var end])
                return null;
            var days = Period.DaysBetween(start.Date, end.Date);
            if (start.Time is null && days > 0)
                return Period.FromDays(days);
            if (start.Time is not null && end.ToInstant() - start.ToInstant() is var elapsed && elapsed >= Duration.Zero && elapsed <= Longest)
                return Period.FromTicks(elapsed.BclCompatibleTicks);
            if (start.Time is null && days == 0)
            {
                // The end is exclusive, but some calendars repeat the date.
                diagnostics.Warning("LK3207", endLine.Place, "The event ends on the date on which it starts; it is read as one day.");
                return Period.FromDays(1);
            }

            diagnostics.Error("LK3204", endLine.Place, "The event ends before it starts, or lasts for centuries; it is left out.");
            return null;
        }

        if (durationLine is null)
            return start.Time is null ? Period.FromDays(1) : Period.Zero;
        if (ParseDuration(durationLine.Value) is not { } length || (start.Time is null && length.HasTimeComponent))
        {
            diagnostics.Error("LK3204", durationLine.Place, $"{Diagnostic.Quote(durationLine.Value)} is not a duration for this event; it is left out.", "P1D for a date, PT8H for a time");
            return null;
        }

        return length;
    }

    // RFC 5545, 3.3.6: weeks, or days and time, in whole numbers, without months and years.
    private static Period? ParseDuration(string text)
    {
        var parsed = PeriodPattern.Roundtrip.Parse(text.TrimStart('+'));
        if (!parsed.Success)
            return null;
        var length = parsed.Value;
        long[] parts = [length.Weeks, length.Days, length.Hours, length.Minutes, length.Seconds];
        if (length.Years != 0 || length.Months != 0 || !Array.TrueForAll(parts, static p => p is >= 0 and < 1_000_000_000))
            return null;
        var (days, seconds) = (length.Weeks * 7L + length.Days, length.Hours * 3600 + length.Minutes * 60 + length.Seconds);
        return days <= Longest.Days && seconds <= Longest.TotalSeconds ? Period.FromDays((int)days) + Period.FromSeconds(seconds) : null;
    }
}
