using System.Collections.Immutable;
using System.Diagnostics;
using Levelkeeper.Connectors.Channels;
using Levelkeeper.Connectors.Channels.Templates;
using Levelkeeper.Storage.Outbox;
using Levelkeeper.Text.Notifications;
using NodaTime;

namespace Levelkeeper.Runtime.Notifications;

/// <summary>Sends what waits in the outbox. A channel that is slow, hangs or refuses holds up no other, and a message that hangs holds up no more than its own place in its channel.</summary>
/// <remarks>
/// At least once: a message is taken under a lease, sent, and settled. Who stops in between leaves a doubt, which the channel's policy decides. Sent again, a message is the same
/// value with the same key. Several processes may send from one outbox: each message is taken by one of them.
/// </remarks>
/// <param name="outbox">What waits.</param>
/// <param name="channels">The ways.</param>
/// <param name="time">The time.</param>
/// <param name="random">The chance in waits, so that many failures do not come back at once. Is used by one at a time.</param>
/// <param name="failed">Is told of a turn that failed, as when the store is away; it is tried again.</param>
/// <param name="texts">Words of one's own; null for the built-in ones.</param>
public sealed class NotificationDispatcher(OutboxStore outbox, ImmutableArray<NotificationChannel> channels, TimeProvider time, Random random, Action<Exception> failed, OwnTexts? texts = null)
{
    /// <summary>So long nobody else takes a message.</summary>
    internal static readonly Duration Lease = Duration.FromMinutes(15);

    /// <summary>So long a message may be on its way: it is settled before its lease is over, so that it is never sent twice at a time.</summary>
    internal static readonly TimeSpan OnItsWay = TimeSpan.FromMinutes(14);

    /// <summary>So long after that a channel may take to come back.</summary>
    private static readonly TimeSpan s_toComeBack = TimeSpan.FromSeconds(30);

    private static readonly Duration s_longestWait = Duration.FromHours(1);

    private static readonly TimeSpan s_betweenTurns = TimeSpan.FromSeconds(1);

    private static readonly ActivitySource s_traces = new("Levelkeeper");

    private readonly OwnTexts _texts = texts ?? new OwnTexts([]);

