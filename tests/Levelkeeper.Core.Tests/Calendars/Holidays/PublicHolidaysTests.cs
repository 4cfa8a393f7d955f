using System.Reflection;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Calendars.Holidays;
using NodaTime;

namespace Levelkeeper.Core.Tests.Calendars.Holidays;

public sealed class PublicHolidaysTests
{
    [Fact]
    public void Working_days_per_month_equal_the_counts_of_the_source()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("working_days_per_month.csv")!);
        reader.ReadLine();
        var rows = 0;
        var wrong = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            var cells = line.Split(',');
            var code = cells[1].Length == 0 ? cells[0] : $"{cells[0]}-{cells[1]}";
            var holidays = PublicHolidays.For(code).ShouldNotBeNull(code);
            var first = new LocalDate(int.Parse(cells[2]), int.Parse(cells[3]), 1);
            var days = Enumerable.Range(0, first.Calendar.GetDaysInMonth(first.Year, first.Month)).Count(i => holidays.IsWorkingDay(first.PlusDays(i)));
            rows++;
            if (days != int.Parse(cells[4]))
                wrong.Add($"{line}: {days}");
        }

        rows.ShouldBe(5940);
        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void There_are_33_calendars_of_26_years()
    {
        PublicHolidays.Available.Count().ShouldBe(33);
        PublicHolidays.Available.ShouldContain("US-CA");
        foreach (var code in PublicHolidays.Available)
        {
            var calendar = PublicHolidays.For(code)!;
            (calendar.FirstYear, calendar.LastYear).ShouldBe((2010, 2035), code);
        }

        PublicHolidays.For("ZZ").ShouldBeNull();
    }

    [Fact]
    public void A_working_sunday_in_china_is_worked_with_mondays_hours()
    {
        // 2024: 1 to 7 October off, for which Sunday 29 September and Saturday 12 October were worked.
        var china = PublicHolidays.For("CN")!;
        var saturday = new LocalDate(2024, 10, 12);
        china.IsWeekend(saturday).ShouldBeTrue();
        china.IsWorkingDay(saturday).ShouldBeTrue();
        china.IsWorkingDay(new LocalDate(2024, 10, 7)).ShouldBeFalse();

        var nine = DayWindow.Of(new LocalTime(9, 0), new LocalTime(17, 0));
        var version = new CalendarVersion { Hours = WeeklyHours.MondayToFriday(nine), Holidays = china };
        var zone = DateTimeZoneProviders.Tzdb["Asia/Shanghai"];
        new BusinessCalendar(new CalendarDefinition(zone, version)).IsBusinessDay(saturday).ShouldBeTrue();
        new BusinessCalendar(new CalendarDefinition(zone, version with { MovedWorkingDayHours = [] })).IsBusinessDay(saturday).ShouldBeFalse();
    }

    [Fact]
    public void The_weekend_of_the_emirates_moved_in_2022_and_that_of_saudi_arabia_in_2013()
    {
        var emirates = PublicHolidays.For("AE")!;
        emirates.WeekendOn(new LocalDate(2021, 12, 31)).ShouldBe(Weekdays.Friday | Weekdays.Saturday);
        emirates.WeekendOn(new LocalDate(2022, 1, 1)).ShouldBe(Weekdays.Saturday | Weekdays.Sunday);
        var saudi = PublicHolidays.For("SA")!;
        saudi.WeekendOn(new LocalDate(2013, 6, 28)).ShouldBe(Weekdays.Thursday | Weekdays.Friday);
        saudi.WeekendOn(new LocalDate(2013, 6, 29)).ShouldBe(Weekdays.Friday | Weekdays.Saturday);
    }

    [Fact]
    public void Dates_by_the_moon_are_marked_estimated()
    {
        PublicHolidays.For("EG")!.Holidays.ShouldContain(h => h.Estimated);
        PublicHolidays.For("PL")!.Holidays.ShouldAllBe(h => !h.Estimated);
    }
}
