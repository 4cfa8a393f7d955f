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
    private readonly Dictionary<string, byte[]> _stale = [];
    private long _head;
    private KeyFolder _folder = new();
    private KeyIndex _index;

    public KeyModel(int tableEntries)
    {
        _tableEntries = tableEntries;
        _index = _folder.Open(tableEntries, _head);
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
                Restore(random.NextInt64(_head + 1));
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
        _index.Add(entries.ToArray(), _head);
    }

    private void Restart()
    {
        _index.Dispose();
        var through = Directory.EnumerateFiles(_folder.Path).Select(LastOf).DefaultIfEmpty().Max();
        _folder.Told.ShouldBeEmpty();
        _index = _folder.Open(_tableEntries, _head);
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
        _index = _folder.Open(_tableEntries, _head);
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

    private void Restore(long head)
    {
        _index.Dispose();
        _head = head;
        _log.RemoveAll(e => e.Sequence > head);
        // Files of a past that the log no longer has must not come back: an index is opened with its log.
        _stale.Clear();
        _index = _folder.Open(_tableEntries, _head);
        _folder.KindsTold.ShouldAllBe(k => k == KeyIndexProblemKind.BeyondHead);
        _folder.Told.Clear();
        AddAgain();
    }

    private void AddAgain()
    {
        var through = _index.Through;
        var (few, rest) = (_log.Where(e => e.Sequence > through && e.Sequence <= through + 7).ToArray(), _log.Where(e => e.Sequence > through + 7).ToArray());
        _index.Add(few, Math.Min(_head, through + 7));
        _index.Add(rest, _head);
    }

    private static long LastOf(string file) => long.Parse(Path.GetFileName(file).Split('-')[1].Split('.')[0]);
}
