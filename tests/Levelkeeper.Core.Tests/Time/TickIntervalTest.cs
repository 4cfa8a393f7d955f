using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Tests.Time;

public class TickIntervalTest
{
    [Fact]
    public void An_interval_that_ends_before_it_starts_is_refused() => Should.Throw<ArgumentException>(() => new TickInterval(2, 1));

    [Fact]
    public void An_interval_is_written_as_its_two_instants() =>
        new TickInterval(0, 10_000_000).ToString().ShouldBe("1970-01-01T00:00:00Z/1970-01-01T00:00:01Z");

    [Fact]
    public void An_end_beyond_all_calendars_is_written_as_open()
    {
        new TickInterval(0, long.MaxValue).ToString().ShouldBe("1970-01-01T00:00:00Z/..");
        new TickInterval(long.MinValue, 0).ToString().ShouldBe("../1970-01-01T00:00:00Z");
    }

    [Fact]
    public void The_first_and_the_last_instant_of_the_calendar_are_not_beyond_it() =>
        TickInterval.Between(Instant.MinValue, Instant.MaxValue).ToString().ShouldBe("-9998-01-01T00:00:00Z/9999-12-31T23:59:59Z");
}
