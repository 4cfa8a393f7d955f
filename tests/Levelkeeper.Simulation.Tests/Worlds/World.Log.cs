using System.Collections.Immutable;
using Levelkeeper.Simulation.Tests.Schedules;
using Levelkeeper.Storage.Keys;
using Levelkeeper.Storage.Log;
using Levelkeeper.Storage.Sql;
using Levelkeeper.Storage.Tests.Log;
using NodaTime;

namespace Levelkeeper.Simulation.Tests.Worlds;

/// <summary>Steps about the log: who sends, who owns it, who is stopped, killed, replaced.</summary>
internal sealed partial class World
{
    private readonly HashSet<int> _isEverSent = [];
    private readonly Dictionary<(Process, Arrival), int> _sendings = [];

    private async Task ExecuteAsync(StepKind kind, Random random)
    {
        if (kind is StepKind.Erase or StepKind.Deliver)
        {
            // What was given up may land before: here the models have to know of it.
            await _disk.EndLateAsync();
            await CheckAsync();
        }

        switch (kind)
        {
            case StepKind.Send:
                await SendSomeAsync(random);
                break;
            case StepKind.Append or StepKind.Wake:
                await AppendAsync(kind == StepKind.Append ? Owner : AnyStopped(random), null);
                break;
            case StepKind.AppendWithFault:
                await AppendWithFaultAsync(random);
                break;
            case StepKind.Pause:
                await AppendAsync(Owner, random.Next(2) == 0 ? Moment.Beginning : Moment.Committed);
                break;
            case StepKind.Tick:
                _now += random.Next(4) == 0 ? Duration.FromMinutes(random.Next(60 * 12)) : Duration.FromSeconds(random.Next(1200));
                if (random.Next(2) == 0)
                    Owner?.Live.AdvanceTo(_now, (_, _) => { });
                break;
            case StepKind.SetClock:
                _skew = Duration.FromMinutes(random.Next(-180, 181));
                break;
            case StepKind.TakeOver:
                await StartAsync(random, takeOver: true);
                break;
            case StepKind.Ask:
                await StartAsync(random, takeOver: false);
                break;
            case StepKind.Restart:
                await RestartAsync(random, orderly: random.Next(3) > 0);
                break;
            case StepKind.Kill:
                if (Any(random) is { } victim)
                    await KillAsync(victim);
                break;
            case StepKind.Lose:
                Reach(Any(random), false);
                break;
            case StepKind.Regain:
                _processes.ForEach(p => Reach(p, true));
                break;
            case StepKind.Erase:
                await EraseAsync(random);
                break;
            case StepKind.Decide:
                await DecideAsync(random);
                break;
            case StepKind.Deliver:
                await DeliverAsync(random);
                break;
            case StepKind.Act:
                await ActAsync(random);
                break;
            case StepKind.PowerCut:
                await PowerCutAsync(random);
                break;
            case StepKind.Backup:
                await BackupAsync(random);
                break;
            case StepKind.Restore:
                await RestoreAsync(random);
                break;
            case StepKind.Checkpoint:
                await CheckpointAsync(random);
                break;
            case StepKind.Evaluate:
                await EvaluateAsync(random);
                break;
            default:
                throw new InvalidOperationException("Unknown kind of step.");
        }
    }

    /// <summary>The facts that were not acknowledged and that nobody is at.</summary>
    private List<Arrival> Pending()
    {
        var outstanding = _processes.SelectMany(p => p.Outstanding).Select(a => a.Number).ToHashSet();
        return [.. _arrivals.Where(a => !_log.IsAcknowledged(a) && !outstanding.Contains(a.Number))];
    }

    private Process? Any(Random random) => _processes.Count == 0 ? null : _processes[random.Next(_processes.Count)];

    /// <summary>One that is not stopped within a commit: while it is, nothing else of it can write.</summary>
    private Process? AnyAwake(Random random) => _processes.Where(p => p.Stopped != Moment.Committed).ToList() is { Count: > 0 } awake ? awake[random.Next(awake.Count)] : null;

    private Process? AnyStopped(Random random) => _processes.Where(p => p.Stopped is not null).ToList() is { Count: > 0 } stopped ? stopped[random.Next(stopped.Count)] : null;

