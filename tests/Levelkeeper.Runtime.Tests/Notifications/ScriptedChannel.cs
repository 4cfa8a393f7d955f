using Levelkeeper.Connectors.Channels;

namespace Levelkeeper.Runtime.Tests.Notifications;

/// <summary>A channel that does what a test says, and remembers what it was given.</summary>
internal sealed class ScriptedChannel(Func<Message, CancellationToken, Task<Delivery>> script) : IChannel
{
    public ScriptedChannel(Func<Message, Delivery> script)
        : this((message, _) => Task.FromResult(script(message)))
    {
    }

    public List<Message> Sent { get; } = [];

    public IEnumerable<string> Keys => Sent.Select(m => m.Notification.Key);

    public Task<Delivery> SendAsync(Message message, CancellationToken cancellation)
    {
        lock (Sent)
            Sent.Add(message);
        return script(message, cancellation);
    }
}
