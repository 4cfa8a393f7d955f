using System.Collections.Concurrent;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Runtime.Escalations;
using Levelkeeper.Runtime.Facts;
using Levelkeeper.Runtime.Live;
using Levelkeeper.Server.Telemetry;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Log;
using Microsoft.Extensions.Logging;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Server.Live;

/// <summary>Keeps all agreements current while the server runs: fed by commits, woken by time, and by what people do to agreements.</summary>
internal sealed class LiveService(TimeProvider time, LiveFeed feed, ILogger<LiveService> log) : IDisposable
{
    /// <summary>Facts that come close together are evaluated together.</summary>
    private static readonly TimeSpan s_together = TimeSpan.FromMilliseconds(100);

    /// <summary>So often it is looked whether agreements have changed, by whatever program.</summary>
    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromSeconds(1);

    private static readonly Duration s_longest = Duration.FromTimeSpan(s_betweenLooks);

    private readonly LiveClock _clock = new(time);
    private readonly Lock _turn = new();
    private readonly ConcurrentQueue<CommittedFacts> _committed = [];
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, RegisteredAgreement> _inForce = new(StringComparer.Ordinal);
    /// <summary>When escalations of an agreement are to be looked at: at once after a change, else when the next step comes.</summary>
    private readonly ConcurrentDictionary<string, Instant> _toEscalate = new(StringComparer.Ordinal);
    private EscalationLoop? _escalations;
    private Task _running = Task.CompletedTask;
    private long _acted = -1;

    /// <summary>Now, by the time of live evaluation.</summary>
    public Instant Now => _clock.Now;

    /// <summary>The agreements, current.</summary>
    public LiveAgreements Agreements { get; private set; } = new();

    /// <summary>The agreements in force, by id.</summary>
    public IReadOnlyDictionary<string, RegisteredAgreement> InForce => _inForce;

    /// <summary>Entries of the log that were erased, or that this build cannot read.</summary>
    public LogReplay? Replay { get; private set; }

    /// <summary>Reads the log and the agreements, and begins.</summary>
    /// <param name="store">The store.</param>
    /// <param name="writer">The owner of the log, which has not committed anything yet.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task OpenAsync(Store store, FactLogWriter writer, CancellationToken cancel)
    {
        // It may have been tried before, when the database went away.
        _inForce.Clear();
        _acted = -1;
        Agreements = new LiveAgreements(new LoggedFacts(store.Log(), writer));
        await RefreshAsync(store, cancel);
        Replay = new LogReplay(store.Log());
        await foreach (var committed in Replay.ReadAsync(through: writer.Head.Sequence, cancel: cancel))
        {
            Agreements.Apply(committed.Facts, committed.Conflicts);
            Agreements.TakeIn(Now);
        }

        writer.Committed = Committed;
        _escalations = new EscalationLoop(store.Outbox);
        Advance();
        _running = Task.Run(() => RunAsync(store), CancellationToken.None);
    }

    /// <summary>Lets it look at once whether agreements have changed.</summary>
    public async Task RefreshAsync(Store store, CancellationToken cancel = default)
    {
        // Every step of an agreement's life is an action: where none was taken, none changed.
        var acted = await store.Audit.LastAsync(cancel);
        if (acted == _acted)
            return;
        var active = await new AgreementRegister(store).ActiveAsync(_inForce, cancel);
        foreach (var agreement in active.Where(a => !_inForce.TryGetValue(a.Id, out var known) || !ReferenceEquals(known, a)))
        {
            Agreements.Put(agreement.Id, agreement.Versions);
            _inForce[agreement.Id] = agreement;
        }

        foreach (var ended in _inForce.Keys.Except(active.Select(a => a.Id), StringComparer.Ordinal))
        {
            Agreements.Remove(ended);
            _inForce.TryRemove(ended, out _);
        }

        _acted = acted;
        Signal();
    }

