using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Calendars.Holidays;
using NodaTime;

namespace Levelkeeper.Benchmarks.Calendars;

/// <summary>An office calendar (Berlin, 09-17, Bavarian holidays), 200 more of the kind, and questions to them from three years.</summary>
internal sealed class CalendarScenario
{
    public const int Questions = 1 << 16;

    public CalendarScenario()
    {
        var zone = DateTimeZoneProviders.Tzdb["Europe/Berlin"];
        var hours = Hours(9, 0);
        var holidays = PublicHolidays.For("DE-BY")!;
        One = new BusinessCalendar(new CalendarDefinition(zone, new CalendarVersion { Hours = hours, Holidays = holidays }));
        Loop = new DayLoop(zone, hours, holidays.Holidays.Select(static h => h.Date).ToHashSet());

        string[] zones = ["Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Sydney", "America/Sao_Paulo", "Asia/Kolkata", "Europe/Warsaw", "Africa/Cairo"];
        var codes = PublicHolidays.Available.ToArray();
        Many = new BusinessCalendar[200];
        for (var i = 0; i < Many.Length; i++)
        {
            Many[i] = new BusinessCalendar(new CalendarDefinition(
                DateTimeZoneProviders.Tzdb[zones[i % zones.Length]],
                new CalendarVersion { Hours = Hours(7 + i % 4, i % 3 * 15), Holidays = PublicHolidays.For(codes[i % codes.Length]) }));
        }

        var random = new Random(1);
        var first = Instant.FromUtc(2024, 1, 1, 0, 0).ToUnixTimeTicks();
        for (var i = 0; i < Questions; i++)
        {
            Starts[i] = first + random.NextInt64(NodaConstants.TicksPerDay * 366);
            Ends[i] = Starts[i] + NodaConstants.TicksPerDay * 365;
            Which[i] = random.Next(Many.Length);
        }
    }

    public BusinessCalendar One { get; }

    public DayLoop Loop { get; }

    public BusinessCalendar[] Many { get; }

    public long[] Starts { get; } = new long[Questions];

    public long[] Ends { get; } = new long[Questions];

    public int[] Which { get; } = new int[Questions];

    public static long FortyHours => 40 * NodaConstants.TicksPerHour;

    private static WeeklyHours Hours(int hour, int minute)
    {
        var opens = new LocalTime(hour, minute);
        return WeeklyHours.MondayToFriday(DayWindow.Of(opens, opens.PlusHours(8)));
    }
}
