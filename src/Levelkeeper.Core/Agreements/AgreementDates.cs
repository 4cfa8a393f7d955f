using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Agreements;

/// <summary>Deadlines of the contract itself: notice, claims, payment, disputes.</summary>
public static class AgreementDates
{
    /// <summary>The instant a length of time after another, in the agreement's zone.</summary>
    /// <remarks>Calendar units keep the wall-clock time; a day that a month lacks is its last. Business days are those of <see cref="BusinessDaysOf"/>.</remarks>
    public static Instant After(this Agreement agreement, Instant start, TimeAmount length)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        return length switch
        {
            TimeAmount.Elapsed elapsed => start + elapsed.Duration,
            TimeAmount.BusinessDays days => BusinessDaysOf(agreement).AddBusinessDays(start, days.Count),
            TimeAmount.CalendarUnits units => start.InZone(agreement.Zone).LocalDateTime.PlusMonths(units.Months).PlusDays(units.Days).InZoneLeniently(agreement.Zone).ToInstant(),
            _ => throw new InvalidOperationException("The cases of a length of time are closed."),
        };
    }

    /// <summary>The calendar of the contract's own business days: the first calendar of the agreement that closes at all, in the order of names; Monday to Friday where there is none.</summary>
    public static BusinessCalendar BusinessDaysOf(Agreement agreement)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        return agreement.Calendars.FirstOrDefault(c => c.Key != "always").Value
            ?? new BusinessCalendar(new CalendarDefinition(agreement.Zone, new CalendarVersion { Hours = WeeklyHours.MondayToFriday(DayWindow.WholeDay) }));
    }

    /// <summary>From when nothing is in grace any more: a length of time after the service's first day, or the term's.</summary>
    /// <param name="agreement">The agreement.</param>
    /// <param name="service">The service; empty for the agreement as a whole.</param>
    /// <param name="grace">The length; null for none.</param>
    public static Instant GraceEnd(this Agreement agreement, string service, TimeAmount? grace)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        var first = agreement.Service(service)?.GoLive is { } live && live > agreement.Term.From ? live : agreement.Term.From;
        var start = agreement.Zone.AtStartOfDay(first).ToInstant();
        return grace is null ? start : agreement.After(start, grace);
    }
}
