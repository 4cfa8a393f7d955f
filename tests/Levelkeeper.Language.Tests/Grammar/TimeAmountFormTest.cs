using Levelkeeper.Core.Time;
using Levelkeeper.Language.Grammar;
using NodaTime;

namespace Levelkeeper.Language.Tests.Grammar;

public class TimeAmountFormTest
{
    [Theory]
    [InlineData("30 min", 30 * 60)]
    [InlineData("72 h", 72 * 3600)]
    [InlineData("1 h 30 min", 5400)]
    [InlineData("1h30min", 5400)]
    [InlineData("1.5 h", 5400)]
    [InlineData("52 min 36 s", 3156)]
    public void Elapsed_time_is_read_exactly(string text, long seconds) =>
        TimeAmountForm.Parse(text).Amount.ShouldBe(new TimeAmount.Elapsed(Duration.FromSeconds(seconds)));

    [Fact]
    public void A_day_is_a_calendar_day_and_24_h_is_not()
    {
        TimeAmountForm.Parse("1 day").Amount.ShouldBe(new TimeAmount.CalendarUnits(0, 1));
        TimeAmountForm.Parse("24 h").Amount.ShouldBe(new TimeAmount.Elapsed(Duration.FromHours(24)));
    }

    [Theory]
    [InlineData("2 business days", 2)]
    [InlineData("1 working day", 1)]
    public void Business_days_are_counted(string text, int days) => TimeAmountForm.Parse(text).Amount.ShouldBe(new TimeAmount.BusinessDays(days));

    [Theory]
    [InlineData("1 year 1 month", 13, 0)]
    [InlineData("2 weeks", 0, 14)]
    public void Calendar_units_are_months_and_days(string text, int months, int days) => TimeAmountForm.Parse(text).Amount.ShouldBe(new TimeAmount.CalendarUnits(months, days));

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("-5 min")]
    [InlineData("5 fortnights")]
    [InlineData("1 day 2 h")]
    [InlineData("1.5 days")]
    [InlineData("0.00001 ms")]
    [InlineData("99999999999999 h")]
    [InlineData("0 days")]
    public void What_is_no_length_of_time_is_refused_with_a_reason(string text)
    {
        var (amount, problem) = TimeAmountForm.Parse(text);
        amount.ShouldBeNull();
        problem.ShouldNotBeNullOrEmpty();
    }
}
