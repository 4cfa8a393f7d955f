using System.Collections.Immutable;
using NodaTime;

namespace Levelkeeper.Core.Calendars;

/// <summary>A calendar, and from when it takes the place of the one before.</summary>
/// <param name="From">Its first date.</param>
/// <param name="At">When that date begins, in ticks; by the agreement's zone, which need not be the calendar's.</param>
/// <param name="Calendar">The calendar.</param>
internal readonly record struct CalendarFrom(LocalDate From, long At, BusinessCalendar Calendar);

/// <summary>Calendars that take each other's place at a date, as one calendar that has the hours in force at each instant.</summary>
/// <remarks>Keeps what it made: the clocks of an agreement share few calendars, and laying out a calendar costs milliseconds. For one thread.</remarks>
internal sealed class CalendarInForce
{
    private readonly Dictionary<(BusinessCalendar Before, CalendarFrom Next), BusinessCalendar> _made = [];

    /// <summary>The hours at each instant.</summary>
    /// <param name="calendars">The calendars, earliest first; from when the first holds is not looked at.</param>
    /// <returns>
    /// One calendar. A window that passes midnight belongs to the day on which it starts. Where the calendar moves to another zone, or the instant is not the beginning of the
    /// date in its zone, days do not lie end to end: the instant decides, and cuts a window that is open then.
    /// </returns>
    public BusinessCalendar Of(IEnumerable<CalendarFrom> calendars)
    {
        BusinessCalendar? result = null;
        foreach (var next in calendars)
            result = result is null ? next.Calendar : Joined(result, next);
        return result ?? throw new ArgumentException("There is no calendar.", nameof(calendars));
    }

    private BusinessCalendar Joined(BusinessCalendar before, CalendarFrom next)
    {
        var after = next.Calendar;
        if (ReferenceEquals(before.Definition, after.Definition))
            return before;
        if (!_made.TryGetValue((before, next), out var made))
        {
            var meet = before.Zone.Equals(after.Zone) && before.Zone.AtStartOfDay(next.From).ToInstant().ToUnixTimeTicks() == next.At;
            _made[(before, next)] = made = meet ? before.With(Joined(before.Definition, after.Definition, next.From)) : before.MovesTo(after.Definition, next.At);
        }

        return made;
    }

    private static CalendarDefinition Joined(CalendarDefinition before, CalendarDefinition after, LocalDate from) => new(
        before.Zone,
        [
            .. before.Versions.Where((v, i) => i == 0 || v.From < from).Select((v, i) => i == 0 && v.From >= from ? v with { From = from.PlusDays(-1) } : v),
            after.VersionOn(from) with { From = from },
            .. after.Versions.Where(v => v.From > from && !ReferenceEquals(v, after.VersionOn(from))),
        ]);
}
