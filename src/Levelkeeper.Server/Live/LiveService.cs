using System.Collections.Concurrent;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Runtime.Escalations;
using Levelkeeper.Runtime.Facts;
using Levelkeeper.Runtime.Live;
using Levelkeeper.Runtime.Live.Snapshots;
using Levelkeeper.Server.Telemetry;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Log;
using Levelkeeper.Storage.Sql;
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

    /// <summary>A snapshot is written when so many facts have come since the last one: to read them again takes about a second.</summary>
    private const int ManyFacts = 100_000;

    /// <summary>And when it ends, already for so many.</summary>
    private const int FewFacts = 1_000;

    /// <summary>But not more often than this: who listens waits for it.</summary>
    private static readonly Duration s_betweenSnapshots = Duration.FromMinutes(10);

    private static readonly Duration s_longest = Duration.FromTimeSpan(s_betweenLooks);

    private readonly LiveClock _clock = new(time);
    private readonly Lock _turn = new();
    private readonly ConcurrentQueue<CommittedFacts> _committed = [];
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, RegisteredAgreement> _inForce = new(StringComparer.Ordinal);
    private LiveEscalations? _escalations;
    private Database? _database;
    private SnapshotFile? _snapshots;
    private Instant _saved;
    private long _savedHead;
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

    /// <summary>Reads the agreements, and the log from the last snapshot on, and begins.</summary>
    /// <param name="store">The store.</param>
    /// <param name="writer">The owner of the log, which has not committed anything yet.</param>
    /// <param name="cacheFolder">The folder of caches.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task OpenAsync(Store store, FactLogWriter writer, string cacheFolder, CancellationToken cancel)
    {
        // It may have been tried before, when the database went away.
        _inForce.Clear();
        _acted = -1;
        _database = store.Database;
        _snapshots = new SnapshotFile(cacheFolder, store);
        var active = (await new AgreementRegister(store).ActiveAsync(cancel)).ToDictionary(a => a.Id, StringComparer.Ordinal);
        var source = new LoggedFacts(store.Log(), writer);
        var kept = await _snapshots.LoadAsync(
            source, Now, (id, fingerprint) => active.TryGetValue(id, out var agreement) && agreement.Fingerprint == fingerprint ? agreement.Versions : null, why => ServerLog.SnapshotRefused(log, why), cancel);
        Agreements = kept ?? new LiveAgreements(source);
        if (kept is not null)
            ServerLog.SnapshotUsed(log, kept.Head);
        foreach (var agreement in active.Values.Where(a => Agreements.Has(a.Id)))
            _inForce[agreement.Id] = agreement;
        (_savedHead, _saved) = (Agreements.Head, Now);
        await RefreshAsync(store, cancel);
        Replay = new LogReplay(store.Log());
        await foreach (var committed in Replay.ReadAsync(Agreements.Head, writer.Head.Sequence, cancel))
        {
            Take(committed);
            Guarded(() => Agreements.TakeIn(Now));
        }

        writer.Committed = Committed;
        _escalations = new LiveEscalations(Agreements, store.Outbox);
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
            // Only once it was taken in: where the store is away for a moment, it is taken in at the next turn.
            while (_committed.TryPeek(out var committed))
            {
                Take(committed);
                _committed.TryDequeue(out _);
            }

            Guarded(() =>
            {
                Advancing?.Invoke();
                if (_clock.WasSetBack(out var now))
                    ReadAnew(now);
                Agreements.AdvanceTo(now, feed.Publish);
            });
        }
    }

    /// <summary>Is called with each fact before it is taken in: tests let it throw.</summary>
    internal Action<StampedFact>? TakingIn { get; set; }

    /// <summary>Is called before everything is brought to now: tests let it throw.</summary>
    internal Action? Advancing { get; set; }

    /// <summary>Takes in what was committed. A fact on which that fails is passed over and told of: it is in the log, and those after it count all the same.</summary>
    private void Take(CommittedFacts committed)
    {
        try
        {
            Take(committed.Facts, committed.Conflicts);
        }
        catch (Exception exception) when (!IsPassing(exception))
        {
            // What was taken in before it failed is known, and passed over.
            foreach (var (fact, stands) in committed.Facts.Select(f => (f, true)).Concat(committed.Conflicts.Select(f => (f, false))).OrderBy(f => f.f.LogSequence))
            {
                try
                {
                    Take(stands ? [fact] : [], stands ? [] : [fact]);
                }
                catch (Exception why) when (!IsPassing(why))
                {
                    ServerLog.FactPassedOver(log, fact.LogSequence, why);
                }
            }
        }
    }

    private void Take(IReadOnlyList<StampedFact> facts, IReadOnlyList<StampedFact> conflicts)
    {
        if (TakingIn is { } taking)
        {
            foreach (var fact in facts)
                taking(fact);
        }

        Agreements.Apply(facts, conflicts);
    }

    /// <summary>Nothing that facts say may keep the server from starting, from answering, or from what else there is to do in a turn.</summary>
    private void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (!IsPassing(exception))
        {
            ServerLog.TurnFailed(log, exception);
        }
    }

    private bool IsPassing(Exception exception) => _database?.IsPassing(exception) == true;

    /// <summary>How all agreements stand in figures: see <see cref="LiveAgreements.FiguresAt"/>.</summary>
    public IReadOnlyList<AgreementFigures> FiguresAt(Duration fresh, int most)
    {
        lock (_turn)
        {
            Advance();
            return Agreements.FiguresAt(Now, fresh, most, feed.Publish);
        }
    }

    /// <summary>Ends; the store is still open.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        if (_snapshots is null)
            return;
        try
        {
            Advance();
            await SaveAsync(FewFacts);
        }
        catch (Exception exception)
        {
            // What is not written down is in the log.
            ServerLog.TurnFailed(log, exception);
        }
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _signal.Dispose();
    }

    /// <summary>Everything is as of a time that has not come.</summary>
    private void ReadAnew(Instant now)
    {
        ServerLog.ClockSetBack(log, InstantPattern.General.Format(now));
        foreach (var (id, agreement) in _inForce)
            Agreements.Put(id, agreement.Versions);
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
            if (Now - _saved >= s_betweenSnapshots)
                await SaveAsync(ManyFacts);
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
        foreach (var id in _escalations!.Due())
        {
            using var span = Traces.Source.StartActivity("decide escalations")?.SetTag("levelkeeper.agreement", id);
            try
            {
                await _escalations.RunAsync(id, _stopping.Token);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // People are told of the others all the same.
                ServerLog.EscalationFailed(log, id, exception);
            }
        }
    }

    /// <summary>Writes down what is kept, so that the next start need not read the log before it.</summary>
    private async Task SaveAsync(int atLeast)
    {
        _saved = Now;
        if (_snapshots is null || Agreements.Head - _savedHead < atLeast)
            return;
        try
        {
            var began = time.GetTimestamp();
            var bytes = await _snapshots.SaveAsync(Write, CancellationToken.None);
            ServerLog.SnapshotSaved(log, _savedHead, bytes, (long)time.GetElapsedTime(began).TotalMilliseconds);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or System.Data.Common.DbException)
        {
            // The next start takes longer, and nothing else.
            ServerLog.SnapshotFailed(log, exception.Message);
        }

        long Write(Stream to)
        {
            lock (_turn)
                return _savedHead = Agreements.Save(to, Now, id => _inForce.GetValueOrDefault(id)?.Fingerprint ?? "", feed.Publish);
        }
    }

    /// <summary>Until there is something to do, or a second is over.</summary>
    private async Task WaitAsync()
    {
        var wake = Instant.Min(Agreements.NextWake ?? Instant.MaxValue, _escalations!.NextWake ?? Instant.MaxValue);
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
