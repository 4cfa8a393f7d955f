using System.Collections.Immutable;
using Levelkeeper.Core.Diagnostics;
using NodaTime;

namespace Levelkeeper.Connectors.Calendars.ICalendar;

/// <summary>Reads closed dates and spans from iCalendar text (RFC 5545), as holiday calendars are published.</summary>
/// <remarks>
/// Reads VEVENT with DTSTART, DTEND or DURATION, RRULE, RDATE, EXDATE, RECURRENCE-ID and STATUS:CANCELLED. Other components and properties are passed over; zones are
/// taken from the IANA database where it knows them by name, else from VTIMEZONE. What cannot be read leaves out its event, with a diagnostic; the rest is used.
/// </remarks>
public static class ICalendarReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="input">The text.</param>
    /// <param name="file">The file's name for diagnostics.</param>
    /// <param name="options">Zone, range and bounds.</param>
    /// <param name="diagnostics">Takes LK3201 to LK3209.</param>
    public static ICalendarDates Read(TextReader input, string file, ICalendarOptions options, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var closed = new ClosedTime(options, file, diagnostics);
        var zones = new FileZones(file, options.MostSteps, closed.Last, diagnostics);
        var components = Components(input, file, options, zones, diagnostics);
        var events = components.Select(c => Event.From(c.Lines, c.End, options.Zone, zones, diagnostics)).OfType<Event>().ToList();

        // An occurrence that was moved or cancelled on its own (RECURRENCE-ID) is left out of the event that it belongs to.
        var moved = events.Where(static e => e.RecurrenceId is not null).ToLookup(static e => e.Uid, static e => e.RecurrenceId!);
        foreach (var happening in events)
            closed.Add(happening, happening.RecurrenceId is null ? moved[happening.Uid] : []);
        return closed.ToDates();
    }

    // Events are understood when all is read: a VTIMEZONE may stand after the event that names it.
    private static List<(List<ContentLine> Lines, Place End)> Components(TextReader input, string file, ICalendarOptions options, FileZones zones, DiagnosticBag diagnostics)
    {
        var events = new List<(List<ContentLine> Lines, Place End)>();
        var inside = new Stack<(string Name, List<ContentLine> Lines)>();
        var observances = new List<IReadOnlyList<ContentLine>>();
        var isCalendar = false;
        foreach (var line in ContentLine.Read(input, file, options.LongestText, diagnostics))
        {
            var component = line.Value.ToUpperInvariant();
            switch (line.Name)
            {
                case "BEGIN":
                    isCalendar |= component == "VCALENDAR";
                    if (inside.Count == 16)
                    {
                        diagnostics.Error("LK3201", line.Place, "Components are nested more than 16 deep; the rest is left out.");
                        return events;
                    }

                    inside.Push((component, []));
                    break;
                case "END":
                    if (inside.Count == 0 || inside.Pop() is var (name, lines) && name != component)
                    {
                        diagnostics.Error("LK3201", line.Place, $"END:{Diagnostic.Quote(line.Value)} does not match the component that began; the rest is left out.");
                        return events;
                    }

                    switch (component)
                    {
                        case "VEVENT":
                            events.Add((lines, line.Place));
                            break;
                        case "STANDARD" or "DAYLIGHT":
                            observances.Add(lines);
                            break;
                        case "VTIMEZONE":
                            zones.State(lines, [.. observances]);
                            observances.Clear();
                            break;
                    }

                    break;
                default:
                    // An alarm inside an event has a duration of its own.
                    if (inside.Count > 0)
                        inside.Peek().Lines.Add(line);
                    break;
            }
        }

        if (!isCalendar)
            diagnostics.Error("LK3201", new Place(file), "This is not an iCalendar file: it has no BEGIN:VCALENDAR.");
        else if (inside.Count > 0)
            diagnostics.Error("LK3201", new Place(file), $"The file ends inside {inside.Peek().Name}: it was cut off.", "what had ended before is used");
        return events;
    }
}
