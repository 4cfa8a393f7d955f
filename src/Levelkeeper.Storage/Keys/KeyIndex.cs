using Levelkeeper.Core.Facts;

namespace Levelkeeper.Storage.Keys;

/// <summary>
/// Finds where in a log a key stands, for any number of keys: the latest in memory, the others as sorted runs in files. Of the keys of facts it tells a redelivery however late it
/// comes; of the keys of entities, which repeat, it gives the facts of each.
/// </summary>
/// <remarks>
/// <para>
/// It is a cache. What the log holds is the truth: after <see cref="OpenAsync"/> the owner adds all entries after <see cref="Through"/> again, and files that cannot be used are deleted
/// and told (<see cref="KeyIndexOptions.Report"/>). Each file has a mark of the log as it was up to its last entry, so that files of a log that was restored from a copy since, and
/// went on differently, are not believed: they would hide duplicates.
/// </para>
/// <para>
/// A full table is sorted and written as a run in the background; four runs of a level become one of the next. So n entries of which memory holds m make at most
/// about 3 log₄(n / m) runs, and each entry is written once a level. A look-up asks a Bloom filter for each run and reads a block of 6 KiB where it may be. Memory: about 40 bytes for
/// each entry of the tables, about 1.6 bytes for each different key in files.
/// </para>
/// <para>One thread adds. Others may look up meanwhile; they take turns with it. A second
/// owner of the same folder, as when one is replaced but not yet gone, makes either add more again after its next start, and nothing worse.</para>
/// </remarks>
public sealed class KeyIndex : IDisposable
{
    private const int MergedRuns = 4;

    private readonly string _folder;
    private readonly string _name;
    private readonly UInt128 _logIdentity;
    private readonly KeyIndexOptions _options;
    private readonly object _gate = new();
    private readonly List<KeyRun> _runs;
    private readonly List<KeyTable> _full = [];
    private readonly List<KeyIndexProblem> _untold = [];
    private KeyTable _table;
    private bool _writing;
    private bool _merging;
    private volatile bool _closed;

    private KeyIndex(string folder, string name, UInt128 logIdentity, KeyIndexOptions options, List<KeyRun> runs)
    {
        (_folder, _name, _logIdentity, _options, _runs) = (folder, name, logIdentity, options, runs);
        // Most logs are small: the first table grows as it must, later ones start as large as the one before.
        _table = NewTable(Through, 0);
    }

    /// <summary>The last sequence number that the files cover, 0 when they cover none. After opening, everything after it must be added again; later it follows in the background.</summary>
    public long Through
    {
        get
        {
            lock (_gate)
                return _runs.Count == 0 ? 0 : _runs[^1].Header.Last;
        }
    }

    /// <summary>The last sequence number that was added, now or in an earlier run of the program; look-ups know of all up to it.</summary>
    public long Added
    {
        get
        {
            lock (_gate)
                return _table.Last;
        }
    }

    /// <summary>How many full tables wait to be written.</summary>
    internal int Waiting
    {
        get
        {
            lock (_gate)
                return _full.Count;
        }
    }

    /// <summary>Opens what the folder holds, after reading all of it to check it.</summary>
    /// <param name="folder">The folder; made when it is not there. Several indexes may share it under different names.</param>
    /// <param name="name">The name of the index: 1 to 64 lower-case letters, digits and hyphens.</param>
    /// <param name="logIdentity">Of which log; files of another one are dropped.</param>
    /// <param name="markAt">
    /// What the log is up to a sequence number: the mark that was added with it, null when the log has none there. It stands for everything before as well, as the links of a chain
    /// of hashes do. Files whose mark is another one are dropped.
    /// </param>
    /// <param name="options">Bounds, and whom to tell; null for the defaults.</param>
    /// <exception cref="ArgumentException">The name is of other characters or a bound is below 1.</exception>
    /// <exception cref="IOException">The folder cannot be made or listed.</exception>
    public static async Task<KeyIndex> OpenAsync(string folder, string name, UInt128 logIdentity, Func<long, ValueTask<UInt128?>> markAt, KeyIndexOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Length > RunHeader.NameLength || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            throw new ArgumentException($"The name of an index has up to {RunHeader.NameLength} lower-case letters, digits and hyphens: \"{name}\".", nameof(name));
        ArgumentNullException.ThrowIfNull(markAt);
        options ??= new KeyIndexOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.TableEntries, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.WaitingTables, 1);
        var report = options.Report ?? (_ => { });
        var runs = RunFolder.Open(folder, name, logIdentity, report);
        try
        {
            // The latest mark that is the log's vouches for all runs before it.
            while (runs is [.., var last] && await markAt(last.Header.Last) != last.Header.Mark)
            {
                runs.Remove(last);
                last.Dispose();
                RunFolder.TryDelete(last.Path);
                report(new KeyIndexProblem(KeyIndexProblemKind.OtherPast, last.Header.FileName, $"Up to entry {last.Header.Last} the log is not the one that it was written for."));
            }
        }
        catch
        {
            runs.ForEach(r => r.Dispose());
            throw;
        }

