using NodaTime;

namespace Levelkeeper.Core.Calendars;

/// <summary>A calendar does not have the open time or the business days that were asked for before the end of the range it is reckoned in.</summary>
/// <remarks>In practice: a calendar that never opens. Callers that take calendars from users ask with the <c>Try</c> operations.</remarks>
public sealed class CalendarExhaustedException : InvalidOperationException
{
    /// <summary>States the range.</summary>
    public CalendarExhaustedException()
        : this($"The calendar has not enough open time between {BusinessCalendar.Earliest} and {BusinessCalendar.Latest}.")
    {
    }

    /// <summary>With a message of the caller's.</summary>
    public CalendarExhaustedException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and a cause.</summary>
    public CalendarExhaustedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal static CalendarExhaustedException From(Instant start) =>
        new($"Reckoned from {start}, the calendar has not enough open time between {BusinessCalendar.Earliest} and {BusinessCalendar.Latest}.");
}
