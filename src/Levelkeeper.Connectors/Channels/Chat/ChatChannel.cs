using Levelkeeper.Connectors.Channels.Outgoing;

namespace Levelkeeper.Connectors.Channels.Chat;

/// <summary>What kind of incoming webhook a chat has.</summary>
public enum ChatKind
{
    /// <summary>Slack's, which Mattermost, Rocket.Chat and others take too.</summary>
    Slack,

    /// <summary>The workflow webhooks of Microsoft Teams, which take Adaptive Cards.</summary>
    Teams,
}

/// <summary>Which room of a chat is told.</summary>
/// <param name="Kind">What kind of webhook.</param>
/// <param name="Target">Its address. Whoever knows it can write into the room.</param>
public sealed record ChatSettings(ChatKind Kind, Secret Target)
{
    /// <summary>What is wrong with the settings, for whoever wrote them; empty where nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (!Uri.TryCreate(Target.Reveal(), UriKind.Absolute, out _))
            yield return "The chat's webhook is not an address.";
    }
}

/// <summary>Tells a room of a chat.</summary>
/// <remarks>Chats know no key by which a message is known again: one that is sent again stands in the room twice. Thread-safe.</remarks>
public sealed class ChatChannel : IChannel
{
    private readonly OutgoingRequests _requests;
    private readonly Uri _target;
    private readonly ChatKind _kind;

    /// <summary>A channel to a room.</summary>
    /// <param name="settings">Which room.</param>
    /// <param name="requests">What posts; the channel does not dispose of it.</param>
    /// <exception cref="ArgumentException">The settings have problems.</exception>
    public ChatChannel(ChatSettings settings, OutgoingRequests requests)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(requests);
        if (settings.Problems().FirstOrDefault() is { } problem)
            throw new ArgumentException(problem, nameof(settings));
        (_requests, _kind, _target) = (requests, settings.Kind, new Uri(settings.Target.Reveal()));
    }

    /// <inheritdoc/>
    public Task<Delivery> SendAsync(Message message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
        var body = _kind switch
        {
            ChatKind.Slack => ChatMessage.Slack(message),
            ChatKind.Teams => ChatMessage.Teams(message),
            _ => throw new InvalidOperationException("The kinds of a chat are closed."),
        };
        return _requests.PostAsync(_target, "application/json; charset=utf-8", [], body, message.Notification.Key, cancellation);
    }
}
