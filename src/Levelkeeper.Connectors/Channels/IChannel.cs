using Levelkeeper.Text.Notifications;

namespace Levelkeeper.Connectors.Channels;

/// <summary>A way by which people are told. Sends one message once; when and how often it is tried is decided by whoever keeps the messages.</summary>
public interface IChannel
{
    /// <summary>Sends a message and says what became of it.</summary>
    /// <param name="message">The message; sent again it must be the same value, so that a receiver knows it again.</param>
    /// <param name="cancellation">Gives up. Before the other side can have accepted the message that throws; after that it ends as <see cref="Delivery.Doubtful"/>, for the outcome must not be lost.</param>
    /// <returns>What became of it. Faults of networks and servers are outcomes and not exceptions.</returns>
    /// <exception cref="OperationCanceledException">It was given up before the other side can have accepted it: it was not sent.</exception>
    Task<Delivery> SendAsync(Message message, CancellationToken cancellation);
}

/// <summary>A message as it is sent.</summary>
/// <param name="Notification">What is told, to whom, and by which key it is known again.</param>
/// <param name="Text">Its words.</param>
public sealed record Message(Notification Notification, NotificationText Text);
