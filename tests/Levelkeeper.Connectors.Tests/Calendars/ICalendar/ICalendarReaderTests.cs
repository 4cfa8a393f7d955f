using System.Diagnostics;
using Levelkeeper.Connectors.Calendars.ICalendar;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Diagnostics;
using NodaTime;

namespace Levelkeeper.Connectors.Tests.Calendars.ICalendar;

public sealed class ICalendarReaderTests
{
    private static readonly DateTimeZone Warsaw = DateTimeZoneProviders.Tzdb["Europe/Warsaw"];
    private readonly DiagnosticBag _diagnostics = new();

    private ICalendarDates ReadText(string text, int steps = 1_000_000, int longest = 8 << 20) => ICalendarReader.Read(
        new StringReader(text),
        "holidays.ics",
        new ICalendarOptions { Zone = Warsaw, From = new LocalDate(2020, 1, 1), To = new LocalDate(2031, 1, 1), MostSteps = steps, LongestText = longest },
        _diagnostics);

    private ICalendarDates ReadEvents(params string[] events) =>
        ReadText("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + string.Concat(events.Select(e => $"BEGIN:VEVENT\r\n{e.ReplaceLineEndings("\r\n")}\r\nEND:VEVENT\r\n")) + "END:VCALENDAR\r\n");

    private static string Days(ICalendarDates dates) => string.Join(' ', dates.Dates.Keys.Select(d => d.ToString("uuuu-MM-dd", null)));

    // Expected dates: the examples of RFC 5545, 3.8.5.3, moved to these years by hand, and public calendars.
    [Theory]
    [InlineData("DTSTART;VALUE=DATE:20241225", "2024-12-25")]
    [InlineData("DTSTART;VALUE=DATE:20241225\nDTEND;VALUE=DATE:20241227", "2024-12-25 2024-12-26")]
    [InlineData("DTSTART;VALUE=DATE:20241225\nDURATION:P2D", "2024-12-25 2024-12-26")]
    [InlineData("DTSTART;VALUE=DATE:20241223\nDURATION:P1W", "2024-12-23 2024-12-24 2024-12-25 2024-12-26 2024-12-27 2024-12-28 2024-12-29")]
    [InlineData("DTSTART;VALUE=DATE:20280101\nRRULE:FREQ=YEARLY", "2028-01-01 2029-01-01 2030-01-01")]
    [InlineData("DTSTART;VALUE=DATE:20210101\nRRULE:FREQ=YEARLY;COUNT=2", "2021-01-01 2022-01-01")]
    [InlineData("DTSTART;VALUE=DATE:20180101\nRRULE:FREQ=YEARLY;COUNT=4", "2020-01-01 2021-01-01")]
    [InlineData("DTSTART;VALUE=DATE:20210101\nRRULE:FREQ=YEARLY;UNTIL=20230101", "2021-01-01 2022-01-01 2023-01-01")]
    [InlineData("DTSTART;VALUE=DATE:20200229\nRRULE:FREQ=YEARLY", "2020-02-29 2024-02-29 2028-02-29")]
    [InlineData("DTSTART;VALUE=DATE:20201126\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;UNTIL=20231231", "2020-11-26 2021-11-25 2022-11-24 2023-11-23")]
    [InlineData("DTSTART;VALUE=DATE:20200525\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=3", "2020-05-25 2021-05-31 2022-05-30")]
    [InlineData("DTSTART;VALUE=DATE:20200131\nRRULE:FREQ=MONTHLY;COUNT=4", "2020-01-31 2020-03-31 2020-05-31 2020-07-31")]
    [InlineData("DTSTART;VALUE=DATE:20200131\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", "2020-01-31 2020-02-29 2020-03-31")]
    [InlineData("DTSTART;VALUE=DATE:20200113\nRRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=3", "2020-01-13 2020-03-13 2020-11-13")]
    [InlineData("DTSTART;VALUE=DATE:20200131\nRRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3", "2020-01-31 2020-02-28 2020-03-31")]
    [InlineData("DTSTART;VALUE=DATE:20240105\nRRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3", "2024-01-05 2024-01-19 2024-02-02")]
    [InlineData("DTSTART;VALUE=DATE:20240102\nRRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "2024-01-02 2024-01-07 2024-01-16 2024-01-21")]
    [InlineData("DTSTART;VALUE=DATE:20240102\nRRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "2024-01-02 2024-01-14 2024-01-16 2024-01-28")]
    [InlineData("DTSTART;VALUE=DATE:20240101\nRRULE:FREQ=DAILY;INTERVAL=10;COUNT=3", "2024-01-01 2024-01-11 2024-01-21")]
    [InlineData("DTSTART;VALUE=DATE:20200409\nRRULE:FREQ=YEARLY;BYYEARDAY=100;COUNT=2", "2020-04-09 2021-04-10")]
    [InlineData("DTSTART;VALUE=DATE:20210501\nRRULE:FREQ=YEARLY;COUNT=3\nEXDATE;VALUE=DATE:20220501\nRDATE;VALUE=DATE:20220502", "2021-05-01 2022-05-02 2023-05-01")]
    [InlineData("DTSTART;VALUE=DATE:20210501\nSTATUS:CANCELLED", "")]
    [InlineData("DTSTART;VALUE=DATE:20191230\nDTEND;VALUE=DATE:20200103", "2020-01-01 2020-01-02")]
    public void An_event_closes_dates(string happening, string expected)
    {
        Days(ReadEvents(happening)).ShouldBe(expected);
        _diagnostics.Where(d => d.Severity == Severity.Error).ShouldBeEmpty();
    }

    [Fact]
    public void An_event_with_times_closes_a_span_in_its_zone()
    {
        var read = ReadEvents(
            "DTSTART;TZID=America/New_York:20240704T090000\nDTEND;TZID=America/New_York:20240704T170000",
            "DTSTART;TZID=\"W. Europe Standard Time\":20240705T090000\nDURATION:PT1H30M",
            "DTSTART:20240706T090000Z\nDTEND:20240706T100000Z",
            "DTSTART:20240707T090000\nDURATION:PT1H");
        read.Dates.ShouldBeEmpty();
        read.Spans.ToString().ShouldBe(
            "2024-07-04T13:00:00Z/2024-07-04T21:00:00Z, 2024-07-05T07:00:00Z/2024-07-05T08:30:00Z, "
            + "2024-07-06T09:00:00Z/2024-07-06T10:00:00Z, 2024-07-07T07:00:00Z/2024-07-07T08:00:00Z");
    }

    [Fact]
    public void A_repeated_event_keeps_its_wall_clock_time_when_clocks_change() =>
        ReadEvents("DTSTART;TZID=Europe/Warsaw:20240330T120000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20240331T100000Z").Spans.ToString()
            .ShouldBe("2024-03-30T11:00:00Z/2024-03-30T12:00:00Z, 2024-03-31T10:00:00Z/2024-03-31T11:00:00Z");

    [Fact]
    public void An_occurrence_that_was_moved_is_not_closed_where_it_was()
    {
        var read = ReadEvents(
            "UID:a\nDTSTART;VALUE=DATE:20210503\nRRULE:FREQ=YEARLY;COUNT=3",
            "UID:a\nRECURRENCE-ID;VALUE=DATE:20220503\nDTSTART;VALUE=DATE:20220504",
            "UID:a\nRECURRENCE-ID;VALUE=DATE:20230503\nDTSTART;VALUE=DATE:20230503\nSTATUS:CANCELLED");
        Days(read).ShouldBe("2021-05-03 2022-05-04");
    }

    [Fact]
    public void A_further_occurrence_may_be_a_span_of_its_own_length()
    {
        ReadEvents("DTSTART:20240706T090000Z\nDURATION:PT1H\nRDATE;VALUE=PERIOD:20240707T090000Z/PT5H30M,20240708T090000Z/20240708T100000Z,20240709/P1D\nRDATE:20240710T090000Z").Spans.ToString().ShouldBe(
            "2024-07-06T09:00:00Z/2024-07-06T10:00:00Z, 2024-07-07T09:00:00Z/2024-07-07T14:30:00Z, 2024-07-08T09:00:00Z/2024-07-08T10:00:00Z, 2024-07-10T09:00:00Z/2024-07-10T10:00:00Z");
        _diagnostics.ShouldHaveSingleItem().Code.ShouldBe("LK3204"); // 9 July has no time, and so no span.
    }

    [Fact]
    public void A_date_passes_over_the_times_of_its_rule() =>
        Days(ReadEvents("DTSTART;VALUE=DATE:20240105\nRRULE:FREQ=DAILY;COUNT=2;BYHOUR=9,10;BYMINUTE=0,30")).ShouldBe("2024-01-05 2024-01-06");

    [Fact]
    public void Folded_lines_escapes_and_alarms_are_understood()
    {
        var read = ReadEvents("SUMMARY:Christmas\\, Eve\n  and \\nmore\nDTSTART;VALUE=DA\n TE:20241224\nBEGIN:VALARM\nDURATION:PT5M\nEND:VALARM");
        read.Dates[new LocalDate(2024, 12, 24)].ShouldBe("Christmas, Eve and \nmore");
        _diagnostics.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("SUMMARY:no date", "LK3204")]
    [InlineData("DTSTART;VALUE=DATE:20240230", "LK3204")]
    [InlineData("DTSTART:yesterday", "LK3204")]
    [InlineData("DTSTART;VALUE=DATE:20240105\nDTEND;VALUE=DATE:20240101", "LK3204")]
    [InlineData("DTSTART;VALUE=DATE:20240105\nDURATION:P1Y", "LK3204")]
    [InlineData("DTSTART;VALUE=DATE:20240105\nDURATION:-P1D", "LK3204")]
    [InlineData("DTSTART;TZID=Mars/Base:20240105T100000\nDURATION:PT1H", "LK3205")]
    [InlineData("DTSTART;VALUE=DATE:20240105\nRRULE:FREQ=SECONDLY", "LK3206")]
    [InlineData("DTSTART;VALUE=DATE:20240105\nRRULE:COUNT=3", "LK3206")]
    [InlineData("DTSTART;VALUE=DATE:20240105\nRRULE:FREQ=YEARLY;INTERVAL=0", "LK3206")]
    [InlineData("DTSTART;VALUE=DATE:20240105\nRRULE:FREQ=YEARLY;BYDAY=6XX", "LK3206")]
    [InlineData("DTSTART;VALUE=DATE:20240105\nRRULE:FREQ=YEARLY;UNTIL=soon", "LK3206")]
    [InlineData("DTSTART;VALUE=DATE:20240105\nRRULE:FREQ=MONTHLY;BYWEEKNO=3", "LK3206")]
    [InlineData("DTSTART;VALUE=DATE:20240105\nRRULE:FREQ=YEARLY;BYWEEKNO=54", "LK3206")]
    [InlineData("DTSTART:20240105T100000Z\nRRULE:FREQ=DAILY;BYHOUR=24", "LK3206")]
    [InlineData("DTSTART;VALUE=DATE:20240105\nRECURRENCE-ID;RANGE=THISANDFUTURE:20240104", "LK3206")]
    public void A_wrong_event_is_left_out_with_its_place_and_the_rest_is_used(string wrong, string code)
    {
        Days(ReadEvents(wrong, "DTSTART;VALUE=DATE:20241225")).ShouldBe("2024-12-25");
        var diagnostic = _diagnostics.ShouldHaveSingleItem();
        diagnostic.Code.ShouldBe(code);
        diagnostic.Place.File.ShouldBe("holidays.ics");
        diagnostic.Place.Line.ShouldBeInRange(4, 6);
    }

    [Fact]
    public void A_file_that_was_cut_off_says_so_and_keeps_what_had_ended()
    {
        Days(ReadText("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20240101\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART;VAL")).ShouldBe("2024-01-01");
        _diagnostics.Select(d => d.Code).ShouldBe(["LK3203", "LK3201"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>not found</html>")]
    public void Other_text_is_not_taken_for_an_empty_calendar(string text)
    {
        ReadText(text).Dates.ShouldBeEmpty();
        _diagnostics.HasErrors.ShouldBeTrue();
    }

    [Fact]
    public void A_date_that_its_rule_does_not_give_is_pointed_out()
    {
        Days(ReadEvents("DTSTART;VALUE=DATE:20200101\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=2")).ShouldBe("2020-01-01 2020-11-26");
        _diagnostics.ShouldHaveSingleItem().Code.ShouldBe("LK3208");
    }

    [Fact]
    public void Hostile_rules_cost_a_bounded_time()
    {
        var daily = string.Join('\n', Enumerable.Repeat("BEGIN:VEVENT\nDTSTART;VALUE=DATE:00010101\nDURATION:P9999D\nRRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR,SA,SU\nEND:VEVENT", 200));
        var watch = Stopwatch.StartNew();
        var read = ReadText($"BEGIN:VCALENDAR\n{daily}\nEND:VCALENDAR", steps: 100_000);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        _diagnostics.ShouldContain(d => d.Code == "LK3209");
        read.Dates.Count.ShouldBeLessThanOrEqualTo(11 * 366);
    }

    [Theory]
    [InlineData("FREQ=SECONDLY")]
    [InlineData("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30")]
    [InlineData("FREQ=SECONDLY;INTERVAL=31622400")]
    [InlineData("FREQ=HOURLY;INTERVAL=31622400")]
    [InlineData("FREQ=MINUTELY;BYHOUR=3;BYMINUTE=7;BYSECOND=1,2,3;BYSETPOS=9")]
    [InlineData("FREQ=YEARLY;INTERVAL=31622400")]
    [InlineData("FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12;BYMINUTE=0,1,2,3,4,5,6,7,8,9,10,11,12;BYSECOND=0,1,2,3,4,5,6,7,8,9,10,11,12;BYSETPOS=-1")]
    public void A_hostile_rule_within_a_day_costs_a_bounded_time(string rule)
    {
        var watch = Stopwatch.StartNew();
        var events = string.Concat(Enumerable.Repeat($"BEGIN:VEVENT\nDTSTART:20200101T000000Z\nDURATION:PT1S\nRRULE:{rule}\nEND:VEVENT\n", 100));
        ReadText($"BEGIN:VCALENDAR\n{events}END:VCALENDAR", steps: 100_000);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        _diagnostics.Where(d => d.Severity == Severity.Error && d.Code != "LK3209").ShouldBeEmpty();
    }

    [Fact]
    public void A_text_that_is_too_long_is_cut_with_a_word()
    {
        var events = string.Concat(Enumerable.Repeat("BEGIN:VEVENT\nDTSTART;VALUE=DATE:20240101\nEND:VEVENT\n", 1000));
        ReadText("BEGIN:VCALENDAR\n" + events + "END:VCALENDAR", longest: 1000);
        _diagnostics.ShouldContain(d => d.Code == "LK3202");
        ReadText("BEGIN:VCALENDAR\nX-LONG:" + new string('x', 100_000) + "\nEND:VCALENDAR");
        _diagnostics.Count(d => d.Code == "LK3202").ShouldBe(2);
    }

    [Fact]
    public void Its_dates_close_a_calendar()
    {
        var version = new CalendarVersion { Hours = WeeklyHours.MondayToFriday(DayWindow.Of(new LocalTime(9, 0), new LocalTime(17, 0))) };
        var read = ReadEvents("DTSTART;VALUE=DATE:20240102", "DTSTART:20240103T090000\nDURATION:PT2H");
        var calendar = new BusinessCalendar(new CalendarDefinition(Warsaw, read.CloseIn(version)));
        calendar.IsBusinessDay(new LocalDate(2024, 1, 2)).ShouldBeFalse();
        calendar.Between(Instant.FromUtc(2024, 1, 2, 0, 0), Instant.FromUtc(2024, 1, 4, 0, 0)).ShouldBe(Duration.FromHours(6));
    }
}
