using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Tests.Calendars;

/// <summary>A calendar that takes another's place. In March 2026 Monday the 16th comes after Friday the 13th; New York is four hours behind UTC, Warsaw one before, Tokyo nine.</summary>
public sealed class CalendarInForceTests
{
    private static readonly LocalDate The16th = new(2026, 3, 16);

    private static BusinessCalendar Office(string zone, int from = 9, int to = 17) => new(new CalendarDefinition(
        DateTimeZoneProviders.Tzdb[zone], new CalendarVersion { Hours = WeeklyHours.MondayToFriday(DayWindow.Of(new LocalTime(from, 0), new LocalTime(to, 0))) }));

    /// <summary>One calendar until the 16th begins in a zone, and another from then on.</summary>
    private static BusinessCalendar Moved(BusinessCalendar before, BusinessCalendar after, string agreement = "UTC") =>
        new CalendarInForce().Of([new CalendarFrom(default, long.MinValue, before), From(after, The16th, agreement)]);

    private static CalendarFrom From(BusinessCalendar calendar, LocalDate date, string zone) => new(date, DateTimeZoneProviders.Tzdb[zone].AtStartOfDay(date).ToInstant().ToUnixTimeTicks(), calendar);

    private static Instant At(int day, int hour, int minute = 0) => Instant.FromUtc(2026, 3, day, hour, minute);

    [Fact]
    public void An_office_that_moves_to_another_zone_opens_there_from_the_day_of_the_move()
    {
        // 09:00 in New York is 13:00 UTC, 09:00 in Warsaw is 08:00.
        var office = Moved(Office("America/New_York"), Office("Europe/Warsaw"));
        office.NextOpening(At(13, 0)).ShouldBe(At(13, 13));
        office.NextOpening(At(14, 0)).ShouldBe(At(16, 8));
        office.Between(At(13, 0), At(17, 0)).ShouldBe(Duration.FromHours(16));
        office.Add(At(13, 20), Duration.FromHours(4)).ShouldBe(At(16, 11));
        office.Subtract(At(16, 11), Duration.FromHours(4)).ShouldBe(At(13, 20));
    }

    [Fact]
    public void One_that_never_closes_has_neither_a_gap_nor_a_double_hour_at_the_move() =>
        Moved(BusinessCalendar.AlwaysIn(DateTimeZoneProviders.Tzdb["Asia/Tokyo"]), BusinessCalendar.AlwaysIn(DateTimeZoneProviders.Tzdb["America/New_York"]))
            .Between(At(14, 5), At(18, 5)).ShouldBe(Duration.FromHours(96));

    [Fact]
    public void A_window_that_is_open_at_the_move_is_cut_there()
    {
        // In New York the 16th begins at 04:00 UTC, when it is 13:00 in Tokyo.
        var office = Moved(Office("Asia/Tokyo"), Office("America/New_York"), "America/New_York");
        office.OpenIntervals(At(16, 0), At(17, 0)).ShouldBe([TickInterval.Between(At(16, 0), At(16, 4)), TickInterval.Between(At(16, 13), At(16, 21))]);
        office.IsBusinessDay(The16th).ShouldBeTrue();
        office.BusinessDaysBetween(new LocalDate(2026, 3, 13), new LocalDate(2026, 3, 18)).ShouldBe(3);
    }

    [Theory]
    [InlineData(1, 16, 14)] // 15:00 in Warsaw
    [InlineData(2, 17, 14)]
    public void A_business_day_later_it_is_the_same_time_by_the_clock_of_that_day(int days, int day, int hour) =>
        // 15:00 in New York.
        Moved(Office("America/New_York"), Office("Europe/Warsaw")).AddBusinessDays(At(13, 19), days).ShouldBe(At(day, hour));

    [Fact]
    public void A_business_day_before_a_move_is_by_the_clock_of_before() =>
        Moved(Office("America/New_York"), Office("Europe/Warsaw")).SubtractBusinessDays(At(16, 14), 1).ShouldBe(At(13, 19));

    [Fact]
    public void Calendar_days_keep_the_wall_clock_over_a_move()
    {
        var office = Moved(Office("America/New_York"), Office("Europe/Warsaw"));
        new ClockSpan.CalendarUnits(0, 3).TryFrom(office, At(13, 19).ToUnixTimeTicks(), out var end).ShouldBeTrue();
        Instant.FromUnixTimeTicks(end).ShouldBe(At(16, 14));
    }

    [Fact]
    public void An_office_can_move_and_change_its_hours_and_move_back()
    {
        var (tokyo, late, back) = (Office("Asia/Tokyo"), Office("Asia/Tokyo", 12, 20), Office("UTC"));
        var office = new CalendarInForce().Of(
        [
            new CalendarFrom(default, long.MinValue, Office("UTC")), From(tokyo, The16th, "UTC"), From(late, The16th.PlusDays(1), "UTC"), From(back, The16th.PlusDays(2), "UTC"),
        ]);
        // Tokyo's 09:00 is midnight UTC.
        office.OpenIntervals(At(13, 0), At(19, 0)).ShouldBe(
        [
            TickInterval.Between(At(13, 9), At(13, 17)), TickInterval.Between(At(16, 0), At(16, 8)), TickInterval.Between(At(17, 3), At(17, 11)), TickInterval.Between(At(18, 9), At(18, 17)),
        ]);
    }

    [Fact]
    public void What_is_the_same_stays_the_same_calendar()
    {
        var calendars = new CalendarInForce();
        var (office, moved) = (Office("UTC"), From(Office("Asia/Tokyo"), The16th, "UTC"));
        calendars.Of([new CalendarFrom(default, long.MinValue, office), new CalendarFrom(The16th, 0, office)]).ShouldBeSameAs(office);
        calendars.Of([new CalendarFrom(default, long.MinValue, office), moved]).ShouldBeSameAs(calendars.Of([new CalendarFrom(default, long.MinValue, office), moved]));
        Should.Throw<ArgumentException>(() => calendars.Of([]));
    }

    [Fact]
    public void At_each_instant_it_is_open_when_the_one_in_force_is() => Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
    {
        var (first, second) = (new RandomCalendar(seed), new RandomCalendar(seed / 7));
        if (first.Definition.Zone.Equals(second.Definition.Zone))
            return;
        var move = first.Tick().ToUnixTimeTicks();
        var joined = new CalendarInForce().Of([new CalendarFrom(default, long.MinValue, first.Calendar), new CalendarFrom(first.Around, move, second.Calendar)]);
        var (from, to) = (first.From.ToUnixTimeTicks(), first.To.ToUnixTimeTicks());
        joined.OpenIntervals(from, to).ShouldBe(first.Calendar.OpenIntervals(from, move).Union(second.Calendar.OpenIntervals(move, to)));
    }).Check(Seeds.Config(300));
}
