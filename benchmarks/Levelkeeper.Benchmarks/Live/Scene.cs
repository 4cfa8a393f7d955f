using System.Globalization;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Language.Agreements;
using NodaTime;

namespace Levelkeeper.Benchmarks.Live;

/// <summary>Agreements and facts as the server has them: read from their texts, and stamped by a log.</summary>
internal static class Scene
{
    /// <summary>An agreement that can be used.</summary>
    public static AgreementVersions Read(string text)
    {
        var diagnostics = new DiagnosticBag();
        return AgreementReader.ReadVersions(text, "a.yaml", diagnostics) ?? throw new InvalidOperationException(string.Join(Environment.NewLine, diagnostics));
    }

    /// <summary>A fact as appended, so many ticks after the log began as its sequence number.</summary>
    public static StampedFact Stamped(string source, long sequence, string subject, Instant time, FactAddress address, FactData data, Instant began)
    {
        var fact = new Fact
        {
            Source = source,
            Id = sequence.ToString(CultureInfo.InvariantCulture),
            Type = FactTypes.Of(data)!,
            Subject = subject,
            Time = time,
            Data = data,
            Digest = default,
            Address = address,
        };
        // Whoever appended the fact has worked out its identity.
        _ = fact.Key;
        return new StampedFact(fact, sequence, began.PlusTicks(sequence));
    }
}
