using NodaTime;

namespace Levelkeeper.Storage.Outbox;

/// <summary>A message that is to be sent.</summary>
public sealed record Outgoing
{
    /// <summary>Stable for ever: what the receiver recognizes a second sending by.</summary>
    public required string Id { get; init; }

    /// <summary>The decision that it follows from.</summary>
    public required string Decision { get; init; }

    /// <summary>The way by which it goes.</summary>
    public required string Channel { get; init; }

    /// <summary>What it belongs to: a ticket, an outage.</summary>
    public required string Thread { get; init; }

    /// <summary>What it says, as JSON.</summary>
    public required byte[] Content { get; init; }

    /// <summary>Where it stands.</summary>
    public OutgoingState State { get; init; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; }

    /// <summary>Not before then; while it is being sent: until then nobody else tries.</summary>
    public required Instant Due { get; init; }

    /// <summary>When it was written.</summary>
    public required Instant Made { get; init; }

    /// <summary>From when on it is tried: when it was first due, or when somebody last sent it again. How long it is tried counts from here.</summary>
    public Instant Since { get; init; }

    /// <summary>What went wrong last, or the receiver's reference; empty for nothing.</summary>
    public string Note { get; init; } = "";
}

/// <summary>Where a message stands.</summary>
public enum OutgoingState
{
    /// <summary>It waits for its time.</summary>
    Waiting,

    /// <summary>It is being sent.</summary>
    Sending,

    /// <summary>The receiver took it.</summary>
    Delivered,

    /// <summary>Nobody knows whether it went out: the answer was lost, or the sender stopped in between.</summary>
    Doubtful,

    /// <summary>Given up; somebody may send it again.</summary>
    Dead,
}

/// <summary>What came of an attempt.</summary>
/// <param name="State"><see cref="OutgoingState.Waiting"/> to try again.</param>
/// <param name="Due">When to try again; without meaning for the others.</param>
/// <param name="Note">What went wrong, or the receiver's reference.</param>
public sealed record Attempt(OutgoingState State, Instant Due, string Note);
