using System.Collections.Immutable;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Diagnostics;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Core.Tests.Calendars;

/// <summary>The cases of docs/calendars.md, each worked out by hand.</summary>
public sealed class BusinessCalendarTests
{
    private static readonly BusinessCalendar Office = In("Etc/UTC", WeeklyHours.MondayToFriday(Window("09:00", "17:00")));

    private static DayWindow Window(string start, string end) => DayWindow.Parse(start, end, Place.None, new DiagnosticBag())!.Value;

    private static BusinessCalendar In(string zone, WeeklyHours hours) => In(zone, new CalendarVersion { Hours = hours });

    private static BusinessCalendar In(string zone, params CalendarVersion[] versions) => new(new CalendarDefinition(DateTimeZoneProviders.Tzdb[zone], versions));

    private static Instant At(string text) => InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm").Parse(text).GetValueOrThrow();

    // 1 January 2024 is a Monday.
    [Fact]
    public void A_deadline_that_falls_on_closing_is_the_closing_instant()
    {
        Office.Add(At("2024-01-01 09:00"), Duration.FromHours(8)).ShouldBe(At("2024-01-01 17:00"));
        Office.Add(At("2024-01-01 09:00"), Duration.FromHours(8), DeadlineOnClosing.NextOpening).ShouldBe(At("2024-01-02 09:00"));
        Office.Subtract(At("2024-01-02 17:00"), Duration.FromHours(8)).ShouldBe(At("2024-01-02 09:00"));
        Office.Subtract(At("2024-01-02 17:00"), Duration.FromHours(8), DeadlineOnClosing.NextOpening).ShouldBe(At("2024-01-01 17:00"));
    }

    [Fact]
    public void Adding_zero_outside_hours_gives_the_start_itself()
    {
        Office.Add(At("2024-01-06 12:00"), Duration.Zero).ShouldBe(At("2024-01-06 12:00"));
        Office.Subtract(At("2024-01-06 12:00"), Duration.Zero).ShouldBe(At("2024-01-06 12:00"));
        Office.NextOpening(At("2024-01-06 12:00")).ShouldBe(At("2024-01-08 09:00"));
    }

    [Fact]
    public void The_opening_instant_is_open_and_the_closing_instant_is_closed()
    {
        Office.IsOpen(At("2024-01-01 09:00")).ShouldBeTrue();
        Office.IsOpen(At("2024-01-01 17:00")).ShouldBeFalse();
        Office.IsOpen(At("2024-01-01 17:00") - Duration.FromTicks(1)).ShouldBeTrue();
        Office.PreviousClosing(At("2024-01-01 17:00")).ShouldBe(At("2024-01-01 17:00"));
        Office.PreviousClosing(At("2024-01-02 09:00")).ShouldBe(At("2024-01-01 17:00"));
        Office.NextOpening(At("2024-01-05 17:00")).ShouldBe(At("2024-01-08 09:00"));
    }

    [Fact]
    public void A_span_that_ends_before_it_starts_is_an_error()
    {
        Should.Throw<ArgumentException>(() => Office.Between(At("2024-01-02 00:00"), At("2024-01-01 00:00")));
        Should.Throw<ArgumentException>(() => Office.OpenIntervals(At("2024-01-02 00:00"), At("2024-01-01 00:00")));
        Should.Throw<ArgumentOutOfRangeException>(() => Office.Add(At("2024-01-02 00:00"), Duration.FromTicks(-1)));
        Office.Between(At("2024-01-02 10:00"), At("2024-01-02 10:00")).ShouldBe(Duration.Zero);
    }

