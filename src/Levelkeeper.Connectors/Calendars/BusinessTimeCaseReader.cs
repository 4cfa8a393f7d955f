using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Diagnostics;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Connectors.Calendars;

/// <summary>Reads a <see cref="BusinessTimeCase"/> from JSON; calendars that come again are compiled once.</summary>
/// <remarks>
/// Keys: <c>timezone</c> (IANA), <c>weekly</c> (<c>mon</c> … <c>sun</c> to lists of <c>["09:00", "17:00"]</c>), <c>holidays</c> (dates; <c>*-12-25</c> is every year), <c>overrides</c> (date to
/// hours), <c>breaks</c> (date or weekday to hours), <c>operation</c>, <c>start</c>, <c>end</c>, <c>duration_seconds</c>, <c>unit_seconds</c>,
/// <c>boundary</c> (<c>at_close</c>, <c>at_open</c>, <c>at_next_open</c>, <c>at_previous_close</c>), <c>source</c> (see <see cref="CaseSource"/>; any other text
/// is passed over). Other keys say nothing about the result and are passed over.
/// Not thread-safe.
/// </remarks>
public sealed class BusinessTimeCaseReader
{
    private const int MostCalendars = 64;
    private const int MostWindows = 48;

    private static readonly ImmutableDictionary<string, IsoDayOfWeek> DayNames = ImmutableDictionary.CreateRange(
        new[] { "mon", "tue", "wed", "thu", "fri", "sat", "sun" }.Select(static (name, i) => KeyValuePair.Create(name, (IsoDayOfWeek)(i + 1))));

    private static readonly ImmutableArray<string> CalendarKeys = ["timezone", "weekly", "holidays", "overrides", "breaks"];

    private readonly Dictionary<string, BusinessCalendar> _calendars = [];

    /// <summary>Reads one case.</summary>
    /// <param name="json">The case.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="diagnostics">Takes what is wrong with it: LK3001 and LK3002 on windows, LK3101 to LK3105 on the rest.</param>
    /// <returns>Null when an error was reported.</returns>
    public BusinessTimeCase? Read(JsonElement json, Place place, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (json.ValueKind != JsonValueKind.Object)
        {
            diagnostics.Error("LK3101", place, "A case must be a JSON object.");
            return null;
        }

        var found = new DiagnosticBag();
        var reading = new Reading(place, found);
        var calendar = Calendar(json, reading);
        var operation = reading.Operation(json);
        var start = reading.Instant(json, "start");
        var end = operation == BusinessTimeOperation.Between ? reading.Instant(json, "end") : default;
        var open = operation is BusinessTimeOperation.Add or BusinessTimeOperation.Subtract ? reading.Seconds(json, "duration_seconds") : Duration.Zero;
        var unit = json.TryGetProperty("unit_seconds", out _) ? reading.Seconds(json, "unit_seconds") : Duration.FromTicks(1);
        if (unit == Duration.Zero)
            reading.Error("LK3104", "'unit_seconds' must be above zero.");
        var edge = reading.Edge(json);
        var closingInstantIsOpen = json.TryGetProperty("source", out var source) && source.ValueKind == JsonValueKind.String
            && CaseSource.CountsClosingInstantAsOpen(source.GetString()!);
        foreach (var diagnostic in found)
            diagnostics.Add(diagnostic);
        return found.HasErrors || calendar is null || operation is null
            ? null
            : new BusinessTimeCase
            {
                Calendar = calendar,
                Operation = operation.Value,
                Start = start,
                End = end,
                Open = open,
                Unit = unit,
                Edge = edge,
                ClosingInstantIsOpen = closingInstantIsOpen,
            };
    }

    private BusinessCalendar? Calendar(JsonElement json, Reading reading)
    {
        var text = new StringBuilder();
        foreach (var name in CalendarKeys)
            text.Append(json.TryGetProperty(name, out var part) ? part.GetRawText() : "").Append('\n');
        var key = text.ToString();
        if (_calendars.TryGetValue(key, out var known))
            return known;
        var zone = reading.Zone(json);
        var version = reading.Version(json);
        if (zone is null || reading.HasErrors)
            return null;
        if (_calendars.Count == MostCalendars)
            _calendars.Clear();
        return _calendars[key] = new BusinessCalendar(new CalendarDefinition(zone, version));
    }

    private sealed class Reading(Place place, DiagnosticBag diagnostics)
    {
        public bool HasErrors => diagnostics.HasErrors;

