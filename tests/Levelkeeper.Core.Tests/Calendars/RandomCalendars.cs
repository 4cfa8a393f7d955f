using System.Collections.Immutable;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Calendars.Holidays;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Tests.Calendars;

/// <summary>A calendar with some of everything around a date at which its zone does something unusual; the same for the same seed.</summary>
internal sealed class RandomCalendar
{
    // Clocks forward and back, by an hour and by half an hour, at midnight, a day skipped, an odd offset, and none at all.
    private static readonly (string Zone, LocalDate Around)[] Places =
    [
        ("Europe/Berlin", new(2024, 3, 31)), ("Europe/Berlin", new(2024, 10, 27)), ("America/New_York", new(2025, 3, 9)), ("America/New_York", new(2025, 11, 2)),
        ("Australia/Lord_Howe", new(2024, 4, 7)), ("Australia/Lord_Howe", new(2024, 10, 6)), ("Pacific/Apia", new(2011, 12, 30)), ("America/Sao_Paulo", new(2018, 11, 4)),
        ("America/Sao_Paulo", new(2018, 2, 18)), ("Asia/Tehran", new(2020, 3, 21)), ("Asia/Kathmandu", new(2024, 5, 1)), ("Africa/Casablanca", new(2025, 3, 30)), ("Etc/UTC", new(2024, 12, 31)),
    ];

    private readonly Random _random;

    public RandomCalendar(int seed)
    {
        _random = new Random(seed);
        var (zone, around) = Places[_random.Next(Places.Length)];
        Around = around;
        From = around.PlusDays(-15).AtMidnight().InUtc().ToInstant();
        To = around.PlusDays(15).AtMidnight().InUtc().ToInstant();
        var versions = Enumerable.Range(0, _random.Next(1, 4)).Select(i => Version(i == 0 ? around.PlusDays(-40) : around.PlusDays(-12 + i * 9)));
        Definition = new CalendarDefinition(DateTimeZoneProviders.Tzdb[zone], versions.ToArray());
        Calendar = new BusinessCalendar(Definition);
    }

    public LocalDate Around { get; }

    public Instant From { get; }

    public Instant To { get; }

    public CalendarDefinition Definition { get; }

    public BusinessCalendar Calendar { get; }

    public Instant Minute() => From + Duration.FromMinutes(_random.Next((int)(To - From).TotalMinutes));

    public Instant Tick() => From + Duration.FromTicks(_random.NextInt64((To - From).BclCompatibleTicks));

    public Duration Minutes(int most) => Duration.FromMinutes(_random.Next(most));

    public Duration Ticks(long most) => Duration.FromTicks(_random.NextInt64(most));

    private CalendarVersion Version(LocalDate from) => new()
    {
        From = from,
        Hours = Week(8, 3),
        Breaks = _random.Next(2) == 0 ? WeeklyHours.None : Week(4, 2),
        DatedBreaks = Dates(2).ToImmutableDictionary(d => d, _ => Windows(2)),
        ClosedDates = [.. Dates(3)],
        Overrides = Dates(3).ToImmutableDictionary(d => d, _ => new DateOverride(_random.Next(3) == 0 ? null : Windows(2), _random.Next(2) == 0)),
        Closures = IntervalSet.Of(Enumerable.Range(0, _random.Next(3)).Select(_ => Closure())),
        Holidays = _random.Next(2) == 0
            ? null
            : new HolidayCalendar("X", Dates(2).Select(d => new PublicHoliday(d, "day", false)), [], Dates(3), 2000, 2030),
    };

    private IEnumerable<LocalDate> Dates(int most) =>
        Enumerable.Range(0, _random.Next(most + 1)).Select(_ => Around.PlusDays(_random.Next(-8, 9))).Distinct().ToArray();

    private TickInterval Closure()
    {
        var start = Minute();
        return TickInterval.Between(start, start + Minutes(3000));
    }

    private WeeklyHours Week(int days, int windows)
    {
        var week = new Dictionary<IsoDayOfWeek, ImmutableArray<DayWindow>>();
        for (var i = 0; i < days; i++)
            week[(IsoDayOfWeek)_random.Next(1, 8)] = Windows(windows);
        return new WeeklyHours(week);
    }

    private ImmutableArray<DayWindow> Windows(int most) => [.. Enumerable.Range(0, _random.Next(most + 1)).Select(_ => Window())];

    private DayWindow Window()
    {
        var start = Time();
        var end = Time();
        return start == end ? DayWindow.WholeDay : DayWindow.Of(start, end);
    }

    private LocalTime Time() => LocalTime.Midnight.PlusMinutes(15 * _random.Next(96));
}
