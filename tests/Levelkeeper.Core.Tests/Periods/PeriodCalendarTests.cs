using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Time;
using NodaTime;

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
    public void What_is_no_period_is_reported(string label)
    {
        var diagnostics = new DiagnosticBag();
        PeriodCalendar.Parse(label, Warsaw, diagnostics).ShouldBeNull();
        diagnostics.Single().Code.ShouldBe("LK4001");
    }

    [Fact]
    public void The_first_days_of_January_can_belong_to_the_last_iso_week_of_the_year_before() =>
        Of(new PeriodRule.Calendar(CalendarUnit.Week)).Containing(Instant.FromUtc(2027, 1, 2, 12, 0)).Label.ShouldBe("2026-W53");

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
    public void A_compact_duration_shows_its_largest_units(long seconds, int units, string text) => CompactDuration.Format(Duration.FromSeconds(seconds), units).ShouldBe(text);

    private static PeriodCalendar Of(PeriodRule rule) => new(rule, Warsaw);
}
