using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Core.Calendars;
using NodaTime;

namespace Levelkeeper.Core.Tests.Calendars;

public sealed class BusinessCalendarProperties
{
    private static readonly Duration Margin = Duration.FromDays(8);

    private static void ForRandomCalendars(int tests, Action<RandomCalendar> property) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed => property(new RandomCalendar(seed)))
            .Check(Seeds.Config(tests));

    [Fact]
    public void Every_operation_equals_the_reading_minute_by_minute() => ForRandomCalendars(300, random =>
    {
        var calendar = random.Calendar;
        var slow = new ReferenceCalendar(random.Definition, random.From - Margin, random.To + Margin);
        for (var i = 0; i < 20; i++)
        {
            var a = random.Minute();
            var b = random.Minute();
            var (start, end) = a < b ? (a, b) : (b, a);
            calendar.Between(start, end).ShouldBe(slow.Between(start, end));
            calendar.IsOpen(a).ShouldBe(slow.IsOpen(a));
            var open = random.Minutes(5000);
            if (slow.Add(a, open) is { } added)
                calendar.Add(a, open).ShouldBe(added);
            if (slow.Subtract(a, open) is { } subtracted)
                calendar.Subtract(a, open).ShouldBe(subtracted);
            if (slow.NextOpening(a) is { } opening)
                calendar.NextOpening(a).ShouldBe(opening);
            if (slow.PreviousClosing(a) is { } closing)
                calendar.PreviousClosing(a).ShouldBe(closing);
        }
    });

    [Fact]
    public void Open_time_is_additive_over_any_split() => ForRandomCalendars(300, random =>
    {
        Instant[] at = [random.Tick(), random.Tick(), random.Tick()];
        Array.Sort(at);
        (random.Calendar.Between(at[0], at[1]) + random.Calendar.Between(at[1], at[2])).ShouldBe(random.Calendar.Between(at[0], at[2]));
    });

    [Fact]
    public void Open_intervals_are_as_long_as_open_time_and_open_all_through() => ForRandomCalendars(300, random =>
    {
        Instant[] at = [random.Tick(), random.Tick()];
        Array.Sort(at);
        var open = random.Calendar.OpenIntervals(at[0], at[1]);
        open.Length.ShouldBe(random.Calendar.Between(at[0], at[1]).BclCompatibleTicks);
        foreach (var span in open)
        {
            span.Start.ShouldBeGreaterThanOrEqualTo(at[0].ToUnixTimeTicks());
            span.End.ShouldBeLessThanOrEqualTo(at[1].ToUnixTimeTicks());
            random.Calendar.IsOpen(span.Start).ShouldBeTrue();
            random.Calendar.IsOpen(span.End - 1).ShouldBeTrue();
            if (span.End < at[1].ToUnixTimeTicks())
                random.Calendar.IsOpen(span.End).ShouldBeFalse();
        }
    });

    [Theory]
    [InlineData(DeadlineOnClosing.ClosingInstant)]
    [InlineData(DeadlineOnClosing.NextOpening)]
    public void Adding_is_undone_by_measuring(DeadlineOnClosing edge) => ForRandomCalendars(300, random =>
    {
        var start = random.Tick().ToUnixTimeTicks();
        var open = random.Ticks(NodaConstants.TicksPerDay * 3).BclCompatibleTicks;
        if (random.Calendar.TryAdd(start, open, out var end, edge))
            random.Calendar.Between(start, end).ShouldBe(open);
        if (random.Calendar.TrySubtract(start, open, out var before, edge))
            random.Calendar.Between(before, start).ShouldBe(open);
    });

    [Fact]
    public void Subtracting_undoes_adding_from_open_time() => ForRandomCalendars(300, random =>
    {
        var start = random.Tick().ToUnixTimeTicks();
        var open = 1 + random.Ticks(NodaConstants.TicksPerDay * 3).BclCompatibleTicks;
        if (random.Calendar.IsOpen(start) && random.Calendar.TryAdd(start, open, out var end))
            random.Calendar.Subtract(end, open).ShouldBe(start);
    });

    [Fact]
    public void A_deadline_never_moves_back_when_more_time_is_given() => ForRandomCalendars(200, random =>
    {
        var start = random.Tick().ToUnixTimeTicks();
        var less = random.Ticks(NodaConstants.TicksPerDay).BclCompatibleTicks;
        var more = less + random.Ticks(NodaConstants.TicksPerDay).BclCompatibleTicks;
        if (random.Calendar.TryAdd(start, more, out var late) && random.Calendar.TryAdd(start, less, out var early))
            early.ShouldBeLessThanOrEqualTo(late);
    });

    [Fact]
    public void A_calendar_answers_the_same_whatever_was_asked_before() => ForRandomCalendars(30, random =>
    {
        var fresh = new BusinessCalendar(random.Definition);
        _ = random.Calendar.Between(random.From - Duration.FromDays(4000), random.To);
        _ = random.Calendar.Between(random.From, random.To + Duration.FromDays(3000));
        for (var i = 0; i < 20; i++)
        {
            Instant[] at = [random.Tick(), random.Tick()];
            Array.Sort(at);
            random.Calendar.Between(at[0], at[1]).ShouldBe(fresh.Between(at[0], at[1]));
        }
    });

    [Fact]
    public void Threads_that_make_one_calendar_grow_all_get_the_same_answers()
    {
        var definition = new RandomCalendar(7).Definition;
        var expected = new BusinessCalendar(definition);
        var shared = new BusinessCalendar(definition);
        Parallel.For(0, 64, i =>
        {
            var start = Instant.FromUtc(2020 - i % 13 * 3, 1, 1, 0, 0);
            var end = Instant.FromUtc(2021 + i % 7 * 4, 6, 1, 0, 0);
            var got = shared.Between(start, end);
            lock (expected)
                got.ShouldBe(expected.Between(start, end));
        });
    }
}
