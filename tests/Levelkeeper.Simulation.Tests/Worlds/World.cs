using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Doctor;
using Levelkeeper.Runtime.Facts;
using Levelkeeper.Simulation.Tests.Models;
using Levelkeeper.Simulation.Tests.Schedules;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Log;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Simulation.Tests.Worlds;

/// <summary>What a world came to.</summary>
/// <param name="Schedule">What happened in it.</param>
/// <param name="Failure">What was not as it must be; null when all was.</param>
/// <param name="Trace">A line for each step.</param>
/// <param name="Counts">How often what happened.</param>
internal sealed record Outcome(Schedule Schedule, Exception? Failure, IReadOnlyList<string> Trace, Counts Counts);

/// <summary>A deterministic world around a real store: senders, processes that own the log or believe so, people, time, and what goes wrong. After each step everything is checked.</summary>
internal sealed partial class World : IAsyncDisposable
{
    private const int ArrivalsOfAWorld = 44;

    /// <summary>So many facts wait to be sent at a time; among them any may be the next.</summary>
    private const int Window = 8;

    private static readonly Instant s_start = Instant.FromUtc(2026, 3, 6, 8, 0);

    private readonly Mutation _mutation;
    private readonly Disk _disk;
    private readonly Counts _counts = new();
    private readonly List<string> _trace = [];
    private readonly List<Process> _processes = [];
    private readonly Dictionary<Process, IReadOnlySet<long>> _erasedBefore = [];
    private readonly List<long> _refusedEpochs = [];
    private readonly ImmutableArray<Arrival> _arrivals;
    private readonly int _tableEntries;
    private LogModel _log = new();
    private OutboxModel _outbox = new();
    private AuditModel _audit = new();
    private Store _observer = null!;
    private Session _watch = null!;
    private long _version = -1;
    private bool _isAnswered;
    private int _started;
    private Instant _now = s_start;
    private Duration _skew = Duration.Zero;

    private World(Schedule schedule, Mutation mutation, Disk disk)
    {
        (_mutation, _disk) = (mutation, disk);
        var random = new Random(schedule.Seed);
        _arrivals = Arrivals.Of(random, s_start - Duration.FromDays(1), ArrivalsOfAWorld);
        _tableEntries = random.Next(2, 12);
    }

    /// <summary>The process that owns the log; null when none does.</summary>
    private Process? Owner => _processes.Find(p => p.Epoch == _log.Epoch);

    /// <summary>Lets a schedule happen, then lets everything get well, and sees what came of it.</summary>
    public static async Task<Outcome> RunAsync(Schedule schedule, Mutation mutation = Mutation.None)
    {
        await using var world = new World(schedule, mutation, await Disk.NewAsync());
        Exception? failure = null;
        try
        {
            await world.ObserveAsync();
            foreach (var step in schedule.Steps)
            {
                world._trace.Add($"{step}:");
                world._counts.Add("steps");
                await world.ExecuteAsync(step.Kind, new Random(step.Salt));
                await world.CheckAsync();
            }

            await world.GetWellAsync(new Random(schedule.Seed));
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        world._counts.Add("entries of logs", world._log.Rows.Count);
        return new Outcome(schedule, failure, world._trace, world._counts);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes.ToList())
            await KillAsync(process);
        await _disk.EndLateAsync(lands: false);
        await UnobserveAsync();
        _disk.Dispose();
    }

    /// <summary>Faults end: what is under way gets done, senders send until all is acknowledged, steps are decided and messages delivered. Then nothing may be missing.</summary>
    private async Task GetWellAsync(Random random)
    {
        _trace.Add("Get well:");
        foreach (var process in _processes)
            process.LogDatabase.Unreachable = process.Database.Unreachable = false;
        await _disk.EndLateAsync();
        foreach (var process in _processes.ToList())
            await AppendAllAsync(process);
        await CheckAsync();
        var owner = Owner ?? await RestartAsync(random, orderly: false);
        for (var tries = 0; Pending().Count > 0; tries++)
        {
            Violation.Unless(tries < 20, $"Of facts sent again and again, {Pending().Count} are not accepted though nothing goes wrong any more.");
            Note($"{await SendAsync(owner, [.. Pending().Take(10)])} sent");
            await AppendAllAsync(owner);
            await CheckAsync();
        }

        await DeliverAllAsync(owner);
        Violation.Unless(_arrivals.All(a => !_isEverSent.Contains(a.Number) || _log.IsAcknowledged(a)), $"A fact that was sent is not acknowledged.");
        await CheckAsync();
        await EvaluateAsync(random);
        await RestartAsync(random, orderly: true);
        await CheckAsync();
        await EvaluateAsync(random);
    }

