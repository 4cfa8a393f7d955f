using System.Globalization;
using NodaTime;

namespace Levelkeeper.Connectors.CloudEvents;

/// <summary>Lengths of elapsed time: ISO 8601 (<c>PT1.5S</c>, <c>P1DT2H</c>; a day is 24 h) or a number with a unit (<c>250 ms</c>).</summary>
internal static class EventDuration
{
    /// <summary>A thousand years: longer than anything promised, and far from overflow.</summary>
    private const decimal LongestNanoseconds = 1000m * 366 * NodaConstants.NanosecondsPerDay;

    private static readonly Dictionary<string, decimal> Units = new()
    {
        ["ns"] = 1,
        ["us"] = 1_000,
        ["µs"] = 1_000,
        ["ms"] = NodaConstants.NanosecondsPerMillisecond,
        ["s"] = NodaConstants.NanosecondsPerSecond,
        ["min"] = NodaConstants.NanosecondsPerMinute,
        ["h"] = NodaConstants.NanosecondsPerHour,
        ["d"] = NodaConstants.NanosecondsPerDay,
    };

    /// <summary>Reads either form. Finer than 100 ns is cut off. May be negative: whether that makes sense the caller knows.</summary>
    internal static bool TryRead(string text, out Duration duration)
    {
        duration = default;
        var negative = text.StartsWith('-');
        var body = negative ? text.AsSpan(1) : text;
        if (!(body.StartsWith("P") ? TryIso(body[1..], out var nanoseconds) : TryNumberAndUnit(body, out nanoseconds)) || nanoseconds > LongestNanoseconds)
            return false;
        var ticks = (long)(nanoseconds / NodaConstants.NanosecondsPerTick);
        duration = Duration.FromTicks(negative ? -ticks : ticks);
        return true;
    }

    /// <summary>Reads whole milliseconds (<c>250 ms</c>, <c>250ms</c>) and whole seconds (<c>PT90S</c>), as probes send them by the million.</summary>
    /// <param name="text">In UTF-8.</param>
    /// <param name="duration">What it says.</param>
    /// <param name="isWritten">Whether <see cref="Write"/> would write the same.</param>
    /// <returns>False for any other form, good or bad.</returns>
    internal static bool TryReadPlain(ReadOnlySpan<byte> text, out Duration duration, out bool isWritten)
    {
        duration = default;
        isWritten = text is [(byte)'P', (byte)'T', .., (byte)'S'];
        var number = isWritten ? text[2..^1] : text is [.., (byte)'m', (byte)'s'] ? text[..^2].TrimEnd((byte)' ') : default;
        if (number.Length is 0 or > 9)
            return false;
        var value = 0L;
        foreach (var digit in number)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            value = value * 10 + digit - '0';
        }

        isWritten &= number[0] != '0' || number.Length == 1;
        duration = Duration.FromTicks(value * (text[0] == 'P' ? NodaConstants.TicksPerSecond : NodaConstants.TicksPerMillisecond));
        return true;
    }

    /// <summary>The one form that is written: seconds, <c>PT90S</c>, <c>PT0.25S</c>.</summary>
    internal static string Write(Duration duration) =>
        string.Create(CultureInfo.InvariantCulture, $"{(duration < Duration.Zero ? "-" : "")}PT{Math.Abs((decimal)duration.BclCompatibleTicks) / NodaConstants.TicksPerSecond:0.#######}S");

    private static bool TryIso(ReadOnlySpan<char> text, out decimal nanoseconds)
    {
        nanoseconds = 0;
        const string Designators = "WDTHMS";
        var last = -1;
        var any = false;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAny(Designators);
            if (digits < 0)
                return false;
            var designator = Designators.IndexOf(text[digits]);

            // In order, each at most once; hours and smaller only after the T.
            if (designator <= last || (designator > 2 && last < 2))
                return false;
            last = designator;
            if (designator == 2)
            {
                if (digits != 0 || text.Length == 1)
                    return false;
            }
            else
            {
                if (!TryDecimal(text[..digits], out var value))
                    return false;

                // Only the smallest part may have a fraction.
                if (decimal.Truncate(value) != value && digits + 1 != text.Length)
                    return false;
                decimal unit = designator switch
                {
                    0 => NodaConstants.NanosecondsPerWeek,
                    1 => NodaConstants.NanosecondsPerDay,
                    3 => NodaConstants.NanosecondsPerHour,
                    4 => NodaConstants.NanosecondsPerMinute,
                    _ => NodaConstants.NanosecondsPerSecond,
                };
                nanoseconds += value * unit;
                any = true;
            }

            text = text[(digits + 1)..];
        }

        return any;
    }

    private static bool TryNumberAndUnit(ReadOnlySpan<char> text, out decimal nanoseconds)
    {
        nanoseconds = 0;
        var digits = text.LastIndexOfAnyInRange('0', '9') + 1;
        if (digits == 0 || !TryDecimal(text[..digits], out var value) || !Units.TryGetValue(text[digits..].Trim().ToString(), out var unit))
            return false;
        nanoseconds = value * unit;
        return true;
    }

    /// <summary>Up to 12 digits before and 12 after the point: enough for every length of time, and no product overflows.</summary>
    private static bool TryDecimal(ReadOnlySpan<char> text, out decimal value)
    {
        value = 0;
        var dot = text.IndexOf('.');
        var whole = dot < 0 ? text.Length : dot;
        return whole is > 0 and <= 12 && text.Length - whole <= 13
            && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
    }
}
