using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Reports.Forms;
using NodaTime;

namespace Levelkeeper.Reports.Tests.Forms;

public class TimeFormTest
{
    private static readonly TimeForm Warsaw = new(DateTimeZoneProviders.Tzdb["Europe/Warsaw"]);

    [Theory]
    [InlineData(2025, 10, 31, 23, "2025-11-01 00:00:00+01:00")]
    [InlineData(2025, 7, 1, 10, "2025-07-01 12:00:00+02:00")]
    [InlineData(2025, 10, 26, 0, "2025-10-26 02:00:00+02:00")] // The hour that comes twice: the offset tells which.
    [InlineData(2025, 10, 26, 1, "2025-10-26 02:00:00+01:00")]
    public void An_instant_is_shown_on_the_wall_clock_with_its_offset(int year, int month, int day, int hour, string expected) =>
        Warsaw.At(Instant.FromUtc(year, month, day, hour, 0)).ShouldBe(expected);

    [Fact]
    public void A_fraction_is_shown_only_where_there_is_one()
    {
        TimeForm.Utc.At(Instant.FromUtc(2025, 10, 31, 23, 0)).ShouldBe("2025-10-31 23:00:00Z");
        Warsaw.At(Instant.FromUtc(2025, 10, 31, 23, 0).PlusTicks(5_390_000)).ShouldBe("2025-11-01 00:00:00.539+01:00");
    }

    [Fact]
    public void Offsets_of_half_hours_and_west_of_Greenwich_are_written_out()
    {
        new TimeForm(DateTimeZoneProviders.Tzdb["Asia/Kolkata"]).At(Instant.FromUtc(2025, 1, 1, 0, 0)).ShouldBe("2025-01-01 05:30:00+05:30");
        new TimeForm(DateTimeZoneProviders.Tzdb["America/New_York"]).At(Instant.FromUtc(2025, 1, 1, 0, 0)).ShouldBe("2024-12-31 19:00:00-05:00");
    }

    [Theory]
    [InlineData("Met: stopped 2025-07-01T10:00:00Z, due 2025-07-01T10:00:00.5Z.", "Met: stopped 2025-07-01 12:00:00+02:00, due 2025-07-01 12:00:00.5+02:00.")]
    [InlineData("2025-06-30T22:00:00Z..2025-07-01T22:00:00Z", "2025-07-01 00:00:00+02:00..2025-07-02 00:00:00+02:00")]
    [InlineData("nothing to see", "nothing to see")]
    [InlineData("2025-13-01T10:00:00Z", "2025-13-01T10:00:00Z")]
    [InlineData("T2025-07-01T10:00:00Z and 2025-07-01T10:00:00+02:00", "T2025-07-01T10:00:00Z and 2025-07-01T10:00:00+02:00")]
    public void Instants_in_a_sentence_of_the_engine_are_shown_likewise(string text, string expected) => Warsaw.InText(text).ShouldBe(expected);

    [Fact]
    public void An_instant_as_a_value_is_shown_likewise_and_others_as_ever()
    {
        Warsaw.Show(Quantity.Of(Instant.FromUtc(2025, 7, 1, 10, 0)), 2).ShouldBe("2025-07-01 12:00:00+02:00");
        Warsaw.Show(Quantity.Share(new Rational(1, 2)), 2).ShouldBe("50.00 %");
        NumberForm.Show(Quantity.Of(Instant.FromUtc(2025, 7, 1, 10, 0))).ShouldBe("2025-07-01 10:00:00Z");
    }
}
