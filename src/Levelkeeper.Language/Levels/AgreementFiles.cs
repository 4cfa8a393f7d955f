using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Calendars;

namespace Levelkeeper.Language.Levels;

/// <summary>Reads the file of an upper level that an agreement extends. Given by the host, because the language reads no files.</summary>
/// <param name="name">The name as the agreement writes it, relative to the file that names it.</param>
/// <param name="from">The file that names it.</param>
/// <param name="diagnostics">Takes why it cannot be read.</param>
/// <returns>The upper level's text and its file name; null when it could not be read, which is reported.</returns>
public delegate (string Text, string File)? AgreementFiles(string name, Place from, DiagnosticBag diagnostics);

/// <summary>The files around an agreement, as far as the host lets it name any.</summary>
/// <param name="Levels">Reads upper levels; null refuses them.</param>
/// <param name="Calendars">Reads iCalendar files; null refuses them.</param>
public sealed record AgreementFolder(AgreementFiles? Levels, CalendarFiles? Calendars);
