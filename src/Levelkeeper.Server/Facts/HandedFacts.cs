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
        var takenUp = false;
        try
        {
            while (true)
            {
                try
                {
                    // What the build before this one could not read may be for this one.
                    if (!takenUp)
                        await open.Store.Handover.TakeUpAgainAsync(_stopping.Token);
                    takenUp = true;
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
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        if (Read(handed, out var why) is { } entry)
        {
            var outcome = (await open.Queue.AppendAsync([entry], _stopping.Token))[0];
            await open.Store.Handover.DoneAsync(handed, outcome, now, CancellationToken.None);
        }
        else if (await open.Store.Handover.SetAsideAsync(handed, now, _stopping.Token))
        {
            ServerLog.HandedFactUnreadable(log, handed.Actor, handed.Detail, why);
        }
    }

    /// <summary>Who handed it over has checked it; only a later build may have, and say what this one does not understand.</summary>
    private static LogEntry? Read(HandedFact handed, out string why)
    {
        var diagnostics = new DiagnosticBag();
        why = "";
        try
        {
            var reader = new CloudEventReader("fact", diagnostics);
            if (reader.ReadOne(handed.Body.Span) is { } fact)
                return new LogEntry(fact, reader.Canonical.ToArray());
            why = diagnostics.FirstOrDefault(d => d.Severity == Severity.Error)?.Message ?? "";
        }
        catch (Exception exception)
        {
            // Whatever one of them does to the reader, the others go on.
            why = exception.Message;
        }

        return null;
    }
}
