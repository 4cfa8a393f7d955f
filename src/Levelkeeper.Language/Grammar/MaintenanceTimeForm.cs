using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Calendars;

namespace Levelkeeper.Language.Grammar;

/// <summary>A recurring time of the week, as people write it: <c>Sun 02:00-04:00</c>, <c>Mon-Fri 22:00-06:00</c>.</summary>
public static class MaintenanceTimeForm
{
    /// <summary>Reads it.</summary>
    /// <returns>The weekdays and the window on each; or null and what is wrong.</returns>
    public static ((Weekdays Days, DayWindow Window)? Time, string? Problem) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        const string problem = "it is a weekday, or a span of weekdays, and hours: 'Sun 02:00-04:00', 'Mon-Fri 22:00-06:00'";
        if (text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var days, var hours] || HoursForm.WeekdaysOf(days) is not { } weekdays || hours.Split('-') is not [var start, var end])
            return (null, problem);
        var diagnostics = new DiagnosticBag();
        return DayWindow.Parse(start, end, Place.None, diagnostics) is { } window ? ((weekdays, window), null) : (null, diagnostics.Select(d => d.Message).FirstOrDefault() ?? problem);
    }
}
