using NodaTime;

namespace Levelkeeper.Cli.Host;

/// <summary>The one place that reads the clock, and only when <c>--as-of</c> is not given. Everything further in takes instants as data.</summary>
internal static class Now
{
#pragma warning disable RS0030 // The banned symbol's one permitted use.
    public static Instant Read() => SystemClock.Instance.GetCurrentInstant();
#pragma warning restore RS0030
}
