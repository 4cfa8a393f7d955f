using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Periods;

/// <summary>One period: its label, its time, and its days.</summary>
/// <param name="Label"><c>2025-10-31</c>, <c>2025-W41</c>, <c>2025-10</c>, <c>2025-Q4</c>, <c>2025-H2</c>, <c>2025</c>; other periods: <c>2025-10-15..2025-11-14</c> (last day included).</param>
/// <param name="During">From the first instant of the first day to that of the day after the last, in the zone.</param>
/// <param name="FirstDay">First local date.</param>
/// <param name="DayAfter">First local date after.</param>
public sealed record Period(string Label, TickInterval During, LocalDate FirstDay, LocalDate DayAfter)
{
    /// <summary>Last local date inside.</summary>
    public LocalDate LastDay => DayAfter.PlusDays(-1);
}
