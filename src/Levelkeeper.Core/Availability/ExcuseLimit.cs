using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Periods;
using NodaTime;

namespace Levelkeeper.Core.Availability;

/// <summary>The most that a cause excuses, used up in order of time by the downtime that it excuses.</summary>
/// <param name="AtMost">How much in one period.</param>
/// <param name="Per">The period; null for the evaluated period itself.</param>
/// <param name="Clause">Where the agreement states it.</param>
public sealed record ExcuseLimit(Duration AtMost, PeriodCalendar? Per, Clause Clause);

/// <summary>A limit laid over a span of time.</summary>
/// <param name="Full">Ticks in one period.</param>
/// <param name="Resets">The instants at which it is whole again, ascending.</param>
internal sealed record LaidLimit(long Full, long[] Resets);

/// <summary>What is left of a limit while time is gone through in its order.</summary>
internal sealed class ExcuseAllowance(LaidLimit limit)
{
    private long _left = limit.Full;
    private int _reset;

    /// <summary>Whether downtime is excused from a position on; <paramref name="next"/> moves back to where the limit is used up or whole again.</summary>
    public bool Excuses(long position, ref long next)
    {
        while (_reset < limit.Resets.Length && limit.Resets[_reset] <= position)
        {
            _left = limit.Full;
            _reset++;
        }

        if (_reset < limit.Resets.Length)
            next = Math.Min(next, limit.Resets[_reset]);
        if (_left == 0)
            return false;
        next = Math.Min(next, position + Math.Min(_left, next - position));
        _left -= next - position;
        return true;
    }
}