    // Berlin: 31 March 2024 has 23 hours (02:00 becomes 03:00), 27 October 2024 has 25 (03:00 becomes 02:00).
    [Theory]
    [InlineData("00:00", "24:00", "2024-03-31", 23 * 60)]
    [InlineData("00:00", "24:00", "2024-10-27", 25 * 60)]
    [InlineData("02:30", "04:00", "2024-03-31", 60)]
    [InlineData("01:00", "02:30", "2024-03-31", 60)]
    [InlineData("02:10", "02:50", "2024-03-31", 0)]
    [InlineData("02:30", "04:00", "2024-10-27", 150)]
    [InlineData("01:00", "02:30", "2024-10-27", 150)]
    [InlineData("22:00", "06:00", "2024-03-30", 7 * 60)]
    [InlineData("22:00", "06:00", "2024-10-26", 9 * 60)]
    public void An_open_window_is_as_long_as_what_really_passed(string start, string end, string date, int minutes)
    {
        var day = LocalDatePattern.Iso.Parse(date).Value;
        var berlin = In("Europe/Berlin", WeeklyHours.On((Weekdays)(1 << ((int)day.DayOfWeek - 1)), Window(start, end)));
        berlin.Between(day.AtMidnight().InUtc().ToInstant() - Duration.FromDays(1), day.AtMidnight().InUtc().ToInstant() + Duration.FromDays(3))
            .ShouldBe(Duration.FromMinutes(minutes));
    }

    [Fact]
    public void A_day_that_the_zone_skips_has_no_hours_and_is_no_business_day()
    {
        var apia = In("Pacific/Apia", WeeklyHours.Daily(Window("09:00", "17:00")));
        apia.IsBusinessDay(new LocalDate(2011, 12, 30)).ShouldBeFalse();
        apia.BusinessDaysBetween(new LocalDate(2011, 12, 29), new LocalDate(2012, 1, 1)).ShouldBe(2);
    }

    [Fact]
    public void A_window_past_midnight_belongs_to_the_day_on_which_it_starts()
    {
        var nights = new CalendarVersion
        {
            Hours = WeeklyHours.On(Weekdays.Monday | Weekdays.Tuesday, Window("22:00", "06:00")),
            ClosedDates = [new LocalDate(2024, 1, 2)],
        };
        var calendar = In("Etc/UTC", nights);

        // Tuesday is closed: Monday's shift still ends on it, Tuesday's own does not begin.
        calendar.OpenIntervals(At("2024-01-01 00:00"), At("2024-01-05 00:00")).ToString().ShouldBe("2024-01-01T22:00:00Z/2024-01-02T06:00:00Z");
        calendar.AddBusinessDays(At("2024-01-02 03:00"), 1).ShouldBe(At("2024-01-09 03:00"));
    }

    [Fact]
    public void An_override_prevails_over_a_holiday_and_a_holiday_over_the_weekly_hours()
    {
        var date = new LocalDate(2024, 1, 1);
        var version = new CalendarVersion { Hours = WeeklyHours.Daily(Window("09:00", "17:00")), ClosedDates = [date] };
        In("Etc/UTC", version).IsBusinessDay(date).ShouldBeFalse();
        var half = version with { Overrides = ImmutableDictionary<LocalDate, DateOverride>.Empty.Add(date, DateOverride.Open(Window("10:00", "12:00"))) };
        In("Etc/UTC", half).Between(At("2024-01-01 00:00"), At("2024-01-02 00:00")).ShouldBe(Duration.FromHours(2));
        var everyYear = new CalendarVersion { Hours = version.Hours, ClosedEveryYear = [new AnnualDate(1, 1)] };
        In("Etc/UTC", everyYear).BusinessDaysBetween(new LocalDate(2020, 1, 1), new LocalDate(2021, 1, 1)).ShouldBe(365);
    }

    [Fact]
    public void Breaks_are_taken_away_unless_the_date_is_without_them()
    {
        var monday = new LocalDate(2024, 1, 1);
        var version = new CalendarVersion
        {
            Hours = WeeklyHours.Daily(Window("09:00", "17:00")),
            Breaks = WeeklyHours.Daily(Window("12:00", "13:00")),
            DatedBreaks = ImmutableDictionary<LocalDate, ImmutableArray<DayWindow>>.Empty.Add(monday.PlusDays(1), [Window("16:00", "17:00")]),
            Overrides = ImmutableDictionary<LocalDate, DateOverride>.Empty.Add(monday.PlusDays(2), DateOverride.NoBreaks),
        };
        var calendar = In("Etc/UTC", version);
        calendar.Between(At("2024-01-01 00:00"), At("2024-01-02 00:00")).ShouldBe(Duration.FromHours(7));
        calendar.Between(At("2024-01-02 00:00"), At("2024-01-03 00:00")).ShouldBe(Duration.FromHours(6));
        calendar.Between(At("2024-01-03 00:00"), At("2024-01-04 00:00")).ShouldBe(Duration.FromHours(8));
    }

