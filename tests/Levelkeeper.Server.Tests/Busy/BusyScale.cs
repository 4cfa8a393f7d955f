using System.Globalization;
using NodaTime;

namespace Levelkeeper.Server.Tests.Busy;

/// <summary>How large a provider is, and for how long it is watched.</summary>
/// <param name="Agreements">How many agreements it keeps.</param>
/// <param name="Tickets">How many tickets are open at any time, about.</param>
/// <param name="Probes">How many components are checked each minute.</param>
/// <param name="Hours">How many hours of its time pass.</param>
/// <param name="Seed">Decides all that happens.</param>
internal sealed record BusyScale(int Agreements, int Tickets, int Probes, int Hours, int Seed)
{
    /// <summary>Small enough for every run of the tests: its invariants are the same.</summary>
    public static BusyScale Quick { get; } = new(10, 1_000, 100, 2, 1);

    /// <summary>What the long run takes; see eng/busy-day.sh.</summary>
    public static BusyScale Day { get; } = new(1_000, 100_000, 10_000, 24, 1);

    /// <summary>So long a run must be for its memory to be judged: after the hours in which it fills.</summary>
    public const int FillingHours = 4;

    /// <summary>What the environment asks for.</summary>
    public static BusyScale OfEnvironment()
    {
        var scale = Environment.GetEnvironmentVariable("LEVELKEEPER_LONG") == "1" ? Day : Quick;
        return new BusyScale(
            Number("LEVELKEEPER_BUSY_AGREEMENTS", scale.Agreements), Number("LEVELKEEPER_BUSY_TICKETS", scale.Tickets), Number("LEVELKEEPER_BUSY_PROBES", scale.Probes),
            Number("LEVELKEEPER_BUSY_HOURS", scale.Hours), Environment.GetEnvironmentVariable("LEVELKEEPER_SEED") == "random" ? Random.Shared.Next(1 << 30) : Number("LEVELKEEPER_SEED", scale.Seed));
    }

    /// <summary>Whether the run is long and large enough to judge its memory: the index of keys gathers 250,000 at a time before it writes them, and in the hours of filling it must have done so several times.</summary>
    public bool JudgesMemory => Hours >= 3 * FillingHours && Probes * 60L * FillingHours >= 1_000_000;

    /// <summary>When the watch begins: a Sunday evening, so that the office hours of all zones begin and end within the day. Facts happen at whole milliseconds, and somebody looks between them: nothing is due just then.</summary>
    public static Instant Start { get; } = Instant.FromUtc(2026, 3, 8, 18, 0) + Duration.FromMilliseconds(13);

    private static int Number(string variable, int otherwise) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
