using System.Collections.Immutable;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Yaml;
using NodaTime;

namespace Levelkeeper.Language.Calendars;

/// <summary>Reads opening hours (<c>08:00-12:00, 13:00-17:00</c>, <c>22:00-06:00</c>, <c>closed</c>, <c>all day</c>) and weekdays (<c>mon</c>, <c>mon-fri</c>, <c>sat, sun</c>).</summary>
internal static class HoursForm
{
    private static readonly string[] Days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// <summary>The windows of a day; empty for <c>closed</c>; null after reporting.</summary>
    public static ImmutableArray<DayWindow>? Windows(SectionReader reader, YamlNode node, string path)
    {
        var texts = reader.TextsOf(node, path);
        if (texts.IsEmpty)
            return null;
        var parts = texts.SelectMany(t => t.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToArray();
        if (parts is ["closed"])
            return [];
        if (parts is ["all day"])
            return [DayWindow.WholeDay];
        var windows = ImmutableArray.CreateBuilder<DayWindow>();
        foreach (var part in parts)
        {
            if (part.Split('-', StringSplitOptions.TrimEntries) is not [var start, var end])
            {
                reader.Diagnostics.Error("LK1201", node.Place, $"'{path}': {Diagnostic.Quote(part)} are not opening hours.", "write 08:00-18:00, 'closed' or 'all day'; several with commas between");
                return null;
            }

            if (DayWindow.Parse(start, end, node.Place, reader.Diagnostics) is not { } window)
                return null;
            windows.Add(window);
        }

        return windows.DrainToImmutable();
    }

    /// <summary>The weekdays that a key names; null when it names none (it may be a date).</summary>
    public static Weekdays? WeekdaysOf(string key)
    {
        var result = Weekdays.None;
        foreach (var part in key.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-', StringSplitOptions.TrimEntries).Select(Day).ToArray();
            switch (ends)
            {
                case [>= 0 and var day]:
                    result |= (Weekdays)(1 << day);
                    break;
                case [>= 0 and var first, >= 0 and var last]:
                    for (var d = first; ; d = (d + 1) % 7)
                    {
                        result |= (Weekdays)(1 << d);
                        if (d == last)
                            break;
                    }

                    break;
                default:
                    return null;
            }
        }

        return result == Weekdays.None ? null : result;
    }

    /// <summary>The weekday that a word names.</summary>
    public static IsoDayOfWeek? WeekdayOf(string word) => Day(word) is >= 0 and var day ? (IsoDayOfWeek)(day + 1) : null;

    private static int Day(string word)
    {
        // 'mon' or the whole English word: anything that begins with the three letters and is a beginning of the word.
        string[] full = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        var lower = word.ToLowerInvariant();
        var index = lower.Length < 3 ? -1 : Array.IndexOf(Days, lower[..3]);
        return index >= 0 && full[index].StartsWith(lower, StringComparison.Ordinal) ? index : -1;
    }
}