    [Fact]
    public void A_new_version_changes_nothing_before_its_date()
    {
        var longer = new CalendarVersion { From = new LocalDate(2024, 1, 3), Hours = WeeklyHours.MondayToFriday(Window("08:00", "18:00")) };
        var calendar = In("Etc/UTC", new CalendarVersion { Hours = WeeklyHours.MondayToFriday(Window("09:00", "17:00")) }, longer);
        calendar.Between(At("2023-12-01 00:00"), At("2024-01-03 00:00")).ShouldBe(Office.Between(At("2023-12-01 00:00"), At("2024-01-03 00:00")));
        calendar.Between(At("2024-01-03 00:00"), At("2024-01-05 00:00")).ShouldBe(Duration.FromHours(20));
    }

    [Fact]
    public void A_calendar_that_never_opens_says_so_instead_of_searching_for_ever()
    {
        var never = In("Etc/UTC", WeeklyHours.None);
        Should.Throw<CalendarExhaustedException>(() => never.NextOpening(At("2024-01-01 00:00")));
        Should.Throw<CalendarExhaustedException>(() => never.PreviousClosing(At("2024-01-01 00:00")));
        Should.Throw<CalendarExhaustedException>(() => never.Add(At("2024-01-01 00:00"), Duration.FromTicks(1)));
        Should.Throw<CalendarExhaustedException>(() => never.AddBusinessDays(At("2024-01-01 00:00"), 1));
        never.TryAdd(0, 1, out _).ShouldBeFalse();
        never.TrySubtract(0, 1, out _).ShouldBeFalse();
        never.Between(At("1950-01-01 00:00"), At("2150-01-01 00:00")).ShouldBe(Duration.Zero);
    }

