using NodaTime;

namespace Levelkeeper.Core.Calendars;

/// <summary>A set of weekdays.</summary>
[Flags]
public enum Weekdays
{
    /// <summary>No day.</summary>
    None = 0,

    /// <summary>Monday.</summary>
    Monday = 1,

    /// <summary>Tuesday.</summary>
    Tuesday = 2,

    /// <summary>Wednesday.</summary>
    Wednesday = 4,

    /// <summary>Thursday.</summary>
    Thursday = 8,

    /// <summary>Friday.</summary>
    Friday = 16,

    /// <summary>Saturday.</summary>
    Saturday = 32,

    /// <summary>Sunday.</summary>
    Sunday = 64,

    /// <summary>All seven.</summary>
    All = 127,
}

/// <summary>Questions to a set of weekdays.</summary>
public static class WeekdaySet
{
    /// <summary>Whether the set holds the weekday.</summary>
    public static bool Has(this Weekdays days, IsoDayOfWeek day) => ((int)days & (1 << ((int)day - 1))) != 0;
}