        var index = new KeyIndex(folder, name, logIdentity, options, runs);
        lock (index._gate)
            index.StartMerging();
        return index;
    }

    /// <summary>
    /// Adds what a commit made durable. Waits while too many tables wait to be written; when writing fails it does not wait but tells, and the entries stay in memory until it succeeds.
    /// </summary>
    /// <param name="entries">
    /// In the order of their sequence numbers; several may have the same one, and numbers may have none. Those up to <see cref="Added"/> are known and passed over, so that indexes
    /// that ended at different places can be fed from the earliest of them.
    /// </param>
    /// <param name="through">The last sequence number that is complete with these entries, also when the last facts gave none.</param>
    /// <param name="mark">What the log is up to there; see <see cref="OpenAsync"/>.</param>
    /// <exception cref="ArgumentException">The entries are out of order or go beyond <paramref name="through"/>; nothing was added.</exception>
    public void Add(ReadOnlySpan<KeyEntry> entries, long through, UInt128 mark)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            Check(entries, through);
            foreach (var entry in entries)
            {
                if (entry.Sequence > _table.Last)
                    _table.Add(entry);
            }

            if (through > _table.Last)
                (_table.Last, _table.Mark) = (through, mark);
            if (Math.Max(_table.Count, _table.Last - _table.First + 1) >= _options.TableEntries)
            {
                _full.Add(_table);
                _table = NewTable(_table.Last, _table.Count);
                StartWriting();
                while (_full.Count > _options.WaitingTables && _writing)
                    Monitor.Wait(_gate);
            }
        }

        Tell();
    }

    /// <summary>Looks for the first sequence number of a key.</summary>
    /// <returns>False, and 0, when the key was never added.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file was changed after it was opened.</exception>
    public bool TryFind(FactKey key, out long sequence)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            foreach (var run in _runs)
            {
                if (run.TryFind(key, out sequence))
                    return true;
            }

            foreach (var table in _full)
            {
                if (table.TryFind(key, out sequence))
                    return true;
            }

            return _table.TryFind(key, out sequence);
        }
    }

    /// <summary>Adds every sequence number of a key to a collection, ascending.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file was changed after it was opened.</exception>
    public void FindAll(FactKey key, ICollection<long> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            foreach (var run in _runs)
                run.FindAll(key, into);
            foreach (var table in _full)
                table.FindAll(key, into);
            _table.FindAll(key, into);
        }
    }

    /// <summary>Waits until full tables are written, gives up a merge that is under way, and closes the files. The table that is not full is not written.</summary>
    public void Dispose()
    {
        _closed = true;
        WaitForBackground();
        lock (_gate)
        {
            foreach (var run in _runs)
                run.Dispose();
            _runs.Clear();
        }

        Tell();
    }

    /// <summary>Waits until nothing is left to write and to merge, or it failed.</summary>
    internal void WaitForBackground()
    {
        lock (_gate)
        {
            while (_writing || _merging)
                Monitor.Wait(_gate);
        }
    }

    private static KeyTable NewTable(long after, int capacity) => new(capacity) { First = after + 1, Last = after };

    private static void Check(ReadOnlySpan<KeyEntry> entries, long through)
    {
        var least = 1L;
        foreach (var entry in entries)
        {
            if (entry.Sequence < least || entry.Sequence > through)
                throw new ArgumentException($"Sequence number {entry.Sequence} is not from {least} to {through}.", nameof(entries));
            least = entry.Sequence;
        }
    }

    private void Tell()
    {
        KeyIndexProblem[] problems;
        lock (_gate)
        {
            if (_untold.Count == 0)
                return;
            problems = [.. _untold];
            _untold.Clear();
        }

        foreach (var problem in problems)
            _options.Report?.Invoke(problem);
    }

    private void StartWriting()
    {
        if (_writing)
            return;
        _writing = true;
        _ = Task.Run(WriteTables);
    }

    private void StartMerging()
    {
        if (_merging || _closed || Mergeable().Length == 0)
            return;
        _merging = true;
        _ = Task.Run(MergeRuns);
    }

    private void WriteTables()
    {
        while (true)
        {
            KeyTable table;
            lock (_gate)
            {
                if (_full.Count == 0)
                {
                    _writing = false;
                    Monitor.PulseAll(_gate);
                    return;
                }

                table = _full[0];
            }

            var header = new RunHeader(_name, _logIdentity, table.Mark, 0, table.First, table.Last, table.Count, KeyFilter.BlocksFor(table.Keys));
            try
            {
                using var writer = new RunWriter(_folder, header);
                foreach (var entry in table.Sorted())
                    writer.Add(entry);
                var run = writer.Complete();
                lock (_gate)
                {
                    _full.RemoveAt(0);
                    _runs.Add(run);
                    StartMerging();
                    Monitor.PulseAll(_gate);
                }
            }
            catch (Exception e)
            {
                // Whatever it is: the entries are still in memory, and the next full table starts another attempt.
                lock (_gate)
                {
                    _untold.Add(new KeyIndexProblem(KeyIndexProblemKind.WriteFailed, header.FileName, e.Message));
                    _writing = false;
                    Monitor.PulseAll(_gate);
                }

                return;
            }
        }
    }

    private void MergeRuns()
    {
        while (true)
        {
            KeyRun[] merged;
            lock (_gate)
            {
                merged = _closed ? [] : Mergeable();
                if (merged.Length == 0)
                {
                    _merging = false;
                    Monitor.PulseAll(_gate);
                    return;
                }
            }

            // Different keys are counted for each run; one that is in several makes the filter a little larger than it must be.
            var header = new RunHeader(
                _name,
                _logIdentity,
                merged[^1].Header.Mark,
                merged[0].Header.Level + 1,
                merged[0].Header.First,
                merged[^1].Header.Last,
                merged.Sum(r => r.Header.Count),
                merged.Sum(r => r.Header.FilterBlocks));
            try
            {
                if (RunMerge.Write(_folder, header, merged, () => _closed) is { } run)
                    Replace(merged, run);
            }
            catch (Exception e)
            {
                lock (_gate)
                {
                    _untold.Add(new KeyIndexProblem(KeyIndexProblemKind.MergeFailed, header.FileName, e.Message));
                    _merging = false;
                    Monitor.PulseAll(_gate);
                }

                return;
            }
        }
    }

    private void Replace(KeyRun[] merged, KeyRun by)
    {
        lock (_gate)
        {
            _runs.Insert(_runs.IndexOf(merged[0]), by);
            foreach (var run in merged)
            {
                _runs.Remove(run);
                run.Dispose();
            }
        }

        foreach (var run in merged)
            RunFolder.TryDelete(run.Path);
    }

    /// <summary>The oldest four runs of the lowest level that has so many. Levels do not rise from old to new, so runs of a level lie together.</summary>
    private KeyRun[] Mergeable()
    {
        for (var end = _runs.Count; end > 0;)
        {
            var start = end;
            while (start > 0 && _runs[start - 1].Header.Level == _runs[end - 1].Header.Level)
                start--;
            if (end - start >= MergedRuns)
                return [.. _runs.GetRange(start, MergedRuns)];
            end = start;
        }

        return [];
    }
}
