namespace Levelkeeper.Storage.Keys;

/// <summary>Makes one run of several that follow on one another.</summary>
internal static class RunMerge
{
    /// <summary>Writes the run of all entries; null when it was given up.</summary>
    /// <remarks>Reading checks the checksums again: a file that went bad after it was opened must not be copied into one that looks sound.</remarks>
    /// <param name="folder">Where to.</param>
    /// <param name="header">Of the run to write.</param>
    /// <param name="runs">From old to new.</param>
    /// <param name="givenUp">Asked now and then whether to stop.</param>
    /// <exception cref="InvalidDataException">One of the runs is damaged.</exception>
    /// <exception cref="IOException">Reading or writing failed.</exception>
    public static KeyRun? Write(string folder, RunHeader header, KeyRun[] runs, Func<bool> givenUp)
    {
        var readers = Array.ConvertAll(runs, r => r.Read());
        try
        {
            using var writer = new RunWriter(folder, header);
            var unfinished = readers.Where(r => r.MoveNext()).ToArray();
            for (var left = header.Count; left > 0; left--)
            {
                if (left % 65_536 == 0 && givenUp())
                    return null;
                var least = 0;
                for (var i = 1; i < unfinished.Length; i++)
                {
                    if (unfinished[i].Current.CompareTo(unfinished[least].Current) < 0)
                        least = i;
                }

                writer.Add(unfinished[least].Current);
                if (!unfinished[least].MoveNext())
                    unfinished = [.. unfinished.Where((_, i) => i != least)];
            }

            foreach (var reader in readers)
                reader.Finish();
            return writer.Complete();
        }
        finally
        {
            foreach (var reader in readers)
                reader.Dispose();
        }
    }
}
