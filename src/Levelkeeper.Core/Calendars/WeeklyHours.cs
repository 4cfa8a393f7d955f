using System.Collections.Immutable;
using NodaTime;

namespace Levelkeeper.Core.Calendars;

/// <summary>Windows per weekday: the opening hours of an ordinary week, or its breaks. A weekday may have none or several.</summary>
/// <remarks>Immutable. Windows of a day may overlap or touch; open time is their union.</remarks>
public sealed class WeeklyHours
{
    private readonly ImmutableArray<ImmutableArray<DayWindow>> _days;

    /// <summary>Hours per weekday; weekdays that are left out have none.</summary>
    public WeeklyHours(IReadOnlyDictionary<IsoDayOfWeek, ImmutableArray<DayWindow>> days)
    {
        ArgumentNullException.ThrowIfNull(days);
        if (days.ContainsKey(IsoDayOfWeek.None))
            throw new ArgumentException("'None' is not a weekday.", nameof(days));
        var builder = ImmutableArray.CreateBuilder<ImmutableArray<DayWindow>>(7);
        for (var day = IsoDayOfWeek.Monday; day <= IsoDayOfWeek.Sunday; day++)
            builder.Add(days.TryGetValue(day, out var windows) && !windows.IsDefault ? windows : []);
        _days = builder.MoveToImmutable();
    }

    /// <summary>No window on any day.</summary>
    public static WeeklyHours None { get; } = new(ImmutableDictionary<IsoDayOfWeek, ImmutableArray<DayWindow>>.Empty);

    /// <summary>00:00-24:00 on seven days.</summary>
    public static WeeklyHours Always { get; } = Daily(DayWindow.WholeDay);

    /// <summary>The same windows on seven days.</summary>
    public static WeeklyHours Daily(params ImmutableArray<DayWindow> windows) => On(Weekdays.All, windows);

    /// <summary>The same windows on Monday to Friday.</summary>
    public static WeeklyHours MondayToFriday(params ImmutableArray<DayWindow> windows) => On(Weekdays.All & ~(Weekdays.Saturday | Weekdays.Sunday), windows);

    /// <summary>The same windows on the given weekdays.</summary>
    public static WeeklyHours On(Weekdays days, params ImmutableArray<DayWindow> windows)
    {
        var result = new Dictionary<IsoDayOfWeek, ImmutableArray<DayWindow>>();
        for (var day = IsoDayOfWeek.Monday; day <= IsoDayOfWeek.Sunday; day++)
        {
            if (days.Has(day))
                result[day] = windows;
        }

        return new WeeklyHours(result);
    }

    /// <summary>The windows that start on a weekday.</summary>
    public ImmutableArray<DayWindow> this[IsoDayOfWeek day] => _days[(int)day - 1];

    /// <summary>True when no weekday has a window.</summary>
    public bool IsEmpty => _days.All(static d => d.IsEmpty);
}