    /// <summary>Sees whether the store is as the models say, unless nothing has happened to it.</summary>
    private async Task CheckAsync()
    {
        var version = await _watch.FirstAsync("PRAGMA data_version", r => r.GetInt64(0), CancellationToken.None);
        if (version == _version && !_isAnswered)
            return;
        (_version, _isAnswered) = (version, false);
        _counts.Add("checks");
        await _log.CheckAsync(_observer);
        await _outbox.CheckAsync(_observer);
        await _audit.CheckAsync(_observer);
        foreach (var epoch in _refusedEpochs)
            Violation.Unless(epoch != _log.Epoch, $"The owner of epoch {epoch} was told that it was replaced, but it was not.");
        _refusedEpochs.Clear();
        foreach (var process in _processes)
            Violation.Unless(process.ToldWrongly is null, $"Process {process.Number} was told wrongly of commits: {process.ToldWrongly}.");
    }

    /// <summary>Sees whether everything that is made of the log is made of all of it, and comes to the same in any order and by any way.</summary>
    private async Task EvaluateAsync(Random random)
    {
        _counts.Add("evaluations");
        var expected = _log.Facts(long.MaxValue, _log.Erased);
        var (facts, replay) = await KnownFacts.ReadAsync(_observer.Log());
        Violation.Unless(replay.Unreadable.IsEmpty, $"An entry cannot be read: {replay.Unreadable.FirstOrDefault()}.");
        Violation.Unless(facts.AsEnumerable().SequenceEqual(expected.AsEnumerable()), $"The log reads as other facts than were sent.");
        Violation.Unless(facts.Conflicts.SequenceEqual(expected.Conflicts), $"The log reads as other conflicts than were sent.");
        var shuffled = expected.AsEnumerable().ToArray();
        random.Shuffle(shuffled);
        var otherwise = FactSet.Of(shuffled.Select((f, i) => new StampedFact(f.Fact, i + 1, s_start.PlusTicks(i))));
        foreach (var (id, versions) in Contracts.All)
        {
            var (inOrder, inAnother) = (Contracts.Evaluated(versions, facts, _now), Contracts.Evaluated(versions, otherwise, _now));
            Violation.Unless(inOrder == inAnother, $"'{id}' comes to something else when the facts come in another order:\n{inOrder}\nand\n{inAnother}");
        }

        if (Owner is { } owner)
            CheckOwner(owner);
    }

    /// <summary>Sees whether a process knows all that is in the log up to its last commit: live, and by entity.</summary>
    private void CheckOwner(Process owner)
    {
        var known = _log.Facts(owner.ToldThrough, _erasedBefore[owner]);
        var report = LiveDoctor.Compare(owner.Live.StandingAt(_now, (_, _) => { }), known);
        var head = owner.ToldThrough;
        while (_erasedBefore[owner].Contains(head))
            head--;
        Violation.Unless(report.Head == head, $"Live evaluation has taken in entry {report.Head} as the last, not {head}.");
        Violation.Unless(report.Findings.IsEmpty, $"Live is not what the log comes to: {report.Findings.FirstOrDefault()}.");
        Violation.Unless(owner.Live.Conflicts().SequenceEqual(known.Conflicts), $"Live evaluation knows other conflicts than the log.");
        foreach (var subject in _log.Rows.Select(r => r.Arrival.Entry.Fact.Subject).Distinct(StringComparer.Ordinal))
        {
            var (sequences, through) = owner.OfEntity(subject);
            var all = _log.Rows.Take((int)through).Select((r, i) => (Subject: r.Arrival.Entry.Fact.Subject, Sequence: i + 1L)).Where(r => r.Subject == subject).Select(r => r.Sequence);
            Violation.Unless(sequences.SequenceEqual(all), $"Of '{subject}' process {owner.Number} knows the entries {string.Join(", ", sequences)}.");
        }
    }

    private async Task ObserveAsync()
    {
        _observer = await Store.OpenAsync(new SqliteDatabase(_disk.Folder), _now);
        if (Sabotage.Sql(_mutation) is { Length: > 0 } sql)
            await _observer.Database.WriteAsync(s => s.ExecuteAsync(sql, CancellationToken.None), CancellationToken.None);
        _watch = await _observer.Database.ReadAsync(CancellationToken.None);
        _isAnswered = true;
    }

    private async Task UnobserveAsync()
    {
        await _watch.DisposeAsync();
        await _observer.DisposeAsync();
    }

    private void Note(string what) => _trace[^1] += string.Create(CultureInfo.InvariantCulture, $" {what};");
}
