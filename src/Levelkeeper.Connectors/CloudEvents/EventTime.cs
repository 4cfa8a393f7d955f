using System.Buffers.Text;
using Levelkeeper.Core.Calendars;
using NodaTime;

namespace Levelkeeper.Connectors.CloudEvents;

/// <summary>RFC 3339 times with an offset, read from and written to UTF-8.</summary>
internal static class EventTime
{
    /// <summary>What became of reading a time.</summary>
    internal enum Outcome
    {
        Read,
        ReadTooFine,
        ReadLeapSecond,
        NoOffset,
        NotATime,
    }

    /// <summary>The most bytes that <see cref="Write"/> needs.</summary>
    internal const int LongestText = 28;

    /// <summary>Reads <c>yyyy-MM-ddTHH:mm:ss[.f…](Z|±HH:mm)</c>; digits beyond seven are cut off; a leap second is the last tick of its minute.</summary>
    internal static Outcome TryRead(ReadOnlySpan<byte> text, out Instant time)
    {
        time = default;
        if (text.Length < 19 || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ') || text[13] != ':' || text[16] != ':'
            || !Number(text[..4], out var year) || !Number(text[5..7], out var month) || !Number(text[8..10], out var day)
            || !Number(text[11..13], out var hour) || !Number(text[14..16], out var minute) || !Number(text[17..19], out var second))
        {
            return Outcome.NotATime;
        }

        var rest = text[19..];
        var (fraction, tooFine) = (0L, false);
        if (!rest.IsEmpty && rest[0] == '.')
        {
            var digits = 0;
            while (digits + 1 < rest.Length && rest[digits + 1] is >= (byte)'0' and <= (byte)'9')
            {
                var digit = rest[++digits] - '0';
                if (digits <= 7)
                    fraction = (fraction * 10) + digit;
                else
                    tooFine |= digit != 0;
            }

            if (digits == 0)
                return Outcome.NotATime;
            for (var i = digits; i < 7; i++)
                fraction *= 10;
            rest = rest[(digits + 1)..];
        }

        if (year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 60)
            return Outcome.NotATime;
        if (rest.IsEmpty)
            return Outcome.NoOffset;
        var offset = 0;
        if (rest[0] is (byte)'+' or (byte)'-')
        {
            if (rest.Length != 6 || rest[3] != ':' || !Number(rest[1..3], out var hours) || !Number(rest[4..6], out var minutes) || hours > 23 || minutes > 59)
                return Outcome.NotATime;
            offset = ((hours * 60) + minutes) * (rest[0] == '-' ? -1 : 1);
        }
        else if (rest.Length != 1 || rest[0] is not ((byte)'Z' or (byte)'z'))
        {
            return Outcome.NotATime;
        }

        var leap = second == 60;
        var ticks = new DateTime(year, month, day, hour, minute, leap ? 59 : second, DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks;
        ticks += leap ? NodaConstants.TicksPerSecond - 1 : fraction;
        ticks -= offset * NodaConstants.TicksPerMinute;
        if (ticks < DateTime.MinValue.Ticks - DateTime.UnixEpoch.Ticks || ticks > DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks)
            return Outcome.NotATime;

        // Leap seconds are inserted at the end of a UTC day, whatever the offset in which they are written.
        if (leap && (ticks + 1 - (DateTime.MinValue.Ticks - DateTime.UnixEpoch.Ticks)) % NodaConstants.TicksPerDay != 0)
            return Outcome.NotATime;
        time = Instant.FromUnixTimeTicks(ticks);
        return leap ? Outcome.ReadLeapSecond : tooFine ? Outcome.ReadTooFine : Outcome.Read;
    }

    /// <summary>Whether calendars reach the time: a fact outside could not be evaluated.</summary>
    internal static bool IsInReach(Instant time) => time >= BusinessCalendar.Earliest && time < BusinessCalendar.Latest;

    /// <summary>Writes the canonical form: UTC, <c>Z</c>, no trailing zeros in the fraction. Returns its length.</summary>
    internal static int Write(Instant time, Span<byte> to)
    {
        var utc = new DateTime(time.ToUnixTimeTicks() + DateTime.UnixEpoch.Ticks, DateTimeKind.Utc);
        Two(to, utc.Year / 100);
        Two(to[2..], utc.Year % 100);
        to[4] = (byte)'-';
        Two(to[5..], utc.Month);
        to[7] = (byte)'-';
        Two(to[8..], utc.Day);
        to[10] = (byte)'T';
        Two(to[11..], utc.Hour);
        to[13] = (byte)':';
        Two(to[14..], utc.Minute);
        to[16] = (byte)':';
        Two(to[17..], utc.Second);
        var length = 19;
        var fraction = utc.Ticks % NodaConstants.TicksPerSecond;
        if (fraction != 0)
        {
            to[length++] = (byte)'.';
            for (var unit = NodaConstants.TicksPerSecond / 10; fraction != 0; unit /= 10)
            {
                to[length++] = (byte)('0' + (fraction / unit));
                fraction %= unit;
            }
        }

        to[length++] = (byte)'Z';
        return length;
    }

    private static void Two(Span<byte> to, int value)
    {
        to[0] = (byte)('0' + (value / 10));
        to[1] = (byte)('0' + (value % 10));
    }

    private static bool Number(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            value = (value * 10) + digit - '0';
        }

        return true;
    }
}
