using Levelkeeper.Core.Facts;
using Levelkeeper.Storage.Keys;

namespace Levelkeeper.Storage.Tests.Keys;

/// <summary>A log as a plain list, and the index that is to know what it holds.</summary>
internal sealed class KeyModel : IDisposable
{
    private static readonly FactKey[] Keys =
    [
        new(0, 0), new(0, ulong.MaxValue), new(ulong.MaxValue, 0), new(ulong.MaxValue, ulong.MaxValue), new(1, 0), new(0, 1),
        .. Enumerable.Range(0, 60).Select(KeyFolder.Key),
    ];

    private readonly int _tableEntries;
    private readonly List<KeyEntry> _log = [];
    private readonly SortedDictionary<long, UInt128> _marks = [];
    private readonly Dictionary<string, byte[]> _stale = [];
    private long _head;
    private KeyFolder _folder = new();
    private KeyIndex _index;

    public KeyModel(int tableEntries)
    {
        _tableEntries = tableEntries;
        _index = Open();
    }

    public enum Event
    {
        AddFew,
        AddMany,
        Restart,
        Crash,
        CrashAndDamage,
        CrashAndStaleFiles,
        LogRestored,
    }

    public void Live(Event what, Random random)
    {
        switch (what)
        {
            case Event.AddFew:
                Append(random, random.Next(0, 12), Keys.Length);
                break;
            case Event.AddMany:
                Append(random, random.Next(200, 1500), random.Next(1, Keys.Length));
                break;
            case Event.Restart:
                Restart();
                break;
            case Event.Crash:
                Crash(_ => { });
                break;
            case Event.CrashAndDamage:
                Crash(folder => Damage(folder, random));
                break;
            case Event.CrashAndStaleFiles:
                Crash(folder => BringBack(folder, random));
                break;
            case Event.LogRestored:
                Restore(random.Next(_marks.Count + 1));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(what));
        }
    }

    public void ShouldAgree()
    {
        _index.Added.ShouldBe(_head);
        _index.Through.ShouldBeLessThanOrEqualTo(_head);
        var known = _log.ToLookup(e => e.Key, e => e.Sequence);
        foreach (var key in Keys)
        {
            var all = new List<long>();
            _index.FindAll(key, all);
            all.ShouldBe(known[key]);
            _index.TryFind(key, out var first).ShouldBe(known.Contains(key));
            first.ShouldBe(known[key].FirstOrDefault());
        }
    }

    public void Dispose()
    {
        _index.Dispose();
        _folder.Dispose();
    }

    private void Append(Random random, int count, int keys)
    {
        var entries = new List<KeyEntry>();
        var sequence = _head + 1;
        for (var i = 0; i < count; i++)
        {
            // Mostly one entry a number, sometimes more or none.
            sequence += random.Next(10) switch { 0 => 0, 1 => random.Next(1, 5), _ => 1 };
            entries.Add(new KeyEntry(Keys[random.Next(keys)], sequence));
        }

        _head = sequence + random.Next(2);
        _log.AddRange(entries);
        _marks[_head] = new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64());
        _index.Add(entries.ToArray(), _head, _marks[_head]);
    }

    private void Restart()
    {
        _index.Dispose();
        var through = Directory.EnumerateFiles(_folder.Path).Select(LastOf).DefaultIfEmpty().Max();
        _folder.Told.ShouldBeEmpty();
        _index = Open();
        // What an orderly end left behind is used to the last file.
        _folder.Told.ShouldBeEmpty();
        _index.Through.ShouldBe(through);
        AddAgain();
    }

    private void Crash(Action<string> then)
    {
        // The folder as it is while the background may be at work: what a process leaves that ends at that moment.
        var left = new KeyFolder();
        foreach (var file in Directory.EnumerateFiles(_folder.Path))
        {
            try
            {
                File.Copy(file, Path.Combine(left.Path, Path.GetFileName(file)));
            }
            catch (FileNotFoundException)
            {
            }
        }

        Dispose();
        _folder = left;
        foreach (var file in _folder.Files)
            _stale[Path.GetFileName(file)] = File.ReadAllBytes(file);
        then(_folder.Path);
        _index = Open();
        AddAgain();
        _folder.Told.Clear();
    }

    private static void Damage(string folder, Random random)
    {
        var files = Directory.GetFiles(folder);
        Array.Sort(files, StringComparer.Ordinal);
        if (files.Length == 0)
            return;
        var file = files[random.Next(files.Length)];
        var bytes = File.ReadAllBytes(file);
        switch (random.Next(5))
        {
            case 0:
                File.Delete(file);
                break;
            case 1:
                File.WriteAllBytes(file, bytes[..random.Next(bytes.Length)]);
                break;
            case 2:
                File.WriteAllBytes(file, [.. bytes, .. new byte[random.Next(1, 100)]]);
                break;
            case 3:
                // As if the file had not got its name yet.
                if (Path.GetExtension(file) == RunHeader.Extension)
                    File.Move(file, file + RunHeader.Unfinished, overwrite: true);
                break;
            default:
                if (bytes.Length > 0)
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(file, bytes);
                break;
        }
    }

    private void BringBack(string folder, Random random)
    {
        foreach (var (name, bytes) in _stale.OrderBy(f => f.Key, StringComparer.Ordinal).Where(_ => random.Next(2) == 0))
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
    }

    /// <summary>The log loses its latest commits, and goes on with others; files of what it lost may come back later.</summary>
    private void Restore(int commits)
    {
        _index.Dispose();
        _head = _marks.Keys.Take(commits).LastOrDefault();
        _log.RemoveAll(e => e.Sequence > _head);
        foreach (var lost in _marks.Keys.Where(s => s > _head).ToList())
            _marks.Remove(lost);
        _index = Open();
        _folder.KindsTold.ShouldAllBe(k => k == KeyIndexProblemKind.OtherPast);
        _folder.Told.Clear();
        AddAgain();
    }

    private KeyIndex Open() => _folder.Open(_tableEntries, s => _marks.TryGetValue(s, out var mark) ? mark : null);

    /// <summary>The first commit on its own, the rest in one.</summary>
    private void AddAgain()
    {
        var through = _index.Through;
        if (through == _head)
            return;
        var first = _marks.Keys.First(s => s > through);
        _index.Add(_log.Where(e => e.Sequence > through && e.Sequence <= first).ToArray(), first, _marks[first]);
        _index.Add(_log.Where(e => e.Sequence > first).ToArray(), _head, _marks[_head]);
    }

    private static long LastOf(string file) => long.Parse(Path.GetFileName(file).Split('-')[1].Split('.')[0]);
}
