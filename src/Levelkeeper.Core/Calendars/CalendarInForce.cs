using System.Collections.Immutable;
using NodaTime;

namespace Levelkeeper.Core.Calendars;

/// <summary>Calendars that take each other's place at a date, as one calendar that has the hours in force at each instant.</summary>
/// <remarks>Keeps what it made: the clocks of an agreement share few calendars, and laying out a calendar costs milliseconds. For one thread.</remarks>
internal sealed class CalendarInForce
{
    private readonly Dictionary<(BusinessCalendar Before, BusinessCalendar After, LocalDate From), BusinessCalendar> _made = [];

    /// <summary>The hours at each instant, for what starts under one of the calendars.</summary>
    /// <param name="calendars">The calendars with the date from which each is in force, earliest first; the first one's date is not looked at.</param>
    /// <param name="number">Which of them it starts under.</param>
    /// <returns>
    /// One calendar. Dates are those of its zone; a window that passes midnight belongs to the day on which it starts. Days of two zones do not lie end to end, so a
    /// calendar that moves to another zone ends the run: what started before the move keeps its calendar, what starts after does not see the one before.
    /// </returns>
    public BusinessCalendar At(ImmutableArray<(LocalDate From, BusinessCalendar Calendar)> calendars, int number)
    {
        var result = calendars[0].Calendar;
        for (var i = 1; i < calendars.Length; i++)
        {
            var (from, next) = calendars[i];
            if (result.Zone.Equals(next.Zone))
                result = Joined(result, next, from);
            else if (i <= number)
                result = next;
            else
                break;
        }

        return result;
    }

    private BusinessCalendar Joined(BusinessCalendar before, BusinessCalendar after, LocalDate from)
    {
        if (ReferenceEquals(before, after))
            return before;
        if (!_made.TryGetValue((before, after, from), out var made))
        {
            _made[(before, after, from)] = made = new BusinessCalendar(new CalendarDefinition(
                before.Zone,
                [
                    .. before.Definition.Versions.Where((v, i) => i == 0 || v.From < from).Select((v, i) => i == 0 && v.From >= from ? v with { From = from.PlusDays(-1) } : v),
                    after.Definition.VersionOn(from) with { From = from },
                    .. after.Definition.Versions.Where(v => v.From > from && !ReferenceEquals(v, after.Definition.VersionOn(from))),
                ]));
        }

        return made;
    }
}
