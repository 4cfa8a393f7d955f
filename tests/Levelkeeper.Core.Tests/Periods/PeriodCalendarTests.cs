using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Time;
using NodaTime;
using NodaTime.Text;
using Period = Levelkeeper.Core.Periods.Period;

namespace Levelkeeper.Core.Tests.Periods;

public sealed class PeriodCalendarTests
{
    private static readonly DateTimeZone Warsaw = DateTimeZoneProviders.Tzdb["Europe/Warsaw"];

    [Theory]
    [InlineData("2025-03-30", 23)]
    [InlineData("2025-10-26", 25)]
    [InlineData("2025-03", 743)]
    [InlineData("2025-W41", 168)]
    [InlineData("2025-Q4", 2209)]
    [InlineData("2025-H1", 4343)]
    [InlineData("2024", 8784)]
    public void A_label_names_a_period_that_is_as_long_as_it_was(string label, int hours)
    {
        var period = PeriodCalendar.Parse(label, Warsaw, [])!;
        period.Label.ShouldBe(label);
        period.During.Length.ShouldBe(hours * NodaConstants.TicksPerHour);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2025-13")]
    [InlineData("2025-W53")]
    [InlineData("2025-Q5")]
    [InlineData("2025-02-29")]
    [InlineData("2025-1")]
    [InlineData("october")]
    [InlineData("2025-10-1x")]
    [InlineData("2025-")]
    [InlineData("2025/10")]
    [InlineData("2025-00")]
    [InlineData("2025-H0")]
    [InlineData("2025-H3")]
    [InlineData("2025-H11")]
    [InlineData("0000")]
    public void What_is_no_period_is_reported(string label)
    {
        var diagnostics = new DiagnosticBag();
        PeriodCalendar.Parse(label, Warsaw, diagnostics).ShouldBeNull();
        diagnostics.Single().Code.ShouldBe("LK4001");
    }

    [Fact]
    public void The_first_days_of_January_can_belong_to_the_last_iso_week_of_the_year_before() =>
        Of(new PeriodRule.Calendar(CalendarUnit.Week)).Containing(Instant.FromUtc(2027, 1, 2, 12, 0)).Label.ShouldBe("2026-W53");

    [Theory]
    [InlineData(CalendarUnit.Quarter, "2025-01-01", "2025-Q1", "2025-01-01", "2025-03-31")]
    [InlineData(CalendarUnit.Quarter, "2025-06-30", "2025-Q2", "2025-04-01", "2025-06-30")]
    [InlineData(CalendarUnit.Quarter, "2025-08-31", "2025-Q3", "2025-07-01", "2025-09-30")]
    [InlineData(CalendarUnit.Quarter, "2025-12-31", "2025-Q4", "2025-10-01", "2025-12-31")]
    [InlineData(CalendarUnit.HalfYear, "2025-06-30", "2025-H1", "2025-01-01", "2025-06-30")]
    [InlineData(CalendarUnit.HalfYear, "2025-07-01", "2025-H2", "2025-07-01", "2025-12-31")]
    [InlineData(CalendarUnit.Year, "2025-12-31", "2025", "2025-01-01", "2025-12-31")]
    public void A_day_belongs_to_the_calendar_unit_around_it(CalendarUnit unit, string day, string label, string first, string last) =>
        Shown(Of(new PeriodRule.Calendar(unit)).Containing(Noon(day))).ShouldBe((label, first, last));

    [Theory]
    [InlineData(IsoDayOfWeek.Monday, "2026-W53", "2026-12-28", "2027-01-03")]
    [InlineData(IsoDayOfWeek.Saturday, "2027-01-02..2027-01-08", "2027-01-02", "2027-01-08")]
    [InlineData(IsoDayOfWeek.Sunday, "2026-12-27..2027-01-02", "2026-12-27", "2027-01-02")]
    public void A_week_starts_on_the_day_that_the_rule_names(IsoDayOfWeek start, string label, string first, string last) =>
        Shown(Of(new PeriodRule.Calendar(CalendarUnit.Week, start)).Containing(Noon("2027-01-02"))).ShouldBe((label, first, last));

    [Theory]
    [InlineData("2026-02-14", "2025-11-15..2026-02-14")]
    [InlineData("2026-02-15", "2026-02-15..2026-05-14")]
    [InlineData("2026-08-14", "2026-05-15..2026-08-14")]
    [InlineData("2026-08-15", "2026-08-15..2026-11-14")]
    [InlineData("2027-02-15", "2027-02-15..2027-05-14")]
    public void Own_quarters_are_counted_from_their_start_in_both_directions(string day, string label) =>
        Of(new PeriodRule.OwnMonths(new LocalDate(2026, 2, 15), 3)).Containing(Noon(day)).Label.ShouldBe(label);

    [Fact]
    public void A_rolling_rule_touches_a_range_with_the_one_period_that_ends_with_it()
    {
        var day = PeriodCalendar.Parse("2025-10-27", Warsaw, [])!.During;
        Of(new PeriodRule.RollingDays(2)).Touching(day).ShouldHaveSingleItem().Label.ShouldBe("2025-10-26..2025-10-27");
        Of(new PeriodRule.RollingMonths(1)).Touching(day).ShouldHaveSingleItem().Label.ShouldBe("2025-09-28..2025-10-27");
        Of(new PeriodRule.Rolling(Duration.FromHours(1))).Touching(day).ShouldHaveSingleItem().During.ShouldBe(new TickInterval(day.End - NodaConstants.TicksPerHour, day.End));
    }

    [Fact]
    public void A_month_back_keeps_the_time_of_day_and_takes_the_last_day_of_a_shorter_month()
    {
        var now = new LocalDateTime(2025, 3, 31, 10, 0).InZoneStrictly(Warsaw).ToInstant();
        var start = new LocalDateTime(2025, 2, 28, 10, 0).InZoneStrictly(Warsaw).ToInstant();
        Of(new PeriodRule.MonthsBack(1)).Touching(TickInterval.Between(now - Duration.FromDays(1), now)).ShouldHaveSingleItem().During.ShouldBe(TickInterval.Between(start, now));
    }

    [Fact]
    public void A_term_is_touched_only_by_what_lies_in_it()
    {
        var term = Of(new PeriodRule.WholeTerm(new LocalDate(2025, 1, 1), new LocalDate(2025, 7, 1)));
        Touching("2025-06-30").ShouldHaveSingleItem().Label.ShouldBe("2025-01-01..2025-06-30");
        Touching("2025-07-01").ShouldBeEmpty();

        IEnumerable<Period> Touching(string day) => term.Touching(PeriodCalendar.Parse(day, Warsaw, [])!.During);
    }

    [Fact]
    public void An_empty_range_in_the_middle_of_a_period_touches_none()
    {
        var noon = Noon("2025-10-15").ToUnixTimeTicks();
        Of(new PeriodRule.Calendar(CalendarUnit.Month)).Touching(new TickInterval(noon, noon)).ShouldBeEmpty();
    }

    [Fact]
    public void Own_months_from_the_31st_are_clamped_and_come_back_to_it()
    {
        var own = Of(new PeriodRule.OwnMonths(new LocalDate(2026, 1, 31)));
        own.Touching(TickInterval.Between(Instant.FromUtc(2026, 2, 1, 0, 0), Instant.FromUtc(2026, 4, 20, 0, 0))).Select(p => p.Label)
            .ShouldBe(["2026-01-31..2026-02-27", "2026-02-28..2026-03-30", "2026-03-31..2026-04-29"]);
        own.Containing(Instant.FromUtc(2025, 12, 31, 12, 0)).Label.ShouldBe("2025-12-31..2026-01-30");
    }

    [Fact]
    public void The_closing_midnight_belongs_to_the_next_period()
    {
        var months = Of(new PeriodRule.Calendar(CalendarUnit.Month));
        var october = PeriodCalendar.Parse("2025-10", Warsaw, [])!;
        months.Containing(october.During.EndInstant).Label.ShouldBe("2025-11");
        months.Touching(october.During).Single().ShouldBe(october);
        months.Touching(new TickInterval(october.During.Start, october.During.Start)).ShouldBeEmpty();
    }

    [Fact]
    public void Rolling_days_end_with_today_and_a_rolling_duration_with_the_instant()
    {
        var now = Instant.FromUtc(2025, 10, 27, 10, 0);
        var days = Of(new PeriodRule.RollingDays(2)).Containing(now);
        days.Label.ShouldBe("2025-10-26..2025-10-27");
        days.During.Length.ShouldBe(49 * NodaConstants.TicksPerHour);
        Of(new PeriodRule.RollingMonths(12)).Containing(now).FirstDay.ShouldBe(new LocalDate(2024, 10, 28));
        Of(new PeriodRule.Rolling(Duration.FromDays(30))).Containing(now).During.ShouldBe(TickInterval.Between(now - Duration.FromDays(30), now));
    }

    [Fact]
    public void The_days_of_a_month_cut_it_at_local_midnights()
    {
        var month = PeriodCalendar.Parse("2025-10", Warsaw, [])!.During;
        var cuts = Of(new PeriodRule.Calendar(CalendarUnit.Day)).Boundaries(month).ToArray();
        cuts.Length.ShouldBe(30);
        cuts.ShouldAllBe(c => c.InZone(Warsaw).TimeOfDay == LocalTime.Midnight);
    }

    [Theory]
    [InlineData(191_587, 2, "2d 5h")]
    [InlineData(172_830, 2, "2d 30s")]
    [InlineData(6_048, 3, "1h 40m 48s")]
    [InlineData(-90, 2, "-1m 30s")]
    [InlineData(0, 2, "0s")]
    [InlineData(86_400, 2, "1d")]
    [InlineData(3_600, 2, "1h")]
    public void A_compact_duration_shows_its_largest_units(long seconds, int units, string text) => CompactDuration.Format(Duration.FromSeconds(seconds), units).ShouldBe(text);

    [Fact]
    public void A_compact_duration_of_no_units_is_refused() => Should.Throw<ArgumentOutOfRangeException>(() => CompactDuration.Format(Duration.Zero, 0));

    private static PeriodCalendar Of(PeriodRule rule) => new(rule, Warsaw);

    private static Instant Noon(string day) => LocalDatePattern.Iso.Parse(day).Value.At(new LocalTime(12, 0)).InZoneStrictly(Warsaw).ToInstant();

    private static (string Label, string First, string Last) Shown(Period period) => (period.Label, LocalDatePattern.Iso.Format(period.FirstDay), LocalDatePattern.Iso.Format(period.LastDay));
}
