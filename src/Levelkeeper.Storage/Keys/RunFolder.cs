namespace Levelkeeper.Storage.Keys;

/// <summary>The run files of one index in its folder.</summary>
internal static class RunFolder
{
    /// <summary>Opens the runs that follow on one another from the first sequence number, oldest first, and deletes every other file of the index.</summary>
    public static List<KeyRun> Open(string folder, string name, UInt128 logIdentity, Action<KeyIndexProblem> report)
    {
        Directory.CreateDirectory(folder);
        foreach (var left in Directory.EnumerateFiles(folder, $"{name}.*{RunHeader.Unfinished}").ToList())
            TryDelete(left);
        var candidates = new List<KeyRun>();
        foreach (var path in Directory.EnumerateFiles(folder, $"{name}.*{RunHeader.Extension}").Order(StringComparer.Ordinal).ToList())
        {
            if (OpenRun(path) is { } run)
                candidates.Add(run);
        }

        // Of files that begin alike the longest comes first: it is the one that the others were merged into.
        var runs = new List<KeyRun>();
        var through = 0L;
        foreach (var run in candidates.OrderBy(r => r.Header.First).ThenByDescending(r => r.Header.Last))
        {
            if (run.Header.First == through + 1)
            {
                runs.Add(run);
                through = run.Header.Last;
                continue;
            }

            run.Dispose();
            if (run.Header.Last <= through)
                Drop(run.Path, KeyIndexProblemKind.Superseded, $"The sequence numbers {run.Header.First} to {run.Header.Last} are in a merged file too.");
            else
                Drop(run.Path, KeyIndexProblemKind.Unreachable, $"It begins with {run.Header.First}, but what can be used before it ends with {through}.");
        }

        return runs;

        KeyRun? OpenRun(string path)
        {
            KeyRun? run;
            try
            {
                run = KeyRun.Open(path, name, logIdentity);
            }
            catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                Drop(path, KeyIndexProblemKind.Damaged, e.Message);
                return null;
            }

            if (run is null)
                Drop(path, KeyIndexProblemKind.Foreign, "It is of another log, another index or another format.");
            return run;
        }

        void Drop(string path, KeyIndexProblemKind kind, string message)
        {
            TryDelete(path);
            report(new KeyIndexProblem(kind, Path.GetFileName(path), message));
        }
    }

    /// <summary>Deletes a file that nobody needs; one that cannot be deleted is not used, and is tried again when the folder is opened.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
