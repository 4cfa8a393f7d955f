using Levelkeeper.Storage;
using Levelkeeper.Storage.Sql;
using Levelkeeper.Storage.Tests.Log;
using NodaTime;

namespace Levelkeeper.Simulation.Tests.Worlds;

/// <summary>Where a world's store lies: a folder for each life of it, and the folders of caches. Gone with the world.</summary>
internal sealed class Disk : IDisposable
{
    private static readonly Lazy<Task<byte[]>> s_empty = new(EmptyAsync);

    private readonly string _root = NewFolder();
    private int _lives;
    private FaultyDatabase? _late;
    private bool _landsLate;

    private Disk() => Folder = NextFolder();

    /// <summary>The folder that the store is in now.</summary>
    public string Folder { get; private set; }

    /// <summary>An empty store on a disk of its own.</summary>
    public static async Task<Disk> NewAsync()
    {
        var disk = new Disk();
        await File.WriteAllBytesAsync(Path.Combine(disk.Folder, SqliteDatabase.FileName), await s_empty.Value);
        return disk;
    }

    /// <summary>The store's files as they are.</summary>
    public DiskImage Image() => new(ReadIfThere(SqliteDatabase.FileName), ReadIfThere($"{SqliteDatabase.FileName}-wal"));

    /// <summary>Goes on from an image, in a folder of its own.</summary>
    public void Become(DiskImage image)
    {
        Folder = NextFolder();
        File.WriteAllBytes(Path.Combine(Folder, SqliteDatabase.FileName), image.File);
        File.WriteAllBytes(Path.Combine(Folder, $"{SqliteDatabase.FileName}-wal"), image.Log);
    }

    /// <summary>Goes on in a folder that holds a store already.</summary>
    public void Become(string folder) => Folder = folder;

    /// <summary>A folder for a copy, not yet made.</summary>
    public string NextFolder()
    {
        var folder = Path.Combine(_root, $"life-{_lives++}");
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>The folder of a cache.</summary>
    public string CacheFolder(string name) => Path.Combine(_root, name);

    /// <summary>A commit is still under way whose connection is gone.</summary>
    public void Leave(FaultyDatabase late, bool landsLate) => (_late, _landsLate) = (late, landsLate);

    /// <summary>Ends the commit that is still under way, if there is one: it had the lock that the next one waits for.</summary>
    /// <param name="lands">Whether it may take effect.</param>
    public async Task EndLateAsync(bool lands = true)
    {
        if (_late is not { } late)
            return;
        _late = null;
        await late.LandAsync(lands && _landsLate, CancellationToken.None);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    // In memory where there is such a folder: what is synced there is as durable as the world.
    private static string NewFolder()
    {
        var folder = Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"levelkeeper-simulation-{Path.GetRandomFileName()}");
        Directory.CreateDirectory(folder);
        return folder;
    }

    private static async Task<byte[]> EmptyAsync()
    {
        var folder = NewFolder();
        await using (await Store.OpenAsync(new SqliteDatabase(folder), Instant.FromUnixTimeTicks(0)))
        {
        }

        var bytes = await File.ReadAllBytesAsync(Path.Combine(folder, SqliteDatabase.FileName));
        Directory.Delete(folder, recursive: true);
        return bytes;
    }

    private byte[] ReadIfThere(string name)
    {
        var path = Path.Combine(Folder, name);
        if (!File.Exists(path))
            return [];
        // SQLite has it open for writing.
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