    private async Task SendSomeAsync(Random random)
    {
        var process = (random.Next(6) == 0 ? Any(random) : Owner) ?? Any(random) ?? await StartAsync(random, takeOver: false);
        if (process is null)
            return;
        var (window, sent) = (Pending().Take(Window).ToList(), _arrivals.Where(a => _isEverSent.Contains(a.Number)).ToList());
        var batch = new List<Arrival>();
        for (var left = random.Next(1, 6); left > 0; left--)
        {
            // Some are sent again, whether or not the first sending came to anything, even within one batch.
            var again = sent.Count > 0 && (window.Count == 0 || random.Next(4) == 0);
            if (again)
                batch.Add(sent[random.Next(sent.Count)]);
            else if (window.Count > 0)
                batch.Add(window[random.Next(window.Count)]);
        }

        if (batch.Count == 0)
            return;
        var duplicates = batch.Count - batch.Distinct().Count() + batch.Distinct().Count(a => _isEverSent.Contains(a.Number));
        _counts.Add("facts sent again", duplicates);
        _counts.Add("facts sent later than one that is newer", batch.Zip(batch.Skip(1)).Count(b => b.First.Entry.Fact.Time > b.Second.Entry.Fact.Time));
        Note($"to {process.Number}: {await SendAsync(process, [.. batch])}");
    }

    private async Task<string> SendAsync(Process process, ImmutableArray<Arrival> batch)
    {
        foreach (var arrival in batch)
        {
            _log.Sent(arrival);
            _isEverSent.Add(arrival.Number);
        }

        foreach (var arrival in batch.Distinct())
            _sendings[(process, arrival)] = _sendings.GetValueOrDefault((process, arrival)) + 1;
        _counts.Add("facts sent", batch.Length);
        Answered(process, await process.SendAsync(batch));
        return string.Join(",", batch.Select(a => a.Number));
    }

    private async Task AppendAsync(Process? process, Moment? to)
    {
        if (process?.Stopped is null)
            return;
        Note($"process {process.Number}{(process == Owner ? "" : ", replaced,")} goes on from {process.Stopped}{(to is null ? "" : $" to {to}")}");
        if (process != Owner)
            _counts.Add("replaced owner woken");
        Answered(process, await process.GoOnAsync(to));
        if (to is not null && process.Stopped == to)
            _counts.Add(to == Moment.Committed ? "owner paused after its commit" : "owner paused before its commit");
    }

    private async Task AppendAllAsync(Process process)
    {
        while (process.Stopped is not null)
            await AppendAsync(process, null);
    }

    private async Task AppendWithFaultAsync(Random random)
    {
        if (Owner is not { Stopped: not null } owner)
            return;
        var database = owner.LogDatabase;
        database.LandsLate = random.Next(2) == 0;
        var pause = random.Next(4) == 0;
        if (random.Next(6) == 0)
        {
            database.Busy = true;
            _counts.Add("database busy");
            Note("busy");
        }
        else
        {
            database.Next = (CommitFault)random.Next(1, 5);
            Note($"{database.Next}");
        }

        await AppendAsync(owner, pause ? Moment.Committed : null);
        (database.Next, database.Busy) = (CommitFault.None, false);
        if (database.Unreachable)
            owner.Database.Unreachable = true;
    }

    private async Task<Process?> StartAsync(Random random, bool takeOver)
    {
        var held = _processes.Exists(p => !p.IsTakeOver);
        var cache = _disk.CacheFolder(random.Next(3) == 0 ? "cache-b" : "cache-a");
        if (!_processes.Exists(p => p.Cache == cache))
            Damage(cache, random);
        var index = new KeyIndexOptions { TableEntries = _tableEntries, WaitingTables = 2, Report = p => _counts.Add($"file of the index: {p.Kind}") };
        var start = new ProcessStart(++_started, _disk, cache, takeOver, index, () => _now + _skew, _counts, _mutation);
        var fault = random.Next(8) == 0 ? (CommitFault)random.Next(1, 4) : CommitFault.None;
        try
        {
            await _disk.EndLateAsync();
            var process = await Process.StartAsync(start, database => database.Next = fault);
            Violation.Unless(takeOver || !held, $"Two processes own the store, and neither asked to take it over.");
            Note($"process {process.Number} has epoch {process.Epoch}");
            _counts.Add(takeOver ? "log taken over" : "process started");
            _processes.Add(process);
            _isAnswered = true;
            await CheckAsync();
            _erasedBefore[process] = _log.Erased.ToHashSet();
            return process;
        }
        catch (StoreInUseException)
        {
            Violation.Unless(held, $"The store is said to be in use, but nobody runs.");
            _counts.Add("second owner refused");
            Note("refused");
            return null;
        }
        catch (IOException) when (fault != CommitFault.None)
        {
            Note($"failed to start: {fault}");
            return null;
        }
    }

