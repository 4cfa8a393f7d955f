using System.Text;
using Levelkeeper.Connectors.Calendars;
using Levelkeeper.Connectors.Calendars.ICalendar;
using Levelkeeper.Core.Diagnostics;
using NodaTime;

namespace Levelkeeper.Connectors.Tests.Calendars;

/// <summary>Mutated input ends in answers and diagnostics, never in an exception.</summary>
public sealed class CalendarInputFuzz
{
    private const string File =
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:x\nDTSTART;TZID=America/New_York:20240704T090000\nDTEND:20240704T170000Z\n"
        + "RRULE:FREQ=MONTHLY;INTERVAL=2;BYDAY=-1MO,2TU;BYSETPOS=1;UNTIL=99991231T235959\nEXDATE;TZID=America/New_York:99991231T235959,20240901T090000\nEND:VEVENT\n"
        + "BEGIN:VEVENT\nDTSTART;VALUE=DATE:00010101\nDURATION:P1W\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29,-1;COUNT=9999\nRDATE;VALUE=DATE:99991231\nEND:VEVENT\nEND:VCALENDAR\n";

    private const string Case =
        """[{"id":1,"timezone":"Pacific/Apia","weekly":{"mon":[["22:00","06:00"]],"fri":[["09:00","24:00"]]},"holidays":["2011-12-30","*-12-25"],"breaks":{"fri":[["12:00","13:00"]]},"overrides":{"2011-12-31":[["10:00","12:00"]]},"operation":"add","start":"2011-12-29T08:00:00.5Z","duration_seconds":360000,"boundary":"at_close"}]""";

    private static string Mutated(string text, Random random)
    {
        var result = new StringBuilder(text);
        for (var i = random.Next(1, 6); i > 0 && result.Length > 20; i--)
        {
            var at = random.Next(result.Length);
            var length = random.Next(1, Math.Min(12, result.Length - at + 1));
            switch (random.Next(5))
            {
                case 0: result.Remove(at, length); break;
                case 1: result.Insert(at, result.ToString(at, length)); break;
                case 2: result[at] = (char)random.Next(1, 256); break;
                case 3: result[at] = (char)('0' + random.Next(10)); break;
                default: result.Length = Math.Max(1, at); break;
            }
        }

        return result.ToString();
    }

    [Fact]
    public void Of_an_icalendar_file()
    {
        var random = new Random(20);
        var options = new ICalendarOptions { Zone = DateTimeZoneProviders.Tzdb["Europe/Berlin"], MostSteps = 20_000 };
        var complaints = 0;
        for (var i = 0; i < 2000; i++)
        {
            var text = Mutated(File, random);
            var diagnostics = new DiagnosticBag();
            Should.NotThrow(() => ICalendarReader.Read(new StringReader(text), "a.ics", options, diagnostics), text);
            complaints += diagnostics.Count > 0 ? 1 : 0;
        }

        complaints.ShouldBeInRange(500, 2000);
    }

    [Fact]
    public void Of_a_batch()
    {
        var random = new Random(21);
        var wrong = 0;
        for (var i = 0; i < 2000; i++)
        {
            var text = Mutated(Case, random);
            var good = true;
            Should.NotThrow(() => good = CalendarBatch.Run(new StringReader(text), TextWriter.Null), text);
            wrong += good ? 0 : 1;
        }

        wrong.ShouldBeInRange(500, 2000);
    }
}
