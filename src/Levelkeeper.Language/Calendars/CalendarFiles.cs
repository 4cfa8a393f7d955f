using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Diagnostics;
using NodaTime;

namespace Levelkeeper.Language.Calendars;

/// <summary>Reads an iCalendar file that an agreement names. Given by the host, because the language reads no files.</summary>
/// <param name="name">The name as the agreement writes it: relative to the file that names it, and never above that file's folder.</param>
/// <param name="from">Where it is named.</param>
/// <param name="zone">The calendar's zone.</param>
/// <param name="diagnostics">Takes what is wrong with the file.</param>
/// <returns>Closes the file's events in a version of a calendar; null when the file could not be read, which is reported.</returns>
public delegate Func<CalendarVersion, CalendarVersion>? CalendarFiles(string name, Place from, DateTimeZone zone, DiagnosticBag diagnostics);
