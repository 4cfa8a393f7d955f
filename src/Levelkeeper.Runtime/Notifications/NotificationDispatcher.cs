using System.Collections.Immutable;
using Levelkeeper.Connectors.Channels;
using Levelkeeper.Storage.Outbox;
using Levelkeeper.Text.Notifications;
using NodaTime;

namespace Levelkeeper.Runtime.Notifications;

/// <summary>Sends what waits in the outbox. A channel that is slow, hangs or refuses holds up no other.</summary>
/// <param name="outbox">What waits.</param>
/// <param name="channels">The ways.</param>
/// <param name="time">The time.</param>
/// <param name="random">The chance in waits, so that many failures do not come back at once.</param>
/// <param name="failed">Is told of a turn that failed, as when the store is away; it is tried again.</param>
public sealed class NotificationDispatcher(OutboxStore outbox, ImmutableArray<NotificationChannel> channels, TimeProvider time, Random random, Action<Exception> failed)
{
    /// <summary>So long a message may be on its way; the times of channels are shorter.</summary>
    private static readonly Duration s_lease = Duration.FromMinutes(15);

    private static readonly Duration s_longestWait = Duration.FromHours(1);

    private static readonly TimeSpan s_betweenTurns = TimeSpan.FromSeconds(1);

    private Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());

    /// <summary>Sends until it is cancelled; what is on its way then is waited for.</summary>
    public Task RunAsync(CancellationToken cancel) => Task.WhenAll(channels.Select(c => RunAsync(c, cancel)));

    /// <summary>One turn of a channel: takes as many messages as may be on their way, and sends them.</summary>
    /// <returns>How many were taken.</returns>
    public async Task<int> TurnAsync(NotificationChannel channel, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        var taken = await outbox.TakeAsync(Now, s_lease, channel.AtOnce, channel.Name, cancel);
        await Task.WhenAll(taken.Select(m => SendAsync(channel, m, cancel)));
        if (channel.SendsAgainInDoubt)
        {
            // Also those that another process left on their way when it stopped.
            foreach (var message in (await outbox.ListAsync(OutgoingState.Doubtful, 100, channel.Name, cancel)).Where(m => Now - m.Made < channel.GivesUpAfter))
                await outbox.SendAgainAsync(message.Id, null, Now, cancel);
        }

        return taken.Count;
    }

    private async Task RunAsync(NotificationChannel channel, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                if (await TurnAsync(channel, cancel) == 0)
                    await Task.Delay(s_betweenTurns, time, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                failed(exception);
                await Task.Delay(s_betweenTurns, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task SendAsync(NotificationChannel channel, Outgoing message, CancellationToken cancel)
    {
        Attempt attempt;
        try
        {
            attempt = ReadNotice(message) is { } notification
                ? After(channel, message, await channel.Channel.SendAsync(new Message(notification, NotificationWriter.Write(notification)), cancel))
                : new Attempt(OutgoingState.Dead, Now, "What it says cannot be read by this build.");
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The channel threw, so it was not sent: it waits for the next start.
            attempt = new Attempt(OutgoingState.Waiting, Now, "the sender stopped before it was sent");
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A fault of the channel: nobody knows how far it came.
            attempt = new Attempt(OutgoingState.Doubtful, Now, $"the channel failed: {exception.GetType().Name}");
        }

        await outbox.SettleAsync(message, attempt, CancellationToken.None);
    }

    private static Notification? ReadNotice(Outgoing message)
    {
        try
        {
            return StoredNotice.Read(message.Content)?.ToNotification(message.Id);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            return null;
        }
    }

    private Attempt After(NotificationChannel channel, Outgoing message, Delivery delivery) => delivery switch
    {
        Delivery.Delivered { Reference: var reference } => new Attempt(OutgoingState.Delivered, Now, reference),
        Delivery.Refused { Why: var why } => new Attempt(OutgoingState.Dead, Now, why),
        Delivery.Doubtful { Why: var why } => new Attempt(OutgoingState.Doubtful, Now, why),
        Delivery.Failed { Why: var why, RetryAfter: var asked } => Now - message.Made >= channel.GivesUpAfter
            ? new Attempt(OutgoingState.Dead, Now, $"given up after {message.Attempts} attempts: {why}")
            : new Attempt(OutgoingState.Waiting, Now + Duration.Max(asked ?? Duration.Zero, Wait(channel, message.Attempts)), why),
        _ => throw new InvalidOperationException("The outcomes of a delivery are closed."),
    };

    private Duration Wait(NotificationChannel channel, int attempts)
    {
        var ticks = (decimal)channel.FirstWait.BclCompatibleTicks * (1L << Math.Clamp(attempts - 1, 0, 20));
        return Duration.FromTicks((long)(Math.Min(ticks, s_longestWait.BclCompatibleTicks) * random.Next(800, 1201) / 1000));
    }
}