    [Fact]
    public void Instants_outside_the_range_are_refused_and_its_edges_are_not()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => Office.IsOpen(BusinessCalendar.Earliest - Duration.FromTicks(1)));
        Should.Throw<ArgumentOutOfRangeException>(() => Office.Between(At("2024-01-01 00:00"), BusinessCalendar.Latest + Duration.FromTicks(1)));
        BusinessCalendar.Always.Between(BusinessCalendar.Earliest, BusinessCalendar.Latest).ShouldBe(BusinessCalendar.Latest - BusinessCalendar.Earliest);
        Office.IsOpen(BusinessCalendar.Latest).ShouldBeFalse();
        In("Etc/UTC", WeeklyHours.None).IsOpen(BusinessCalendar.Latest).ShouldBeFalse();
    }

    [Fact]
    public void Round_the_clock_open_time_is_elapsed_time()
    {
        var start = At("2024-03-30 12:34");
        BusinessCalendar.Always.Add(start, Duration.FromDays(1000)).ShouldBe(start + Duration.FromDays(1000));
        BusinessCalendar.AlwaysIn(DateTimeZoneProviders.Tzdb["Europe/Berlin"]).Add(start, Duration.FromHours(24)).ShouldBe(start + Duration.FromHours(24));
    }

    // GLPI's rows "5 days" and "5 days, end of working day": 9 June 2034 is a Friday, Mondays open at 10:30.
    [Fact]
    public void A_business_day_later_is_the_same_local_time_at_the_latest_closing()
    {
        var hours = new WeeklyHours(new Dictionary<IsoDayOfWeek, ImmutableArray<DayWindow>>
        {
            [IsoDayOfWeek.Monday] = [Window("10:30", "19:00")],
            [IsoDayOfWeek.Tuesday] = [Window("08:30", "19:00")],
            [IsoDayOfWeek.Wednesday] = [Window("08:30", "19:00")],
            [IsoDayOfWeek.Thursday] = [Window("08:30", "12:00")],
            [IsoDayOfWeek.Friday] = [Window("08:30", "19:00")],
        });
        var calendar = In("Etc/UTC", hours);
        calendar.AddBusinessDays(At("2034-06-09 08:46"), 5).ShouldBe(At("2034-06-16 08:46"));
        calendar.AddBusinessDays(At("2034-06-09 08:46"), 5, BusinessDayDeadline.EndOfWorkingDay).ShouldBe(At("2034-06-16 19:00"));
        calendar.SubtractBusinessDays(At("2034-06-16 19:00"), 2).ShouldBe(At("2034-06-14 19:00"));
        calendar.AddBusinessDays(At("2034-06-07 15:00"), 1).ShouldBe(At("2034-06-08 12:00"));
        calendar.AddBusinessDays(At("2034-06-10 15:00"), 1).ShouldBe(At("2034-06-13 10:30"));
        calendar.AddBusinessDays(At("2034-06-10 15:00"), 0).ShouldBe(At("2034-06-10 15:00"));
        calendar.AddBusinessDays(At("2034-06-10 15:00"), 0, BusinessDayDeadline.EndOfWorkingDay).ShouldBe(At("2034-06-12 19:00"));
        calendar.SubtractBusinessDays(At("2034-06-13 09:00"), 1).ShouldBe(At("2034-06-12 10:30"));
    }

    [Fact]
    public void A_business_day_keeps_wall_clock_time_when_clocks_change()
    {
        var berlin = In("Europe/Berlin", WeeklyHours.Daily(Window("00:00", "24:00")));
        berlin.AddBusinessDays(At("2024-03-30 11:00"), 1).ShouldBe(At("2024-03-31 10:00"));
        var zone = DateTimeZoneProviders.Tzdb["Europe/Berlin"];
        WallClock.Add(At("2024-03-30 11:00"), Period.FromDays(1), zone).ShouldBe(At("2024-03-31 10:00"));
        WallClock.Add(At("2024-03-30 01:30"), Period.FromDays(1), zone).ShouldBe(At("2024-03-31 01:00"));
        WallClock.Add(At("2024-01-31 11:00"), Period.FromMonths(1), zone).ShouldBe(At("2024-02-29 11:00"));
        WallClock.Add(At("2024-10-27 01:30"), Period.FromDays(0), zone).ShouldBe(At("2024-10-27 01:30"));
        Should.Throw<ArgumentException>(() => WallClock.Add(At("2024-01-31 11:00"), Period.FromHours(1), zone));
    }

    [Theory]
    [InlineData("22:00", "06:00", "22:00-06:00", true)]
    [InlineData("09:00", "24:00", "09:00-24:00", false)]
    [InlineData("22:00", "00:00", "22:00-24:00", false)]
    [InlineData("09:00:30", "17:00", "09:00:30-17:00", false)]
    public void A_window_is_read_and_written(string start, string end, string text, bool passesMidnight)
    {
        Window(start, end).ToString().ShouldBe(text);
        Window(start, end).PassesMidnight.ShouldBe(passesMidnight);
    }

    [Theory]
    [InlineData("24:00", "06:00", "LK3001")]
    [InlineData("9:00", "17:00", "LK3001")]
    [InlineData("09:00", "24:01", "LK3001")]
    [InlineData("09:00", "17:60", "LK3001")]
    [InlineData(null, "17:00", "LK3001")]
    [InlineData("+9:00", "17:00", "LK3001")]
    [InlineData("09:00", "09:00", "LK3002")]
    public void A_wrong_window_gives_a_diagnostic(string? start, string? end, string code)
    {
        var diagnostics = new DiagnosticBag();
        DayWindow.Parse(start, end, new Place("a.yaml", 3), diagnostics).ShouldBeNull();
        diagnostics.ShouldHaveSingleItem().Code.ShouldBe(code);
    }
}
