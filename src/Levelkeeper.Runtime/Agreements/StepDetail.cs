using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Levelkeeper.Core.Agreements;

namespace Levelkeeper.Runtime.Agreements;

/// <summary>What belongs to a step in an agreement's life; each step uses the members that it needs.</summary>
public sealed record StepDetail
{
    /// <summary>The hash of what is signed, in hexadecimal digits: of a proposal, a signature.</summary>
    public string? Hash { get; init; }

    /// <summary>The files that a proposal names, each with its revision: later ones change nothing of it.</summary>
    public ImmutableSortedDictionary<string, int>? Files { get; init; }

    /// <summary>For which side somebody signs.</summary>
    public PartyRole? Side { get; init; }

    /// <summary>The name of the person who signs.</summary>
    public string? Name { get; init; }

    /// <summary>The public key of a signature with a key; null where the sign-in is the signature.</summary>
    public string? Key { get; init; }

    /// <summary>The signature by that key, and the instant that it states.</summary>
    public string? Signature { get; init; }

    /// <summary>The instant that the signature states, as text of ISO 8601.</summary>
    public string? SignedAt { get; init; }

    /// <summary>The clause that a comment is about: its path; empty for the whole.</summary>
    public string? Clause { get; init; }

    /// <summary>A comment, a remark of the lawyers, a reason.</summary>
    public string? Text { get; init; }

    /// <summary>Of facts that were let go of: from when on the facts are whole, in ticks since 1970.</summary>
    public long? FactsFromTicks { get; init; }

    /// <summary>Up to when periods are archived, in ticks since 1970.</summary>
    public long? ArchivedUntilTicks { get; init; }

    internal NodaTime.Instant? FactsFrom => FactsFromTicks is { } ticks ? NodaTime.Instant.FromUnixTimeTicks(ticks) : null;

    internal NodaTime.Instant? ArchivedUntil => ArchivedUntilTicks is { } ticks ? NodaTime.Instant.FromUnixTimeTicks(ticks) : null;

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, StepJson.Default.StepDetail);

    internal static StepDetail Read(byte[] json) => json.Length == 0 ? new StepDetail() : JsonSerializer.Deserialize(json, StepJson.Default.StepDetail) ?? new StepDetail();
}

/// <summary>The form of details in the store.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StepDetail))]
internal sealed partial class StepJson : JsonSerializerContext;
