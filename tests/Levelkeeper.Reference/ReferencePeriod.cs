using NodaTime;

namespace Levelkeeper.Reference;

/// <summary>The small world of the reference: everything happens on whole minutes, and a period is some days of one zone.</summary>
/// <param name="Start">First instant of the period.</param>
/// <param name="End">First instant after it.</param>
/// <param name="Zone">The zone of days and hours.</param>
/// <param name="AsOf">Now.</param>
/// <param name="TermStart">The first instant under the agreement.</param>
public sealed record ReferencePeriod(Instant Start, Instant End, DateTimeZone Zone, Instant AsOf, Instant TermStart)
{
    /// <summary>Office hours: Monday to Friday, 09:00 to 17:00 wall clock, without a holiday.</summary>
    public bool IsOfficeOpen(Instant minute)
    {
        var local = minute.InZone(Zone);
        return local.DayOfWeek is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday) && local.Hour >= 9 && local.Hour < 17;
    }

    /// <summary>The period is not over.</summary>
    public bool Running => AsOf < End;

    /// <summary>Whether something at an instant counts in this period: it has passed and lies under the agreement.</summary>
    public bool Counts(Instant at) => at >= Start && at >= TermStart && at < End && at < AsOf;
}
