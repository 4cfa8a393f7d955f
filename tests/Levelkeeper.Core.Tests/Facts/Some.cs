using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Core.Tests.Facts;

/// <summary>Facts for tests: minutes after a fixed start.</summary>
internal static class Some
{
    internal static readonly Instant Start = Instant.FromUtc(2026, 3, 2, 9, 0);

    internal static Instant Minute(double minutes) => Start + Duration.FromMinutes(minutes);

    internal static Fact Fact(string id, double minute, FactData data, string source = "desk", string subject = "T-1") => new()
    {
        Source = source,
        Id = id,
        Type = FactTypes.Of(data) ?? "com.example.other",
        Subject = subject,
        Time = Minute(minute),
        Data = data,
        Digest = new FactDigest((ulong)HashCode.Combine(minute, data), 1),
    };

    internal static FactData Status(string status) => new FactData.TicketStatus(status);

    internal static Fact Retraction(string id, double minute, string target, string source = "desk", string targetSource = "desk") =>
        Fact(id, minute, new FactData.Retracted(targetSource, target, "wrong"), source);

    internal static Fact Correction(string id, double minute, string target, double? time = null, FactData? data = null, string source = "desk", string targetSource = "desk") =>
        Fact(id, minute, new FactData.Corrected(targetSource, target, "wrong", time is { } at ? Minute(at) : null, data), source);

    internal static FactSet Log(params IEnumerable<Fact> facts)
    {
        var log = new FactLog();
        foreach (var fact in facts)
            log.Append(fact, Minute(1000));
        return log.ToSet();
    }

    internal static EffectiveFacts Effective(params IEnumerable<Fact> facts) => Log(facts).Effective(Minute(100_000));
}