    /// <summary>Takes in what was committed and brings everything to now, so that who has just sent a fact sees it.</summary>
    public void Advance()
    {
        // Whoever asks and the turn itself take one after the other, so that commits keep their order.
        lock (_turn)
        {
            var updated = false;
            while (_committed.TryDequeue(out var committed))
            {
                Agreements.Apply(committed.Facts, committed.Conflicts);
                // An update changes no result, only when the next one is due; and so may what takes one back.
                updated |= committed.Facts.Any(f => f.Fact.Data is FactData.OutageUpdated or FactData.Retracted or FactData.Corrected);
            }

            foreach (var (id, agreement) in updated ? _inForce : [])
            {
                if (agreement.Versions.All.Any(v => OutageUpdates.AreWatched(v.Agreement)))
                    _toEscalate[id] = Instant.MinValue;
            }

            if (_clock.WasSetBack(out var now))
                ReadAnew(now);
            Agreements.AdvanceTo(now, Tell);
        }
    }

    /// <summary>How all agreements stand in figures: see <see cref="LiveAgreements.FiguresAt"/>.</summary>
    public IReadOnlyList<AgreementFigures> FiguresAt(Duration fresh, int most)
    {
        lock (_turn)
        {
            Advance();
            return Agreements.FiguresAt(Now, fresh, most, Tell);
        }
    }

    /// <summary>Ends; the store is still open.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running;
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _signal.Dispose();
    }

    private void Tell(AgreementVersions agreement, IReadOnlyList<LiveChange> changes)
    {
        feed.Publish(agreement, changes);
        if (agreement.All.Any(v => !v.Agreement.Escalations.IsEmpty))
            _toEscalate[agreement.Latest.Id] = Instant.MinValue;
    }

    /// <summary>Everything is as of a time that has not come.</summary>
    private void ReadAnew(Instant now)
    {
        ServerLog.ClockSetBack(log, InstantPattern.General.Format(now));
        foreach (var (id, agreement) in _inForce)
        {
            Agreements.Put(id, agreement.Versions);
            if (_toEscalate.ContainsKey(id))
                _toEscalate[id] = Instant.MinValue;
        }
    }

    private void Committed(CommittedFacts facts)
    {
        _committed.Enqueue(facts);
        Signal();
    }

    private void Signal()
    {
        if (_signal.CurrentCount == 0)
        {
            try
            {
                _signal.Release();
            }
            catch (SemaphoreFullException)
            {
                // Somebody else has just given the signal.
            }
        }
    }

    private async Task RunAsync(Store store)
    {
        try
        {
            while (!_stopping.IsCancellationRequested)
            {
                await TurnAsync(store);
                await Task.Delay(s_together, time, _stopping.Token);
                await WaitAsync();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // It was told to stop.
        }
    }

    private async Task TurnAsync(Store store)
    {
        try
        {
            Advance();
            await EscalateAsync();
            await RefreshAsync(store, _stopping.Token);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // One turn that fails must not end all that come after it.
            ServerLog.TurnFailed(log, exception);
        }
    }

    /// <summary>Decides the escalations whose time has come; what cannot be written now is decided a little later.</summary>
    private async Task EscalateAsync()
    {
        var now = Now;
        foreach (var (id, at) in _toEscalate.Where(e => e.Value <= now).ToArray())
        {
            var next = Instant.MaxValue;
            using var span = Traces.Source.StartActivity("decide escalations")?.SetTag("levelkeeper.agreement", id);
            try
            {
                if (_inForce.TryGetValue(id, out var agreement) && Agreements.FactsOf(id) is { } facts)
                    next = (await _escalations!.RunAsync(LiveReading.Of(agreement.Versions, facts, now), facts, _stopping.Token)).Next ?? Instant.MaxValue;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // People are told of the others all the same.
                ServerLog.EscalationFailed(log, id, exception);
                next = now + Duration.FromTimeSpan(s_betweenLooks);
            }

            // Unless something has changed meanwhile.
            _toEscalate.TryUpdate(id, next, at);
        }
    }

    /// <summary>Until there is something to do, or a second is over.</summary>
    private async Task WaitAsync()
    {
        var wake = Instant.Min(Agreements.NextWake ?? Instant.MaxValue, _toEscalate.Values.DefaultIfEmpty(Instant.MaxValue).Min());
        var until = wake - Now < s_longest ? (wake - Now).ToTimeSpan() : s_betweenLooks;
        if (until <= TimeSpan.Zero)
            return;
        using var timer = new CancellationTokenSource(until < s_betweenLooks ? until : s_betweenLooks, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, _stopping.Token);
        try
        {
            await _signal.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!_stopping.IsCancellationRequested)
        {
            // Its time has come.
        }
    }
}
