using System.Collections.Immutable;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Reference;

/// <summary>What a component or service is in one minute.</summary>
/// <param name="State">Up, degraded, down, or nobody knows.</param>
/// <param name="Lost">Functions that do not work.</param>
/// <param name="Share">Share of users affected; null when not said, which is everybody.</param>
internal sealed record ReferenceState(ServiceState State, ImmutableSortedSet<string> Lost, decimal? Share)
{
    public static ReferenceState Plain(ServiceState state) => new(state, [], null);

    public static ReferenceState Of(FactData.StateChanged changed) => new(changed.State, [.. changed.LostFunctions], changed.AffectedShare);

    /// <summary>Whether it says more than its name.</summary>
    public bool HasDetail => Lost.Count > 0 || Share is not null;

    public bool Is(ServiceState state) => State == state;

    public bool SaysTheSameAs(ReferenceState other) => State == other.State && Share == other.Share && Lost.SetEquals(other.Lost);
}

/// <summary>The minutes around a period, numbered from zero. Nothing happens before the first or after the last.</summary>
internal sealed class ReferenceMinutes
{
    private static readonly NodaTime.Duration Minute = NodaTime.Duration.FromMinutes(1);

    private readonly NodaTime.Instant _first;

    /// <param name="first">The first minute.</param>
    /// <param name="last">The last.</param>
    public ReferenceMinutes(NodaTime.Instant first, NodaTime.Instant last)
    {
        _first = first;
        Count = Number(last) + 1;
    }

    public int Count { get; }

    public int Number(NodaTime.Instant at) => (int)(at - _first).TotalMinutes;

    public NodaTime.Instant At(int minute) => _first + minute * Minute;
}
