using System.Collections.Immutable;
using Levelkeeper.Runtime.Live;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Keys;
using Levelkeeper.Storage.Log;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Simulation.Tests.Worlds;

/// <summary>What a process is started with.</summary>
/// <param name="Number">Which process it is in its world.</param>
/// <param name="Disk">Where the store is.</param>
/// <param name="Cache">The folder of its cache.</param>
/// <param name="TakeOver">Whether it takes the log even from a process that still runs.</param>
/// <param name="Index">The bounds of its index.</param>
/// <param name="Now">The time, by its own clock.</param>
/// <param name="Counts">Where faults are counted.</param>
/// <param name="Mutation">The bug that is put in.</param>
internal sealed record ProcessStart(int Number, Disk Disk, string Cache, bool TakeOver, KeyIndexOptions Index, Func<Instant> Now, Counts Counts, Mutation Mutation);

/// <summary>A server process: it owns the log, or believes so, and keeps the agreements current.</summary>
/// <remarks>It works with the database by two ways: by that of the log it can be stopped in the middle of a batch, by the other it decides, sends, erases.</remarks>
internal sealed class Process
{
    /// <summary>So many facts go into one commit: few, so that what waits takes several.</summary>
    private const int LargestBatch = 8;

    private readonly ProcessStart _start;
    private readonly Turns _turns = new();
    private readonly List<Call> _calls = [];
    private Store _logStore = null!;
    private FactLogWriter _writer = null!;
    private FactLogQueue _queue = null!;
    private int _commits;

    private Process(ProcessStart start, Database inner) =>
        (_start, LogDatabase, Database) = (start, new SimulatedDatabase(inner, start.Disk, start.Counts, start.Mutation), new SimulatedDatabase(inner, start.Disk, start.Counts, Mutation.None));

    public int Number => _start.Number;

    public string Cache => _start.Cache;

    /// <summary>Whether it took the log without holding its lock.</summary>
    public bool IsTakeOver => _start.TakeOver;

    /// <summary>The epoch in which it took the log.</summary>
    public long Epoch => _writer.Head.Epoch;

    /// <summary>The way to the database of what appends.</summary>
    public SimulatedDatabase LogDatabase { get; }

    /// <summary>The way to the database of all else.</summary>
    public SimulatedDatabase Database { get; }

    /// <summary>The store, by the second way.</summary>
    public Store Store { get; private set; } = null!;

    /// <summary>The agreements, kept current from the log as it was at the start and the commits since.</summary>
    public LiveAgreements Live { get; } = new();

    /// <summary>The last entry that live evaluation was told of.</summary>
    public long ToldThrough { get; private set; }

    /// <summary>What was wrong with what live evaluation was told; null when nothing was.</summary>
    public string? ToldWrongly { get; private set; }

    /// <summary>The facts that it was sent and has not answered.</summary>
    public IEnumerable<Arrival> Outstanding => _calls.SelectMany(c => c.Arrivals);

    /// <summary>Where it has stopped in the middle of a batch; null when it has nothing to do.</summary>
    public Moment? Stopped => _turns.Stopped;

    /// <summary>Starts a process.</summary>
    /// <param name="start">With what.</param>
    /// <param name="prepare">Is given the way of the log before it is used.</param>
    public static async Task<Process> StartAsync(ProcessStart start, Action<SimulatedDatabase> prepare)
    {
        var process = new Process(start, new SqliteDatabase(start.Disk.Folder));
        prepare(process.LogDatabase);
        try
        {
            await process.OpenAsync();
            return process;
        }
        catch
        {
            await process.LogDatabase.DisposeAsync();
            throw;
        }
    }

    /// <summary>The sequence numbers of an entity, by its index, and up to where it knows them.</summary>
    public (IReadOnlyList<long> Sequences, long Through) OfEntity(string subject) => (_writer.OfEntity(subject), _writer.Head.Sequence);

    /// <summary>Takes facts in; they wait for <see cref="GoOnAsync"/>.</summary>
    /// <returns>Calls that were answered at once: a process that knows that it was replaced needs no database for that.</returns>
    public async Task<IReadOnlyList<Call>> SendAsync(ImmutableArray<Arrival> arrivals)
    {
        Violation.Unless(_queue.TryAppend([.. arrivals.Select(a => a.Entry)], out var answer), $"Process {Number} has no room.");
        _calls.Add(new Call(arrivals, answer!));
        return Stopped is null ? await AfterAsync(await _turns.StopAsync()) : [];
    }

    /// <summary>Appends what waits.</summary>
    /// <param name="to">Where to stop in the middle; null to get done.</param>
    /// <returns>The calls that were answered.</returns>
    public async Task<IReadOnlyList<Call>> GoOnAsync(Moment? to = null) => Stopped is null ? [] : await AfterAsync(await _turns.GoOnAsync(to));

    /// <summary>Ends it in order: what waits is appended first.</summary>
    public async Task<IReadOnlyList<Call>> StopAsync()
    {
        var answered = new List<Call>();
        while (Stopped is not null)
            answered.AddRange(await GoOnAsync());
        await CloseAsync();
        return answered;
    }

    /// <summary>Kills it: nothing of it reaches the database any more, and nobody learns what became of what waits.</summary>
    public async Task KillAsync()
    {
        LogDatabase.IsDead = Database.IsDead = true;
        await CloseAsync();
    }

    private async Task OpenAsync()
    {
        _logStore = await Store.OpenAsync(LogDatabase, _start.Now());
        _writer = await FactLogWriter.TakeAsync(_logStore, _start.Cache, takeOver: _start.TakeOver, cache: _start.Index);
        try
        {
            foreach (var (id, versions) in Contracts.All)
                Live.Put(id, versions);
            await Live.ReplayAsync(_logStore.Log(), _writer.Head.Sequence);
            ToldThrough = _writer.Head.Sequence;
            _writer.Committed = Told;
            _writer.WaitForIndexes();
            Store = await Store.OpenAsync(Database, _start.Now());
        }
        catch
        {
            await _writer.DisposeAsync();
            throw;
        }

        LogDatabase.Hold = _turns.HoldAsync;
        _queue = new FactLogQueue(_writer, _start.Now, LargestBatch) { Measured = (_, _) => _turns.Done() };
    }

    private async Task CloseAsync()
    {
        _turns.End();
        await _queue.DisposeAsync();
        await LogDatabase.DisposeAsync();
    }

    private async Task<IReadOnlyList<Call>> AfterAsync(bool done)
    {
        var answered = new List<Call>();
        while (done)
        {
            var these = _calls.Where(c => c.Answer.IsCompleted).ToList();
            _calls.RemoveAll(these.Contains);
            answered.AddRange(these);
            if (_calls.Count == 0)
                break;
            // What came meanwhile is the next batch, which stops at its beginning.
            done = await _turns.StopAsync();
        }

        _writer.WaitForIndexes();
        return answered;
    }

    private void Told(CommittedFacts commit)
    {
        var sequences = commit.Facts.Concat(commit.Conflicts).Select(f => f.LogSequence).Order().ToList();
        if (sequences.Count == 0 || !sequences.SequenceEqual(Enumerable.Range(0, sequences.Count).Select(i => ToldThrough + 1 + i)))
            ToldWrongly ??= $"after entry {ToldThrough} it was told of {string.Join(", ", sequences)}";
        ToldThrough += sequences.Count;
        if (_start.Mutation != Mutation.CommitNotTold || ++_commits % 3 != 0)
            Live.Apply(commit.Facts, commit.Conflicts);
    }
}
