using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using NodaTime;

namespace Levelkeeper.Runtime.Live;

/// <summary>How all agreements in force stand at an instant.</summary>
/// <param name="Head">The last entry of the log that was taken in.</param>
/// <param name="AsOf">The instant.</param>
/// <param name="Agreements">The agreements, by id.</param>
public sealed record LiveStanding(long Head, Instant AsOf, ImmutableArray<AgreementStanding> Agreements)
{
    /// <summary>The numbers of the tickets that rest.</summary>
    internal IReadOnlySet<ulong> Resting { get; init; } = ImmutableHashSet<ulong>.Empty;

    /// <summary>Whether all is over on a ticket and nothing is kept of it but what it came to: how it stands is not among the states then.</summary>
    public bool Rests(string ticket) => Resting.Contains(RestingTickets.NumberOf(ticket));
}

/// <summary>How an agreement stands.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Versions">The agreement.</param>
/// <param name="States">How everything about it stands, by kind and subject.</param>
public sealed record AgreementStanding(string Id, AgreementVersions Versions, IReadOnlyDictionary<(LiveChangeKind Kind, string Subject), LiveState> States);

/// <summary>Is told of an agreement of which something is not as it was.</summary>
/// <param name="agreement">The agreement.</param>
/// <param name="changes">What changed, in order: clocks by when they were read, then objectives in the order of the agreement.</param>
public delegate void LiveTelling(AgreementVersions agreement, IReadOnlyList<LiveChange> changes);
