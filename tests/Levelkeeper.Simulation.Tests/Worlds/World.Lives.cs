using Levelkeeper.Simulation.Tests.Models;
using Levelkeeper.Storage.Backups;
using Levelkeeper.Storage.Sql;

namespace Levelkeeper.Simulation.Tests.Worlds;

/// <summary>Steps about the disk under the store: power, copies, files of caches.</summary>
internal sealed partial class World
{
    private Copy? _copy;

    /// <summary>A copy of the store, and what it must hold. Either made as a backup is, or of the files of the stopped disk.</summary>
    private sealed record Copy(string? Folder, DiskImage? Files, LogModel Log, OutboxModel Outbox, AuditModel Audit);

    private async Task PowerCutAsync(Random random)
    {
        DiskImage? left = null;
        if (Owner is { Stopped: not null } owner)
        {
            owner.LogDatabase.PowerFails = random;
            Answered(owner, await owner.GoOnAsync());
            left = owner.LogDatabase.Left;
        }

        _counts.Add(left is null ? "power failed" : "power failed within a commit");
        await ContinueFromAsync(left ?? _disk.Image());
    }

    private async Task CheckpointAsync(Random random)
    {
        await _disk.EndLateAsync();
        var (mode, before) = (random.Next(4) switch { 0 => "PASSIVE", 1 => "FULL", 2 => "RESTART", _ => "TRUNCATE" }, _disk.Image());
        await using (var session = await _observer.Database.ReadAsync(CancellationToken.None))
            await session.ExecuteAsync($"PRAGMA wal_checkpoint({mode})", CancellationToken.None);
        Note(mode);
        if (random.Next(3) > 0)
            return;
        _counts.Add("power failed within a checkpoint");
        await ContinueFromAsync(before.TornInCheckpoint(_disk.Image(), random));
    }

    private async Task ContinueFromAsync(DiskImage image)
    {
        await EndAllAsync();
        _disk.Become(image);
        await ObserveAsync();
    }

    private async Task BackupAsync(Random random)
    {
        string? folder = null;
        DiskImage? files = null;
        if (random.Next(3) == 0)
        {
            files = _disk.Image();
        }
        else
        {
            folder = _disk.NextFolder();
            await using var source = new SqliteDatabase(_disk.Folder);
            await using var target = new SqliteDatabase(folder);
            await StoreCopy.CopyAsync(source, target, asNewLife: false, _now);
        }

        _counts.Add(folder is null ? "files copied" : "store backed up");
        _copy = new Copy(folder, files, _log.Copy(), _outbox.Copy(), _audit.Copy());
    }

    private async Task RestoreAsync(Random random)
    {
        if (_copy is not { } copy)
            return;
        var (id, life) = (_observer.Id, _observer.Incarnation);
        await EndAllAsync();
        if (copy.Files is { } files)
        {
            _disk.Become(files);
        }
        else
        {
            var folder = _disk.NextFolder();
            await using (var source = new SqliteDatabase(copy.Folder!))
            await using (var target = new SqliteDatabase(folder))
            {
                await StoreCopy.CopyAsync(source, target, asNewLife: true, _now);
                if (_mutation == Mutation.ShortCopy)
                    await target.WriteAsync(s => s.ExecuteAsync("DELETE FROM log_segment WHERE last = (SELECT max(last) FROM log_segment)", CancellationToken.None), CancellationToken.None);
            }

            _disk.Become(folder);
        }

        _counts.Add(copy.Files is null ? "store restored into a new life" : "files put back");
        (_log, _outbox, _audit) = (copy.Log.Copy(), copy.Outbox.Copy(), copy.Audit.Copy());
        // What is known of later is forgotten: senders have to send it again.
        _slow.Clear();
        await ObserveAsync();
        Violation.Unless(_observer.Id == id && (copy.Files is not null || _observer.Incarnation != life), $"What was restored is not the same store in a new life.");
        await CheckAsync();
        if (random.Next(2) == 0)
            await StartAsync(random, takeOver: false);
    }

    private async Task EndAllAsync()
    {
        await _disk.EndLateAsync(lands: false);
        foreach (var process in _processes.ToList())
            await KillAsync(process);
        await UnobserveAsync();
    }

    /// <summary>Something happens to the files of a cache that nobody uses.</summary>
    private void Damage(string cache, Random random)
    {
        var files = Directory.Exists(cache) ? Directory.GetFiles(cache, "*.run").Order(StringComparer.Ordinal).ToArray() : [];
        if (files.Length == 0)
            return;
        var file = files[random.Next(files.Length)];
        if (_mutation is Mutation.LostFact or Mutation.LostEntity)
        {
            Sabotage.LoseEntry(files.First(f => Path.GetFileName(f).StartsWith(_mutation == Mutation.LostFact ? "facts" : "entities", StringComparison.Ordinal)), random);
            return;
        }

        switch (random.Next(8))
        {
            case 0:
                _counts.Add("cache lost");
                Directory.Delete(cache, recursive: true);
                break;
            case 1:
                _counts.Add("file of the cache lost");
                File.Delete(file);
                break;
            case 2:
                _counts.Add("file of the cache torn");
                var torn = File.ReadAllBytes(file);
                File.WriteAllBytes(file, torn[..random.Next(torn.Length)]);
                break;
            case 3:
                _counts.Add("file of the cache changed");
                var changed = File.ReadAllBytes(file);
                changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(file, changed);
                break;
            default:
                break;
        }
    }
}
