using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using NodaTime;
using NodaTime.Text;
using NodaTime.TimeZones;

namespace Levelkeeper.Connectors.Csv;

/// <summary>How a table writes its times.</summary>
/// <param name="Zone">Whose wall clock a time without an offset shows.</param>
/// <param name="Formats">Tried in this order.</param>
/// <param name="Strip">A suffix that is not part of the time, such as an offset that is false; empty for none.</param>
/// <param name="Ambiguous">Which instant a local time means that the zone has twice.</param>
/// <param name="Skipped">Which instant a local time means that the zone does not have.</param>
internal sealed record CsvTimes(DateTimeZone Zone, ImmutableArray<CsvTimes.Format> Formats, string Strip, CsvTimes.Choice Ambiguous, CsvTimes.Choice Skipped)
{
    internal static readonly ImmutableArray<(string Word, Choice Value)> Choices = [("earlier", Choice.Earlier), ("later", Choice.Later), ("reject", Choice.Reject)];

    internal enum Choice
    {
        Earlier,
        Later,
        Reject,
    }

    /// <summary>ISO 8601 with an offset or without: date, time to the minute, second or any fraction; <c>T</c> or a blank between.</summary>
    internal static Format Iso { get; } = new(
        [
            LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss.FFFFFFFFF"),
            LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd' 'HH:mm:ss.FFFFFFFFF"),
            LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm"),
            LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd' 'HH:mm"),
            LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd"),
        ],
        [
            OffsetDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss.FFFFFFFFFo<G>"),
            OffsetDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd' 'HH:mm:ss.FFFFFFFFFo<G>"),
            OffsetDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mmo<G>"),
        ],
        0);

    /// <summary>The instant that a text means; null when it means none, or one that calendars do not reach, which is reported.</summary>
    internal Instant? Read(string text, Place place, DiagnosticBag diagnostics)
    {
        if (Parse(text, place, diagnostics) is not { } time)
            return null;
        if (EventTime.IsInReach(time))
            return time;
        diagnostics.Add(FactDiagnostics.TimeOutOfReach(place, "time", text));
        return null;
    }

    private Instant? Parse(string text, Place place, DiagnosticBag diagnostics)
    {
        var plain = Strip.Length > 0 && text.EndsWith(Strip, StringComparison.Ordinal) ? text[..^Strip.Length].TrimEnd() : text;
        foreach (var format in Formats)
        {
            if (format.UnixUnit > 0)
            {
                if (long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var unix) && Math.Abs(unix) <= 250_000_000_000_000_000 / format.UnixUnit)
                    return Instant.FromUnixTimeTicks(unix * format.UnixUnit);
                continue;
            }

            foreach (var pattern in format.Offset)
            {
                if (pattern.Parse(plain).TryGetValue(default, out var read))
                    return Floor(read.ToInstant());
            }

            foreach (var pattern in format.Local)
            {
                if (pattern.Parse(plain).TryGetValue(default, out var local))
                    return Resolve(local, text, place, diagnostics);
            }
        }

        diagnostics.Add(CsvDiagnostics.NotATime(place, text));
        return null;
    }

    private static Instant Floor(Instant time) => Instant.FromUnixTimeTicks(time.ToUnixTimeTicks());

    private Instant? Resolve(LocalDateTime local, string text, Place place, DiagnosticBag diagnostics)
    {
        var mapping = Zone.MapLocal(local);
        if (mapping.Count == 1)
            return Floor(mapping.Single().ToInstant());
        var choice = mapping.Count == 2 ? Ambiguous : Skipped;
        if (choice == Choice.Reject)
        {
            diagnostics.Add(mapping.Count == 2 ? CsvDiagnostics.AmbiguousTime(place, text, Zone.Id) : CsvDiagnostics.SkippedTime(place, text, Zone.Id));
            return null;
        }

        diagnostics.Add(CsvDiagnostics.TimeSettled(place, text, Zone.Id, choice == Choice.Earlier ? "earlier" : "later"));
        if (mapping.Count == 2)
            return Floor((choice == Choice.Earlier ? mapping.First() : mapping.Last()).ToInstant());

        // In the gap: the first instant after it, or the last tick before it.
        var after = mapping.LateInterval.Start;
        return choice == Choice.Later ? after : after.PlusTicks(-1);
    }

    /// <summary>One way of writing times: patterns, or a count of units since 1970.</summary>
    internal sealed record Format(ImmutableArray<LocalDateTimePattern> Local, ImmutableArray<OffsetDateTimePattern> Offset, long UnixUnit);
}
