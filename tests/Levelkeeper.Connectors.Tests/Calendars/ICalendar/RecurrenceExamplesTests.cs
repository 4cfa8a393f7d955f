using Levelkeeper.Connectors.Calendars.ICalendar;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Connectors.Tests.Calendars.ICalendar;

/// <summary>The examples of RFC 5545, 3.8.5.3, with the dates that are listed there; all are in New York, at 09:00 unless the example says otherwise.</summary>
public sealed class RecurrenceExamplesTests
{
    private static readonly DateTimeZone NewYork = DateTimeZoneProviders.Tzdb["America/New_York"];

    private static IntervalSet Spans(string start, string rest, LocalDate to)
    {
        var diagnostics = new DiagnosticBag();
        var text = $"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=America/New_York:{start}\nDURATION:PT1M\n{rest}\nEND:VEVENT\nEND:VCALENDAR";
        var read = ICalendarReader.Read(new StringReader(text), "rfc.ics", new ICalendarOptions { Zone = NewYork, From = new LocalDate(1996, 1, 1), To = to }, diagnostics);
        diagnostics.Where(static d => d.Code != "LK3208").ShouldBeEmpty();
        return read.Spans;
    }

    private static IEnumerable<LocalDateTime> Local(IntervalSet spans) => spans.Select(static s => s.StartInstant.InZone(NewYork).LocalDateTime);

