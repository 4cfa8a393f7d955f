using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Reconciliation;
using NodaTime;

namespace Levelkeeper.Core.Tests.Reconciliation;

public class DueComparisonTest
{
    private static readonly DateTimeZone s_newYork = DateTimeZoneProviders.Tzdb["America/New_York"];
    private static readonly BusinessCalendar s_always = BusinessCalendar.AlwaysIn(s_newYork);

    // Friday 2025-10-31 15:00 in New York (UTC-4); the clocks go back on Sunday 2025-11-02, so 72 elapsed hours end on Monday at 14:00 (UTC-5).
    private static readonly Instant s_started = Instant.FromUtc(2025, 10, 31, 19, 0);
    private static readonly DueComparison s_plain = new()
    {
        Started = s_started, Target = Duration.FromHours(72), Ours = s_started + Duration.FromHours(72), Theirs = s_started + Duration.FromHours(72), Calendar = s_always, Zone = s_newYork,
    };

    [Fact]
    public void Equal_deadlines_agree() => s_plain.Compare(Duration.Zero).Agrees.ShouldBeTrue();

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void The_tolerance_is_inclusive(int seconds, bool agrees) =>
        (s_plain with { Theirs = s_plain.Theirs.Minus(Duration.FromSeconds(seconds)) }).Compare(Duration.FromSeconds(1)).Agrees.ShouldBe(agrees);

    [Fact]
    public void A_wall_clock_labelled_UTC_is_a_zone() =>
        Reason(s_plain with { Theirs = Instant.FromUtc(2025, 11, 3, 14, 0) }).ShouldBe(DifferenceReason.Zone);

    [Fact]
    public void Keeping_the_wall_clock_over_a_change_of_offset_is_a_zone() =>
        Reason(s_plain with { Theirs = Instant.FromUtc(2025, 11, 3, 20, 0) }).ShouldBe(DifferenceReason.Zone);

    [Fact]
    public void False_UTC_on_both_sides_shows_as_71_hours_and_is_a_zone()
    {
        // 15:00 and 14:00 of the New York wall clock, both labelled UTC.
        var started = Instant.FromUtc(2025, 10, 31, 15, 0);
        var comparison = s_plain with { Started = started, Ours = started + Duration.FromHours(72), Theirs = started + Duration.FromHours(71) };
        comparison.Compare(Duration.Zero).ShouldBe(new Finding(DifferenceReason.Zone, "both times are the wall clock of America/New_York labelled UTC"));
    }

    [Fact]
    public void Elapsed_instead_of_office_hours_is_a_calendar()
    {
        var office = Office();
        // Friday 15:00 + 4 office hours of 09-17 = Monday 11:00 New York = 16:00 UTC; theirs is Friday 19:00 = 23:00 UTC.
        var comparison = s_plain with { Calendar = office, Target = Duration.FromHours(4), Ours = Instant.FromUtc(2025, 11, 3, 16, 0), Theirs = Instant.FromUtc(2025, 10, 31, 23, 0) };
        office.Add(s_started, Duration.FromHours(4)).ShouldBe(comparison.Ours!.Value);
        Reason(comparison).ShouldBe(DifferenceReason.Calendar);
    }

    [Fact]
    public void Another_calendar_is_named()
    {
        var comparison = s_plain with { Target = Duration.FromHours(4), Ours = s_started + Duration.FromHours(4), Theirs = Instant.FromUtc(2025, 11, 3, 16, 0), OtherCalendars = [("office", Office())] };
        comparison.Compare(Duration.Zero).Remark.ShouldContain("'office'");
    }

    [Fact]
    public void A_pause_that_they_do_not_take_out_is_a_pause()
    {
        var office = Office();
        // 2 of 4 hours passed before a pause of 3 open hours: ours is Monday 14:00 New York, theirs Monday 11:00.
        var comparison = s_plain with
        {
            Calendar = office, Target = Duration.FromHours(4), Paused = Duration.FromHours(3), Ours = Instant.FromUtc(2025, 11, 3, 19, 0), Theirs = Instant.FromUtc(2025, 11, 3, 16, 0),
        };
        Reason(comparison).ShouldBe(DifferenceReason.Pause);
    }

    [Fact]
    public void Whole_minutes_are_rounding()
    {
        var ours = Instant.FromUtc(2025, 11, 3, 19, 0, 41);
        Reason(s_plain with { Ours = ours, Theirs = Instant.FromUtc(2025, 11, 3, 19, 1) }).ShouldBe(DifferenceReason.Rounding);
    }

    [Fact]
    public void The_end_of_the_day_is_rounding() =>
        Reason(s_plain with { Theirs = Instant.FromUtc(2025, 11, 4, 5, 0) }).ShouldBe(DifferenceReason.Rounding);

    [Fact]
    public void A_deadline_agreed_with_the_customer_is_pinned()
    {
        var agreed = Instant.FromUtc(2025, 11, 9, 12, 34);
        Reason(s_plain with { Theirs = agreed, Pinned = agreed }).ShouldBe(DifferenceReason.Pinned);
        Reason(s_plain with { Theirs = agreed }).ShouldBe(DifferenceReason.MovedByHand);
    }

    [Fact]
    public void Without_a_deadline_of_ours_there_is_no_result() => Reason(s_plain with { Ours = null }).ShouldBe(DifferenceReason.NoResult);

    [Theory]
    [InlineData(true, true, null)]
    [InlineData(null, true, DifferenceReason.NoResult)]
    [InlineData(true, false, DifferenceReason.Zone)] // Stopped 16:30 UTC is within 19:00 UTC, and after 14:00 of a false UTC.
    public void A_label_agrees_by_the_deadline_behind_it(bool? ours, bool theirs, DifferenceReason? reason) =>
        new LabelComparison(ours, theirs, Instant.FromUtc(2025, 11, 3, 16, 30), s_plain).Compare().Reason.ShouldBe(reason);

    [Fact]
    public void A_label_that_no_deadline_gives_was_set_by_hand() =>
        new LabelComparison(true, false, s_started, s_plain).Compare().Reason.ShouldBe(DifferenceReason.MovedByHand);

    private static DifferenceReason? Reason(DueComparison comparison) => comparison.Compare(Duration.Zero).Reason;

    private static BusinessCalendar Office()
    {
        return new BusinessCalendar(new CalendarDefinition(s_newYork, new CalendarVersion { Hours = WeeklyHours.MondayToFriday(DayWindow.Of(new LocalTime(9, 0), new LocalTime(17, 0))) }));
    }
}