    private async Task<Process> RestartAsync(Random random, bool orderly)
    {
        foreach (var process in _processes.ToList())
        {
            if (orderly && process == Owner)
                await StopAsync(process);
            else
                await KillAsync(process);
        }

        for (var tries = 0; ; tries++)
        {
            if (await StartAsync(random, takeOver: false) is { } started)
                return started;
            Violation.Unless(tries < 10, $"No process starts, though nobody runs.");
        }
    }

    private async Task StopAsync(Process process)
    {
        Note($"process {process.Number} ends");
        _processes.Remove(process);
        Answered(process, await process.StopAsync());
    }

    private async Task KillAsync(Process process)
    {
        _counts.Add("process killed");
        Note($"process {process.Number} is killed at {process.Stopped}");
        _processes.Remove(process);
        await process.KillAsync();
    }

    private void Reach(Process? process, bool reachable)
    {
        if (process is null)
            return;
        if (!reachable)
            _counts.Add("database gone");
        process.LogDatabase.Unreachable = process.Database.Unreachable = !reachable;
        Note($"process {process.Number} {(reachable ? "reaches" : "does not reach")} the database");
    }

    private void Answered(Process process, IReadOnlyList<Call> calls)
    {
        foreach (var call in calls)
        {
            _isAnswered = true;
            switch (call.Answer.Exception?.InnerException)
            {
                case null:
                    foreach (var (arrival, told) in call.Arrivals.Zip(call.Answer.Result))
                    {
                        _log.Told(arrival, told);
                        _counts.Add($"told: {told.Outcome}");
                    }

                    Note($"answers {string.Join(",", call.Answer.Result.Select(t => $"{t.Outcome} {t.Sequence}"))}");
                    break;
                case LogFencedException:
                    _refusedEpochs.Add(process.Epoch);
                    _counts.Add("told: fenced", call.Arrivals.Length);
                    // Of what it was sent before, an earlier sending may have been written.
                    foreach (var arrival in call.Arrivals.Where(a => _sendings[(process, a)] == 1))
                        _log.Refused(arrival, process.Epoch);
                    Note("answers that it was replaced");
                    break;
                case IOException or TimeoutException:
                    _counts.Add("told: in doubt", call.Arrivals.Length);
                    Note("answers that it failed");
                    break;
                case var other:
                    throw new Violation($"Process {process.Number} answers {other}");
            }
        }
    }

    private async Task EraseAsync(Random random)
    {
        if (AnyAwake(random) is not { } process || _log.Rows.Count == 0)
            return;
        // Some that are not there, some that were erased before.
        var sequences = Enumerable.Range(0, random.Next(1, 4)).Select(_ => (long)random.Next(1, _log.Rows.Count + 3)).ToList();
        var there = sequences.Distinct().Where(s => s <= _log.Rows.Count && !_log.Erased.Contains(s)).ToList();
        _log.Erasing(there);
        await WithFaultAsync(process, random, async () =>
        {
            var erased = await process.Store.Log().EraseAsync(sequences);
            Violation.Unless(erased == there.Count, $"Of {there.Count} texts that were there {erased} were erased.");
            _log.WereErased(there);
            _counts.Add("texts erased", erased);
        });
        Note($"erases {string.Join(",", sequences)}");
    }

    /// <summary>Lets a process do something beside the log; now and then its commit goes wrong.</summary>
    /// <returns>False when it failed, and nobody knows whether it took effect.</returns>
    private async Task<bool> WithFaultAsync(Process process, Random random, Func<Task> work)
    {
        var database = process.Database;
        database.LandsLate = random.Next(2) == 0;
        if (random.Next(4) == 0)
            database.Next = (CommitFault)random.Next(1, 5);
        try
        {
            await work();
            return true;
        }
        catch (IOException exception)
        {
            Note($"fails {exception.Message}");
            return false;
        }
        finally
        {
            database.Next = CommitFault.None;
            if (database.Unreachable)
                process.LogDatabase.Unreachable = true;
        }
    }
}
