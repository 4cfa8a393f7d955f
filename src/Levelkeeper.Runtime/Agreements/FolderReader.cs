using Levelkeeper.Connectors.Calendars.ICalendar;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Levels;

namespace Levelkeeper.Runtime.Agreements;

/// <summary>Makes the files around an agreement readable: upper levels as they are, calendars by the reader of iCalendar.</summary>
public static class FolderReader
{
    /// <summary>The files around an agreement.</summary>
    /// <param name="read">Reads the file that a place names, or reports why not; gives its text and its name.</param>
    public static AgreementFolder Of(Func<string, Place, DiagnosticBag, (string Text, string File)?> read) => new(
        (name, from, bag) => read(name, from, bag),
        (name, from, zone, bag) =>
        {
            if (read(name, from, bag) is not { } found)
                return null;
            using var text = new StringReader(found.Text);
            return ICalendarReader.Read(text, found.File, new ICalendarOptions { Zone = zone }, bag).CloseIn;
        });
}