    [Theory]
    [InlineData("19970902", "RRULE:FREQ=DAILY;COUNT=10", "1997-09: 2-11")]
    [InlineData("19970902", "RRULE:FREQ=DAILY;UNTIL=19971224T000000Z", "1997-09: 2-30, 1997-10: 1-31, 1997-11: 1-30, 1997-12: 1-23")]
    [InlineData("19970902", "RRULE:FREQ=DAILY;INTERVAL=10;COUNT=5", "1997-09: 2 12 22, 1997-10: 2 12")]
    [InlineData("19980101", "RRULE:FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA", "1998-01: 1-31, 1999-01: 1-31, 2000-01: 1-31")]
    [InlineData("19980101", "RRULE:FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1", "1998-01: 1-31, 1999-01: 1-31, 2000-01: 1-31")]
    [InlineData("19970902", "RRULE:FREQ=WEEKLY;COUNT=10", "1997-09: 2 9 16 23 30, 1997-10: 7 14 21 28, 1997-11: 4")]
    [InlineData("19970902", "RRULE:FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH", "1997-09: 2 4 9 11 16 18 23 25 30, 1997-10: 2")]
    [InlineData("19970902", "RRULE:FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", "1997-09: 2 4 9 11 16 18 23 25 30, 1997-10: 2")]
    [InlineData("19970901", "RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR", "1997-09: 1 3 5 15 17 19 29, 1997-10: 1 3 13 15 17 27 29 31, 1997-11: 10 12 14 24 26 28, 1997-12: 8 10 12 22")]
    [InlineData("19970902", "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "1997-09: 2 4 16 18 30, 1997-10: 2 14 16")]
    [InlineData("19970905", "RRULE:FREQ=MONTHLY;COUNT=10;BYDAY=1FR", "1997-09: 5, 1997-10: 3, 1997-11: 7, 1997-12: 5, 1998-01: 2, 1998-02: 6, 1998-03: 6, 1998-04: 3, 1998-05: 1, 1998-06: 5")]
    [InlineData("19970905", "RRULE:FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR", "1997-09: 5, 1997-10: 3, 1997-11: 7, 1997-12: 5")]
    [InlineData("19970907", "RRULE:FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", "1997-09: 7 28, 1997-11: 2 30, 1998-01: 4 25, 1998-03: 1 29, 1998-05: 3 31")]
    [InlineData("19970922", "RRULE:FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "1997-09: 22, 1997-10: 20, 1997-11: 17, 1997-12: 22, 1998-01: 19, 1998-02: 16")]
    [InlineData("19970928", "RRULE:FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=6", "1997-09: 28, 1997-10: 29, 1997-11: 28, 1997-12: 29, 1998-01: 29, 1998-02: 26")]
    [InlineData("19970902", "RRULE:FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15", "1997-09: 2 15, 1997-10: 2 15, 1997-11: 2 15, 1997-12: 2 15, 1998-01: 2 15")]
    [InlineData("19970930", "RRULE:FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", "1997-09: 30, 1997-10: 1 31, 1997-11: 1 30, 1997-12: 1 31, 1998-01: 1 31, 1998-02: 1")]
    [InlineData("19970910", "RRULE:FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15", "1997-09: 10-15, 1999-03: 10-13")]
    [InlineData("19970610", "RRULE:FREQ=YEARLY;COUNT=10;BYMONTH=6,7", "1997-06: 10, 1997-07: 10, 1998-06: 10, 1998-07: 10, 1999-06: 10, 1999-07: 10, 2000-06: 10, 2000-07: 10, 2001-06: 10, 2001-07: 10")]
    [InlineData("19970310", "RRULE:FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3", "1997-03: 10, 1999-01: 10, 1999-02: 10, 1999-03: 10, 2001-01: 10, 2001-02: 10, 2001-03: 10, 2003-01: 10, 2003-02: 10, 2003-03: 10")]
    [InlineData("19970101", "RRULE:FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200", "1997-01: 1, 1997-04: 10, 1997-07: 19, 2000-01: 1, 2000-04: 9, 2000-07: 18, 2003-01: 1, 2003-04: 10, 2003-07: 19, 2006-01: 1")]
    [InlineData("19970519", "RRULE:FREQ=YEARLY;BYDAY=20MO;COUNT=3", "1997-05: 19, 1998-05: 18, 1999-05: 17")]
    [InlineData("19970512", "RRULE:FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=3", "1997-05: 12, 1998-05: 11, 1999-05: 17")]
    [InlineData("19970313", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=TH;COUNT=11", "1997-03: 13 20 27, 1998-03: 5 12 19 26, 1999-03: 4 11 18 25")]
    [InlineData("19970605", "RRULE:FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8;COUNT=13", "1997-06: 5 12 19 26, 1997-07: 3 10 17 24 31, 1997-08: 7 14 21 28")]
    [InlineData("19970902", "EXDATE;TZID=America/New_York:19970902T090000\nRRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;UNTIL=20001231T000000Z", "1998-02: 13, 1998-03: 13, 1998-11: 13, 1999-08: 13, 2000-10: 13")]
    [InlineData("19970913", "RRULE:FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13;COUNT=10", "1997-09: 13, 1997-10: 11, 1997-11: 8, 1997-12: 13, 1998-01: 10, 1998-02: 7, 1998-03: 7, 1998-04: 11, 1998-05: 9, 1998-06: 13")]
    [InlineData("19961105", "RRULE:FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3", "1996-11: 5, 2000-11: 7, 2004-11: 2")]
    [InlineData("19970904", "RRULE:FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09: 4, 1997-10: 7, 1997-11: 6")]
    [InlineData("19970929", "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=7", "1997-09: 29, 1997-10: 30, 1997-11: 27, 1997-12: 30, 1998-01: 29, 1998-02: 26, 1998-03: 30")]
    [InlineData("19970805", "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08: 5 10 19 24")]
    [InlineData("19970805", "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08: 5 17 19 31")]
    [InlineData("20070115", "RRULE:FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007-01: 15 30, 2007-02: 15, 2007-03: 15 30")]
    public void An_example_falls_on_its_dates(string start, string rest, string expected)
    {
        var local = Local(Spans(start + "T090000", rest, new LocalDate(2010, 1, 1))).ToArray();
        local.ShouldAllBe(static l => l.TimeOfDay == new LocalTime(9, 0));
        local.Select(static l => l.Date).ShouldBe(Dates(expected));
    }

    [Theory]
    [InlineData("RRULE:FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z", "9:00 12:00 15:00")] // 17:00 in New York is 21:00 UTC; the RFC's UNTIL of 17:00Z would end at 13:00 (erratum).
    [InlineData("RRULE:FREQ=MINUTELY;INTERVAL=15;COUNT=6", "9:00 9:15 9:30 9:45 10:00 10:15")]
    [InlineData("RRULE:FREQ=MINUTELY;INTERVAL=90;COUNT=4", "9:00 10:30 12:00 13:30")]
    [InlineData("RRULE:FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40;COUNT=24", "9:00 9:20 9:40 10:00 10:20 10:40 11:00 11:20 11:40 12:00 12:20 12:40 13:00 13:20 13:40 14:00 14:20 14:40 15:00 15:20 15:40 16:00 16:20 16:40")]
    [InlineData("RRULE:FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16;COUNT=24", "9:00 9:20 9:40 10:00 10:20 10:40 11:00 11:20 11:40 12:00 12:20 12:40 13:00 13:20 13:40 14:00 14:20 14:40 15:00 15:20 15:40 16:00 16:20 16:40")]
    public void An_example_within_a_day_falls_on_its_times(string rule, string expected)
    {
        var local = Local(Spans("19970902T090000", rule, new LocalDate(2000, 1, 1))).ToArray();
        local.ShouldAllBe(static l => l.Date == new LocalDate(1997, 9, 2));
        local.Select(static l => l.ToString("H:mm", null)).ShouldBe(expected.Split(' '));
    }

    [Fact]
    public void Every_20_minutes_by_hours_of_the_day_and_by_minutes_of_the_hour_is_the_same_on_every_day()
    {
        var byDay = Spans("19970902T090000", "RRULE:FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40", new LocalDate(1997, 12, 1));
        Spans("19970902T090000", "RRULE:FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16", new LocalDate(1997, 12, 1)).ShouldBe(byDay);
        byDay.Count.ShouldBe(24 * 90); // 2 September to 30 November: 29 + 31 + 30 days.
    }

    // 1997 to 2000 by the table of ISO 8601: week 1 of 1998 begins on 29 December 1997, week 53 of 1998 on 28 December 1998.
    [Theory]
    [InlineData("19971229", "RRULE:FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO;COUNT=3", "1997-12: 29, 1999-01: 4, 2000-01: 3")]
    [InlineData("19981228", "RRULE:FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;UNTIL=20090101T000000Z", "1998-12: 28, 2004-12: 27")]
    [InlineData("19971222", "RRULE:FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO;COUNT=3", "1997-12: 22, 1998-12: 28, 1999-12: 27")]
    [InlineData("19970105", "RRULE:FREQ=YEARLY;BYWEEKNO=2;BYDAY=SU;WKST=SU;COUNT=2", "1997-01: 5, 1998-01: 11")] // With weeks from Sunday, 1997 begins on 29 December 1996 (1 January is a Wednesday: four days).
    [InlineData("19970514", "RRULE:FREQ=YEARLY;BYWEEKNO=20;COUNT=2", "1997-05: 14, 1998-05: 13")] // Without a weekday: that of the first occurrence, a Wednesday.
    [InlineData("19981231", "RRULE:FREQ=YEARLY;BYWEEKNO=53;BYDAY=TH,FR;COUNT=2", "1998-12: 31, 1999-01: 1")]
    public void A_numbered_week_is_that_of_ISO_8601_and_may_reach_into_the_next_year(string start, string rule, string expected) =>
        Local(Spans(start + "T090000", rule, new LocalDate(2010, 1, 1))).Select(static l => l.Date).ShouldBe(Dates(expected));

    [Fact]
    public void A_week_that_begins_in_the_year_before_is_found_at_the_end_of_the_range() =>
        Local(Spans("19960101T090000", "RRULE:FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO", new LocalDate(1998, 1, 1))).Select(static l => l.Date).ShouldBe(Dates("1996-01: 1, 1996-12: 30, 1997-12: 29"));

    // New York 6 April 1997, 02:00-03:00 does not exist: the time is read with the offset before the gap, which is 03:00 to 04:00 (RFC 5545, 3.3.5).
    [Fact]
    public void An_hourly_rule_goes_by_the_wall_clock_when_clocks_change() =>
        Spans("19970406T000000", "RRULE:FREQ=HOURLY;COUNT=5", new LocalDate(1997, 5, 1)).Select(static s => s.StartInstant)
            .ShouldBe([Instant.FromUtc(1997, 4, 6, 5, 0), Instant.FromUtc(1997, 4, 6, 6, 0), Instant.FromUtc(1997, 4, 6, 7, 0), Instant.FromUtc(1997, 4, 6, 8, 0)]);

    private static IEnumerable<LocalDate> Dates(string text) =>
        from month in text.Split(", ")
        let parts = month.Split(": ")
        let start = LocalDate.FromDateTime(DateTime.Parse(parts[0] + "-01", null))
        from item in parts[1].Split(' ')
        let ends = item.Split('-').Select(int.Parse).ToArray()
        from day in Enumerable.Range(ends[0], ends[^1] - ends[0] + 1)
        select start.PlusDays(day - 1);
}
