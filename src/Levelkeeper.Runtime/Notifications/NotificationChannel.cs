using Levelkeeper.Connectors.Channels;
using NodaTime;

namespace Levelkeeper.Runtime.Notifications;

/// <summary>A way by which people are told, with how it is used.</summary>
/// <param name="Name">The name by which messages of the outbox go to it: <c>email</c>, <c>webhook</c>, <c>chat</c>.</param>
/// <param name="Channel">What sends.</param>
public sealed record NotificationChannel(string Name, IChannel Channel)
{
    /// <summary>Whether a message of which nobody knows whether it went out is sent again by itself; else somebody is asked. True by default: to be told twice is better than not at all.</summary>
    public bool SendsAgainInDoubt { get; init; } = true;

    /// <summary>How many messages are on their way at a time.</summary>
    public int AtOnce { get; init; } = 4;

    /// <summary>How long the first wait is after a failure; each further one is twice as long, up to an hour, and up to a fifth shorter or longer by chance.</summary>
    public Duration FirstWait { get; init; } = Duration.FromSeconds(30);

    /// <summary>After so long a message is given up, and waits for somebody.</summary>
    public Duration GivesUpAfter { get; init; } = Duration.FromHours(24);
}

/// <summary>Stands where a way is used by an agreement and none is set up: what would go by it is given up at once, and seen.</summary>
/// <param name="name">The way.</param>
public sealed class MissingChannel(string name) : IChannel
{
    /// <inheritdoc/>
    public Task<Delivery> SendAsync(Message message, CancellationToken cancellation) => Task.FromResult<Delivery>(new Delivery.Refused($"No channel '{name}' is set up."));
}
