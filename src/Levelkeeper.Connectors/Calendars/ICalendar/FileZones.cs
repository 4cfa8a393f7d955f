using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Diagnostics;
using NodaTime;
using NodaTime.Text;
using NodaTime.TimeZones;

namespace Levelkeeper.Connectors.Calendars.ICalendar;

/// <summary>The time zones that a file may name.</summary>
/// <remarks>
/// A name is looked up as an IANA name, as a Windows name, by the IANA name that its VTIMEZONE gives (<c>X-LIC-LOCATION</c>), as an IANA name behind a prefix (<c>/vendor/Europe/Warsaw</c>), and only
/// then by the rules of its VTIMEZONE: the database knows what changed after the file was written.
/// </remarks>
internal sealed class FileZones(string file, int mostSteps, LocalDate last, DiagnosticBag diagnostics)
{
    private static readonly OffsetPattern[] Offsets = [OffsetPattern.CreateWithInvariantCulture("+HHmm"), OffsetPattern.CreateWithInvariantCulture("+HHmmss")];

    private readonly Dictionary<string, (IReadOnlyList<ContentLine> Lines, IReadOnlyList<IReadOnlyList<ContentLine>> Observances)> _stated = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeZone?> _known = new(StringComparer.Ordinal);
    private int _steps;

    /// <summary>Takes note of a VTIMEZONE; the first of a name stands.</summary>
    public void State(IReadOnlyList<ContentLine> lines, IReadOnlyList<IReadOnlyList<ContentLine>> observances)
    {
        if (lines.FirstOrDefault(static l => l.Name == "TZID") is { } id)
            _stated.TryAdd(id.Value, (lines, observances));
    }

    /// <summary>The zone of a TZID; null when nothing says what it is.</summary>
    public DateTimeZone? Find(string id)
    {
        if (!_known.TryGetValue(id, out var zone))
            _known[id] = zone = Named(id) ?? (_stated.TryGetValue(id, out var stated) ? Located(stated.Lines) ?? Named(Tail(id)) ?? ByRules(id, stated.Observances) : Named(Tail(id)));
        return zone;
    }

    private static DateTimeZone? Named(string id)
    {
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(id) is { } zone)
            return zone;
        return TzdbDateTimeZoneSource.Default.WindowsMapping.PrimaryMapping.TryGetValue(id, out var iana) ? DateTimeZoneProviders.Tzdb.GetZoneOrNull(iana) : null;
    }

    private static DateTimeZone? Located(IReadOnlyList<ContentLine> lines) =>
        lines.FirstOrDefault(static l => l.Name == "X-LIC-LOCATION") is { } location ? Named(location.Value) : null;

    // The last two parts of a path: America/Argentina/Ushuaia and its like are not written in this way.
    private static string Tail(string id) => id.StartsWith('/') && id.Split('/') is [.., var region, var place] ? $"{region}/{place}" : "";

    private StatedZone? ByRules(string id, IReadOnlyList<IReadOnlyList<ContentLine>> observances)
    {
        var onsets = new List<(Instant At, Offset Offset)>();
        (Instant At, Offset From)? earliest = null;
        foreach (var lines in observances)
        {
            ContentLine? Find(string name) => lines.FirstOrDefault(l => l.Name == name);

            if (Find("DTSTART") is not { } start || Moment.Parse(start.Value, DateTimeZone.Utc) is not { Time: not null } first
                || Shift(Find("TZOFFSETFROM")) is not { } from || Shift(Find("TZOFFSETTO")) is not { } to)
            {
                return null;
            }

            var rule = Find("RRULE") is { } ruleLine ? RecurrenceRule.Parse(ruleLine, diagnostics) : null;
            var until = rule?.Until is { } text ? Moment.Parse(text, DateTimeZone.ForOffset(from))?.ToInstant() : null;
            var own = first.Date + first.Time.Value;
            var times = rule is null ? [own] : rule.Occurrences(own, withTime: true, last, Step).Take(rule.Count ?? int.MaxValue).Prepend(own).Distinct();
            var more = lines.Where(static l => l.Name == "RDATE").SelectMany(static l => l.Value.Split(','))
                .Select(static value => Moment.Parse(value.Trim(), DateTimeZone.Utc)).OfType<Moment>().Select(static m => m.Date + (m.Time ?? LocalTime.Midnight));
            foreach (var at in times.Select(t => t.WithOffset(from).ToInstant()).TakeWhile(t => until is null || t <= until).Concat(more.Select(t => t.WithOffset(from).ToInstant())))
            {
                onsets.Add((at, to));
                if (earliest is null || at < earliest.Value.At)
                    earliest = (at, from);
            }
        }

        return earliest is { } before ? new StatedZone(id, before.From, onsets) : null;
    }

    private static Offset? Shift(ContentLine? line) =>
        line is null ? null : Offsets.Select(p => p.Parse(line.Value)).FirstOrDefault(static p => p.Success)?.Value;

    private bool Step()
    {
        if (_steps++ < mostSteps)
            return true;
        if (_steps == mostSteps + 1)
            diagnostics.Error("LK3209", new Place(file), $"The zones of this file take more than {mostSteps} steps; what comes after is left out.", "name zones of the IANA database");
        return false;
    }
}
