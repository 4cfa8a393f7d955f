using System.Collections.Concurrent;
using NodaTime;

namespace Levelkeeper.Server.SignIn;

/// <summary>How long a key has to wait after failures in a row: nothing at first, then 30 seconds, twice as long with each more, a quarter of an hour at most. Forgotten an hour after the wait is over.</summary>
/// <param name="free">So many failures cost nothing.</param>
internal sealed class SignInDelays(int free)
{
    /// <summary>An hour without a failure, and all are forgotten.</summary>
    public static readonly Duration Memory = Duration.FromHours(1);

    private const int MostKeys = 100_000;

    private static readonly Duration s_first = Duration.FromSeconds(30);
    private static readonly Duration s_longest = Duration.FromMinutes(15);

    private readonly ConcurrentDictionary<string, (int Failures, Instant Until)> _keys = new(StringComparer.Ordinal);

    /// <summary>How long to wait after so many failures in a row; nothing up to the free ones.</summary>
    public static Duration After(int failures, int free) => failures < free ? Duration.Zero : Duration.Min(s_longest, s_first * Math.Pow(2, Math.Min(10, failures - free)));

    /// <summary>How long a key still has to wait; null where it need not.</summary>
    public Duration? Left(string key, Instant now) => _keys.TryGetValue(key, out var known) && known.Until > now ? known.Until - now : null;

    /// <summary>Counts a failure.</summary>
    public void Count(string key, Instant now)
    {
        _keys.AddOrUpdate(
            key, _ => (1, now + After(1, free)),
            (_, known) => known.Until + Memory < now ? (1, now + After(1, free)) : (known.Failures + 1, now + After(known.Failures + 1, free)));
        if (_keys.Count > MostKeys)
            Forget(now);
    }

    /// <summary>Forgets a key's failures.</summary>
    public void Forgive(string key) => _keys.TryRemove(key, out _);

    /// <summary>Drops keys whose memory is over, and all when there are no such: to forget is kinder than to fill memory.</summary>
    private void Forget(Instant now)
    {
        foreach (var (key, known) in _keys)
        {
            if (known.Until + Memory < now)
                _keys.TryRemove(key, out _);
        }

        if (_keys.Count > MostKeys)
            _keys.Clear();
    }
}
