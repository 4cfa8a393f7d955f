using System.Collections.Immutable;

namespace Levelkeeper.Core.Calendars;

/// <summary>What one date has instead of its ordinary hours. It prevails over a holiday and over the weekly hours.</summary>
/// <param name="Hours">The hours of the date; empty: closed; null: the hours it would have anyway.</param>
/// <param name="WithoutBreaks">True: the weekly breaks do not apply on this date. A break that names the date itself still does.</param>
public sealed record DateOverride(ImmutableArray<DayWindow>? Hours, bool WithoutBreaks = false)
{
    /// <summary>Closed all day.</summary>
    public static DateOverride Closed { get; } = new([]);

    /// <summary>The ordinary hours, without the weekly breaks.</summary>
    public static DateOverride NoBreaks { get; } = new(null, WithoutBreaks: true);

    /// <summary>Other hours; weekly breaks still apply.</summary>
    public static DateOverride Open(params ImmutableArray<DayWindow> hours) => new(hours);
}
