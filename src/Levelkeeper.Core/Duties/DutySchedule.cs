using NodaTime;
using NodaTime.TimeZones;

namespace Levelkeeper.Core.Duties;

/// <summary>One time that a duty falls due.</summary>
/// <param name="Opens">The first instant at which doing it counts for this occurrence.</param>
/// <param name="Due">The last instant at which it is in time.</param>
/// <param name="Latest">The last instant at which it counts, late: <paramref name="Due"/> and the grace.</param>
public readonly record struct DutyOccurrence(Instant Opens, Instant Due, Instant Latest);

/// <summary>When a duty falls due.</summary>
public static class DutySchedule
{
    // A deadline is a closing: in an autumn overlap the later instant; one in a spring gap moves to the end of the gap.
    private static readonly ZoneLocalMappingResolver Deadline = Resolvers.CreateMappingResolver(Resolvers.ReturnLater, Resolvers.ReturnStartOfIntervalAfter);

    /// <summary>All occurrences that fall due before an instant, from the first on, ascending.</summary>
    /// <remarks>Finite: one step for each day or month between the duty's first date and <paramref name="before"/>.</remarks>
    public static IEnumerable<DutyOccurrence> DueBefore(DutyRule rule, Instant before)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var previous = rule.Zone.AtStartOfDay(rule.From).ToInstant();
        foreach (var date in Dates(rule, before.InZone(rule.Zone).Date.PlusDays(1)))
        {
            var due = rule.Zone.ResolveLocal(date + rule.At, Deadline).ToInstant();
            if (due >= before)
                yield break;
            var opens = rule.Window is { } window ? Instant.Max(previous, due - window) : previous;
            yield return new DutyOccurrence(opens, due, due + rule.Grace);
            previous = due;
        }
    }

    private static IEnumerable<LocalDate> Dates(DutyRule rule, LocalDate until)
    {
        if (rule.Until is { } end && end < until)
            until = end;
        return rule.Recurrence switch
        {
            DutyRecurrence.EveryDays daily => Steps(rule.From, until, daily.Days),
            DutyRecurrence.EveryWeeks weekly => Steps(
                rule.From.DayOfWeek == weekly.Day ? rule.From : rule.From.Next(weekly.Day), until, checked(7 * weekly.Weeks)),
            DutyRecurrence.EveryMonths monthly => Months(rule, monthly, until),
            DutyRecurrence.Once once => once.On >= rule.From && once.On < until ? [once.On] : [],
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule.Recurrence, "Unknown recurrence."),
        };
    }

    private static IEnumerable<LocalDate> Steps(LocalDate from, LocalDate until, int days)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 1);
        for (var date = from; date < until; date = date.PlusDays(days))
            yield return date;
    }

    private static IEnumerable<LocalDate> Months(DutyRule rule, DutyRecurrence.EveryMonths monthly, LocalDate until)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(monthly.Months, 1);
        var isWorkingDay = rule.IsWorkingDay ?? (static date => date.DayOfWeek is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday));
        for (var month = rule.From.ToYearMonth(); month.OnDayOfMonth(1) < until; month = month.PlusMonths(1))
        {
            if ((month.Year * 12 + month.Month - monthly.Month) % monthly.Months != 0)
                continue;
            if (monthly.Day.In(month, isWorkingDay) is { } date && date >= rule.From && date < until)
                yield return date;
        }
    }
}
