using NodaTime;

namespace Levelkeeper.Server.Live;

/// <summary>The time by which live evaluation goes. It goes by the machine's clock, but never back: where that is set back a little it stands still until the clock has caught up, and where it is set back by more everything must be read anew.</summary>
/// <remarks>What is kept live holds at the instant to which it was brought and at later ones. Several may read it at a time; one takes its steps.</remarks>
internal sealed class LiveClock(TimeProvider time)
{
    /// <summary>So far a clock is set back by who keeps clocks in time; who sets it back by more corrects what was wrong.</summary>
    private static readonly long s_little = Duration.FromMinutes(1).BclCompatibleTicks;

    private long _latest = long.MinValue;

    /// <summary>Now.</summary>
    public Instant Now
    {
        get
        {
            var (clock, latest) = (Clock, Volatile.Read(ref _latest));
            return Instant.FromUnixTimeTicks(IsLittle(clock, latest) ? latest : clock);
        }
    }

    private long Clock => Instant.FromDateTimeOffset(time.GetUtcNow()).ToUnixTimeTicks();

    /// <summary>Takes a step to now.</summary>
    /// <returns>Whether the clock was set back by more than a little: what was kept live belongs to a time that has not come.</returns>
    public bool WasSetBack(out Instant now)
    {
        now = Now;
        var (before, to) = (Volatile.Read(ref _latest), now.ToUnixTimeTicks());
        Volatile.Write(ref _latest, to);
        return to < before;
    }

    private static bool IsLittle(long clock, long latest) => clock < latest && latest - clock <= s_little;
}
