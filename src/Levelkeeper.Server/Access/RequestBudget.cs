using System.Collections.Concurrent;

namespace Levelkeeper.Server.Access;

/// <summary>So many requests in a time for each key, evenly, with some at once: the generic cell rate algorithm, which needs one number for each key.</summary>
/// <param name="time">The time.</param>
/// <param name="every">In which time a key earns one request.</param>
/// <param name="atOnce">How many it may have earned.</param>
internal sealed class RequestBudget(TimeProvider time, TimeSpan every, int atOnce)
{
    private const int MostKeys = 100_000;

    private readonly long _began = time.GetTimestamp();
    private readonly ConcurrentDictionary<string, long> _paidUntil = new(StringComparer.Ordinal);

    /// <summary>Takes one request from the budget of a key.</summary>
    /// <returns>How long to wait where there is none left; null where there was.</returns>
    public TimeSpan? Spend(string key)
    {
        var now = time.GetElapsedTime(_began).Ticks;
        while (true)
        {
            var isKnown = _paidUntil.TryGetValue(key, out var until);
            var next = Math.Max(isKnown ? until : 0, now) + every.Ticks;
            var over = next - now - every.Ticks * atOnce;
            if (over > 0)
                return TimeSpan.FromTicks(over);
            if (isKnown ? !_paidUntil.TryUpdate(key, next, until) : !_paidUntil.TryAdd(key, next))
                continue;
            if (!isKnown && _paidUntil.Count > MostKeys)
                Forget(now);
            return null;
        }
    }

    /// <summary>Drops keys that have earned all they may, and all when there are no such: to forget is kinder than to fill memory.</summary>
    private void Forget(long now)
    {
        foreach (var (key, until) in _paidUntil)
        {
            if (until <= now)
                _paidUntil.TryRemove(key, out _);
        }

        if (_paidUntil.Count > MostKeys)
            _paidUntil.Clear();
    }
}
