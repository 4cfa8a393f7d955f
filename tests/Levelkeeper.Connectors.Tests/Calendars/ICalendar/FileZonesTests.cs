using Levelkeeper.Connectors.Calendars.ICalendar;
using Levelkeeper.Core.Diagnostics;
using NodaTime;

namespace Levelkeeper.Connectors.Tests.Calendars.ICalendar;

public sealed class FileZonesTests
{
    // Central European time as mail programs write it: rules that begin in 1601, under a name of their own.
    private const string Office = """
        BEGIN:VTIMEZONE
        TZID:Office time
        BEGIN:STANDARD
        DTSTART:16011028T030000
        RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
        TZOFFSETFROM:+0200
        TZOFFSETTO:+0100
        END:STANDARD
        BEGIN:DAYLIGHT
        DTSTART:16010325T020000
        RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
        TZOFFSETFROM:+0100
        TZOFFSETTO:+0200
        END:DAYLIGHT
        END:VTIMEZONE

        """;

    private readonly DiagnosticBag _diagnostics = new();

    private string Spans(params string[] components)
    {
        var text = $"BEGIN:VCALENDAR\n{string.Join('\n', components.Select(static c => c.Trim()))}\nEND:VCALENDAR";
        var options = new ICalendarOptions { Zone = DateTimeZone.Utc, From = new LocalDate(2020, 1, 1), To = new LocalDate(2031, 1, 1) };
        return ICalendarReader.Read(new StringReader(text), "zones.ics", options, _diagnostics).Spans.ToString();
    }

    private static string Event(string zone, string start, string more = "") => $"BEGIN:VEVENT\nDTSTART;TZID={zone}:{start}\nDURATION:PT1H\n{more}\nEND:VEVENT".Replace("\n\n", "\n", StringComparison.Ordinal);

    [Theory]
    [InlineData("20250115T120000", "2025-01-15T11:00:00Z/2025-01-15T12:00:00Z")]
    [InlineData("20250715T120000", "2025-07-15T10:00:00Z/2025-07-15T11:00:00Z")]
    [InlineData("20250330T013000", "2025-03-30T00:30:00Z/2025-03-30T01:30:00Z")]
    [InlineData("20250330T030000", "2025-03-30T01:00:00Z/2025-03-30T02:00:00Z")] // The first instant of summer time.
    [InlineData("20251026T023000", "2025-10-26T00:30:00Z/2025-10-26T01:30:00Z")] // Comes twice: the first.
    [InlineData("20251026T030000", "2025-10-26T02:00:00Z/2025-10-26T03:00:00Z")]
    public void A_zone_of_its_own_follows_the_rules_that_the_file_states(string start, string expected)
    {
        Spans(Office, Event("Office time", start)).ShouldBe(expected);
        _diagnostics.ShouldBeEmpty();
    }

    [Fact]
    public void The_zone_may_stand_after_the_event() =>
        Spans(Event("Office time", "20250715T120000"), Office).ShouldBe("2025-07-15T10:00:00Z/2025-07-15T11:00:00Z");

    [Fact]
    public void A_stated_zone_equals_the_database_over_a_whole_year()
    {
        const string Rule = "RRULE:FREQ=HOURLY;UNTIL=20261231T000000Z";
        Spans(Office, Event("Office time", "20250101T000000", Rule)).ShouldBe(Spans(Event("Europe/Warsaw", "20250101T000000", Rule)));
    }

    [Theory]
    [InlineData("Europe/Warsaw", "")]
    [InlineData("Central European Standard Time", "")]
    [InlineData("/example.org/20240101_1/Europe/Warsaw", "")]
    [InlineData("Head office", "BEGIN:VTIMEZONE\nTZID:Head office\nX-LIC-LOCATION:Europe/Warsaw\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:-0500\nTZOFFSETTO:-0500\nEND:STANDARD\nEND:VTIMEZONE")]
    [InlineData("Europe/Warsaw", "BEGIN:VTIMEZONE\nTZID:Europe/Warsaw\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:-0500\nTZOFFSETTO:-0500\nEND:STANDARD\nEND:VTIMEZONE")]
    public void A_zone_that_the_database_knows_is_taken_from_it(string name, string stated) =>
        Spans(stated, Event(name, "20250715T120000")).ShouldBe("2025-07-15T10:00:00Z/2025-07-15T11:00:00Z");

    [Fact]
    public void A_zone_may_change_on_listed_dates() =>
        Spans(
            "BEGIN:VTIMEZONE\nTZID:Island\nBEGIN:STANDARD\nDTSTART:20200101T000000\nTZOFFSETFROM:+0400\nTZOFFSETTO:+0430\nRDATE:20230601T000000\nEND:STANDARD\n"
            + "BEGIN:STANDARD\nDTSTART:20220601T000000\nTZOFFSETFROM:+0430\nTZOFFSETTO:+0500\nEND:STANDARD\nEND:VTIMEZONE",
            Event("Island", "20200102T040000"), Event("Island", "20220602T000000"), Event("Island", "20230602T000000"))
            .ShouldBe("2020-01-01T23:30:00Z/2020-01-02T00:30:00Z, 2022-06-01T19:00:00Z/2022-06-01T20:00:00Z, 2023-06-01T19:30:00Z/2023-06-01T20:30:00Z");

    [Theory]
    [InlineData("")]
    [InlineData("BEGIN:VTIMEZONE\nTZID:Mars\nEND:VTIMEZONE")]
    [InlineData("BEGIN:VTIMEZONE\nTZID:Mars\nBEGIN:STANDARD\nDTSTART:20200101T000000\nTZOFFSETFROM:+0400\nTZOFFSETTO:noon\nEND:STANDARD\nEND:VTIMEZONE")]
    public void A_zone_that_nothing_states_leaves_its_event_out(string stated)
    {
        Spans(stated, Event("Mars", "20250715T120000"), Event("Europe/Warsaw", "20250715T120000")).ShouldBe("2025-07-15T10:00:00Z/2025-07-15T11:00:00Z");
        _diagnostics.ShouldHaveSingleItem().Code.ShouldBe("LK3205");
    }

    [Fact]
    public void A_zone_with_hostile_rules_costs_a_bounded_time()
    {
        var zone = Office.Replace("RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "RRULE:FREQ=SECONDLY", StringComparison.Ordinal);
        Spans(zone, Event("Office time", "20250715T120000"));
        _diagnostics.ShouldContain(static d => d.Code == "LK3209");
    }
}
