using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using NodaTime;

namespace Levelkeeper.Core.Support;

/// <summary>Where help is asked for, and with which priorities.</summary>
public sealed record SupportTerms
{
    /// <summary>Nothing is said.</summary>
    public static SupportTerms None { get; } = new();

    /// <summary>The channels, in the order of the file.</summary>
    public ImmutableArray<SupportChannel> Channels { get; init; } = [];

    /// <summary>The priorities, the highest first.</summary>
    public ImmutableArray<string> Priorities { get; init; } = [];

    /// <summary>The priority of each impact and urgency.</summary>
    public ImmutableDictionary<(string Impact, string Urgency), string> Matrix { get; init; } = ImmutableDictionary<(string Impact, string Urgency), string>.Empty;

    /// <summary>How often the provider reports, by priority; <c>else</c> for all others.</summary>
    public ImmutableSortedDictionary<string, Duration> Updates { get; init; } = ImmutableSortedDictionary<string, Duration>.Empty;
}

/// <summary>A way to ask for help.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Hours">The calendar in which it is staffed; null for always.</param>
/// <param name="Plans">The plans that include it; empty for all.</param>
/// <param name="Clause">Where it stands.</param>
public sealed record SupportChannel(string Name, string? Hours, ImmutableArray<string> Plans, Clause Clause);