        public void Error(string code, string message, string? hint = null) => diagnostics.Error(code, place, message, hint);

        public BusinessTimeOperation? Operation(JsonElement json)
        {
            var name = Text(json, "operation");
            switch (name)
            {
                case "add": return BusinessTimeOperation.Add;
                case "subtract": return BusinessTimeOperation.Subtract;
                case "between": return BusinessTimeOperation.Between;
                case "in_hours": return BusinessTimeOperation.InHours;
                case "next_open": return BusinessTimeOperation.NextOpen;
                case "prev_open": return BusinessTimeOperation.PreviousOpen;
                case null: return null;
                default:
                    Error("LK3102", $"{Diagnostic.Quote(name)} is not an operation.", "one of add, subtract, between, in_hours, next_open, prev_open");
                    return null;
            }
        }

        public DeadlineOnClosing Edge(JsonElement json)
        {
            if (!json.TryGetProperty("boundary", out var value) || value.ValueKind == JsonValueKind.Null)
                return DeadlineOnClosing.ClosingInstant;
            switch (value.ValueKind == JsonValueKind.String ? value.GetString() : null)
            {
                case "at_close" or "at_open": return DeadlineOnClosing.ClosingInstant;
                case "at_next_open" or "at_previous_close": return DeadlineOnClosing.NextOpening;
                default:
                    Error("LK3102", $"{Diagnostic.Quote(value.GetRawText())} is not a boundary.", "one of at_close, at_open, at_next_open, at_previous_close");
                    return DeadlineOnClosing.ClosingInstant;
            }
        }

        public Instant Instant(JsonElement json, string name)
        {
            if (Text(json, name) is not { } text)
                return default;
            var parsed = OffsetDateTimePattern.Rfc3339.Parse(text);
            if (!parsed.Success)
            {
                Error("LK3103", $"{Diagnostic.Quote(text)} is not an instant in '{name}'.", "write 2025-01-31T09:00:00Z, with Z or an offset");
                return default;
            }

            var instant = parsed.Value.ToInstant();
            if (instant < BusinessCalendar.Earliest || instant > BusinessCalendar.Latest)
                Error("LK3103", $"{Diagnostic.Quote(text)} in '{name}' is outside the years 1900 to 2199 that calendars reckon with.");
            return instant;
        }

        public Duration Seconds(JsonElement json, string name)
        {
            if (!json.TryGetProperty(name, out var value))
            {
                Error("LK3101", $"'{name}' is missing.");
                return Duration.Zero;
            }

            // A hundred thousand years of seconds: far beyond any calendar, and still exact.
            if (value.ValueKind != JsonValueKind.Number || !value.TryGetDecimal(out var seconds) || seconds < 0 || seconds > 3e12m)
            {
                Error("LK3104", $"{Diagnostic.Quote(value.GetRawText())} in '{name}' is not a number of seconds, zero or more.");
                return Duration.Zero;
            }

            return Duration.FromTicks((long)(Math.Min(seconds, 9e11m) * NodaConstants.TicksPerSecond));
        }

        public DateTimeZone? Zone(JsonElement json)
        {
            if (Text(json, "timezone") is not { } name)
                return null;
            var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(name);
            if (zone is null)
                Error("LK3105", $"{Diagnostic.Quote(name)} is not a time zone of the IANA database.", "such as Europe/Warsaw");
            return zone;
        }

