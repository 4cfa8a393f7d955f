using Levelkeeper.Runtime.Notifications;
using Levelkeeper.Storage;
using Microsoft.Extensions.Logging;

namespace Levelkeeper.Server.Notifications;

/// <summary>Sends what waits in the outbox while the server runs.</summary>
internal sealed class NotificationService(ServerSettings settings, TimeProvider time, ILogger<NotificationService> log) : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Begins.</summary>
    public void Open(Store store)
    {
        if (_running.IsCompleted)
            _running = new NotificationDispatcher(store.Outbox, settings.Channels.Open(time), time, Random.Shared, e => ServerLog.SendingFailed(log, e), settings.Channels.Texts).RunAsync(_stopping.Token);
    }

    /// <summary>Ends; what is on its way is waited for. The store is still open.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running;
    }

    public void Dispose() => _stopping.Dispose();
}
