using System.Globalization;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Tests.Availability;

/// <summary>Facts and intervals on a small clock of whole seconds, so that every expectation can be checked by hand.</summary>
internal static class Seconds
{
    public const long Tick = NodaConstants.TicksPerSecond;

    public static Instant At(long second) => Instant.FromUnixTimeSeconds(second);

    public static TickInterval Span(long start, long end) => new(start * Tick, end * Tick);

    public static StampedFact Fact(long second, FactData data, string source = "monitor", string id = "", long? recorded = null) => new(
        new Fact
        {
            Source = source,
            Id = id.Length > 0 ? id : $"{second}/{data.GetType().Name}/{data}",
            Type = "test",
            Subject = "shop",
            Time = At(second),
            Data = data,
            Digest = default,
        },
        second + 1_000_000,
        At(recorded ?? second));

    public static StampedFact Down(long second, string source = "monitor") => Fact(second, FactData.StateChanged.To(ServiceState.Down), source);

    public static StampedFact Up(long second, string source = "monitor") => Fact(second, FactData.StateChanged.To(ServiceState.Up), source);

    public static StampedFact Unknown(long second, string source = "monitor") => Fact(second, FactData.StateChanged.To(ServiceState.Unknown), source);

    public static StampedFact Degraded(long second, params string[] lost) => Fact(second, new FactData.StateChanged(ServiceState.Degraded, [.. lost], null, "", null));

    public static StampedFact Check(long second, bool good, string place = "", string function = "") =>
        Fact(second, new FactData.Probed(good, null, place, function), id: string.Create(CultureInfo.InvariantCulture, $"check {second} {place} {function}"));

    public static StampedFact Observer(long second, bool watching) => Fact(second, new FactData.ObserverChanged(watching, ""));

    public static StampedFact Claim(string name, long start, long end, string cause = "force-majeure") =>
        Fact(end, new FactData.ExclusionClaimed(name, At(start), At(end), cause, "", ""), id: "claim " + name);

    public static StampedFact Decide(string name, bool approved, long at = 10_000) =>
        Fact(at, new FactData.ExclusionDecided(name, approved, "customer", ""), id: "decide " + name);

    public static StampedFact Announce(string name, long start, long end, long recorded) =>
        Fact(recorded, new FactData.MaintenanceAnnounced(name, At(start), At(end), ""), id: "announce " + name, recorded: recorded);
}