        public CalendarVersion Version(JsonElement json)
        {
            var hours = new Dictionary<IsoDayOfWeek, ImmutableArray<DayWindow>>();
            if (!json.TryGetProperty("weekly", out _))
                Error("LK3101", "'weekly' is missing.");
            foreach (var (name, value) in Members(json, "weekly"))
            {
                if (DayNames.TryGetValue(name, out var day))
                    hours[day] = Windows(value, name);
                else
                    Error("LK3102", $"{Diagnostic.Quote(name)} in 'weekly' is not a weekday.", "one of mon, tue, wed, thu, fri, sat, sun");
            }

            var breaks = new Dictionary<IsoDayOfWeek, ImmutableArray<DayWindow>>();
            var dated = ImmutableDictionary.CreateBuilder<LocalDate, ImmutableArray<DayWindow>>();
            foreach (var (name, value) in Members(json, "breaks"))
            {
                if (DayNames.TryGetValue(name, out var day))
                    breaks[day] = Windows(value, name);
                else if (Date(name, "breaks") is { } date)
                    dated[date] = Windows(value, name);
            }

            var overrides = ImmutableDictionary.CreateBuilder<LocalDate, DateOverride>();
            var yearly = ImmutableDictionary.CreateBuilder<AnnualDate, DateOverride>();
            foreach (var (name, value) in Members(json, "overrides"))
            {
                if (EveryYear(name) is { } annual)
                    yearly[annual] = new DateOverride(Windows(value, name));
                else if (Date(name, "overrides") is { } date)
                    overrides[date] = new DateOverride(Windows(value, name));
            }

            var holidays = Holidays(json).ToLookup(static text => EveryYear(text) is not null);

            return new CalendarVersion
            {
                Hours = new WeeklyHours(hours),
                Breaks = new WeeklyHours(breaks),
                DatedBreaks = dated.ToImmutable(),
                Overrides = overrides.ToImmutable(),
                OverridesEveryYear = yearly.ToImmutable(),
                ClosedDates = [.. holidays[false].Select(text => Date(text, "holidays")).OfType<LocalDate>()],
                ClosedEveryYear = [.. holidays[true].Select(EveryYear).OfType<AnnualDate>()],
            };
        }

        private IEnumerable<string> Holidays(JsonElement json)
        {
            if (!json.TryGetProperty("holidays", out var list) || list.ValueKind == JsonValueKind.Null)
                yield break;
            if (list.ValueKind != JsonValueKind.Array)
            {
                Error("LK3101", "'holidays' must be a list of dates.");
                yield break;
            }

            foreach (var item in list.EnumerateArray())
                yield return item.ValueKind == JsonValueKind.String ? item.GetString()! : item.GetRawText();
        }

        private IEnumerable<(string Name, JsonElement Value)> Members(JsonElement json, string name)
        {
            if (!json.TryGetProperty(name, out var part) || part.ValueKind == JsonValueKind.Null)
                return [];
            if (part.ValueKind == JsonValueKind.Object)
                return part.EnumerateObject().Select(static p => (p.Name, p.Value));
            Error("LK3101", $"'{name}' must be an object of days and their hours.");
            return [];
        }

        private ImmutableArray<DayWindow> Windows(JsonElement value, string day)
        {
            if (value.ValueKind == JsonValueKind.Null)
                return [];
            if (value.ValueKind != JsonValueKind.Array)
            {
                Error("LK3101", $"The hours of {Diagnostic.Quote(day)} must be a list of pairs of times.", """such as [["09:00", "17:00"]]""");
                return [];
            }

            if (value.GetArrayLength() > MostWindows)
            {
                Error("LK3101", $"{Diagnostic.Quote(day)} has more than {MostWindows} windows.");
                return [];
            }

            var windows = ImmutableArray.CreateBuilder<DayWindow>(value.GetArrayLength());
            foreach (var pair in value.EnumerateArray())
            {
                if (pair.ValueKind != JsonValueKind.Array || pair.GetArrayLength() != 2 || pair.EnumerateArray().Any(static t => t.ValueKind != JsonValueKind.String))
                    Error("LK3101", $"{Diagnostic.Quote(pair.GetRawText())} of {Diagnostic.Quote(day)} is not a pair of times.", """such as ["09:00", "17:00"]""");
                else if (DayWindow.Parse(pair[0].GetString(), pair[1].GetString(), place, diagnostics) is { } window)
                    windows.Add(window);
            }

            return windows.DrainToImmutable();
        }

        private static AnnualDate? EveryYear(string text) =>
            text.StartsWith("*-", StringComparison.Ordinal) && AnnualDatePattern.Iso.Parse(text[2..]) is { Success: true } parsed ? parsed.Value : null;

        private LocalDate? Date(string text, string name)
        {
            var parsed = LocalDatePattern.Iso.Parse(text);
            if (parsed.Success)
                return parsed.Value;
            Error("LK3103", $"{Diagnostic.Quote(text)} in '{name}' is not a date.", "write 2025-01-31, or *-12-25 for every year");
            return null;
        }

        private string? Text(JsonElement json, string name)
        {
            if (!json.TryGetProperty(name, out var value))
                Error("LK3101", $"'{name}' is missing.");
            else if (value.ValueKind != JsonValueKind.String)
                Error("LK3101", $"'{name}' must be a text.");
            else
                return value.GetString();
            return null;
        }
    }
}
