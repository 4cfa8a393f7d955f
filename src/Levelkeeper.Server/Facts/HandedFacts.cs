using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Server.Stores;
using Levelkeeper.Storage.Handover;
using Levelkeeper.Storage.Log;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Levelkeeper.Server.Facts;

/// <summary>Appends, while the server runs, the facts that commands hand over.</summary>
internal sealed class HandedFacts(TimeProvider time, ILogger<HandedFacts> log) : IDisposable
{
    private const int AtOnce = 100;

    /// <summary>So often it is looked.</summary>
    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Begins.</summary>
    public void Open(OpenStore open)
    {
        if (_running.IsCompleted)
            _running = RunAsync(open);
    }

    /// <summary>Ends; what was begun is finished. The store is still open.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running;
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(OpenStore open)
    {
        try
        {
            while (true)
            {
                try
                {
                    foreach (var fact in await open.Store.Handover.WaitingAsync(AtOnce, _stopping.Token))
                        await TakeAsync(open, fact);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    // The database may be away; what was handed over waits there.
                    ServerLog.HandoverFailed(log, exception);
                }

                await Task.Delay(s_betweenLooks, time, _stopping.Token);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // It was told to stop.
        }
    }

    private async Task TakeAsync(OpenStore open, HandedFact handed)
    {
        // Who handed it over has checked it; a later build may have, and then this one keeps what it does not understand, as it does with senders.
        var reader = new CloudEventReader("fact", new DiagnosticBag());
        if (reader.ReadOne(handed.Body.Span) is not { } fact)
            return;
        var outcome = (await open.Queue.AppendAsync([new LogEntry(fact, reader.Canonical.ToArray())], _stopping.Token))[0];
        await open.Store.Handover.DoneAsync(handed, outcome, Instant.FromDateTimeOffset(time.GetUtcNow()), CancellationToken.None);
    }
}
