using System.Collections.Immutable;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Connectors.Calendars.ICalendar;

/// <summary>Collects what events close, within the range and the work allowed.</summary>
internal sealed class ClosedTime(ICalendarOptions options, string file, DiagnosticBag diagnostics)
{
    private readonly SortedDictionary<LocalDate, string> _dates = [];
    private readonly List<TickInterval> _spans = [];

    // Instants of calendars have these bounds too; with them no date of a file can leave the range of dates.
    private readonly LocalDate _from = LocalDate.Max(options.From, BusinessCalendar.Earliest.InUtc().Date);
    private readonly LocalDate _last = LocalDate.Min(options.To, BusinessCalendar.Latest.InUtc().Date).PlusDays(-1);
    private int _steps;

    /// <summary>The last date that is looked at.</summary>
    public LocalDate Last => _last;

    public ICalendarDates ToDates() => new(_dates.ToImmutableSortedDictionary(), IntervalSet.Of(_spans));

    /// <summary>Adds the occurrences of an event, less those that others stand for.</summary>
    public void Add(Event happening, IEnumerable<Moment> replaced)
    {
        if (happening.IsCancelled)
            return;
        var without = happening.Less.Concat(replaced).ToArray();
        var dates = without.Where(static m => m.Time is null).Select(static m => m.Date).ToHashSet();
        var times = without.Where(static m => m.Time is not null).ToArray();
        var timed = times.Select(static m => m.Date).ToHashSet();
        var instants = times.Select(static m => m.ToInstant()).ToHashSet();
        foreach (var (occurrence, length) in Occurrences(happening))
        {
            if (!Step())
                return;
            var named = dates.Contains(occurrence.Date)
                || (occurrence.Time is null ? timed.Contains(occurrence.Date) : instants.Contains(occurrence.ToInstant()));
            if (!named)
                Close(happening.Summary, occurrence, length);
        }
    }

    private IEnumerable<(Moment Start, Period Length)> Occurrences(Event happening)
    {
        if (happening.Rule is { } rule)
        {
            foreach (var occurrence in Following(happening, rule))
                yield return (occurrence, happening.Length);
        }
        else
        {
            yield return (happening.Start, happening.Length);
        }

        foreach (var (more, length) in happening.More)
            yield return (happening.Start.Time is null ? more with { Time = null } : more with { Time = more.Time ?? happening.Start.Time }, length ?? happening.Length);
    }

    private IEnumerable<Moment> Following(Event happening, RecurrenceRule rule)
    {
        var start = happening.Start;
        var until = rule.Until is { } text ? Moment.Parse(text, start.Zone) : null;
        var left = rule.Count ?? int.MaxValue;

        // The event's own date is its first occurrence, also when the rule does not give it.
        yield return start;
        left--;
        var own = start.Date + (start.Time ?? LocalTime.Midnight);
        var first = true;
        foreach (var next in rule.Occurrences(own, start.Time is not null, _last, Step))
        {
            if (first && next != own)
                diagnostics.Warning("LK3208", happening.Place, "The event starts on a date that its rule does not give; both are closed.", "let DTSTART be the first date of the rule");
            first = false;
            if (next == own)
                continue;
            var occurrence = start with { Date = next.Date, Time = start.Time is null ? null : next.TimeOfDay };
            if (left-- <= 0 || (until is not null && IsAfter(occurrence, until)))
                yield break;
            yield return occurrence;
        }
    }

    private static bool IsAfter(Moment occurrence, Moment until) =>
        occurrence.Time is null || until.Time is null ? occurrence.Date > until.Date : occurrence.ToInstant() > until.ToInstant();

    private void Close(string summary, Moment occurrence, Period length)
    {
        if (occurrence.Date > _last)
            return;
        if (occurrence.Time is null)
        {
            var days = length.Days;
            if (occurrence.Date < _from)
            {
                // Only the days that reach into the range cost anything.
                var before = Period.DaysBetween(occurrence.Date, _from);
                days -= before;
                occurrence = occurrence with { Date = _from };
            }

            for (var i = 0; i < days && occurrence.Date.PlusDays(i) <= _last; i++)
            {
                if (!Step())
                    return;
                _dates.TryAdd(occurrence.Date.PlusDays(i), summary);
            }

            return;
        }

        var time = Period.FromDays(length.Days);
        var start = occurrence.ToInstant();
        var end = (occurrence.Date + occurrence.Time.Value + time).InZoneLeniently(occurrence.Zone).ToInstant() + Duration.FromSeconds(length.Seconds)
            + Duration.FromTicks(length.Ticks);
        var from = _from.AtStartOfDayInZone(occurrence.Zone).ToInstant();
        var to = _last.PlusDays(1).AtStartOfDayInZone(occurrence.Zone).ToInstant();
        start = Instant.Max(start, from);
        end = Instant.Min(end, to);
        if (end > start)
            _spans.Add(TickInterval.Between(start, end));
    }

    private bool Step()
    {
        if (_steps < options.MostSteps)
        {
            _steps++;
            return true;
        }

        if (_steps == options.MostSteps)
        {
            _steps++;
            diagnostics.Error("LK3209", new Place(file), $"The rules of this file take more than {options.MostSteps} steps; what comes after is left out.", "shorten the range, or write the dates out");
        }

        return false;
    }
}
