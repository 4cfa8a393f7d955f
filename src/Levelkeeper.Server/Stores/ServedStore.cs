using Levelkeeper.Server.Facts;
using Levelkeeper.Server.Live;
using Levelkeeper.Server.Metrics;
using Levelkeeper.Server.Notifications;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Accounts;
using Levelkeeper.Storage.Log;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Levelkeeper.Server.Stores;

/// <summary>The store that the server serves: opened beside the start of the server, owned, and let go when it stops.</summary>
/// <remarks>A database that is not there yet is waited for; one that is another process's, or a later build's, ends the server.</remarks>
internal sealed class ServedStore(ServerSettings settings, TimeProvider time, StoreMetrics metrics, LiveService live, NotificationService notifications, HandedFacts handed, IHostApplicationLifetime lifetime, ILogger<ServedStore> log) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan s_betweenTries = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _opening = Task.CompletedTask;
    private volatile OpenStore? _open;
    private Store? _store;

    /// <summary>The store once it is open and its log is owned; null before, and after another owner took the log over.</summary>
    public OpenStore? Open => _open;

    /// <summary>Ends when the store is open; fails when it cannot be.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Why it is not open, for people.</summary>
    public string State { get; private set; } = "the store is being opened";

    /// <summary>Now, as the store writes it.</summary>
    public Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _opening = Task.Run(OpenAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _opening;
        if (Interlocked.Exchange(ref _open, null) is { } open)
        {
            State = "the server is stopping";
            await handed.StopAsync();
            // While its log is still there: it may have to read in it for what it writes down.
            await live.StopAsync();
            await open.Queue.DisposeAsync();
        }
        else
        {
            await live.StopAsync();
        }

        await notifications.StopAsync();

        if (_store is not null)
            await _store.DisposeAsync();
        else
            await settings.Database.DisposeAsync();
        _store = null;
    }

    /// <summary>Another owner took the log over: this server can append no more, and ends.</summary>
    public void Fenced()
    {
        State = "another owner has taken the log over";
        ServerLog.Fenced(log);
        _open = null;
        lifetime.StopApplication();
    }

    public ValueTask DisposeAsync()
    {
        _stopping.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task OpenAsync()
    {
        try
        {
            while (!await TryOpenAsync())
                await Task.Delay(s_betweenTries, time, _stopping.Token);
            _opened.SetResult();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            _opened.TrySetCanceled();
        }
        catch (Exception exception)
        {
            State = "the store cannot be opened";
            _opened.SetException(exception);
            lifetime.StopApplication();
        }
    }

    private async Task<bool> TryOpenAsync()
    {
        try
        {
            _store ??= await Store.OpenAsync(settings.Database, Now, _stopping.Token);
            var writer = await FactLogWriter.TakeAsync(_store, settings.CacheFolder, cancel: _stopping.Token);
            var accounts = await ReadAsync(_store, writer);
            var queue = new FactLogQueue(writer, () => Now, roomForFacts: settings.QueuedFacts) { Measured = metrics.Commit };
            _open = new OpenStore(_store, writer, queue) { HasAccounts = accounts.Count > 0 };
            handed.Open(_open);
            if (accounts.Count == 0)
                ServerLog.OpenToAll(log);
            ServerLog.Opened(log, settings.Database.Name, writer.Head.Sequence);
            return true;
        }
        catch (Exception exception) when (settings.Database.IsPassing(exception))
        {
            State = "the store cannot be reached";
            ServerLog.NotReached(log, settings.Database.Name, exception.Message);
            return false;
        }
    }

    /// <summary>Reads what is served; the log is let go when that fails.</summary>
    private async Task<IReadOnlyList<Account>> ReadAsync(Store store, FactLogWriter writer)
    {
        try
        {
            var accounts = await store.Accounts.ListAsync(_stopping.Token);
            if (accounts.Count == 0 && !settings.IsOnLoopback)
                throw new OpenToAllException();
            await live.OpenAsync(store, writer, settings.CacheFolder, _stopping.Token);
            notifications.Open(store);
            return accounts;
        }
        catch
        {
            await writer.DisposeAsync();
            throw;
        }
    }
}

/// <summary>A store that is open, with its log.</summary>
/// <param name="Store">All but appending facts.</param>
/// <param name="Log">The owner of the log, to look up in; only the queue appends.</param>
/// <param name="Queue">Appends facts.</param>
internal sealed record OpenStore(Store Store, FactLogWriter Log, FactLogQueue Queue)
{
    /// <summary>Whether there is any account; until there is one, whoever reaches the server may do everything.</summary>
    public bool HasAccounts { get; init; }
}

/// <summary>Nobody has an account, and the server is to listen where others can reach it.</summary>
public sealed class OpenToAllException() : Exception("Nobody has an account yet, so whoever reaches the server could do everything: it listens at addresses of this machine only.");