    private Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());

    /// <summary>Sends until it is cancelled; what is on its way then is waited for.</summary>
    public Task RunAsync(CancellationToken cancel) => Task.WhenAll(channels.Select(c => RunAsync(c, cancel)));

    /// <summary>One turn of a channel: takes as many messages as may be on their way, and waits for what becomes of them.</summary>
    /// <returns>How many were taken.</returns>
    public async Task<int> TurnAsync(NotificationChannel channel, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        var begun = await BeginAsync(channel, channel.AtOnce, cancel);
        await Task.WhenAll(begun);
        return begun.Count;
    }

    private async Task RunAsync(NotificationChannel channel, CancellationToken cancel)
    {
        var onTheirWay = new List<Task>();
        while (!cancel.IsCancellationRequested)
        {
            var begun = 0;
            try
            {
                var more = await BeginAsync(channel, channel.AtOnce - onTheirWay.Count, cancel);
                begun = more.Count;
                onTheirWay.AddRange(more);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancel.IsCancellationRequested)
            {
                failed(exception);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            // A place that becomes free is used at once; where nothing waited, it is looked again a little later.
            var pause = begun == 0 || onTheirWay.Count >= channel.AtOnce ? Task.Delay(s_betweenTurns, time, cancel) : Task.CompletedTask;
            await Task.WhenAny(onTheirWay.Append(pause));
            onTheirWay.RemoveAll(static t => t.IsCompleted);
        }

        await Task.WhenAll(onTheirWay);
    }

    /// <summary>Takes messages and begins to send them; the tasks never fail.</summary>
    private async Task<IReadOnlyList<Task>> BeginAsync(NotificationChannel channel, int places, CancellationToken cancel)
    {
        if (places <= 0)
            return [];
        if (channel.SendsAgainInDoubt)
        {
            // What was on its way when its sender stopped, here or in another process.
            foreach (var message in (await outbox.ListAsync(OutgoingState.Doubtful, 100, channel.Name, cancel: cancel)).Where(m => Now - m.Since < channel.GivesUpAfter))
                await outbox.SendAgainAsync(message.Id, null, Now, cancel);
        }

        // To look is cheap; only to take needs the one writer of the store.
        if (await outbox.NextDueAsync(channel.Name, cancel) is not { } due || (due > Now && due <= Now + OutboxStore.FarAhead))
            return [];
        return [.. (await outbox.TakeAsync(Now, Lease, places, channel.Name, cancel)).Select(m => SendAsync(channel, m, cancel))];
    }

    private async Task SendAsync(NotificationChannel channel, Outgoing message, CancellationToken cancel)
    {
        // Another's turn comes before this one's work.
        await Task.Yield();
        // No name and no text of anybody: where traces are kept is not where messages are.
        using var span = s_traces.StartActivity("send message")?.SetTag("levelkeeper.channel", channel.Name).SetTag("levelkeeper.message", message.Id).SetTag("levelkeeper.attempt", message.Attempts);
        var (prepared, note) = Prepare(message);
        var attempt = prepared is null ? new Attempt(OutgoingState.Dead, Now, note) : After(channel, message, await DeliverAsync(channel, prepared, cancel), note);
        span?.SetTag("levelkeeper.outcome", attempt.State.ToString().ToLowerInvariant());
        await SettleAsync(message, attempt, cancel);
    }

    /// <summary>The message as it is sent; null with the reason for one that cannot be read or said, whatever is wrong with it: nobody would ever get it.</summary>
    private (Message? Message, string Note) Prepare(Outgoing message)
    {
        try
        {
            if (StoredNotice.Read(message.Content)?.ToNotification(message.Id) is not { } notification)
                return (null, "What it says cannot be read by this build.");
            var written = _texts.Write(notification);
            return (new Message(notification, written.Text), written.Note);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return (null, $"What it says cannot be read by this build: {NotificationWriter.Line(exception.Message, Delivery.LongestText)}");
        }
    }

    /// <summary>Sends one message; null when it was stopped before anything was sent.</summary>
    private async Task<Delivery?> DeliverAsync(NotificationChannel channel, Message message, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(OnItsWay, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            return await channel.Channel.SendAsync(message, either.Token).WaitAsync(OnItsWay + s_toComeBack, time, CancellationToken.None);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return cancel.IsCancellationRequested ? null : new Delivery.Failed("Nothing was sent: it took too long.");
        }
        catch (TimeoutException)
        {
            return new Delivery.Doubtful("The channel did not come back.");
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A fault of the channel: nobody knows how far it came.
            return new Delivery.Doubtful($"The channel failed: {exception.GetType().Name}.");
        }
    }

    private Attempt After(NotificationChannel channel, Outgoing message, Delivery? delivery, string note)
    {
        var isOver = Now - message.Since >= channel.GivesUpAfter;
        return delivery switch
        {
            null => new Attempt(OutgoingState.Waiting, Now, "The sender stopped before it was sent."),
            Delivery.Delivered { Reference: var reference } => new Attempt(OutgoingState.Delivered, Now, note.Length == 0 ? reference : $"{reference} {note}"),
            Delivery.Refused { Why: var why } => new Attempt(OutgoingState.Dead, Now, why),
            Delivery.Doubtful { Why: var why } when channel.SendsAgainInDoubt && !isOver => new Attempt(OutgoingState.Waiting, Now + Wait(channel, message.Attempts), $"In doubt, is sent again: {why}"),
            Delivery.Doubtful { Why: var why } => new Attempt(OutgoingState.Doubtful, Now, why),
            Delivery.Failed { Why: var why } when isOver => new Attempt(OutgoingState.Dead, Now, $"Given up after {message.Attempts} attempts: {why}"),
            Delivery.Failed { Why: var why, RetryAfter: var asked } => new Attempt(OutgoingState.Waiting, Now + Duration.Max(asked ?? Duration.Zero, Wait(channel, message.Attempts)), why),
            _ => throw new InvalidOperationException("The outcomes of a delivery are closed."),
        };
    }

    /// <summary>Writes down what became of a message, as long as its lease lasts: what is known must not become a doubt because the store is away for a moment.</summary>
    private async Task SettleAsync(Outgoing message, Attempt attempt, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await outbox.SettleAsync(message, attempt, CancellationToken.None);
                return;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                failed(exception);
                if (cancel.IsCancellationRequested || Now >= message.Due)
                    return;
                await Task.Delay(s_betweenTurns, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private Duration Wait(NotificationChannel channel, int attempts)
    {
        var ticks = (decimal)channel.FirstWait.BclCompatibleTicks * (1L << Math.Clamp(attempts - 1, 0, 20));
        int chance;
        lock (random)
            chance = random.Next(800, 1201);
        return Duration.FromTicks((long)(Math.Min(ticks, s_longestWait.BclCompatibleTicks) * chance / 1000));
    }
}
